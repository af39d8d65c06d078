"""What is told about a run while it runs; the modules `report_…` say where and how."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.run.exchange import Result
from httpls.run.ports import SilentListener
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls.cli.progress import ProgressLine


class Reporter(SilentListener):
    """What is told about a run. `_show` prints a result; it is called for one result at a time."""

    def __init__(self, redactor: Redactor, shows_progress: bool = True) -> None:
        """Take what masks secrets."""
        self.redactor = redactor
        self.results: list[Result] = []
        self._lock = threading.RLock()
        self._progress: ProgressLine | None = None
        if shows_progress and sys.stderr.isatty():
            from httpls.cli import progress

            self._progress = progress.ProgressLine()

    def planned(self, count: int) -> None:
        """Take the number of requests for the progress."""
        if self._progress is not None:
            self._progress.begin(count)

    def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
        """Take what is under way for the progress."""
        _ = (path, line)
        if self._progress is not None:
            self._progress.started(number, name or f"{method} {shown_url}")

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Show the progress."""
        if self._progress is not None:
            self._progress.progressed(number, phase, done, total)

    def finished(self, number: int, result: Result) -> None:
        """Print a result."""
        learn_secrets(result, self.redactor)
        with self._lock:
            if self._progress is not None:
                self._progress.finished(number)
            self.results.append(result)
            self._show(result)

    def done(self) -> None:
        """Remove the progress."""
        if self._progress is not None:
            self._progress.end()

    def conclude(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Print what has to be said at the end: by default a summary of several requests, to standard error."""
        _ = exit_code
        if len(results) > 1:
            from httpls.cli.show_summary import summary_line
            from httpls.cli.terminal import Style

            print(summary_line(results, seconds, Style(sys.stderr)), file=sys.stderr)

    def _show(self, result: Result) -> None:
        raise NotImplementedError


_SHORTEST_COOKIE = 8
"""Values of cookies that are shorter can hardly be keys of a session (as `run.cookies.jar` has it)."""


def learn_secrets(result: Result, redactor: Redactor) -> None:
    """Mask from now on what is secret in the requests of a result: header fields and URLs, tokens among them."""
    for hop in result.exchange.hops:
        for value in (hop.request.url, *[field.value for field in hop.request.fields]):
            if value.is_secret:
                redactor.add(value)
        for line in hop.response.head.values("set-cookie") if hop.response is not None else ():
            cookie = line.partition(";")[0].partition("=")[2].strip()
            if len(cookie) >= _SHORTEST_COOKIE:
                redactor.add_secret(cookie)
