/** What goes wrong is shown to the person, without the words of a programmer. */

import * as vscode from "vscode";

/** Carries something out; a failure is shown, none is raised. */
export async function orTold(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    await vscode.window.showErrorMessage(`httpls: ${error instanceof Error ? error.message : String(error)}`);
  }
}
