"""DPoP: tokens that are bound to a key (RFC 9449)."""

import json
from hashlib import sha256
from typing import Any

import jwt
import pytest
from tests.support.authorization_server import (
    API,
    NOW,
    AuthorizationServer,
    answer,
    asked,
    authenticated,
    oauth2,
    token_answer,
)
from tests.support.schemes import HERE, request

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.compose import base64url
from httpls_auth.schemes.message import ResponseHead
from httpls_auth.schemes.oauth import dpop
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

CLIENT = {
    "grant": "client",
    "client_id": "c",
    "client_secret": "s",
    "token_url": "https://idp.example/token",
    "dpop": "yes",
}
# RFC 9449, section 4.1, with a `d` that does not count here.
RFC_KEY = Value(
    json.dumps({"kty": "EC", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "d": "AQ",
                "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA", "crv": "P-256"}), HERE, Labels("key"),
)  # fmt: skip


def _verified(proof: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a proof, its signature checked with the key in it."""
    header = jwt.get_unverified_header(proof)
    key = jwt.PyJWK(header["jwk"], "ES256")
    return header, jwt.decode(proof, key.key, ["ES256"], options={"verify_iat": False})


def test_the_thumbprint_of_rfc_9449_section_6_1() -> None:
    assert dpop.thumbprint(RFC_KEY) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_the_token_hash_of_rfc_9449_section_7_1() -> None:
    server = AuthorizationServer()
    key = dpop.new_key(server.context())
    token = Value("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", HERE)
    proof = dpop.proof(key, "GET", "https://resource.example.org/protectedresource", server.context(), token=token)
    _, claims = _verified(proof.reveal())
    assert claims["ath"] == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_a_token_is_asked_for_and_used_with_proofs() -> None:
    server = AuthorizationServer([token_answer(token_type="DPoP")])
    sent = authenticated(server, oauth2(**CLIENT), f"POST {API}/orders?a=b\n\nx")
    header, claims = _verified(server.sent[0].fields["DPoP"])
    assert set(header["jwk"]) == {"kty", "crv", "x", "y"}
    assert header["typ"] == "dpop+jwt"
    assert (claims["htm"], claims["htu"], claims["iat"]) == ("POST", "https://idp.example/token", NOW)
    assert "ath" not in claims
    assert sent.value("Authorization") == "DPoP at-1"
    second_header, second = _verified(sent.value("DPoP") or "")
    assert second_header["jwk"] == header["jwk"]
    assert (second["htm"], second["htu"]) == ("POST", f"{API}/orders")
    assert second["ath"] == base64url(sha256(b"at-1").digest())


def test_each_request_has_a_proof_of_its_own() -> None:
    server = AuthorizationServer([token_answer(token_type="DPoP")])
    context, made = server.context(), oauth2(**CLIENT)
    first, second = (server.run(made.authenticate(request(f"GET {API}/x"), context)) for _ in range(2))
    assert _verified(first.value("DPoP") or "")[1]["jti"] != _verified(second.value("DPoP") or "")[1]["jti"]


def test_a_token_endpoint_may_ask_for_a_nonce() -> None:
    demand = answer({"error": "use_dpop_nonce"}, 400, DPoP_Nonce="n-1")
    server = AuthorizationServer([demand, token_answer(token_type="DPoP")])
    authenticated(server, oauth2(**CLIENT))
    assert [_verified(one.fields["DPoP"])[1].get("nonce") for one in server.sent] == [None, "n-1"]


def test_a_token_endpoint_that_asks_again_and_again_is_an_error() -> None:
    demand = answer({"error": "use_dpop_nonce"}, 400, DPoP_Nonce="n-1")
    server = AuthorizationServer([demand])
    with pytest.raises(TokenError, match="use_dpop_nonce"):
        authenticated(server, oauth2(**CLIENT))
    assert len(server.sent) == 2


def test_an_api_may_ask_for_a_nonce() -> None:
    server = AuthorizationServer([token_answer(token_type="DPoP")])
    made, context, asks = oauth2(**CLIENT), server.context(), request(f"GET {API}/orders")
    server.run(made.authenticate(asks, context))
    fields = (("WWW-Authenticate", 'DPoP error="use_dpop_nonce"'), ("DPoP-Nonce", "n-9"))
    again = server.run(made.answer(asks, ResponseHead(401, "", fields), context))
    assert again is not None
    assert _verified(again.value("DPoP") or "")[1]["nonce"] == "n-9"
    assert len(server.sent) == 1


def test_the_nonce_of_a_good_response_is_used_next_time() -> None:
    server = AuthorizationServer([token_answer(token_type="DPoP")])
    made, context, asks = oauth2(**CLIENT), server.context(), request(f"GET {API}/orders")
    server.run(made.authenticate(asks, context))
    assert server.run(made.answer(asks, ResponseHead(200, "", (("DPoP-Nonce", "n-2"),)), context)) is None
    assert _verified(authenticated(server, made).value("DPoP") or "")[1]["nonce"] == "n-2"


def test_a_login_tells_the_key_and_a_refresh_keeps_it() -> None:
    first = token_answer(token_type="DPoP", refresh_token="r", expires_in=60)
    server = AuthorizationServer([first, token_answer("at-2", token_type="DPoP")])
    made = oauth2(
        grant="code",
        client_id="c",
        dpop="true",
        token_url="https://idp.example/token",
        auth_url="https://idp.example/a",
    )
    authenticated(server, made)
    server.now += 59
    authenticated(server, made)
    keys = [_verified(one.fields["DPoP"])[0]["jwk"] for one in server.sent]
    assert keys[0] == keys[1]
    public = Value(json.dumps(keys[0]), HERE)
    assert asked(server.opened[0])["dpop_jkt"] == dpop.thumbprint(public)


def test_a_server_that_does_not_bind_the_token_is_an_error() -> None:
    with pytest.raises(TokenError, match="not bound"):
        authenticated(AuthorizationServer([token_answer()]), oauth2(**CLIENT))


def test_a_bound_token_goes_into_the_header_only() -> None:
    server = AuthorizationServer([token_answer(token_type="DPoP")])
    with pytest.raises(ParameterError, match="header field only"):
        authenticated(server, oauth2(**CLIENT, in_="query"))
