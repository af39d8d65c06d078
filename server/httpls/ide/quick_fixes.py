"""What puts right what a diagnostic tells: edits of the file or of those beside it, or a command that asks first."""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from httpls.ide.json_edits import new_file, with_member, without_member
from httpls.ide.json_place import inside_quotes
from httpls.model.analysis import Analysis
from httpls.model.environments.layers import Privacy
from httpls.model.paths import resolved_path
from httpls_grammar import Request
from httpls_grammar.islands.json import JsonObject, parse_json, walk
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range

PUBLIC_FILE, PRIVATE_FILE = "http-client.env.json", "http-client.private.env.json"


class FileEdit(NamedTuple):
    """A text in the place of a stretch of a file; `path` is None for the file with the problem.

    `creates` says that the file is not there yet.
    """

    range: Range
    text: str
    path: Path | None = None
    creates: bool = False


class Destination(Enum):
    """Where a secret may go that stands in clear text."""

    KEYRING = "keyring"
    PRIVATE_FILE = "private file"


class Fix(NamedTuple):
    """One way out: what it does, and its edits; or a file that gets another name.

    With a `destination` the value at the problem, a secret, goes there, which is done when it is chosen and not before.
    """

    title: str
    edits: tuple[FileEdit, ...] = ()
    is_preferred: bool = True
    renames: tuple[Path, Path] | None = None
    destination: Destination | None = None


