"""Signature Version 4 of AWS, checked as AWS's guide "Create a signed AWS API request" describes it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import re
import time
from calendar import timegm
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import State

ACCESS_KEY = "AKIALABEXAMPLE"
SECRET_KEY = "lab-secret-access-key"  # noqa: S105 - the credentials of a demonstration, shown on its page
SESSION_TOKEN = "lab-session-token"  # noqa: S105 - as above

_ALGORITHM = "AWS4-HMAC-SHA256"
_SKEW = 15 * 60
_LONGEST = 7 * 24 * 3600
_UNSIGNED = "UNSIGNED-PAYLOAD"


class _Claim(NamedTuple):
    """What a request says about its signature."""

    credential: str
    date: str
    signed: str
    signature: str
    session: str
    expires: int | None


def _aws(request: Request, _state: State) -> Answer:
    try:
        claim = _in_query(request) if request.parameter("X-Amz-Algorithm") else _in_header(request)
        problem = _problem(request, claim)
    except (KeyError, ValueError) as error:
        return refused("aws", f"the signature cannot be read: {error}", _ALGORITHM)
    if problem is not None:
        return refused("aws", problem, _ALGORITHM)
    _, _, region, service, _ = claim.credential.split("/")
    place = "header" if claim.expires is None else "query"
    return admitted("aws", place=place, region=region, service=service, session=bool(claim.session))


def _in_header(request: Request) -> _Claim:
    algorithm, _, rest = request.value("authorization").partition(" ")
    if algorithm != _ALGORITHM:
        raise ValueError(f"Authorization does not begin with {_ALGORITHM}")
    members = dict(piece.strip().split("=", 1) for piece in rest.split(","))
    return _Claim(
        members["Credential"], request.value("x-amz-date"), members["SignedHeaders"], members["Signature"],
        request.value("x-amz-security-token"), None,
    )  # fmt: skip


def _in_query(request: Request) -> _Claim:
    if request.parameter("X-Amz-Algorithm") != _ALGORITHM:
        raise ValueError(f"X-Amz-Algorithm is not {_ALGORITHM}")
    return _Claim(
        request.parameter("X-Amz-Credential"), request.parameter("X-Amz-Date"),
        request.parameter("X-Amz-SignedHeaders"), request.parameter("X-Amz-Signature"),
        request.parameter("X-Amz-Security-Token"), int(request.parameter("X-Amz-Expires")),
    )  # fmt: skip


def _problem(request: Request, claim: _Claim) -> str | None:
    key, day, region, service, end = claim.credential.split("/")
    names = claim.signed.split(";")
    if key != ACCESS_KEY:
        return "the access key is unknown"
    if end != "aws4_request" or not claim.date.startswith(day):
        return "the scope of the credential is wrong"
    age = time.time() - timegm(time.strptime(claim.date, "%Y%m%dT%H%M%SZ"))
    if not -_SKEW <= age <= (claim.expires if claim.expires is not None else _SKEW):
        return "the signature is too old, or not valid yet"
    if claim.expires is not None and not 1 <= claim.expires <= _LONGEST:
        return "a signature holds for one second to seven days"
    if claim.session not in ("", SESSION_TOKEN):
        return "the session token is unknown"
    amazon = [name.lower() for name, _ in request.fields if name.lower().startswith("x-amz-")]
    unsigned = [name for name in ("host", *amazon) if name not in names]
    if unsigned:
        return f"{', '.join(unsigned)} has to be signed"
    content_hash = request.value("x-amz-content-sha256")
    hashed = sha256(request.content()).hexdigest()
    if content_hash not in ("", _UNSIGNED, hashed):
        return "X-Amz-Content-Sha256 is not the hash of the body"
    if not content_hash:
        content_hash = _UNSIGNED if service == "s3" and claim.expires is not None else hashed
    canonical = "\n".join((
        request.method, _canonical_path(request.path, service), _canonical_query(request.target),
        *(f"{name}:{_canonical_value(request.values(name))}" for name in names), "", claim.signed, content_hash,
    ))  # fmt: skip
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join((_ALGORITHM, claim.date, scope, sha256(canonical.encode()).hexdigest()))
    signing_key = f"AWS4{SECRET_KEY}".encode()
    for part in (day, region, service, "aws4_request"):
        signing_key = hmac.digest(signing_key, part.encode(), "sha256")
    expected = hmac.digest(signing_key, to_sign.encode(), "sha256").hex()
    return None if hmac.compare_digest(expected, claim.signature) else "the signature does not match"


def _canonical_path(path: str, service: str) -> str:
    """Return the path as S3 signs it, as it was sent; for every other service normalised and encoded once more."""
    if service == "s3":
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(quote(segment, safe="-._~"))
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _canonical_query(target: str) -> str:
    pairs: list[tuple[str, str]] = []
    for piece in filter(None, target.partition("?")[2].split("&")):
        name, _, value = piece.partition("=")
        if name != "X-Amz-Signature":
            pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-._~")


def _canonical_value(values: list[str]) -> str:
    return ",".join(re.sub(" +", " ", value.strip()) for value in values)


_NEEDS = f"{ACCESS_KEY} / {SECRET_KEY}; with the session token {SESSION_TOKEN} or without"

GROUP = Group("AWS Signature Version 4", (
    Endpoint("/auth/aws", "a signature in the header or in the query, for any region and service", _aws, needs=_NEEDS),
    Endpoint("/auth/aws/{rest}", "the same with a longer path", _aws, needs=_NEEDS),
))  # fmt: skip
"""The endpoints of this module."""
