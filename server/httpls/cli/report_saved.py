"""Saves the bodies of responses in a file or a folder."""

import os
import sys
from pathlib import Path

from httpls.cli.reporter import Reporter
from httpls.cli.show_result import short_lines
from httpls.cli.terminal import Style
from httpls.host.output_files import DiskOutputFiles
from httpls.run.exchange import Result
from httpls_auth.values.redactor import Redactor


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
            path = self._target / _file_name(result) if self._is_folder else self._target
            DiskOutputFiles().save(Path(os.path.abspath(path)), response.content.chunks(), overwrite=True)
            result = result._replace(saved=(*result.saved, str(path)))
        sys.stderr.writelines(line + "\n" for line in short_lines(result, self.redactor, self._style))


def _file_name(result: Result) -> str:
    """Return the name of the file for a body: number and name of the request, suffix by the type of the content."""
    import mimetypes
    import re

    name = re.sub(r"[^\w.-]+", "-", result.name or result.method.lower()).strip("-.") or "response"
    response = result.exchange.response
    media_type = (response.head.value("content-type") or "").partition(";")[0].strip() if response is not None else ""
    return f"{result.number:03}-{name[:80]}{mimetypes.guess_extension(media_type) or '.bin'}"
