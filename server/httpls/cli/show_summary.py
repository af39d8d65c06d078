"""What came of all requests, in a line, and the exit code that says so."""

from collections.abc import Sequence

from httpls.cli.terminal import Style
from httpls.cli.units import counted, shown_duration
from httpls.run.exchange import Outcome, Result

_OUTCOMES = (
    (Outcome.SENT, "32"),
    (Outcome.REFUSED, "31"),
    (Outcome.FAILED, "31"),
    (Outcome.SKIPPED, "33"),
    (Outcome.INTERRUPTED, "33"),
)


def summary_line(results: Sequence[Result], seconds: float, style: Style) -> str:
    """Return the numbers of requests by what became of them, those of assertions, and how long it took in all."""
    parts: list[str] = []
    for outcome, colour in _OUTCOMES:
        count = sum(result.outcome is outcome for result in results)
        if count:
            parts.append(style.paint(f"{count:,} {outcome.value}", colour))
    line = f"{counted(len(results), 'request')}: {', '.join(parts) or 'none'}"
    holding = [assertion.holds for result in results for assertion in result.assertions]
    if holding:
        line += f"; {counted(len(holding), 'assertion')}: {holding.count(True):,} held"
        if missed := holding.count(False):
            line += ", " + style.paint(f"{missed:,} missed", "31")
    if unaccepted := sum(result.is_auth_failure for result in results):
        line += "; " + style.paint(f"{counted(unaccepted, 'refusal')} of credentials", "31")
    return f"{line}; {shown_duration(seconds)}"


def exit_code(results: Sequence[Result], was_interrupted: bool) -> int:
    """Return the exit code. Of several reasons the one that tells most counts.

    130 interrupted; 3 something was refused, so that nothing of it was sent; 4 the network, TLS or the server's
    authentication failed; 1 an assertion did not hold, or a handler failed; 0 otherwise.
    """
    outcomes = {result.outcome for result in results}
    if was_interrupted or Outcome.INTERRUPTED in outcomes:
        return 130
    if Outcome.REFUSED in outcomes:
        return 3
    if any(_failed_to_send(one) for one in results) or any(
        one.is_auth_failure or not is_answered_in_full(one) for one in results
    ):
        return 4
    has_missed = any(not assertion.holds for result in results for assertion in result.assertions)
    return 1 if has_missed or Outcome.FAILED in outcomes else 0


def _failed_to_send(result: Result) -> bool:
    """Tell whether a request failed on its way; a handler that broke off is like an assertion that does not hold."""
    return result.outcome is Outcome.FAILED and {failure.code for failure in result.failures} != {"script-error"}


def is_answered_in_full(result: Result) -> bool:
    """Tell whether the body of the response came to its end and could be unpacked, if there is a response."""
    response = result.exchange.response
    return response is None or (response.is_complete and response.decoding_error is None)


def is_good(result: Result) -> bool:
    """Tell whether a request was sent, admitted and answered in full, and every assertion held."""
    return (
        result.outcome in (Outcome.SENT, Outcome.SKIPPED)
        and not result.is_auth_failure
        and is_answered_in_full(result)
        and all(assertion.holds for assertion in result.assertions)
    )
