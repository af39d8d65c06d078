"""AWS Signature Version 4, with HMAC and (4A) with ECDSA, in header fields or in the query.

Follows the IAM user guide, "Create a signed AWS API request", and for S3 its API reference, "Authenticating requests".
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from httpls_auth.schemes.compose import composed, made_with, plain, recoded
from httpls_auth.schemes.message import FieldSource, OutgoingRequest
from httpls_auth.schemes.request_parts import (
    query_pieces,
    with_query_parameter,
    with_query_pieces,
    without_query_parameters,
)
from httpls_auth.values.value import Value

HMAC_ALGORITHM = "AWS4-HMAC-SHA256"
ECDSA_ALGORITHM = "AWS4-ECDSA-P256-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"

# Proxies change these, or they belong to the connection: signing them would make signatures fail for no reason.
_UNSIGNED_FIELDS = frozenset(
    (
        "accept-encoding", "authorization", "connection", "expect", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    )
)  # fmt: skip
_SESSION_FIELD = "X-Amz-Security-Token"
_QUERY_PARAMETERS = frozenset(
    (
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Region-Set", "X-Amz-Security-Token",
        "X-Amz-Signature", "X-Amz-SignedHeaders",
    )
)  # fmt: skip
_S3_SERVICES = frozenset(("s3", "s3-outposts", "s3-object-lambda", "s3express"))
_WITH_CONTENT_HASH = _S3_SERVICES | {"aoss", "glacier", "vpc-lattice-svcs"}


class AwsCredentials(NamedTuple):
    """An access key; `session_token` is there for temporary ones, `region` is that of the profile, if it has one."""

    access_key: Value
    secret_key: Value
    session_token: Value | None = None
    region: str | None = None


class Signing(NamedTuple):
    """How a request is signed. `region` may be a set such as `us-east-1,eu-*` for the algorithm with ECDSA.

    `expires` are the seconds for which a signature in the query holds, None for what the query says already, else an
    hour. `content_hash` tells whether the hash of the body is sent in a field of its own, None for what the service
    demands.
    """

    region: Value
    service: Value
    in_query: bool = False
    expires: int | None = None
    unsigned_payload: bool = False
    content_hash: bool | None = None
    algorithm: str = HMAC_ALGORITHM
    normalizes_path: bool = True
    """Whether dot segments and empty segments are left out of what is signed; for S3 they never are."""
    signs_token: bool = True
    """Whether the session token is signed. Some services (AWS IoT) want it added afterwards."""

    @property
    def is_s3(self) -> bool:
        """Tell whether the rules of S3 hold: the path is neither normalised nor encoded twice."""
        return self.service.reveal() in _S3_SERVICES


def sign(
    request: OutgoingRequest,
    credentials: AwsCredentials,
    signing: Signing,
    now: float,
    note: Callable[[str, Value], None],
) -> OutgoingRequest:
    """Return the request signed at a time in seconds since the epoch. `note` is told each step.

    The query, and for S3 the path, are sent in AWS's own encoding, for services compute it from what arrives.
    """
    time = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = composed(*[part for one in _scope(signing, time[:8]) for part in ("/", one)]).cut(1)
    credential = composed(credentials.access_key, "/", scope)
    prepared = _prepared(request, signing)
    content_hash = _content_hash(prepared, signing)
    signed_token = credentials if signing.signs_token else credentials._replace(session_token=None)
    prepared = _with_values(prepared, signed_token, signing, time, credential, content_hash)
    names = _signed_names(prepared, signing)
    if signing.in_query:
        prepared = with_query_parameter(prepared, "X-Amz-SignedHeaders", plain(";".join(names)))
    canonical = _canonical_request(prepared, names, signing, content_hash)
    note("canonical request", canonical)
    digest = hashlib.sha256(canonical.reveal().encode("utf-8")).hexdigest()
    to_sign = composed(f"{signing.algorithm}\n{time}\n", scope, f"\n{digest}")
    note("string to sign", to_sign)
    note("signing key", _described_key(credentials, signing, time[:8]))
    signature = made_with(_signature(credentials, signing, time[:8], to_sign.reveal()), credentials.secret_key)
    note("signature", signature)
    unsigned_token = credentials.session_token if not signing.signs_token else None
    if signing.in_query:
        presigned = with_query_parameter(prepared, "X-Amz-Signature", signature)
        return (
            with_query_parameter(presigned, _SESSION_FIELD, unsigned_token) if unsigned_token is not None else presigned
        )
    if unsigned_token is not None:
        prepared = prepared.with_field(_SESSION_FIELD, unsigned_token)
    parts = (
        f"{signing.algorithm} Credential=",
        credential,
        f", SignedHeaders={';'.join(names)}, Signature=",
        signature,
    )
    return prepared.with_field("Authorization", composed(*parts))


def derive_ecdsa_key(access_key: str, secret_key: str) -> int:
    """Return the private scalar on P-256 that belongs to an access key (NIST SP 800-108, in counter mode)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    for counter in range(1, 255):
        fixed = ECDSA_ALGORITHM.encode() + b"\0" + access_key.encode("utf-8") + bytes((counter,)) + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.digest(b"AWS4A" + secret_key.encode("utf-8"), b"\0\0\0\1" + fixed, "sha256"))
        if candidate <= order - 2:
            return candidate + 1
    raise AssertionError("the probability of this is 2 to the power of -8000")


