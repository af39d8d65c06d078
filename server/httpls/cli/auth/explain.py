"""`httpls auth explain`: every step of the authentication of a request, without the network, secrets masked."""

import json
import os
from collections.abc import Iterator, Sequence
from functools import partial

from httpls.cli.auth.arguments import NOT_SELECTED, add_permissions, file_parser, not_selected, selected_requests
from httpls.cli.auth.command import complain
from httpls.cli.auth.explained import Explanation, SchemeSteps, explained
from httpls.cli.auth.target import placed, warn
from httpls.cli.select_requests import label
from httpls.cli.show_planned_tls import planned_tls
from httpls.cli.shown_path import shown_path
from httpls.cli.stop import run_stoppable
from httpls.cli.terminal import Style, visible
from httpls.host.token_store import token_store
from httpls.run.cancel import Cancel
from httpls.run.credentials import CredentialsRefusedError
from httpls.run.selection import Selected
from httpls_auth.schemes.message import Field, OutgoingRequest
from httpls_auth.secrets.keyring_access import SystemKeyring


def explain(arguments: Sequence[str]) -> int:
    """Explain requests; return 3 if one of them cannot be authenticated."""
    parser = file_parser(
        "explain",
        "Shows every step of the authentication of a request: what is hashed and signed, which claims a token has,\n"
        "what would be sent to a token endpoint. Nothing is sent, and secrets are masked.",
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_permissions(parser)
    options = parser.parse_args(arguments)
    try:
        analyses, requests = selected_requests(options)
    except NOT_SELECTED as error:
        return not_selected("explain", error)
    cancel = Cancel()
    code = 0
    found: list[Explanation] = []
    store = token_store(os.environ, SystemKeyring(os.environ), warn)
    for selected in requests:
        try:
            found.append(run_stoppable(partial(explained, selected, analyses, options, store, cancel), cancel))
        except CredentialsRefusedError as error:
            for failure in error.failures:
                complain("explain", placed(failure), failure.remedy)
            code = 3
    if options.json:
        print(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
    else:
        style = Style()
        for number, one in enumerate(found):
            if number:
                print()
            for line in _lines(one, style):
                print(line)
    for one in found:
        for step in one.steps:
            if step.error is not None:
                complain("explain", str(step.error), step.error.remedy)
                code = 3
    return code


def _lines(explanation: Explanation, style: Style) -> Iterator[str]:
    selected, before, after = explanation.selected, explanation.before, explanation.after
    redact = explanation.redactor.redact
    where = f"{shown_path(selected.analysis.file.path)}:{selected.request.line}"
    yield f"{style.paint(visible(label(selected)), '1')}  ({visible(where)})"
    if before is not None:
        yield f"  {visible(before.method)} {visible(redact(str(before.url)))}"
    for one in explanation.missing:
        yield f"  not known without the network: {visible(redact(one))}"
    certificate = _certificate(selected)
    if certificate:
        yield f"  client certificate {visible(certificate)}: see `httpls cert explain`"
    if not explanation.steps and not certificate:
        yield "  no authentication"
    for step in explanation.steps:
        yield from _scheme_lines(step, explanation, style)
    if before is None or after is None:
        return
    added = _added(before, after)
    if added or before.target != after.target:
        yield ""
        yield "  what is added to the request:"
        if before.target != after.target:
            yield f"    {visible(redact(str(after.target)))}"
        for field in added:
            yield f"    {visible(field.name)}: {visible(redact(str(field.value)))}"


def _certificate(selected: Selected) -> str:
    """Return the file of the client certificate that is shown, empty without one."""
    planned = planned_tls(selected.analysis, selected.analysis.plan(selected.request), None)
    certificate = planned.certificate if planned is not None else None
    return certificate.path.shown if certificate is not None and certificate.path is not None else ""


def _scheme_lines(step: SchemeSteps, explanation: Explanation, style: Style) -> Iterator[str]:
    declaration = step.prepared.planned.declaration
    position = declaration.source.position(declaration.word_range.start)
    where = visible(f"{shown_path(declaration.source.path)}:{position.line}")
    yield ""
    yield f"  {style.paint(step.prepared.scheme.title, '1;36')}  ({where})"
    for number, note in enumerate(step.notes, 1):
        lines = visible_lines(explanation.redactor.redact(str(note.text)))
        yield f"    {number}. {visible(note.title)}"
        yield from (f"         {line}" for line in lines)
    if step.stopped_by is not None:
        yield f"    → {visible(step.stopped_by)}"
    if step.would_send is not None:
        yield from _request_lines(step.would_send, explanation)
    if step.error is not None:
        yield f"    ✗ {visible(explanation.redactor.redact(str(step.error)))}"


def _request_lines(request: OutgoingRequest, explanation: Explanation) -> Iterator[str]:
    redact = explanation.redactor.redact
    yield f"         {request.method} {visible(redact(str(request.url)))}"
    for field in request.fields:
        yield f"         {visible(field.name)}: {visible(redact(str(field.value)))}"
    content = request.content()
    if content:
        for piece in redact(content.decode("utf-8", "replace")).split("&"):
            yield f"           {visible(piece)}"


def visible_lines(text: str) -> Sequence[str]:
    """Return the lines of a text, safe for a terminal; an empty one is shown as such."""
    return [visible(line) or "(empty line)" for line in text.split("\n")]


def _added(before: OutgoingRequest, after: OutgoingRequest) -> Sequence[Field]:
    return [field for field in after.fields if field not in before.fields]


def _as_json(explanation: Explanation) -> dict[str, object]:
    redact = explanation.redactor.redact

    def step_as_json(step: SchemeSteps) -> dict[str, object]:
        request = step.would_send
        sent = None
        if request is not None:
            content = request.content()
            sent = {
                "method": request.method, "url": redact(str(request.url)),
                "fields": [[field.name, redact(str(field.value))] for field in request.fields],
                "body": redact(content.decode("utf-8", "replace")) if content else "",
            }  # fmt: skip
        return {
            "scheme": step.prepared.scheme.word,
            "notes": [{"title": note.title, "text": redact(str(note.text))} for note in step.notes],
            "stopped_by": step.stopped_by,
            "would_send": sent,
            "error": redact(str(step.error)) if step.error is not None else None,
        }

    before, after = explanation.before, explanation.after
    added = _added(before, after) if before is not None and after is not None else ()
    return {
        "name": label(explanation.selected),
        "client_certificate": _certificate(explanation.selected) or None,
        "method": before.method if before is not None else None,
        "url": redact(str(before.url)) if before is not None else None,
        "not_known": [redact(one) for one in explanation.missing],
        "schemes": [step_as_json(step) for step in explanation.steps],
        "target": redact(str(after.target)) if after is not None else None,
        "added": [[field.name, redact(str(field.value))] for field in added],
    }
