"""Keeps a feature that fails from harming the others, and answers from being about a text that is no longer there."""

import functools
from collections.abc import Callable
from typing import TypeVar

from httpls.lsp.errors import UserError
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
