"""Drives flows with plain httpx, a real listener, and a person who logs in by plain HTTP."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from os import urandom

import httpx
from tests.support.schemes import HERE

from httpls_auth.cancellation import NEVER
from httpls_auth.loopback import Listener
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
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.tokens.name import token_name
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value


@dataclass
class LiveFlows:
    """Answers the steps of flows for real. `visit` is the browser: it opens a page and ends at the callback.

    `now` may be set to a later time, to see tokens expire.
    """

    client: httpx.Client
    visit: Callable[[str], object]
    later: float = 0.0
    store: TokenStore = field(default_factory=TokenStore)
    others: dict[str, Token] = field(default_factory=dict[str, Token])
    memory: dict[tuple[str, ...], object] = field(default_factory=dict[tuple[str, ...], object])
    sent: list[OutgoingRequest] = field(default_factory=list[OutgoingRequest])
    opened: list[str] = field(default_factory=list[str])

    def now(self) -> float:
        import time

        return time.time() + self.later

    def context(self, origin: str) -> FlowContext:
        """The context of one request."""
        labels = Labels("a token", frozenset((parse_origin(origin),)))
        return FlowContext(self.now, urandom, self.memory, {}, [], labels)

    def token(self, scheme: OAuth2) -> Token:
        """The token that a scheme takes or obtains."""
        return self.run(scheme.token(self.context("https://api.example")))

    def fetch(self, scheme: Scheme, request: OutgoingRequest) -> Response:
        """Send a request by a scheme, and again if the scheme wants it."""
        context = self.context(str(request.origin))
        response = self.send(self.run(scheme.authenticate(request, context)))
        for _ in range(3):
            again = self.run(scheme.answer(request, response.head, context))
            if again is None:
                break
            response = self.send(again)
        return response

    def run(self, flow: Flow[Result]) -> Result:
        """Run a flow to its end."""
        return drive(flow, self.answer)

    def answer(self, step: Step) -> object:
        """Answer one step."""
        if isinstance(step, Send):
            self.sent.append(step.request)
            return self.send(step.request)
        if isinstance(step, UseToken):
            return self.store.use(
                token_name(step.key, (), "project"),
                lambda stored: self.run(step.obtain(stored)),
                lambda token: step.is_fresh(token, self.now()),
                step.refused,
                NEVER,
            )
        if isinstance(step, Open):
            with Listener(step.redirect_url) as listener:
                address = self.run(step.url(listener.redirect_url)).reveal()
                self.opened.append(address)
                browser = threading.Thread(target=self.visit, args=(address,), daemon=True)
                browser.start()
                callback = listener.wait(step.state, NEVER, 30)
                browser.join(30)
            return Value(callback, HERE, Labels("callback"))
        if isinstance(step, Show):
            assert step.complete_url is not None
            self.visit(step.complete_url)
            return None
        if isinstance(step, Wait):
            # The person has logged in already.
            return None
        if isinstance(step, TakeToken):
            return self.others[step.configuration]
        raise AssertionError(f"unexpected step {type(step).__name__}")

    def send(self, outgoing: OutgoingRequest) -> Response:
        """Send one request."""
        headers = [(one.name.encode(), one.value.reveal().encode()) for one in outgoing.fields]
        got = self.client.request(
            outgoing.method, outgoing.url.reveal(), headers=headers, content=outgoing.content(), follow_redirects=False
        )
        fields = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in got.headers.raw])
        return Response(ResponseHead(got.status_code, got.reason_phrase, fields), got.content)


def log_in(address: str, user: str = "alice") -> httpx.Response:
    """Open a page, fill in every form as a person would, and return the last page."""
    with httpx.Client(follow_redirects=True, timeout=20) as browser:
        page = browser.get(address)
        for _ in range(6):
            form = re.search(r"<form\b.*?</form>", page.text, re.DOTALL)
            if form is None:
                return page
            members = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form.group()))
            for name in re.findall(r'<input[^>]*name="([^"]+)"', form.group()):
                members.setdefault(name, user)
            target = re.search(r'action="([^"]+)"', form.group())
            assert target is not None
            page = browser.post(str(page.url.join(target.group(1))), data=members)
        raise AssertionError(f"the forms do not end: {page.text}")
