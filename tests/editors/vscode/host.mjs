// Runs the tests of `in_host.cjs` inside the extension host of the real workbench, by the protocol with which Visual
// Studio Code runs tests of extensions in a browser. The exit code is 0 if all passed.
import path from 'node:path';
import { start, WAIT } from './code_server.mjs';

const { EXTENSION, FOLDER } = process.env;
// What the extension host is told of the workspace does not matter here: trust has checks of its own.
const workbench = await start({
  isInstalled: false, flags: ['--disable-workspace-trust', '--vscode-option', 'enable-smoke-test-driver'],
});
const { page, port } = workbench;
let end;
const ended = new Promise((resolve) => { end = resolve; });
await page.exposeFunction('codeAutomationLog', (_, words) => console.log(...words));
await page.exposeFunction('codeAutomationExit', (code) => end(code));
const uri = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
const payload = [
  ['extensionDevelopmentPath', uri(EXTENSION)],
  ['extensionTestsPath', uri(path.join(import.meta.dirname, 'in_host.cjs'))],
  ['skipWelcome', 'true'],
];
await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(FOLDER)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
const limit = new Promise((resolve) => setTimeout(() => resolve('late'), 3 * WAIT));
const code = await Promise.race([ended, limit]);
console.log(`ended: ${code}`);
await workbench.close(code === 0);
process.exit(code === 0 ? 0 : 1);
