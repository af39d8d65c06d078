"""Asks the person in the editor, from the threads that run requests; the questions go over the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from lsprotocol import types

from httpls.lsp.errors import UserError
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError

if TYPE_CHECKING:
    from httpls.lsp.server import Server

Answer = TypeVar("Answer")
_POLL = 0.1
_MOST_BUTTONS = 8
"""How many choices are offered as buttons of a message; more would not be seen."""


async def ask_text(server: "Server", question: str, is_secret: bool, default: str | None = None) -> str | None:
    """Ask for a text by an input box of the client; None if the person gives none.

    Raises `UserError` for a client without input boxes.
    """
    if not server.session.client.input_boxes:
        raise UserError(f"`{question}` would have to be asked, and this editor has no input box for it")
    params = {"question": question, "isSecret": is_secret, "default": default}
    answer: object = await server.protocol.send_request_async("httpls/input", params)
    return answer if isinstance(answer, str) else None


async def ask_choice(server: "Server", question: str, choices: Sequence[str]) -> str | None:
    """Offer choices in the best way that the client has: a list, the buttons of a message, or by their numbers.

    None if the person takes none. Raises `UserError` where there are too many for a client that has buttons only.
    """
    client = server.session.client
    if client.choice_lists:
        params = {"question": question, "isSecret": False, "default": None, "choices": list(choices)}
        answer: object = await server.protocol.send_request_async("httpls/input", params)
        return answer if isinstance(answer, str) and answer in choices else None
    if len(choices) <= _MOST_BUTTONS:
        actions = [types.MessageActionItem(choice) for choice in choices]
        message = types.ShowMessageRequestParams(types.MessageType.Info, question, actions)
        taken = await server.window_show_message_request_async(message)
        return taken.title if taken is not None and taken.title in choices else None
    if not client.input_boxes:
        raise UserError(f"`{question}` has {len(choices)} choices, and this editor has no list for them")
    listed = ", ".join([f"{number} {choice}" for number, choice in enumerate(choices, 1)])
    written = (await ask_text(server, f"{question} ({listed})", is_secret=False) or "").strip()
    if written in choices:
        return written
    return choices[int(written) - 1] if written.isdecimal() and 0 < int(written) <= len(choices) else None


class EditorPrompter:
    """Input boxes of our own clients, message buttons of the others; what neither can ask is refused with a reason."""

    def __init__(self, server: "Server", loop: asyncio.AbstractEventLoop) -> None:
        """Take the server and its loop, on which questions are sent."""
        self._server = server
        self._loop = loop

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        """Ask for a text. Raises `RefusedError` for a client without input boxes, `CancelledError`."""
        if not self._server.session.client.input_boxes:
            raise RefusedError(
                "nobody-to-ask", f"`{question}` would have to be asked, and this editor has no input box for it",
                "Give it a value in the file, in an environment, or with `httpls secret set`.",
            )  # fmt: skip
        params = {"question": question, "isSecret": is_secret, "default": default}
        protocol, identity = self._server.protocol, str(uuid4())

        async def asked() -> object:
            try:
                return await protocol.send_request_async("httpls/input", params, identity)
            except asyncio.CancelledError:
                # What is not to be answered any more has to go from the screen.
                protocol.notify(types.CANCEL_REQUEST, types.CancelParams(identity))
                raise

        answer = self._wait(asked, cancel)
        if not isinstance(answer, str):
            raise RefusedError("not-answered", f"`{question}` was not answered", "Start again, and answer it.")
        return answer

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        """Offer choices. Raises `RefusedError` if there are too many for the client, or none is taken."""
        try:
            chosen = self._wait(lambda: ask_choice(self._server, question, choices), cancel)
        except UserError as error:
            raise RefusedError("nobody-to-ask", str(error), "Give the value in the file.") from error
        if chosen is None:
            raise RefusedError("not-answered", f"`{question}` was not answered", "Start again, and answer it.")
        return chosen

    def confirm(self, question: str, cancel: Cancel) -> bool:
        """Ask for agreement by two buttons."""
        return self._message(question, ("Send", "Cancel"), cancel) == "Send"

    def show(self, text: str) -> None:
        """Show a message."""
        params = types.ShowMessageParams(types.MessageType.Info, text)
        self._loop.call_soon_threadsafe(self._server.window_show_message, params)

    def _message(self, question: str, choices: Sequence[str], cancel: Cancel) -> str | None:
        actions = [types.MessageActionItem(choice) for choice in choices]
        params = types.ShowMessageRequestParams(types.MessageType.Warning, question, actions)
        answer = self._wait(lambda: self._server.window_show_message_request_async(params), cancel)
        return answer.title if answer is not None else None

    def _wait(self, ask: "Callable[[], Awaitable[Answer]]", cancel: Cancel) -> Answer:
        async def asked() -> Answer:
            return await ask()

        future: Future[Answer] = asyncio.run_coroutine_threadsafe(asked(), self._loop)
        while True:
            try:
                return future.result(timeout=_POLL)
            except FutureTimeoutError:
                if cancel.is_set:
                    future.cancel()
                cancel.check()
