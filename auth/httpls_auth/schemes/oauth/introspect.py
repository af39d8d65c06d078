"""What a server tells about a token (RFC 7662), and about who it was issued for (OpenID Connect Core 1.0, 5.3)."""

from collections.abc import Mapping

from httpls_auth.errors import TokenError
from httpls_auth.schemes.bearer import with_token
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Send, Token
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, Response
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.json_object import json_object
from httpls_auth.schemes.oauth.token_answer import members_of, shown_url
from httpls_auth.schemes.oauth.token_request import TokenRequest, origin_of, target_of


def introspected(given: Endpoints, client: Client, token: Token, context: FlowContext) -> Flow[Mapping[str, object]]:
    """Return what the server says of an access token, with `active` at least.

    `given` are the endpoints that are written down. Raises `TokenError` if the server refuses.
    """
    given = given._replace(introspection=client.introspection_url)
    endpoints = yield from client.endpoints(given, ("introspection",), context)
    assert endpoints.introspection is not None
    form = (("token", token.access), ("token_type_hint", plain("access_token")))
    request = client.authenticated(TokenRequest(endpoints.introspection, form), context)
    response = yield from client.send(request.with_form(*client.parameters), "introspection request", context)
    members = members_of(request, response)
    if not isinstance(members.get("active"), bool):
        raise TokenError(f"{shown_url(request)} does not say whether the token is active")
    return members


def user_information(
    given: Endpoints, client: Client, token: Token, context: FlowContext
) -> Flow[Mapping[str, object]]:
    """Return the claims about the person whom a token was issued for. Raises `TokenError` if the server refuses."""
    given = given._replace(user_information=client.userinfo_url)
    endpoints = yield from client.endpoints(given, ("user_information",), context)
    url = endpoints.user_information
    assert url is not None
    accept = Field("Accept", plain("application/json"), FieldSource.AUTHENTICATION)
    request = OutgoingRequest("GET", origin_of(url), target_of(url), (accept,))
    if token.key is not None:
        nonce = dpop.known_nonce(request.origin, context)
        proof = dpop.proof(token.key, "GET", url.reveal(), context, nonce=nonce, token=token.access)
        request = request.with_field("DPoP", proof)
    prefix = plain("DPoP") if token.key is not None else None
    sent = with_token(request, token.access, place="header", prefix=prefix, name=None)
    response: Response = yield Send(sent, "userinfo request")
    members = json_object(response.content) if response.head.status == 200 else None
    if members is None:
        raise TokenError(
            f"{url} answered {response.head.status}, which tells nothing about the person",
            "The token needs the scope `openid`, and has to be one of a person.",
        )
    return members
