"""Bodies of Postman as bodies of a file: what cannot stand there as it is goes into a file of its own."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from httpls.postman.collection import Pair, Request, pairs
from httpls.postman.draft import Draft, encoded_outside_templates, has_templates
from httpls.postman.json_shape import Members, entries, is_array, members, text
from httpls.postman.names import one_line
from httpls_grammar import parse
from httpls_grammar.nodes import BodyText, Trivia

_WITHOUT_BODY = frozenset(("GET", "COPY", "HEAD", "PURGE", "UNLOCK"))
_TYPES = {
    "json": "application/json", "xml": "application/xml", "html": "text/html",
    "javascript": "application/javascript", "text": "text/plain",
}  # fmt: skip
_SUFFIXES = {"json": ".json", "xml": ".xml", "html": ".html", "javascript": ".js"}
_BLANK_ENDS = frozenset(("json", "xml", "html"))
"""The languages in which blank lines at the ends say nothing."""
_JSON_COMMENT = re.compile(
    r'("(?:\\.|[^"\\])*")|(?m:^[ \t]*(?://[^\r\n]*|/\*(?s:.*?)\*/)[ \t]*\r?\n)|[ \t]*(?://[^\r\n]*|/\*(?s:.*?)\*/)'
)
"""A text in JSON, which stays, or a comment, which Postman does not send, with the line if it stands there alone."""
_OPERATION = re.compile(r"(?m)^[ \t]*(?:query|mutation|subscription)\s+([A-Za-z_]\w*)")
_BOUNDARY = "----httpls"
_NOT_IN_FORM = re.compile(r"[^A-Za-z0-9\-._~%]+|%(?![0-9A-Fa-f]{2})")

KeepFile = Callable[[str, bytes], str]
"""Keeps a file beside the request, by suffix and content; returns its name."""


class WrittenBody(NamedTuple):
    """A body: its text, the content type that Postman gives it (None for none), comments, and directives."""

    text: str = ""
    content_type: str | None = None
    comments: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()


def written_body(request: Request, prunes: bool, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    """Return the body of a request; `prunes` leaves it out where Postman does not send it (GET and others)."""
    body = request.body
    mode = text(body.get("mode"), f"{where}.mode")
    if not mode or body.get("disabled") is True or body.get(mode) in (None, "", [], {}):
        return WrittenBody()
    if prunes and request.method in _WITHOUT_BODY:
        draft.note(where, f"the body is left out, for Postman sends none with {request.method}")
        return WrittenBody()
    writer = _WRITERS.get(mode)
    if writer is None:
        draft.note(where, f"there is no body of the kind `{mode}` here; it is left out")
        return WrittenBody()
    if mode == "raw":
        return _raw({"options": {"raw": {"language": _language(request)}}, **body}, draft, keep, where)
    return writer(body, draft, keep, where)


def _language(request: Request) -> str:
    """Return the language of a raw body by its content type, for collections that name none."""
    kinds = [pair.value or "" for pair in request.headers if pair.key.strip().lower() == "content-type"]
    kind = kinds[0].partition(";")[0].strip().lower() if kinds else ""
    return next((name for name in _SUFFIXES if kind.endswith((f"/{name}", f"+{name}"))), "")


def _raw(body: Members, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    written = text(body.get("raw"), f"{where}.raw")
    options = members(members(body.get("options"), f"{where}.options").get("raw"), f"{where}.options.raw")
    language = text(options.get("language"), f"{where}.options.raw.language").lower()
    if language == "json":
        without = _JSON_COMMENT.sub(lambda found: found.group(1) or "", written)
        if without != written:
            draft.note(where, "the comments in the body are left out, as Postman does when it sends it")
        written = without
    content = draft.text(written, where)
    if not content.strip():
        return WrittenBody()
    if language in _BLANK_ENDS:
        content = content.strip()
    kind = _TYPES.get(language, "text/plain")
    suffix = _SUFFIXES.get(language, ".txt")
    if not has_templates(content) and content.strip() != written.strip():
        # There are braces that nothing is put in place of; in a file of its own they need no mark.
        return WrittenBody(f"< ./{keep(suffix, written.encode())}", kind)
    return _placed(content, kind, suffix, keep)


def _placed(content: str, kind: str, suffix: str, keep: KeepFile) -> WrittenBody:
    """Return a body that stands in the request file, if it is read there as it was written, else in one of its own."""
    if _stands_as_it_is(content, kind):
        return WrittenBody(content, kind)
    return WrittenBody(f"{'<@' if has_templates(content) else '<'} ./{keep(suffix, content.encode())}", kind)


def _stands_as_it_is(content: str, kind: str) -> bool:
    """Tell whether a text is read from a request file as it was written there."""
    if content != content.strip() or "\0" in content:
        return False
    block = f"### x\nPOST http://x\nContent-Type: {kind}\n\n{content}\n"
    document = parse(block)
    if len(document.requests) != 1:
        return False
    request = document.requests[0].block.request
    parts = request.body.parts if request is not None and request.body is not None else ()
    texts = [part for part in parts if not (isinstance(part, Trivia) and part.kind == "blank")]
    if len(texts) != 1 or not isinstance(texts[0], BodyText) or texts[0].request_ranges:
        return False
    return texts[0].range.of(block).strip() == content


def _form(body: Members, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    _ = keep
    lines: list[str] = []
    comments: list[str] = []
    for pair in pairs(body.get("urlencoded"), f"{where}.urlencoded"):
        key = _in_form(draft.text(pair.key, where))
        line = f"{key}={_in_form(draft.field_value(pair.key, pair.value or '', where))}"
        if pair.is_disabled:
            comments.append(f"disabled in the form: {line}")
        elif pair.key or pair.value:
            lines.append(line)
    return WrittenBody("\n&".join(lines), "application/x-www-form-urlencoded", tuple(comments))


def _in_form(value: str) -> str:
    return encoded_outside_templates(value, _NOT_IN_FORM)


def _multipart(body: Members, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    lines: list[str] = []
    comments: list[str] = []
    for pair in pairs(body.get("formdata"), f"{where}.formdata"):
        is_file = pair.more.get("type") == "file"
        if pair.is_disabled:
            comments.append(f"disabled in the form: {one_line(pair.key)}")
            continue
        sources = _sources(pair, draft, where) if is_file else [None]
        for source in sources:
            lines += _part(pair, source, draft, keep, where)
    if not lines:
        return WrittenBody(comments=tuple(comments))
    lines.append(f"--{_BOUNDARY}--")
    return WrittenBody("\n".join(lines), f"multipart/form-data; boundary={_BOUNDARY}", tuple(comments))


def _part(pair: Pair, source: str | None, draft: Draft, keep: KeepFile, where: str) -> list[str]:
    disposition = f'Content-Disposition: form-data; name="{_quoted(draft.text(pair.key, where))}"'
    kind = text(pair.more.get("contentType"), f"{where}.formdata.contentType")
    if source is not None:
        name = re.split(r"[/\\]", source)[-1]
        disposition += f'; filename="{_quoted(draft.text(name, where))}"'
    head = [f"--{_BOUNDARY}", disposition, *([f"Content-Type: {one_line(kind)}"] if kind else []), ""]
    if source is not None:
        return [*head, f"< {draft.text(source, where)}"]
    value = draft.field_value(pair.key, pair.value or "", where)
    if value and not ("\n" not in value and _stands_as_it_is(value, "text/plain") and _BOUNDARY not in value):
        mark = "<@" if has_templates(value) else "<"
        value = f"{mark} ./{keep('.txt', value.encode())}"
    return [*head, value]


def _sources(pair: Pair, draft: Draft, where: str) -> list[str]:
    given = pair.more.get("src")
    listed = entries(given, f"{where}.formdata.src") if is_array(given) else (given,)
    found = [one for one in listed if isinstance(one, str) and one.strip() and not re.search(r"[\r\n\0]", one)]
    if not found:
        draft.note(where, f"no file was chosen for `{pair.key}` of the form; it is left out")
    for path in found:
        _note_path(path, draft, where)
    return found


def _file(body: Members, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    _ = keep
    path = text(members(body.get("file"), f"{where}.file").get("src"), f"{where}.file.src").strip()
    if not path or re.search(r"[\r\n\0]", path):
        draft.note(where, "no file was chosen for the body; it is left out", "Write `< PATH` as the body.")
        return WrittenBody()
    _note_path(path, draft, where)
    return WrittenBody(f"< {draft.text(path, where)}")


def _note_path(path: str, draft: Draft, where: str) -> None:
    draft.note(where, f"the file `{path}` is not copied", "Put it beside the request file, or change the path.")


def _graphql(body: Members, draft: Draft, keep: KeepFile, where: str) -> WrittenBody:
    given = body.get("graphql")
    if isinstance(given, str):
        return _raw({"raw": given, "options": {"raw": {"language": "json"}}}, draft, keep, where)
    found = members(given, f"{where}.graphql")
    query = draft.text(text(found.get("query"), f"{where}.graphql.query"), where).strip()
    variables = found.get("variables")
    is_text = not isinstance(variables, dict | list)
    shown = text(variables, f"{where}.graphql") if is_text else json.dumps(variables, separators=(",", ":"))
    shown = draft.text(shown, where).strip()
    operation = text(found.get("operationName"), f"{where}.graphql.operationName")
    # Blank lines divide the query from its variables, so that there is none inside either.
    written = "\n\n".join(re.sub(r"\n\s*\n", "\n", part) for part in (query, shown) if part)
    named = _OPERATION.search(query)
    # The name is that of the first operation, if nothing else is written.
    is_named = not operation or (named is not None and named.group(1) == operation)
    is_plain = is_named and shown[:1] in ("", "{") and _stands_as_it_is(written, "application/json")
    if query and is_plain and re.search(r"(?m)^\s*(#|//|\{)", query.partition("\n")[2]) is None:
        return WrittenBody(written, "application/json", directives=("# @graphql",))
    # As Postman puts it together, byte for byte: a signature may be of the body.
    members_of_it = (("query", _json(query)), ("operationName", _json(operation)), ("variables", shown))
    joined = ",".join([f'"{name}":{value}' for name, value in members_of_it if value not in ("", '""')])
    return _placed("{" + joined + "}", "application/json", ".json", keep)


def _json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _quoted(value: str) -> str:
    """Return a name for between quotes, as browsers write it (WHATWG HTML, section 4.10.21.8)."""
    return value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


_WRITERS = {"raw": _raw, "urlencoded": _form, "formdata": _multipart, "file": _file, "graphql": _graphql}
