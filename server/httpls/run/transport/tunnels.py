"""Ways through a proxy: a tunnel made by CONNECT (RFC 9110, section 9.3.6), and SOCKS (RFC 1928, RFC 1929)."""

import socket
from collections.abc import Sequence
from time import monotonic

from httpls.run.errors import ProxyError, TransportError
from httpls.run.transport.answer import Answer, BadResponseError, LostError
from httpls.run.transport.head import in_bytes
from httpls.run.transport.http1 import Http1
from httpls.run.transport.network import look_up
from httpls.run.transport.stream import Stream
from httpls.run.wire import Proxy
from httpls_auth.schemes.message import Field


def open_tunnel(stream: Stream, proxy: Proxy, host: str, port: int, fields: Sequence[Field]) -> None:
    """Let an HTTP proxy connect to a host. Raises `ProxyError`."""
    attempt = stream.attempt
    started = monotonic()
    target = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").encode("ascii")
    http = Http1(stream, "1.1", attempt.limits.head)
    try:
        answer = http.send(b"CONNECT", target, [(b"Host", target), *in_bytes(fields)], None, attempt)
    except LostError as error:
        raise ProxyError("proxy-failure", f"the proxy {stream.peer} closed the connection", "See its log.") from error
    except BadResponseError as error:
        raise ProxyError("no-http-proxy", f"{error}", "Check the proxy's kind and port.") from error
    if not 200 <= answer.status < 300:
        raise _refusal(answer, proxy, stream.peer, target.decode("ascii"), bool(fields))
    attempt.forget_messages()
    attempt.connect = (attempt.connect or 0.0) + monotonic() - started


def _refusal(answer: Answer, proxy: Proxy, peer: str, target: str, has_credentials: bool) -> ProxyError:
    said = f"{answer.status} {answer.reason.decode('latin-1')}".strip()
    # tinyproxy refuses a wrong password with 401.
    if answer.status == 407 or (answer.status == 401 and has_credentials):
        offered = [
            value.decode("latin-1").partition(" ")[0].rstrip(",")
            for name, value in answer.fields
            if name.lower() in (b"proxy-authenticate", b"www-authenticate")
        ]
        if offered and not any(scheme.lower() == "basic" for scheme in offered):
            names = ", ".join(dict.fromkeys(offered))
            return ProxyError(
                "proxy-authentication-unsupported",
                f"the proxy {peer} demands {names} before it opens a tunnel, and for tunnels only Basic is spoken",
                "Let the proxy accept Basic, or put a relay before it that logs in, such as `px` or `cntlm`.",
            )
        if has_credentials:
            return ProxyError(
                "proxy-authentication-failed",
                f"the proxy {peer} refused user name or password",
                f"Check them{f' in {proxy.rule}' if proxy.rule else ''}.",
            )
        return ProxyError(
            "proxy-authentication-required",
            f"the proxy {peer} demands a user name and a password",
            f"Write them in the proxy's URL, as `{proxy.kind}://user:password@{proxy.host}:{proxy.port}`.",
        )
    remedy = "Check the host, and what the proxy allows."
    if answer.status in (502, 503, 504):
        remedy = "Check the host and the port; the proxy cannot reach them."
    return ProxyError("proxy-refused", f"the proxy {peer} does not connect to {target}: {said}", remedy)


def open_socks(stream: Stream, proxy: Proxy, host: str, port: int, addresses: Sequence[tuple[str, int, str]]) -> None:
    """Let a SOCKS5 proxy connect to a host: `socks5` looks the name up here, `socks5h` lets the proxy do it.

    Raises `ProxyError`.
    """
    attempt = stream.attempt
    started = monotonic()
    try:
        _greet(stream, proxy)
        destination = _destination(stream, proxy, host, port, addresses)
        stream.write(b"\x05\x01\x00" + destination + port.to_bytes(2, "big"))
        version, code, _, kind = _exactly(stream, 4)
        if version != 5:
            raise _no_socks(stream)
        if code:
            what = _SOCKS_REPLIES.get(code, f"error {code}")
            raise ProxyError(
                "proxy-refused",
                f"the proxy {stream.peer} does not connect to {host}:{port}: {what}",
                "Check host and port, and what the proxy allows.",
            )
        length = {1: 4, 4: 16}.get(kind)
        _exactly(stream, (_exactly(stream, 1)[0] if length is None else length) + 2)
    except LostError as error:
        raise ProxyError("proxy-failure", f"the proxy {stream.peer} closed the connection", "See its log.") from error
    attempt.forget_messages()
    attempt.connect = (attempt.connect or 0.0) + monotonic() - started


def _greet(stream: Stream, proxy: Proxy) -> None:
    stream.write(b"\x05\x01\x00" if proxy.username is None else b"\x05\x02\x00\x02")
    version, method = _exactly(stream, 2)
    if version != 5:
        raise _no_socks(stream)
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


def _no_socks(stream: Stream) -> ProxyError:
    return ProxyError("no-socks-proxy", f"{stream.peer} does not speak SOCKS5", "Check the proxy's kind and port.")


_SOCKS_REPLIES = {
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
