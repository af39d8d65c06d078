"""The client of an authorization server: who it is, what it wants, and how it sends its requests."""

from collections.abc import Iterable
from dataclasses import dataclass

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Send, Token
from httpls_auth.schemes.message import Response
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.endpoints import Endpoints, discovered
from httpls_auth.schemes.oauth.json_object import json_object
from httpls_auth.schemes.oauth.token_answer import DEFAULT_LIFETIME, read_token
from httpls_auth.schemes.oauth.token_request import Pairs, TokenRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What is the same for every grant."""

    authentication: ClientAuthentication
    client_id: Value | None = parameter(
        ParameterKind.TEXT, "The id of the client, as it is registered at the server.", default=None, required=ALWAYS,
        postman="clientId", jetbrains="Client ID", example="shop-cli",
    )  # fmt: skip
    issuer: Value | None = parameter(
        ParameterKind.TEXT, "The issuer: URLs that are not given are asked from it (OpenID Connect Discovery, RFC "
        "8414), and a callback has to come from it (RFC 9207).", default=None, aliases=("issuer-url", "authority"),
        example="https://login.example.com",
    )  # fmt: skip
    scope: Value | None = parameter(
        ParameterKind.TEXT, "What the token is to allow: words with blanks between.", default=None, postman="scope",
        jetbrains="Scope", aliases=("scopes",), example="orders:read orders:write",
    )  # fmt: skip
    audience: tuple[str, ...] = parameter(
        ParameterKind.LIST, "For whom the token is meant; several are sent as several parameters.", default=(),
        postman="audience", example="https://api.example.com",
    )  # fmt: skip
    resource: tuple[str, ...] = parameter(
        ParameterKind.LIST, "The resources for which the token is meant, as URLs (RFC 8707).", default=(),
        postman="resource", aliases=("resources",), example="https://api.example.com",
    )  # fmt: skip
    use_id_token: bool = parameter(
        ParameterKind.BOOLEAN, "Send the ID token in place of the access token.", default=False,
        jetbrains="Use ID Token",
    )  # fmt: skip
    dpop: bool = parameter(
        ParameterKind.BOOLEAN, "Bind the token to a key that is made for it, and prove with each request that it is "
        "there (DPoP, RFC 9449).", default=False,
    )  # fmt: skip
    revoke_url: Value | None = parameter(
        ParameterKind.TEXT, "Where tokens are revoked (RFC 7009), for `httpls auth revoke`.", default=None,
        jetbrains="Revoke URL", aliases=("revocation-url", "revocation-endpoint", "revocation-uri"),
    )  # fmt: skip
    introspection_url: Value | None = parameter(
        ParameterKind.TEXT, "Where the server tells what it knows of a token (RFC 7662), for `httpls auth introspect`.",
        default=None, aliases=("introspection-endpoint",),
    )  # fmt: skip
    userinfo_url: Value | None = parameter(
        ParameterKind.TEXT, "Where the server tells about the person, for `httpls auth userinfo`.", default=None,
        aliases=("userinfo-endpoint",),
    )  # fmt: skip
    verify_id_token: bool = parameter(
        ParameterKind.BOOLEAN, "Check the ID token, by the keys of the issuer: signature, issuer, audience and times. "
        "That it belongs to the login (`nonce`) is checked anyway.", default=False,
    )  # fmt: skip
    keys_url: Value | None = parameter(
        ParameterKind.TEXT, "Where the keys of the issuer are, for `verify-id-token`.", name="jwks-url", default=None,
        shown_default="what the issuer says", aliases=("jwks-uri",),
    )  # fmt: skip
    parameters: Pairs = parameter(
        ParameterKind.PAIRS, "A further parameter of every request to the server: `param.<name>`.", name="param",
        default=(), example="tenant",
    )  # fmt: skip
    authorization_parameters: Pairs = parameter(
        ParameterKind.PAIRS, "A further parameter of the page that asks for the login, or of the device authorization "
        "request: `auth-param.<name>`.", name="auth-param", default=(), example="consent",
    )  # fmt: skip
    token_parameters: Pairs = parameter(
        ParameterKind.PAIRS, "A further parameter in the body of token requests: `token-param.<name>`.",
        name="token-param", default=(),
    )  # fmt: skip
    token_query: Pairs = parameter(
        ParameterKind.PAIRS, "A further parameter in the URL of token requests: `token-query.<name>`.",
        name="token-query", default=(),
    )  # fmt: skip
    token_fields: Pairs = parameter(
        ParameterKind.PAIRS, "A further header field of token requests: `token-header.<name>`.", name="token-header",
        default=(), aliases=("custom-headers",), example="https://spa.example.com",
    )  # fmt: skip
    refresh_parameters: Pairs = parameter(
        ParameterKind.PAIRS, "A further parameter in the body of refresh requests: `refresh-param.<name>`, in place of "
        "the `token-param` of the same name.", name="refresh-param", default=(),
    )  # fmt: skip
    refresh_query: Pairs = parameter(
        ParameterKind.PAIRS, "The same in the URL: `refresh-query.<name>`.", name="refresh-query", default=()
    )
    refresh_fields: Pairs = parameter(
        ParameterKind.PAIRS, "The same as a header field: `refresh-header.<name>`.", name="refresh-header", default=()
    )
    lifetime: float = parameter(
        ParameterKind.SECONDS, "How long a token is used of which neither the answer nor the token itself tells when "
        "it expires.", name="expires-in", default=DEFAULT_LIFETIME, shown_default="300s", jetbrains="Expires In",
    )  # fmt: skip

    def endpoints(self, given: Endpoints, needed: Iterable[str], context: FlowContext) -> Flow[Endpoints]:
        """Return the endpoints: those that are given, and for the others what the issuer tells.

        The issuer is asked only if one of the needed ones (by its name in `Endpoints`) is not given. Raises
        `ParameterError` if one stays unknown.
        """
        wanted = [name for name in needed if getattr(given, name) is None]
        endpoints = given
        if wanted and self.issuer is not None:
            found = yield from discovered(self.issuer, context)
            if self.authentication.word == "tls_client_auth" and found.token_by_certificate is not None:
                found = found._replace(token=found.token_by_certificate)
            endpoints = given.completed_by(found)
        for name in wanted:
            if getattr(endpoints, name) is None:
                parameter_name = _PARAMETERS[name]
                message = f"`{parameter_name}` is not given"
                if self.issuer is not None:
                    message += f", and the issuer `{self.issuer}` does not tell it"
                raise ParameterError(parameter_name, message, f"Write `# @auth-{parameter_name} …`.")
        return endpoints

    def wanted(self) -> Pairs:
        """Return the parameters that say what the token is to allow, and where."""
        scope: Pairs = (("scope", self.scope),) if self.scope else ()
        return (*scope, *self.targets())

    def targets(self) -> Pairs:
        """Return the parameters that say for whom the token is to be."""
        return (
            *[("audience", plain(one)) for one in self.audience],
            *[("resource", plain(one)) for one in self.resource],
        )

    def token(
        self, url: Value, form: Pairs, context: FlowContext, *, key: Value | None, is_refresh: bool = False
    ) -> Flow[Token]:
        """Send a token request and return the token. `key` is the one to which it is to be bound (DPoP).

        Raises `TokenError`.
        """
        request = TokenRequest(url, form, self.token_query, self.token_fields)
        request = request.with_form(*self.parameters, *self.token_parameters)
        if is_refresh:
            request = TokenRequest(
                url,
                (*form, *_overridden((*self.parameters, *self.token_parameters), self.refresh_parameters)),
                _overridden(self.token_query, self.refresh_query),
                _overridden(self.token_fields, self.refresh_fields),
            )
        what = "refresh request" if is_refresh else "token request"
        request = self.authenticated(request, context)
        response = yield from self.send(request, what, context, key=key)
        token = read_token(request, response, context.now(), self.lifetime)
        if key is None:
            return token
        if token.kind.lower() != "dpop":
            raise TokenError(
                f"the server gave a token of the type `{token.kind[:30]}`, which is not bound to the key of DPoP",
                "The server does not know DPoP, or not for this client: leave `dpop` out, or change its registration.",
            )
        return token._replace(key=key)

    def authenticated(self, request: TokenRequest, context: FlowContext) -> TokenRequest:
        """Return a request to the server with what tells the client."""
        audience = self.issuer if self.issuer is not None else request.url
        return self.authentication.authenticated(request, self.client_id, audience, context)

    def send(
        self, request: TokenRequest, purpose: str, context: FlowContext, *, key: Value | None = None
    ) -> Flow[Response]:
        """Send a request to the server. With `key` it carries a DPoP proof, and is sent again with another one if the
        server asks for a nonce (RFC 9449, section 8).
        """
        context.note(purpose, request.url)
        response = yield from self._sent(request, purpose, key, context)
        is_new = dpop.learn_nonce(request.origin, response.head.value("DPoP-Nonce"), context)
        if key is not None and is_new and _asks_for_nonce(response):
            response = yield from self._sent(request, purpose, key, context)
            dpop.learn_nonce(request.origin, response.head.value("DPoP-Nonce"), context)
        return response

    def key_parts(self) -> tuple[str, ...]:
        """Return what makes its tokens other ones than those of another client."""
        scopes = sorted(self.scope.reveal().split()) if self.scope is not None else []
        pairs = (
            *self.parameters, *self.authorization_parameters, *self.token_parameters, *self.token_query,
            *self.token_fields,
        )  # fmt: skip
        return (
            self.client_id.reveal() if self.client_id is not None else "",
            self.issuer.reveal() if self.issuer is not None else "",
            " ".join(scopes), " ".join(sorted(self.audience)), " ".join(sorted(self.resource)),
            "dpop" if self.dpop else "",
            *[f"{name}={value.reveal()}" for name, value in pairs],
        )  # fmt: skip

    def _sent(self, request: TokenRequest, purpose: str, key: Value | None, context: FlowContext) -> Flow[Response]:
        if key is not None:
            nonce = dpop.known_nonce(request.origin, context)
            proof = dpop.proof(key, "POST", request.url.reveal(), context, nonce=nonce)
            request = request.with_field("DPoP", proof)
        response: Response = yield Send(request.outgoing(), purpose)
        return response


_PARAMETERS = {
    "token": "token-url",
    "authorization": "auth-url",
    "device": "device-auth-url",
    "pushed": "par-url",
    "revocation": "revoke-url",
    "introspection": "introspection-url",
    "user_information": "userinfo-url",
    "keys": "jwks-url",
}


def _overridden(pairs: Pairs, others: Pairs) -> Pairs:
    names = {name.lower() for name, _ in others}
    return (*[pair for pair in pairs if pair[0].lower() not in names], *others)


def _asks_for_nonce(response: Response) -> bool:
    members = json_object(response.content)
    return members is not None and members.get("error") == "use_dpop_nonce"
