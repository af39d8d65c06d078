"""How far a run is, as the client shows it."""

import asyncio
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from httpls.run.cancel import Cancel
from httpls.run.exchange import Result
from httpls.run.ports import SilentListener

if TYPE_CHECKING:
    from httpls.lsp.server import Server

_PHASES = {"connect": "connecting", "upload": "sending", "wait": "waiting for the server", "download": "receiving"}
"""The phases in the words of a person."""


class RunProgress(SilentListener):
    """Tells the client how far a run is, by work-done progress if it shows that."""

    def __init__(self, server: "Server", loop: asyncio.AbstractEventLoop, number: int, cancel: Cancel) -> None:
        """Take what is cancelled when the person takes the progress for done."""
        self._cancel = cancel
        self._name = ""
        self._server = server
        self._loop = loop
        self._token = f"httpls-run-{number}"
        self._is_shown = server.session.client.work_done_progress
        self._count = 0
        self._done = 0

    async def begin(self, title: str) -> None:
        """Make the progress known to the client."""
        if self._is_shown:
            progress = cast("Any", self._server.work_done_progress)
            await progress.create_async(self._token)
            progress.tokens[self._token].add_done_callback(self._cancelled)
            begin = types.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
            self._server.work_done_progress.begin(self._token, begin)

    def planned(self, count: int) -> None:
        """Know how many there are."""
        self._count = count

    def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
        """Name the request that is sent."""
        _ = (number, path, method, shown_url)
        self._name = name or f"line {line}"
        self._report(self._name)

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Tell the phase: the connection, what goes, the wait for the server, what comes."""
        _ = number
        share = f" {100 * done // total} %" if total and phase in ("upload", "download") else ""
        self._report(f"{self._name}: {_PHASES.get(phase, phase)}{share}")

    def finished(self, number: int, result: Result) -> None:
        """Count it."""
        _ = (number, result)
        self._done += 1
        self._report(None)

    def end(self) -> None:
        """Take it away."""
        if self._is_shown:
            progress = cast("Any", self._server.work_done_progress)
            progress.end(self._token, types.WorkDoneProgressEnd())
            progress.tokens.pop(self._token, None)

    def _cancelled(self, future: "Future[object]") -> None:
        if future.cancelled():
            self._cancel.set()

    def _report(self, message: str | None) -> None:
        if self._is_shown:
            percentage = min(100, 100 * self._done // max(self._count, 1))
            report = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._loop.call_soon_threadsafe(self._server.work_done_progress.report, self._token, report)
