"""Parses every script in a folder of real request files, and runs the handlers with a response that is imitated.

`python -m tests.support.corpus_scripts FOLDER` prints what cannot be parsed and what fails. The response has whatever
members of the body a handler reads, with the values that it expects; so have the responses of other requests that it
names. What else it names stands for a variable of an environment. So a script fails only for what is not there.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from httpls.model.source import decode
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.scripts.call import ResponseBody, ScriptCall
from httpls.run.scripts.imports import bundled, module_path
from httpls.run.scripts.worker import ScriptWorkers
from httpls_grammar import parse
from httpls_grammar.nodes import Body, Script


class Found(NamedTuple):
    """A script of a file: where it is, when it runs, its code, and the names of the requests of its file."""

    path: Path
    line: int
    moment: str
    code: str
    requests: Sequence[str] = ()

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
        names = re.findall(r"^(?:#|//) *@name +(\w+)", source.text, re.MULTILINE)
        for located in parse(source.text).blocks.located():
            for node in located.block.nodes:
                for part in node.parts if isinstance(node, Body) else (node,):
                    if isinstance(part, Script) and part.code_range is not None:
                        line = source.position(located.offset + part.code_range.start).line
                        yield Found(path, line, part.moment, part.code_range.of(located.block.text), names)


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
            reason = _failure(workers, found)
            if reason is None:
                ran += 1
            else:
                failed.append(f"{place}: {reason}")
    finally:
        workers.close()
    return Findings(counts, lua, unparsed, ran, failed)


_MOST_VARIABLES = 10


def _failure(workers: ScriptWorkers, found: Found) -> str | None:
    """Run a script; return why it fails, None if it does not. Names that it does not know become variables."""
    variables: list[str] = []
    for _ in range(_MOST_VARIABLES):
        failure = workers.run(_call(found, variables), Cancel()).failure
        unknown = re.match(r"ReferenceError: ([A-Za-z]\w*) is not defined", failure.message) if failure else None
        if failure is None or unknown is None or unknown.group(1) in variables:
            return failure.message if failure is not None else None
        variables.append(unknown.group(1))
    return "it names too much"


def _without_imports(found: Found) -> str:
    def nothing(_importing: Path, written: str) -> tuple[Path, str]:
        return Path(written), ""

    return bundled(found.code, found.path, nothing).code


def _call(found: Found, variables: Sequence[str]) -> ScriptCall:
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
    body = json.dumps(_imitated_body(found.code, _OWN_BODY)).encode()
    received = ResponseBody(len(body), lambda: body)
    state = _state(found.code, found.moment)
    others = {name: json.dumps(_imitated_body(found.code, _body_of(name))) for name in found.requests}
    if found.moment == "block":
        environment: dict[str, object] = {name: {"text": "text"} for name in variables}
        for name, text in others.items():
            environment[name] = environment[f"{name}0"] = {"text": text, "json": text}
        state["environment"] = environment
        state["file"] = found.path.name
    return ScriptCall(bundle.code, mode, state, bundle.modules, bundle.needs, received)


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


_OWN_BODY = r"response\.(?:body|parsedBody|json)"


def _body_of(name: str) -> str:
    """Return what stands for the body of a named request, in a loop with its number."""
    return rf"(?:this\[`{re.escape(name)}\$\{{\$index\}}`\]|\b{re.escape(name)})"


def _imitated_body(code: str, base: str) -> Any:
    """Return JSON with every member that the code reads: `response.body.a.b`, `response.parsedBody.items[0].id`."""
    body: dict[str, Any] = {}
    plain = re.sub(r"""\[\s*["'](\w+)["']\s*\]""", r".\1", code)
    paths = [(path, "text") for path in re.findall(base + r"\.([\w.\[\]]+)", plain)]
    paths += [(path, "text") for path in re.findall(rf"""jsonPath\(\s*{base}\s*,\s*["']\$\.([\w.\[\]]+)["']""", plain)]
    expected = re.findall(rf"""{base}\.([\w.\[\]]+),\s*(true|false|\d+|"[^"\n]*")""", plain)
    is_list = rf"{base}\[\d+\]|{base}\.(?:length|map|forEach|filter|find)\b|Array\.isArray\({base}\)"
    if re.search(is_list, plain):
        return [{name: "text" for path, _ in paths for name in path.split(".")} or {"id": 1}]
    for path, value in [*[(path, json.loads(literal)) for path, literal in expected], *paths]:
        _add_member(body, re.findall(r"\w+|\[\d+\]", path), value)
    return body


_METHODS = frozenset(("length", "map", "filter", "find", "forEach", "includes", "hasOwnProperty", "toString"))


def _add_member(level: dict[str, Any], steps: Sequence[str], value: object) -> None:
    """Make what the steps of a path lead to, as far as it is not there."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if step in _METHODS:
            return
        name = step.strip("[]")
        if following is None:
            level.setdefault(name, value)
            return
        if following.startswith("[") or following == "length":
            level.setdefault(name, [{"id": 1}])
            return
        inner: Any = level.setdefault(name, dict[str, Any]())
        if not isinstance(inner, dict):
            return
        level = cast("dict[str, Any]", inner)


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
