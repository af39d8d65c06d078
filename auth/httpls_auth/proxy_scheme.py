"""How a proxy is answered that wants more than Basic."""

from httpls_auth.schemes.challenge import PROXY, challenges_of
from httpls_auth.schemes.message import ResponseHead
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value


def proxy_scheme(response: ResponseHead, username: Value, password: Value, proxy: Origin) -> Scheme | None:
    """Return the scheme that answers a 407: NTLM (inside Negotiate too) or Digest.

    None if the proxy offers neither, or Basic, by which user and password have been sent already: what was refused
    once is not tried again, which might lock the account.
    """
    if response.status != PROXY.status:
        return None
    offered = {challenge.scheme.lower() for challenge in challenges_of(response, PROXY)}
    if "basic" in offered:
        return None
    if offered & {"ntlm", "negotiate"}:
        from httpls_auth.schemes.ntlm import Ntlm

        return Ntlm(username, password, side=PROXY, proxy=proxy)
    if "digest" in offered:
        from httpls_auth.schemes.digest import Digest

        return Digest(username, password, side=PROXY, proxy=proxy)
    return None
