"""Parses every script in a folder of real request files, and runs the handlers with a response that is imitated.

`python -m tests.support.corpus_scripts FOLDER` prints what cannot be parsed and what fails. The response has whatever
members of the body the handlers of its file read, so that a handler fails only for something that is not there.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from httpls.model.source import decode
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.scripts.call import ResponseBody, ScriptCall
from httpls.run.scripts.imports import bundled, module_path
from httpls.run.scripts.worker import ScriptWorkers
from httpls_grammar import parse
from httpls_grammar.nodes import Body, Script


class Found(NamedTuple):
    """A script of a file: where it is, when it runs, and its code."""

    path: Path
    line: int
    moment: str
    code: str

    @property
    def is_lua(self) -> bool:
        """Whether it is written in another language, which is refused with a message of its own."""
        return self.code.lstrip().startswith(("-- lua", "lang=lua")) or re.search(r"^\s*local \w+ =", self.code, re.MULTILINE) is not None  # fmt: skip


class Findings(NamedTuple):
    """The scripts by moment, what cannot be parsed, the handlers that run, and what the others say."""

    counts: dict[str, int]
    lua: int
    unparsed: Sequence[str]
    ran: int
    failed: Sequence[str]


def scripts_of(folder: Path) -> Iterator[Found]:
    """Yield the scripts that stand in the request files of a folder."""
    for path in sorted([*folder.rglob("*.http"), *folder.rglob("*.rest")]):
        source = decode(path, path.read_bytes())
        for located in parse(source.text).blocks.located():
            for node in located.block.nodes:
                for part in node.parts if isinstance(node, Body) else (node,):
                    if isinstance(part, Script) and part.code_range is not None:
                        line = source.position(located.offset + part.code_range.start).line
                        yield Found(path, line, part.moment, part.code_range.of(located.block.text))


def look(folder: Path) -> Findings:
    """Parse and run all scripts of a folder."""
    workers = ScriptWorkers(time_limit=5)
    counts: dict[str, int] = {}
    unparsed: list[str] = []
    failed: list[str] = []
    lua = ran = 0
    try:
        for found in scripts_of(folder):
            counts[found.moment] = counts.get(found.moment, 0) + 1
            if found.is_lua:
                lua += 1
                continue
            place = f"{found.path}:{found.line}"
            # The body of a function that nobody calls is compiled, and that is all.
            checked = workers.run(
                ScriptCall(f"async () => {{{_without_imports(found)}\n}}", "expression", _state("")), Cancel()
            )
            if checked.failure is not None and "SyntaxError" in checked.failure.message:
                unparsed.append(f"{place}: {checked.failure.message}")
                continue
            outcome = workers.run(_call(found), Cancel())
            if outcome.failure is None:
                ran += 1
            else:
                failed.append(f"{place}: {outcome.failure.message}")
    finally:
        workers.close()
    return Findings(counts, lua, unparsed, ran, failed)


def _without_imports(found: Found) -> str:
    def nothing(_importing: Path, written: str) -> tuple[Path, str]:
        return Path(written), ""

    return bundled(found.code, found.path, nothing).code


def _call(found: Found) -> ScriptCall:
    def read(importing: Path, written: str) -> tuple[Path, str]:
        path = module_path(importing.parent, written)
        try:
            return path, path.read_text(encoding="utf-8")
        except OSError as error:
            raise RefusedError("missing-file", f"{written} is missing", "") from error

    mode = "async" if found.moment == "block" else "script"
    try:
        bundle = bundled(found.code, found.path, read)
    except RefusedError:
        return ScriptCall(f"throw new Error({str(found.path)!r} + ' imports what is not there')", mode, _state(""))
    body = json.dumps(_imitated_body(found.code)).encode()
    received = ResponseBody(len(body), lambda: body)
    return ScriptCall(bundle.code, mode, _state(found.code, found.moment), bundle.modules, bundle.needs, received)


def _state(code: str, moment: str = "after") -> dict[str, object]:
    named = re.findall(r"""\.get\(\s*["']([^"']+)["']\s*\)""", code)
    status = _status(code)
    plain = {"status": status, "statusCode": status, "responseCode": status, "statusMessage": "OK", "duration": 1.0}
    response = {
        "plain": plain, "isJson": True, "mime": "application/json", "contentType": "application/json", "charset": "utf-8",
        "cookies": [],
        "headers": [{"name": name, "value": "text; a=1"} for name in _names_of_fields(code)],
    }  # fmt: skip
    request: dict[str, object] = {
        "name": "a",
        "method": "GET",
        "url": "http://a/",
        "rawUrl": "http://a/",
        "body": "{}",
        "rawBody": "{}",
        "headers": [],
    }
    texts = {name: {"text": "text"} for name in named}
    return {
        "globals": texts, "headers": {}, "variables": texts, "environment": texts, "request": request,
        "response": response if moment != "before" else None, "iteration": 0, "templates": [], "hasNames": moment == "block",
    }  # fmt: skip


def _status(code: str) -> int:
    match = re.search(r"status(?:Code)?\s*===?\s*(\d{3})", code)
    return int(match.group(1)) if match else 200


def _names_of_fields(code: str) -> list[str]:
    return ["Content-Type", *re.findall(r"""headers(?:\.valuesOf|\.valueOf)?[(\[]\s*["']([\w\-]+)["']""", code)]


def _imitated_body(code: str) -> Any:
    """Return JSON with every member that the code reads: `response.body.a.b`, `response.parsedBody.items[0].id`."""
    body: dict[str, Any] = {}
    paths = re.findall(r"response\.(?:body|parsedBody|json)\.([\w.\[\]]+)", code)
    paths += re.findall(r"""jsonPath\(\s*response\.body\s*,\s*["']\$\.([\w.\[\]]+)["']""", code)
    if re.search(r"response\.(?:body|parsedBody)\[(\d+)\]|response\.body\.(?:length|map|forEach|filter|find)\b", code):
        return [{name: "text" for path in paths for name in path.split(".")} or {"id": 1}]
    for path in paths:
        _add_member(body, re.findall(r"\w+|\[\d+\]", path))
    return body


_METHODS = frozenset(("length", "map", "filter", "find", "forEach", "includes", "hasOwnProperty", "toString"))


def _add_member(level: dict[str, Any], steps: Sequence[str]) -> None:
    """Make what the steps of a path lead to, as far as it is not there."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if step in _METHODS:
            return
        name = step.strip("[]")
        if following is None:
            level.setdefault(name, "text")
            return
        if following.startswith("[") or following == "length":
            level.setdefault(name, [{"id": 1}])
            return
        inner: Any = level.setdefault(name, dict[str, Any]())
        if inner == "text":
            return
        level = inner


def main(folder: Path) -> int:
    """Print what was found; return 1 if a script cannot be parsed."""
    findings = look(folder)
    for text in (*findings.unparsed, *findings.failed):
        print(text)
    print(f"{sum(findings.counts.values())} scripts: {findings.counts}, {findings.lua} in Lua")
    print(
        f"{len(findings.unparsed)} cannot be parsed; {findings.ran} run, {len(findings.failed)} fail with the imitated response"
    )
    return 1 if findings.unparsed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
