/** What the command line does for the editor. */

import { execFile } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Command, commandLine } from "./server-command";

/** Puts the request at a line of a file into the clipboard, as a command of curl. */
export async function copyAsCurl(server: Command, editor: vscode.TextEditor, environments: readonly string[]): Promise<void> {
  const { document } = editor;
  if (document.isUntitled || document.isDirty) {
    if (!(await document.save())) {
      return;
    }
  }
  const line = String(editor.selection.active.line + 1);
  const chosen = environments.flatMap((name) => ["--env", name]);
  const command = commandLine(server, "export", "curl", document.fileName, "--line", line, ...chosen);
  const text = await output(command, path.dirname(document.fileName));
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("$(check) Copied as a command of curl", 5_000);
}

/** Removes the cookies of the project of a file. */
export async function clearCookies(server: Command, file: string, environments: readonly string[]): Promise<void> {
  const chosen = environments.flatMap((name) => ["--env", name]);
  const text = await output(commandLine(server, "cookies", "clear", ...chosen), path.dirname(file));
  await vscode.window.showInformationMessage(text.trim() || "The cookies are removed.");
}

function output(command: Command, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command.program, [...command.arguments], { cwd, timeout: 60_000 }, (error, out, err) => {
      if (error) {
        reject(new Error(err.trim() || error.message));
      } else {
        resolve(out);
      }
    });
  });
}
