import assert from "node:assert/strict";
import test from "node:test";
import { commandLine, findServer, type Places } from "../src/server-command";

const nothing: Places = {
  path: "",
  interpreter: "",
  exists: async () => false,
  hasPackage: async () => false,
  chosenInterpreter: async () => undefined,
  onPath: async () => undefined,
  ownInterpreter: "/own/python",
};

test("the path of the settings comes first", async () => {
  const found = await findServer({ ...nothing, path: "/x/httpls", exists: async () => true, onPath: async () => "/usr/bin/httpls" });
  assert.deepEqual("command" in found && found.command, { program: "/x/httpls", arguments: ["lsp"] });
});

test("a path that does not exist is said, and nothing else is taken in its place", async () => {
  const found = await findServer({ ...nothing, path: "/x/httpls", onPath: async () => "/usr/bin/httpls" });
  assert.match("missing" in found ? found.missing : "", /\/x\/httpls, which does not exist/);
});

test("an interpreter of the settings without the package is said", async () => {
  const found = await findServer({ ...nothing, interpreter: "/x/python" });
  assert.match("missing" in found ? found.missing : "", /\/x\/python, which has no package httpls/);
});

test("the chosen interpreter comes before the PATH if it has the package", async () => {
  const places = { ...nothing, chosenInterpreter: async () => "/venv/python", onPath: async () => "/usr/bin/httpls" };
  const has = await findServer({ ...places, hasPackage: async () => true });
  assert.equal("command" in has && has.command.program, "/venv/python");
  const hasNot = await findServer(places);
  assert.equal("command" in hasNot && hasNot.command.program, "/usr/bin/httpls");
});

test("an interpreter imports nothing from the folder it is started in", async () => {
  const found = await findServer({ ...nothing, interpreter: "/x/python", hasPackage: async () => true });
  assert.deepEqual("command" in found && found.command.arguments, ["-P", "-m", "httpls", "lsp"]);
});

test("last comes what this extension installed; without it, it is said that there is none", async () => {
  const own = await findServer({ ...nothing, exists: async (path) => path === "/own/python", hasPackage: async () => true });
  assert.equal("command" in own && own.command.program, "/own/python");
  const none = await findServer(nothing);
  assert.equal("missing" in none && none.missing, "The language server httpls is not installed.");
});

test("the command line is the same program with other arguments", () => {
  assert.deepEqual(commandLine({ program: "python", arguments: ["-m", "httpls", "lsp"] }, "export", "curl").arguments, [
    "-m", "httpls", "export", "curl",
  ]);
});
