"""Moves a secret that stands in clear text into the keyring or a private file, and writes its name in its place."""

import asyncio
import json
import os
import re
import tomllib
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from httpls.host.atomic_write import write_atomically
from httpls.host.project_secrets import store_of_project
from httpls.host.user_state import user_state
from httpls.ide.json_edits import new_file, with_member, without_member
from httpls.ide.quick_fixes import PRIVATE_FILE, Destination, FileEdit
from httpls.lsp.asking import ask_text
from httpls.lsp.documents import OpenDocument
from httpls.lsp.errors import UserError
from httpls.lsp.features.diagnostics import problems_of_other
from httpls.lsp.features.edits import workspace_edit
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis
from httpls.model.names import by_line
from httpls.model.project import SETTINGS_FILE
from httpls.model.tls_problems import origin_of
from httpls.run.cancel import Cancel
from httpls_auth.errors import InvalidOriginError, SecretError
from httpls_auth.secrets.stored_secret import ANY, StoredSecret
from httpls_auth.values.origin import Origin, parse_origin
from httpls_grammar.islands.json import JsonMember, JsonObject, JsonString, parse_json, walk
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.lsp.server import Server

_KEY = re.compile(r"""[ \t]*=[ \t]*(["'])((?:[^"'\\\r\n]|\\.)*)\1""")


class _Found(NamedTuple):
    """A secret in a text: its name, where its value stands without quotes, and the keys of JSON that lead to it."""

    name: str
    range: Range
    keys: tuple[str, ...] = ()
    member: tuple[JsonMember, JsonObject] | None = None


async def move_secret(server: "Server", uri: str, version: int, place: types.Position, code: str, to: str) -> str:
    """Move the secret of the problem with this code at a place; return the name under which it is kept.

    Raises `UserError` where that cannot be done.
    """
    snapshot = server.session.snapshot()
    document = snapshot.document(uri)
    if document is None or document.version != version:
        raise UserError("the text has changed meanwhile")
    if not snapshot.is_trusted:
        raise UserError("this workspace is not trusted, so that nothing is kept for it")
    analysis = snapshot.analysis(document) or snapshot.environment_file(document).analysis
    problem = _problem(server, snapshot, document, place, code)
    found = _found(document, problem) if problem is not None else None
    if found is None:
        raise UserError("no secret stands there in clear text")
    value = _value(document, found)
    if to == Destination.KEYRING.value:
        name = _free(found.name, [one.name for one in snapshot.facts.secrets.get(analysis.root, ())])
        origins = await _origins(server, analysis, document, found, name)
        await _store(server, analysis.root, name, StoredSecret(value, origins))
        edits = [FileEdit(found.range, f"{{{{$secret {name}}}}}")]
    else:
        name = (
            found.name if found.member is not None else _free(_camel(found.name), list(analysis.scopes(None).names()))
        )
        environment = found.keys[0] if found.keys else (*analysis.chosen_environments, "$shared")[0]
        edits = [*_into_private_file(snapshot, document, environment, name, value)]
        edits.append(_in_place(document, found, name))
    edit = workspace_edit(snapshot, document, edits)
    if edit is not None:
        await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "Move a secret"))
    server.changed_files()
    server.learn(document.path)
    return name


def _value(document: OpenDocument, found: _Found) -> str:
    """Return the secret without the escapes of its file."""
    written = found.range.of(document.content.text)
    if document.request_file is not None or "\\" not in written:
        return written
    if document.path.name == SETTINGS_FILE:
        quote = document.content.text[found.range.start - 1]
        return str(tomllib.loads(f"a = {quote}{written}{quote}")["a"])
    return str(json.loads(f'"{written}"', strict=False))


def _problem(
    server: "Server", snapshot: Snapshot, document: OpenDocument, place: types.Position, code: str
) -> Problem | None:
    offset = snapshot.positions.offset(document.content, place)
    if document.request_file is not None:
        every = [one.problem for one in server.diagnoses.in_lines(snapshot, document, place.line, place.line)]
    else:
        every = list(problems_of_other(snapshot, document, {}))
    return next((one for one in every if one.code == code and one.range.start == offset), None)


