/** What a person has done at some time, for the steps of the walkthrough. */

import * as vscode from "vscode";

const KEY = "httpls.done";
export type Act = "isRunning" | "sent" | "sawAuthentication";

/** The editor ticks a step off when a context becomes true, and never one that was true before it read the walkthrough. */
export class Done {
  private isOpen = false;

  constructor(private readonly memory: vscode.Memento) {}

  /** Remembers that something was done. */
  async add(act: Act): Promise<void> {
    const known = this.acts;
    if (!known.includes(act)) {
      await this.memory.update(KEY, [...known, act]);
    }
    if (this.isOpen) {
      await tell(act);
    }
  }

  /** Tells the walkthrough, which has just been opened, what was done before. */
  async tell(): Promise<void> {
    this.isOpen = true;
    for (const act of this.acts) {
      await tell(act);
    }
  }

  private get acts(): readonly Act[] {
    return this.memory.get<readonly Act[]>(KEY, []);
  }
}

async function tell(act: Act): Promise<void> {
  await vscode.commands.executeCommand("setContext", `httpls.done.${act}`, true);
}
