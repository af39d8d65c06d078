"""How far a run is, as the client shows it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from httpls.run.exchange import Result
from httpls.run.ports import SilentListener

if TYPE_CHECKING:
    from httpls.lsp.server import Server


class RunProgress(SilentListener):
    """Tells the client how far a run is, by work-done progress if it shows that."""

    def __init__(self, server: "Server", loop: asyncio.AbstractEventLoop, number: int) -> None:
        self._server = server
        self._loop = loop
        self._token = f"httpls-run-{number}"
        self._is_shown = server.session.client.work_done_progress
        self._count = 0
        self._done = 0

    async def begin(self, title: str) -> None:
        """Make the progress known to the client."""
        if self._is_shown:
            await cast("Any", self._server.work_done_progress).create_async(self._token)
            begin = types.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
            self._server.work_done_progress.begin(self._token, begin)

    def planned(self, count: int) -> None:
        """Know how many there are."""
        self._count = count

    def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
        """Name the request that is sent."""
        _ = (number, path, method, shown_url)
        self._report(name or f"line {line}")

    def finished(self, number: int, result: Result) -> None:
        """Count it."""
        _ = (number, result)
        self._done += 1
        self._report(None)

    def end(self) -> None:
        """Take it away."""
        if self._is_shown:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())

    def _report(self, message: str | None) -> None:
        if self._is_shown:
            percentage = min(100, 100 * self._done // max(self._count, 1))
            report = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._loop.call_soon_threadsafe(self._server.work_done_progress.report, self._token, report)
