"""Digest authentication, straight from the text of RFC 7616, which includes what RFC 2617 and RFC 2069 had."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from urllib.request import parse_http_list, parse_keqv_list

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import PASSWORD, USER, State

_REALM = "lab@httpls"
_OPAQUE = "bGFiIG9wYXF1ZQ"


def _sha512_256(content: bytes) -> str:
    return hashlib.new("sha512_256", content).hexdigest()


_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda content: hashlib.md5(content, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda content: hashlib.sha256(content).hexdigest(),
    "SHA-512-256": _sha512_256,
}
_ALGORITHMS = [name + suffix for name in _HASHES for suffix in ("", "-sess")]


def _digest(request: Request, state: State) -> Answer:
    """Offer the algorithms in the order of preference (section 3.7), or the one that the path names."""
    only = request.parameters.get("algorithm")
    offered = [name for name in _ALGORITHMS if only is None or name.lower() == only.lower()]
    if not offered:
        return refused("digest", f"`{only}` is none of {', '.join(_ALGORITHMS)}")
    if only is None:
        offered = ["SHA-256", "MD5"]
    qop = request.parameter("qop", "auth,auth-int")
    reuses = request.parameter("reuses", "1000")

    def challenge(reason: str, is_stale: bool = False) -> Answer:
        nonce = secrets.token_urlsafe(18)
        with state.lock:
            state.memory["digest", nonce] = 0
        return refused("digest", reason, *[_challenge(name, nonce, qop, is_stale) for name in offered])

    scheme, _, rest = request.value("authorization").partition(" ")
    if scheme.lower() != "digest":
        return challenge("there are no credentials for Digest")
    try:
        given = parse_keqv_list(parse_http_list(rest))
    except ValueError:
        return challenge("the credentials are no list of parameters")
    algorithm = next((name for name in offered if name.lower() == given.get("algorithm", "MD5").lower()), None)
    if algorithm is None:
        return challenge(f"the algorithm {given.get('algorithm', 'MD5')} was not offered")
    reason = _what_is_wrong(request, given, algorithm, qop)
    if reason is not None:
        return challenge(reason)
    with state.lock:
        used = state.memory.get(("digest", given["nonce"]))
        count = int(given.get("nc", "1"), 16)
        if not isinstance(used, int) or count > int(reuses if reuses.isdecimal() else "1000"):
            return challenge("the nonce is out of date", is_stale=True)
        if "qop" in given and count <= used:
            return challenge(f"the count {count} was used before", is_stale=True)
        state.memory["digest", given["nonce"]] = count
    return admitted("digest", user=USER, algorithm=algorithm, qop=given.get("qop"), nc=given.get("nc"))


def _challenge(algorithm: str, nonce: str, qop: str, is_stale: bool) -> str:
    parameters = [f'realm="{_REALM}"', f'nonce="{nonce}"', f'opaque="{_OPAQUE}"', f"algorithm={algorithm}"]
    # Without qop it is the Digest of RFC 2069, which some old servers still speak.
    parameters += [f'qop="{qop}"'] if qop else []
    parameters += ["stale=true"] if is_stale else []
    return "Digest " + ", ".join([*parameters, "charset=UTF-8", "userhash=true"])


def _what_is_wrong(request: Request, given: Mapping[str, str], algorithm: str, offered_qop: str) -> str | None:
    needed = ["username", "realm", "nonce", "uri", "response", *(["cnonce", "nc"] if "qop" in given else [])]
    if "username*" in given:
        return "username* is not needed: the name is plain ASCII"
    missing = [name for name in needed if name not in given]
    if missing:
        return f"{', '.join(missing)} is missing"
    if given["uri"] != request.target:
        return f"uri is {given['uri']}, but the request target is {request.target}"
    if given["realm"] != _REALM or given.get("opaque") != _OPAQUE:
        return "realm or opaque is not what was sent"
    if offered_qop and given.get("qop") not in [word.strip() for word in offered_qop.split(",")]:
        return f"qop is {given.get('qop')}, but {offered_qop} was offered"
    if "nc" in given and (len(given["nc"]) != 8 or not all(digit in "0123456789abcdefABCDEF" for digit in given["nc"])):
        return "nc is not eight hexadecimal digits"
    hashed = _HASHES[algorithm.removesuffix("-sess")]
    name = USER if given.get("userhash") != "true" else hashed(f"{USER}:{_REALM}".encode())
    if given["username"] != name:
        return "the user is unknown"
    a1 = f"{USER}:{_REALM}:{PASSWORD}"
    if algorithm.endswith("-sess"):
        a1 = f"{hashed(a1.encode())}:{given['nonce']}:{given.get('cnonce', '')}"
    a2 = f"{request.method}:{given['uri']}"
    if given.get("qop") == "auth-int":
        a2 += f":{hashed(request.content())}"
    middle = [given["nonce"]]
    if "qop" in given:
        middle += [given["nc"], given["cnonce"], given["qop"]]
    expected = hashed(":".join([hashed(a1.encode()), *middle, hashed(a2.encode())]).encode())
    return (
        None if hmac.compare_digest(given["response"], expected) else "the response is wrong: the password, most likely"
    )


GROUP = Group("Digest", (
    Endpoint(
        "/auth/digest", "Digest with SHA-256 or MD5; `?qop=` and `?reuses=` (of a nonce) vary it", _digest,
        needs=f"{USER} / {PASSWORD}",
    ),
    Endpoint(
        "/auth/digest/{algorithm}", f"one of {', '.join(_ALGORITHMS)}", _digest, needs=f"{USER} / {PASSWORD}",
    ),
))  # fmt: skip
"""The endpoints of this module."""
