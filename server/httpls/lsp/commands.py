"""The commands of `workspace/executeCommand`, for clients without lenses or requests of ours."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lsprotocol import types

from httpls.ide.setting_up import auth_lines
from httpls.lsp.asking import ask_choice
from httpls.lsp.documents import path_of
from httpls.lsp.environment_choice import EnvironmentChoice
from httpls.lsp.errors import UserError
from httpls.lsp.features.command_names import (
    CHOOSE_ENVIRONMENT,
    COPY_AS_CURL,
    MOVE_SECRET,
    SEND,
    SEND_ALL,
    SEND_UP_TO_HERE,
    SET_UP_AUTH,
    SHOW_HISTORY,
    SHOW_RESPONSE,
)
from httpls.lsp.protocol import Command
from httpls.lsp.runs import SCHEME, Runs
from httpls.model.curl_command import curl_command
from httpls.model.names import by_line
from httpls.run.selection import Selection
from httpls_auth.schemes.index import canonical_word, scheme_class, words

if TYPE_CHECKING:
    from httpls.lsp.server import Server

NO_ENVIRONMENT = "none"


def commands(server: "Server") -> Mapping[str, Command]:
    """Return all commands by name."""
    runs = server.runs

    async def send_one(arguments: list[object]) -> object:
        return await send(runs, _first(arguments))

    async def send_all(arguments: list[object]) -> object:
        return await runs.send(_text(_first(arguments), "uri"), Selection())

    async def send_up_to_here(arguments: list[object]) -> object:
        first = _first(arguments)
        uri, line = _text(first, "uri"), _number(first, "line")
        document = server.session.documents.get(uri)
        requests = document.request_file.requests if document is not None and document.request_file is not None else ()
        lines = tuple([request.line for request in requests if request.line <= line and request.method != "NOP"])
        return await runs.send(uri, Selection(lines=lines or (line,)))

    async def send_again(_: list[object]) -> object:
        return await runs.send_again()

    def cancel(_: list[object]) -> object:
        return runs.cancel_all()

    def set_environment(arguments: list[object]) -> object:
        given = _first(arguments)
        if not isinstance(given, dict):
            names = tuple([name for name in arguments if isinstance(name, str)])
            server.choose_environment(EnvironmentChoice(names))
            return list(names)
        options = cast("dict[str, object]", given)
        listed = options.get("names")
        names = tuple([name for name in cast("list[object]", listed or []) if isinstance(name, str)])
        choice, scope = server.session.choice, options.get("scope", "all")
        if scope == "all":
            choice = choice.for_all(names)
        elif scope in ("file", "folder"):
            path = path_of(_text(options, "uri"))
            choice = (
                choice.for_file(path, names) if scope == "file" else choice.for_folder(_folder(server, path), names)
            )
        else:
            raise UserError("`scope` is `file`, `folder` or `all`")
        server.choose_environment(choice)
        return list(names)

    def environments(arguments: list[object]) -> object:
        snapshot = server.session.snapshot()
        document = snapshot.document(_text(_first(arguments), "uri"))
        analysis = snapshot.analysis(document) if document is not None else None
        names = list(analysis.environments.names) if analysis is not None else []
        chosen = list(analysis.chosen_environments) if analysis is not None else []
        return {"environments": names, "chosen": chosen}

    async def choose_environment(arguments: list[object]) -> object:
        """Ask which environment counts for a file, by buttons, which every client has."""
        uri = _text(_first(arguments), "uri")
        snapshot = server.session.snapshot()
        document = snapshot.document(uri)
        analysis = snapshot.analysis(document) if document is not None else None
        if document is None or analysis is None or not analysis.environments.names:
            raise UserError("this file has no environments; `http-client.env.json` beside it could define some")
        chosen = await ask_choice(server, "Which environment?", [*analysis.environments.names, NO_ENVIRONMENT])
        if chosen is None:
            return None
        names = () if chosen == NO_ENVIRONMENT else (chosen,)
        folder = _folder(server, document.path)
        choice = server.session.choice
        server.choose_environment(
            choice.for_folder(folder, names) if len(server.session.folders) > 1 else choice.for_all(names)
        )
        return list(names)

    def show_response(arguments: list[object]) -> object:
        number = arguments[0] if arguments else None
        if not isinstance(number, int) or number not in runs.documents:
            raise UserError("there is no such response any more")
        runs.show(number)
        return f"{SCHEME}:/{number}/response.http"

    def copy_as_curl(arguments: list[object]) -> object:
        first = _first(arguments)
        snapshot = server.session.snapshot()
        document = snapshot.document(_text(first, "uri"))
        analysis = snapshot.analysis(document) if document is not None else None
        request = by_line(analysis.file.document, _number(first, "line")) if analysis is not None else None
        if analysis is None or request is None:
            raise UserError("no request stands there")
        command = curl_command(analysis.plan(request), analysis.settings.redirects.follow)
        notes = [f"# {note}" for note in command.notes]
        needed = [f"# ${name}: {what}" for name, what in command.variables.items()]
        text = "\n".join([*needed, *notes, command.text])
        if not server.session.client.run_events:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return text

    async def paste_curl(arguments: list[object]) -> object:
        first = _first(arguments)
        snapshot = server.session.snapshot()
        document = snapshot.document(_text(first, "uri"))
        text = _text(first, "text").strip()
        if document is None or document.request_file is None or not text.startswith("curl"):
            raise UserError("this is no curl command, or no request file is open")
        line = _number(first, "line") - 1
        place = types.Position(line, 0)
        edit = types.TextEdit(types.Range(place, place), f"###\n{text}\n\n")
        params = types.ApplyWorkspaceEditParams(types.WorkspaceEdit(changes={document.uri: [edit]}), "Paste cURL")
        answer = await server.workspace_apply_edit_async(params)
        return answer.applied

    def lines_of_scheme(arguments: list[object]) -> object:
        word = _text(_first(arguments), "scheme")
        known = canonical_word(word)
        if known is None:
            raise UserError(f"there is no scheme `{word}`")
        return "\n".join(auth_lines(known))

    async def clear_cookies(arguments: list[object]) -> object:
        """Remove the cookies of the project of a file in its environments; return how many there were."""
        snapshot = server.session.snapshot()
        document = snapshot.document(_text(_first(arguments), "uri"))
        analysis = snapshot.analysis(document) if document is not None else None
        if analysis is None or not snapshot.is_trusted:
            raise UserError("this is no open request file of a workspace that is trusted")
        engine, world = runs.engine(analysis.root)
        root, environments = analysis.root, tuple(analysis.chosen_environments)

        def work() -> int:
            jar = engine.jar(root, environments, False)
            found = jar.cookies() if jar is not None else ()
            if jar is not None:
                jar.remove(found)
                world.save()
            return len(found)

        return await asyncio.get_running_loop().run_in_executor(runs.workers, work)

    def auth_schemes(_: list[object]) -> object:
        """List the schemes that can be set up, with what each is called."""
        return {"schemes": [{"word": word, "title": scheme_class(word).title} for word in words()]}

    async def move_a_secret(arguments: list[object]) -> object:
        # What keeps secrets is loaded for it: the editor waits for this server to start.
        from httpls.lsp.moving_secrets import move_secret

        first = _first(arguments)
        place = types.Position(_count(first, "line"), _count(first, "character"))
        version, code, to = _count(first, "version"), _text(first, "code"), _text(first, "to")
        return await move_secret(server, _text(first, "uri"), version, place, code, to)

    async def guide_to_auth(arguments: list[object]) -> object:
        from httpls.lsp.setting_up_auth import set_up_auth

        first = _first(arguments)
        options = cast("dict[str, object]", first) if isinstance(first, dict) else {}
        given = options.get("scheme")
        scheme = given if isinstance(given, str) else None
        return await set_up_auth(server, _text(options, "uri"), _number(options, "line"), scheme)

    def show_history(_: list[object]) -> object:
        return runs.show_history()

    def history(_: list[object]) -> object:
        return runs.history.entries()

    def document_text(arguments: list[object]) -> object:
        document = server.session.documents.get(_text(_first(arguments), "uri"))
        return document.content.text if document is not None else None

    return {
        "httpls.documentText": document_text,
        COPY_AS_CURL: copy_as_curl,
        "httpls.pasteCurl": paste_curl,
        "httpls.authLines": lines_of_scheme,
        "httpls.authSchemes": auth_schemes,
        "httpls.clearCookies": clear_cookies,
        MOVE_SECRET: move_a_secret,
        SET_UP_AUTH: guide_to_auth,
        SHOW_HISTORY: show_history,
        "httpls.history": history,
        SEND: send_one,
        SEND_ALL: send_all,
        SEND_UP_TO_HERE: send_up_to_here,
        SHOW_RESPONSE: show_response,
        "httpls.sendAgain": send_again,
        "httpls.cancel": cancel,
        "httpls.setEnvironment": set_environment,
        "httpls.environments": environments,
        CHOOSE_ENVIRONMENT: choose_environment,
    }


async def send(runs: Runs, params: object) -> object:
    """Send the request at a line of a document, with all that it needs."""
    return await runs.send(_text(params, "uri"), Selection(lines=(_number(params, "line"),)))


def response_document(runs: Runs, uri: str) -> str:
    """Return the text of a virtual document with a response, a note for one that is gone."""
    number = uri.removeprefix(f"{SCHEME}:/").partition("/")[0]
    shown = runs.documents.get(int(number)) if number.isdigit() else None
    return shown.text if shown is not None else "# this response is not kept any more\n"


def _folder(server: "Server", path: Path) -> Path:
    """Return the folder of the workspace that a file is in, else its own folder."""
    around = [folder for folder in server.session.folders if folder in path.parents]
    return max(around, key=lambda folder: len(folder.parts)) if around else path.parent


def _first(arguments: list[object]) -> object:
    return arguments[0] if arguments else None


def _text(params: object, name: str) -> str:
    value = cast("dict[str, object]", params).get(name) if isinstance(params, dict) else None
    if not isinstance(value, str):
        raise UserError(f"the argument `{name}` is missing")
    return value


def _number(params: object, name: str) -> int:
    value = cast("dict[str, object]", params).get(name) if isinstance(params, dict) else None
    if not isinstance(value, int) or value < 1:
        raise UserError(f"the argument `{name}` is missing")
    return value


def _count(params: object, name: str) -> int:
    value = cast("dict[str, object]", params).get(name) if isinstance(params, dict) else None
    if not isinstance(value, int) or value < 0:
        raise UserError(f"the argument `{name}` is missing")
    return value
