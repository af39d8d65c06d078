/** Installs the language server into an environment of this extension's own, or lets the person say where it is. */

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { onPath, ownEnvironment, ownInterpreter } from "./places";
import type { Command } from "./server-command";

const MINUTES = 60_000;

/** Says that there is no server, and offers what can be done. */
export async function offerRepair(reason: string): Promise<void> {
  const choice = await vscode.window.showErrorMessage(`${reason} Request files are coloured, and nothing more.`, "Install", "Choose…", "Show Log");
  const commands: Record<string, string> = {
    Install: "httpls.installServer",
    "Choose…": "httpls.chooseServer",
    "Show Log": "httpls.showServerLog",
  };
  const command = choice && commands[choice];
  if (command) {
    await vscode.commands.executeCommand(command);
  }
}

/** Installs the server that this extension brings. Returns whether it is there; a failure is shown. */
export async function installServer(storage: vscode.Uri, extension: vscode.Uri, log: vscode.LogOutputChannel): Promise<boolean> {
  const python = await findPython();
  if (!python) {
    await vscode.window.showErrorMessage("Python 3.11 or later is needed, and none is on the PATH. Install it, or choose an interpreter in the Python extension.");
    return false;
  }
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Installing the language server httpls" },
      async () => {
        await mkdir(storage.fsPath, { recursive: true });
        await run(log, python, ["-m", "venv", ownEnvironment(storage)]);
        const wheel = await bundledWheel(extension);
        await run(log, ownInterpreter(storage), ["-m", "pip", "install", "--upgrade", wheel ?? "httpls"]);
        await writeFile(marker(storage), path.basename(wheel ?? ""));
      },
    );
    return true;
  } catch (error) {
    const text = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const choice = await vscode.window.showErrorMessage(`httpls could not be installed: ${text}`, "Show Log");
    if (choice) {
      log.show();
    }
    return false;
  }
}

/** Offers to install the server that this extension brings where it runs an older one that it installed itself. */
export async function offerUpdate(running: Command | undefined, storage: vscode.Uri, extension: vscode.Uri): Promise<void> {
  const wheel = await bundledWheel(extension);
  if (!wheel || running?.program !== ownInterpreter(storage)) {
    return;
  }
  const installed = await readFile(marker(storage), "utf8").catch(() => "");
  if (installed === path.basename(wheel)) {
    return;
  }
  const text = "The extension httpls brings another version of its language server than the one that runs.";
  if (await vscode.window.showInformationMessage(text, "Update")) {
    await vscode.commands.executeCommand("httpls.installServer");
  }
}

/** Returns the wheel of the server that is packed with this extension, undefined if none is. */
async function bundledWheel(extension: vscode.Uri): Promise<string | undefined> {
  const folder = path.join(extension.fsPath, "dist", "server");
  const names = await readdir(folder).catch(() => [] as string[]);
  const wheel = names.find((name) => name.endsWith(".whl"));
  return wheel && path.join(folder, wheel);
}

/** Returns the file that says which wheel was installed. */
function marker(storage: vscode.Uri): string {
  return path.join(ownEnvironment(storage), "wheel.txt");
}

/** Lets the person choose the program, and keeps it in the settings. Returns whether one was chosen. */
export async function chooseServer(): Promise<boolean> {
  const [file] = (await vscode.window.showOpenDialog({ title: "The program httpls", openLabel: "Use" })) ?? [];
  if (!file) {
    return false;
  }
  const settings = vscode.workspace.getConfiguration("httpls");
  await settings.update("server.path", file.fsPath, vscode.ConfigurationTarget.Global);
  return true;
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3.13", "python3.12", "python3.11", "python3", "python"]) {
    const found = await onPath(name);
    if (found && (await isRecent(found))) {
      return found;
    }
  }
  return undefined;
}

function isRecent(python: string): Promise<boolean> {
  return new Promise((resolve) => {
    const code = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    execFile(python, ["-c", code], { timeout: 10_000 }, (error) => resolve(error === null));
  });
}

function run(log: vscode.LogOutputChannel, program: string, args: string[]): Promise<void> {
  log.info([program, ...args].join(" "));
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 10 * MINUTES }, (error, out, err) => {
      log.info(`${out}${err}`);
      if (error) {
        reject(new Error(err.trim().split("\n").at(-1) || error.message));
      } else {
        resolve();
      }
    });
  });
}
