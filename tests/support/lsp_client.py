"""A client of the language server over its real pipes, that sees every frame as it is."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIMEOUT = 60
"""Seconds after which an answer is taken not to come; only a test that fails waits so long."""


class LspClient:
    """Sends requests and notifications, and keeps what the server says by itself."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.notifications: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.arrivals: dict[int, float] = {}
        """When the response to each request had come, by `time.perf_counter`, before it was read as JSON."""
        self.answers: dict[str, Callable[[Any], object]] = {
            "workspace/applyEdit": lambda _: {"applied": True},
            "window/showDocument": lambda _: {"success": True},
        }
        """What answers the requests of the server, by method; others are answered by nothing."""
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._responses: dict[int, dict[str, Any]] = {}
        self._asked_for: set[str] = set()
        self._questions: list[dict[str, Any]] = []
        self._next = 0
        threading.Thread(target=self._read, daemon=True).start()

    def request(self, method: str, params: object = None) -> Any:
        """Send a request and return its result. Fails the test for an error."""
        answer = self.response(self.start(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def start(self, method: str, params: object = None) -> int:
        """Send a request; return its id."""
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        return self._next

    def notify(self, method: str, params: object = None) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def response(self, identity: int) -> dict[str, Any]:
        """Return the response to a request, with result or error."""
        while identity not in self._responses:
            self._keep(self._next_message())
        return self._responses.pop(identity)

    def wait_for(self, method: str) -> Any:
        """Return the parameters of the next notification of this method, one that has come already among them."""
        for index, message in enumerate(self.notifications):
            if message["method"] == method:
                return self.notifications.pop(index).get("params")
        while True:
            message = self._next_message()
            if message.get("method") == method:
                return message.get("params")
            self._keep(message)

    def wait_for_request(self, method: str) -> dict[str, Any]:
        """Return the next request of the server of this method, which `answer` has to answer."""
        self._asked_for.add(method)
        while not any(message["method"] == method for message in self._questions):
            self._keep(self._next_message())
        return self._questions.pop([message["method"] for message in self._questions].index(method))

    def answer(self, identity: object, result: object) -> None:
        """Answer a request of the server."""
        self._send({"jsonrpc": "2.0", "id": identity, "result": result})

    def initialize(self, capabilities: dict[str, Any] | None = None, **more: object) -> Any:
        result = self.request(
            "initialize", {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **more}
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "http") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def open_file(self, folder: Path, text: str, name: str = "a.http") -> str:
        """Write a file and open it; return its URI."""
        path = folder / name
        path.write_text(text)
        self.open(path.as_uri(), text, "http" if name.endswith(".http") else "json")
        return path.as_uri()

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def send_bytes(self, content: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _keep(self, message: dict[str, Any]) -> None:
        if "id" in message and "method" not in message:
            self._responses[message["id"]] = message
            return
        if message.get("method") in self._asked_for:
            self._questions.append(message)
            return
        self.notifications.append(message)

    def _next_message(self) -> dict[str, Any]:
        message = self._messages.get(timeout=TIMEOUT)
        assert message is not None, "the server has closed its output"
        if "id" in message and "method" in message and message["method"] not in self._asked_for:
            answer = self.answers.get(message["method"])
            result = answer(message["params"]) if answer is not None else None
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        return message

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = None
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                self._messages.put(None)
                return
            body = stream.read(length)
            now = time.perf_counter()
            self.raw.append(body)
            message = json.loads(body)
            if "id" in message and "method" not in message:
                self.arrivals[message["id"]] = now
            self._messages.put(message)


@contextmanager
def language_server(**environment: str) -> Generator[LspClient]:
    """Start the server as an editor does, and end it with the block."""
    with started([sys.executable, "-m", "httpls", "lsp", "--stdio"], **environment) as client:
        yield client


@contextmanager
def started(command: Sequence[str], **environment: str) -> Generator[LspClient]:
    """Start any language server, and end it with the block."""
    import os

    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **environment}
    )  # fmt: skip
    try:
        yield LspClient(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
