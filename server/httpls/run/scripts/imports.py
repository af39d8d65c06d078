"""`import {f} from './lib.js'` in scripts: the files are read here, and become code that the engine runs before.

JavaScript's own modules need files at run time, which scripts do not have. The syntax of `import` and `export` is
rewritten in place, so that everything else keeps its line and column. A module is strict code, runs once for each
script that needs it, and sees what the script sees. `import('./lib.js')` is read here too, and run when it is called.
"""

import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import NamedTuple

from httpls.run.errors import RefusedError
from httpls.run.scripts.call import Module

MOST_MODULES = 100
"""How many files a script may import, those that they import among them."""

Read = Callable[[Path, str], tuple[Path, str]]
"""Returns the path and the text of a module; takes the file that imports it, and the path as it is written there."""


class Bundle(NamedTuple):
    """A script without imports, the modules that it may need, and the files in the order of their lines.

    A line from `first` on is in that file, up to the next one's. `needs` are the modules that run before the script.
    """

    code: str
    modules: tuple[Module, ...]
    files: tuple[tuple[int, Path], ...]
    needs: tuple[str, ...] = ()

    def place(self, line: int) -> tuple[Path, int] | None:
        """Return file and line of a line of a module; None for one of the script itself."""
        found: tuple[Path, int] | None = None
        for first, path in self.files:
            if line >= first:
                found = path, line - first + 1
        return found


def bundled(code: str, path: Path, read: Read) -> Bundle:
    """Return a script of a file with all that it imports. Raises `RefusedError` with what cannot be imported."""
    if _IMPORT_WORD.search(code) is None:
        return Bundle(code, (), ())
    return _Bundler(read).bundle(code, path)


class _Bundler:
    def __init__(self, read: Read) -> None:
        self._read = read
        self._names: dict[Path, str] = {}
        self._modules: list[Module] = []
        self._files: list[tuple[int, Path]] = []
        self._next_line = 0

    def bundle(self, code: str, path: Path) -> Bundle:
        self._next_line = code.count("\n") + 10
        needs: list[str] = []
        text = self._rewritten(code, path, None, needs)
        return Bundle(text, tuple(self._modules), tuple(self._files), tuple(needs))

    def _rewritten(self, code: str, path: Path, exports: list[str] | None, needs: list[str]) -> str:
        """Return code with imports, and with exports if it is a module, written as plain JavaScript.

        The names of the modules that it needs before it runs are added to `needs`.
        """
        pieces: list[str] = []
        end = 0
        masked = _masked(code)
        for match in _STATEMENT.finditer(masked):
            if match.start() < end:
                continue
            replaced = self._replaced(code, masked, match, path, exports, needs)
            if replaced is None:
                continue
            text, until = replaced
            written = code[match.start() : until]
            # A statement may go over several lines; those below it keep their numbers.
            pieces += [code[end : match.start()], text, "\n" * (written.count("\n") - text.count("\n"))]
            end = until
        return "".join([*pieces, code[end:]])

    def _replaced(
        self,
        code: str,
        masked: str,
        match: re.Match[str],
        path: Path,
        exports: list[str] | None,
        needs: list[str],
    ) -> tuple[str, int] | None:
        start = match.start()
        if match.group() == "import":
            if masked[match.end() :].lstrip().startswith("("):
                return self._called(code, start, path)
            imported = _IMPORT.match(code, start)
            if imported is not None:
                name = self._module(imported.group("path"), path)
                needs.append(name)
                return _bindings(imported.group("what"), name), imported.end()
        if exports is None or match.group() != "export":
            return None
        again = _EXPORT_FROM.match(code, start)
        if again is not None:
            name = self._module(again.group("path"), path)
            needs.append(name)
            exports += _exports_from(again.group("what"), name)
            return "", again.end()
        listed = _EXPORT_LIST.match(code, start)
        if listed is not None:
            exports += [_export(outer, inner) for inner, outer in _pairs(listed.group("names"))]
            return "", listed.end()
        default = _EXPORT_DEFAULT.match(masked, start)
        if default is not None:
            named = _NAMED.match(code, default.end())
            if named is not None:
                exports.append(_export("default", named.group("name")))
                return " " * (default.end() - start), default.end()
            return "exports.default =", default.end()
        declared = _EXPORT_DECLARED.match(masked, start)
        if declared is not None:
            names = _NAMED.match(code, declared.end())
            if names is not None:
                exports.append(_export(names.group("name"), names.group("name")))
            else:
                exports += [_export(name, name) for name in _declared(masked, declared.end())]
            return " " * len("export"), start + len("export")
        return None

    def _called(self, code: str, start: int, path: Path) -> tuple[str, int]:
        """Return what `import('./lib.js')` becomes, which is as long."""
        called = _IMPORT_CALL.match(code, start)
        if called is None:
            raise RefusedError(
                "script-error", "`import()` takes the path of a file as a text here, and nothing else",
                "Write the path, as in `import('./lib.js')`, so that the file can be read before the script runs.",
            )  # fmt: skip
        number = self._module(called.group("path"), path).strip("_").removeprefix("module_")
        return f"__import({number}".ljust(called.end() - start - 1) + ")", called.end()

    def _module(self, written: str, path: Path) -> str:
        """Return the name of the object of a module, which is read first if that is not done yet."""
        found, text = self._read(path, written)
        if found in self._names:
            return self._names[found]
        if len(self._names) >= MOST_MODULES:
            raise RefusedError(
                "script-error", f"the script imports more than {MOST_MODULES} files", "Put them together."
            )
        name = self._names[found] = f"__module_{len(self._names)}__"
        first = self._next_line
        self._next_line += text.count("\n") + 3
        exports: list[str] = []
        needs: list[str] = []
        body = self._rewritten(text, found, exports, needs)
        # The names are there before the first line runs, as those of functions are in a module.
        self._modules.append(Module(name, "".join(exports), body, first, tuple(needs)))
        self._files.append((first, found))
        self._files.sort(key=lambda entry: entry[0])
        return name


