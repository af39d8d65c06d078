/** The environment: chosen from a list, remembered for the workspace, shown in the status bar. */

import * as vscode from "vscode";
import type { LanguageServer } from "./language-server";

const KEY = "httpls.environments";
const NONE = "No environment";

export class Environment implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("httpls.environment", vscode.StatusBarAlignment.Right, 100);
  private readonly subscription: vscode.Disposable;
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
    if (this.chosen.length > 0) {
      await this.server.execute("httpls.setEnvironment", ...this.chosen);
    }
    this.show();
  }

  /** Shows how many runs there are. */
  showRunning(count: number): void {
    this.running = count;
    this.show();
  }

  /** Lets the person choose one of the environments of a file. */
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
    const items = [NONE, ...found.environments].map((label) => ({
      label,
      description: label === (this.chosen[0] ?? NONE) ? "chosen" : "",
    }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: "Environment for all request files" });
    if (!picked) {
      return;
    }
    const names = picked.label === NONE ? [] : [picked.label];
    await this.server.execute("httpls.setEnvironment", ...names);
    await this.memory.update(KEY, names);
    this.show();
  }

  get chosen(): readonly string[] {
    return this.memory.get<string[]>(KEY, []);
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  /** Shows in the status bar what is so now. */
  show(): void {
    const language = vscode.window.activeTextEditor?.document.languageId;
    if (language !== "http" && language !== "http-response") {
      this.item.hide();
      return;
    }
    if (!this.server.isRunning) {
      this.item.text = "$(warning) httpls does not run";
      this.item.tooltip = "Restart the language server";
      this.item.command = "httpls.restartServer";
    } else {
      const icon = this.running > 0 ? "$(sync~spin)" : "$(server-environment)";
      this.item.text = `${icon} ${this.chosen.join(", ") || NONE}`;
      this.item.tooltip = "Environment of HTTP requests: choose another";
      this.item.command = "httpls.chooseEnvironment";
    }
    this.item.show();
  }
}
