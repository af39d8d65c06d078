"""A wire that logs in to proxies which want Digest or NTLM, for requests over plain http.

For https a proxy wants to be answered before it opens the tunnel, which the transport does by Basic only.
"""

from collections.abc import MutableMapping
from typing import TypeVar

from httpls.run.cancel import Cancel
from httpls.run.errors import ProxyError
from httpls.run.ports import Clock, Randomness
from httpls.run.wire import Limits, Progress, Proxy, Received, Route, Wire
from httpls_auth.errors import AuthenticationError
from httpls_auth.schemes.flow import Flow, FlowContext, Step, drive
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.labels import PLAIN
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

Answer = TypeVar("Answer")

MOST_ANSWERS = 3
"""How often a proxy is answered for one request."""


class ProxyLoginWire:
    """Sends by another wire. Which proxies want what it remembers in `memory`, with what schemes remember there."""

    def __init__(
        self, wire: Wire, memory: MutableMapping[tuple[str, ...], object], clock: Clock, randomness: Randomness
    ) -> None:
        """Take the wire that sends, and what flows may use."""
        self._wire = wire
        self._memory = memory
        self._clock = clock
        self._randomness = randomness

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        """Send and receive, as `Wire.send`; a proxy that asks for more than Basic is answered first."""
        proxy = route.proxy
        if proxy is None or proxy.username is None or not _is_answered(request, proxy):
            return self._wire.send(request, route, limits, cancel, progress)
        origin = Origin(proxy.kind, proxy.host, proxy.port)
        password = proxy.password or Value("", Provenance(Origination.SETTING, "proxy"))
        key = ("proxy", str(origin), proxy.username.reveal(), password.reveal())
        scheme = self._memory.get(key)
        context = self._context()
        received: Received | None = None
        if not isinstance(scheme, Scheme):
            received = self._wire.send(request, route, limits, cancel, progress)
            if received.response.head.status != 407:
                return received
            from httpls_auth.proxy_scheme import proxy_scheme

            scheme = proxy_scheme(received.response.head, proxy.username, password, origin)
            if scheme is None:
                return received
            self._memory[key] = scheme
        bare = route._replace(
            proxy=proxy._replace(username=None, password=None), pin=_pin(route.pin, scheme.connection)
        )
        first = self._run(scheme.authenticate(request, context))
        if received is None:
            received = self._wire.send(first, bare, limits, cancel, progress)
        for _ in range(MOST_ANSWERS):
            answer = self._run(scheme.answer(request, received.response.head, context))
            if answer is None:
                break
            received.response.content.close()
            received = self._wire.send(answer, bare, limits, cancel, progress)
        return received

    def peer_certificate(self) -> bytes | None:
        """Return that of the other wire."""
        return self._wire.peer_certificate()

    def close(self) -> None:
        """Close the other wire."""
        self._wire.close()

    def _context(self) -> FlowContext:
        return FlowContext(self._clock.now, self._randomness.bytes, self._memory, {}, [], PLAIN)

    def _run(self, flow: Flow[Answer]) -> Answer:
        try:
            return drive(flow, _no_step)
        except AuthenticationError as error:
            raise ProxyError("proxy-login", f"the login to the proxy failed: {error}", error.remedy) from error


def _is_answered(request: OutgoingRequest, proxy: Proxy) -> bool:
    is_own = request.value("Proxy-Authorization") is not None
    return proxy.kind in ("http", "https") and request.origin.scheme in ("http", "ws") and not is_own


def _pin(pin: str | None, login: str | None) -> str | None:
    return " ".join([one for one in (pin, login) if one is not None]) or None


def _no_step(step: Step) -> object:
    raise AssertionError(f"a proxy is answered without {type(step).__name__}")
