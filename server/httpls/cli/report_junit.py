"""Results as JUnit XML, for continuous integration: a suite for each file, a case for each request and assertion.

The form is valid by the two schemas in use: that of the Jenkins plugin xunit, and the one drawn from Ant's reports.
"""

import re
import socket
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from httpls.cli.shown_path import shown_path
from httpls.run.exchange import Assertion, Failure, Outcome, Result
from httpls_auth.values.redactor import Redactor


def junit_report(results: Sequence[Result], redactor: Redactor) -> str:
    """Return the document; secrets are masked, and characters that XML cannot hold are shown by their code."""
    by_file: dict[str, list[Result]] = {}
    for result in results:
        by_file.setdefault(result.path, []).append(result)
    suites = [_suite(number, path, found, redactor) for number, (path, found) in enumerate(by_file.items())]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", ""])


def _suite(number: int, path: str, results: Sequence[Result], redactor: Redactor) -> str:
    name = shown_path(Path(path))
    cases = [line for result in results for line in _cases(result, name, redactor)]
    assertions = [assertion for result in results for assertion in result.assertions]
    started = min((hop.timing.started_at for result in results for hop in result.exchange.hops), default=0.0)
    attributes = {
        "name": name,
        "package": name,
        "id": str(number),
        "hostname": socket.gethostname() or "localhost",
        "timestamp": datetime.fromtimestamp(started, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "tests": str(len(results) + len(assertions)),
        "failures": str(sum(not assertion.holds for assertion in assertions)),
        "errors": str(sum(_error(result) is not None for result in results)),
        "skipped": str(sum(result.outcome is Outcome.SKIPPED for result in results)),
        "time": f"{sum(result.duration for result in results):.3f}",
    }
    logs = "\n".join([log for result in results for log in result.logs])
    lines = [
        f"  <testsuite{_attributes(attributes)}>",
        "    <properties/>",
        *cases,
        f"    <system-out>{_text(redactor.redact(logs))}</system-out>",
        "    <system-err/>",
        "  </testsuite>",
    ]
    return "\n".join(lines)


def _cases(result: Result, file: str, redactor: Redactor) -> Iterable[str]:
    name = result.name or f"{result.method} {redactor.redact(result.shown_url)}"
    if result.iteration:
        name += f" (run {result.iteration + 1})"
    error = _error(result)
    yield from _case(name, file, result.duration, "" if error is None else _element("error", error, redactor), result)
    for assertion in result.assertions:
        inner = "" if assertion.holds else _element("failure", _missed(assertion), redactor)
        yield from _case(f"{name}: {redactor.redact(assertion.name)}", file, 0.0, inner, None)


def _case(name: str, file: str, seconds: float, inner: str, result: Result | None) -> Iterable[str]:
    head = f"    <testcase{_attributes({'name': name, 'classname': file, 'time': f'{seconds:.3f}'})}"
    if result is not None and result.outcome is Outcome.SKIPPED:
        inner = "<skipped/>"
    yield f"{head}>{inner}</testcase>" if inner else f"{head}/>"


def _error(result: Result) -> Failure | None:
    """Return why a request counts as an error, None if it does not."""
    if result.failures:
        return result.failures[0]
    if result.is_auth_failure:
        return Failure("auth-failure", "the server did not accept the credentials", "")
    if result.outcome in (Outcome.REFUSED, Outcome.FAILED, Outcome.INTERRUPTED):
        return Failure(result.outcome.value, f"the request was {result.outcome.value}", "")
    return None


def _missed(assertion: Assertion) -> Failure:
    found = [f"{word}: {text}" for word, text in _sides(assertion) if text is not None]
    message = "; ".join([assertion.message or assertion.name, *found])
    return Failure("assertion", message, "", assertion.path, assertion.line, assertion.column)


def _sides(assertion: Assertion) -> Iterable[tuple[str, str | None]]:
    return (("expected", assertion.expected), ("found", assertion.found))


def _element(word: str, failure: Failure, redactor: Redactor) -> str:
    message = redactor.redact(failure.message)
    where = f"{failure.path}:{failure.line}:{failure.column}" if failure.path is not None else ""
    details = "\n".join([text for text in (message, redactor.redact(failure.remedy), where) if text])
    return f"<{word}{_attributes({'type': failure.code, 'message': message})}>{_text(details)}</{word}>"


def _attributes(attributes: dict[str, str]) -> str:
    return "".join([f" {name}={quoteattr(_legal(value))}" for name, value in attributes.items()])


def _text(text: str) -> str:
    return escape(_legal(text))


def _legal(text: str) -> str:
    """Replace what XML 1.0 cannot hold (section 2.2) by its code."""
    return _ILLEGAL.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
