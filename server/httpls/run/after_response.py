"""What follows a response: variables that are captured, the status that was expected, files that are saved."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.options import Capture, Output, RequestOptions
from httpls.model.paths import resolved_path
from httpls.model.planned_text import PlannedText
from httpls.run.errors import RefusedError
from httpls.run.exchange import Assertion, Exchange, Failure, ReceivedResponse
from httpls.run.filling import CannotFillError, Filler
from httpls.run.job import Job
from httpls.run.permitted_paths import Permissions
from httpls.run.ports import OutputFiles
from httpls.run.response_reference import referenced
from httpls.run.session import Session
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.text import Range


class Aftermath(NamedTuple):
    """What came of it: assertions, failures to receive and to save, the files that were written."""

    assertions: tuple[Assertion, ...] = ()
    failures: tuple[Failure, ...] = ()
    saved: tuple[str, ...] = ()


class Desk(NamedTuple):
    """What it is done with."""

    filler: Filler
    session: Session
    permissions: Permissions
    outputs: OutputFiles


def after_response(job: Job, options: RequestOptions, exchange: Exchange, desk: Desk) -> Aftermath:
    """Do what the tags of a request want to be done with its response."""
    response = exchange.response
    if response is None:
        return Aftermath()
    assertions = [*_status(options, response), *_captures(job, options.captures, exchange, desk)]
    failures = [*_shortcomings(response)]
    saved: list[str] = []
    outputs = [*options.outputs, *([_output_of_save(job, response)] if options.is_saved else [])]
    for output in outputs:
        try:
            saved.append(str(_save(output, response, desk)))
        except RefusedError as error:
            failures.append(desk.filler.failure(error, output.range))
        except CannotFillError as error:
            failures += error.failures
    return Aftermath(tuple(assertions), tuple(failures), tuple(saved))


def is_expected(status: int, expected: Sequence[str]) -> bool:
    """Tell whether a status code is among codes and classes such as `2xx`."""
    return any(str(status) == word or (word.endswith("xx") and str(status)[0] == word[0]) for word in expected)


def _shortcomings(response: ReceivedResponse) -> Iterator[Failure]:
    """Yield what is wrong with the body as it came; what there is of it is kept."""
    if response.shortfall is not None:
        yield response.shortfall
    if response.decoding_error is not None:
        yield Failure(
            "undecodable-body",
            f"the body cannot be unpacked: {response.decoding_error}",
            "It is kept as it came; `Accept-Encoding: identity` asks the server not to pack it.",
        )


def _status(options: RequestOptions, response: ReceivedResponse) -> Sequence[Assertion]:
    if not options.expected_statuses:
        return ()
    status = response.head.status
    expected = ", ".join(options.expected_statuses)
    holds = is_expected(status, options.expected_statuses)
    message = f"the status is {status}" if holds else f"the status is {status}, not {expected}"
    where = options.sources["expected_statuses"]
    position = where.file.source.position(where.range.start)
    return [
        Assertion(
            f"status {expected}", holds, message, expected, str(status),
            str(where.file.path), position.line, position.column,
        )
    ]  # fmt: skip


def _captures(job: Job, captures: Sequence[Capture], exchange: Exchange, desk: Desk) -> Sequence[Assertion]:
    """Set the variables; one for which the response has nothing is a failed assertion."""
    missed: list[Assertion] = []
    for capture in captures:
        side, section, path = _divided(capture.subject)
        try:
            value = referenced(exchange, job.shown_name, side, section, path)
        except RefusedError as error:
            missed.append(_missed(job, capture, str(error)))
            continue
        position = job.analysis.file.source.position(capture.range.start)
        provenance = Provenance(
            Origination.RESPONSE, capture.variable, Place(str(job.analysis.file.path), position.line, position.column)
        )
        desk.session.set_variable(capture.variable, value, provenance)
    return missed


def _divided(subject: str) -> tuple[str, str, str]:
    """Divide `response.body.$.token` into side, section and path; a subject without a side is of the response."""
    side, dot, rest = subject.partition(".")
    if side not in ("response", "request") or not dot:
        side, rest = "response", subject
    end = next((index for index, letter in enumerate(rest) if letter in ".["), len(rest))
    return side, rest[:end].lower(), rest[end:].removeprefix(".")


def _missed(job: Job, capture: Capture, message: str) -> Assertion:
    position = job.analysis.file.source.position(capture.range.start)
    path = str(job.analysis.file.path)
    return Assertion(
        f"set {capture.variable}", holds=False, message=message, path=path, line=position.line, column=position.column
    )  # fmt: skip


def _output_of_save(job: Job, response: ReceivedResponse) -> Output:
    """Return where `# @save` puts a response: beside the file, under the name of the request."""
    media_type = (response.head.value("content-type") or "").partition(";")[0].strip().lower()
    suffix = next((suffix for ending, suffix in _SUFFIXES if media_type.endswith(ending)), "bin")
    name = job.request.name or f"{job.analysis.file.path.stem}-{job.request.line}"
    stem = re.sub(r"[^\w.\-]+", "-", name).strip(".-")
    path = PlannedText((Value(f"{stem or 'response'}.{suffix}", Provenance(Origination.DIRECTIVE, "@save")),))
    where = job.request.range
    return Output(path, job.analysis.file.path.parent, overwrites=False, range=Range(where.start, where.start))


_SUFFIXES = (
    ("json", "json"), ("xml", "xml"), ("html", "html"), ("csv", "csv"), ("pdf", "pdf"), ("png", "png"),
    ("jpeg", "jpg"), ("text/plain", "txt"),
)  # fmt: skip


def _save(output: Output, response: ReceivedResponse, desk: Desk) -> Path:
    written = desk.filler.text(output.path)
    shown = str(written)
    path = resolved_path(output.folder, written.reveal())
    real = desk.permissions.to_write(path, shown, output.overwrites, output.range)
    try:
        return desk.outputs.save(real, response.content.chunks(), output.overwrites)
    except OSError as error:
        raise RefusedError(
            "unwritable-file", f"`{shown}` cannot be written: {error.strerror or error}",
            "Correct the path, or the permissions of its folder.", output.range,
        ) from error  # fmt: skip
