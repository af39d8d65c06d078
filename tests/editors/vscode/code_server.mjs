// Starts the workbench of Visual Studio Code (code-server) with the extension, and drives it in a headless browser.
// The environment says:
//   CODE_SERVER  the folder of an installation, see install_code_server.sh
//   EXTENSION    the folder of the extension, with its packages; VSIX the packed extension
//   PYTHON       an interpreter with httpls; FOLDER the workspace; CHROMIUM the browser
//   SHOTS        a folder for pictures, or empty
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const { CODE_SERVER, EXTENSION, VSIX, PYTHON, FOLDER, SHOTS } = process.env;
const { chromium } = createRequire(path.join(EXTENSION, 'package.json'))('playwright-core');
export const WAIT = 60_000;
const program = path.join(CODE_SERVER, 'bin/code-server');
export const home = fs.mkdtempSync(path.join(os.tmpdir(), 'httpls-vscode-'));
const data = path.join(home, 'data');
const folders = ['--user-data-dir', data, '--extensions-dir', path.join(home, 'extensions')];
const environment = {
  ...process.env,
  // The interpreter comes first, so that a server can be installed with it.
  PATH: [`${CODE_SERVER}/node/bin`, process.env.BASE_PYTHON && path.dirname(process.env.BASE_PYTHON), process.env.PATH].filter(Boolean).join(':'),
  HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/share`, XDG_STATE_HOME: `${home}/state`,
  XDG_CACHE_HOME: `${home}/cache`, EXTENSIONS_GALLERY: '{}',
};
// Where packages come from is a matter of the machine, not of the home that is made here.
const pip = ['.config/pip/pip.conf', '.pip/pip.conf'].map((name) => path.join(os.homedir(), name)).find((file) => fs.existsSync(file));
if (pip && !environment.PIP_CONFIG_FILE) {
  environment.PIP_CONFIG_FILE = pip;
}
delete environment.VSCODE_IPC_HOOK_CLI;
delete environment.HTTPLS_CACHE_KEY;
// There is no keyring, as on most servers: the editor keeps the key of the tokens.
delete environment.DBUS_SESSION_BUS_ADDRESS;

export const user = {
  'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'workbench.tips.enabled': false,
  'extensions.autoUpdate': false, 'extensions.autoCheckUpdates': false, 'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true, 'window.commandCenter': false, 'git.enabled': false,
  'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 100,
  'editor.accessibilitySupport': 'off', 'editor.minimap.enabled': false, 'workbench.enableExperiments': false,
  'workbench.editor.useModal': 'off', 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'workbench.colorTheme': 'Default Dark Modern',
  'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never',
};

export function settings(scope, values) {
  fs.mkdirSync(path.join(data, scope), { recursive: true });
  fs.writeFileSync(path.join(data, scope, 'settings.json'), JSON.stringify(values));
}

/** Installs an extension, which the window has when it is loaded anew. */
export function install(vsix) {
  execFileSync(program, [...folders, '--install-extension', vsix], { env: environment, stdio: 'pipe' });
}

/** Packs and installs a small extension: `files` by name, with a package.json. */
export function installMade(name, files) {
  const folder = path.join(home, name);
  fs.mkdirSync(folder);
  for (const [file, text] of Object.entries({ 'README.md': 'For a test.', 'LICENSE.md': 'None.', ...files })) {
    fs.writeFileSync(path.join(folder, file), text);
  }
  const vsix = path.join(home, `${name}.vsix`);
  const vsce = path.join(EXTENSION, 'node_modules/@vscode/vsce/vsce');
  execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix], {
    cwd: folder, env: environment, stdio: 'pipe',
  });
  install(vsix);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(port) {
  for (let tries = 0; tries < 900; tries += 1) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return;
    } catch { /* It does not listen yet. */ }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('code-server does not answer');
}

/** Starts the workbench, and returns what drives it. */
export async function start({ scale = 1, width = 1400, height = 860, isInstalled = true, flags = [] } = {}) {
  settings('User', user);
  // Settings of the machine: those of the person do not reach a server that runs elsewhere.
  settings('Machine', { 'httpls.server.interpreter': PYTHON });
  if (isInstalled) {
    install(VSIX);
  }
  const port = await freePort();
  const log = fs.openSync(path.join(home, 'code-server.log'), 'w');
  const started = spawn(
    program,
    [...folders, ...flags, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
      '--disable-getting-started-override', '--ignore-last-opened'],
    { env: environment, stdio: ['ignore', log, log], detached: true },
  );
  // Whoever ends this process ends the other one.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => process.exit(1));
  }
  process.on('exit', () => {
    try {
      process.kill(-started.pid, 'SIGTERM');
    } catch { /* It has ended. */ }
  });
  const browser = await chromium.launchPersistentContext(path.join(home, 'browser'), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
    viewport: { width: Math.round(width / scale), height: Math.round(height / scale) }, deviceScaleFactor: scale,
    permissions: ['clipboard-read', 'clipboard-write'],
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  browser.setDefaultTimeout(WAIT);
  await ready(port);
  // Nothing but this machine is asked for anything.
  await browser.route((url) => url.hostname !== '127.0.0.1' && !url.hostname.endsWith('localhost'), (route) => route.abort());
  return new Workbench(browser, await browser.newPage(), port);
}

export class Workbench {
  constructor(browser, page, port) {
    Object.assign(this, { browser, page, port });
  }

  /** Opens a file of the workspace in a window that is loaded anew. */
  async open(name = 'a.http') {
    const file = `vscode-remote://127.0.0.1:${this.port}${path.join(FOLDER, name)}`;
    const payload = encodeURIComponent(JSON.stringify([['openFile', file]]));
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(FOLDER)}&payload=${payload}`, { timeout: 120_000 });
    await this.page.waitForSelector('.monaco-editor .view-lines', { timeout: 120_000 });
  }

  async picture(name) {
    if (SHOTS) {
      await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
    }
  }

  async command(words) {
    const { page } = this;
    await page.keyboard.press('F1');
    await page.locator('.quick-input-box input').fill(`>${words}`);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: words }).first().waitFor();
    await page.keyboard.press('Enter');
  }

  /** Waits until a text is seen in an editor. The text on the screen has spaces that do not break. */
  seen(text) {
    return this.page.waitForFunction(
      (wanted) => [...document.querySelectorAll('.view-lines')].some((one) => one.innerText.replace(/\u00a0/g, ' ').includes(wanted)),
      text, { timeout: WAIT },
    );
  }

  /** Puts the cursor into the first line of the request file that has a text. */
  async cursorIn(text, file = 'a.http') {
    const { page } = this;
    await page.locator('.tab', { hasText: file }).first().click();
    // Only lines that are seen are in the page; where the text stands is read off the file, which is saved at once.
    let line = 0;
    for (const end = Date.now() + WAIT; !line; await new Promise((resolve) => setTimeout(resolve, 100))) {
      line = fs.readFileSync(path.join(FOLDER, file), 'utf8').split('\n').findIndex((one) => one.includes(text)) + 1;
      if (Date.now() > end) throw new Error(`${file} has no ${text}`);
    }
    await page.keyboard.press('F1');
    await page.locator('.quick-input-box input').fill(`:${line}`);
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${line},`) }).waitFor();
  }

  /** The page of the response view that is seen. */
  get response() {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  }

  lens(text) {
    return this.page.locator('.codelens-decoration a', { hasText: text }).first();
  }

  message(text) {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  async clipboard() {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Chooses dark or light, and loads a file anew. */
  async theme(name, file) {
    // A window that sees the file change while it writes into it asks what to do.
    await this.page.goto('about:blank');
    settings('User', { ...user, 'workbench.colorTheme': `Default ${name} Modern` });
    await this.open(file);
    await this.page.locator(name === 'Light' ? '.monaco-workbench.vs' : '.monaco-workbench.vs-dark').waitFor();
  }

  async trust() {
    await this.page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
    await this.page.locator('.tab', { hasText: '.http' }).first().click();
    await this.lens('Send').waitFor();
  }

  async close(isWell) {
    await this.browser.close();
    if (isWell) {
      fs.rmSync(home, { recursive: true, force: true });
    } else {
      console.log(`what was left: ${home}`);
    }
  }
}
