"""The protocol between a scheme and whoever drives it: a flow asks for steps, and is sent what came of them.

A flow is a generator. It does no I/O and reads neither clock nor randomness but those in its `FlowContext`, so every
flow can be run in a test with literal answers. A step that fails raises its error inside the flow, at the `yield`.
"""

from collections.abc import Callable, Generator, MutableMapping
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar, runtime_checkable

from httpls_auth.errors import AuthenticationError
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

Result = TypeVar("Result")


class Send(NamedTuple):
    """Send a request of the flow's own, to a token endpoint for example; the answer is a `Response`.

    It goes by the TLS choice, the proxy and the client certificate of its own origin, without cookies or the user's
    header fields, without redirects; an answer of more than 1 MB is an error. `purpose` is shown in the trace.
    """

    request: OutgoingRequest
    purpose: str


class Open(NamedTuple):
    """Open `url` in the browser and wait for the redirect back; the answer is the `Value` of the whole callback URL.

    `redirect_url` is where the callback is expected: with port 0 the listener takes a free port. `url` is the flow that
    makes the address, from the one at which the listener really listens; it may send a request of its own first (RFC
    9126). The labels of the address must allow its origin. `state` is what the callback must carry.
    """

    url: "Callable[[str], Flow[Value]]"
    redirect_url: str
    state: str
    purpose: str


class Show(NamedTuple):
    """Show a person where to go and what to type (device flow); the answer is None. `complete_url` needs no typing."""

    url: str
    code: str
    complete_url: str | None


class Ask(NamedTuple):
    """Ask a person for a text; the answer is a `Value`, labelled secret if `is_secret`."""

    question: str
    is_secret: bool


class Wait(NamedTuple):
    """Wait so many seconds; the answer is None."""

    seconds: float


class ReadFile(NamedTuple):
    """Read a file of at most 1 MB; the answer is its `bytes`, None if there is no such file.

    `path` is as it was written: `~` stands for the home folder, and a relative path counts from the file in which the
    scheme is declared. A file outside the project is read only if the project is trusted, and what it holds belongs to
    the person: it is used only for origins that were confirmed.
    """

    path: str
    purpose: str


class ReadEnvironment(NamedTuple):
    """Read a variable of the OS environment; the answer is its text, None if it is not set.

    `purpose` names what it is read for, such as `the AWS profile dev`.
    """

    name: str
    purpose: str = ""


class RunCommand(NamedTuple):
    """Run a command, split by the rules of the system's shell but without one; the answer is what it writes (`bytes`).

    Only where the project is trusted, and only for origins that were confirmed. A command that fails is a
    `CredentialError` without its output.
    """

    command: str
    purpose: str


class Token(NamedTuple):
    """What a token endpoint gave.

    `expires_at` is in seconds since the epoch, None if nothing is known. `extra` are the other members of the answer,
    but for those whose names are those of secrets. `key` is the private key (JWK) that the token is bound to (DPoP).
    The values are secret, and not yet bound to an origin: whoever uses one labels it.
    """

    access: Value
    kind: str
    obtained_at: float
    expires_at: float | None = None
    refresh: Value | None = None
    identity: Value | None = None
    scope: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
    key: Value | None = None


class TokenKey(NamedTuple):
    """What makes two tokens the same one: hashed, with environment and project, it names the token in the store.

    `title` is what lists of tokens show; nothing in it is secret, and it does not make tokens different.
    """

    parts: tuple[str, ...]
    """Token and authorization URL, grant, client, sorted scopes, audience, resource, user, redirect URL, parameters."""
    title: str = ""


class UseToken(NamedTuple):
    """Take a token from the store, or obtain one; the answer is a `Token`.

    `obtain` is given what the store has (None, or a token that is out of date and may have a refresh token) and is the
    flow that gets a new one. Whoever drives it sees to it that at most one such flow runs for one key at a time, and
    that the result is kept (`httpls_auth.tokens.store`). `is_fresh` says whether a stored token may still be used at
    this time. `refused` is the access token that the server did not take: one that equals it is not fresh.
    """

    key: TokenKey
    obtain: "Callable[[Token | None], Flow[Token]]"
    is_fresh: Callable[[Token, float], bool]
    refused: Value | None = None


class TakeToken(NamedTuple):
    """Take the token of another configuration (`Security.Auth`) of the same environment; the answer is a `Token`.

    It is to be sent to a token endpoint, so its values come bound to no origin. A configuration that is not there, or
    that gives no token, is a `CredentialError`.
    """

    configuration: str


Step: TypeAlias = Send | Open | Show | Ask | Wait | ReadFile | ReadEnvironment | RunCommand | UseToken | TakeToken
Flow: TypeAlias = Generator[Step, Any, Result]


class Note(NamedTuple):
    """A step of a computation, for `auth explain` and the trace; the text is shown masked."""

    title: str
    text: Value


class FlowContext(NamedTuple):
    """What a flow may use of the world.

    `now` is in seconds since the epoch. `random` gives so many random bytes. `memory` keeps what a challenge scheme has
    to remember from one request to the next (nonces, clock offsets); its keys begin with the scheme's word and the
    origin, and what is in it is replaced, never changed in place, since other threads read it. `exchange` is the same
    for one request and its repetitions only. `notes` collects what explains the computation. `labels` are what a new
    token gets: secret, and bound to the origin of the request. `peer_certificate` is the server's certificate (DER) of
    the connection over which a challenge came, for channel binding.
    """

    now: Callable[[], float]
    random: Callable[[int], bytes]
    memory: MutableMapping[tuple[str, ...], object]
    exchange: MutableMapping[tuple[str, ...], object]
    notes: list[Note]
    token_labels: Labels
    peer_certificate: Callable[[], bytes | None] = lambda: None

    def note(self, title: str, text: Value) -> None:
        """Record a step of a computation."""
        self.notes.append(Note(title, text))


def drive(flow: "Flow[Result]", answer: Callable[[Step], object]) -> Result:
    """Run a flow to its end, answering each of its steps; an `AuthenticationError` that `answer` raises is raised
    inside the flow.
    """
    try:
        step = next(flow)
        while True:
            try:
                given = answer(step)
            except AuthenticationError as error:
                step = flow.throw(error)
            else:
                step = flow.send(given)
    except StopIteration as stop:
        result: Result = stop.value
        return result


@runtime_checkable
class TokenSource(Protocol):
    """A scheme that can give its token by itself, for `{{$auth.token("id")}}` and `httpls auth token`."""

    def token(self, context: FlowContext) -> Flow[Token]:
        """Return the flow that takes the token from the store or obtains one; its values are labelled as usual."""
        ...


@runtime_checkable
class RenewableTokenSource(TokenSource, Protocol):
    """A scheme whose token can be renewed when the server refuses it, wherever it stands in the request."""

    def renewed(self, response: ResponseHead, context: FlowContext) -> Flow[Token | None]:
        """Return the flow that renews the token if the response refuses it; None if the response is to be taken.

        `context` has the same `exchange` as when the token was taken.
        """
        ...


def token_key(*parts: str) -> TokenKey:
    """Make a key of its parts."""
    return TokenKey(parts)


def origin_key(word: str, origin: Origin, *more: str) -> tuple[str, ...]:
    """Return the key in a flow's memory of what belongs to a scheme and an origin."""
    return (word, str(origin), *more)
