"""`textDocument/codeLens` and `codeLens/resolve`: what can be done with requests, and what came of them."""

import time
from collections.abc import Iterator
from typing import cast

from lsprotocol import types

from httpls.ide.code_lenses import Lens, lenses, shown_age
from httpls.ide.references import Subject, uses
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.command_names import CHOOSE_ENVIRONMENT, SEND, SEND_ALL, SHOW_REFERENCES, SHOW_RESPONSE
from httpls.lsp.features.locations import Locations
from httpls.lsp.runs import LastResult, Runs
from httpls.lsp.session import Snapshot
from httpls.run.exchange import Outcome
from httpls_grammar.text import Range


def code_lenses(snapshot: Snapshot, runs: Runs, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return the lenses of a file: those of the whole file above the first request, those of each above it."""
    document = snapshot.document(params.text_document.uri)
    if document is None or document.request_file is None or not snapshot.is_trusted:
        return []
    editor = snapshot.editor(document.path)
    if not editor.code_lens:
        return []
    found: list[types.CodeLens] = []
    now = time.time()
    every = lenses(document.request_file)
    for lens in every:
        where = _above(snapshot, document, lens)
        if editor.lenses.send:
            found.append(types.CodeLens(where, send_command(document, lens)))
            last = runs.last.get((document.path, lens.key))
            if last is not None:
                found.append(types.CodeLens(where, command(told(last, now), SHOW_RESPONSE, last.document)))
        if lens is every[0]:
            found += _of_file(snapshot, document, where, len(every))
        if editor.lenses.references and lens.is_named and snapshot.client.shows_references:
            # How often a name is used takes a look through the file, so it is counted when the lens is seen.
            found.append(types.CodeLens(where, data=[document.uri, document.version, lens.line]))
    return found


def resolved_lens(snapshot: Snapshot, lens: types.CodeLens) -> types.CodeLens:
    """Return a lens with how many requests use the one below it; without a command if the text is another one now."""
    given: object = lens.data
    data = cast("list[object]", given) if isinstance(given, list) else []
    document = snapshot.document(str(data[0])) if len(data) == 3 else None
    if document is None or document.version != data[1] or document.request_file is None:
        return lens
    analysis = snapshot.analysis(document)
    one = next((one for one in lenses(document.request_file) if one.line == data[2]), None)
    if analysis is None or one is None:
        return lens
    found = [use for use in uses(analysis, Subject("request", one.title, Range(0, 0))) if not use.is_definition]
    title = "1 reference" if len(found) == 1 else f"{len(found)} references"
    locations = Locations(snapshot)
    places = [types.Location(locations.uri(use.path), locations.range(use.path, use.range)) for use in found]
    arguments = [document.uri, lens.range.start, places]
    lens.command = types.Command(title, SHOW_REFERENCES if found else "", arguments=arguments if found else None)
    return lens


def command(title: str, name: str, argument: object) -> types.Command:
    """Return a command with one argument."""
    return types.Command(title, name, arguments=[argument])


def send_command(document: OpenDocument, lens: Lens) -> types.Command:
    """Return the command that sends a request."""
    return command("Send", SEND, {"uri": document.uri, "line": lens.line})


def environment_title(snapshot: Snapshot, document: OpenDocument) -> str | None:
    """Return the environments that are chosen for a file; None where there are none to choose from."""
    analysis = snapshot.analysis(document)
    if analysis is None or not analysis.environments.names:
        return None
    return ", ".join(analysis.chosen_environments) or "no environment"


def told(last: LastResult, now: float) -> str:
    """Return what came of a request, and how long ago."""
    if last.outcome is Outcome.SENT and last.status is not None:
        what = f"{last.status} · {last.seconds * 1000:.0f} ms"
    else:
        what = last.outcome.value
    return f"{what} · {shown_age(now - last.at)}"


def _of_file(snapshot: Snapshot, document: OpenDocument, where: types.Range, count: int) -> Iterator[types.CodeLens]:
    shown = snapshot.editor(document.path).lenses
    if shown.send_all and count > 1:
        yield types.CodeLens(where, command("Send all", SEND_ALL, {"uri": document.uri}))
    title = environment_title(snapshot, document) if shown.environment else None
    if title is not None:
        yield types.CodeLens(where, command(f"Environment: {title}", CHOOSE_ENVIRONMENT, {"uri": document.uri}))


def _above(snapshot: Snapshot, document: OpenDocument, lens: Lens) -> types.Range:
    where = snapshot.positions.range(document.content, lens.range)
    return types.Range(where.start, where.start)
