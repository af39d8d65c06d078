"""What a script is given: variables that its text names, the request, the response, as the prelude wants them."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from httpls.model.planned_text import Hole
from httpls.model.resolve import resolve
from httpls.run.errors import RefusedError
from httpls.run.exchange import Exchange
from httpls.run.hooks import Occasion
from httpls.run.scripts.call import Kept, ResponseBody, decoded, words_of
from httpls.run.scripts.repeated_values import is_path, template_values, value_of_path
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.value import Value
from httpls_grammar.nodes import RequestLine

LARGEST_BODY = 16 * 1024 * 1024
"""How many bytes of a response a script is given."""


class Given(NamedTuple):
    """The state of a script, and the labels of all the secrets in it: what the script writes carries them."""

    state: Mapping[str, object]
    labels: Labels
    body: ResponseBody | None = None


class OwnVariable(NamedTuple):
    """A variable that a script of this request has set, for this request."""

    kept: Kept
    labels: Labels


def state_for(
    code: str,
    occasion: Occasion,
    exchange: Exchange | None,
    json_of: Mapping[str, Kept],
    own: Mapping[str, OwnVariable],
    has_names: bool,
) -> Given:
    """Return the state for a script; `code` is its text with that of the files that it imports.

    `json_of` are the globals that scripts set before, with their types; `own` the variables of this request that its
    scripts have set. With `has_names` variables can be used by their bare names, as httpyac has it.
    """
    words = words_of(code)
    labels = PLAIN
    response, body = _received(exchange)
    reads_variables = has_names or not words.isdisjoint(_READS_VARIABLES)
    environment: dict[str, object] = {}
    scopes = occasion.scopes() if reads_variables else None
    set_by_scripts = occasion.session.variables
    for name in scopes.names() if scopes is not None else ():
        if name not in words and not ("." in name and name in code):
            continue
        if not has_names and name in set_by_scripts and scopes and scopes.find(name) is set_by_scripts[name]:
            continue  # It is given below, as a global.
        value = occasion.value(name)
        if value is not None:
            typed = own[name].kept if name in own else json_of.get(name)
            is_typed = typed is not None and typed.text == value.reveal()
            environment[name] = _entry(typed if is_typed and typed is not None else Kept(value.reveal()))
            labels = labels | value.labels
    if has_names:
        for name, entry in _responses(occasion, words).items():
            environment.setdefault(name, entry)
    global_values: dict[str, object] = {}
    for name, definition in occasion.session.variables.items() if reads_variables else ():
        if not isinstance(definition.text, str) or (definition.labels.secret is not None and name not in words):
            continue
        kept = json_of.get(name)
        labels = labels | definition.labels
        is_same = kept is not None and kept.text == definition.text
        global_values[name] = _entry(kept if is_same and kept is not None else Kept(definition.text))
    headers: dict[str, object] = {}
    for field in occasion.session.headers:
        if not field.value.is_secret or field.name in words:
            headers[field.name] = {"text": field.value.reveal()}
            labels = labels | field.value.labels
    templates: list[object] = []
    if "templateValue" in words:
        for value in template_values(occasion):
            templates.append({"text": value.reveal()} if value is not None else None)
            labels = labels | (value.labels if value is not None else PLAIN)
    variables: dict[str, object] = {}
    for name, variable in own.items():
        if variable.labels.secret is None or name in words:
            variables[name] = _entry(variable.kept)
            labels = labels | variable.labels
    state: dict[str, object] = {
        "globals": global_values,
        "headers": headers,
        "variables": variables,
        "environment": environment,
        "request": _request(occasion, exchange) if "request" in words or "$kulala" in words else None,
        "response": response,
        "iteration": occasion.iteration,
        "templates": templates,
        "hasNames": has_names,
    }
    if has_names and not words.isdisjoint(("__filename", "__dirname")):
        state["file"] = _shown_path(occasion)
    return Given(state, labels, body)


def _responses(occasion: Occasion, words: frozenset[str]) -> Mapping[str, object]:
    """Return earlier responses as httpyac has them: the body by the name of its request, all by that and `Response`."""
    found: dict[str, object] = {}
    reads_any = "this" in words
    for name, exchange in occasion.session.exchanges(occasion.analysis.file.path).items():
        long_name = f"{name}Response"
        if not (reads_any or name in words or long_name in words):
            continue
        state, body = _received(exchange)
        if state is None or body is None:
            continue
        text = decoded(body.read(), body.charset)
        entry = found[name] = _json_entry(text) if state["isJson"] else {"text": text}
        plain = cast("Mapping[str, object]", state["plain"])
        headers = {name.lower(): value for name, value in exchange.response.head.fields} if exchange.response else {}
        whole = json.dumps({**plain, "headers": headers, "body": text, "rawBody": text})
        if "json" in entry:
            whole = f'{whole[:-1]}, "parsedBody": {entry["json"]}}}'
        found[long_name] = {"text": whole, "json": whole}
    return found


def _json_entry(text: str) -> dict[str, object]:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return {"text": text}
    return {"text": text, "json": text}


_READS_VARIABLES = frozenset(
    ("get", "isEmpty", "clearAll", "variables", "$global", "$kulala", "globalThis", "eval", "Function")
)
"""One of these words stands in every script that reads a variable: others need not be given any."""


def _shown_path(occasion: Occasion) -> str:
    """Return the path of the file from the root of the project: where that is on this machine is nobody's business."""
    path = occasion.analysis.file.path
    return (
        path.relative_to(occasion.analysis.root).as_posix()
        if path.is_relative_to(occasion.analysis.root)
        else path.name
    )


