"""Explains the refusal that an exchange ended with."""

from collections.abc import Sequence

from httpls.run.exchange import Exchange
from httpls_auth.refusal import Attempt, Refusal, explain_refusal


def refusal_of(exchange: Exchange, words: Sequence[str]) -> Refusal | None:
    """Return what the final response means if it is a 401, 403 or 407; `words` are the schemes of the request."""
    final = exchange.final
    if final is None or final.response is None:
        return None
    came_at = final.timing.started_at + final.timing.total
    return explain_refusal(Attempt(final.request.fields, words, came_at), final.response.head)
