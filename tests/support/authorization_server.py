"""An authorization server of literal answers, with the browser and the clock: what drives the flows of OAuth 2.0."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.support.schemes import HERE, request, scheme

from httpls_auth.cancellation import NEVER
from httpls_auth.schemes.flow import (
    Flow,
    FlowContext,
    Open,
    Result,
    Send,
    Show,
    Step,
    TakeToken,
    Token,
    UseToken,
    Wait,
    drive,
)
from httpls_auth.schemes.message import OutgoingRequest, Response, ResponseHead
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.tokens.name import token_name
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value

NOW = 1_700_000_000.0
API = "https://api.example"


class Sent(NamedTuple):
    """A request that the server got."""

    url: str
    form: list[tuple[str, str]]
    fields: dict[str, str]
    request: OutgoingRequest

    def of(self, name: str) -> str | None:
        """The first value of a pair of the form."""
        return dict(reversed(self.form)).get(name)


Answer = Response | Callable[[Sent], Response]


def answer(members: object, status: int = 200, **fields: str) -> Response:
    """A JSON answer; a text is sent as it is. `_` in the name of a field stands for `-`."""
    content = members if isinstance(members, str) else json.dumps(members)
    given = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in fields.items()}}
    return Response(ResponseHead(status, "", tuple(given.items())), content.encode())


def token_answer(access: str = "at-1", **more: object) -> Response:
    """The answer of a token endpoint that gives a token."""
    return answer({"access_token": access, "token_type": "Bearer", "expires_in": 3600, **more})


@dataclass
class AuthorizationServer:
    """Answers the steps of flows. `answers` are given one after the other, the last one again and again.

    `come_back` makes the callback of the address that the browser was shown, by default with `code=code-1`.
    """

    answers: Sequence[Answer] = ()
    come_back: Callable[[str], str] | None = None
    others: dict[str, Token] = field(default_factory=dict[str, Token])
    sent: list[Sent] = field(default_factory=list[Sent])
    opened: list[str] = field(default_factory=list[str])
    shown: list[Show] = field(default_factory=list[Show])
    waited: list[float] = field(default_factory=list[float])
    store: TokenStore = field(default_factory=TokenStore)
    now: float = NOW
    memory: dict[tuple[str, ...], object] = field(default_factory=dict[tuple[str, ...], object])

    def context(self, origin: str = API) -> FlowContext:
        """The context of one request; random bytes are 0, 1, 2 …"""
        numbers = iter(list(range(256)) * 64)

        def random(count: int) -> bytes:
            return bytes([next(numbers) for _ in range(count)])

        return FlowContext(
            now=lambda: self.now,
            random=random,
            memory=self.memory,
            exchange={},
            notes=[],
            token_labels=Labels("a token", frozenset((parse_origin(origin),))),
        )

    def run(self, flow: Flow[Result]) -> Result:
        """Run a flow to its end."""
        return drive(flow, self.answer)

    def answer(self, step: Step) -> object:
        """Answer one step."""
        if isinstance(step, Send):
            return self._send(step.request)
        if isinstance(step, UseToken):
            return self.store.use(
                token_name(step.key, (), "project"),
                lambda stored: self.run(step.obtain(stored)),
                lambda token: step.is_fresh(token, self.now),
                step.refused,
                NEVER,
            )
        if isinstance(step, Open):
            address = self.run(step.url(step.redirect_url.replace(":0/", ":4711/"))).reveal()
            self.opened.append(address)
            back = self.come_back or came_back(code="code-1")
            return Value(back(address), HERE, Labels("callback"))
        if isinstance(step, Show):
            self.shown.append(step)
            return None
        if isinstance(step, Wait):
            self.waited.append(step.seconds)
            self.now += step.seconds
            return None
        if isinstance(step, TakeToken):
            return self.others[step.configuration]
        raise AssertionError(f"unexpected step {type(step).__name__}")

    def _send(self, outgoing: OutgoingRequest) -> Response:
        body = outgoing.content() or b""
        sent = Sent(
            outgoing.url.reveal(),
            parse_qsl(body.decode("ascii"), keep_blank_values=True),
            {one.name: one.value.reveal() for one in outgoing.fields},
            outgoing,
        )
        given = self.answers[min(len(self.sent), len(self.answers) - 1)]
        self.sent.append(sent)
        return given(sent) if callable(given) else given


def came_back(**members: str) -> Callable[[str], str]:
    """A browser that comes back with these members, and with the state that it was sent."""

    def back(address: str) -> str:
        asked = dict(parse_qsl(urlsplit(address).query))
        given = {"state": asked.get("state", ""), **members}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"{asked.get('redirect_uri', 'http://127.0.0.1:4711/callback')}?{query}"

    return back


def oauth2(word: str = "oauth2", /, **parameters: str) -> OAuth2:
    """An OAuth 2.0 scheme of texts, as `# @auth oauth2 name=value…` gives it."""
    made = scheme(word, **parameters)
    assert isinstance(made, OAuth2)
    return made


def authenticated(server: AuthorizationServer, made: OAuth2, text: str = f"GET {API}/orders") -> OutgoingRequest:
    """The request as it leaves."""
    return server.run(made.authenticate(request(text), server.context()))


def asked(address: str) -> dict[str, str]:
    """The parameters of a login page."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


@cache
def key_pair(kind: str) -> tuple[str, str]:
    """A private key and its public one in PEM; `kind` is `RSA` or `EC`."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "EC" else rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
