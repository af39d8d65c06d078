"""Which proxy leads to an origin: one that is named, else the one of the environment's variables, by curl's rules."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

from httpls.run.errors import RefusedError
from httpls.run.wire import Proxy
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_PORTS = {"http": 1080, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
"""The kinds of proxies with the ports that curl takes where none is given."""

_URL = re.compile(r"(?:(?P<kind>[A-Za-z][A-Za-z0-9+.\-]*)://)?(?:(?P<user>[^/]*)@)?(?P<where>[^/@?#]+)/?")
_WHERE = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.%]+)\]|(?P<host>[^\[\]:]+))(?::(?P<port>\d+))?", re.ASCII)


def proxy_of(url: Value, rule: str) -> Proxy:
    """Return the proxy that a URL names: `[kind://][user:password@]host[:port]`; without a kind it is `http`.

    User name and password are percent-decoded. `rule` says where the URL comes from. Raises `RefusedError`.
    """
    match = _URL.fullmatch(url.reveal().strip())
    where = _WHERE.fullmatch(match["where"]) if match else None
    if match is None or where is None or not 0 < int(where["port"] or 1) < 65536:
        raise RefusedError(
            "bad-proxy",
            f"the proxy of {rule} is no URL of a proxy: `{_without_user(url)}`",
            "Write it as `http://host:port` or `socks5h://user:password@host:port`.",
        )
    kind = (match["kind"] or "http").lower()
    kind = "socks5h" if kind == "socks" else kind
    if kind not in _PORTS:
        raise RefusedError(
            "bad-proxy",
            f"`{kind}` is no kind of proxy that is spoken here (the proxy of {rule})",
            "Use `http`, `https`, `socks5`, `socks5h`, `socks4` or `socks4a`.",
        )
    username, colon, password = (match["user"] or "").partition(":")
    return Proxy(
        kind,
        (where["address"] or where["host"]).lower(),
        int(where["port"]) if where["port"] else _PORTS[kind],
        _part(username, url, Labels()) if match["user"] is not None else None,
        _part(password, url, Labels("the password of a proxy")) if colon else None,
        rule,
    )


def proxy_from_environment(origin: Origin, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that the variables of the operating system name for an origin, None if there is none.

    The variables are `http_proxy` or `https_proxy`, then `all_proxy`, and `no_proxy` for the exceptions; those in
    lower case count first. A web server hands the field `Proxy` of a request to its programs as `HTTP_PROXY`, so
    that one counts only where there is no `REQUEST_METHOD`. Raises `RefusedError` for a value that is no proxy.
    """
    exceptions = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    for name in (f"{origin.scheme}_proxy", "all_proxy"):
        names = [name, name.upper()]
        if name == "http_proxy" and "REQUEST_METHOD" in environment:
            names.remove("HTTP_PROXY")
        found = next((key for key in names if key in environment), None)
        if found is None:
            continue
        url = environment[found].strip()
        if not url or is_bypassed(origin, re.split(r"[,\s]+", exceptions)):
            return None
        return proxy_of(Value(url, Provenance(Origination.OS_ENVIRONMENT, found)), f"the variable `{found}`")
    return None


def is_bypassed(origin: Origin, patterns: Sequence[str]) -> bool:
    """Tell whether an origin is reached without a proxy.

    A pattern is `*`, a host (which stands for those below it too), `.host` for the same, `*.host` for those below it
    only, an address, a network such as `10.0.0.0/8`, each with `:port` if it is for one port only.
    """
    return any(_matches(origin, pattern.strip().lower()) for pattern in patterns)


def _matches(origin: Origin, pattern: str) -> bool:
    if pattern in ("", "*"):
        return pattern == "*"
    host, port = _divided(pattern)
    if port is not None and port != origin.port:
        return False
    address = _address(origin.host)
    if address is not None:
        try:
            return address in ip_network(host, strict=False)
        except (ValueError, TypeError):
            return False
    below = "." + host.removeprefix("*").strip(".")
    return origin.host.endswith(below) or (not host.startswith("*.") and origin.host == below[1:])


def _divided(pattern: str) -> tuple[str, int | None]:
    if pattern.startswith("["):
        host, _, rest = pattern[1:].partition("]")
        port = rest.removeprefix(":")
    elif pattern.count(":") == 1:
        host, _, port = pattern.partition(":")
    else:
        host, port = pattern, ""
    return host, int(port) if port.isascii() and port.isdigit() else None


def _address(host: str) -> object:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _part(text: str, url: Value, labels: Labels) -> Value:
    return Value(unquote(text), url.provenance, labels | url.labels)


def _without_user(url: Value) -> str:
    text = url.masked()
    before, at, after = text.rpartition("@")
    kind = before.partition("://")[0] if "://" in before else ""
    return f"{kind}://…@{after}" if at else text
