"""Heads of requests and responses as they went over the wire, with secrets masked."""

from collections.abc import Iterator

from httpls.run.exchange import ReceivedResponse, SentRequest
from httpls_auth.values.redactor import Redactor


def request_head(request: SentRequest, redactor: Redactor) -> Iterator[str]:
    """Yield the lines of a request's head.

    The redactor finds secrets by their text. Those that are too short for that are masked by their place: they are the
    secret stretches of the fields and of the URL.
    """
    start, *lines = _lines(request.head)
    if request.url.is_secret:
        method, _, version = start.partition(" ")[0], "", start.rpartition(" ")[2]
        start = f"{method} {str(request.url).removeprefix(str(request.origin))} {version}"
    yield redactor.redact(start)
    masked: dict[str, list[str]] = {}
    for field in request.fields:
        shown = str(field.value) if field.value.is_secret else ""
        masked.setdefault(field.name.lower(), []).append(shown)
    for line in lines:
        name = line.partition(":")[0]
        values = masked.get(name.lower())
        value = values.pop(0) if values else ""
        yield redactor.redact(f"{name}: {value}" if value else line)


def response_head(response: ReceivedResponse, redactor: Redactor) -> Iterator[str]:
    """Yield the lines of a response's head."""
    return (redactor.redact(line) for line in _lines(response.raw_head))


def _lines(head: bytes) -> list[str]:
    """Cut a head into lines. It is UTF-8 or, byte for byte, Latin-1."""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return [line.removesuffix("\r") for line in text.split("\n") if line.strip()] or [""]
