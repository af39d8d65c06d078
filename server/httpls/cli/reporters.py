"""Where results go while requests are run: a terminal, a pipe, JSON. Each prints a result as soon as it is there."""

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.cli.progress import ProgressLine
from httpls.cli.report_json import JsonReport
from httpls.cli.show_head import response_head
from httpls.cli.show_result import Detail, is_good, one_line, result_lines, verdict_lines
from httpls.cli.show_summary import summary_line
from httpls.cli.terminal import Style
from httpls.run.exchange import Result
from httpls.run.ports import SilentListener
from httpls_auth.values.redactor import Redactor


class Reporter(SilentListener):
    """What is told about a run. `_show` prints a result; it is called for one result at a time."""

    def __init__(self, redactor: Redactor, shows_progress: bool = True) -> None:
        """Take what masks secrets."""
        self.redactor = redactor
        self.results: list[Result] = []
        self._lock = threading.RLock()
        self._progress = ProgressLine() if shows_progress else None

    def planned(self, count: int) -> None:
        """Take the number of requests for the progress."""
        if self._progress is not None:
            self._progress.begin(count)

    def progressed(self, number: int, phase: str, done: int, total: int | None) -> None:
        """Show the progress."""
        _ = number
        if self._progress is not None:
            self._progress(phase, done, total)

    def finished(self, number: int, result: Result) -> None:
        """Print a result."""
        _ = number
        learn_secrets(result, self.redactor)
        with self._lock:
            if self._progress is not None:
                self._progress.one_done()
                self._progress.clear()
            self.results.append(result)
            self._show(result)

    def done(self) -> None:
        """Remove the progress."""
        if self._progress is not None:
            self._progress.clear()

    def conclude(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Print what has to be said at the end: by default a summary of several requests, to standard error."""
        _ = exit_code
        if len(results) > 1:
            print(summary_line(results, seconds, Style(sys.stderr)), file=sys.stderr)

    def _show(self, result: Result) -> None:
        raise NotImplementedError


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
            lines = _short(result, self.redactor, self._style)
        else:
            lines = result_lines(result, self.redactor, self._style, self._detail)
        if not self._is_quiet and len(self.results) > 1:
            print()
        sys.stdout.writelines(line + "\n" for line in lines)
        sys.stdout.flush()


class PipeReporter(Reporter):
    """Writes the bodies of responses byte for byte, and what is to be said about them to standard error."""

    def __init__(self, redactor: Redactor, is_quiet: bool, includes_head: bool, is_in_order: bool) -> None:
        """Take whether bodies are left out, and whether status and header fields go before them.

        Bodies are written as they come if they come in the order of the files, else at the end.
        """
        super().__init__(redactor)
        self._is_in_order = is_in_order
        self._is_quiet = is_quiet
        self._includes_head = includes_head
        self._style = Style(sys.stderr)
        self._count = 0

    def planned(self, count: int) -> None:
        """Remember how many there are: what becomes of a single request is told by its body."""
        super().planned(count)
        self._count = count

    def _show(self, result: Result) -> None:
        if self._is_in_order:
            self._write(result)
        if self._count > 1 or self._is_quiet:
            sys.stderr.writelines(line + "\n" for line in _short(result, self.redactor, self._style))
        else:
            # The body alone may not tell that it is that of an error.
            response = result.exchange.response
            if is_good(result) and response is not None and response.head.status >= 400:
                print(one_line(result, self.redactor, self._style), file=sys.stderr)
            sys.stderr.writelines(line + "\n" for line in verdict_lines(result, self.redactor, self._style))

    def conclude(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Write the bodies, if that is not done yet, and the summary."""
        if not self._is_in_order:
            for result in results:
                self._write(result)
        super().conclude(results, seconds, exit_code)

    def _write(self, result: Result) -> None:
        response = result.exchange.response
        if response is None or result.required_by is not None or self._is_quiet:
            return
        binary = sys.stdout.buffer
        if self._includes_head:
            head = "".join([line + "\r\n" for line in response_head(response, self.redactor)])
            binary.write(head.encode("utf-8", "surrogateescape") + b"\r\n")
        for chunk in response.content.chunks():
            binary.write(chunk)
        binary.flush()


class JsonReporter(Reporter):
    """Writes the results as JSON, one after the other, or at the end if they do not come in the order of the files."""

    def __init__(self, redactor: Redactor, is_in_order: bool) -> None:
        """Begin the document."""
        super().__init__(redactor)
        self._document = JsonReport(sys.stdout, redactor)
        self._is_in_order = is_in_order

    def conclude(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Write the rest of the document."""
        if not self._is_in_order:
            for result in results:
                self._document.add(result)
        self._document.close(results, seconds, exit_code)

    def _show(self, result: Result) -> None:
        if self._is_in_order:
            self._document.add(result)


class SavingReporter(Reporter):
    """Saves the bodies in a file or a folder, and tells a line for each."""

    def __init__(self, redactor: Redactor, target: str) -> None:
        """Take the file, or the folder with a slash at its end or that is there already."""
        super().__init__(redactor)
        self._target = Path(target)
        self._is_folder = target.endswith(("/", os.sep)) or self._target.is_dir()
        self._style = Style(sys.stderr)

    def _show(self, result: Result) -> None:
        response = result.exchange.response
        if response is not None and result.required_by is None:
            from httpls.host.output_files import DiskOutputFiles

            path = self._target / _file_name(result) if self._is_folder else self._target
            DiskOutputFiles().save(Path(os.path.abspath(path)), response.content.chunks(), overwrite=True)
            result = result._replace(saved=(*result.saved, str(path)))
        sys.stderr.writelines(line + "\n" for line in _short(result, self.redactor, self._style))


def learn_secrets(result: Result, redactor: Redactor) -> None:
    """Mask from now on what is secret in the requests of a result: header fields and URLs, tokens among them."""
    for hop in result.exchange.hops:
        for value in (hop.request.url, *[field.value for field in hop.request.fields]):
            if value.is_secret:
                redactor.add(value)


def _short(result: Result, redactor: Redactor, style: Style) -> Iterator[str]:
    yield one_line(result, redactor, style)
    for line in verdict_lines(result, redactor, style) if not is_good(result) else ():
        yield "  " + line
    for path in result.saved:
        yield style.paint(f"  saved {path}", "2")


def _file_name(result: Result) -> str:
    """Return the name of the file for a body: number and name of the request, suffix by the type of the content."""
    import mimetypes
    import re

    name = re.sub(r"[^\w.-]+", "-", result.name or result.method.lower()).strip("-.") or "response"
    response = result.exchange.response
    media_type = (response.head.value("content-type") or "").partition(";")[0].strip() if response is not None else ""
    return f"{result.number:03}-{name[:80]}{mimetypes.guess_extension(media_type) or '.bin'}"
