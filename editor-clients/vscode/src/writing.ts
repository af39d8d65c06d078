/** Writes into a request file what the server makes: requests of commands of curl, the lines of a scheme. */

import * as vscode from "vscode";
import type { LanguageServer } from "./language-server";

/** Inserts the command of curl in the clipboard above the line of the cursor, as a request. */
export async function pasteCurl(server: LanguageServer, { document, selection }: vscode.TextEditor): Promise<void> {
  const text = (await vscode.env.clipboard.readText()).trim();
  if (!/^curl(\.exe)?\s/.test(text)) {
    throw new Error("Copy a command of curl first; then it is pasted as a request.");
  }
  await server.execute("httpls.pasteCurl", { uri: document.uri.toString(), line: selection.active.line + 1, text });
}

/** Lets the person choose a scheme, and inserts the lines that set it up above the request line at the cursor. */
export async function setUpAuthentication(server: LanguageServer, editor: vscode.TextEditor): Promise<void> {
  const { schemes } = (await server.execute("httpls.authSchemes")) as { schemes: { word: string; title: string }[] };
  const items = schemes.map(({ word, title }) => ({ label: word, description: title }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: "How the request authenticates", matchOnDescription: true });
  if (!picked) {
    return;
  }
  const lines = String(await server.execute("httpls.authLines", { scheme: picked.label }));
  const place = new vscode.Position(requestLine(editor), 0);
  await editor.edit((edit) => edit.insert(place, `${lines}\n`));
}

/** Returns the line of the request at the cursor, counted from 0: the first below the last `###` that is no comment. */
function requestLine({ document, selection }: vscode.TextEditor): number {
  let line = selection.active.line;
  while (line > 0 && !document.lineAt(line).text.startsWith("###")) {
    line -= 1;
  }
  for (; line < document.lineCount; line += 1) {
    const { text } = document.lineAt(line);
    if (text.trim() !== "" && !/^(#|\/\/|@)/.test(text)) {
      return line;
    }
  }
  return selection.active.line;
}
