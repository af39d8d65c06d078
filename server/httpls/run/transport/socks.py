"""The way through a SOCKS proxy: version 5 (RFC 1928, RFC 1929), version 4, and its extension 4A for names of hosts.

Version 4 is described by its author in SOCKS.protocol and 4A in SOCKS4A.protocol, at
https://www.openssh.org/txt/socks4.protocol and https://www.openssh.org/txt/socks4a.protocol.
"""

import socket
from collections.abc import Sequence
from time import monotonic

from httpls.run.errors import ProxyError, TransportError
from httpls.run.transport.answer import LostError
from httpls.run.transport.network import look_up
from httpls.run.transport.stream import Stream
from httpls.run.wire import Proxy


def open_socks(stream: Stream, proxy: Proxy, host: str, port: int, addresses: Sequence[tuple[str, int, str]]) -> None:
    """Let a SOCKS proxy connect to a host: `socks4` and `socks5` look the name up here, the others let the proxy do it.

    Raises `ProxyError`.
    """
    attempt = stream.attempt
    started = monotonic()
    try:
        if proxy.kind in ("socks4", "socks4a"):
            _connect_by_4(stream, proxy, host, port, addresses)
        else:
            _connect_by_5(stream, proxy, host, port, addresses)
    except LostError as error:
        raise ProxyError("proxy-failure", f"the proxy {stream.peer} closed the connection", "See its log.") from error
    attempt.forget_messages()
    attempt.connect = (attempt.connect or 0.0) + monotonic() - started


def _connect_by_4(
    stream: Stream, proxy: Proxy, host: str, port: int, addresses: Sequence[tuple[str, int, str]]
) -> None:
    user = proxy.username.reveal().encode("utf-8") if proxy.username else b""
    if proxy.password is not None or b"\0" in user:
        raise ProxyError(
            "proxy-credentials", "SOCKS4 knows the name of a user, but no password", "Leave it out, or use SOCKS5."
        )
    name = b""
    packed = _packed(host)
    if packed is None and proxy.kind == "socks4a":
        # An address that cannot be says that the name comes after the user.
        packed, name = b"\0\0\0\x01", host.encode("ascii") + b"\0"
    if packed is None:
        found = look_up(host, port, addresses, stream.attempt)
        all_packed = [_packed(str(address.where[0])) for address in found]
        packed = next((one for one in all_packed if one is not None and len(one) == 4), None)
    if packed is None or len(packed) != 4:
        raise ProxyError("proxy-refused", f"SOCKS4 leads to no IPv6 address, as {host} has", "Use SOCKS5.")
    stream.write(b"\x04\x01" + port.to_bytes(2, "big") + packed + user + b"\0" + name)
    version, code = _exactly(stream, 8)[:2]
    if version:
        raise _no_socks(stream, proxy)
    if code in (92, 93):
        raise ProxyError(
            "proxy-authentication-failed",
            f"the proxy {stream.peer} could not find out who the user is, or it is another one",
            f"Check the user name{f' in {proxy.rule}' if proxy.rule else ''}.",
        )
    if code != 90:
        raise _refusal(stream, host, port, "it refuses, or has failed")


def _connect_by_5(
    stream: Stream, proxy: Proxy, host: str, port: int, addresses: Sequence[tuple[str, int, str]]
) -> None:
    _greet(stream, proxy)
    destination = _destination(stream, proxy, host, port, addresses)
    stream.write(b"\x05\x01\x00" + destination + port.to_bytes(2, "big"))
    version, code, _, kind = _exactly(stream, 4)
    if version != 5:
        raise _no_socks(stream, proxy)
    if code:
        raise _refusal(stream, host, port, _REPLIES.get(code, f"error {code}"))
    length = {1: 4, 4: 16}.get(kind)
    _exactly(stream, (_exactly(stream, 1)[0] if length is None else length) + 2)


def _greet(stream: Stream, proxy: Proxy) -> None:
    stream.write(b"\x05\x01\x00" if proxy.username is None else b"\x05\x02\x00\x02")
    version, method = _exactly(stream, 2)
    if version != 5:
        raise _no_socks(stream, proxy)
    if method == 0xFF or (method == 2 and proxy.username is None):
        raise ProxyError(
            "proxy-authentication-required",
            f"the proxy {stream.peer} demands a user name and a password",
            f"Write them in the proxy's URL, as `{proxy.kind}://user:password@{proxy.host}:{proxy.port}`.",
        )
    if method != 2:
        return
    assert proxy.username is not None
    username = proxy.username.reveal().encode("utf-8")
    password = proxy.password.reveal().encode("utf-8") if proxy.password else b""
    if not 0 < len(username) < 256 or len(password) > 255:
        raise ProxyError(
            "proxy-credentials", "SOCKS5 allows 255 bytes for user name and password each", "Shorten them."
        )
    stream.write(b"\x01" + bytes([len(username)]) + username + bytes([len(password)]) + password)
    if _exactly(stream, 2)[1]:
        raise ProxyError(
            "proxy-authentication-failed",
            f"the proxy {stream.peer} refused user name or password",
            f"Check them{f' in {proxy.rule}' if proxy.rule else ''}.",
        )


def _destination(
    stream: Stream, proxy: Proxy, host: str, port: int, addresses: Sequence[tuple[str, int, str]]
) -> bytes:
    packed = _packed(host)
    if packed is None and proxy.kind == "socks5":
        found = look_up(host, port, addresses, stream.attempt)
        packed = next((packed for address in found if (packed := _packed(str(address.where[0])))), None)
    if packed is not None:
        return (b"\x01" if len(packed) == 4 else b"\x04") + packed
    name = host.encode("ascii")
    if len(name) > 255:
        raise TransportError("host-not-found", f"the name `{host}` is too long", "Check the URL.")
    return b"\x03" + bytes([len(name)]) + name


def _packed(host: str) -> bytes | None:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
    return None


def _exactly(stream: Stream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            raise LostError("connection-lost", f"{stream.peer} closed the connection")
        data += more
    return data


def _no_socks(stream: Stream, proxy: Proxy) -> ProxyError:
    version = "SOCKS4" if proxy.kind in ("socks4", "socks4a") else "SOCKS5"
    return ProxyError("no-socks-proxy", f"{stream.peer} does not speak {version}", "Check the proxy's kind and port.")


def _refusal(stream: Stream, host: str, port: int, what: str) -> ProxyError:
    return ProxyError(
        "proxy-refused",
        f"the proxy {stream.peer} does not connect to {host}:{port}: {what}",
        "Check host and port, and what the proxy allows.",
    )


_REPLIES = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "expired",
    7: "command not supported",
    8: "kind of address not supported",
}
"""What the replies of RFC 1928, section 6 mean."""
