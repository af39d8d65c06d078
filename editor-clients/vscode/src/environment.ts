/** The environment: chosen from a list, remembered for the workspace, shown in the status bar. */

import * as vscode from "vscode";
import type { LanguageServer } from "./language-server";

const KEY = "httpls.environments";
const FOLDERS = "httpls.environmentsOfFolders";
const NONE = "No environment";

/** What the server says of the environments that are chosen: for everything, for folders, for files, by URI. */
export interface Status {
  readonly environments: readonly string[];
  readonly folders: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

export class Environment implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("httpls.environment", vscode.StatusBarAlignment.Right, 100);
  private readonly subscription: vscode.Disposable;
  private status: Status = { environments: [], folders: {}, files: {} };
  private running = 0;

  constructor(
    private readonly server: LanguageServer,
    private readonly memory: vscode.Memento,
  ) {
    this.item.name = "Environment of HTTP requests";
    this.item.command = "httpls.chooseEnvironment";
    this.subscription = vscode.window.onDidChangeActiveTextEditor(() => this.show());
    this.show();
  }

  /** Tells a server that has just started which environments are chosen. */
  async restore(): Promise<void> {
    const names = this.memory.get<string[]>(KEY, []);
    if (names.length > 0) {
      await this.server.execute("httpls.setEnvironment", ...names);
    }
    for (const [uri, chosen] of Object.entries(this.memory.get<Record<string, string[]>>(FOLDERS, {}))) {
      if (this.hasSeveralFolders && vscode.workspace.workspaceFolders?.some((folder) => folder.uri.toString() === uri)) {
        await this.server.execute("httpls.setEnvironment", { names: chosen, scope: "folder", uri: `${uri}/.http` });
      }
    }
    this.show();
  }

  /** Takes over what the server says is chosen. */
  tell(status: Status): void {
    this.status = status;
    this.show();
  }

  /** Shows how many runs there are. */
  showRunning(count: number): void {
    this.running = count;
    this.show();
  }

  /** Lets the person choose one of the environments of a file; with several folders in the window, for its folder. */
  async choose(uri: vscode.Uri): Promise<void> {
    const found = (await this.server.execute("httpls.environments", { uri: uri.toString() })) as {
      environments: string[];
    };
    if (found.environments.length === 0) {
      await vscode.window.showInformationMessage(
        "This file has no environments. They stand in http-client.env.json, in files of other tools beside it, or in .vscode/settings.json.",
      );
      return;
    }
    const folder = this.hasSeveralFolders ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
    const [chosen] = this.of(uri);
    const items = [NONE, ...found.environments].map((label) => ({ label, description: label === (chosen ?? NONE) ? "chosen" : "" }));
    const placeHolder = folder ? `Environment for the request files of ${folder.name}` : "Environment for all request files";
    const picked = await vscode.window.showQuickPick(items, { placeHolder });
    if (!picked) {
      return;
    }
    const names = picked.label === NONE ? [] : [picked.label];
    if (folder) {
      await this.server.execute("httpls.setEnvironment", { names, scope: "folder", uri: uri.toString() });
      await this.memory.update(FOLDERS, { ...this.memory.get<Record<string, string[]>>(FOLDERS, {}), [folder.uri.toString()]: names });
    } else {
      await this.server.execute("httpls.setEnvironment", ...names);
      await this.memory.update(KEY, names);
    }
    this.show();
  }

  /** Returns the environments that count for a file. */
  of(uri: vscode.Uri): readonly string[] {
    const { environments, folders, files } = this.status;
    // Editor and server escape other characters of a URI.
    const path = uri.path;
    const [, ofFile] = Object.entries(files).find(([file]) => vscode.Uri.parse(file).path === path) ?? [];
    const around = Object.entries(folders).filter(([folder]) => path.startsWith(`${vscode.Uri.parse(folder).path}/`));
    const [nearest] = around.sort(([one], [other]) => other.length - one.length);
    return ofFile ?? nearest?.[1] ?? environments;
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  /** Shows in the status bar what is so now. */
  show(): void {
    const active = vscode.window.activeTextEditor;
    // A view of a response may have the focus, beside the file.
    const editors = active ? [active] : vscode.window.visibleTextEditors;
    const document = editors.find((one) => one.document.languageId === "http")?.document;
    if (!document) {
      this.item.hide();
      return;
    }
    if (!this.server.isRunning) {
      this.item.text = "$(warning) httpls does not run";
      this.item.tooltip = "Restart the language server";
      this.item.command = "httpls.restartServer";
    } else {
      const icon = this.running > 0 ? "$(sync~spin)" : "$(server-environment)";
      this.item.text = `${icon} ${this.of(document.uri).join(", ") || NONE}`;
      this.item.tooltip = "Environment of HTTP requests: choose another";
      this.item.command = "httpls.chooseEnvironment";
    }
    this.item.show();
  }

  private get hasSeveralFolders(): boolean {
    return (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  }
}