def _found(document: OpenDocument, problem: Problem) -> _Found | None:
    text = document.content.text
    match = re.search(r"`([^`]+)`", problem.message)
    name = match.group(1) if match is not None else "secret"
    if problem.code == "clear-text-secret":
        return _Found(name, problem.range)
    if problem.code == "secret-in-settings":
        key = _KEY.match(text, problem.range.end)
        return _Found(name.rpartition(".")[2], Range(*key.span(2))) if key is not None else None
    root = parse_json(text).root
    for path, node in walk(root) if root is not None else ():
        for member in node.members if isinstance(node, JsonObject) else ():
            if (
                member.key_range == problem.range
                and isinstance(member.value, JsonString)
                and isinstance(node, JsonObject)
            ):
                where = member.value.range
                keys = tuple([str(key) for key in path])
                return _Found(member.key, Range(where.start + 1, where.end - 1), keys, (member, node))
    return None


async def _origins(
    server: "Server", analysis: Analysis, document: OpenDocument, found: _Found, name: str
) -> frozenset[Origin] | None:
    """Return where the secret may go: where its request goes, else what the person says. None is anywhere."""
    origin: Origin | None = None
    if document.request_file is not None:
        line, _ = document.content.line_of(found.range.start)
        request = by_line(document.request_file, line + 1)
        origin = origin_of(analysis.plan(request)) if request is not None else None
    if not server.session.client.input_boxes:
        if origin is None:
            raise UserError(f"it is not known where the secret may be sent; `httpls secret set {name}` asks for it")
        return frozenset((origin,))
    default = str(origin) if origin is not None else None
    question = f"Where may `{name}` be sent (an origin such as https://api.example.com, or `{ANY}`)"
    answer = await ask_text(server, question, is_secret=False, default=default)
    if not answer:
        raise UserError("nobody said where the secret may be sent, and it stays where it is")
    if answer.strip().lower() == ANY:
        return None
    try:
        return frozenset((parse_origin(answer.strip()),))
    except InvalidOriginError as error:
        raise UserError(f"`{answer}` is no origin") from error


async def _store(server: "Server", root: Path, name: str, secret: StoredSecret) -> None:
    def store() -> None:
        cancel = Cancel()
        store_of_project(user_state(os.environ), root, os.environ, cancel).set(name, None, secret, cancel)

    try:
        await asyncio.get_running_loop().run_in_executor(server.workers, store)
    except (SecretError, OSError) as error:
        remedy = getattr(error, "remedy", "")
        raise UserError(f"the secret cannot be kept, and stays where it is: {error}. {remedy}".strip()) from error


def _into_private_file(
    snapshot: Snapshot, document: OpenDocument, environment: str, name: str, value: str
) -> "list[FileEdit]":
    """Write the value into the private file beside the document; return the edit of it if the client has it open."""
    path = document.path.parent / PRIVATE_FILE
    opened = next((one for one in snapshot.documents.values() if one.path == path), None)
    files = snapshot.workspace.files
    if opened is None and not files.is_file(path):
        write_atomically(path, new_file((environment,), name, value).encode())
        return []
    text = opened.content.text if opened is not None else path.read_text(encoding="utf-8")
    change = with_member(text, (environment,), name, value)
    if change is None:
        raise UserError(f"`{PRIVATE_FILE}` has `{name}` already, or cannot be read")
    if opened is not None:
        return [FileEdit(change.range, change.text, path)]
    changed = text[: change.range.start] + change.text + text[change.range.end :]
    write_atomically(path, changed.encode("utf-8"))
    return []


def _in_place(document: OpenDocument, found: _Found, name: str) -> FileEdit:
    """Return what comes in place of a value that is a variable now; a variable of a public file goes altogether."""
    if found.member is None or len(found.keys) > 1 or document.path.name == SETTINGS_FILE:
        return FileEdit(found.range, f"{{{{{name}}}}}")
    member, owner = found.member
    change = without_member(member, owner)
    return FileEdit(change.range, change.text)


def _free(name: str, taken: Collection[str]) -> str:
    further = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(one for one in further if one not in taken)


def _camel(name: str) -> str:
    first, *others = re.split(r"[-_ ]+", name)
    return first + "".join([word.capitalize() for word in others])
