import assert from "node:assert/strict";
import path from "node:path";
import { beforeEach, test } from "node:test";
import type * as Extension from "../src/extension";
import manifest from "../package.json";
import { Fake, FakeClient, withFakes } from "./fake-vscode";

const RESULT = {
  name: "one", line: 4, outcome: "sent", status: 200, milliseconds: 9, failures: [] as string[], assertions: [], document: "httpls-response:/1/response.http",
};
const TEXT = "### one\n# GET http://a/\nHTTP/1.1 200 OK\n\n{}\n";
const HERE = { uri: "file:///a.http", line: 5 };
const EXCHANGE = {
  file: "/a.http", name: "one", line: 4, method: "GET", url: "http://a/things/7", outcome: "sent", seconds: 0.009,
  response: { status: 200, headers: [{ name: "Content-Type", value: "application/json" }], bodyLength: 2 },
};

let fake: Fake;
let memory: Map<string, unknown>;

beforeEach(() => {
  fake = new Fake();
  // The path of a program that exists wherever these tests run.
  fake.settings = { "httpls.server.path": process.execPath };
  memory = new Map();
  FakeClient.made.length = 0;
  FakeClient.answers = {
    "httpls.send": () => ({ results: [RESULT] }),
    "workspace/textDocumentContent": () => ({ text: TEXT }),
    "httpls/exchange": () => EXCHANGE,
    "httpls.environments": () => ({ environments: ["dev", "prod"], chosen: [] }),
  };
});

async function activate(): Promise<FakeClient> {
  const uri = { scheme: "file", path: "/a.http", toString: () => HERE.uri };
  fake.api.window.activeTextEditor = { document: { uri, languageId: "http" }, selection: { active: { line: 4 } } };
  fake.api.workspace.isTrusted = fake.isTrusted;
  const state = { get: (key: string, otherwise: unknown) => memory.get(key) ?? otherwise, update: async (key: string, value: unknown) => void memory.set(key, value) };
  const secrets = { get: async (key: string) => fake.secrets.get(key), store: async (key: string, value: string) => void fake.secrets.set(key, value) };
  const extensionUri = fake.api.Uri.file("/extension");
  const context = { subscriptions: [], workspaceState: state, globalState: state, secrets, extensionUri, globalStorageUri: { fsPath: "/nowhere" }, extension: { id: "httpls.httpls" } };
  const extension = withFakes(fake, load);
  await extension.activate(context as never);
  return FakeClient.made.at(-1) as FakeClient;
}

/** Loads the extension anew for each test: what it keeps in the module belongs to one window. */
function load(): typeof Extension {
  const file = path.join(__dirname, "../src/extension.js");
  delete require.cache[file];
  return require(file) as typeof Extension;
}

test("every command of the manifest exists, and no other", async () => {
  await activate();
  assert.deepEqual([...fake.commands.keys()].sort(), manifest.contributes.commands.map((one) => one.command).sort());
});

test("the server is told what this client can do, and whether the workspace is trusted", async () => {
  const client = await activate();
  const capabilities: Record<string, unknown> = {};
  for (const feature of client.features) {
    feature.fillClientCapabilities(capabilities);
  }
  assert.deepEqual(capabilities, {
    experimental: { httpls: { runEvents: true, inputBoxes: true, choiceLists: true, status: true, pages: true } },
  });
  assert.equal(client.options.initializationOptions()["trusted"], true);
});

test("a command that the server has too does not keep the client from starting", async () => {
  const client = await activate();
  const capabilities = { executeCommandProvider: { commands: ["httpls.send", "httpls.copyAsCurl"] } };
  for (const feature of client.features) {
    feature.preInitialize?.(capabilities);
  }
  assert.deepEqual(capabilities.executeCommandProvider.commands, ["httpls.send"]);
});

