/** The places where a server may be, on this machine. */

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Places } from "./server-command";

const PROBE_MILLISECONDS = 10_000;

export function realPlaces(storage: vscode.Uri): Places {
  const settings = vscode.workspace.getConfiguration("httpls");
  return {
    path: settings.get("server.path", ""),
    interpreter: settings.get("server.interpreter", ""),
    exists: (file) => isThere(file, constants.F_OK),
    hasPackage,
    // The interpreter of a workspace that is not trusted could be anything.
    chosenInterpreter: async () => (vscode.workspace.isTrusted ? chosenInterpreter() : undefined),
    onPath,
    ownInterpreter: ownInterpreter(storage),
  };
}

/** Returns the folder of the environment into which this extension installs the server. */
export function ownEnvironment(storage: vscode.Uri): string {
  return path.join(storage.fsPath, "server");
}

export function ownInterpreter(storage: vscode.Uri): string {
  const inside = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return path.join(ownEnvironment(storage), ...inside);
}

/** Returns the path of a program on the `PATH`; entries that are relative to some folder do not count. */
export async function onPath(name: string): Promise<string | undefined> {
  const suffixes = process.platform === "win32" ? [".exe"] : [""];
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix);
      if (await isThere(file, constants.X_OK)) {
        return file;
      }
    }
  }
  return undefined;
}

function hasPackage(interpreter: string): Promise<boolean> {
  return new Promise((resolve) => {
    const code = "import importlib.util as u, sys; sys.exit(u.find_spec('httpls') is None)";
    const arguments_ = ["-P", "-c", code];
    execFile(interpreter, arguments_, { timeout: PROBE_MILLISECONDS }, (error) => resolve(error === null));
  });
}

async function isThere(file: string, mode: number): Promise<boolean> {
  try {
    await access(file, mode);
    return true;
  } catch {
    return false;
  }
}

/** What is used of the Python extension, see its page on npm, `@vscode/python-extension`. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(): { readonly path: string };
    resolveEnvironment(
      environment: { readonly path: string },
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

async function chosenInterpreter(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) {
    return undefined;
  }
  const api = extension.isActive ? extension.exports : await extension.activate();
  const environments = api.environments;
  if (!environments) {
    return undefined;
  }
  const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath());
  return resolved?.executable.uri?.fsPath;
}
