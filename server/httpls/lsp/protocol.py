"""The protocol as this server speaks it: pygls' own, with the faults mended that would reach our users.

Documents are kept by `documents`, not by pygls, whose copy is linear in the file at every change and breaks lines
where the protocol does not (fault 1). Each request gets exactly one answer, and no answer carries a traceback or a
text that was not written for people (faults 6 and 10).
"""

import asyncio
import inspect
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future
from typing import Any, TypeAlias, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from httpls.lsp.client import resolve_client
from httpls.lsp.encoded import Encoded
from httpls.lsp.errors import TextChangedError, UserError
from httpls.lsp.positions import choose_encoding

log = logging.getLogger("httpls.lsp")

Command: TypeAlias = Callable[[list[object]], "Awaitable[object] | object"]


class Protocol(LanguageServerProtocol):
    """What happens to each message. `commands` are the commands of `workspace/executeCommand`."""

    commands: Mapping[str, Command] = {}
    content_scheme: str | None = None

    def __init__(self, server: LanguageServer, converter: Any) -> None:
        """Take the server and the converter, as pygls gives them."""
        # The base class looks at every attribute while it registers its methods.
        self._waiting: deque[dict[str, Any]] = deque()
        self.on_idle: Callable[[], None] = lambda: None
        super().__init__(server, converter)

    # The queue

    def receive(self, message: dict[str, Any]) -> None:
        """Take a message from the client; it is handled when the loop gets to it."""
        self._waiting.append(message)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._handle_next)

    @property
    def is_busy(self) -> bool:
        """Tell whether messages wait; what only sums up several edits can wait until they are through."""
        return bool(self._waiting)

    def _handle_next(self) -> None:
        """Handle one message. The loop gets a turn after each, so that writes and timers are not starved."""
        if not self._waiting:
            return
        message = self._waiting[0]
        try:
            if not self._is_cancelled(message):
                self.handle_message(self.structure_message(message))
        except SystemExit:
            raise
        except Exception as error:  # noqa: BLE001 - one bad message must not end the server
            log_crash(f"the message {str(message.get('method', 'of an answer'))[:80]}", error)
        finally:
            self._waiting.popleft()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._handle_next)
        else:
            self.on_idle()

    def _is_cancelled(self, message: dict[str, Any]) -> bool:
        """Answer a request at once that was cancelled while it waited (fault 11)."""
        identity = message.get("id")
        if identity is None or "method" not in message:
            return False
        cancels = [later.get("params") for later in self._waiting if later.get("method") == types.CANCEL_REQUEST]
        for params in cancels:
            if isinstance(params, dict) and cast("dict[str, object]", params).get("id") == identity:
                self._answer_error(identity, types.LSPErrorCodes.RequestCancelled, "cancelled")
                return True
        return False

    # Messages

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Make a typed message; a request that means nothing is answered with an error (fault 6)."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._answer_error(data["id"], types.ErrorCodes.InvalidParams, "the parameters mean nothing")
            elif (future := self._request_futures.pop(data.get("id", ""), None)) is not None:
                # Who waits for this answer must not wait for ever.
                future.set_exception(UserError("the answer of the editor means nothing"))
            raise UnreadableMessageError from error

    def _handle_request(self, msg_id: Any, method_name: str, params: Any) -> None:
        try:
            handler = self._get_handler(method_name)
        except JsonRpcMethodNotFound:
            self._answer_error(msg_id, types.ErrorCodes.MethodNotFound, f"there is no method {method_name}")
            return
        self._ctx_msg_id.set(msg_id)

        def answer(future: "Future[Any]") -> None:
            self._send_handler_result(future, msg_id=msg_id)

        self._execute_handler(msg_id=msg_id, handler=handler, args=(params,), callback=answer)

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        future = self._request_futures.pop(msg_id, None)
        if future is not None:
            future.cancel()

    def _send_handler_result(self, future: "Future[Any]", *, msg_id: Any) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._answer_error(msg_id, types.LSPErrorCodes.RequestCancelled, "cancelled")
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, TextChangedError):
            self._answer_error(msg_id, types.LSPErrorCodes.ContentModified, "the text has changed meanwhile")
        elif isinstance(error, UserError):
            self._answer_error(msg_id, types.LSPErrorCodes.RequestFailed, str(error))
        elif isinstance(error, JsonRpcInvalidParams):
            self._answer_error(msg_id, types.ErrorCodes.InvalidParams, "the parameters mean nothing")
        else:
            log_crash("a request", error)
            self._answer_error(msg_id, types.ErrorCodes.InternalError, "this failed; the log of the server says why")

    def _check_handler_result(self, future: "Future[Any]") -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None:
            log_crash("a notification", error)

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        if error is None and isinstance(result, Encoded):
            self._result_types.pop(msg_id, None)
            self.write_json(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result.json}}}')
            return
        super()._send_response(msg_id, result, error)

    def notify_encoded(self, method: str, params: Encoded) -> None:
        """Send a notification whose parameters are encoded already."""
        self.write_json(f'{{"jsonrpc":"2.0","method":{json.dumps(method)},"params":{params.json}}}')

    def write_json(self, message: str) -> None:
        """Write a whole message."""
        body = message.encode("ascii")
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _answer_error(self, msg_id: Any, code: Any, message: str) -> None:
        self._result_types.pop(msg_id, None)
        self._send_response(msg_id, None, types.ResponseError(code=int(code), message=message))

    # Built-in methods

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer with our capabilities, and with those of version 3.18 that pygls does not announce."""
        general = params.capabilities.general or types.GeneralClientCapabilities()
        encoding = choose_encoding(general.position_encodings)
        if general.position_encodings is not None:
            # pygls takes the first that the client names; we prefer one that counts as we do.
            general.position_encodings = [encoding]
        result = yield from super().lsp_initialize(params)
        capabilities = result.capabilities
        capabilities.position_encoding = encoding
        if not resolve_client(params).pulls_diagnostics:
            capabilities.diagnostic_provider = None
        capabilities.execute_command_provider = types.ExecuteCommandOptions(commands=sorted(self.commands))
        if self.content_scheme is not None:
            capabilities.workspace = capabilities.workspace or types.WorkspaceOptions()
            capabilities.workspace.text_document_content = types.TextDocumentContentOptions([self.content_scheme])
        capabilities.experimental = {"httpls": {"version": 1}}
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        """Hand the document on; pygls keeps no copy."""
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        """Hand the changes on."""
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        """Hand it on."""
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, params: types.ExecuteCommandParams
    ) -> object:
        """Run a command as a coroutine of its own, so that cancelling the request cancels the command (fault 2)."""
        command = self.commands.get(params.command)
        if command is None:
            raise UserError(f"there is no command {params.command}")
        outcome = command(list(params.arguments or ()))
        return await outcome if inspect.isawaitable(outcome) else outcome

    def _handed_on(self, method: str, params: Any) -> Generator[Any, Any, None]:
        handler = cast("Any", self.fm).features.get(method)
        if handler is not None:
            yield handler, (params,), None


class UnreadableMessageError(Exception):
    """A message could not be read, and was answered if it asked for an answer."""


def log_crash(what: str, error: BaseException) -> None:
    """Log a fault of ours: where it happened, without values, which might hold what must not be logged."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames[-6:]))
    log.error("%s failed with %s in %s", what, type(error).__name__, where)
