/** The extension: what is started, which commands there are, and what happens when settings or trust change. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { AuthenticationView } from "./authentication-view";
import { openPage, type Page } from "./browser";
import { cacheKey } from "./cache-key";
import { explained } from "./command-line";
import { Done } from "./done";
import { Environment, type Status } from "./environment";
import type { Exchange } from "./exchange";
import { orTold } from "./failures";
import { chooseServer, installServer, offerRepair, offerUpdate } from "./install";
import { LanguageServer } from "./language-server";
import { areShown, LENS_SETTINGS, tellOfNeighbour, withSigns } from "./lenses";
import { realPlaces } from "./places";
import { answer, type Question } from "./questions";
import { findRequestEditor } from "./request-editor";
import { ResponsePanels } from "./response-panel";
import { copyBody, Responses, type ShownResponse } from "./responses";
import { Sending, SENDING } from "./sending";
import type { Command } from "./server-command";
import { pasteCurl, setUpAuthentication } from "./writing";

let server: LanguageServer | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("httpls", { log: true });
  const responses = new Responses();
  const done = new Done(context.globalState);
  const running: LanguageServer = new LanguageServer(() => realPlaces(context.globalStorageUri), log, {
    middleware: {
      executeCommand: (command, args: unknown[], next) =>
        SENDING.includes(command) ? sending.send(command, ...args) : next(command, args),
      provideCodeLenses: async (document, token, next) =>
        areShown() ? withSigns((await next(document, token)) ?? []) : [],
    },
    prepare(client: LanguageClient) {
      client.onNotification("httpls/response", (response: ShownResponse) => show(response));
      client.onNotification("httpls/status", (status: Status) => environment.tell(status));
      client.onRequest("httpls/openPage", (page: Page) => openPage(page));
      // A server that crashes is started again by the client; the status bar says what is so.
      client.onDidChangeState(() => environment.show());
      client.onRequest("httpls/input", (question: Question, token) => answer(question, token));
    },
    cacheKey: () => cacheKey(context.secrets),
    async started() {
      await environment.restore();
      await done.add("isRunning");
      authentication.refresh();
    },
    missing(reason) {
      environment.show();
      void offerRepair(reason);
    },
  });
  server = running;
  const environment: Environment = new Environment(running, context.workspaceState);
  const sending: Sending = new Sending(running, responses, (count) => {
    environment.showRunning(count);
    // What was sent may have obtained tokens.
    authentication.refresh();
  });
  const authentication: AuthenticationView = new AuthenticationView(running);
  const panels: ResponsePanels = new ResponsePanels(running, context.extensionUri, {
    again: async ({ file, line }) => {
      const { uri } = await vscode.workspace.openTextDocument(file);
      await sending.send("httpls.send", { uri: uri.toString(), line });
    },
    explain: async (exchange: Exchange) =>
      responses.showText("Authentication", await explained(started(running), await placeOf(exchange), environment.of(vscode.Uri.file(exchange.file)))),
    asText: async (document) => responses.show({ uri: document, text: await running.content(document) }),
  });
  context.subscriptions.push(log, responses, panels, authentication, environment, running);
  const isText = (): boolean => vscode.workspace.getConfiguration("httpls.response").get("view") === "text";
  const show = async (response: ShownResponse): Promise<void> => {
    await vscode.commands.executeCommand("setContext", "httpls.hasResponse", true);
    await done.add("sent");
    await (isText() ? responses.show(response) : panels.show(response.uri, response.text));
  };

  const on = (name: string, act: (argument?: unknown) => unknown): void => {
    const command = vscode.commands.registerCommand(`httpls.${name}`, (argument) => orTold(() => act(argument)));
    context.subscriptions.push(command);
  };
  const onFile = (name: string, act: (editor: vscode.TextEditor) => unknown): void =>
    on(name, () => act(requestEditor()));
  onFile("sendRequest", (editor) => sending.send("httpls.send", here(editor)));
  onFile("sendAllRequests", (editor) => sending.send("httpls.sendAll", { uri: editor.document.uri.toString() }));
  onFile("sendRequestsUpToHere", (editor) => sending.send("httpls.sendUpToHere", here(editor)));
  on("sendLastAgain", () => sending.send("httpls.sendAgain"));
  on("cancelRequests", () => running.execute("httpls.cancel"));
  onFile("chooseEnvironment", (editor) => environment.choose(editor.document.uri));
  on("copyAsCurl", async (argument) => {
    // The light bulb of the server says which request; a menu hands over a URI, and the cursor counts.
    const place = isPlace(argument) ? argument : here(requestEditor());
    await vscode.env.clipboard.writeText(String(await running.execute("httpls.copyAsCurl", place)));
    vscode.window.setStatusBarMessage("$(check) Copied as a command of curl", 5_000);
  });
  onFile("pasteCurl", (editor) => pasteCurl(running, editor));
  onFile("setUpAuthentication", (editor) => setUpAuthentication(running, editor));
  onFile("clearCookies", async ({ document }) => {
    const count = Number(await running.execute("httpls.clearCookies", { uri: document.uri.toString() }));
    await vscode.window.showInformationMessage(count === 1 ? "One cookie is removed." : count > 0 ? `${count} cookies are removed.` : "There are no cookies.");
  });
  onFile("explainAuthentication", async (editor) =>
    responses.showText("Authentication", await explained(started(running), placeAt(editor), environment.of(editor.document.uri))),
  );
  onFile("logIn", async (editor) => {
    const { uri, line } = here(editor);
    await authentication.act("logIn", { kind: "token", token: { uri, line, title: "this request" } });
  });
  on("showTokens", async () => {
    await vscode.commands.executeCommand("httpls.authentication.focus");
    await done.add("sawAuthentication");
  });
  on("refreshAuthentication", () => authentication.refresh());
  for (const action of ["logIn", "refresh", "revoke", "forget", "copy"]) {
    on(`token.${action}`, (node) => authentication.act(action, node));
  }
  on("secret.copy", (node) => authentication.copySecret(node));
  on("showLastResponse", async () => isSent((await panels.showLast()) || (await responses.showLast())));
  on("saveResponse", () => save(isText() ? responses.text() : (panels.text() ?? responses.text())));
  on("saveResponseBody", async () => isSent(await panels.saveBody()));
  on("copyResponseBody", async () => {
    if (isText() || !(await panels.copyBody())) {
      await copyBody(responses.text() ?? "");
    }
  });
  on("showExchanges", () => responses.showLog());
  on("showServerLog", () => log.show());
  on("restartServer", () => running.restart());
  on("installServer", async () => (await installServer(context.globalStorageUri, context.extensionUri, log)) && running.restart());
  // The changed setting restarts the server.
  on("chooseServer", chooseServer);
  on("openWalkthrough", async () => {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`, false);
    await done.tell();
  });

  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.notify("httpls/trustChanged", { trusted: true })),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("httpls.server")) {
        void running.restart();
      }
      if (LENS_SETTINGS.some((name) => change.affectsConfiguration(name))) {
        running.refreshLenses();
      }
    }),
  );
  await running.restart();
  void offerUpdate(running.command, context.globalStorageUri, context.extensionUri);
  void tellOfNeighbour(context.workspaceState);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function requestEditor(): vscode.TextEditor {
  const found = findRequestEditor();
  if (!found) {
    throw new Error("Open a request file first.");
  }
  return found;
}

/** A line of a document, counted from 1. */
interface Place {
  readonly uri: string;
  readonly line: number;
}

function isPlace(argument: unknown): argument is Place {
  return typeof argument === "object" && argument !== null && "uri" in argument && "line" in argument;
}

function here(editor: vscode.TextEditor): Place {
  return { uri: editor.document.uri.toString(), line: editor.selection.active.line + 1 };
}

function placeAt({ document, selection }: vscode.TextEditor): { document: vscode.TextDocument; line: number } {
  return { document, line: selection.active.line + 1 };
}

async function placeOf({ file, line }: Exchange): Promise<{ document: vscode.TextDocument; line: number }> {
  return { document: await vscode.workspace.openTextDocument(file), line };
}

function isSent(is: boolean): void {
  if (!is) {
    throw new Error("Nothing has been sent yet.");
  }
}

function started(running: LanguageServer): Command {
  if (!running.command) {
    throw new Error("The language server does not run.");
  }
  return running.command;
}

async function save(text: string | undefined): Promise<void> {
  if (text === undefined) {
    throw new Error("Nothing has been sent yet.");
  }
  const file = await vscode.window.showSaveDialog({ filters: { "HTTP response": ["http"], "All files": ["*"] } });
  if (file) {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  }
}
