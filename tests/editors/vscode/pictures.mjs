// Takes pictures of every screen of the extension; run by pictures.py, which says SCALE (1 or 2) and PICTURE, the file
// for the picture of the README, or nothing.
import { start } from './code_server.mjs';

const scale = Number(process.env.SCALE);
const { PICTURE, SHOTS } = process.env;
const workbench = await start({ scale, width: 1280, height: 760 });
const { page } = workbench;
const theFile = 'orders.http';
const send = async (text) => {
  await workbench.cursorIn(text, theFile);
  await page.keyboard.press('Control+Alt+R');
};
const take = (name) => workbench.picture(`${name}-${scale}00`);

await workbench.open(theFile);
await page.locator('.statusbar-item', { hasText: 'No environment' }).waitFor();
await workbench.command('Workspaces: Manage Workspace Trust');
await workbench.trust();

for (const theme of SHOTS ? ['Light', 'Dark'] : ['Dark']) {
  const name = theme.toLowerCase();
  await workbench.theme(theme, theFile);
  await workbench.lens('Send').waitFor();
  await workbench.cursorIn('### new item', theFile);
  await page.keyboard.press('Control+Alt+E');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'dev' }).first().click();
  await page.locator('.statusbar-item', { hasText: 'dev' }).waitFor();
  if (scale === 1) {
    await page.keyboard.press('Control+B');
  }
  await send('GET {{base}}/auth/oauth2');
  await workbench.response.getByRole('status').filter({ hasText: '200 OK' }).waitFor();
  if (SHOTS) {
    for (const tab of ['Headers', 'Timing', 'Authentication']) {
      await workbench.response.getByRole('tab', { name: tab }).click();
      await workbench.response.locator('main').waitFor();
      await take(`${name}-${tab.toLowerCase()}`);
    }
    await workbench.command('httpls: Show Tokens, Secrets and Certificates');
    await page.locator('.pane-body .monaco-list-row', { hasText: 'oauth2' }).first().waitFor();
    await take(`${name}-view`);
    await page.keyboard.press('Control+B');
    await send('/items/{{numbr}}');
    await workbench.response.getByRole('alert').first().waitFor();
    await workbench.message('numbr').waitFor();
    await take(`${name}-refused`);
    await workbench.command('Notifications: Clear All Notifications');
  }
  await send('POST {{base}}/items');
  await workbench.response.getByRole('status').filter({ hasText: '201 Created' }).waitFor();
  await workbench.lens('201').waitFor();
  await workbench.response.getByRole('tab', { name: 'Body' }).click();
  // The cursor stands elsewhere, so that nothing is marked but what is wrong.
  await workbench.cursorIn('### misspelt', theFile);
  await page.keyboard.press('Control+Home');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'detached' });
  await workbench.message('new item').waitFor({ state: 'detached' });
  if (PICTURE && theme === 'Dark') {
    await page.screenshot({ path: PICTURE });
  }
  if (SHOTS) {
    await take(`${name}-body`);
    await workbench.response.getByRole('tab', { name: 'Tests' }).click();
    await take(`${name}-tests`);
  }
}
await workbench.close(true);
process.exit(0);
