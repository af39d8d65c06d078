"""Results as JSON, for programs. The form is documented in docs/command-line.md, and only grows.

The document is written piece by piece, so that a thousand responses need not be in memory, and closed whatever
happens, so that an interrupted run leaves JSON too. Secrets are masked.
"""

import json
import sys
from collections.abc import Sequence
from typing import TextIO

from httpls.cli.reporter import Reporter
from httpls.cli.terminal import visible
from httpls.run.exchange import Outcome, Result
from httpls.run.result_facts import ResultFacts
from httpls.version import version
from httpls_auth.values.redactor import Redactor

FORMAT = 1
"""The number of the form. It changes only if something is removed or changes its meaning."""


class JsonReporter(Reporter):
    """Writes the results as JSON, one after the other, or at the end if they do not come in the order of the files."""

    def __init__(self, redactor: Redactor, is_in_order: bool) -> None:
        """Begin the document."""
        super().__init__(redactor)
        self._document = JsonDocument(sys.stdout, redactor)
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


class JsonDocument:
    """Writes the document to a stream."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        """Begin the document."""
        self._stream = stream
        self._facts = ResultFacts(redactor, visible)
        self._count = 0
        stream.write(f'{{\n"format": {FORMAT},\n"httpls": {json.dumps(version())},\n"results": [')

    def add(self, result: Result) -> None:
        """Write one result."""
        text = json.dumps(self._facts.result(result), ensure_ascii=False, indent=1)
        self._stream.write(("," if self._count else "") + "\n" + text)
        self._count += 1

    def close(self, results: Sequence[Result], seconds: float, exit_code: int) -> None:
        """Write the summary and the end."""
        self._stream.write(f'\n],\n"summary": {json.dumps(_summary(results, seconds, exit_code), indent=1)}\n}}\n')
        self._stream.flush()


def _summary(results: Sequence[Result], seconds: float, exit_code: int) -> dict[str, object]:
    holding = [assertion.holds for result in results for assertion in result.assertions]
    return {
        "requests": len(results),
        **{outcome.value: sum(result.outcome is outcome for result in results) for outcome in Outcome},
        "assertions": len(holding),
        "missed": holding.count(False),
        "authFailures": sum(result.is_auth_failure for result in results),
        "seconds": round(seconds, 6),
        "exitCode": exit_code,
    }
