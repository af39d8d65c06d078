/** The view of a response beside the request file: body, headers, timing, TLS and authentication in tabs. */

import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Exchange, fileName } from "./exchange";
import { orTold } from "./failures";
import type { LanguageServer } from "./language-server";
import { responseColumn, VIEW_TYPE } from "./response-column";
import { responsePage } from "./response-page";
import { copyBody } from "./responses";

/** What the buttons of the view do. */
export interface Acts {
  again(exchange: Exchange): unknown;
  explain(exchange: Exchange): unknown;
  asText(document: string): unknown;
}

/** What the view shows: the URI by which the server knows the response, its text, everything about it. */
interface Shown {
  readonly document: string;
  readonly text: string;
  readonly exchange: Exchange;
}

interface Panel {
  readonly view: vscode.WebviewPanel;
  shown: Shown;
}

export class ResponsePanels implements vscode.Disposable {
  private readonly panels: Panel[] = [];
  private last: Shown | undefined;

  constructor(
    private readonly server: LanguageServer,
    private readonly extension: vscode.Uri,
    private readonly acts: Acts,
  ) {}

  /** Shows a response: in the view that is there, or in one of its own. */
  async show(document: string, text: string): Promise<void> {
    const exchange = await this.server.ask<Exchange>("httpls/exchange", { document });
    await this.open({ document, text, exchange });
  }

  /** Shows the last response again. Returns whether there is one. */
  async showLast(): Promise<boolean> {
    if (this.last) {
      await this.open(this.last);
    }
    return this.last !== undefined;
  }

  /** Copies the body of the response in the active view, else of the last one, as it is shown. Returns whether there is one. */
  async copyBody(): Promise<boolean> {
    const shown = this.current();
    if (shown) {
      await copyBody(shown.text);
    }
    return shown !== undefined;
  }

  /** Saves the body of that response byte for byte, where the person says. Returns whether there is a response. */
  async saveBody(): Promise<boolean> {
    const shown = this.current();
    if (shown) {
      await this.save(shown);
    }
    return shown !== undefined;
  }

  /** Returns the text of that response. */
  text(): string | undefined {
    return this.current()?.text;
  }

  dispose(): void {
    for (const { view } of [...this.panels]) {
      view.dispose();
    }
  }

  private current(): Shown | undefined {
    return this.panels.find((one) => one.view.active)?.shown ?? this.last;
  }

  private async open(shown: Shown): Promise<void> {
    this.last = shown;
    const settings = vscode.workspace.getConfiguration("httpls.response");
    const isEach = settings.get("tabs") === "each";
    const takesFocus = settings.get("takeFocus", false);
    const known = this.panels.find((one) => (isEach ? one.shown.document === shown.document : true));
    if (known) {
      known.shown = shown;
      known.view.title = title(shown);
      known.view.reveal(undefined, !takesFocus);
      await known.view.webview.postMessage({ exchange: shown.exchange });
      return;
    }
    const view = vscode.window.createWebviewPanel(VIEW_TYPE, title(shown), { viewColumn: responseColumn(), preserveFocus: !takesFocus }, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [vscode.Uri.joinPath(this.extension, "dist"), vscode.Uri.joinPath(this.extension, "media")],
    });
    view.iconPath = {
      light: vscode.Uri.joinPath(this.extension, "media/file-light.svg"),
      dark: vscode.Uri.joinPath(this.extension, "media/file-dark.svg"),
    };
    const panel: Panel = { view, shown };
    this.panels.push(panel);
    view.onDidDispose(() => this.panels.splice(this.panels.indexOf(panel), 1));
    view.webview.onDidReceiveMessage((message: { type?: unknown }) => orTold(() => this.act(panel, message.type)));
    const { webview } = view;
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.extension, name)).toString();
    webview.html = responsePage(address("dist/response.js"), address("media/response.css"), webview.cspSource, randomBytes(16).toString("base64url"));
  }

  private async act(panel: Panel, type: unknown): Promise<void> {
    const { shown } = panel;
    const { exchange } = shown;
    if (type === "ready") {
      // The page was loaded, for the first time or because its tab came to the front again.
      await panel.view.webview.postMessage({ exchange });
    } else if (type === "again") {
      await this.acts.again(exchange);
    } else if (type === "copy") {
      await copyBody(shown.text);
    } else if (type === "save") {
      await this.save(shown);
    } else if (type === "text") {
      await this.acts.asText(shown.document);
    } else if (type === "explain") {
      await this.acts.explain(exchange);
    }
  }

  private async save({ document, exchange }: Shown): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(path.dirname(exchange.file));
    const file = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(folder, fileName(exchange)),
      title: "Save the body of the response",
    });
    if (file) {
      await this.server.ask("httpls/saveBody", { document, path: file.fsPath });
      vscode.window.setStatusBarMessage("$(check) Saved the body of the response", 5_000);
    }
  }
}

function title({ exchange }: Shown): string {
  const what = exchange.name ?? `${exchange.method} ${exchange.url.split(/[?#]/)[0]?.split("/").slice(3).join("/") || "/"}`;
  return `Response ${what}`.slice(0, 50);
}
