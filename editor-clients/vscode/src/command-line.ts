/** What the command line does for the editor. */

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Command, commandLine } from "./server-command";

/** Returns every step of the authentication of the request at the cursor. Nothing is sent; secrets are masked. */
export async function explained(server: Command, editor: vscode.TextEditor, environments: readonly string[]): Promise<string> {
  return output(commandLine(server, "auth", "explain", ...(await here(editor, environments))), folder(editor));
}

/** Returns the tokens that are kept on this machine, without their values. */
export async function tokens(server: Command): Promise<string> {
  return output(commandLine(server, "auth", "list"), homedir());
}

/** Obtains a token for the request at the cursor, in a terminal: it may have to ask, or open the browser. */
export async function logIn(server: Command, editor: vscode.TextEditor, environments: readonly string[]): Promise<void> {
  // A browser of the person's cannot be opened from another machine: there the address is shown, and pasted back.
  const isElsewhere = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  const words = [...(await here(editor, environments)), ...(isElsewhere ? ["--no-browser"] : [])];
  const { program, arguments: args } = commandLine(server, "auth", "login", ...words);
  const execution = new vscode.ProcessExecution(program, [...args], { cwd: folder(editor) });
  const task = new vscode.Task({ type: "httpls" }, vscode.TaskScope.Workspace, "Log in", "httpls", execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true, clear: true };
  await vscode.tasks.executeTask(task);
}

/** Removes the cookies of the project of a file. */
export async function clearCookies(server: Command, file: string, environments: readonly string[]): Promise<void> {
  const chosen = environments.flatMap((name) => ["--env", name]);
  const text = await output(commandLine(server, "cookies", "clear", ...chosen), path.dirname(file));
  await vscode.window.showInformationMessage(text.trim() || "The cookies are removed.");
}

/** Returns the arguments for the request at the cursor. The file is saved: the command line reads the disk. */
async function here(editor: vscode.TextEditor, environments: readonly string[]): Promise<string[]> {
  const { document } = editor;
  if ((document.isUntitled || document.isDirty) && !(await document.save())) {
    throw new Error("The file has to be saved first.");
  }
  const line = String(editor.selection.active.line + 1);
  return [document.fileName, "--line", line, ...environments.flatMap((name) => ["--env", name])];
}

function folder(editor: vscode.TextEditor): string {
  return path.dirname(editor.document.fileName);
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
