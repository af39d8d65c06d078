"""Proxies that want more than Basic, before a literal proxy."""

from collections.abc import Sequence
from typing import cast

from tests.support.sending import USUAL, outgoing, secret, value

from httpls.run.cancel import Cancel
from httpls.run.exchange import ReceivedResponse
from httpls.run.proxy_login import ProxyLoginWire
from httpls.run.wire import Limits, Progress, Proxy, Received, Route
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead

PROXY = Proxy("http", "proxy.example", 3128, value("me"), secret("hidden"), "--proxy")
DIGEST = 'Digest realm="r", nonce="n", qop="auth"'


class Nothing:
    """A body that is empty."""

    def close(self) -> None:
        """Do nothing."""


class LiteralWire:
    """Answers with these statuses and challenges, in order, and remembers what it was given."""

    def __init__(self, *answers: tuple[int, Sequence[str]]) -> None:
        self.answers: list[tuple[int, Sequence[str]]] = list(answers)
        self.sent: list[tuple[OutgoingRequest, Route]] = []

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        self.sent.append((request, route))
        status, challenges = self.answers.pop(0)
        head = ResponseHead(status, "", tuple([("Proxy-Authenticate", one) for one in challenges]))
        response = cast("ReceivedResponse", _Response(head))
        return cast("Received", _Received(response))

    def peer_certificate(self) -> bytes | None:
        return None

    def close(self) -> None:
        pass


class _Response:
    def __init__(self, head: ResponseHead) -> None:
        self.head = head
        self.content = Nothing()


class _Received:
    def __init__(self, response: ReceivedResponse) -> None:
        self.response = response


class Fixed:
    """A clock that stands, and no randomness."""

    def now(self) -> float:
        return 0

    def monotonic(self) -> float:
        return 0

    def bytes(self, count: int) -> bytes:
        return bytes(count)


def statuses(wire: LiteralWire, *urls: str, proxy: Proxy | None = PROXY) -> list[int]:
    made = ProxyLoginWire(wire, {}, Fixed(), Fixed())
    return [made.send(outgoing(url), Route(proxy=proxy), USUAL, Cancel()).response.head.status for url in urls]


def credentials(wire: LiteralWire) -> list[str]:
    return [(request.value("Proxy-Authorization") or "").partition(" ")[0] for request, _ in wire.sent]


def test_digest_is_answered_and_remembered() -> None:
    wire = LiteralWire((407, [DIGEST]), (200, ()), (200, ()))
    assert statuses(wire, "http://a.example/", "http://b.example/") == [200, 200]
    assert credentials(wire) == ["", "Digest", "Digest"]
    # What answers with a hash does not send the password itself any more.
    assert [route.proxy.username is None for _, route in wire.sent if route.proxy] == [False, True, True]


def test_ntlm_gets_a_connection_of_its_own() -> None:
    wire = LiteralWire((407, ["NTLM"]))
    made = ProxyLoginWire(wire, {}, Fixed(), Fixed())
    made.send(outgoing("http://a.example/"), Route(proxy=None), USUAL, Cancel())
    assert wire.sent[0][1].pin is None
    wire.answers += [(407, ["NTLM"]), (200, ())]
    made.send(outgoing("http://a.example/"), Route(proxy=PROXY), USUAL, Cancel())
    assert [route.pin is not None for _, route in wire.sent[1:]] == [False, True]
    assert credentials(wire)[1:] == ["", "NTLM"]


def test_what_basic_was_refused_for_is_not_tried_again() -> None:
    wire = LiteralWire((407, ['Basic realm="x"', DIGEST]))
    assert statuses(wire, "http://a.example/") == [407]


def test_other_ways_are_left_to_the_transport() -> None:
    anonymous = Proxy("http", "proxy.example", 3128)
    for url, proxy in (("https://a.example/", PROXY), ("http://a.example/", anonymous), ("http://a.example/", None),
                       ("http://a.example/", PROXY._replace(kind="socks5"))):  # fmt: skip
        wire = LiteralWire((407, [DIGEST]))
        assert statuses(wire, url, proxy=proxy) == [407]
