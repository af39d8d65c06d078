"""Akamai EdgeGrid, checked as Akamai's "Authenticate with EdgeGrid" describes it.

https://techdocs.akamai.com/developer/docs/edgegrid
"""

import hmac
import re
import time
from base64 import b64encode
from calendar import timegm
from hashlib import sha256

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.auth.replay import is_replayed
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import CLIENT_SECRET, State

CLIENT_TOKEN = "akab-lab-client"  # noqa: S105 - the credentials of a demonstration, shown on its page
ACCESS_TOKEN = "akab-lab-access"  # noqa: S105 - as above

_SCHEME = "EG1-HMAC-SHA256"
_SKEW = 30
_MAX_BODY = 131072


def _edgegrid(request: Request, state: State) -> Answer:
    value = request.value("authorization")
    scheme, _, rest = value.partition(" ")
    given = dict(re.findall(r"(\w+)=([^;]*)", rest))
    missing = [
        name for name in ("client_token", "access_token", "timestamp", "nonce", "signature") if name not in given
    ]
    if scheme != _SCHEME or missing:
        return refused("edgegrid", f"Authorization has no {', '.join(missing)} of {_SCHEME}", _SCHEME)
    if (given["client_token"], given["access_token"]) != (CLIENT_TOKEN, ACCESS_TOKEN):
        return refused("edgegrid", "the tokens are unknown", _SCHEME)
    try:
        age = time.time() - timegm(time.strptime(given["timestamp"], "%Y%m%dT%H:%M:%S+0000"))
    except ValueError:
        return refused("edgegrid", "the timestamp is no time", _SCHEME)
    if abs(age) > _SKEW:
        return refused("edgegrid", "the time is wrong by more than 30 seconds", _SCHEME)
    names = [name.strip() for name in request.parameter("signed").split(",") if name.strip()]
    fields = [f"{name.lower()}:{' '.join(request.value(name).split())}" for name in names if request.value(name)]
    content = request.content()
    hashed = b64encode(sha256(content[:_MAX_BODY]).digest()).decode() if request.method == "POST" and content else ""
    url_scheme, _, host = request.origin.partition("://")
    data = "\t".join((
        request.method, url_scheme, host.lower(), request.target, "\t".join(fields), hashed,
        value[: value.index("signature=")],
    ))  # fmt: skip
    if not hmac.compare_digest(_mac(_mac(CLIENT_SECRET, given["timestamp"]), data), given["signature"]):
        return refused("edgegrid", "the signature does not match", _SCHEME)
    if is_replayed(state, "edgegrid", given["nonce"], 2 * _SKEW):
        return refused("edgegrid", "the nonce was used before", _SCHEME)
    return admitted("edgegrid", signed=names, body=bool(hashed))


def _mac(key: str, text: str) -> str:
    return b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


GROUP = Group("Akamai EdgeGrid", (
    Endpoint(
        "/auth/edgegrid", "a signed request; `?signed=` lists the header fields that are signed too", _edgegrid,
        needs=f"client token {CLIENT_TOKEN}, client secret {CLIENT_SECRET}, access token {ACCESS_TOKEN}",
    ),
))  # fmt: skip
"""The endpoints of this module."""
