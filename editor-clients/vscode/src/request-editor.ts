/** The editor of the request file at hand. */

import * as vscode from "vscode";

/** Returns the editor of a request file: the active one, else one that is seen, as beside a response. */
export function findRequestEditor(): vscode.TextEditor | undefined {
  const active = vscode.window.activeTextEditor;
  const editors = active ? [active, ...vscode.window.visibleTextEditors] : vscode.window.visibleTextEditors;
  return editors.find(({ document }) => document.languageId === "http");
}
