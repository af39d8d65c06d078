"""OAuth 2.0 against oidc-provider: every grant, every way of client authentication, with good and bad credentials."""

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import jwt
import pytest
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from tests.support.authorization_server import key_pair, oauth2
from tests.support.certificates import authority, issue
from tests.support.literal_server import answering, serve
from tests.support.literal_server import response as literal_response
from tests.support.live_flows import LiveFlows, log_in
from tests.support.real_servers import free_port, node_modules, program, running
from tests.support.schemes import HERE, request

from httpls_auth.cancellation import NEVER
from httpls_auth.errors import TokenError
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.values.value import Value

pytestmark = pytest.mark.real

SECRET = "s3cret/with+odd chars: &%"
LONG_SECRET = "a-very-long-secret-for-client-secret-jwt-0123456789"
_GRANTS = [
    "authorization_code", "refresh_token", "implicit", "client_credentials", "password",
    "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
]  # fmt: skip
_SERVERS = Path(__file__).parent / "servers"


class Server(NamedTuple):
    """A running authorization server."""

    issuer: str
    folder: Path

    @property
    def urls(self) -> dict[str, str]:
        """Its endpoints, as parameters."""
        return {"token_url": f"{self.issuer}/token", "auth_url": f"{self.issuer}/auth"}


def _clients() -> list[dict[str, object]]:
    base = {
        "grant_types": _GRANTS, "redirect_uris": ["http://127.0.0.1/callback"], "application_type": "native",
        "response_types": ["code", "id_token", "id_token token", "code id_token"],
    }  # fmt: skip
    keys = [
        {
            **json.loads(RSAAlgorithm.to_jwk(RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(key_pair("RSA")[1]))),
            "kid": "rsa",
        },
        {**json.loads(ECAlgorithm.to_jwk(ECAlgorithm(ECAlgorithm.SHA256).prepare_key(key_pair("EC")[1]))), "kid": "ec"},
    ]
    secret = {"client_secret": SECRET}
    return [
        {**base, **secret, "client_id": "basic", "token_endpoint_auth_method": "client_secret_basic"},
        {**base, **secret, "client_id": "post", "token_endpoint_auth_method": "client_secret_post"},
        {**base, "client_secret": LONG_SECRET, "client_id": "secret-jwt", "token_endpoint_auth_method": "client_secret_jwt"},
        {**base, "client_id": "key-rsa", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": keys[:1]}},
        {**base, "client_id": "key-ec", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": keys[1:]},
         "token_endpoint_auth_signing_alg": "ES256"},
        {**base, "client_id": "public", "token_endpoint_auth_method": "none",
         "grant_types": [one for one in _GRANTS if one != "client_credentials"]},
        {**base, "client_id": "bound", "token_endpoint_auth_method": "none", "dpop_bound_access_tokens": True,
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"]},
        {**base, "client_id": "robot", "token_endpoint_auth_method": "tls_client_auth",
         "tls_client_auth_subject_dn": "CN=robot", "tls_client_certificate_bound_access_tokens": True, "response_types": ["code"]},
        {**base, "client_id": "pushed", "token_endpoint_auth_method": "none", "require_pushed_authorization_requests": True,
         "grant_types": ["authorization_code"], "response_types": ["code"]},
    ]  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "nonces"])
