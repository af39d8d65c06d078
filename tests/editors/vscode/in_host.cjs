// Runs inside the extension host, with the whole of the editor's interface; see host.mjs.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const vscode = require('vscode');

const LIMIT = 60_000;
let uri;
let port;

async function until(what, look) {
  for (const start = Date.now(); ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() - start > LIMIT) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const lenses = () => vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri, 20);
const diagnostics = () => vscode.languages.getDiagnostics(uri);
const tab = (label) => vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((one) => one.label === label);

const tests = {
  async 'the extension starts its server'() {
    const extension = vscode.extensions.getExtension('httpls.httpls');
    await extension.activate();
    assert.ok(extension.isActive);
    const commands = await vscode.commands.getCommands(true);
    for (const { command } of extension.packageJSON.contributes.commands) {
      assert.ok(commands.includes(command), command);
    }
  },
  async 'lenses stand above each request'() {
    const shown = await until('lenses', async () => {
      const found = await lenses();
      return found?.length >= 2 && found;
    });
    assert.equal(shown.filter((one) => /Send$/.test(one.command.title)).length, 2);
  },
  async 'a hover tells the value of a variable'() {
    const hovers = await until('hover', async () => {
      const found = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, new vscode.Position(3, 7));
      return found?.length && found;
    });
    assert.match(hovers[0].contents.map((one) => one.value).join(), /127\.0\.0\.1/);
  },
  async 'schemes are completed with their parameters'() {
    const position = new vscode.Position(6, '# @auth b'.length);
    const found = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', uri, position);
    const labels = found.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.some((label) => label.startsWith('basic')), labels.join());
  },
  async 'a request is coloured by meaning'() {
    const legend = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokensLegend', uri);
    const tokens = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokens', uri);
    assert.ok(legend.tokenTypes.includes('method'));
    assert.ok(tokens.data.length > 10);
  },
  async 'the outline has the requests'() {
    const symbols = await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', uri);
    assert.ok(symbols.some((one) => one.name === 'one') && symbols.some((one) => one.name === 'two'), symbols.map((one) => one.name).join());
  },
  async 'diagnostics follow edits, and their fix is offered'() {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(3, 6, 3, 10), 'bsae');
    await vscode.workspace.applyEdit(edit);
    const found = await until('a diagnostic', () => diagnostics().find((one) => /bsae/.test(one.message)));
    const actions = await until('a fix', async () => {
      const offered = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, found.range, 'quickfix');
      return offered.length && offered;
    });
    const fix = actions.find((one) => /base/.test(one.title));
    await vscode.workspace.applyEdit(fix.edit);
    await until('no diagnostic', () => !diagnostics().some((one) => /bsae/.test(one.message)));
  },
  async 'a lens sends, and the response has a tab'() {
    const shown = await lenses();
    const send = shown.find((one) => /Send$/.test(one.command.title)).command;
    await vscode.commands.executeCommand(send.command, ...send.arguments);
    await until('the response', () => tab('Response one'));
    await vscode.commands.executeCommand('httpls.copyResponseBody');
    assert.equal(await vscode.env.clipboard.readText(), '{\n  "a": 1\n}');
  },
  async 'responses are shown as documents if that is asked for'() {
    await vscode.workspace.getConfiguration('httpls.response').update('view', 'text', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('httpls.sendLastAgain');
    // The editor takes a new document for plain text at first.
    await until('the document', () =>
      vscode.workspace.textDocuments.some(
        (one) => one.uri.scheme === 'httpls-view' && one.languageId === 'http-response' && /HTTP\/1.1 200/.test(one.getText()),
      ),
    );
  },
  async 'many restarts at once end in one server that answers'() {
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand('httpls.restartServer')));
    await until('lenses', async () => (await lenses())?.length >= 2);
  },
  async 'without its server the extension stays, and comes back with it'() {
    const settings = vscode.workspace.getConfiguration('httpls');
    await settings.update('server.path', '/nowhere/httpls', vscode.ConfigurationTarget.Global);
    await until('no lenses', async () => !((await lenses())?.length > 0));
    await settings.update('server.path', undefined, vscode.ConfigurationTarget.Global);
    await until('lenses', async () => (await lenses())?.length >= 2);
  },
};

exports.run = async () => {
  const server = http.createServer((_, response) => response.setHeader('Content-Type', 'application/json').end('{"a": 1}'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address());
  const folder = vscode.workspace.workspaceFolders[0].uri;
  uri = vscode.Uri.joinPath(folder, 'a.http');
  fs.writeFileSync(uri.fsPath, `@base = http://127.0.0.1:${port}\n\n### one\nGET {{base}}/\n\n### two\n# @auth basic me {{$secret x}}\nGET {{base}}/two\n`);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const failed = [];
  for (const [name, body] of Object.entries(tests)) {
    try {
      await body();
      console.log(`ok - ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok - ${name}\n${error.stack}`);
    }
  }
  server.close();
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join('; ')}`);
  }
};
