"""Other parsers of request files, timed in the same run as ours: httpyac's, and the tree-sitter grammar of Kulala.

`npm install --ignore-scripts httpyac @mistweaverco/tree-sitter-kulala` in some folder installs both; the second needs a
C compiler and the Python package `tree-sitter` as well. What is missing is told and left out.
"""

import ctypes
import json
import shutil
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_HTTPYAC = """
const { io, store } = require(process.argv[2]);
const path = require("node:path");
const fs = require("node:fs");
Object.assign(io.fileProvider, {
  isAbsolute: path.isAbsolute, dirname: path.dirname, joinPath: path.join,
  hasExtension: (name, ...ends) => ends.some((end) => name.endsWith("." + end)),
  exists: async () => false, readdir: async () => [],
});
(async () => {
  const [, , , name, rounds] = process.argv;
  const text = fs.readFileSync(name, "utf8");
  const seconds = [];
  for (let round = 0; round < Number(rounds); round++) {
    const begin = performance.now();
    const file = await new store.HttpFileStore().parse(name, text, { workingDir: path.dirname(name) });
    seconds.push((performance.now() - begin) / 1000);
    if (!file.httpRegions.some((region) => region.request)) throw new Error("httpyac found no request");
  }
  console.log(JSON.stringify(seconds));
})();
"""


class MissingError(Exception):
    """A peer is not installed; the message says what is missing."""


def httpyac_seconds(modules: Path | None, text: str, rounds: int) -> list[float]:
    """Return how long httpyac takes for a text, by the clock, once for each round in one process that gets warm.

    Raises MissingError.
    """
    node = shutil.which("node")
    if node is None or modules is None or not (modules / "httpyac").is_dir():
        raise MissingError("httpyac is not installed (see --node)")
    with tempfile.TemporaryDirectory() as folder:
        program, file = Path(folder, "parse.cjs"), Path(folder, "file.http")
        program.write_text(_HTTPYAC, encoding="utf-8")
        file.write_text(text, encoding="utf-8")
        command = [node, str(program), str((modules / "httpyac").resolve()), str(file), str(rounds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(seconds) for seconds in json.loads(done.stdout)]


def tree_sitter_parser(modules: Path | None, folder: Path) -> Callable[[bytes], object]:
    """Return the parser of Kulala's tree-sitter grammar, compiled in `folder`. Raises MissingError."""
    source = modules / "@mistweaverco" / "tree-sitter-kulala" / "src" if modules is not None else None
    compiler = shutil.which("cc")
    if source is None or not (source / "parser.c").is_file():
        raise MissingError("@mistweaverco/tree-sitter-kulala is not installed (see --node)")
    if compiler is None or find_spec("tree_sitter") is None:
        raise MissingError("a C compiler or the Python package tree-sitter is missing")
    library = folder / f"kulala{sysconfig.get_config_var('EXT_SUFFIX')}"
    command = [compiler, "-O2", "-shared", "-fPIC", "-I", str(source), str(source / "parser.c"), "-o", str(library)]
    subprocess.run(command, check=True)
    language = ctypes.CDLL(str(library)).tree_sitter_kulala
    language.restype = ctypes.c_void_p
    new_capsule = ctypes.pythonapi.PyCapsule_New
    new_capsule.restype = ctypes.py_object
    new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    # It is no dependency of ours, so type checkers do not find it.
    tree_sitter: Any = import_module("tree_sitter")
    parser: Any = tree_sitter.Parser(tree_sitter.Language(new_capsule(language(), b"tree_sitter.Language", None)))
    parse: Callable[[bytes], object] = parser.parse
    return parse


def seconds_of(action: Callable[[], object]) -> float:
    """Return how long something takes by the clock."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
