"""The part of a login that happens in the browser: the page that is opened, and what comes back from it."""

from collections.abc import Mapping
from typing import NamedTuple

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.compose import base64url, plain
from httpls_auth.schemes.flow import Flow, FlowContext, Open
from httpls_auth.schemes.message import Response
from httpls_auth.schemes.oauth.callback import read_callback
from httpls_auth.schemes.oauth.claims import claims_of
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.token_answer import members_of
from httpls_auth.schemes.oauth.token_request import Pairs, TokenRequest, origin_of, url_with
from httpls_auth.values.value import Value


class LoginPage(NamedTuple):
    """What the authorization endpoint is to be asked. `own` are the parameters of the grant, `state` a fixed one.

    `is_pushed` says that the request is sent to the server beforehand (RFC 9126), so that nothing of it can be read or
    changed in the browser.
    """

    response_type: str
    redirect_url: str
    own: Pairs
    state: Value | None
    is_pushed: bool = False


class LoginAnswer(NamedTuple):
    """What came back: the parameters of the callback, the redirect URL that was really used, the nonce if any."""

    members: Mapping[str, str]
    redirect_url: str
    nonce: str | None


def logged_in(page: LoginPage, client: Client, endpoints: Endpoints, context: FlowContext) -> Flow[LoginAnswer]:
    """Open the page, and return what came back. Raises `TokenError` if it is not trusted, or a refusal."""
    assert endpoints.authorization is not None
    origin_of(endpoints.authorization)
    given = page.state.reveal().strip() if page.state is not None else ""
    state = given or base64url(context.random(24))
    scopes = client.scope.reveal().split() if client.scope is not None else []
    nonce = base64url(context.random(24)) if "openid" in scopes or "id_token" in page.response_type else None
    used: list[str] = []

    def url(redirect_url: str) -> Flow[Value]:
        used[:] = [redirect_url]
        pairs: Pairs = (
            ("response_type", plain(page.response_type)),
            *((("client_id", client.client_id),) if client.client_id is not None else ()),
            ("redirect_uri", plain(redirect_url)),
            *client.wanted(),
            ("state", plain(state)),
            *((("nonce", plain(nonce)),) if nonce is not None else ()),
            *page.own,
            *client.parameters,
            *client.authorization_parameters,
        )
        assert endpoints.authorization is not None
        if page.is_pushed:
            assert endpoints.pushed is not None
            pairs = yield from _pushed(pairs, endpoints.pushed, client, context)
        address = url_with(endpoints.authorization, pairs)
        context.note("login page", address)
        return address

    callback: Value = yield Open(url, page.redirect_url, state, "login")
    issuer = client.issuer.reveal().strip() if client.issuer is not None else None
    members = read_callback(callback, state, issuer, endpoints.sends_issuer)
    return LoginAnswer(members, used[0] if used else page.redirect_url, nonce)


def check_nonce(identity: Value | None, nonce: str | None) -> None:
    """Check that an ID token belongs to the login with this nonce (OpenID Connect Core 1.0, section 3.1.3.7, 11).

    Raises `TokenError` if it belongs to another one.
    """
    if identity is None or nonce is None:
        return
    claims = claims_of(identity.reveal())
    if claims is not None and claims.get("nonce") != nonce:
        raise TokenError("the ID token does not belong to this login: its `nonce` is not the one that was sent")


def _pushed(pairs: Pairs, url: Value, client: Client, context: FlowContext) -> Flow[Pairs]:
    """Send the parameters to the server; return those that are left for the browser (RFC 9126, section 2)."""
    form = tuple([pair for pair in pairs if pair[0] != "client_id"])
    request = client.authenticated(TokenRequest(url, form, fields=client.token_fields), context)
    response: Response = yield from client.send(request, "pushed authorization request", context)
    members = members_of(request, response)
    reference = members.get("request_uri")
    if not isinstance(reference, str) or not reference:
        raise TokenError("the server answered the pushed authorization request without a `request_uri`")
    if client.client_id is None:
        raise ParameterError("client-id", "a pushed authorization request needs `client-id`")
    return (("client_id", client.client_id), ("request_uri", plain(reference)))


def fixed_redirect_url(given: Value | None, default: str) -> str:
    """Return the redirect URL that is written down, else the default."""
    return (given.reveal().strip() if given is not None else "") or default