def _bindings(what: str | None, module: str) -> str:
    """Return what declares the names that an import brings."""
    if what is None:
        return ";"
    text = what.strip().removesuffix("from").strip()
    declared: list[str] = []
    braces = re.search(r"\{(.*)\}", text, re.DOTALL)
    if braces is not None:
        declared.append("{" + ", ".join(f"{one}: {other}" for one, other in _pairs(braces.group(1))) + "}")
        text = text[: braces.start()] + text[braces.end() :]
    names: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        if part.startswith("*"):
            names.append(f"{part.split()[-1]} = {module}")
        elif part:
            names.append(f"{part} = {module}.default")
    names += [f"{pattern} = {module}" for pattern in declared]
    return f"const {', '.join(names)};" if names else ";"


def _exports_from(what: str, module: str) -> list[str]:
    text = what.strip()
    if text == "*":
        return [f"Object.assign(exports, {module});"]
    if text.startswith("*"):
        return [_export(text.split()[-1], module)]
    return [_export(outer, f"{module}.{inner}") for inner, outer in _pairs(text.strip("{}"))]


def _export(name: str, expression: str) -> str:
    return f'Object.defineProperty(exports, "{name}", {{ get: () => {expression}, enumerable: true }});'


def _pairs(names: str) -> list[tuple[str, str]]:
    """Return the names of `a, b as c` in pairs: as it is called there, as it is called here."""
    pairs: list[tuple[str, str]] = []
    for part in names.split(","):
        words = part.split()
        if words:
            pairs.append((words[0], words[-1]))
    return pairs


def _declared(masked: str, start: int) -> list[str]:
    """Return the names of `const a = 1, b = 2`, at whose first name `start` stands."""
    names: list[str] = []
    depth = 0
    expects = True
    for match in re.compile(r"[\w$]+|[()\[\]{},;=]|\n").finditer(masked, start):
        text = match.group()
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth -= 1
        elif text == ";" and depth == 0:
            break
        elif text == "," and depth == 0:
            expects = True
        elif expects and depth == 0 and text[0] not in "=\n":
            names.append(text)
            expects = False
        elif text == "\n" and depth == 0 and not expects and masked[match.end() :].lstrip()[:1] not in (",", "=", "."):
            break
    return names


def _masked(code: str) -> str:
    """Return code of the same length in which strings and comments are blanks."""
    return _OPAQUE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)


_IMPORT_WORD = re.compile(r"\bimport\b")
_OPAQUE = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL
)  # fmt: skip
_STATEMENT = re.compile(r"(?<![\w$.])(?:import\b(?!\s*[.:])|export\b(?!\s*[(.:]))")
_IMPORT = re.compile(
    r"import\s*(?P<what>(?:[\w$*]|\{)[^'\"]*?\bfrom\b)?\s*(?P<quote>['\"])(?P<path>[^'\"\n]+)(?P=quote)\s*;?"
)
_IMPORT_CALL = re.compile(r"import\s*\(\s*(?P<quote>['\"`])(?P<path>[^'\"`\n$]+)(?P=quote)\s*,?\s*\)")
_EXPORT_FROM = re.compile(
    r"export\s*(?P<what>\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(?P<quote>['\"])(?P<path>[^'\"\n]+)(?P=quote)\s*;?"
)
_EXPORT_LIST = re.compile(r"export\s*\{(?P<names>[^}]*)\}\s*;?")
_EXPORT_DEFAULT = re.compile(r"export\s+default\b")
_EXPORT_DECLARED = re.compile(r"export\s+(?=(?:async\s+)?function\b|class\b)|export\s+(?:const|let|var)\s+")
_NAMED = re.compile(r"\s*(?:async\s+)?(?:function\s*\*?|class)\s+(?P<name>[\w$]+)")


def module_path(folder: Path, written: str) -> Path:
    """Return the path that an import means; `.js` may be left out. Raises `RefusedError` for names of packages."""
    from httpls.model.paths import resolved_path

    if not written.startswith((".", "/")) and not PurePath(written).is_absolute():
        raise RefusedError(
            "script-error", f"`{written}` cannot be imported: there are no packages here",
            "Import a file of the project, such as `./lib.js`.",
        )  # fmt: skip
    path = resolved_path(folder, written)
    if not path.suffix and not path.is_file():
        path = path.with_name(path.name + ".js")
    return path
