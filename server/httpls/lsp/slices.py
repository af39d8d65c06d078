"""Work in slices: whatever is worked on, no message of the client waits for it longer than one of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from httpls.lsp.documents import OpenDocuments
from httpls.lsp.errors import TextChangedError

SLICE = 0.01
"""Seconds that are worked on something before messages of the client get their turn."""

Pause: TypeAlias = Callable[[], Awaitable[None]]
"""What a handler awaits now and then; it returns at once until a slice is over."""


def pauses(documents: OpenDocuments, uri: str | None) -> Pause:
    """Return the pauses of one handler. They raise `TextChangedError` once the document of this URI is another one."""
    document = documents.get(uri) if uri is not None else None
    end = time.monotonic() + SLICE

    async def pause() -> None:
        nonlocal end
        if time.monotonic() > end:
            await asyncio.sleep(0)
            if uri is not None and documents.get(uri) is not document:
                raise TextChangedError
            end = time.monotonic() + SLICE

    return pause
