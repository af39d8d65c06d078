"""What a script is given: variables that its text names, the request, the response, as the prelude wants them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from httpls.model.resolve import resolve
from httpls.run.exchange import Exchange, ReceivedResponse
from httpls.run.hooks import Occasion
from httpls.run.scripts.call import Kept
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.value import Value
from httpls_grammar.nodes import RequestLine

LARGEST_BODY = 16 * 1024 * 1024
"""How many bytes of a response a script is given."""


class Given(NamedTuple):
    """The state of a script, and the labels of all the secrets in it: what the script writes carries them."""

    state: Mapping[str, object]
    labels: Labels


def state_for(
    code: str,
    occasion: Occasion,
    exchange: Exchange | None,
    json_of: Mapping[str, Kept],
    own: Mapping[str, Kept],
    has_names: bool,
) -> Given:
    """Return the state for a script.

    `json_of` are the globals that scripts set before, with their types; `own` the variables of this request that its
    scripts have set. With `has_names` variables can be used by their bare names, as httpyac has it.
    """
    words = frozenset(re.findall(r"[\w$.\-]+", code))
    labels = PLAIN
    environment: dict[str, object] = {}
    for name in occasion.scopes().names():
        if name not in words and not any(name in word for word in words if "." in word):
            continue
        value = occasion.value(name)
        if value is not None:
            environment[name] = {"text": value.reveal()}
            labels = labels | value.labels
    global_values: dict[str, object] = {}
    for name, definition in occasion.session.variables.items():
        if not isinstance(definition.text, str) or (definition.labels.secret is not None and name not in words):
            continue
        kept = json_of.get(name)
        labels = labels | definition.labels
        is_same = kept is not None and kept.text == definition.text
        global_values[name] = _entry(kept if is_same and kept is not None else Kept(definition.text))
    state: dict[str, object] = {
        "globals": global_values,
        "variables": {name: _entry(kept) for name, kept in own.items()},
        "environment": environment,
        "request": _request(occasion, exchange),
        "response": _response(exchange) if exchange is not None else None,
        "iteration": occasion.iteration,
        "templates": [],
        "hasNames": has_names,
    }
    return Given(state, labels)


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
        if not isinstance(piece, Value):
            pieces.append("{{" + piece.name + "}}")
        elif piece.is_secret:
            return text
        else:
            pieces.append(piece.reveal())
    return "".join(pieces)


def _open(value: Value) -> str | None:
    return None if value.is_secret else value.reveal()


def _response(exchange: Exchange) -> dict[str, object] | None:
    response = exchange.response
    if response is None:
        return None
    mime, charset = _media_type(response)
    content = response.content.read(LARGEST_BODY)
    final = exchange.final
    version = final.connection.http_version if final is not None and final.connection is not None else ""
    return {
        "status": response.head.status,
        "reason": response.head.reason,
        "version": version,
        "milliseconds": round(sum(hop.timing.total for hop in exchange.hops) * 1000, 3),
        "mime": mime,
        "charset": charset,
        "isJson": mime.endswith(("/json", "+json")),
        "body": _decoded(content, charset),
        "headers": [{"name": name, "value": value} for name, value in response.head.fields],
        "cookies": [_cookie(value) for value in response.head.values("set-cookie")],
    }


def _media_type(response: ReceivedResponse) -> tuple[str, str]:
    value = response.head.value("content-type") or ""
    mime, _, parameters = value.partition(";")
    match = re.search(r"charset\s*=\s*\"?([\w.\-:]+)", parameters, re.IGNORECASE)
    return mime.strip().lower(), match.group(1) if match else "utf-8"


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _cookie(field: str) -> dict[str, str]:
    pair, *attributes = field.split(";")
    name, _, value = pair.partition("=")
    cookie = {"name": name.strip(), "value": value.strip()}
    for attribute in attributes:
        key, _, text = attribute.partition("=")
        cookie[key.strip().lower()] = text.strip()
    return cookie
