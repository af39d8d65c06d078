"""OpenID Connect: OAuth 2.0 at an issuer that tells its endpoints itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

from httpls_auth.schemes.compose import composed, plain
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.schemes.parameter import Parameter, Required
from httpls_auth.schemes.read import Named
from httpls_auth.values.value import Value


class OpenIdConnect(OAuth2):
    """The same as OAuth 2.0; the issuer is enough, and the scope has `openid` in it."""

    __slots__ = ()

    word = "oidc"
    title = "OpenID Connect"
    summary = "OAuth 2.0 at an issuer that tells its endpoints itself: with issuer and client id everything is known."
    aliases = ("openid", "openid-connect")
    postman = None
    jetbrains = ()
    sources = ("OpenID Connect Core 1.0", "OpenID Connect Discovery 1.0", "RFC 8414")
    verified_by = ("oidc-provider: discovery, authorization code, device code, client credentials",)
    example = (
        "# @auth oidc client_credentials issuer={{lab}}/oauth client-id=shop-cli client-secret={{clientSecret}}\n"
        "GET {{lab}}/auth/oidc\n"
    )
    shorthands = (
        "Authorization: {{$oidcAccessToken clientId:cli authorizeEndpoint:https://… tokenEndpoint:https://…}}",
    )
    notes = (
        "Everything that `oauth2` understands is understood here too. The grant is `authorization_code` unless another "
        "is given. Scopes may have commas between them, and `openid` is added where a person logs in."
    )

    default_grant = "authorization_code"

    @classmethod
    def parameters(cls, given: Mapping[str, str] | None = None) -> tuple[Parameter, ...]:
        """Return those of OAuth 2.0, with the issuer required unless the URLs are given."""
        unless = ("token-url", "auth-url")
        return tuple(
            [
                one._replace(required=Required(unless=unless)) if one.name == "issuer" else one
                for one in super().parameters(given)
            ]
        )

    @classmethod
    def make(cls, texts: Sequence[Named]) -> Self:
        """Make it as OAuth 2.0 is made. Raises `ParameterError`."""
        scheme = super().make(texts)
        scope = _scope(scheme.client.scope, scheme.grant.is_interactive)
        return replace(scheme, client=replace(scheme.client, scope=scope))


def _scope(given: Value | None, is_interactive: bool) -> Value | None:
    scope = given.transcribed(lambda text: text.replace(",", " ")) if given is not None else None
    words = scope.reveal().split() if scope is not None else []
    if not is_interactive or "openid" in words:
        return scope
    return composed("openid ", scope) if scope is not None and words else plain("openid")
