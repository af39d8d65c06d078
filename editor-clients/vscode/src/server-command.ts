/** Finds the program of the language server. What it looks at is handed in, so that this is decided without an editor. */

export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

export type Found = { readonly command: Command; readonly from: string } | { readonly missing: string };

/** The places where a server may be. Paths are absolute. */
export interface Places {
  /** The setting `httpls.server.path`, empty if it is not set. */
  readonly path: string;
  /** The setting `httpls.server.interpreter`, empty if it is not set. */
  readonly interpreter: string;
  exists(path: string): Promise<boolean>;
  /** Tells whether a Python has the package `httpls`. */
  hasPackage(interpreter: string): Promise<boolean>;
  /** The interpreter that the Python extension has chosen. */
  chosenInterpreter(): Promise<string | undefined>;
  /** The path of a program on the `PATH`. */
  onPath(name: string): Promise<string | undefined>;
  /** The interpreter of the environment into which this extension installs. */
  readonly ownInterpreter: string;
}

/** Returns the first server there is: by path, by interpreter, on the `PATH`, installed by this extension. */
export async function findServer(places: Places): Promise<Found> {
  if (places.path) {
    if (await places.exists(places.path)) {
      return { command: { program: places.path, arguments: ["lsp"] }, from: "httpls.server.path" };
    }
    return { missing: `The setting httpls.server.path names ${places.path}, which does not exist.` };
  }
  if (places.interpreter) {
    if (await places.hasPackage(places.interpreter)) {
      return { command: withPython(places.interpreter), from: "httpls.server.interpreter" };
    }
    return { missing: `The setting httpls.server.interpreter names ${places.interpreter}, which has no package httpls.` };
  }
  const chosen = await places.chosenInterpreter();
  if (chosen && (await places.hasPackage(chosen))) {
    return { command: withPython(chosen), from: "the chosen interpreter" };
  }
  const program = await places.onPath("httpls");
  if (program) {
    return { command: { program, arguments: ["lsp"] }, from: "PATH" };
  }
  if ((await places.exists(places.ownInterpreter)) && (await places.hasPackage(places.ownInterpreter))) {
    return { command: withPython(places.ownInterpreter), from: "this extension's own environment" };
  }
  return { missing: "The language server httpls is not installed." };
}

/** Returns the command line program that belongs to a server: the same, with other arguments. */
export function commandLine(server: Command, ...rest: string[]): Command {
  return { program: server.program, arguments: [...server.arguments.slice(0, -1), ...rest] };
}

function withPython(interpreter: string): Command {
  // Without -P Python would import modules from the folder it is started in, which is somebody's workspace.
  return { program: interpreter, arguments: ["-P", "-m", "httpls", "lsp"] };
}