class Question(NamedTuple):
    """A problem in the text of a file; `analysis` is what is known of a request file, or beside another one."""

    text: str
    path: Path
    problem: Problem
    analysis: Analysis

    @property
    def line_break(self) -> str:
        """The line break of the file."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def marked(self) -> str:
        """The text that has the problem."""
        return self.problem.range.of(self.text)


def fixes(asked: Question) -> Iterator[Fix]:
    """Yield the ways out of a problem, the best first."""
    problem = asked.problem
    meant = re.search(r"Did you mean `@?([^`]+)`\?", problem.remedy)
    if meant is not None and problem.code != "unknown-environment":
        yield _replaced(asked, meant.group(1))
    make = _FIXES.get(problem.code)
    if make is not None and (meant is None or problem.code == "undefined-variable"):
        yield from make(asked)


def fixable_codes() -> frozenset[str]:
    """Return the codes of problems for which there is a fix beside the name that may be meant."""
    return frozenset(_FIXES)


def _one(title: str, where: Range, text: str, is_preferred: bool = True) -> Fix:
    return Fix(title, (FileEdit(where, text),), is_preferred)


def _replaced(asked: Question, meant: str) -> Fix:
    """Replace a misspelt word; of a template only what stands between the braces, of a key of JSON not the quotes."""
    where, written = asked.problem.range, asked.marked
    if written.startswith("{{") and written.endswith("}}"):
        where = Range(where.start + 2, where.end - 2)
    else:
        where = inside_quotes(asked.text, where)
    return _one(f"Change to `{meant}`", where, meant)


def _line(text: str, offset: int) -> Range:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return Range(start, len(text) if end < 0 else end + 1)


def _remove_line(asked: Question) -> Iterator[Fix]:
    yield _one("Remove the line", _line(asked.text, asked.problem.range.start), "", is_preferred=False)


def _remove(asked: Question) -> Iterator[Fix]:
    """Remove what has the problem, with the blanks before it."""
    where = asked.problem.range
    start = where.start
    while start > 0 and asked.text[start - 1] in " \t":
        start -= 1
    yield _one(f"Remove `{_shown(asked.marked)}`", Range(start, where.end), "", is_preferred=False)


def _shown(text: str) -> str:
    text = text.strip().partition("\n")[0].rstrip("\r")
    return text if len(text) <= 40 else text[:39] + "…"


def _insert_separator(asked: Question) -> Iterator[Fix]:
    start = asked.problem.range.start
    yield _one("Insert `###` before the request", Range(start, start), f"###{asked.line_break}")


def _insert_blank_line(asked: Question) -> Iterator[Fix]:
    start = asked.problem.range.start
    yield _one("Insert a blank line before the body", Range(start, start), asked.line_break)


def _close_script(asked: Question) -> Iterator[Fix]:
    end = len(asked.text[: asked.problem.range.end].rstrip())
    yield _one("Close the script", Range(end, end), f"{asked.line_break}%}}")


def _close_comment(asked: Question) -> Iterator[Fix]:
    line = _line(asked.text, asked.problem.range.start)
    end = line.start + len(line.of(asked.text).rstrip())
    yield _one("Close the comment in its line", Range(end, end), " */")


def _close_template(asked: Question) -> Iterator[Fix]:
    match = re.compile(r"\{\{[\w$.\-]*").match(asked.text, asked.problem.range.start)
    end = match.end() if match is not None else asked.problem.range.end
    yield _one("Close the braces", Range(end, end), "}}")


def _close_multipart(asked: Question) -> Iterator[Fix]:
    match = re.search(r"boundary=\"?([^\";\r\n]+)", asked.text[_block_start(asked) :], re.IGNORECASE)
    if match is not None:
        end = asked.problem.range.start + len(asked.marked.rstrip())
        closing = f"{asked.line_break}--{match.group(1).strip()}--"
        yield _one("Close the last part", Range(end, end), closing)


def _block_start(asked: Question) -> int:
    return asked.analysis.file.document.blocks.at_offset(asked.problem.range.start).offset


def _remove_indentation(asked: Question) -> Iterator[Fix]:
    line = _line(asked.text, asked.problem.range.start)
    written = line.of(asked.text)
    blanks = len(written) - len(written.lstrip(" \t"))
    yield _one("Remove the blanks before `###`", Range(line.start, line.start + blanks), "")


def _write_colon(asked: Question) -> Iterator[Fix]:
    end = asked.problem.range.end
    yield _one("Write a colon after the name", Range(end, end), ": ")


def _comment_line(asked: Question) -> Iterator[Fix]:
    line = _line(asked.text, asked.problem.range.start)
    yield _one("Make a comment of the line", Range(line.start, line.start), "# ")
    yield _one("Remove the line", line, "", is_preferred=False)


def _write_post(asked: Question) -> Iterator[Fix]:
    request = _request(asked)
    line = request.syntax.line if request is not None else None
    method = getattr(line, "method_range", None)
    if request is not None and method is not None and getattr(line, "method", None):
        yield _one("Change the method to POST", method.shifted(request.offset), "POST", is_preferred=False)


def _request(asked: Question) -> Request | None:
    return Request.of(asked.analysis.file.document.blocks.at_offset(asked.problem.range.start))


def _write_https(asked: Question) -> Iterator[Fix]:
    request = _request(asked)
    if request is None:
        return
    start = request.offset + request.syntax.line.range.start
    match = re.compile(r"\bhttp://").search(asked.text, start, request.offset + request.syntax.line.range.end)
    if match is not None:
        yield _one("Send it over https", Range(match.start(), match.end()), "https://")


def _write_boundary(asked: Question) -> Iterator[Fix]:
    located = asked.analysis.file.document.blocks.at_offset(asked.problem.range.start)
    header = next((one for one in located.block.headers if one.name.lower() == "content-type"), None)
    if header is None:
        return
    match = re.compile(r"^--([^\r\n]+?)\r?$", re.MULTILINE).search(located.block.text, header.range.end)
    boundary = match.group(1).rstrip() if match is not None else "boundary"
    end = located.offset + header.range.start + len(header.range.of(located.block.text).rstrip())
    yield _one(f"Write the boundary `{boundary}`", Range(end, end), f"; boundary={boundary}")


def _write_unit(asked: Question) -> Iterator[Fix]:
    match = re.match(r"without a unit this means ([\d.e+]+) (seconds|milliseconds)", asked.problem.message)
    if match is not None:
        unit = "s" if match.group(2) == "seconds" else "ms"
        text = f"{match.group(1)} {unit}"
        yield _one(f"Write `{text}`", asked.problem.range, text)


def _write_advice(asked: Question) -> Iterator[Fix]:
    """Put the format that a remedy tells in place of the one that its message names."""
    better = re.match(r"Write `([^`]+)`", asked.problem.remedy)
    written = re.match(r"`([^`]+)`", asked.problem.message)
    if better is not None and written is not None and written.group(1) in asked.marked:
        start = asked.problem.range.start + asked.marked.index(written.group(1))
        where = Range(start, start + len(written.group(1)))
        yield _one(f"Write `{better.group(1)}`", where, better.group(1))


def _other_version(asked: Question) -> Iterator[Fix]:
    for version in ("HTTP/2", "HTTP/1.1"):
        yield _one(f"Write `{version}`", asked.problem.range, version, is_preferred=version == "HTTP/2")


def _missing_parameter(asked: Question) -> Iterator[Fix]:
    """Write the line that a remedy names below the `@auth`."""
    match = re.search(r"`# @(auth-[\w-]+) …`", asked.problem.remedy)
    if match is None:
        return
    name = match.group(1)
    line = _line(asked.text, asked.problem.range.start)
    mark = re.match(r"[ \t]*(?:#|//)", line.of(asked.text))
    value = _example_of(asked, name.removeprefix("auth-"))
    text = f"{mark.group() if mark is not None else '#'} @{name} {value}{asked.line_break}"
    before = "" if line.of(asked.text).endswith(("\n", "\r")) else asked.line_break
    yield _one(f"Add `# @{name}`", Range(line.end, line.end), before + text)


def _example_of(asked: Question, name: str) -> str:
    from httpls.ide.setting_up import example_value
    from httpls_auth.schemes.index import canonical_word, scheme_class
    from httpls_auth.schemes.read import find_parameter

    match = re.match(r"`([\w-]+)` needs", asked.problem.message)
    word = canonical_word(match.group(1)) if match is not None else None
    parameter = find_parameter(scheme_class(word).parameters(), name) if word is not None else None
    return example_value(parameter) if parameter is not None else f"{{{{{name}}}}}"


def _undefined(asked: Question) -> str | None:
    """Return the name of the variable that has the problem; None for what can be no name."""
    name = asked.marked.strip("{}% ")
    return name if re.fullmatch(r"[^\W\d][\w\-.]*", name) is not None else None


def _define_variable(asked: Question) -> Iterator[Fix]:
    name = _undefined(asked)
    if name is None:
        return
    mark = 1 if asked.text.startswith("\ufeff") else 0
    text = f"@{name} = {asked.line_break}"
    if not asked.text[mark:].startswith(("@", "#\r", "#\n", "# ", "###")):
        text += asked.line_break
    yield _one(f"Define `{name}` in this file", Range(mark, mark), text, is_preferred=False)
    environments = asked.analysis.chosen_environments or asked.analysis.environments.names
    for environment in list(environments)[:5]:
        yield from _in_environment(asked, name, environment)


def _define_where_missing(asked: Question) -> Iterator[Fix]:
    name = _undefined(asked)
    if name is None:
        return
    missing = re.findall(r"`([^`]+)`", asked.problem.message.partition("but not in")[2])
    for environment in missing or list(asked.analysis.chosen_environments):
        yield from _in_environment(asked, name, environment)


def _define_in_this(asked: Question) -> Iterator[Fix]:
    """Give the environment at the problem what it lacks, with the values to be written."""
    environment = inside_quotes(asked.text, asked.problem.range).of(asked.text)
    names = re.findall(r"`([^`]+)`", asked.problem.message.partition("lacks")[2])
    for name in names[:10]:
        change = with_member(asked.text, (environment,), name, "")
        if change is not None:
            yield _one(f"Define `{name}` in `{environment}`", change.range, change.text, is_preferred=False)


def _in_environment(asked: Question, name: str, environment: str) -> Iterator[Fix]:
    path = _file_of(asked.analysis, environment)
    files = asked.analysis.workspace.files
    if files.is_file(path):
        text = asked.text if path == asked.path else asked.analysis.workspace.source(path).text
        change = with_member(text, (environment,), name, "")
        if change is None:
            return
        edit = FileEdit(change.range, change.text, path)
    else:
        edit = FileEdit(Range(0, 0), new_file((environment,), name, ""), path, creates=True)
    yield Fix(f"Define `{name}` in the environment `{environment}`", (edit,), is_preferred=False)


def _file_of(analysis: Analysis, environment: str) -> Path:
    """Return the file in which others define this environment, a public one if there is one."""
    layers = [layer for layer in analysis.environments.layers if layer.environment == environment]
    layers = [layer for layer in layers if layer.source.path.name.endswith(".env.json")]
    public = [layer for layer in layers if layer.privacy is Privacy.PUBLIC]
    for layer in (*public, *layers):
        return layer.source.path
    return analysis.file.path.parent / PUBLIC_FILE


def _define_in_dotenv(asked: Question) -> Iterator[Fix]:
    match = re.search(r"no `\.env` file defines `([^`]+)`", asked.problem.message)
    if match is None:
        return
    path = asked.analysis.file.path.parent / ".env"
    name = match.group(1)
    if asked.analysis.workspace.files.is_file(path):
        text = asked.analysis.workspace.source(path).text
        before = "" if not text or text.endswith("\n") else "\n"
        edit = FileEdit(Range(len(text), len(text)), f"{before}{name}=\n", path)
    else:
        edit = FileEdit(Range(0, 0), f"{name}=\n", path, creates=True)
    yield Fix(f"Define `{name}` in `.env`", (edit,), is_preferred=False)


def _create_file(asked: Question) -> Iterator[Fix]:
    written = asked.marked.strip().strip("'\"")
    match = re.search(r"file `([^`]+)`", asked.problem.message)
    written = match.group(1) if match is not None else written
    if not written or "{{" in written or written.startswith("~"):
        return
    path = resolved_path(asked.analysis.file.path.parent, written)
    if not asked.analysis.workspace.files.is_file(path):
        edit = FileEdit(Range(0, 0), "", path, creates=True)
        yield Fix(f"Create `{_shown(written)}`", (edit,), is_preferred=False)


def _move_secret(_: Question) -> Iterator[Fix]:
    yield Fix("Move the secret to the keyring", destination=Destination.KEYRING)
    yield Fix(f"Move the secret to `{PRIVATE_FILE}`", is_preferred=False, destination=Destination.PRIVATE_FILE)


def _rename_file(asked: Question) -> Iterator[Fix]:
    match = re.search(r"Rename it to `([^`]+)`", asked.problem.remedy)
    if match is not None:
        target = asked.path.with_name(match.group(1))
        if not asked.analysis.workspace.files.is_file(target):
            yield Fix(f"Rename the file to `{target.name}`", renames=(asked.path, target))


def _remove_member(asked: Question) -> Iterator[Fix]:
    """Remove the member of JSON whose key has the problem."""
    root = parse_json(asked.text).root
    for _, node in walk(root) if root is not None else ():
        if not isinstance(node, JsonObject):
            continue
        for member in node.members:
            if member.key_range == asked.problem.range:
                change = without_member(member, node)
                yield _one(f"Remove `{_shown(member.key)}`", change.range, change.text, is_preferred=False)


_FIXES: "MappingProxyType[str, Callable[[Question], Iterator[Fix]]]" = MappingProxyType({
    "auth-beside-header": _remove_line,
    "authority-without-file": _remove_line,
    "body-after-get": _write_post,
    "certificate-over-http": _write_https,
    "certificate-without-file": _remove_line,
    "clear-text-secret": _move_secret,
    "clear-text-token": _remove_member,
    "content-length": _remove_line,
    "curl-option-without-effect": _remove_line,
    "deprecated-environment-file": _rename_file,
    "duplicate-auth-parameter": _remove,
    "duplicate-key": _remove_member,
    "duration-without-unit": _write_unit,
    "dynamic-variable-advice": _write_advice,
    "empty-template": _remove,
    "header-without-colon": _write_colon,
    "ignored-auth-key": _remove_member,
    "incomplete-environment": _define_in_this,
    "indented-separator": _remove_indentation,
    "insecure-credential": _write_https,
    "line-before-request": _comment_line,
    "malformed-dotenv-line": _comment_line,
    "missing-auth-parameter": _missing_parameter,
    "missing-blank-line": _insert_blank_line,
    "missing-boundary": _write_boundary,
    "missing-dotenv-variable": _define_in_dotenv,
    "missing-file": _create_file,
    "missing-import": _create_file,
    "missing-in-environment": _define_where_missing,
    "second-request": _insert_separator,
    "secret-in-public-file": _move_secret,
    "secret-in-settings": _move_secret,
    "stray-auth-parameter": _remove_line,
    "surplus-auth-argument": _remove,
    "unclosed-comment": _close_comment,
    "unclosed-multipart": _close_multipart,
    "unclosed-script": _close_script,
    "unclosed-template": _close_template,
    "undefined-in-environment": _define_where_missing,
    "undefined-variable": _define_variable,
    "unknown-directive": _remove_line,
    "unknown-line": _comment_line,
    "unknown-setting": _remove_line,
    "unknown-tls-key": _remove_member,
    "unsupported-http-version": _other_version,
    "unused-auth-parameter": _remove,
    "unused-environment-variable": _remove_member,
    "unused-variable": _remove_line,
})  # fmt: skip
