"""Lets plain httpx use a scheme: `httpx.get(url, auth=as_httpx_auth(scheme))`."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Generator, MutableMapping
from pathlib import Path
from typing import Any, TypeVar

import httpx

from httpls_auth.errors import AuthenticationError, CredentialError
from httpls_auth.schemes.flow import (
    Flow,
    FlowContext,
    ReadEnvironment,
    ReadFile,
    RunCommand,
    Send,
    Step,
    Token,
    TokenKey,
    UseToken,
)
from httpls_auth.schemes.message import Field, MemoryBody, OutgoingRequest, Response, ResponseHead
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

Result = TypeVar("Result")
_MOST_ANSWERS = 3
_HERE = Provenance(Origination.SCRIPT, "httpx")


def as_httpx_auth(
    scheme: Scheme,
    folder: Path = Path(),
    now: Callable[[], float] = time.time,
    random: Callable[[int], bytes] = os.urandom,
) -> httpx.Auth:
    """Return an `httpx.Auth` for a scheme, for clients of both kinds.

    Files count from `folder`. A flow's own requests go through the client that sends the request, and what the scheme
    has to remember, tokens for example, is kept in the object alone. Bodies are held in memory. A flow that needs a
    person, or that waits, raises `CredentialError`; a response that is proved false raises `ChallengeError`. A scheme
    whose connection is what is authenticated (NTLM) needs a client with `httpx.Limits(max_connections=1)`.
    """
    return _SchemeAuth(scheme, folder, now, random)


class _SchemeAuth(httpx.Auth):
    requires_request_body = True
    requires_response_body = True

    def __init__(self, scheme: Scheme, folder: Path, now: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._scheme = scheme
        self._folder = folder
        self._now = now
        self._random = random
        self._memory: MutableMapping[tuple[str, ...], object] = {}
        self._tokens: dict[TokenKey, Token] = {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate the request, send it, and answer what comes back."""
        given = outgoing_request(request)
        labels = Labels("a token", frozenset((given.origin,)))
        context = FlowContext(self._now, self._random, self._memory, {}, [], labels)
        sent = yield from self._driven(self._scheme.authenticate(given, context))
        response = yield httpx_request(sent, request)
        for _ in range(_MOST_ANSWERS):
            again = yield from self._driven(self._scheme.answer(given, _head(response), context))
            if again is None:
                break
            sent = again
            response = yield httpx_request(sent, request)
        if self._scheme.verifies_responses:
            self._scheme.verify_response(sent, _head(response), [response.content], context)

    def _driven(self, flow: Flow[Result]) -> Generator[httpx.Request, httpx.Response, Result]:
        try:
            step: Step = next(flow)
            while True:
                try:
                    answer: Any = yield from self._answer(step)
                except AuthenticationError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as stop:
            result: Result = stop.value
            return result

    def _answer(self, step: Step) -> Generator[httpx.Request, httpx.Response, object]:
        if isinstance(step, Send):
            response = yield httpx_request(step.request, None)
            return Response(_head(response), response.content)
        if isinstance(step, UseToken):
            stored = self._tokens.get(step.key)
            if stored is None or stored.access == step.refused or not step.is_fresh(stored, self._now()):
                self._tokens[step.key] = yield from self._driven(step.obtain(stored))
            return self._tokens[step.key]
        if isinstance(step, ReadEnvironment):
            return os.environ.get(step.name)
        if isinstance(step, ReadFile):
            path = self._folder / Path(step.path).expanduser()
            return path.read_bytes() if path.exists() else None
        if isinstance(step, RunCommand):
            return _output(step)
        raise CredentialError(f"`{self._scheme.word}` needs a person or time to wait, which httpx has not")


def outgoing_request(request: httpx.Request) -> OutgoingRequest:
    """Return a request of httpx as schemes see it; its body has to be read."""
    target = request.extensions.get("target", request.url.raw_path)
    fields = [
        Field(name.decode("ascii"), Value(_text(value), _HERE)) for name, value in request.headers.raw
    ]  # fmt: skip
    return OutgoingRequest(
        request.method,
        parse_origin(str(request.url)),
        Value(target.decode("ascii"), _HERE),
        tuple(fields),
        MemoryBody(request.content) if request.content else None,
    )


def httpx_request(request: OutgoingRequest, like: httpx.Request | None) -> httpx.Request:
    """Return a request for httpx, with the extensions of the one that it is made of."""
    refused = next((field for field in request.fields if not field.value.labels.allows(request.origin)), None)
    if refused is not None or not request.target.labels.allows(request.origin):
        raise CredentialError(f"what authenticates may not be sent to {request.origin}")
    target = request.target.reveal()
    extensions = {**(like.extensions if like is not None else {}), "target": target.encode("ascii")}
    content = b"".join(request.body.chunks()) if request.body is not None else None
    headers = [(field.name.encode("ascii"), field.value.reveal().encode("utf-8")) for field in request.fields]
    return httpx.Request(
        request.method, f"{request.origin}{target}", headers=headers, content=content, extensions=extensions
    )


def _head(response: httpx.Response) -> ResponseHead:
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw]
    return ResponseHead(response.status_code, response.reason_phrase, tuple(fields))


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _output(step: RunCommand) -> bytes:
    try:
        arguments = shlex.split(step.command, posix=os.name != "nt")
        return subprocess.run(arguments, capture_output=True, check=True, timeout=60).stdout  # noqa: S603
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise CredentialError(f"{step.purpose}: the command failed ({type(error).__name__})") from None
