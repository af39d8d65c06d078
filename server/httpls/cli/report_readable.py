"""Responses for people, on a terminal."""

import sys
from collections.abc import Iterator

from httpls.cli.reporter import Reporter
from httpls.cli.show_result import Detail, result_lines, short_lines
from httpls.cli.show_summary import is_good
from httpls.cli.terminal import Style
from httpls.run.exchange import Result
from httpls_auth.values.redactor import Redactor


class ReadableReporter(Reporter):
    """Prints responses for people; only a line for those that others required, unless they went wrong."""

    def __init__(self, redactor: Redactor, detail: Detail, is_quiet: bool) -> None:
        """Take how much is shown; `is_quiet` shows a line for each request and what went wrong."""
        super().__init__(redactor)
        self._detail = detail
        self._is_quiet = is_quiet
        self._style = Style()

    def _show(self, result: Result) -> None:
        lines: Iterator[str]
        is_aside = result.required_by is not None and is_good(result) and not self._detail.trace
        if self._is_quiet or is_aside:
            lines = short_lines(result, self.redactor, self._style, not self._is_quiet)
        else:
            lines = result_lines(result, self.redactor, self._style, self._detail)
        if not self._is_quiet and len(self.results) > 1:
            print()
        sys.stdout.writelines(line + "\n" for line in lines)
        sys.stdout.flush()
