"""Puts renewed tokens into a request in place of those that stand in its texts (`{{$auth.token("id")}}`)."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from httpls_auth.schemes.message import Body, MemoryBody, OutgoingRequest
from httpls_auth.values.value import Value, joined


class RenewedToken(NamedTuple):
    """A token that the server refused, and the one that was got for it."""

    refused: Value
    token: Value


def with_renewed(request: OutgoingRequest, renewed: Sequence[RenewedToken]) -> OutgoingRequest:
    """Return the request with the new tokens wherever the refused ones stand: target, header fields, body.

    Everything else stays as it was filled, a body that is read from a file too.
    """
    for one in renewed:
        fields = tuple([field._replace(value=_replaced(field.value, one)) for field in request.fields])
        body = _replaced_in_body(request.body, one) if request.body is not None else None
        request = request._replace(target=_replaced(request.target, one), fields=fields, body=body)
    return request


def _replaced(value: Value, one: RenewedToken) -> Value:
    for refused, token in ((one.refused, one.token), (_encoded(one.refused), _encoded(one.token))):
        text = refused.reveal()
        pieces: list[Value] = []
        end = 0
        while text and (start := value.reveal().find(text, end)) >= 0:
            pieces += [value.cut(end, start), token]
            end = start + len(text)
        if pieces:
            return joined([*pieces, value.cut(end)], value.provenance)
    return value


def _replaced_in_body(body: Body, one: RenewedToken) -> Body:
    if not isinstance(body, MemoryBody):
        return body
    content = b"".join(body.chunks())
    for refused, token in ((one.refused, one.token), (_encoded(one.refused), _encoded(one.token))):
        text = refused.reveal().encode("utf-8")
        if text and text in content:
            return MemoryBody(content.replace(text, token.reveal().encode("utf-8")), body.labels | token.labels)
    return body


def _encoded(token: Value) -> Value:
    return token.transcribed(lambda text: quote(text, safe="", errors="surrogatepass"))
