"""Hawk, checked as its API.md describes it (https://github.com/mozilla/hawk/blob/main/API.md, "Protocol")."""

import hmac
import re
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from urllib.parse import urlsplit

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.auth.replay import is_replayed
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import SHARED_KEY, State

ID = "lab-hawk"
_SKEW = 60


def _hawk(request: Request, state: State) -> Answer:
    if request.parameter("bewit"):
        problem = _bewit_problem(request)
        return admitted("hawk", place="bewit") if problem is None else refused("hawk", problem, "Hawk")
    scheme, _, rest = request.value("authorization").partition(" ")
    given = dict(re.findall(r'(\w+)="([^"\\]*)"', rest))
    missing = [name for name in ("id", "ts", "nonce", "mac") if name not in given]
    if scheme != "Hawk" or missing:
        return refused("hawk", f"Authorization has no {', '.join(missing)} of Hawk", "Hawk")
    if given["id"] != ID:
        return refused("hawk", "the id is unknown", "Hawk")
    if not hmac.compare_digest(_code("header", given, request), given["mac"]):
        return refused("hawk", "the code is wrong: the key, or something on the way", "Hawk")
    now = int(time.time())
    if not given["ts"].isdecimal() or abs(int(given["ts"]) - now) > _SKEW:
        proof = _mac(f"hawk.1.ts\n{now}\n")
        return refused("hawk", "the time is wrong", f'Hawk ts="{now}", tsm="{proof}", error="Stale timestamp"')
    if "hash" in given:
        kind = request.value("content-type")
        if not hmac.compare_digest(_content_hash(kind, request.content()), given["hash"]):
            return refused("hawk", "the hash is not that of the body", "Hawk")
    if is_replayed(state, "hawk", given["ts"] + given["nonce"], 2 * _SKEW):
        return refused("hawk", "the nonce was used before", "Hawk")
    told = {name: given[name] for name in ("ext", "app", "dlg") if name in given}
    answer = admitted("hawk", place="header", payload="hash" in given, **told)
    assert isinstance(answer.body, bytes)
    signed = {**given, "hash": _content_hash("application/json", answer.body), "ext": "response"}
    field = f'Hawk mac="{_code("response", signed, request)}", hash="{signed["hash"]}", ext="response"'
    return answer._replace(fields=(*answer.fields, ("Server-Authorization", field)))


def _bewit_problem(request: Request) -> str | None:
    """Check a signature in the URL ("Single URI Authorization")."""
    text = request.parameter("bewit")
    try:
        pieces = b64decode(text + "=" * (-len(text) % 4), "-_", validate=True).decode().split("\\")
        identifier, expiry, mac, extra = pieces
    except ValueError:
        return "the bewit cannot be read"
    if request.method not in ("GET", "HEAD"):
        return "a bewit is for GET and HEAD"
    bare = re.sub(r"[?&]bewit=[^&]*&?", lambda found: found[0][0] if found[0].endswith("&") else "", request.target)
    given = {"ts": expiry, "nonce": "", "ext": extra}
    if identifier != ID or not hmac.compare_digest(_code("bewit", given, request, bare, "GET"), mac):
        return "the id or the code of the bewit is wrong"
    return None if int(expiry) > time.time() else "the bewit has run out"


def _code(kind: str, given: dict[str, str], request: Request, target: str = "", method: str = "") -> str:
    url = urlsplit(request.origin)
    port = url.port or (443 if url.scheme == "https" else 80)
    lines = [f"hawk.1.{kind}", given["ts"], given["nonce"], method or request.method, target or request.target]
    lines += [url.hostname or "", str(port), given.get("hash", ""), given.get("ext", "")]
    if "app" in given:
        lines += [given["app"], given.get("dlg", "")]
    return _mac("".join(f"{line}\n" for line in lines))


def _mac(text: str) -> str:
    return b64encode(hmac.digest(SHARED_KEY.encode(), text.encode(), "sha256")).decode()


def _content_hash(kind: str, content: bytes) -> str:
    text = f"hawk.1.payload\n{kind.partition(';')[0].strip().lower()}\n".encode()
    return b64encode(sha256(text + content + b"\n").digest()).decode()


GROUP = Group("Hawk", (
    Endpoint(
        "/auth/hawk", "Hawk with SHA-256 in the header, or a bewit in the URL; the answer is signed", _hawk,
        needs=f"id {ID}, key {SHARED_KEY}",
    ),
))  # fmt: skip
"""The endpoints of this module."""
