/** Sends requests by the commands of the server, and tells what came of them. */

import * as vscode from "vscode";
import { orTold } from "./failures";
import type { LanguageServer } from "./language-server";
import type { Responses } from "./responses";
import { isWell, type Summary, told, toldOfAll } from "./summary";

/** The commands of the server that send. */
export const SENDING = ["httpls.send", "httpls.sendAll", "httpls.sendUpToHere", "httpls.sendAgain"];
const TOLD_MILLISECONDS = 8_000;

export class Sending {
  private count = 0;

  /** `changed` is told how many runs there are. */
  constructor(
    private readonly server: LanguageServer,
    private readonly responses: Responses,
    private readonly changed: (running: number) => void,
  ) {}

  /** Carries out one of `SENDING`; every failure is shown, none is raised. */
  async send(command: string, ...rest: unknown[]): Promise<void> {
    if (!(await mayBeSent())) {
      return;
    }
    this.changed(++this.count);
    await orTold(async () => {
      const summary = (await this.server.execute(command, ...rest)) as Summary;
      for (const result of summary.results) {
        this.responses.record(await this.server.content(result.document));
      }
      await this.tell(summary);
    });
    this.changed(--this.count);
  }

  private async tell({ results }: Summary): Promise<void> {
    const bad = results.filter((result) => !isWell(result));
    const [first] = bad;
    if (!first) {
      const text = results.length === 1 && results[0] ? told(results[0]) : toldOfAll(results);
      vscode.window.setStatusBarMessage(`$(check) ${text}`, TOLD_MILLISECONDS);
      return;
    }
    if (bad.every((result) => result.outcome === "interrupted")) {
      vscode.window.setStatusBarMessage("$(circle-slash) Cancelled", TOLD_MILLISECONDS);
      return;
    }
    const text = results.length === 1 ? told(first) : `${toldOfAll(results)}. ${told(first)}`;
    // Nobody waits for the button: the next request may be sent while the message stands.
    void vscode.window.showWarningMessage(text, "Show Log").then((choice) => choice && this.responses.showLog());
  }
}

/** Tells whether the workspace is trusted; says what can be done if it is not. */
export async function mayBeSent(): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const question = "Nothing is sent from a workspace that is not trusted: its files could take your secrets elsewhere.";
  if ((await vscode.window.showWarningMessage(question, "Manage Trust")) === "Manage Trust") {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return false;
}