test("the request at the cursor is sent, told, and put into the log", async () => {
  const client = await activate();
  await fake.commands.get("httpls.sendRequest")?.();
  assert.deepEqual(client.sent[0], ["httpls.send", [HERE]]);
  assert.deepEqual(fake.messages, ["$(check) one: 200 in 9 ms"]);
  assert.match(fake.logs.get("HTTP")?.[0] ?? "", /### \d\d:\d\d:\d\d {2}one\n# GET/);
});

test("a lens sends in the same way", async () => {
  const client = await activate();
  await client.options.middleware.executeCommand("httpls.send", [HERE], () => assert.fail("sent past the extension"));
  assert.deepEqual(fake.messages, ["$(check) one: 200 in 9 ms"]);
});

test("what the server refuses is shown with its words", async () => {
  FakeClient.answers["httpls.send"] = () => {
    throw new Error("there is no request here");
  };
  await activate();
  await fake.commands.get("httpls.sendRequest")?.();
  assert.deepEqual(fake.messages, ["httpls: there is no request here"]);
  assert.match(fake.statusBar.text, /server-environment/);
});

test("nothing is sent from a workspace that is not trusted; trust is passed on", async () => {
  fake.isTrusted = false;
  const client = await activate();
  assert.equal(client.options.initializationOptions()["trusted"], false);
  await fake.commands.get("httpls.sendRequest")?.();
  assert.equal(client.sent.length, 0);
  assert.match(fake.messages[0] ?? "", /not trusted/);
  fake.grantTrust();
  assert.deepEqual(client.sent, [["httpls/trustChanged", { trusted: true }]]);
});

test("a response is shown in a view beside the file, from a page that loads nothing else", async () => {
  const client = await activate();
  await respond(client);
  const [panel] = fake.panels;
  assert.equal(panel?.title, "Response one");
  assert.match(panel?.webview.html ?? "", /default-src 'none'; .*img-src data:; style-src https:\/\/views\.invalid; script-src 'nonce-[\w-]{22}'"/);
  await panel?.press("ready");
  assert.deepEqual(panel?.posted, [{ exchange: EXCHANGE }]);
});

test("the buttons of the view copy, save byte for byte, send again and show the text", async () => {
  const client = await activate();
  await respond(client);
  const [panel] = fake.panels;
  await panel?.press("copy");
  assert.deepEqual(fake.clipboard, ["{}"]);
  fake.saved = "/tmp/seven.json";
  await panel?.press("save");
  assert.deepEqual(client.sent.at(-1), ["httpls/saveBody", { document: RESULT.document, path: "/tmp/seven.json" }]);
  await panel?.press("again");
  assert.deepEqual(client.sent.find(([command]) => command === "httpls.send")?.[1], [{ uri: "file:///a.http", line: 4 }]);
  await panel?.press("text");
  assert.deepEqual(fake.shownDocuments, ["httpls-view:/Response"]);
});

test("the next response takes the place of the last one, or has a view of its own if that is asked for", async () => {
  const client = await activate();
  await respond(client);
  await respond(client, 2);
  assert.equal(fake.panels.length, 1);
  fake.settings["httpls.response.tabs"] = "each";
  await respond(client, 3);
  assert.equal(fake.panels.length, 2);
});

test("a response is a document if that is asked for; its body can be copied", async () => {
  fake.settings["httpls.response.view"] = "text";
  const client = await activate();
  await respond(client);
  assert.deepEqual(fake.shownDocuments, ["httpls-view:/Response"]);
  assert.equal(fake.document("httpls-view:/Response"), TEXT);
  await fake.commands.get("httpls.copyResponseBody")?.();
  assert.deepEqual(fake.clipboard, ["{}"]);
});

test("each response has a document of its own if that is asked for", async () => {
  fake.settings["httpls.response.view"] = "text";
  fake.settings["httpls.response.tabs"] = "each";
  const client = await activate();
  await respond(client, 7);
  assert.deepEqual(fake.shownDocuments, ["httpls-view:/7/Response one"]);
});

async function respond(client: FakeClient, number = 1): Promise<void> {
  await client.handlers.get("httpls/response")?.({ uri: `httpls-response:/${number}/response.http`, text: TEXT, status: 200 } as never);
}

test("a page of a login is opened as it is written; it comes back where the port is the same for the browser", async () => {
  const client = await activate();
  const open = client.handlers.get("httpls/openPage") as (page: unknown) => Promise<unknown>;
  const page = { url: "https://login.example.com/authorize?scope=a%20b", redirectUrl: "http://127.0.0.1:4711/callback" };
  assert.deepEqual(await open(page), { hasOpened: true, comesBack: true });
  assert.deepEqual(fake.opened, [page.url]);
  fake.external = () => "https://editor.example.com/proxy/4711/";
  assert.deepEqual(await open(page), { hasOpened: true, comesBack: false });
  fake.external = () => "http://localhost:50001/";
  assert.deepEqual(await open(page), { hasOpened: true, comesBack: false });
  assert.deepEqual(await open({ ...page, redirectUrl: "https://app.example.com/done" }), { hasOpened: true, comesBack: false });
  assert.deepEqual(await open({ ...page, url: "file:///etc/passwd" }), { hasOpened: false, comesBack: false });
});

test("the editor keeps the key of the tokens, the same for every server", async () => {
  const client = await activate();
  const key = client.options.initializationOptions()["cacheKey"];
  assert.equal(Buffer.from(String(key), "base64").length, 32);
  await fake.commands.get("httpls.restartServer")?.();
  assert.equal(FakeClient.made.at(-1)?.options.initializationOptions()["cacheKey"], key);
});

test("a choice is made from a list", async () => {
  const client = await activate();
  const ask = client.handlers.get("httpls/input") as (question: unknown, token: unknown) => Promise<unknown>;
  fake.choices = ["b"];
  assert.equal(await ask({ question: "which", isSecret: false, default: null, choices: ["a", "b"] }, undefined), "b");
});

test("the view of authentication lists tokens, secrets and certificates, and acts on them", async () => {
  const now = Date.now() / 1000;
  const token = { title: "shop at login", scheme: "oauth2", uri: HERE.uri, line: 5, request: "one", unknown: null, isKept: true, expiresAt: now + 7200, canBeRenewed: true };
  FakeClient.answers["httpls/authentication"] = () => ({
    tokens: [token],
    others: [],
    secrets: [{ name: "key", environment: "dev", origins: ["https://a"] }],
    certificates: [{ path: "c.pem", origin: "https://a", rule: "@cert", subject: "CN=me", issuer: "CN=ca", expiresAt: now - 60, warnings: [], errors: [] }],
  });
  FakeClient.answers["httpls/token"] = () => ({ token: "t-1" });
  const client = await activate();
  const groups = (await fake.tree?.getChildren()) as { title: string }[];
  assert.deepEqual(groups.map((one) => one.title), ["Tokens of This File", "Secrets of This Project", "Client Certificates of This File"]);
  const leaves = (await Promise.all(groups.map((one) => fake.tree?.getChildren(one)))).flat();
  const items = leaves.map((one) => fake.tree?.getTreeItem(one));
  assert.deepEqual(items.map((one) => one?.label), ["one", "key", "CN=me"]);
  assert.match(items[0]?.description ?? "", /^valid for 1 hour, can be renewed · oauth2$/);
  assert.equal(items[0]?.contextValue, "token kept renewable");
  assert.match(items[2]?.description ?? "", /^expired on /);
  await fake.commands.get("httpls.token.copy")?.(leaves[0]);
  assert.deepEqual(client.sent.at(-1), ["httpls/token", { action: "copy", uri: HERE.uri, line: 5 }]);
  assert.deepEqual(fake.clipboard, ["t-1"]);
  await fake.commands.get("httpls.secret.copy")?.(leaves[1]);
  assert.equal(fake.clipboard.at(-1), "{{$secret key}}");
});

test("the walkthrough is told what was done before it was opened", async () => {
  const client = await activate();
  await respond(client);
  await fake.commands.get("httpls.showTokens")?.();
  assert.equal(fake.contexts.has("httpls.done.sent"), false);
  await fake.commands.get("httpls.openWalkthrough")?.();
  for (const act of ["isRunning", "sent", "sawAuthentication"]) {
    assert.equal(fake.contexts.get(`httpls.done.${act}`), true);
  }
});

test("lenses are asked for anew when a setting for them changes", async () => {
  const client = await activate();
  fake.api.window.visibleTextEditors = [fake.api.window.activeTextEditor] as never;
  fake.changeSetting("rest-client.enableSendRequestCodeLens", false);
  assert.deepEqual(client.sent.at(-1), ["(lenses)", []]);
});

test("nothing is listed for a workspace that is not trusted", async () => {
  fake.isTrusted = false;
  const client = await activate();
  assert.deepEqual(await fake.tree?.getChildren(), []);
  assert.equal(client.sent.some(([method]) => method === "httpls/authentication"), false);
});

test("the request at the cursor, or the one of the light bulb, is copied as a command of curl", async () => {
  FakeClient.answers["httpls.copyAsCurl"] = ([place]) => `curl ${(place as typeof HERE).line}`;
  await activate();
  await fake.commands.get("httpls.copyAsCurl")?.({ scheme: "file" });
  await fake.commands.get("httpls.copyAsCurl")?.({ uri: HERE.uri, line: 9 });
  assert.deepEqual(fake.clipboard, ["curl 5", "curl 9"]);
});

test("a secret is not shown while it is typed; no answer is null", async () => {
  const client = await activate();
  const ask = client.handlers.get("httpls/input") as (question: unknown, token: unknown) => Promise<unknown>;
  fake.answer = "4711";
  assert.equal(await ask({ question: "pin", isSecret: true, default: "0" }, undefined), "4711");
  assert.equal(fake.inputs[0]?.["password"], true);
  assert.equal(fake.inputs[0]?.["value"], undefined);
  fake.answer = undefined;
  assert.equal(await ask({ question: "name", isSecret: false, default: "me" }, undefined), null);
  assert.equal(fake.inputs[1]?.["value"], "me");
});

test("the chosen environment is remembered, shown, and told to the next server", async () => {
  const client = await activate();
  fake.choices = ["prod"];
  await fake.commands.get("httpls.chooseEnvironment")?.();
  await client.handlers.get("httpls/status")?.({ environments: ["prod"], folders: {}, files: {} } as never);
  assert.match(fake.statusBar.text, /prod/);
  await fake.commands.get("httpls.restartServer")?.();
  assert.deepEqual(FakeClient.made.at(-1)?.sent[0], ["httpls.setEnvironment", ["prod"]]);
});

test("restarts wait for each other, and many at once are one", async () => {
  const client = await activate();
  const restart = fake.commands.get("httpls.restartServer");
  await Promise.all([restart?.(), restart?.(), restart?.()]);
  assert.equal(client.state, "stopped");
  assert.deepEqual(FakeClient.made.map((one) => one.state), ["stopped", "running"]);
});

test("without a server it is said what can be done, and the status bar offers a restart", async () => {
  fake.settings["httpls.server.path"] = "/nowhere/httpls";
  await activate();
  assert.equal(FakeClient.made.length, 0);
  assert.match(fake.messages[0] ?? "", /\/nowhere\/httpls, which does not exist/);
  assert.match(fake.statusBar.text, /does not run/);
  assert.equal(fake.statusBar.command, "httpls.restartServer");
});

test("a server that crashes is started again, but not forever", async () => {
  const client = await activate();
  const actions = [1, 2, 3, 4].map(() => client.options.errorHandler.closed().action);
  assert.deepEqual(actions, [2, 2, 2, 1]);
  assert.match(fake.messages.at(-1) ?? "", /crashed again and again/);
});

test("a server that was started again is told the environment", async () => {
  const client = await activate();
  fake.choices = ["prod"];
  await fake.commands.get("httpls.chooseEnvironment")?.();
  client.sent.length = 0;
  for (const listener of client.stateListeners) {
    listener({ newState: 2 });
  }
  assert.deepEqual(client.sent[0], ["httpls.setEnvironment", ["prod"]]);
});

test("a changed setting of the server restarts it", async () => {
  await activate();
  fake.changeSetting("httpls.server.path", process.execPath);
  await fake.commands.get("httpls.restartServer")?.();
  assert.ok(FakeClient.made.length >= 2);
});

test("beside REST Client its lenses are the only ones, and that is said once", async () => {
  fake.extensions = ["humao.rest-client"];
  const client = await activate();
  const lenses = (): Promise<unknown[]> =>
    client.options.middleware.provideCodeLenses(undefined, undefined, async () => [{ command: { title: "Send" } }]);
  assert.deepEqual(await lenses(), []);
  assert.match(fake.messages[0] ?? "", /REST Client is active/);
  fake.settings["rest-client.enableSendRequestCodeLens"] = false;
  assert.equal((await lenses()).length, 1);
  fake.messages.length = 0;
  await activate();
  assert.deepEqual(fake.messages, []);
});
