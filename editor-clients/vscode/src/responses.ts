/** Shows texts as documents beside the request file, responses among them, and writes the log of exchanges. */

import * as vscode from "vscode";
import { responseColumn, VIEW_SCHEME } from "./response-column";
import { logEntry, shownBody, tabName } from "./response-text";

/** What the server sends for a response that is to be shown. */
export interface ShownResponse {
  readonly uri: string;
  readonly text: string;
}

export class Responses implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  private readonly log = vscode.window.createOutputChannel("HTTP", "http-response");
  private last: vscode.Uri | undefined;
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(VIEW_SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "# This response is not kept any more. Send the request again.\n";
  }

  /** Shows a response, in the tab of the last one or in one of its own. */
  async show(response: ShownResponse): Promise<void> {
    const settings = vscode.workspace.getConfiguration("httpls.response");
    const isEach = settings.get("tabs") === "each";
    const number = /\d+/.exec(response.uri)?.[0] ?? "0";
    const uri = vscode.Uri.from({
      scheme: VIEW_SCHEME,
      path: isEach ? `/${number}/${tabName(response.text)}` : "/Response",
    });
    this.texts.set(uri.toString(), response.text);
    this.last = uri;
    this.changed.fire(uri);
    await this.open(uri, isEach, "http-response");
  }

  /** Shows another text of the command line where responses are shown. */
  async showText(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: VIEW_SCHEME, path: `/${name}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    await this.open(uri, false, "plaintext");
  }

  /** Shows the last response again. Returns whether there is one. */
  async showLast(): Promise<boolean> {
    if (!this.last) {
      return false;
    }
    await this.open(this.last, false, "http-response");
    return true;
  }

  /** Returns the text of the response in the active editor, else of the last one. */
  text(): string | undefined {
    const active = vscode.window.activeTextEditor?.document.uri;
    const uri = active?.scheme === VIEW_SCHEME ? active : this.last;
    return uri && this.texts.get(uri.toString());
  }

  /** Adds an exchange to the log. */
  record(text: string): void {
    this.log.appendLine(logEntry(text, new Date()));
  }

  showLog(): void {
    this.log.show(true);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
    this.log.dispose();
  }

  private async open(uri: vscode.Uri, isEach: boolean, language: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration("httpls.response");
    let document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== language) {
      document = await vscode.languages.setTextDocumentLanguage(document, language);
    }
    await vscode.window.showTextDocument(document, {
      viewColumn: responseColumn(),
      preserveFocus: !settings.get("takeFocus", false),
      preview: !isEach,
    });
  }
}

/** Copies the body of a response, given by its text, as it is shown. */
export async function copyBody(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(shownBody(text));
  vscode.window.setStatusBarMessage("$(check) Copied the body of the response", 5_000);
}
