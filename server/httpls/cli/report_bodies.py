"""The bodies of responses, byte for byte, and on standard error what is to be said about them: for pipes."""

import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from httpls.cli.reporter import Reporter
from httpls.cli.show_summary import is_good
from httpls.run.exchange import Result
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls.cli.terminal import Style


class BodyReporter(Reporter):
    """Writes the bodies of responses byte for byte, and what is to be said about them to standard error."""

    def __init__(self, redactor: Redactor, is_quiet: bool, includes_head: bool, is_in_order: bool) -> None:
        """Take whether bodies are left out, and whether status and header fields go before them.

        Bodies are written as they come if they come in the order of the files, else at the end.
        """
        super().__init__(redactor)
        self._is_in_order = is_in_order
        self._is_quiet = is_quiet
        self._includes_head = includes_head
        self._count = 0

    def planned(self, count: int) -> None:
        """Remember how many there are: what becomes of a single request is told by its body."""
        super().planned(count)
        self._count = count

    def _show(self, result: Result) -> None:
        if self._is_in_order:
            self._write(result)
        response = result.exchange.response
        if self._count == 1 and not self._is_quiet and _is_plainly_good(result):
            return
        from httpls.cli.show_result import log_lines, one_line, short_lines, verdict_lines

        style = self._style
        if self._count > 1 or self._is_quiet:
            lines = short_lines(result, self.redactor, style, not self._is_quiet)
        else:
            sys.stderr.writelines(line + "\n" for line in log_lines(result, self.redactor, style))
            lines = verdict_lines(result, self.redactor, style)
            if is_good(result) and response is not None and response.head.status >= 400:
                # The body alone may not tell that it is that of an error.
                print(one_line(result, self.redactor, style), file=sys.stderr)
        sys.stderr.writelines(line + "\n" for line in lines)

    def conclude(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Write the bodies, if that is not done yet, and the summary."""
        if not self._is_in_order:
            for result in results:
                self._write(result)
        super().conclude(results, seconds, exit_code)

    @cached_property
    def _style(self) -> "Style":
        from httpls.cli.terminal import Style

        return Style(sys.stderr)

    def _write(self, result: Result) -> None:
        response = result.exchange.response
        if response is None or result.required_by is not None or self._is_quiet:
            return
        binary = sys.stdout.buffer
        if self._includes_head:
            from httpls.cli.show_head import response_head

            head = "".join([line + "\r\n" for line in response_head(response, self.redactor)])
            binary.write(head.encode("utf-8", "surrogateescape") + b"\r\n")
        for chunk in response.content.chunks():
            binary.write(chunk)
        binary.flush()


def _is_plainly_good(result: Result) -> bool:
    """Tell whether the body says all that there is to say."""
    response = result.exchange.response
    is_quiet = not result.assertions and not result.logs
    return response is not None and response.head.status < 400 and is_quiet and is_good(result)
