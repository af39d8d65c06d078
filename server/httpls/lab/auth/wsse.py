"""WSSE: a digest of the password in `X-WSSE` (UsernameToken Profile 1.1, section 3.1), in the forms that are in use."""

import hmac
import re
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from calendar import timegm
from hashlib import sha1

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.auth.replay import is_replayed
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import PASSWORD, USER, State

_CHALLENGE = 'WSSE realm="lab", profile="UsernameToken"'
_SKEW = 300


def _wsse(request: Request, state: State) -> Answer:
    scheme, _, rest = request.value("x-wsse").partition(" ")
    given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    missing = [name for name in ("Username", "PasswordDigest", "Nonce", "Created") if name not in given]
    if scheme != "UsernameToken" or missing:
        return refused("wsse", f"X-WSSE has no {', '.join(missing)} of a UsernameToken", _CHALLENGE)
    try:
        age = time.time() - timegm(time.strptime(given["Created"][:19], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return refused("wsse", "Created is no time", _CHALLENGE)
    if abs(age) > _SKEW:
        return refused("wsse", "Created is too long ago, or in the future", _CHALLENGE)
    form = next((form for form, digest in _digests(given) if hmac.compare_digest(digest, given["PasswordDigest"])), "")
    if given["Username"] != USER or not form:
        return refused("wsse", "user or password is wrong", _CHALLENGE)
    if is_replayed(state, "wsse", given["Nonce"], 2 * _SKEW):
        return refused("wsse", "the nonce was used before", _CHALLENGE)
    return admitted("wsse", user=USER, form=form)


def _digests(given: dict[str, str]) -> list[tuple[str, str]]:
    """Return the digest that each form of the protocol would have."""
    nonce = given["Nonce"]
    rest = (given["Created"] + PASSWORD).encode()
    of_text = sha1(nonce.encode() + rest, usedforsecurity=False)
    found = [("text", b64encode(of_text.digest()).decode()), ("hex", b64encode(of_text.hexdigest().encode()).decode())]
    try:
        decoded = b64decode(nonce, validate=True)
    except Base64Error:
        return found
    of_bytes = sha1(decoded + rest, usedforsecurity=False)
    return [("standard", b64encode(of_bytes.digest()).decode()), *found]


GROUP = Group("WSSE", (
    Endpoint(
        "/auth/wsse", "a UsernameToken with a digest; nonces are good once", _wsse, needs=f"{USER} / {PASSWORD}",
    ),
))  # fmt: skip
"""The endpoints of this module."""
