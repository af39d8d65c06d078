"""The way through an HTTP proxy: a tunnel made by CONNECT (RFC 9110, section 9.3.6)."""

from collections.abc import Sequence
from time import monotonic

from httpls.run.errors import ProxyError
from httpls.run.transport.answer import Answer, BadResponseError, LostError
from httpls.run.transport.head import in_bytes
from httpls.run.transport.http1 import Http1
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
