// The extension in the real workbench of VS Code, in a headless browser. Run by test_vscode.py, which sets:
//   CODE_SERVER  the folder of an installation of code-server, its own Node included
//   EXTENSION    the folder of the extension, with its packages; VSIX the packed extension
//   PYTHON       an interpreter with httpls; FOLDER the workspace, with a.http; SHOTS a folder for pictures, or empty
// Each check prints a line. The exit code is how many did not pass.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const { CODE_SERVER, EXTENSION, VSIX, PYTHON, FOLDER, SHOTS } = process.env;
const { chromium } = createRequire(path.join(EXTENSION, 'package.json'))('playwright-core');
const WAIT = 30_000;
const program = path.join(CODE_SERVER, 'bin/code-server');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'httpls-vscode-'));
const data = path.join(home, 'data');
const extensions = path.join(home, 'extensions');
const flags = ['--user-data-dir', data, '--extensions-dir', extensions];
const environment = {
  ...process.env,
  PATH: `${CODE_SERVER}/node/bin:${process.env.PATH}`,
  HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/share`, XDG_STATE_HOME: `${home}/state`,
  EXTENSIONS_GALLERY: '{}',
};
delete environment.VSCODE_IPC_HOOK_CLI;

function settings(scope, values) {
  fs.mkdirSync(path.join(data, scope), { recursive: true });
  fs.writeFileSync(path.join(data, scope, 'settings.json'), JSON.stringify(values));
}

const user = {
  'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'workbench.tips.enabled': false,
  'extensions.autoUpdate': false, 'extensions.autoCheckUpdates': false, 'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true, 'window.commandCenter': false, 'git.enabled': false,
  'editor.accessibilitySupport': 'off', 'editor.minimap.enabled': false, 'workbench.enableExperiments': false,
  'workbench.editor.useModal': 'off', 'workbench.colorTheme': 'Default Dark Modern',
  'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never',
};
settings('User', user);
// Settings of the machine: those of the person do not reach a server that runs elsewhere.
settings('Machine', { 'httpls.server.interpreter': PYTHON });

// Whoever ends this process ends the other one.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => process.exit(1));
}

let failed = 0;
let page;
async function check(name, body) {
  // Where so much is wrong, what follows tells nothing and takes minutes.
  if (failed >= 3) return;
  try {
    await body();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n${error.stack}`);
    await picture(`failed-${failed}`);
  }
}

async function picture(name) {
  if (SHOTS) {
    await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(port) {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return;
    } catch { /* It does not listen yet. */ }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('code-server does not answer');
}

async function command(words) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-box input').fill(`>${words}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: words }).first().waitFor({ timeout: WAIT });
  await page.keyboard.press('Enter');
}