def _scope(signing: Signing, date: str) -> list[Value]:
    region = [signing.region] if signing.algorithm == HMAC_ALGORITHM else []
    return [plain(date), *region, signing.service, plain("aws4_request")]


def _prepared(request: OutgoingRequest, signing: Signing) -> OutgoingRequest:
    """Return the request without an earlier signature, its target in AWS's own encoding."""
    names = _QUERY_PARAMETERS | {"X-Amz-Expires"} if signing.expires is not None else _QUERY_PARAMETERS
    bare = without_query_parameters(request, names) if signing.in_query else request
    for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Region-Set"):
        bare = bare.without_field(name)
    pieces = [recoded(piece.raw, _recoded_piece) for piece in query_pieces(bare.target)]
    text = bare.target.reveal()
    path = bare.target.cut(0, text.find("?")) if "?" in text else bare.target
    if signing.is_s3:
        path = recoded(path, lambda given: _encoded(unquote_to_bytes(given), "/"))
    return bare.with_target(with_query_pieces(path, pieces))


def _recoded_piece(piece: str) -> str:
    name, equals, value = piece.replace("+", "%20").partition("=")
    return _encoded(unquote_to_bytes(name)) + equals + _encoded(unquote_to_bytes(value))


def _encoded(content: bytes, more: str = "") -> str:
    return quote(content, safe="-._~" + more)


def _with_values(
    request: OutgoingRequest,
    credentials: AwsCredentials,
    signing: Signing,
    time: str,
    credential: Value,
    content_hash: str,
) -> OutgoingRequest:
    """Return the request with everything that is sent beside the signature."""
    is_asymmetric = signing.algorithm == ECDSA_ALGORITHM
    values: list[tuple[str, Value]] = [("X-Amz-Date", plain(time))]
    if is_asymmetric:
        values.append(("X-Amz-Region-Set", signing.region))
    if credentials.session_token is not None:
        values.append((_SESSION_FIELD, credentials.session_token))
    if not signing.in_query:
        wanted = (
            signing.content_hash if signing.content_hash is not None else signing.service.reveal() in _WITH_CONTENT_HASH
        )
        if wanted or signing.unsigned_payload:
            values.append(("X-Amz-Content-Sha256", plain(content_hash)))
        for name, value in values:
            request = request.with_field(name, value)
        return request
    values = [("X-Amz-Algorithm", plain(signing.algorithm)), ("X-Amz-Credential", credential), *values]
    given = any(piece.name == "X-Amz-Expires" for piece in query_pieces(request.target))
    if signing.expires is not None or not given:
        values.append(("X-Amz-Expires", plain(str(signing.expires or 3600))))
    for name, value in values:
        request = with_query_parameter(request, name, value)
    return request


