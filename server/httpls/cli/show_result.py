"""A result as people read it on a terminal: the request, how it was answered, what its assertions say."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.cli.pretty_body import pretty_body
from httpls.cli.show_head import NAME, painted_head, request_head
from httpls.cli.show_summary import is_good
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style, visible
from httpls.cli.units import shown_duration, shown_size
from httpls.run.decoded_text import decoded_text
from httpls.run.exchange import (
    Assertion,
    Exchange,
    Failure,
    Hop,
    Outcome,
    Purpose,
    ReceivedResponse,
    Result,
    SentRequest,
)
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls_auth.refusal import Refusal


class Detail(NamedTuple):
    """How much is shown: header fields and bodies of responses, sent heads, every hop with its connection."""

    headers: bool = True
    bodies: bool = True
    requests: bool = False
    trace: bool = False


def result_lines(result: Result, redactor: Redactor, style: Style, detail: Detail) -> Iterator[str]:
    """Yield the lines for one result; secrets are masked and control characters visible."""
    yield _heading(result, redactor, style)
    if detail.trace:
        from httpls.cli.show_trace import trace_lines

        yield from trace_lines(result.exchange, redactor, style)
    elif detail.requests:
        final = result.exchange.final
        if final is not None:
            yield from painted_head(request_head(final.request, redactor), style)
            yield from _sent_body(final.request, redactor, style)
            yield ""
    response = result.exchange.response
    if response is not None:
        yield from _response_lines(response, result.exchange, redactor, style, detail)
    yield from log_lines(result, redactor, style)
    for path in result.saved:
        yield style.paint("  saved ", "2") + visible(shown_path(Path(path)))
    yield from verdict_lines(result, redactor, style)


def verdict_lines(result: Result, redactor: Redactor, style: Style) -> Iterator[str]:
    """Yield what was refused, what failed, and every assertion."""
    for failure in result.failures:
        yield from failure_lines(failure, redactor, style)
    cross = style.paint("✗", "1;31")
    response = result.exchange.response
    if result.outcome in (Outcome.SKIPPED, Outcome.INTERRUPTED) and not result.failures:
        yield style.paint(f"- {result.outcome.value}{_how_far(result)}", "33")
    if result.is_auth_failure and response is not None and not result.failures:
        yield f"{cross} the server did not accept the credentials: {_status(response)}"
    if result.refusal is not None and not result.failures:
        yield from _refusal_lines(result.refusal, redactor, style)
    for assertion in result.assertions:
        yield from _assertion_lines(assertion, redactor, style)


def _how_far(result: Result) -> str:
    """Return how far a request came that was interrupted."""
    hop = result.exchange.final
    if result.outcome is not Outcome.INTERRUPTED or hop is None:
        return ""
    after = f" after {shown_duration(hop.timing.total)}" if hop.timing.total else ""
    if hop.response is not None:
        return f"{after}: {shown_size(hop.response.encoded_length)} of the body came"
    if not hop.request.head:
        return f"{after} before the request was sent"
    return f"{after} while it waited for the answer"


def failure_lines(failure: Failure, redactor: Redactor, style: Style) -> Iterator[str]:
    """Yield why a request was refused or failed, where that stands, and what to do."""
    code = style.paint(f"[{failure.code}]", "2")
    yield f"{style.paint('✗', '1;31')} {visible(redactor.redact(failure.message))} {code}"
    if failure.path is not None:
        yield style.paint(f"    at {place(failure.path, failure.line, failure.column)}", "2")
    if failure.remedy:
        yield f"    {visible(redactor.redact(failure.remedy))}"


def _refusal_lines(refusal: "Refusal", redactor: Redactor, style: Style) -> Iterator[str]:
    """Yield what the server asks for, what was sent, and what to try."""
    for asked in refusal.asked:
        yield style.paint(f"    the server asks for {visible(redactor.redact(asked))}", "2")
    yield style.paint(f"    {visible(redactor.redact(refusal.sent))}", "2")
    for advice in refusal.advice:
        yield f"    {visible(redactor.redact(advice))}"


def one_line(result: Result, redactor: Redactor, style: Style) -> str:
    """Return a result in one line, for what runs many."""
    response = result.exchange.response
    name = f"  {visible(result.name)}" if result.name else ""
    head = f"{result.method} {visible(redactor.redact(result.shown_url))}"
    if response is None:
        return f"{_mark(result, style)} {head}{name}  {style.paint(_outcome_word(result), '31')}"
    status = style.paint(_status(response), status_colour(response.head.status))
    facts = style.paint(f"{shown_duration(result.duration)}, {shown_size(response.content.length)}", "2")
    return f"{_mark(result, style)} {head}{name}  {status}  {facts}"


def log_lines(result: Result, redactor: Redactor, style: Style) -> Iterator[str]:
    """Yield what scripts have logged; a text of several lines is indented."""
    for log in result.logs:
        for number, line in enumerate(redactor.redact(log).split("\n")):
            yield (style.paint("  log ", "2") if number == 0 else "      ") + visible(line)


def short_lines(result: Result, redactor: Redactor, style: Style, shows_logs: bool = True) -> Iterator[str]:
    """Yield a result in a line, and after it what was logged, what went wrong and what was saved."""
    yield one_line(result, redactor, style)
    if shows_logs:
        yield from log_lines(result, redactor, style)
    for line in verdict_lines(result, redactor, style) if not is_good(result) else ():
        yield "  " + line
    for path in result.saved:
        yield style.paint(f"  saved {path}", "2")


def place(path: str, line: int | None, column: int | None) -> str:
    """Return a place as editors and compilers write it."""
    numbers = "".join(f":{number}" for number in (line, column) if number is not None)
    return visible(shown_path(Path(path))) + numbers


def status_colour(status: int) -> str:
    """Return the colour of a status: green for success, yellow for redirects, red for errors."""
    return {1: "36", 2: "1;32", 3: "1;33"}.get(status // 100, "1;31")


def _heading(result: Result, redactor: Redactor, style: Style) -> str:
    request = f"{result.method} {visible(redactor.redact(result.shown_url))}"
    name = f"{visible(result.name)}  " if result.name else ""
    where = f"{name}{visible(shown_path(Path(result.path)))}:{result.line}"
    if result.iteration:
        where += f"  run {result.iteration + 1}"
    if result.required_by:
        where += f"  for {visible(result.required_by)}"
    return f"{style.paint(request, '1')}  {style.paint(where, '2')}"


def _response_lines(
    response: ReceivedResponse, exchange: Exchange, redactor: Redactor, style: Style, detail: Detail
) -> Iterator[str]:
    final = exchange.final
    assert final is not None
    version = f"HTTP/{final.connection.http_version}" if final.connection is not None else "HTTP"
    status = style.paint(visible(f"{version} {_status(response)}"), status_colour(response.head.status))
    yield f"{status}  {style.paint(_facts(response, exchange, final), '2')}"
    if detail.headers:
        for name, value in response.head.fields:
            shown = visible(redactor.redact(_as_utf8(value)))
            yield f"{style.paint(visible(redactor.redact(name)), NAME)}: {shown}"
    if detail.bodies:
        body = pretty_body(response, redactor, style, shows_all=detail.requests)
        if body.lines:
            yield ""
            yield from body.lines
        if body.note:
            yield style.paint(f"‹{body.note}; --output FILE saves it›", "2")


def _sent_body(request: SentRequest, redactor: Redactor, style: Style) -> Iterator[str]:
    if request.body is None or not request.body_length:
        return
    start = b"".join(islice(request.body.chunks(), 1))[:_MOST_OF_SENT_BODY]
    content_type = next((str(field.value) for field in request.fields if field.name.lower() == "content-type"), "")
    text = decoded_text(start, content_type, len(start) == request.body_length)
    yield ""
    if text is not None:
        yield from visible(redactor.redact(text).replace("\r\n", "\n")).split("\n")
    if text is None or len(start) < request.body_length:
        yield style.paint(f"‹{shown_size(request.body_length)} in all›", "2")


_MOST_OF_SENT_BODY = 1 << 16


def _facts(response: ReceivedResponse, exchange: Exchange, final: Hop) -> str:
    facts = [shown_duration(sum(hop.timing.total for hop in exchange.hops)), shown_size(response.content.length)]
    if response.encoded_length != response.content.length:
        facts[-1] += f" ({shown_size(response.encoded_length)} on the way)"
    redirects = sum(hop.purpose is Purpose.REDIRECT for hop in exchange.hops)
    if redirects:
        facts.append(
            f"after {redirects} redirect{'s' if redirects > 1 else ''}, from {visible(str(final.request.url))}"
        )
    others = sum(hop.purpose in (Purpose.CHALLENGE, Purpose.AUTHENTICATION) for hop in exchange.hops)
    if others:
        facts.append(f"{others} step{'s' if others > 1 else ''} of authentication")
    return ", ".join(facts)


def _status(response: ReceivedResponse) -> str:
    return visible(f"{response.head.status} {response.head.reason}".rstrip())


def _assertion_lines(assertion: Assertion, redactor: Redactor, style: Style) -> Iterator[str]:
    name = visible(redactor.redact(assertion.name))
    if assertion.holds:
        yield f"{style.paint('✓', '1;32')} {name}"
        return
    yield f"{style.paint('✗', '1;31')} {name}"
    if assertion.message:
        yield f"    {visible(redactor.redact(assertion.message))}"
    for word, text in (("expected", assertion.expected), ("found", assertion.found)):
        if text is not None:
            yield f"    {word:8} {visible(redactor.redact(text))}"
    if assertion.path is not None:
        yield style.paint(f"    at {place(assertion.path, assertion.line, assertion.column)}", "2")


def _mark(result: Result, style: Style) -> str:
    if result.outcome is Outcome.SKIPPED:
        return style.paint("-", "2")
    return style.paint("✓", "1;32") if is_good(result) else style.paint("✗", "1;31")


def _outcome_word(result: Result) -> str:
    return visible(result.failures[0].message) if result.failures else result.outcome.value


def _as_utf8(value: str) -> str:
    """Return a field value, whose bytes were decoded as Latin-1, in UTF-8 if it is that."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