def any_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server that wants nonces in DPoP proofs, and one that does not."""
    yield from _start(tmp_path_factory.mktemp("oidc"), has_nonces=request.param)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    yield from _start(tmp_path_factory.mktemp("oidc"), has_nonces=False)


def _start(folder: Path, has_nonces: bool, tls: dict[str, str] | None = None) -> Generator[Server]:
    node, port = program("node"), free_port()
    (folder / "node_modules").symlink_to(node_modules()["NODE_PATH"])
    trusted = {
        **json.loads(RSAAlgorithm.to_jwk(RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(key_pair("RSA")[1]))),
        "alg": "RS256",
    }
    configuration = {"port": port, "clients": _clients(), "trustedKey": trusted, "nonces": has_nonces, "tls": tls}
    (folder / "configuration.json").write_text(json.dumps(configuration))
    for name in ("authorization_server.mjs", "log_in.mjs"):
        shutil.copy(_SERVERS / name, folder)
    command = [node, str(folder / "authorization_server.mjs"), str(folder / "configuration.json")]
    with running(command, port, folder / "log", {"NODE_NO_WARNINGS": "1"}):
        yield Server(f"{'http' if tls is None else 'https'}://127.0.0.1:{port}", folder)


@pytest.fixture
def flows() -> Generator[LiveFlows]:
    with httpx.Client(timeout=20) as client:
        yield LiveFlows(client, log_in)


def _userinfo(flows: LiveFlows, server: Server, made: OAuth2) -> int:
    return flows.fetch(made, request(f"GET {server.issuer}/me")).head.status


@pytest.mark.parametrize(
    ("client_id", "more"),
    [
        ("basic", {"client_secret": SECRET}),
        ("post", {"client_secret": SECRET, "client_auth": "body"}),
        ("secret-jwt", {"client_secret": LONG_SECRET, "client_auth": "client_secret_jwt"}),
        ("key-rsa", {"private_key": key_pair("RSA")[0], "kid": "rsa"}),
        ("key-ec", {"private_key": key_pair("EC")[0]}),
    ],
)
def test_client_authentication(flows: LiveFlows, server: Server, client_id: str, more: dict[str, str]) -> None:
    base = {"grant": "client_credentials", "token_url": f"{server.issuer}/token", "scope": "orders:read"}
    good = flows.token(oauth2(**base, client_id=client_id, **more, resource="https://api.example"))
    claims = jwt.decode(good.access.reveal(), options={"verify_signature": False})
    assert (claims["client_id"], claims["aud"], claims["scope"]) == (client_id, "https://api.example", "orders:read")
    bad = {
        **more,
        **({"client_secret": LONG_SECRET + "x"} if "client_secret" in more else {"private_key": _other_key()}),
    }
    with pytest.raises(TokenError) as told:
        flows.token(oauth2(**base, client_id=client_id, **bad, scope_="x", audience="other"))
    assert told.value.code == "invalid_client"


def _other_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_secret_that_is_not_encoded_is_refused_by_this_server(flows: LiveFlows, server: Server) -> None:
    made = oauth2(grant="client", token_url=f"{server.issuer}/token", client_id="basic", client_secret=SECRET,
                  client_auth_encoding="raw")  # fmt: skip
    with pytest.raises(TokenError) as told:
        flows.token(made)
    assert told.value.code in ("invalid_client", "invalid_request")


@pytest.mark.parametrize(("client_id", "more"), [("public", {}), ("basic", {"client_secret": SECRET})])
def test_authorization_code(flows: LiveFlows, server: Server, client_id: str, more: dict[str, str]) -> None:
    made = oauth2("oidc", issuer=server.issuer, client_id=client_id, scope="openid offline_access", **more,
                  verify_id_token="true", **{"auth-param.prompt": "consent"})  # fmt: skip
    assert _userinfo(flows, server, made) == 200
    assert any(str(sent.url).endswith("/jwks") for sent in flows.sent)
    token = flows.token(made)
    assert token.identity is not None
    assert jwt.decode(token.identity.reveal(), options={"verify_signature": False})["sub"] == "alice"


def test_an_id_token_that_another_key_signed(flows: LiveFlows, server: Server, tmp_path: Path) -> None:
    key = json.loads(RSAAlgorithm.to_jwk(RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(key_pair("RSA")[1])))
    with serve(answering(literal_response(json.dumps({"keys": [key]}).encode()))) as keys:
        made = oauth2("oidc", issuer=server.issuer, client_id="public", verify_id_token="true",
                      jwks_url=f"http://127.0.0.1:{keys.port}/")  # fmt: skip
        with pytest.raises(TokenError, match=r"has no key for it|its signature is wrong"):
            flows.token(made)


def test_what_the_server_tells_of_a_token(flows: LiveFlows, server: Server) -> None:
    made = oauth2("oidc", issuer=server.issuer, client_id="basic", client_secret=SECRET, scope="openid email")
    flows.token(made)
    (stored,) = flows.store.entries()
    context = flows.context(server.issuer)
    assert flows.run(made.user_information(stored.token, context))["email"] == "alice@example.test"
    known = flows.run(made.introspect(stored.token, context))
    assert (known["active"], known["client_id"]) == (True, "basic")
    flows.run(made.revoke(stored.token, context))
    assert flows.run(made.introspect(stored.token, context)) == {"active": False}
    wrong = oauth2("oidc", issuer=server.issuer, client_id="basic", client_secret="wrong")
    with pytest.raises(TokenError) as told:
        flows.run(wrong.introspect(stored.token, context))
    assert told.value.code == "invalid_client"


def test_a_wrong_client_secret_ends_the_login(flows: LiveFlows, server: Server) -> None:
    made = oauth2("oidc", issuer=server.issuer, client_id="basic", client_secret="wrong")
    with pytest.raises(TokenError) as told:
        flows.token(made)
    assert told.value.code == "invalid_client"


def test_a_login_that_the_person_refuses(flows: LiveFlows, server: Server) -> None:
    def refuse(address: str) -> None:
        with httpx.Client(follow_redirects=True) as browser:
            page = browser.get(address)
            browser.get(f"{str(page.url).rstrip('/')}/abort")

    flows.visit = refuse
    with pytest.raises(TokenError) as told:
        flows.token(oauth2("oidc", issuer=server.issuer, client_id="public"))
    assert told.value.code == "access_denied"


def test_refresh_tokens_rotate(flows: LiveFlows, server: Server) -> None:
    made = oauth2(
        "oidc", issuer=server.issuer, client_id="public", scope="offline_access", **{"auth-param.prompt": "consent"}
    )
    first = flows.token(made)
    flows.later = 600 - 20
    second = flows.token(made)
    assert first.refresh is not None
    assert second.refresh is not None
    assert first.refresh.reveal() != second.refresh.reveal()
    assert first.access.reveal() != second.access.reveal()
    assert len(flows.opened) == 1
    # The successor was lost: the server refuses the old one, and the person logs in again.
    stored = next(iter(flows.store.entries()))
    flows.store.forget(stored.name)
    flows.store.use(stored.name, lambda _: first._replace(expires_at=0.0), lambda _: True, None, NEVER)
    third = flows.token(made)
    assert len(flows.opened) == 2
    assert third.access.reveal() not in (first.access.reveal(), second.access.reveal())


def test_a_refused_token_is_renewed_within_the_request(flows: LiveFlows, server: Server) -> None:
    made = oauth2(
        "oidc", issuer=server.issuer, client_id="public", scope="offline_access", **{"auth-param.prompt": "consent"}
    )
    assert _userinfo(flows, server, made) == 200
    (stored,) = flows.store.entries()
    wrong = stored.token._replace(access=Value("no-longer-good", HERE))
    flows.store.use(stored.name, lambda _: wrong, lambda _: False, None, NEVER)
    assert _userinfo(flows, server, made) == 200
    assert len(flows.opened) == 1
    wrong_for_good = oauth2(access_token="no-longer-good")
    assert _userinfo(flows, server, wrong_for_good) == 401


def test_revocation_of_the_refresh_token_ends_the_access_token(flows: LiveFlows, server: Server) -> None:
    made = oauth2("oidc", issuer=server.issuer, client_id="public", scope="offline_access", retry_on_401="no",
                  **{"auth-param.prompt": "consent"})  # fmt: skip
    assert _userinfo(flows, server, made) == 200
    flows.run(made.revoke(flows.token(made), flows.context(server.issuer)))
    assert _userinfo(flows, server, made) == 401


def test_device_authorization(flows: LiveFlows, server: Server) -> None:
    made = oauth2("oidc", grant="device_code", issuer=server.issuer, client_id="public")
    assert _userinfo(flows, server, made) == 200


def test_implicit_by_a_form_post(flows: LiveFlows, server: Server) -> None:
    made = oauth2(grant="implicit", client_id="public", auth_url=f"{server.issuer}/auth", scope="openid",
                  use_id_token="true", response_mode="form_post")  # fmt: skip
    token = flows.token(made)
    assert token.identity is not None


@pytest.mark.parametrize(("password", "expected"), [("open sesame", None), ("wrong", "invalid_grant")])
def test_password(flows: LiveFlows, server: Server, password: str, expected: str | None) -> None:
    made = oauth2(grant="password", token_url=f"{server.issuer}/token", client_id="public", username="bob",
                  password=password, scope="openid")  # fmt: skip
    if expected is None:
        assert _userinfo(flows, server, made) == 200
        return
    with pytest.raises(TokenError) as told:
        flows.token(made)
    assert told.value.code == expected


def test_token_exchange(flows: LiveFlows, server: Server) -> None:
    base = {"token_url": f"{server.issuer}/token", "client_id": "public"}
    flows.others["shop"] = flows.token(oauth2(grant="password", **base, username="bob", password="open sesame"))
    exchanged = oauth2(grant="token_exchange", **base, subject="shop", audience="orders", scope="openid")
    assert _userinfo(flows, server, exchanged) == 200
    with pytest.raises(TokenError) as told:
        flows.token(oauth2(grant="token_exchange", **base, subject_token="unknown"))
    assert told.value.code == "invalid_grant"


@pytest.mark.parametrize(("key", "expected"), [(key_pair("RSA")[0], None), (key_pair("EC")[0], "invalid_grant")])
def test_jwt_bearer(flows: LiveFlows, server: Server, key: str, expected: str | None) -> None:
    made = oauth2(grant="jwt_bearer", token_url=f"{server.issuer}/token", client_id="public", assertion_key=key,
                  assertion_claims='{"sub": "carol"}', scope="openid")  # fmt: skip
    if expected is None:
        assert _userinfo(flows, server, made) == 200
        return
    with pytest.raises(TokenError) as told:
        flows.token(made)
    assert told.value.code == expected


def test_pushed_authorization_requests(flows: LiveFlows, server: Server) -> None:
    issuer = {"issuer": server.issuer, "client_id": "pushed"}
    assert _userinfo(flows, server, oauth2("oidc", par="true", **issuer)) == 200
    assert "request_uri=" in flows.opened[0]
    assert "scope" not in flows.opened[0]


def test_dpop(flows: LiveFlows, any_server: Server) -> None:
    made = oauth2("oidc", issuer=any_server.issuer, client_id="bound", dpop="true", scope="offline_access",
                  **{"auth-param.prompt": "consent"})  # fmt: skip
    assert _userinfo(flows, any_server, made) == 200
    token = flows.token(made)
    assert token.kind == "DPoP"
    # As a bearer token it is worth nothing, and neither is a proof with another key.
    bare = flows.client.get(f"{any_server.issuer}/me", headers={"Authorization": f"Bearer {token.access.reveal()}"})
    assert bare.status_code == 401
    flows.later = 580
    assert _userinfo(flows, any_server, made) in (200, 401)
    flows.later = 0
    flows.run(made.refresh(flows.context(any_server.issuer)))
    assert _userinfo(flows, any_server, made) == 200


def test_a_token_without_proof_is_not_given_to_a_client_that_must_prove(flows: LiveFlows, server: Server) -> None:
    with pytest.raises(TokenError):
        flows.token(oauth2("oidc", issuer=server.issuer, client_id="bound"))


@pytest.mark.parametrize(
    ("name", "expected"), [("robot", None), ("impostor", "invalid_client"), (None, "invalid_client")]
)
def test_tls_client_auth(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str | None, expected: str | None
) -> None:
    ours = authority()
    host = issue("server", ours, hosts=("127.0.0.1",))
    tls = {"key": host.key_pem.decode(), "cert": host.pem.decode(), "ca": ours.pem.decode()}
    context = ssl.create_default_context(cadata=ours.pem.decode())
    if name is not None:
        certificate, key = issue(name, ours).write(tmp_path, name)
        context.load_cert_chain(certificate, key)
    starting = contextmanager(_start)(tmp_path_factory.mktemp("oidc"), False, tls)
    with starting as server, httpx.Client(verify=context, timeout=20) as client:
        flows = LiveFlows(client, log_in)
        made = oauth2("oidc", grant="client", issuer=server.issuer, client_id="robot", client_auth="tls_client_auth")
        if expected is not None:
            with pytest.raises(TokenError) as told:
                flows.token(made)
            assert told.value.code == expected, told.value
            return
        token = flows.token(made).access.reveal()
        form = {"token": token, "client_id": "robot"}
        seen = client.post(f"{server.issuer}/token/introspection", data=form).json()
        assert seen["active"]
        assert "x5t#S256" in seen["cnf"]


def test_a_person_with_chromium(flows: LiveFlows, server: Server) -> None:
    """The implicit grant, whose answer comes in the fragment, which only a browser can hand over."""
    node, chromium = program("node"), program("chromium")
    pages: list[dict[str, str]] = []

    def visit(address: str) -> None:
        command = [node, "log_in.mjs", chromium, address, "dora"]
        done = subprocess.run(command, cwd=server.folder, capture_output=True, timeout=60, check=True, env=os.environ)
        pages.append(json.loads(done.stdout))

    flows.visit = visit
    made = oauth2(grant="implicit", client_id="public", auth_url=f"{server.issuer}/auth", scope="openid",
                  response_type="id_token token", use_id_token="true")  # fmt: skip
    token = flows.token(made)
    assert token.identity is not None
    assert jwt.decode(token.identity.reveal(), options={"verify_signature": False})["sub"] == "dora"
    assert pages[0]["text"] == "Back to httpls: you can close this window."
    assert "token" not in pages[0]["address"]
