"""Which host may set a cookie for which domain (RFC 6265bis, sections 5.1.2, 5.1.3 and 5.7)."""

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def matches(host: str, domain: str) -> bool:
    """Tell whether a host is a domain or stands below it; both in lower case and ASCII."""
    return host == domain or (host.endswith("." + domain) and not is_address(host))


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address."""
    try:
        ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Tell whether a host is this machine, which needs no TLS to be secure (as in browsers)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and ip_address(host.strip("[]").partition("%")[0]).is_loopback


def is_public_suffix(domain: str) -> bool:
    """Tell whether everybody can have names below a domain, such as `com`, `co.uk` or `github.io`."""
    if "." not in domain:
        return True
    return _rules_below(domain.rpartition(".")[2]).publicsuffix(domain) == domain


def canonical(domain: str) -> str | None:
    """Return a domain in lower case and ASCII; None for what can be no name of a host."""
    domain = domain.lower().rstrip(".")
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


@lru_cache(maxsize=64)
def _rules_below(top: str) -> "PublicSuffixList":
    """Return the rules below one top-level domain: to read all of them takes a tenth of a second."""
    from publicsuffixlist import PSLFILE, PublicSuffixList

    names = [top]
    if top.startswith("xn--"):
        names.append(top.encode("ascii").decode("idna"))
    endings = tuple([name.encode("utf-8") for name in names])
    with open(PSLFILE, "rb") as file:
        lines = [line for line in file if line.rstrip().endswith(endings) and not line.startswith(b"//")]
    return PublicSuffixList(source=lines)