async function open(name = 'a.http') {
  const file = `vscode-remote://127.0.0.1:${port}${path.join(FOLDER, name)}`;
  const payload = encodeURIComponent(JSON.stringify([['openFile', file]]));
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(FOLDER)}&payload=${payload}`);
  await page.waitForSelector('.monaco-editor .view-lines', { timeout: 90_000 });
}

// The text on the screen has spaces that do not break.
const seen = (text) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.view-lines')].some((one) => one.innerText.replace(/\u00a0/g, ' ').includes(wanted)),
    text, { timeout: WAIT },
  );

async function cursorIn(text) {
  await page.locator('.editor-instance .view-line', { hasText: text }).first().click();
}

execFileSync(program, [...flags, '--install-extension', VSIX], { env: environment, stdio: 'pipe' });
const port = await freePort();
const log = fs.openSync(path.join(home, 'code-server.log'), 'w');
const started = spawn(
  program,
  [...flags, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
    '--disable-getting-started-override', '--ignore-last-opened'],
  { env: environment, stdio: ['ignore', log, log], detached: true },
);
process.on('exit', () => {
  try {
    process.kill(-started.pid, 'SIGTERM');
  } catch { /* It has ended. */ }
});
const browser = await chromium.launchPersistentContext(path.join(home, 'browser'), {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1400, height: 860 },
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await ready(port);
  // Nothing but this machine is asked for anything.
  await browser.route((url) => url.hostname !== '127.0.0.1' && !url.hostname.endsWith('localhost'), (route) => route.abort());
  page = await browser.newPage();
  await open();

  await check('a problem is marked in a workspace that is not trusted, and nothing can be sent from it', async () => {
    await page.waitForSelector('.squiggly-error, .squiggly-warning', { timeout: WAIT });
    assert.equal(await page.locator('.codelens-decoration a').count(), 0);
    await cursorIn('GET {{base}}/one');
    await page.keyboard.press('Control+Alt+R');
    const message = page.locator('.notification-list-item', { hasText: 'not trusted' });
    await message.waitFor({ timeout: WAIT });
    await picture('1-not-trusted');
    await message.getByText('Manage Trust').click();
  });

  await check('once it is trusted, Send stands above each request', async () => {
    await page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
    await page.locator('.tab', { hasText: 'a.http' }).first().click();
    await page.waitForSelector('.codelens-decoration a', { timeout: WAIT });
    const lenses = await page.locator('.codelens-decoration a').allInnerTexts();
    assert.equal(lenses.filter((text) => text.includes('Send')).length, 5, JSON.stringify(lenses));
    await picture('2-lenses');
  });

  await check('an environment is chosen and stands in the status bar', async () => {
    await cursorIn('GET {{base}}/one');
    await page.keyboard.press('Control+Alt+E');
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'dev' });
    await row.first().waitFor({ timeout: WAIT });
    await picture('3-environments');
    await row.first().click();
    await page.locator('.statusbar-item', { hasText: 'dev' }).waitFor({ timeout: WAIT });
  });

  await check('hovering over a variable tells its value', async () => {
    const word = page.locator('.view-line span span', { hasText: 'base' }).first();
    await word.hover();
    const hover = page.locator('.monaco-hover:visible').first();
    await hover.waitFor({ timeout: WAIT });
    await page.waitForFunction(() => [...document.querySelectorAll('.monaco-hover')].some((one) => one.innerText.includes('127.0.0.1')), null, { timeout: WAIT });
    await picture('4-hover');
    await page.keyboard.press('Escape');
    await page.mouse.move(5, 5);
  });

  await check('the fix of a problem is applied', async () => {
    await cursorIn('wrod');
    await page.locator('.editor-instance .view-line', { hasText: 'wrod' }).locator('span', { hasText: 'wrod' }).last().click();
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget .monaco-list-row.focused', { hasText: 'word' }).first().waitFor({ timeout: WAIT });
    await picture('5-fix');
    await page.keyboard.press('Enter');
    await seen('q={{word}}');
  });

  await check('a lens sends; the response opens beside the file, and the lens tells what came', async () => {
    await page.locator('.codelens-decoration a', { hasText: 'Send' }).first().click();
    await seen('"greeting": "hello"');
    await seen('HTTP/1.1 200');
    await page.locator('.codelens-decoration a', { hasText: '200' }).first().waitFor({ timeout: WAIT });
    await picture('6-response');
  });

  await check('the answer to a prompt is sent, and a secret is not shown while it is typed', async () => {
    await cursorIn('# @prompt');
    await page.keyboard.press('Control+Alt+R');
    const box = page.locator('.quick-input-box input');
    await page.locator('.quick-input-widget', { hasText: 'password' }).waitFor({ timeout: WAIT });
    assert.equal(await box.getAttribute('type'), 'password');
    await picture('7-prompt');
    await box.fill('4711');
    await page.keyboard.press('Enter');
    await seen('"pin": 4');
  });

  await check('a slow request is cancelled', async () => {
    await cursorIn('/slow');
    await page.keyboard.press('Control+Alt+R');
    await page.locator('.statusbar-item .codicon-sync').first().waitFor({ timeout: WAIT });
    await page.keyboard.press('Control+Alt+K');
    await page.locator('.statusbar-item .codicon-sync').first().waitFor({ state: 'detached', timeout: WAIT });
    await page.locator('.codelens-decoration a', { hasText: 'interrupted' }).first().waitFor({ timeout: WAIT });
  });

  await check('a request with an error is refused with its reason', async () => {
    await cursorIn('{{nobody}}');
    await page.keyboard.press('Control+Alt+R');
    await page.locator('.notification-list-item', { hasText: 'nobody' }).waitFor({ timeout: WAIT });
    await picture('8-refused');
    await command('Notifications: Clear All Notifications');
  });

  await check('the log has every exchange', async () => {
    await command('httpls: Show Log of Exchanges');
    await page.waitForFunction(
      () => [...document.querySelectorAll('.panel .view-lines')].some((one) => /\d\d:\d\d:\d\d\s+undefined/.test(one.innerText.replace(/\u00a0/g, ' '))),
      null, { timeout: WAIT },
    );
    await picture('9-log');
    await command('View: Toggle Panel Visibility');
  });

  await check('the authentication of a request is explained, with the secret masked', async () => {
    await cursorIn('# @auth bearer');
    await command('httpls: Explain Authentication of This Request');
    await seen('Authorization: Bearer');
    await picture('10-explained');
  });

  await check('a parameter of a scheme is completed', async () => {
    await cursorIn('# @auth basic');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('# @auth-');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'auth-charset' }).waitFor({ timeout: WAIT });
    await picture('11-completion');
    await page.keyboard.press('Escape');
  });

  await check('the server is restarted, and lenses and environment are there again', async () => {
    await command('httpls: Restart Language Server');
    await page.locator('.statusbar-item', { hasText: 'does not run' }).waitFor({ state: 'detached', timeout: WAIT });
    await page.waitForSelector('.codelens-decoration a', { timeout: WAIT });
    await page.locator('.statusbar-item', { hasText: 'dev' }).waitFor({ timeout: WAIT });
  });

  await check('the walkthrough opens', async () => {
    await command('httpls: Open Walkthrough');
    await page.locator('.gettingStartedContainer', { hasText: 'Coming from Postman' }).first().waitFor({ timeout: WAIT });
    await picture('12-walkthrough');
  });

  await check('without a server it is said what can be done, and the file is coloured, in a light theme too', async () => {
    settings('User', { ...user, 'workbench.colorTheme': 'Default Light Modern' });
    settings('Machine', { 'httpls.server.path': path.join(home, 'nowhere') });
    await open();
    await page.locator('.monaco-workbench.vs').waitFor({ timeout: WAIT });
    const message = page.locator('.notification-list-item', { hasText: 'does not exist' });
    await message.first().waitFor({ timeout: WAIT });
    assert.ok(await message.first().getByText('Install', { exact: true }).isVisible());
    await page.locator('.statusbar-item', { hasText: 'does not run' }).waitFor({ timeout: WAIT });
    await picture('13-no-server');
  });

  await check('colours of bodies and scripts, dark and light', async () => {
    settings('Machine', { 'httpls.server.interpreter': PYTHON });
    for (const theme of ['Dark', 'Light']) {
      settings('User', { ...user, 'workbench.colorTheme': `Default ${theme} Modern` });
      await open('colours.http');
      await page.waitForSelector('.codelens-decoration a', { timeout: WAIT });
      await page.locator('.statusbar-item', { hasText: 'dev' }).waitFor({ timeout: WAIT });
      await page.locator('.codelens-decoration a', { hasText: 'Send' }).first().click();
      await seen('HTTP/1.1 200');
      await picture(`14-colours-${theme.toLowerCase()}`);
    }
  });
} finally {
  await browser.close();
}
if (failed) {
  console.log(`what was left: ${home}`);
} else {
  fs.rmSync(home, { recursive: true, force: true });
}
process.exit(failed);
