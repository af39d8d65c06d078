"""Answers the steps of the schemes' flows: sends their requests, asks people, reads what they may read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError, TransportError
from httpls.run.exchange import Failure, Hop, Purpose, SentRequest, Timing
from httpls.run.permitted_paths import Permissions
from httpls.run.ports import Clock, Login, Prompter, Tokens
from httpls.run.wire import Limits, Route, Unanswered, Wire
from httpls_auth.errors import AuthenticationError, CredentialError, InvalidOriginError, TokenError
from httpls_auth.schemes.flow import (
    Ask,
    Flow,
    Open,
    ReadEnvironment,
    ReadFile,
    Result,
    RunCommand,
    Send,
    Show,
    Step,
    TakeToken,
    Token,
    UseToken,
    Wait,
    drive,
)
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, Response
from httpls_auth.tokens.name import TokenName, token_name
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.redactor import Redactor
from httpls_auth.values.value import Value

Answer = TypeVar("Answer")

ALLOW_ORIGIN = (
    "Allow the origin where the secret is defined; secrets of this machine go to origins given with `--allow-origin`, "
    "and once the project is trusted (`httpls trust`) wherever the file says."
)
"""What can be done about a secret that may not be sent to an origin."""

ANSWER_LIMIT = 1 << 20
"""How many bytes an answer of a token endpoint may have, and a file that a scheme reads."""


class FlowPorts(NamedTuple):
    """What the steps of flows are answered with.

    `route` is that to an origin of the flow's own requests. `environments` and `project`, which gives the project's
    id, make the names of tokens. `may_use_machine` tells whether secrets of this machine (OS environment, files outside
    the project, commands, the current user) may be used for requests to an origin, None for one that is not known.
    `os_variable` reads the environment of the operating system. `other_token` gives the token of another configuration
    of the environment, by its id.
    """

    wire: Wire
    route: Callable[[Origin], Route]
    limits: Limits
    clock: Clock
    prompter: Prompter
    login: Login
    tokens: Tokens
    permissions: Permissions
    may_use_machine: Callable[[Origin | None], bool]
    os_variable: Callable[[str], str | None]
    environments: Sequence[str]
    project: Callable[[], str]
    user_agent: str
    redactor: Redactor
    cancel: Cancel
    other_token: Callable[[str], Token]


def _never(token: Token, now: float) -> bool:
    _ = (token, now)
    return False


class FlowSteps:
    """Drives flows for one request of a file; the requests that they send are kept as hops."""

    def __init__(self, ports: FlowPorts, hops: list[Hop], home: Origin | None) -> None:
        """Take the ports, the list to which each hop is added, and the origin of the request, if that is known."""
        self._ports = ports
        self._hops = hops
        self._home = self._origin = home

    def check_current_user(self, word: str, origin: Origin) -> None:
        """Raise `CredentialError` if the current user of this machine may not log in at an origin."""
        self._origin = origin
        self._check_machine(f"the current user, whom `{word}` without a user name logs in,")

    @property
    def has_sent(self) -> bool:
        """Tell whether a request of a flow was sent, or was tried to be."""
        return any(hop.purpose is Purpose.AUTHENTICATION for hop in self._hops)

    def run(self, flow: Flow[Result], folder: Path, obtains_anew: bool = False, origin: Origin | None = None) -> Result:
        """Run a flow to its end. `folder` is that from which its relative paths count. `obtains_anew` asks for a token
        that is not taken from the store. `origin` is where the request goes for which it runs, if that is another one
        than the request was written for.

        Raises `AuthenticationError`, `RefusedError` and `CancelledError`.
        """
        self._origin = origin or self._home

        def answer(step: Step) -> object:
            if obtains_anew and isinstance(step, UseToken):
                step = step._replace(is_fresh=_never)
            return self._answer(step, folder)

        return drive(flow, answer)

    def name_of(self, step: UseToken) -> TokenName:
        """Return what the token is called in the store that a flow asks for."""
        ports = self._ports
        return token_name(step.key, ports.environments, ports.project(), self._thumbprint(step))

    def _answer(self, step: Step, folder: Path) -> object:
        ports = self._ports
        ports.cancel.check()
        if isinstance(step, Send):
            return self._send(step)
        if isinstance(step, UseToken):
            return self._use_token(step, folder)
        if isinstance(step, Wait):
            ports.cancel.wait(step.seconds)
            return None
        if isinstance(step, Ask):
            labels = Labels(f"the answer to: {step.question}") if step.is_secret else PLAIN
            answer = _as_credential_error(lambda: ports.prompter.ask(step.question, step.is_secret, None, ports.cancel))
            return Value(answer, Provenance(Origination.PROMPT, step.question), labels)
        if isinstance(step, Show):
            complete = f"\nor open {step.complete_url}" if step.complete_url else ""
            ports.prompter.show(f"To log in, open {step.url} and type the code {step.code}{complete}")
            return None
        if isinstance(step, Open):
            return self._open(step, folder)
        if isinstance(step, ReadFile):
            return self._read_file(step, folder)
        if isinstance(step, TakeToken):
            return ports.other_token(step.configuration)
        if isinstance(step, ReadEnvironment):
            self._check_machine(step.purpose or f"the OS environment variable {step.name}")
            return ports.os_variable(step.name)
        assert isinstance(step, RunCommand)
        return self._run_command(step)

    def _send(self, step: Send) -> Response:
        ports = self._ports
        request = self._complete(step.request)
        refusal = label_refusal(request)
        if refusal is not None:
            raise CredentialError(f"{step.purpose}: {refusal}", ALLOW_ORIGIN)
        learn(request, ports.redactor)
        limits = ports.limits._replace(encoded=ANSWER_LIMIT, decoded=ANSWER_LIMIT)
        try:
            received = ports.wire.send(request, ports.route(request.origin), limits, ports.cancel)
        except TransportError as error:
            failure = Failure(error.code, str(error), error.remedy)
            self._hops.append(
                failed_hop(
                    Purpose.AUTHENTICATION, step.purpose, request, failure, ports.clock.now(), error.unanswered
                )
            )  # fmt: skip
            raise TokenError(f"{step.purpose}: {error}", error.remedy) from error
        except RefusedError as error:
            raise CredentialError(f"{step.purpose}: {error}", error.remedy) from error
        response = received.response
        self._hops.append(
            Hop(
                Purpose.AUTHENTICATION, step.purpose, received.request, response, None, received.timing,
                received.connection,
            )
        )  # fmt: skip
        return Response(response.head, response.content.read(ANSWER_LIMIT))

    def _complete(self, request: OutgoingRequest) -> OutgoingRequest:
        given = {field.name.lower() for field in request.fields}
        defaults = (
            ("User-Agent", self._ports.user_agent),
            ("Accept", "application/json"),
            ("Accept-Encoding", "gzip, deflate"),
        )
        provenance = Provenance(Origination.SETTING, "default")
        fields = [
            Field(name, Value(text, provenance), FieldSource.DEFAULT)
            for name, text in defaults
            if name.lower() not in given
        ]
        return request._replace(fields=(*request.fields, *fields))

    def _use_token(self, step: UseToken, folder: Path) -> Token:
        ports = self._ports

        def obtain(stored: Token | None) -> Token:
            # What is stored goes into the refresh request.
            self._learn_token(stored)
            return drive(step.obtain(stored), lambda inner: self._answer(inner, folder))

        token = ports.tokens.use(
            self.name_of(step),
            obtain,
            lambda token: step.is_fresh(token, ports.clock.now()),
            step.refused,
            ports.cancel,
        )
        self._learn_token(token)
        return token

    def _learn_token(self, token: Token | None) -> None:
        for value in (token.access, token.refresh, token.identity, token.key) if token is not None else ():
            if value is not None:
                self._ports.redactor.add(value)

    def _thumbprint(self, step: UseToken) -> str:
        """Return what tells the client certificate apart that goes to the token endpoint, empty without one.

        A token may be bound to it (RFC 8705), so it is not the token of who has another one.
        """
        try:
            choice = self._ports.route(parse_origin(step.key.parts[0] if step.key.parts else "")).tls
        except InvalidOriginError:
            return ""
        if choice.client_certificate is None:
            return ""
        from httpls_auth.tls.facts import facts_of
        from httpls_auth.tls.key_material import read_key_pair

        return facts_of(read_key_pair(choice.client_certificate).certificate).fingerprint_sha256

    def _open(self, step: Open, folder: Path) -> Value:
        def address(redirect_url: str) -> str:
            url = drive(step.url(redirect_url), lambda inner: self._answer(inner, folder))
            return url.reveal()

        callback = _as_credential_error(lambda: self._ports.login.visit(step, address, self._ports.cancel))
        return Value(callback, Provenance(Origination.RESPONSE, step.purpose), Labels("the callback of a login"))

    def _read_file(self, step: ReadFile, folder: Path) -> bytes | None:
        permissions = self._ports.permissions
        path = Path(step.path).expanduser()
        path = path if path.is_absolute() else folder / path
        if not permissions.is_within(path):
            self._check_machine(f"the file {step.path}")
        real = _as_credential_error(lambda: permissions.to_read(path, step.path))
        try:
            with real.open("rb") as file:
                content = file.read(ANSWER_LIMIT + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CredentialError(
                f"{step.purpose}: `{step.path}` cannot be read: {error.strerror or error}", "Check its permissions."
            ) from error
        if len(content) > ANSWER_LIMIT:
            raise CredentialError(f"{step.purpose}: `{step.path}` has more than 1 MB", "Name the right file.")
        return content

    def _run_command(self, step: RunCommand) -> bytes:
        from httpls.run.run_command import run_command

        if not self._ports.permissions.is_trusted:
            raise CredentialError(
                f"{step.purpose}: the command is run only for a trusted project",
                "Trust the project with `httpls trust`, or for this run with `--trust`.",
            )
        self._check_machine("what the command writes")
        return run_command(step.command, self._ports.cancel)

    def _check_machine(self, what: str) -> None:
        if not self._ports.may_use_machine(self._origin):
            raise CredentialError(
                f"{what} belongs to this machine, and this project may not use it there yet",
                "Allow the origin with `--allow-origin ORIGIN`, or trust the project with `httpls trust`.",
            )


def label_refusal(request: OutgoingRequest) -> str | None:
    """Return why the labels of a request forbid that it goes to its origin; None if they allow it."""
    if not request.target.labels.allows(request.origin):
        return _forbidden("the address", request.target.labels, request.origin)
    for field in request.fields:
        if not field.value.labels.allows(request.origin):
            return _forbidden(f"the header field `{field.name}`", field.value.labels, request.origin)
    if request.body is not None and not request.body.labels.allows(request.origin):
        return _forbidden("the body", request.body.labels, request.origin)
    return None


def learn(request: OutgoingRequest, redactor: Redactor) -> None:
    """Let the redactor know what is secret in the head of a request."""
    if request.target.spans:
        redactor.add(request.target)
    for field in request.fields:
        if field.value.spans:
            redactor.add(field.value)


def failed_hop(
    purpose: Purpose,
    label: str,
    request: OutgoingRequest,
    failure: Failure,
    started_at: float,
    unanswered: Unanswered | None = None,
) -> Hop:
    """Return the hop of a request that was not answered in full. `unanswered` is what the wire knows of it."""
    if unanswered is not None and unanswered.request.head:
        return Hop(
            purpose, label, unanswered.request, unanswered.response, failure, unanswered.timing, unanswered.connection
        )
    length = request.body.length if request.body is not None else 0
    sent = SentRequest(request.method, request.origin, request.url, request.fields, b"", length, request.body)
    return Hop(purpose, label, sent, None, failure, Timing(started_at), None)


def _forbidden(what: str, labels: Labels, origin: Origin) -> str:
    secret = labels.secret or "a secret"
    allowed = ", ".join(sorted(map(str, labels.origins or ())))
    may = f"may be sent to {allowed}, not to {origin}" if allowed else f"may not be sent to {origin} yet"
    return f"{what} holds {secret}, which {may}"


def _as_credential_error(act: Callable[[], Answer]) -> Answer:
    """Do something whose refusal means that the credential cannot be had."""
    try:
        return act()
    except AuthenticationError:
        raise
    except RefusedError as error:
        raise CredentialError(str(error), error.remedy) from error
