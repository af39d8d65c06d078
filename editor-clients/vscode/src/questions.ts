/** Asks what the server wants to know while it sends. */

import * as vscode from "vscode";

export interface Question {
  readonly question: string;
  readonly isSecret: boolean;
  readonly default: string | null;
  /** Texts of which one is the answer. */
  readonly choices?: readonly string[];
}

/** Returns the answer, null if the person gives none. */
export async function answer(question: Question, token: vscode.CancellationToken): Promise<string | null> {
  if (question.choices) {
    const options = { title: "HTTP request", placeHolder: question.question, ignoreFocusOut: true };
    return (await vscode.window.showQuickPick([...question.choices], options, token)) ?? null;
  }
  const options: vscode.InputBoxOptions = {
    title: "HTTP request",
    prompt: question.question,
    password: question.isSecret,
    ignoreFocusOut: true,
  };
  if (question.default !== null && !question.isSecret) {
    options.value = question.default;
  }
  return (await vscode.window.showInputBox(options, token)) ?? null;
}
