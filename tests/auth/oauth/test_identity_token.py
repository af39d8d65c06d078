"""ID tokens are checked by the keys of their issuer where that is wanted; what else a server tells about a token."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from tests.support.authorization_server import (
    NOW,
    Answer,
    AuthorizationServer,
    Sent,
    answer,
    asked,
    authenticated,
    oauth2,
    token_answer,
)

from httpls_auth.errors import ParameterError, TokenError
from httpls_auth.schemes.message import Response

ISSUER = "https://idp.example"
DISCOVERY = {
    "issuer": ISSUER, "token_endpoint": f"{ISSUER}/token", "authorization_endpoint": f"{ISSUER}/authorize",
    "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": f"{ISSUER}/me", "introspection_endpoint": f"{ISSUER}/inspect",
}  # fmt: skip
OIDC = {"issuer": ISSUER, "client_id": "c", "verify_id_token": "true"}
RSA_KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, **more: str) -> dict[str, object]:
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return {**json.loads(RSAAlgorithm.to_jwk(public)), **more}
    return {**json.loads(ECAlgorithm.to_jwk(public)), **more}


def signed(
    key: Any = RSA_KEY, algorithm: str = "RS256", kid: str | None = "1", **changed: object
) -> Callable[[dict[str, str]], str]:
    """An ID token of the login that was opened; None for a claim takes it away."""

    def make(login: dict[str, str]) -> str:
        claims: dict[str, object] = {
            "iss": ISSUER, "aud": "c", "sub": "me", "iat": int(NOW), "exp": int(NOW) + 300, "nonce": login["nonce"],
        }  # fmt: skip
        kept = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode(kept, key, algorithm, headers={"kid": kid} if kid else None)

    return make


def server_with(token: Callable[[dict[str, str]], str], *keys: dict[str, object]) -> AuthorizationServer:
    """A server whose issuer has these keys, and gives this ID token."""
    server = AuthorizationServer()

    def given(sent: Sent) -> Response:
        path = sent.url.removeprefix(ISSUER)
        if path.startswith("/.well-known"):
            return answer(DISCOVERY)
        if path == "/keys":
            return answer({"keys": list(keys)})
        return token_answer(id_token=token(asked(server.opened[-1])))

    server.answers = [given]
    return server


@pytest.mark.parametrize(
    ("token", "keys"),
    [
        (signed(), [jwk(RSA_KEY, kid="1")]),
        (signed(), [jwk(OTHER_KEY, kid="0"), jwk(RSA_KEY, kid="1", use="sig", alg="RS256")]),
        (signed(kid=None), [jwk(OTHER_KEY), jwk(RSA_KEY)]),
        (signed(EC_KEY, "ES256"), [jwk(EC_KEY, kid="1")]),
        (signed(algorithm="PS256"), [jwk(RSA_KEY, kid="1")]),
        (signed(aud=["other", "c"], azp="c"), [jwk(RSA_KEY, kid="1")]),
        (signed(exp=int(NOW) - 30, iat=int(NOW) + 30), [jwk(RSA_KEY, kid="1")]),
    ],
)
def test_an_id_token_that_holds_is_taken(token: Callable[[dict[str, str]], str], keys: list[dict[str, object]]) -> None:
    server = server_with(token, *keys)
    assert authenticated(server, oauth2("oidc", **OIDC)).value("Authorization") == "Bearer at-1"
    assert f"{ISSUER}/keys" in [sent.url for sent in server.sent]


def no_jwt(login: dict[str, str]) -> str:
    _ = login
    return "no.jwt"


@pytest.mark.parametrize(
    ("token", "complaint"),
    [
        (signed(OTHER_KEY), "its signature is wrong"),
        (signed(kid="2"), "has no key for it"),
        (signed("s" * 32, "HS256"), "only signatures with a private key"),
        (signed("", "none"), "only signatures with a private key"),
        (signed(EC_KEY, "ES256"), "its signature is wrong"),
        (signed(iss="https://evil.example"), "from another issuer"),
        (signed(aud="other"), "not meant for the client `c`"),
        (signed(aud=["c", "other"], azp="other"), "not meant for the client `c`"),
        (signed(aud=None), "not meant for the client `c`"),
        (signed(exp=int(NOW) - 61), "it has expired"),
        (signed(exp=None), "it has expired"),
        (signed(iat=int(NOW) + 61), "the clocks differ"),
        (no_jwt, "it is no JWT"),
    ],
)
def test_one_that_does_not_hold_is_refused(token: Callable[[dict[str, str]], str], complaint: str) -> None:
    server = server_with(token, jwk(RSA_KEY, kid="1"))
    with pytest.raises(TokenError, match=complaint):
        authenticated(server, oauth2("oidc", **OIDC))
    assert list(server.store.entries()) == []


def test_an_id_token_is_not_checked_where_nobody_wants_it() -> None:
    server = server_with(signed(OTHER_KEY), jwk(RSA_KEY, kid="1"))
    authenticated(server, oauth2("oidc", issuer=ISSUER, client_id="c"))
    assert f"{ISSUER}/keys" not in [sent.url for sent in server.sent]


def test_the_keys_are_fetched_anew_when_the_issuer_has_changed_them() -> None:
    rounds = iter([[jwk(OTHER_KEY, kid="0")], [jwk(RSA_KEY, kid="1")]])
    tokens = iter([signed(OTHER_KEY, kid="0"), signed()])
    server = AuthorizationServer()

    def given(sent: Sent) -> Response:
        if "/.well-known" in sent.url:
            return answer(DISCOVERY)
        if sent.url == f"{ISSUER}/keys":
            return answer({"keys": next(rounds)})
        return token_answer(id_token=next(tokens)(asked(server.opened[-1])), expires_in=60)

    server.answers = [given]
    made = oauth2("oidc", **OIDC)
    authenticated(server, made)
    server.now += 59
    authenticated(server, made)
    assert [sent.url for sent in server.sent].count(f"{ISSUER}/keys") == 2


@pytest.mark.parametrize("reply", [answer("<html>"), answer({}, 404), answer({"keys": {}})])
def test_an_issuer_without_keys_is_told(reply: Answer) -> None:
    server = server_with(signed())
    first = server.answers[0]
    assert callable(first)
    server.answers = [lambda sent: reply if sent.url.endswith("/keys") and isinstance(reply, Response) else first(sent)]
    with pytest.raises(TokenError, match="no set of keys"):
        authenticated(server, oauth2("oidc", **OIDC))


def test_the_issuer_has_to_be_known() -> None:
    server = server_with(signed(), jwk(RSA_KEY, kid="1"))
    urls = {"token_url": f"{ISSUER}/token", "auth_url": f"{ISSUER}/authorize", "jwks_url": f"{ISSUER}/keys"}
    made = oauth2(grant="code", client_id="c", scope="openid", verify_id_token="true", **urls)
    with pytest.raises(ParameterError, match="needs `issuer`"):
        authenticated(server, made)


def test_introspection_and_user_information() -> None:
    server = server_with(signed(), jwk(RSA_KEY, kid="1"))
    made = oauth2("oidc", **OIDC, client_auth="body", client_secret="s")
    authenticated(server, made)
    (stored,) = server.store.entries()
    server.sent.clear()
    server.answers = [answer(DISCOVERY), answer({"active": True, "scope": "a"}), answer({"sub": "me", "name": "Zoë"})]
    server.memory.clear()
    assert server.run(made.introspect(stored.token, server.context())) == {"active": True, "scope": "a"}
    assert server.run(made.user_information(stored.token, server.context())) == {"sub": "me", "name": "Zoë"}
    _, inspected, me = server.sent
    assert (inspected.url, inspected.of("token"), inspected.of("client_secret")) == (f"{ISSUER}/inspect", "at-1", "s")
    assert (me.url, me.request.method, me.fields["Authorization"]) == (f"{ISSUER}/me", "GET", "Bearer at-1")


@pytest.mark.parametrize("reply", [answer({}, 401), answer("<html>"), answer("", 500)])
def test_a_server_that_tells_nothing(reply: Response) -> None:
    server = server_with(signed(), jwk(RSA_KEY, kid="1"))
    urls = {"introspection_url": f"{ISSUER}/inspect", "userinfo_url": f"{ISSUER}/me"}
    made = oauth2("oidc", **OIDC, **urls)
    authenticated(server, made)
    (stored,) = server.store.entries()
    server.answers = [reply]
    with pytest.raises(TokenError):
        server.run(made.introspect(stored.token, server.context()))
    with pytest.raises(TokenError, match="nothing about the person"):
        server.run(made.user_information(stored.token, server.context()))
