"""Puts a named value into the query, the cookies or the body of a request, and leaves every other byte as it is."""

import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote_plus, unquote_plus

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.compose import composed, percent_encoded, plain
from httpls_auth.schemes.message import MemoryBody, OutgoingRequest
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value, joined

FORM = "application/x-www-form-urlencoded"


class QueryPiece(NamedTuple):
    """What stands between two `&` of a query: the raw text, name and value decoded as forms are (`+` is a blank)."""

    raw: Value
    name: str
    value: str


def query_pieces(target: Value) -> Iterator[QueryPiece]:
    """Yield the pieces of the query of a request target, empty ones left out."""
    text = target.reveal()
    start = text.find("?") + 1
    while 0 < start <= len(text):
        stop = text.find("&", start)
        stop = len(text) if stop < 0 else stop
        if stop > start:
            name, _, value = text[start:stop].partition("=")
            yield QueryPiece(target.cut(start, stop), unquote_plus(name), unquote_plus(value))
        start = stop + 1


def with_query_pieces(target: Value, pieces: list[Value]) -> Value:
    """Return a request target with these pieces as its query."""
    text = target.reveal()
    path = target.cut(0, text.find("?")) if "?" in text else target
    parts: list[Value] = [path]
    for number, piece in enumerate(pieces):
        parts += [plain("&" if number else "?"), piece]
    return joined(parts, target.provenance)


def with_query_parameter(request: OutgoingRequest, name: str | Value, value: Value) -> OutgoingRequest:
    """Return the request with a parameter at the end of its query, in place of others of the name."""
    named = plain(name) if isinstance(name, str) else name
    kept = [piece.raw for piece in query_pieces(request.target) if piece.name != named.reveal()]
    added = composed(percent_encoded(named), "=", percent_encoded(value))
    return request.with_target(with_query_pieces(request.target, [*kept, added]))


def without_query_parameters(request: OutgoingRequest, names: frozenset[str]) -> OutgoingRequest:
    """Return the request without the parameters of these names."""
    pieces = list(query_pieces(request.target))
    kept = [piece.raw for piece in pieces if piece.name not in names]
    return request if len(kept) == len(pieces) else request.with_target(with_query_pieces(request.target, kept))


def with_cookie(request: OutgoingRequest, name: Value, value: Value) -> OutgoingRequest:
    """Return the request with a cookie, beside those that it has, in place of another of the name (RFC 6265, 4.2)."""
    if any(character in value.reveal() for character in ';, \t"\\') or not value.reveal().isascii():
        raise CredentialError(
            f"the value of the cookie `{name}` has a character that no cookie may hold (RFC 6265, section 4.1.1)"
        )
    crumbs: list[Value] = []
    for field in request.values("Cookie"):
        text = field.reveal()
        start = 0
        for crumb in text.split(";"):
            bare = crumb.strip()
            if bare and bare.partition("=")[0].strip() != name.reveal():
                begin = start + crumb.index(bare)
                crumbs += [field.cut(begin, begin + len(bare)), plain("; ")]
            start += len(crumb) + 1
    return request.with_field("Cookie", composed(*crumbs, name, "=", value))


def is_form(request: OutgoingRequest) -> bool:
    """Tell whether the body is a form in its simple encoding."""
    return media_type(request) == FORM


def media_type(request: OutgoingRequest) -> str:
    """Return the media type of the body in lower case, without parameters; empty if there is none."""
    return (request.value("Content-Type") or "").partition(";")[0].strip().lower()


def form_pairs(request: OutgoingRequest) -> list[tuple[str, str]]:
    """Return the pairs of a body that is a form, decoded."""
    pairs: list[tuple[str, str]] = []
    for piece in content_of(request).decode("utf-8", "replace").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unquote_plus(name), unquote_plus(value)))
    return pairs


def with_body_member(request: OutgoingRequest, name: str | Value, value: Value) -> OutgoingRequest:
    """Return the request with a member in its body, which is a form or a JSON object, in place of another of the name.

    A request without a body gets a form. Raises `CredentialError` for a body that is neither.
    """
    name = plain(name) if isinstance(name, str) else name
    if request.body is None or request.body.length == 0:
        kind = media_type(request) or FORM
        if kind == FORM:
            with_type = request if request.value("Content-Type") else request.with_field("Content-Type", plain(FORM))
            return _with_form_pair(with_type, b"", name, value)
        content = b"{}"
    else:
        kind = media_type(request)
        content = content_of(request)
    if kind == FORM:
        return _with_form_pair(request, content, name, value)
    if kind == "application/json" or kind.endswith("+json"):
        return _with_json_member(request, content, name, value)
    raise CredentialError(
        f"`{name}` can be put into a form or a JSON object, but the body is `{kind or 'of no known type'}`",
        "Put it into a header field or the query (`in=header`, `in=query`), or give the body its `Content-Type`.",
    )


def content_of(request: OutgoingRequest) -> bytes:
    """Return the bytes of the body. Raises `CredentialError` for one that is too large to be read here."""
    content = request.content()
    if content is None:
        raise CredentialError(
            "the body has more than 1 MB, too much for authentication to read or write in it",
            "Put the credential into a header field.",
        )
    return content


def _with_form_pair(request: OutgoingRequest, content: bytes, name: Value, value: Value) -> OutgoingRequest:
    kept = [
        piece
        for piece in content.split(b"&")
        if piece and unquote_plus(piece.partition(b"=")[0].decode("utf-8", "replace")) != name.reveal()
    ]
    pair = f"{quote_plus(name.reveal())}={quote_plus(value.reveal())}".encode("ascii")
    return _with_content(request, b"&".join([*kept, pair]), name.labels | value.labels)


def _with_json_member(request: OutgoingRequest, content: bytes, name: Value, value: Value) -> OutgoingRequest:
    """Write the member before the last brace, so that the rest keeps its form; an existing one forces a new text."""
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        # The parser's own message would repeat a piece of the body.
        raise CredentialError(f"`{name}` cannot be put into the body: it is not valid JSON") from None
    if not isinstance(document, dict):
        raise CredentialError(f"`{name}` cannot be put into the body: it is JSON, but no object")
    key = name.reveal()
    member = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value.reveal(), ensure_ascii=False)}"
    if key in document:
        written = json.dumps({**document, key: value.reveal()}, ensure_ascii=False).encode("utf-8")
    else:
        head, _, tail = content.rpartition(b"}")
        separator = ", " if document else ""
        bare = head.rstrip()
        written = bare + f"{separator}{member}".encode() + head[len(bare) :] + b"}" + tail
    return _with_content(request, written, name.labels | value.labels)


def _with_content(request: OutgoingRequest, content: bytes, added: Labels) -> OutgoingRequest:
    labels = added if request.body is None else request.body.labels | added
    return request.with_body(MemoryBody(content, labels))
