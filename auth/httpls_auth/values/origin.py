"""Origins: scheme, host and port, the unit to which secrets are bound (RFC 6454)."""

from functools import lru_cache
from typing import NamedTuple

from httpls_auth.errors import InvalidOriginError

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Origin(NamedTuple):
    """Scheme and host in lower case, the host without brackets and in ASCII; the port is always given."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the origin as RFC 6454, section 6.2 writes it: without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if _DEFAULT_PORTS.get(self.scheme) == self.port:
            return f"{self.scheme}://{host}"
        return f"{self.scheme}://{host}:{self.port}"


def parse_origin(url: str) -> Origin:
    """Return the origin of a URL; path, query and user information are ignored.

    Raises `InvalidOriginError` if there is no scheme, no host, or no port and none follows from the scheme.
    """
    scheme, separator, rest = url.strip().partition("://")
    authority = rest
    for end in "/?#\\":
        authority = authority.partition(end)[0]
    return _origin(f"{scheme}{separator}", authority.rpartition("@")[2])


@lru_cache(maxsize=1024)
def _origin(start: str, authority: str) -> Origin:
    """Return the origin of a scheme, with the `://` behind it, and an authority without user information."""
    scheme, separator, _ = start.lower().partition("://")
    url = f"{start}{authority}"
    host, port = _host_and_port(authority)
    if not separator or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum() or not host:
        raise InvalidOriginError(f"`{url}` names no origin; write it as `https://host` or `https://host:port`")
    if port:
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise InvalidOriginError(f"`{port}` is no port")
        return Origin(scheme, host, int(port))
    if scheme not in _DEFAULT_PORTS:
        raise InvalidOriginError(f"`{url}` names no port, and `{scheme}` has none of its own")
    return Origin(scheme, host, _DEFAULT_PORTS[scheme])


def _host_and_port(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        return host.lower(), rest.removeprefix(":")
    host, _, port = authority.partition(":")
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise InvalidOriginError(f"`{host}` is no name of a host") from error
    return host, port
