"""Work in slices: whatever is worked on, no message of the client waits for it longer than one or two of them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from httpls.lsp.documents import OpenDocuments
from httpls.lsp.errors import TextChangedError

SLICE = 0.01
"""Seconds that are worked on something before messages of the client get their turn."""

Pause: TypeAlias = Callable[[], Awaitable[None]]
"""What a handler awaits now and then; it returns at once until a slice is over."""


class Turns:
    """Lets the handlers that take long work in turns, one slice of one of them at a time."""

    def __init__(self, documents: OpenDocuments) -> None:
        """Take the documents, to know when one has changed."""
        self._documents = documents
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, uri: str | None = None) -> AsyncGenerator[Pause]:
        """Wait for a turn, and give what is awaited between two pieces of work.

        It raises `TextChangedError` once the document of this URI is another one than it was at first.
        """
        document = self._documents.get(uri) if uri is not None else None
        await self._lock.acquire()
        has_turn = True
        end = time.monotonic() + SLICE

        def check() -> None:
            if uri is not None and self._documents.get(uri) is not document:
                raise TextChangedError

        async def pause() -> None:
            nonlocal end, has_turn
            if time.monotonic() <= end:
                return
            has_turn = False
            self._lock.release()
            await asyncio.sleep(0)
            await self._lock.acquire()
            has_turn = True
            check()
            end = time.monotonic() + SLICE

        try:
            check()
            yield pause
        finally:
            # Who is cancelled while waiting for a turn has none to give back.
            if has_turn:
                self._lock.release()