def _entry(kept: Kept) -> dict[str, object]:
    return {"text": kept.text} if kept.json is None else {"text": kept.text, "json": kept.json}


def _request(occasion: Occasion, exchange: Exchange | None) -> dict[str, object]:
    request = occasion.request
    text = request.block.text
    line = request.syntax.line
    raw_url = request.target if not isinstance(line, RequestLine) else line.target
    raw_body = request.body.range.of(text).strip("\r\n") if request.body is not None else ""
    headers = [
        {"name": header.name, "raw": header.value, "value": _substituted(occasion, header.value)}
        for header in request.headers
    ]
    final = exchange.final if exchange is not None else None
    url = _open(final.request.url) if final is not None else None
    return {
        "name": request.name,
        "method": request.method,
        "rawUrl": raw_url,
        "url": url if url is not None else _substituted(occasion, raw_url),
        "rawBody": raw_body,
        "body": _substituted(occasion, raw_body),
        "headers": headers,
    }


def _substituted(occasion: Occasion, text: str) -> str:
    """Return a text with its variables filled in, as far as that needs nobody and tells no secret; else as it is."""
    if "{{" not in text:
        return text
    context = occasion.analysis.context(occasion.request, occasion.known())
    planned = resolve(text, 0, context).text
    pieces: list[str] = []
    for piece in planned.pieces:
        if isinstance(piece, Hole):
            value = _value_of_path(occasion, piece.name)
            if value is not None and value.is_secret:
                return text
            pieces.append("{{" + piece.name + "}}" if value is None else value.reveal())
        elif piece.is_secret:
            return text
        else:
            pieces.append(piece.reveal())
    return "".join(pieces)


def _value_of_path(occasion: Occasion, text: str) -> Value | None:
    try:
        return value_of_path(occasion, text) if is_path(text) else None
    except RefusedError:
        return None  # The variable is set by a script that runs later.


def _open(value: Value) -> str | None:
    return None if value.is_secret else value.reveal()


def _received(exchange: Exchange | None) -> tuple[Mapping[str, object] | None, ResponseBody | None]:
    """Return the response of an exchange as the prelude wants it, and its body."""
    final = exchange.final if exchange is not None else None
    if exchange is None or final is None or final.response is None:
        return None, None
    head, content = final.response.head, final.response.content
    content_type = head.value("content-type") or ""
    mime, charset = _media_type(content_type)
    version = final.connection.http_version if final.connection is not None else ""
    milliseconds = round(sum([hop.timing.total for hop in exchange.hops]) * 1000, 3)
    status, size = head.status, content.length
    return {
        "plain": {
            "status": status, "statusCode": status, "responseCode": status, "statusMessage": head.reason,
            "size": size, "protocol": f"HTTP/{version}", "httpVersion": version,
            "timings": {"total": milliseconds}, "responseTime": milliseconds, "duration": milliseconds,
        },
        "mime": mime,
        "contentType": content_type,
        "charset": charset,
        "isJson": mime.endswith(("/json", "+json")),
        "headers": [{"name": name, "value": value} for name, value in head.fields],
        "cookies": [_cookie(value) for value in head.values("set-cookie")],
    }, ResponseBody(size, lambda: content.read(LARGEST_BODY), charset)  # fmt: skip


def _media_type(value: str) -> tuple[str, str]:
    mime, separator, parameters = value.partition(";")
    if not separator:
        return mime.strip().lower(), "utf-8"
    match = re.search(r"charset\s*=\s*\"?([\w.\-:]+)", parameters, re.IGNORECASE)
    return mime.strip().lower(), match.group(1) if match else "utf-8"


def _cookie(field: str) -> dict[str, str]:
    pair, *attributes = field.split(";")
    name, _, value = pair.partition("=")
    cookie = {"name": name.strip(), "value": value.strip()}
    for attribute in attributes:
        key, _, text = attribute.partition("=")
        cookie[key.strip().lower()] = text.strip()
    return cookie
