"""Sends what was selected, with the reports that were asked for; the part of `httpls run` that needs the engine."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.cli.reporter import Reporter
from httpls.cli.run_arguments import Report, RunArguments
from httpls.cli.show_summary import exit_code
from httpls.cli.stop import run_stoppable
from httpls.host.prompts import TerminalPrompter
from httpls.run.cancel import Cancel
from httpls.run.engine import Engine
from httpls.run.exchange import Result
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.run.session import Session
from httpls.world import Allowed, Person, RealWorld, allowed_to
from httpls_auth.errors import InvalidOriginError
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls.model.tls import TlsOptions


def send_requests(analyses: Analyses, selected: Sequence[Selected], arguments: RunArguments, is_readable: bool) -> int:
    """Send, print, report; return the exit code."""
    try:
        origins = frozenset(map(parse_origin, arguments.allowed_origins))
    except InvalidOriginError as error:
        print(f"httpls run: --allow-origin: {error}", file=sys.stderr)
        return 2
    redactor = Redactor()
    reporter = _reporter(arguments, redactor, is_readable)
    cancel = Cancel()
    person = Person(TerminalPrompter(), _warn, sys.stderr.isatty())
    started = time.monotonic()

    def work() -> None:
        for root, of_project in _by_project(selected).items():
            allowed = allowed_to(root, arguments.trust, origins)
            if not allowed.is_trusted and person.is_attended:
                allowed = allowed._replace(is_trusted=_asked_for_trust(root, of_project, person, cancel))
            world = RealWorld(root, allowed, person, cancel, _tls_options(arguments))
            engine = Engine(world.ports, Session(redactor))
            try:
                report = engine.run(of_project, analyses, _options(arguments, allowed), reporter, cancel)
            finally:
                world.close()
                engine.close()
            results.extend(report.results)
            if cancel.is_set:
                return

    results: list[Result] = []
    if len(selected) > _MANY:
        _collect_seldom()
    try:
        run_stoppable(work, cancel)
    finally:
        reporter.done()
    code = exit_code(results, cancel.is_set)
    reporter.conclude(results, time.monotonic() - started, code)
    for report in arguments.reports:
        if not _write_report(report, results, time.monotonic() - started, code, redactor):
            code = code or 2
    return code


_MANY = 1000
"""So many requests leave so much behind that the collector, which is off while a command starts, is worth its time."""


def _collect_seldom() -> None:
    """Switch the collector on for what comes from now on, at a pace at which it takes next to no time."""
    import gc

    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _warn(text: str) -> None:
    print(f"httpls: {text}", file=sys.stderr)


def _by_project(selected: Sequence[Selected]) -> dict[Path, list[Selected]]:
    """Return the requests by the root of their project: each has its own secrets and its own trust.

    A request that a file of another project runs counts to that project: what is trusted is not for others to use.
    """
    found: dict[Path, list[Selected]] = {}
    for one in selected:
        found.setdefault((one.caller or one.analysis).root, []).append(one)
    return found


def _asked_for_trust(root: Path, selected: Sequence[Selected], person: Person, cancel: Cancel) -> bool:
    """Ask whether the project is trusted if its files want what takes trust: providers of environments, the keyring."""
    if not any(one.analysis.layers or "$keyring" in one.analysis.file.source.text for one in selected):
        return False
    from httpls.cli.ask_trust import becomes_trusted

    return becomes_trusted(root, selected, person.prompter, cancel)


def _tls_options(arguments: RunArguments) -> "TlsOptions | None":
    if not (arguments.certificate or arguments.authorities or arguments.insecure):
        return None
    from httpls.cli.tls_options import tls_options

    return tls_options(arguments)


def _options(arguments: RunArguments, allowed: Allowed) -> RunOptions:
    return RunOptions(
        parallel=arguments.parallel,
        fails_fast=arguments.fail_fast,
        runs_dependencies=arguments.dependencies,
        is_forced=arguments.force,
        agrees=arguments.yes,
        is_trusted=allowed.is_trusted,
        allowed_origins=allowed.origins,
        is_insecure=arguments.insecure,
        proxy=arguments.proxy,
        addresses=arguments.addresses,
        connect_timeout=arguments.connect_timeout,
        total_timeout=arguments.total_timeout,
    )


def _reporter(arguments: RunArguments, redactor: Redactor, is_readable: bool) -> Reporter:
    is_in_order = arguments.parallel == 1
    if arguments.json:
        from httpls.cli.report_json import JsonReporter

        return JsonReporter(redactor, is_in_order)
    if arguments.output is not None and arguments.output != "-":
        from httpls.cli.report_saved import SavingReporter

        return SavingReporter(redactor, arguments.output)
    if arguments.output is None and (is_readable or arguments.trace or arguments.verbose):
        from httpls.cli.report_readable import ReadableReporter
        from httpls.cli.show_result import Detail

        detail = Detail(headers=not arguments.trace, requests=arguments.verbose, trace=arguments.trace)
        return ReadableReporter(redactor, detail, arguments.quiet)
    from httpls.cli.report_bodies import BodyReporter

    return BodyReporter(redactor, arguments.quiet, arguments.include, is_in_order)


def _write_report(report: Report, results: Sequence[Result], seconds: float, code: int, redactor: Redactor) -> bool:
    """Write a report; tell whether that was possible."""
    from httpls.host.atomic_write import write_atomically

    if report.kind == "junit":
        from httpls.cli.report_junit import junit_report

        text = junit_report(results, redactor)
    else:
        from io import StringIO

        from httpls.cli.report_json import JsonDocument

        stream = StringIO()
        document = JsonDocument(stream, redactor)
        for result in results:
            document.add(result)
        document.close(results, seconds, code)
        text = stream.getvalue()
    if report.path == "-":
        sys.stdout.write(text)
        return True
    try:
        write_atomically(Path(report.path).absolute(), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        print(f"httpls run: the report {report.path} cannot be written: {error.strerror or error}", file=sys.stderr)
        return False
    return True
