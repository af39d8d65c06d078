"""Heads of requests and responses as they went over the wire, with secrets masked and control characters visible."""

from collections.abc import Iterator

from httpls.cli.terminal import Style, visible
from httpls.run import masked_head
from httpls.run.exchange import ReceivedResponse, SentRequest
from httpls_auth.values.redactor import Redactor

NAME = "36"
"""The colour of field names."""


def request_head(request: SentRequest, redactor: Redactor) -> Iterator[str]:
    """Yield the lines of a request's head."""
    return (visible(line) for line in masked_head.request_head(request, redactor))


def response_head(response: ReceivedResponse, redactor: Redactor) -> Iterator[str]:
    """Yield the lines of a response's head."""
    return (visible(line) for line in masked_head.response_head(response, redactor))


def painted_head(lines: Iterator[str], style: Style) -> Iterator[str]:
    """Yield the lines of a head with the start line in bold and coloured field names."""
    for number, line in enumerate(lines):
        name, colon, value = line.partition(":")
        yield style.paint(line, "1") if not number or not colon else f"{style.paint(name, NAME)}:{value}"
