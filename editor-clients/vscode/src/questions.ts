/** Asks what the server wants to know while it sends. */

import * as vscode from "vscode";

export interface Question {
  readonly question: string;
  readonly isSecret: boolean;
  readonly default: string | null;
}

/** Returns the answer, null if the person gives none. */
export async function answer(question: Question, token: vscode.CancellationToken): Promise<string | null> {
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
