"""Runs schemes on literal requests, with a fixed time and fixed randomness."""

from collections.abc import Mapping

from httpls_auth.schemes.flow import FlowContext, ReadEnvironment, ReadFile, RunCommand, Send, Step, UseToken, drive
from httpls_auth.schemes.index import canonical_word, scheme_class
from httpls_auth.schemes.message import Field, MemoryBody, OutgoingRequest, Response
from httpls_auth.schemes.read import Given, read
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

HERE = Provenance(Origination.LITERAL, "test")


def plain(text: str) -> Value:
    """A text that is not secret."""
    return Value(text, HERE)


def scheme(word: str, /, *positional: str, **named: str) -> Scheme:
    """Read a scheme as `# @auth word positional… name=value…` would; `_` in a name stands for `-`, one at the end for nothing."""
    given = [Given(None, position, plain(text)) for position, text in enumerate(positional)]
    given += [Given(name.removesuffix("_"), -1, plain(text)) for name, text in named.items()]
    canonical = canonical_word(word)
    assert canonical is not None, word
    return read(scheme_class(canonical), given)


def request(text: str) -> OutgoingRequest:
    """Make a request of `METHOD URL`, header lines, an empty line and a body; the URL is sent as it stands."""
    head, separator, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    method, _, url = first.partition(" ")
    origin = parse_origin(url)
    after_scheme = url.partition("://")[2]
    target = after_scheme[len(after_scheme.partition("/")[0].partition("?")[0]) :]
    fields = [Field(name, plain(value.strip())) for name, _, value in (line.partition(":") for line in lines)]
    return OutgoingRequest(
        method,
        origin,
        plain(target if target.startswith("/") else "/" + target),
        tuple(fields),
        MemoryBody(body.encode("utf-8")) if separator else None,
    )


def context(now: float = 1_700_000_000, random: bytes = b"") -> FlowContext:
    """A context whose clock stands and whose randomness is `random` first, then the bytes 0, 1, 2 …"""
    numbers = iter([*random, *range(256)] * 64)

    def given(length: int) -> bytes:
        return bytes([next(numbers) for _ in range(length)])

    return FlowContext(
        now=lambda: now,
        random=given,
        memory={},
        exchange={},
        notes=[],
        token_labels=Labels("token"),
    )


class UnexpectedStepError(Exception):
    """A flow asks for something that the world of the test does not have."""


class World:
    """Answers the steps of flows from literal files, variables, commands and responses, and remembers what was sent."""

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        commands: Mapping[str, str] | None = None,
        responses: Mapping[str, Response] | None = None,
    ) -> None:
        self.files = files or {}
        self.environment = environment or {}
        self.commands = commands or {}
        self.responses = responses or {}
        self.sent: list[OutgoingRequest] = []
        self.context = context()

    def answer(self, step: Step) -> object:
        if isinstance(step, ReadFile):
            return self.files[step.path].encode("utf-8") if step.path in self.files else None
        if isinstance(step, ReadEnvironment):
            return self.environment.get(step.name)
        if isinstance(step, RunCommand):
            return self.commands[step.command].encode("utf-8")
        if isinstance(step, UseToken):
            return drive(step.obtain(None), self.answer)
        if isinstance(step, Send):
            self.sent.append(step.request)
            if step.request.url.reveal() in self.responses:
                return self.responses[step.request.url.reveal()]
            if str(step.request.origin) in self.responses:
                return self.responses[str(step.request.origin)]
        raise UnexpectedStepError(f"unexpected step {type(step).__name__}")


def signed(
    word: str,
    parameters: Mapping[str, str],
    text: str,
    *,
    now: float = 1_700_000_000,
    random: bytes = b"",
    world: World | None = None,
) -> OutgoingRequest:
    """Return a request as a scheme sends it."""
    flow = scheme(word, **parameters).authenticate(request(text), context(now, random))
    return drive(flow, (world or World()).answer)


def content(sent: OutgoingRequest) -> bytes:
    """The bytes of the body."""
    return b"".join(sent.body.chunks()) if sent.body is not None else b""


def notes(given: FlowContext) -> Mapping[str, str]:
    """What the notes of a context show, by title."""
    return {note.title: str(note.text) for note in given.notes}
