"""Sends requests from the editor: in threads, with progress, one cancellation for each run; keeps what came of them."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path

from httpls.ide.completion.responses import LARGEST, Seen
from httpls.ide.response_text import Shown, ShownResponse, response_text
from httpls.lsp.asking import EditorPrompter
from httpls.lsp.errors import UserError
from httpls.lsp.history import Entry, History
from httpls.lsp.kept_results import KeptResults
from httpls.lsp.response_files import new_folder
from httpls.lsp.run_progress import RunProgress
from httpls.lsp.used_tokens import UsedTokens
from httpls.model.analysis import Analysis
from httpls.run.cancel import Cancel
from httpls.run.engine import Engine
from httpls.run.exchange import Outcome, ReceivedResponse, Report, Result
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selection, SelectionError, select
from httpls.run.session import Session as RunSession
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls.lsp.server import Server
    from httpls.world import RealWorld
    from httpls_auth.tokens.store import TokenStore

LARGEST_SHOWN = 4 << 20
"""How many bytes of a body are shown in an editor."""
SCHEME = "httpls-response"
"""The scheme of the virtual documents in which responses are shown."""


class LastResult(NamedTuple):
    """What came of a request when it was sent last: for lenses. `at` is in seconds since the epoch."""

    outcome: Outcome
    status: int | None
    seconds: float
    at: float
    document: int
    """The number of the document that shows it."""
    failures: tuple[str, ...]
    line: int
    seen: Seen | None
    url: str
    """Where it went, without query, which may hold what is private."""
    refusal: tuple[str, ...]
    """What a 401, 403 or 407 means and what to try, as sentences."""


class Runs:
    """All runs of the session. Its methods are called on the event loop."""

    def __init__(self, server: "Server") -> None:
        """Take the server; nothing is opened before the first run."""
        self._server = server
        self._redactor = Redactor()
        self._engines: dict[Path, tuple[Engine, RealWorld]] = {}
        self._running: dict[int, Cancel] = {}
        self._next = 0
        self._folder: Path | None = None
        self.documents: dict[int, Shown] = {}
        self.kept = KeptResults()
        self.history = History()
        self.last: dict[tuple[Path, str], LastResult] = {}
        self._again: tuple[str, Selection] | None = None

    async def send(self, uri: str, selection: Selection) -> dict[str, object]:
        """Send requests of a file with all that they need, show the responses, and return a summary.

        Raises `UserError` if it may not be sent at all. Cancelling the task cancels the run.
        """
        snapshot = self._server.session.snapshot()
        document = snapshot.document(uri)
        if not snapshot.is_trusted:
            raise UserError("this workspace is not trusted, so that nothing is sent from it")
        if document is None or document.request_file is None:
            raise UserError("this is no open request file")
        analyses = Analyses(snapshot.workspace_of(document.path))
        try:
            selected = select(analyses, document.path, selection)
        except SelectionError as error:
            raise UserError(f"{error}. {error.remedy}") from error
        await self._confirm(analyses.of(document.path))
        self._again = (uri, selection)
        cancel = Cancel()
        self._next += 1
        number = self._next
        self._running[number] = cancel
        root = analyses.of(document.path).root
        engine, world = self._engine(root, cancel)
        listener = RunProgress(self._server, asyncio.get_running_loop(), number, cancel)
        loop = asyncio.get_running_loop()

        def work() -> Report:
            try:
                return engine.run(selected, analyses, RunOptions(is_trusted=True), listener, cancel)
            finally:
                world.save()

        await listener.begin(f"Sending {document.path.name}")
        try:
            report = await loop.run_in_executor(self._server.workers, work)
        except asyncio.CancelledError:
            cancel.set()
            raise
        finally:
            del self._running[number]
            listener.end()
        return self._concluded(report)

    def responses(self, path: Path) -> dict[str, Seen]:
        """Return the last responses to the requests of a file, by their names."""
        return {key: last.seen for (file, key), last in self.last.items() if file == path and last.seen is not None}

    def targets(self) -> list[str]:
        """Return the targets of what was sent, the last first, as they were sent and with secrets taken out."""
        return list(dict.fromkeys([last.url for last in reversed(self.last.values()) if last.url]))

    async def _confirm(self, analysis: Analysis) -> None:
        """Ask before something is sent in an environment that is marked. Raises `UserError` without a yes."""
        protected = [
            layer.environment for layer in analysis.layers
            if layer.environment is not None and "$protected" in layer.definitions
            and str(layer.definitions["$protected"].text).lower() == "true"
        ]  # fmt: skip
        if not protected:
            return
        actions = [types.MessageActionItem("Send"), types.MessageActionItem("Cancel")]
        question = f"The environment {protected[0]} is protected. Send to it?"
        params = types.ShowMessageRequestParams(types.MessageType.Warning, question, actions)
        answer = await self._server.window_show_message_request_async(params)
        if answer is None or answer.title != "Send":
            raise UserError(f"the environment {protected[0]} is protected, and nobody agreed to send to it")

    async def send_again(self) -> dict[str, object]:
        """Send what was sent last. Raises `UserError` if nothing was."""
        if self._again is None:
            raise UserError("nothing has been sent yet")
        return await self.send(*self._again)

    def show(self, document: int) -> None:
        """Show the response with this number."""
        for last in self.last.values():
            if last.document == document:
                self._present(last)

    def show_history(self) -> str:
        """Show all exchanges of the session in one document; return its URI."""
        number = len(self.documents) + 1
        self.documents[number] = self.history.shown()
        return self._presented(number, None, f"{len(self.history.entries())} exchanges")

    def cancel_all(self) -> int:
        """Cancel every run; return how many there were."""
        running = list(self._running.values())
        for cancel in running:
            cancel.set()
        return len(running)

    @cached_property
    def tokens(self) -> "TokenStore":
        """The tokens of the person, for all projects of this session."""
        from httpls.host.token_store import token_store
        from httpls_auth.secrets.keyring_access import SystemKeyring

        return token_store(os.environ, SystemKeyring(os.environ), self._warner(), self._server.cache_key)

    @cached_property
    def used_tokens(self) -> "UsedTokens":
        """The same, with a memory of those that were used."""
        return UsedTokens(self.tokens)

    @property
    def workers(self) -> ThreadPoolExecutor:
        """The threads in which runs and whatever waits are carried out."""
        return self._server.workers

    def engine(self, root: Path) -> "tuple[Engine, RealWorld]":
        """Return what runs the requests of the project with this root, and the outside as it sees it."""
        return self._engine(root, Cancel())

    def facts_of(self, document: int) -> dict[str, object] | None:
        """Return everything that is known of a response by its number, with secrets masked; None if it is gone."""
        from httpls.run.result_facts import ResultFacts

        result = self.kept.get(document)
        return ResultFacts(self._redactor, largest_body=LARGEST_SHOWN).result(result) if result is not None else None

    def _engine(self, root: Path, cancel: Cancel) -> "tuple[Engine, RealWorld]":
        if root not in self._engines:
            # What sends is loaded when something is sent for the first time: the editor waits for this server to start.
            from httpls.lsp.editor_login import EditorLogin
            from httpls.world import Allowed, Person, RealWorld

            loop = asyncio.get_running_loop()
            prompter = EditorPrompter(self._server, loop)
            world = RealWorld(
                root, Allowed(True, frozenset()), Person(prompter, self._warner(), is_attended=True), cancel
            )
            login = EditorLogin(self._server, loop, prompter, os.environ)
            ports = world.ports._replace(tokens=self.used_tokens, login=login)
            self._engines[root] = Engine(ports, RunSession(self._redactor)), world
        return self._engines[root]

    def _warner(self) -> Callable[[str], None]:
        """Return what shows a warning to the person, from any thread."""
        loop = asyncio.get_running_loop()

        def warn(text: str) -> None:
            params = types.ShowMessageParams(types.MessageType.Warning, text)
            loop.call_soon_threadsafe(self._server.window_show_message, params)

        return warn

    def _concluded(self, report: Report) -> dict[str, object]:
        results = [self._kept(result) for result in report.results]
        if results:
            self._present(results[-1][1])
        self._learn_tokens(report)
        self._server.changed_results()
        return {
            "results": [
                {
                    "name": result.name,
                    "line": result.line,
                    "outcome": result.outcome.value,
                    "status": last.status,
                    "milliseconds": round(last.seconds * 1000, 1),
                    "failures": list(last.failures),
                    "assertions": [{"name": one.name, "holds": one.holds} for one in result.assertions],
                    "document": f"{SCHEME}:/{last.document}/response.http",
                }
                for result, last in results
            ]
        }

    def _learn_tokens(self, report: Report) -> None:
        """Take over until when the tokens are valid that requests used."""
        session = self._server.session
        found = dict(session.facts.tokens)
        for result in report.results:
            notes = [str(note.text) for hop in result.exchange.hops for note in hop.notes]
            facts = self.used_tokens.facts(notes)
            if facts:
                found[Path(result.path), result.name or str(result.line)] = facts
        session.facts = session.facts._replace(tokens=found)

    def _kept(self, result: Result) -> tuple[Result, LastResult]:
        response = result.exchange.response
        number = len(self.documents) + 1
        self.documents[number] = response_text(self._shown(result, response))
        self.kept.add(number, result)
        failures = tuple([self._redactor.redact(failure.message) for failure in result.failures])
        status = response.head.status if response is not None else None
        seen = None
        if response is not None:
            body = self._redactor.redact(response.content.read(LARGEST).decode("utf-8", "replace"))
            seen = Seen(tuple([name for name, _ in response.head.fields]), body)
        refusal = result.refusal
        told = [f"The server asks for {one}." for one in refusal.asked] if refusal is not None else []
        told += [f"{refusal.sent[:1].upper()}{refusal.sent[1:]}.", *refusal.advice] if refusal is not None else []
        last = LastResult(
            result.outcome, status, result.duration, time.time(), number, failures, result.line, seen,
            self._redactor.redact(result.shown_url).partition("?")[0],
            tuple([self._redactor.redact(text) for text in told]),
        )  # fmt: skip
        self.last[Path(result.path), result.name or str(result.line)] = last
        if result.is_logged:
            what = f"{status} in {last.seconds * 1000:.0f} ms" if status is not None else result.outcome.value
            name = self._redactor.redact(result.name or f"line {result.line}")
            text = self.documents[number].text
            self.history.add(
                Entry(last.at, result.path, result.line, name, result.method, last.url, what, number, text)
            )
        return result, last

    def _shown(self, result: Result, response: ReceivedResponse | None) -> ShownResponse:
        redact = self._redactor.redact
        remarks = [f"{result.method} {redact(result.shown_url)}"]
        remarks += [redact(_sentences(failure.message, failure.remedy)) for failure in result.failures]
        remarks += [
            redact(
                f"{'holds' if one.holds else 'does not hold'}: {one.name}" + ("" if one.holds else f": {one.message}")
            )
            for one in result.assertions
        ]
        title = redact(result.name or f"line {result.line}")
        if response is None:
            return ShownResponse(title, f"# {result.outcome.value}", (), "", "", 0, tuple(remarks))
        request = result.exchange.final.request if result.exchange.final is not None else None
        sent = len(request.head) + request.body_length if request is not None else 0
        received = len(response.raw_head) + response.encoded_length
        remarks.append(f"{result.duration * 1000:.0f} ms, {sent} bytes sent, {received} bytes received")
        media_type = (response.head.value("content-type") or "").partition(";")[0].strip().lower()
        content = response.content.read(LARGEST_SHOWN)
        body = None if b"\0" in content[:1024] else redact(content.decode("utf-8", "replace"))
        return ShownResponse(
            title, redact(f"HTTP/1.1 {response.head.status} {response.head.reason}".rstrip()),
            tuple([(name, redact(value)) for name, value in response.head.fields]), media_type, body,
            response.content.length, tuple([line.replace("\n", " ") for line in remarks]),
        )  # fmt: skip

    def _present(self, last: LastResult) -> None:
        """Show a response, in the best way that the client has."""
        what = f"{last.status}" if last.status is not None else "; ".join(last.failures) or last.outcome.value
        self._presented(last.document, last.status, f"{what} in {last.seconds * 1000:.0f} ms")

    def _presented(self, number: int, status: int | None, what: str) -> str:
        """Show a document; return its URI. `what` is told where nothing better can be done."""
        client = self._server.session.client
        uri = f"{SCHEME}:/{number}/response.http"
        if client.run_events:
            shown = self.documents[number]
            self._server.protocol.notify("httpls/response", {"uri": uri, "text": shown.text, "status": status})
        elif client.shows_documents:
            target = uri if client.text_document_content else from_fs_path(str(self._file(number)))
            params = types.ShowDocumentParams(target or uri, take_focus=False)
            self._server.window_show_document(params, lambda _: None)
        else:
            message = f"{what}: {self._file(number)}"
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
        return uri

    def _file(self, number: int) -> Path:
        """Return a file with a document, which only this person can read, and which goes with the server."""
        if self._folder is None:
            self._folder = new_folder()
        path = self._folder / f"response-{number}.http"
        path.touch(0o600)
        path.write_text(self.documents[number].text, encoding="utf-8", errors="surrogateescape")
        return path

    def close(self) -> None:
        """Cancel what runs, close connections, remove the files of responses."""
        import shutil

        self.cancel_all()
        for engine, _ in self._engines.values():
            engine.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _sentences(message: str, remedy: str) -> str:
    """Return what is wrong and what to do as two sentences."""
    first = message[:1].upper() + message[1:]
    return f"{first}. {remedy}" if remedy and not first.endswith((".", "!", "?")) else f"{first} {remedy}".rstrip()
