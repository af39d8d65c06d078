/** What the command line does for the editor. */

import { execFile } from "node:child_process";
import * as path from "node:path";
import type * as vscode from "vscode";
import { type Command, commandLine } from "./server-command";

/** Returns every step of the authentication of a request. Nothing is sent; secrets are masked. */
export async function explained(
  server: Command,
  { document, line }: { readonly document: vscode.TextDocument; readonly line: number },
  environments: readonly string[],
): Promise<string> {
  // The file is saved: the command line reads the disk.
  if ((document.isUntitled || document.isDirty) && !(await document.save())) {
    throw new Error("The file has to be saved first.");
  }
  const chosen = environments.flatMap((name) => ["--env", name]);
  const command = commandLine(server, "auth", "explain", document.fileName, "--line", String(line), ...chosen);
  return output(command, path.dirname(document.fileName));
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
