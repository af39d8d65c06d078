/** What a person has done at some time, for the steps of the walkthrough. */

import * as vscode from "vscode";

const KEY = "httpls.done";
export type Act = "sent" | "sawAuthentication";

export class Done {
  constructor(private readonly memory: vscode.Memento) {}

  /** Remembers that something was done. */
  async add(act: Act): Promise<void> {
    const known = this.acts;
    if (!known.includes(act)) {
      await this.memory.update(KEY, [...known, act]);
    }
    await vscode.commands.executeCommand("setContext", `httpls.done.${act}`, true);
  }

  /** Tells the walkthrough, which notices only what changes while it is open. */
  async tell(): Promise<void> {
    for (const act of this.acts) {
      await vscode.commands.executeCommand("setContext", `httpls.done.${act}`, false);
      await vscode.commands.executeCommand("setContext", `httpls.done.${act}`, true);
    }
  }

  private get acts(): readonly Act[] {
    return this.memory.get<readonly Act[]>(KEY, []);
  }
}
