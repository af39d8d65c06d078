"""Checks an ID token: its signature, issuer, audience and times (OpenID Connect Core 1.0, section 3.1.3.7)."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Send
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, Response
from httpls_auth.schemes.oauth.claims import claims_of, head_of, time_of
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.json_object import json_object, nested
from httpls_auth.schemes.oauth.token_request import origin_of, target_of
from httpls_auth.values.value import Value

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA",
)  # fmt: skip
"""The algorithms that are accepted: those with a private key that only the issuer has."""
CLOCK_SKEW = 60.0
"""How many seconds the clocks may differ."""
_LIFETIME = 3600.0
"""Seconds for which the keys of an issuer are believed."""


def verified(identity: Value, client: Client, context: FlowContext) -> Flow[None]:
    """Fetch the keys of the issuer, and check the token by them. Raises `TokenError` for one that does not hold."""
    if client.issuer is None:
        raise ParameterError("issuer", "`verify-id-token` needs `issuer`", "Write `# @auth-issuer …`.")
    endpoints = yield from client.endpoints(Endpoints(keys=client.keys_url), ("keys",), context)
    assert endpoints.keys is not None
    head, claims = head_of(identity.reveal()), claims_of(identity.reveal())
    if head is None or claims is None:
        raise _refused("it is no JWT")
    algorithm = head.get("alg")
    if algorithm not in ALGORITHMS:
        shown = json.dumps(algorithm)[:30]
        raise _refused(f"it is signed by {shown}, and only signatures with a private key prove anything")
    keys = yield from _keys(endpoints.keys, context, is_known=False)
    candidates = _candidates(keys.members, head)
    if not candidates and not keys.are_new:
        # The issuer has changed its keys since.
        keys = yield from _keys(endpoints.keys, context, is_known=True)
        candidates = _candidates(keys.members, head)
    if not candidates:
        raise _refused(f"{endpoints.keys} has no key for it")
    if not any(_is_signed_by(identity.reveal(), key, str(algorithm)) for key in candidates):
        raise _refused("its signature is wrong")
    _check_claims(claims, client.issuer.reveal().strip(), client, context.now())
    context.note("ID token", plain(f"signed by the issuer with {algorithm}, and meant for this client"))


class _Keys(NamedTuple):
    members: Sequence[Mapping[str, object]]
    until: float
    are_new: bool = False


def _keys(url: Value, context: FlowContext, is_known: bool) -> Flow[_Keys]:
    """Return the keys at a URL (RFC 7517, section 5), from memory unless those in it are known not to suffice."""
    memory_key = ("oauth2", "keys", url.reveal())
    known = context.memory.get(memory_key)
    if isinstance(known, _Keys) and context.now() < known.until and not is_known:
        return known
    accept = Field("Accept", plain("application/json"), FieldSource.AUTHENTICATION)
    response: Response = yield Send(OutgoingRequest("GET", origin_of(url), target_of(url), (accept,)), "keys")
    members = json_object(response.content) if response.head.status == 200 else None
    listed = members.get("keys") if members is not None else None
    if not isinstance(listed, list):
        raise _refused(f"{url} answered {response.head.status} with something that is no set of keys")
    found = [key for one in cast("list[object]", listed) if (key := nested(one)) is not None]
    keys = _Keys(tuple(found), context.now() + _LIFETIME)
    context.memory[memory_key] = keys
    return keys._replace(are_new=True)


def _candidates(keys: Sequence[Mapping[str, object]], head: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """Return the keys that may have signed: that of the header's `kid`, else all that are meant for signatures."""
    usable = [key for key in keys if key.get("use") in (None, "sig") and key.get("alg") in (None, head.get("alg"))]
    if "kid" not in head:
        return usable
    return [key for key in usable if key.get("kid") == head["kid"]]


def _is_signed_by(token: str, key: Mapping[str, object], algorithm: str) -> bool:
    from jwt import PyJWK, PyJWS
    from jwt.exceptions import PyJWTError

    try:
        PyJWS().decode(token, PyJWK(dict(key), algorithm), algorithms=[algorithm])
    except (PyJWTError, ValueError, TypeError):
        return False
    return True


def _check_claims(claims: Mapping[str, object], issuer: str, client: Client, now: float) -> None:
    if claims.get("iss") != issuer:
        raise _refused(f"it is from another issuer than `{issuer}`")
    audience = claims.get("aud")
    named = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    own = client.client_id.reveal().strip() if client.client_id is not None else ""
    if own not in named or claims.get("azp", own) != own:
        raise _refused(f"it is not meant for the client `{own}`")
    expires_at = time_of(claims, "exp")
    if expires_at is None or expires_at < now - CLOCK_SKEW:
        raise _refused("it has expired")
    issued_at = time_of(claims, "iat")
    if issued_at is None or issued_at > now + CLOCK_SKEW:
        raise _refused("it was issued in the future: the clocks differ")


def _refused(why: str) -> TokenError:
    return TokenError(
        f"the ID token does not hold: {why}", "Log in anew; if that does not help, ask who runs the server."
    )