def _content_hash(request: OutgoingRequest, signing: Signing) -> str:
    given = request.value("X-Amz-Content-Sha256") or ""
    if given.startswith("UNSIGNED-") and not signing.in_query:
        return given
    if signing.unsigned_payload or (signing.in_query and signing.is_s3):
        return UNSIGNED
    return request.digest("sha256").hex()


def _signed_names(request: OutgoingRequest, signing: Signing) -> list[str]:
    # Whoever is given a presigned URL sends other default fields than we do.
    signed = [field for field in request.fields if not (signing.in_query and field.source is FieldSource.DEFAULT)]
    names = {field.name.lower() for field in signed} - _UNSIGNED_FIELDS
    return sorted(names | {"host"})


def _canonical_request(request: OutgoingRequest, names: list[str], signing: Signing, content_hash: str) -> Value:
    parts: list[str | Value] = [request.method, "\n", _canonical_path(request, signing), "\n"]
    pieces = [
        recoded(piece.raw, lambda text: text if "=" in text else f"{text}=") for piece in query_pieces(request.target)
    ]
    for number, piece in enumerate(sorted(pieces, key=lambda one: one.reveal().split("=", 1))):
        parts += ["&" if number else "", piece]
    parts.append("\n")
    for name in names:
        values = request.values(name) or ([plain(request.host)] if name == "host" else [])
        parts += [name, ":"]
        for number, value in enumerate(values):
            parts += ["," if number else "", recoded(value, lambda text: re.sub(r"[ \t]+", " ", text.strip()))]
        parts.append("\n")
    parts += ["\n", ";".join(names), "\n", content_hash]
    return composed(*parts)


def _canonical_path(request: OutgoingRequest, signing: Signing) -> Value:
    text = request.target.reveal()
    path = request.target.cut(0, text.find("?")) if "?" in text else request.target
    if signing.is_s3:
        return path

    def canonical(given: str) -> str:
        return _encoded(
            (_normalised(given) if signing.normalizes_path else given).encode("utf-8", "surrogatepass"), "/"
        )

    return recoded(path, canonical)


def _normalised(path: str) -> str:
    """Return a path without dot segments and empty segments, and with a slash at its end only if it has one (AWS)."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _described_key(credentials: AwsCredentials, signing: Signing, date: str) -> Value:
    """Return how the key is derived, a line each step."""
    if signing.algorithm == ECDSA_ALGORITHM:
        secret = composed("AWS4A", credentials.secret_key)
        return composed("P-256, by KDF(", secret, f", {ECDSA_ALGORITHM}, ", credentials.access_key, ")")
    lines: list[str | Value] = ["AWS4", credentials.secret_key]
    for part in _scope(signing, date):
        lines += ["\nHMAC-SHA256 of ", part]
    return composed(*lines)


def _signature(credentials: AwsCredentials, signing: Signing, date: str, to_sign: str) -> str:
    secret = credentials.secret_key.reveal()
    if signing.algorithm == ECDSA_ALGORITHM:
        return _ecdsa_signature(credentials.access_key.reveal(), secret, to_sign)
    key = b"AWS4" + secret.encode("utf-8")
    for part in _scope(signing, date):
        key = hmac.digest(key, part.reveal().encode("utf-8"), "sha256")
    return hmac.digest(key, to_sign.encode("utf-8"), "sha256").hex()


def _ecdsa_signature(access_key: str, secret_key: str, to_sign: str) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    key = ec.derive_private_key(derive_ecdsa_key(access_key, secret_key), ec.SECP256R1())
    return key.sign(to_sign.encode("utf-8"), ec.ECDSA(SHA256())).hex()
