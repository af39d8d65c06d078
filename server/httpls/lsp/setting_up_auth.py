"""Sets authentication up step by step, by the questions of `httpls auth init`, asked through the client."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from httpls.guide.authentication import Answers, Given, Guide, directive_lines
from httpls.guide.written_lines import insert_at_request
from httpls.ide.quick_fixes import FileEdit
from httpls.lsp.asking import EditorPrompter
from httpls.lsp.errors import UserError
from httpls.lsp.features.edits import workspace_edit
from httpls.model.names import by_line
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls.run.selection import Selected
from httpls_auth.errors import InvalidOriginError, ParameterError
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.lsp.server import Server


async def set_up_auth(server: "Server", uri: str, line: int, scheme: str | None) -> list[str]:
    """Ask for the scheme (unless it is given) and what it needs, keep secrets, write the lines; return them.

    Raises `UserError` where that cannot be done, or nobody answers.
    """
    snapshot = server.session.snapshot()
    document = snapshot.document(uri)
    analysis = snapshot.analysis(document) if document is not None else None
    request = by_line(analysis.file.document, line) if analysis is not None else None
    if document is None or analysis is None or request is None:
        raise UserError("no request stands there")
    if not snapshot.is_trusted:
        raise UserError("this workspace is not trusted, so that nothing is kept for it")
    selected = Selected(analysis, request)
    environments = analysis.chosen_environments
    given = Given(scheme, environment=environments[-1] if environments else None)
    loop = asyncio.get_running_loop()
    cancel = Cancel()
    said: list[str] = []
    guide = Guide(EditorPrompter(server, loop), said.append, cancel, given)

    def ask() -> list[str]:
        kind = guide.scheme()
        answers = guide.answers(kind, selected) if kind is not None else Answers({}, {})
        lines = list(directive_lines(kind, answers)) if kind is not None else ["# @auth inherit"]
        guide.store(answers, selected)
        return lines

    try:
        lines = await loop.run_in_executor(server.workers, ask)
    except asyncio.CancelledError:
        cancel.set()
        raise
    except (RefusedError, ParameterError, InvalidOriginError) as error:
        remedy = getattr(error, "remedy", "")
        raise UserError(f"{error}. {remedy}".strip()) from error
    except CancelledError as error:
        raise UserError("this was cancelled") from error
    now = server.session.documents.get(uri)
    if now is None or now.version != document.version:
        raise UserError("the text has changed meanwhile; the lines are: " + " ⏎ ".join(lines))
    text = document.content.text
    changed, _ = insert_at_request(text, request.line, lines)
    edit = workspace_edit(snapshot, document, [_difference(text, changed)])
    await server.workspace_apply_edit_async(
        types.ApplyWorkspaceEditParams(edit or types.WorkspaceEdit(), "Set up authentication")
    )
    server.learn(document.path)
    stored = [text for text in said if text.startswith("Stored ") or "in place of the keyring" in text]
    if stored:
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, " ".join(stored)))
    return lines


def _difference(before: str, after: str) -> FileEdit:
    """Return the edit between two texts, without what they begin and end with alike."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return FileEdit(Range(start, len(before) - end), after[start : len(after) - end])
