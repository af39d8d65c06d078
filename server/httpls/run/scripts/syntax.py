"""Errors in the syntax of scripts, for `httpls check` and editors. Scripts are compiled in the child, and not run."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.script_texts import ScriptText, script_texts
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.scripts.call import ScriptFailure
from httpls.run.scripts.imports import bundled
from httpls.run.scripts.worker import ScriptWorkers, is_available, is_startable
from httpls_grammar.problems import Problem

_MOST_KEPT = 4096


class ScriptSyntax:
    """Compiles scripts, and remembers what came of it. It may be used from several threads."""

    def __init__(self, workers: ScriptWorkers | None = None) -> None:
        """Take what runs scripts, if somebody has that already; the first script starts the process."""
        self._workers = workers or ScriptWorkers()
        self._lock = threading.Lock()
        self._known: dict[str, ScriptFailure | None] = {}

    def problems(self, analysis: Analysis, cancel: Cancel) -> Iterator[Problem]:
        """Yield what is wrong with the scripts of a file; ranges count from its start.

        It waits for the child; without an engine it yields nothing. Raises `CancelledError`.
        """
        if not can_compile():
            return
        plain: list[tuple[ScriptText, str]] = []
        for script in script_texts(analysis):
            try:
                plain.append((script, without_imports(script.code, script.path)))
            except RefusedError as error:
                yield script.problem(str(error), None, None)
        failures = self.failures([code for _, code in plain], cancel)
        for (script, _), failure in zip(plain, failures, strict=True):
            if failure is not None:
                yield script.problem(failure.message, failure.line, failure.column)

    def failures(
        self, codes: Sequence[str], cancel: Cancel, others: Callable[[], Sequence[str]] | None = None
    ) -> Sequence[ScriptFailure | None]:
        """Return for each script without imports why it cannot be compiled, None if it can. Raises `CancelledError`.

        `others` are scripts that will probably be asked for soon: from the second time on they are compiled as well.
        """
        with self._lock:
            unknown = [code for code in dict.fromkeys(codes) if code not in self._known]
        if unknown and others is not None and self._known:
            unknown = list(dict.fromkeys([*unknown, *others()]))
        found = dict(zip(unknown, self._workers.compiled(unknown, cancel), strict=True)) if unknown else {}
        with self._lock:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()
            self._known.update(found)
            return [found[code] if code in found else self._known.get(code) for code in codes]

    def known(self, code: str) -> tuple[ScriptFailure | None] | None:
        """Return what is known of a script without imports, without waiting; None if it was never asked for."""
        with self._lock:
            return (self._known[code],) if code in self._known else None

    def close(self) -> None:
        """End the process."""
        self._workers.close()


def can_compile() -> bool:
    """Tell whether there is an engine, and a process can be started for it."""
    return is_available() and is_startable()


def without_imports(code: str, path: Path) -> str:
    """Return a script as it is compiled, whatever it imports. Raises `RefusedError`."""

    def nothing(_importing: Path, written: str) -> tuple[Path, str]:
        return Path(written), ""

    return bundled(code, path, nothing).code
