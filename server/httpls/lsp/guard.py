"""Keeps a feature that fails from harming the others, and answers from being about a text that is no longer there."""

import functools
from collections.abc import Awaitable, Callable
from typing import TypeVar

from httpls.lsp.errors import TextChangedError, UserError
from httpls.lsp.protocol import log_crash

Params = TypeVar("Params")
Answer = TypeVar("Answer")


def guarded(what: str, empty: Answer, function: Callable[[Params], Answer]) -> Callable[[Params], Answer]:
    """Return the handler with one promise more: a fault of ours is logged once, and the answer is `empty`."""

    @functools.wraps(function)
    def handler(params: Params) -> Answer:
        try:
            return function(params)
        except UserError:
            raise
        except Exception as error:  # noqa: BLE001 - what one feature gets wrong must not reach the others
            log_crash(what, error)
            return empty

    return handler


def guarded_while_it_waits(
    what: str, empty: Answer, function: Callable[[Params], Awaitable[Answer]]
) -> Callable[[Params], Awaitable[Answer]]:
    """Return what `guarded` does for a handler that lets other messages be handled in between."""

    @functools.wraps(function)
    async def handler(params: Params) -> Answer:
        try:
            return await function(params)
        except (UserError, TextChangedError):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            log_crash(what, error)
            return empty

    return handler
