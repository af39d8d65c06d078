"""The endpoints of an authorization server, written down or discovered (RFC 8414, OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from httpls_auth.errors import TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Send
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, Response
from httpls_auth.schemes.oauth.json_object import json_object, nested
from httpls_auth.schemes.oauth.token_request import origin_of, target_of
from httpls_auth.values.value import Value

_LIFETIME = 3600.0
"""Seconds for which what was discovered is believed."""


class Endpoints(NamedTuple):
    """Where the endpoints are; None for one that is not known."""

    token: Value | None = None
    authorization: Value | None = None
    device: Value | None = None
    pushed: Value | None = None
    revocation: Value | None = None
    requires_pushed: bool = False
    sends_issuer: bool = False
    """Whether every callback carries `iss` (RFC 9207, section 3)."""
    token_by_certificate: Value | None = None
    """The token endpoint for clients that authenticate by a certificate (RFC 8705, section 5)."""
    introspection: Value | None = None
    user_information: Value | None = None
    keys: Value | None = None
    """Where the public keys of the issuer are (`jwks_uri`)."""

    def completed_by(self, others: "Endpoints") -> "Endpoints":
        """Return these endpoints, with those of others where there is none here."""
        return Endpoints._make([own or other for own, other in zip(self, others, strict=True)])


def discovered(issuer: Value, context: FlowContext) -> Flow[Endpoints]:
    """Fetch what an issuer tells about itself, once an hour.

    Tried are `/.well-known/openid-configuration` below the issuer, and `/.well-known/oauth-authorization-server`
    before its path. Raises `TokenError` if there is neither, or if it belongs to another issuer.
    """
    name = issuer.reveal().strip()
    memory_key = ("oauth2", "discovery", name)
    known = context.memory.get(memory_key)
    if isinstance(known, _Known) and context.now() < known.until:
        return known.endpoints
    failures: list[str] = []
    for url in _addresses(name):
        request = OutgoingRequest(
            "GET", origin_of(plain(url)), target_of(plain(url)),
            (Field("Accept", plain("application/json"), FieldSource.AUTHENTICATION),),
        )  # fmt: skip
        response: Response = yield Send(request, "discovery")
        if response.head.status == 200:
            endpoints = _endpoints(response.content, name, url)
            context.memory[memory_key] = _Known(endpoints, context.now() + _LIFETIME)
            return endpoints
        failures.append(f"{url} answered {response.head.status}")
    raise TokenError(
        f"the issuer `{issuer}` does not tell its endpoints: {', '.join(failures)}",
        "Check the issuer, or write the URLs down (`# @auth-token-url …`).",
    )


class _Known(NamedTuple):
    endpoints: Endpoints
    until: float


def _addresses(issuer: str) -> tuple[str, ...]:
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    root = f"{parts.scheme}://{parts.netloc}"
    # OpenID Connect puts the well-known path behind that of the issuer, RFC 8414 (section 3.1) before it.
    return (
        f"{root}{path}/.well-known/openid-configuration",
        f"{root}/.well-known/oauth-authorization-server{path}",
    )


def _endpoints(content: bytes, issuer: str, url: str) -> Endpoints:
    known = json_object(content)
    if known is None:
        raise TokenError(f"{url} answered with something that is no description of an issuer")
    claimed = known.get("issuer")
    if not isinstance(claimed, str) or claimed.rstrip("/") != issuer.rstrip("/"):
        # RFC 8414, section 3.3: else any server could speak for another one.
        shown = f"`{claimed}`" if isinstance(claimed, str) else "nobody"
        raise TokenError(
            f"{url} speaks for the issuer {shown}, not for `{issuer}`", "Write the issuer as the server itself does."
        )
    by_certificate = nested(known.get("mtls_endpoint_aliases")) or {}
    return Endpoints(
        _url(known, "token_endpoint", issuer),
        _url(known, "authorization_endpoint", issuer),
        _url(known, "device_authorization_endpoint", issuer),
        _url(known, "pushed_authorization_request_endpoint", issuer),
        _url(known, "revocation_endpoint", issuer),
        known.get("require_pushed_authorization_requests") is True,
        known.get("authorization_response_iss_parameter_supported") is True,
        _url(by_certificate, "token_endpoint", issuer),
        _url(known, "introspection_endpoint", issuer),
        _url(known, "userinfo_endpoint", issuer),
        _url(known, "jwks_uri", issuer),
    )


def _url(members: Mapping[str, object], name: str, issuer: str) -> Value | None:
    given = members.get(name)
    if not isinstance(given, str):
        return None
    if issuer.lower().startswith("https:") and not given.lower().startswith("https:"):
        raise TokenError(f"the issuer `{issuer}` names an endpoint without encryption as its `{name}`")
    value = plain(given)
    origin_of(value)
    return value
