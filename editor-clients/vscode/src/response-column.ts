/** Where responses are shown: where others are already, else where the settings say. */

import * as vscode from "vscode";

/** The scheme of the documents that show responses. */
export const VIEW_SCHEME = "httpls-view";
/** The type of the views that show responses. */
export const VIEW_TYPE = "httpls.response";

/** Returns the column of the first response that there is, as a view or as a document; else that of the settings. */
export function responseColumn(): vscode.ViewColumn {
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(({ input }) => isResponse(input)));
  const isBeside = vscode.workspace.getConfiguration("httpls.response").get("column") !== "current";
  return group?.viewColumn ?? (isBeside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
}

function isResponse(input: unknown): boolean {
  if (input instanceof vscode.TabInputWebview) {
    // The editor puts a prefix of its own before the type.
    return input.viewType.endsWith(VIEW_TYPE);
  }
  return input instanceof vscode.TabInputText && input.uri.scheme === VIEW_SCHEME;
}
