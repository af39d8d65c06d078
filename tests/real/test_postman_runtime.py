"""A collection with all thirteen types and all their keys, sent by Postman's runtime, and by `httpls` after its import.

One server sees both. What stands in the requests is compared by its meaning: the order of parameters, their quotes and
the blanks in JSON are each one's own affair.
"""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt as pyjwt
import pytest
import spnego
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from spnego._ntlm_raw.messages import Authenticate
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.postman import auth, collection, request
from tests.support.real_servers import node_modules, program

from httpls_auth.schemes.index import scheme_class, words

pytestmark = pytest.mark.real

_RSA, _EC = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
_RSA_PEM, _EC_PEM = (
    key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    for key in (_RSA, _EC)
)
_SECRET = "a secret that is long enough for sixty-four bytes of HMAC with SHA-512"
_JSON: dict[str, object] = {
    "method": "POST", "header": [{"key": "Content-Type", "value": "application/json"}, {"key": "X-A", "value": "b  c"}],
    "body": {"mode": "raw", "raw": '{"a": 1}', "options": {"raw": {"language": "json"}}},
}  # fmt: skip
_FORM: dict[str, object] = {
    "method": "POST",
    "body": {"mode": "urlencoded", "urlencoded": [{"key": "a b", "value": "c&d+é"}, {"key": "e", "value": ""}]},
}
_GRAPHQL: dict[str, object] = {
    "method": "POST",
    "body": {"mode": "graphql", "graphql": {
        "query": "query Test { hello }", "operationName": "Test", "variables": '{"foo":"bar"}',
    }},
}  # fmt: skip
_DIGEST: dict[str, object] = {
    "username": "ada", "password": "p w", "realm": "", "nonce": "", "algorithm": "MD5", "qop": "auth",
    "nonceCount": "", "clientNonce": "0a4f113b", "opaque": "", "disableRetryRequest": False,
}  # fmt: skip
_KNOWN_CHALLENGE = {
    "realm": "R", "nonce": "N", "qop": "auth-int", "algorithm": "SHA-256", "opaque": "O", "nonceCount": "00000001",
    "disableRetryRequest": True,
}  # fmt: skip
_JWT: dict[str, object] = {
    "algorithm": "HS256", "secret": _SECRET, "isSecretBase64Encoded": False, "privateKey": "",
    "payload": '{"sub": "ada",\n "n": 1}', "header": {"kid": "1"}, "headerPrefix": "Bearer", "addTokenTo": "header",
    "queryParamKey": "token",
}  # fmt: skip
_ASAP: dict[str, object] = {
    "alg": "RS256", "kid": "me/key", "iss": "me", "exp": "60", "aud": "you", "sub": "ada", "privateKey": _RSA_PEM,
    "claims": {"jti": "j", "iat": 1_700_000_000, "exp": 1_700_000_060, "role": "reader"},
}  # fmt: skip
_OAUTH1: dict[str, object] = {
    "consumerKey": "ck", "consumerSecret": "c s&", "token": "tok", "tokenSecret": "ts", "signatureMethod": "HMAC-SHA1",
    "privateKey": "", "callback": "", "verifier": "", "timestamp": "1461319769", "nonce": "ik3oT5", "version": "1.0",
    "realm": "the realm", "includeBodyHash": True, "addParamsToHeader": True, "addEmptyParamsToSign": False,
    "disableHeaderEncoding": False,
}  # fmt: skip
_IN_QUERY = {
    "addParamsToHeader": False, "signatureMethod": "RSA-SHA1", "privateKey": _RSA_PEM, "callback": "http://a/?b",
    "verifier": "v", "addEmptyParamsToSign": True, "token": "", "includeBodyHash": False,
}  # fmt: skip
_OAUTH2: dict[str, object] = {
    "accessToken": "a/token+=", "tokenType": "bearer", "addTokenTo": "header", "headerPrefix": "Token",
}  # fmt: skip
_HAWK: dict[str, object] = {
    "authId": "dh37", "authKey": "werx", "algorithm": "sha256", "user": "ada", "nonce": "j4h3g2", "extraData": "more",
    "app": "shop", "delegation": "gateway", "timestamp": "1353832234", "includePayloadHash": True,
}  # fmt: skip
_AWS: dict[str, object] = {
    "accessKey": "AKID", "secretKey": "sk", "sessionToken": "st/+=", "region": "eu-central-1",
    "service": "execute-api", "addAuthDataToQuery": False,
}  # fmt: skip
_NTLM: dict[str, object] = {
    "username": "ada", "password": "pw", "domain": "CORP", "workstation": "PC", "disableRetryRequest": False,
}  # fmt: skip
_EDGEGRID: dict[str, object] = {
    "accessToken": "at", "clientToken": "ct", "clientSecret": "cs", "baseURL": "http://real.example", "nonce": "n",
    "timestamp": "20140321T19:34:21+0000", "headersToSign": "X-A, X-B", "maxBodySize": "3",
}  # fmt: skip


def _one(name: str, kind: str, keys: dict[str, object], more: dict[str, object], query: str = "") -> dict[str, object]:
    return request(name, f"{{{{base}}}}/{name}{query}", auth=auth(kind, **keys), **more)


ITEMS: list[dict[str, object]] = [
    _one("noauth", "noauth", {}, {}),
    _one("apikey", "apikey", {"key": "X-API-Key", "value": "a key", "in": "header"}, {}),
    _one("apikey-query", "apikey", {"key": "api_key", "value": "a key&", "in": "query"}, {}, "?a=1"),
    _one("bearer", "bearer", {"token": "{{token}}"}, {}),
    _one("basic", "basic", {"username": "adä", "password": "p:w", "showPassword": False}, {}),
    _one("basic-empty", "basic", {}, {}),
    _one("digest-known", "digest", _DIGEST | _KNOWN_CHALLENGE, _JSON),
    _one("digest", "digest", _DIGEST, {}, "?a=b c"),
    _one("jwt", "jwt", _JWT, {}),
    _one("jwt-query", "jwt", _JWT | {"algorithm": "RS256", "privateKey": _RSA_PEM, "addTokenTo": "queryParam",
                                     "queryParamKey": "t", "header": "{}"}, {}, "?a=b"),
    _one("jwt-bare", "jwt", _JWT | {"headerPrefix": "", "algorithm": "ES256", "privateKey": _EC_PEM,
                                    "header": {"typ": "at+jwt"}}, {}),
    _one("asap", "asap", _ASAP, {}),
    _one("oauth1", "oauth1", _OAUTH1, _JSON, "?q=a b&z=[1]"),
    _one("oauth1-form", "oauth1", _OAUTH1 | {"addParamsToHeader": False, "signatureMethod": "HMAC-SHA256"}, _FORM),
    _one("oauth1-query", "oauth1", _OAUTH1 | _IN_QUERY, {}, "?x=1"),
    _one("oauth1-plain", "oauth1", _OAUTH1 | {"signatureMethod": "PLAINTEXT", "disableHeaderEncoding": True}, {}),
    _one("oauth2", "oauth2", _OAUTH2, {}),
    _one("oauth2-query", "oauth2", _OAUTH2 | {"accessToken": "token", "addTokenTo": "queryParams"}, {}, "?a=b"),
    _one("hawk", "hawk", _HAWK, _JSON, "?x=1 2"),
    _one("hawk-form", "hawk", _HAWK | {"algorithm": "sha1"}, _FORM | {
        "header": [{"key": "Content-Type", "value": "application/x-www-form-urlencoded"}],
    }),
    _one("aws", "awsv4", _AWS, _JSON, "?b=2&a=1"),
    _one("aws-query", "awsv4", _AWS | {"addAuthDataToQuery": True, "service": "s3"}, {}, "?x=1"),
    _one("ntlm", "ntlm", _NTLM, {}),
    _one("edgegrid", "edgegrid", _EDGEGRID, _JSON, "?a=b"),
    _one("edgegrid-graphql", "edgegrid", _EDGEGRID | {"maxBodySize": "", "baseURL": ""}, _GRAPHQL),
    _one("edgegrid-form", "edgegrid", _EDGEGRID | {"maxBodySize": "", "baseURL": ""}, _FORM),
    {"name": "folder", "auth": auth("bearer", token="of-the-folder"), "item": [
        request("inherits", "{{base}}/inherits"),
        {"name": "inner", "auth": None, "item": [
            request("inherits from above", "{{base}}/inherits-from-above", auth=None),
            request("cuts", "{{base}}/cuts", auth={"type": "noauth"}),
        ]},
        {"name": "cut", "auth": {"type": "noauth"}, "item": [request("is cut", "{{base}}/is-cut")]},
    ]},
    request("of the collection", "{{base}}/of-the-collection"),
]  # fmt: skip
OF_ALL = auth("apikey", key="X-Of-All", value="{{token}}")


class Sent(NamedTuple):
    """The requests that came under one path, by Postman's runtime and by `httpls`."""

    postman: list[bytes]
    httpls: list[bytes]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, Sent]]:
    """All requests, by the first segment of their paths."""
    folder = tmp_path_factory.mktemp("postman")
    with pytest.MonkeyPatch.context() as patch:
        (folder / "accounts").write_text("CORP:ada:pw\n")
        patch.setenv("NTLM_USER_FILE", str(folder / "accounts"))
        with serve(_answer) as server:
            values = [{"key": "base", "value": f"http://127.0.0.1:{server.port}"}, {"key": "token", "value": "a-token"}]
            (folder / "shop.json").write_bytes(collection(*ITEMS, auth=OF_ALL))
            (folder / "lab.json").write_text(json.dumps({"name": "lab", "values": values}))
            theirs = _sent_by_postman(folder, server)
            yield {path: Sent(theirs[path], ours) for path, ours in _sent_by_httpls(folder, server).items()}


def _sent_by_postman(folder: Path, server: LiteralServer) -> dict[str, list[bytes]]:
    script = Path(__file__).parent / "servers" / "postman.cjs"
    run = subprocess.run(
        [program("node"), str(script), "shop.json", "lab.json"], cwd=folder, env={**os.environ, **node_modules()},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("[]\n", "")
    return _by_path(server)


def _sent_by_httpls(folder: Path, server: LiteralServer) -> dict[str, list[bytes]]:
    environment = {**os.environ, "HTTPLS_STATE_HOME": str(folder / "state"), "HTTPLS_CACHE_HOME": str(folder / "cache")}
    for command in (
        ["import", "postman", "shop.json", "--environment", "lab.json"],
        ["run", "shop", "--all", "--env", "lab"],
    ):
        run = subprocess.run(
            [sys.executable, "-m", "httpls", *command], cwd=folder, env=environment, capture_output=True, text=True,
            timeout=120, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
    return _by_path(server)


def _by_path(server: LiteralServer) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    while server.requests:
        one = server.requests.pop(0)
        found.setdefault(one.split(b" ", 2)[1].decode().partition("?")[0].strip("/"), []).append(one)
    return found


def _answer(conversation: Conversation) -> None:
    """Ask for Digest and NTLM where the path says so, and say yes to everything else."""
    login: spnego.ContextProxy | None = None
    while asked := conversation.request():
        path, credentials = asked.split(b" ", 2)[1], _authorization(asked)
        if path.startswith(b"/digest?") and not credentials:
            conversation.send(_refused('Digest realm="lab", nonce="abc", qop="auth", opaque="o", algorithm=MD5'))
        elif path == b"/ntlm" and login is None and not credentials:
            conversation.send(_refused("NTLM"))
        elif path == b"/ntlm" and login is None:
            login = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
            message = login.step(b64decode(credentials.removeprefix("NTLM ")))
            assert message is not None
            conversation.send(_refused(f"NTLM {b64encode(message).decode()}"))
        elif path == b"/ntlm" and login is not None and not login.complete:
            # What the account does not match, this does not take.
            login.step(b64decode(credentials.removeprefix("NTLM ")))
            assert login.client_principal == "CORP\\ada"
            conversation.send(response(b"{}"))
        else:
            conversation.send(response(b"{}"))


def _refused(challenge: str) -> bytes:
    return response(b"", [f"WWW-Authenticate: {challenge}"], status="401 Unauthorized")


def _authorization(asked: bytes) -> str:
    found = re.search(rb"(?im)^authorization: *(.*?)\r$", asked)
    return found.group(1).decode("latin-1") if found is not None else ""


def _meaning(asked: bytes) -> dict[str, object]:
    """What a server takes from a request: method, target and body decoded, and the credentials by their parameters."""
    head, _, body = asked.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    query = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    is_form = fields.get("content-type") == "application/x-www-form-urlencoded"
    credentials = _credentials(fields.pop("authorization", ""))
    for token in ("t", "token"):
        if query.get(token, "").count(".") == 2:
            credentials = _token(query.pop(token))
    aws = {name.lower(): value for name, value in [*query.items(), *fields.items()] if name.lower().startswith("x-amz")}
    return {
        "method": method,
        "path": unquote(urlsplit(target).path),
        "query": {name: text for name, text in query.items() if not name.startswith("X-Amz")},
        "body": dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else body,
        "credentials": credentials,
        "keys": {name: value for name, value in fields.items() if name in ("x-api-key", "x-of-all")},
        "aws": {name: _without_time(value) for name, value in aws.items() if name not in _OWN_CHOICE_OF_AWS},
    }


_OWN_CHOICE_OF_AWS = frozenset(("x-amz-date", "x-amz-signature", "x-amz-signedheaders", "x-amz-content-sha256"))
"""The time, which fields are signed, and whether the hash of the body goes along where nobody demands it."""


def _without_time(value: str) -> str:
    return re.sub(r"\d{8}/", "", value)


def _credentials(written: str) -> object:
    scheme, _, rest = written.partition(" ")
    if written.count(".") == 2 and " " not in written.removeprefix("Bearer "):
        return scheme if rest else "", _token(rest or scheme)
    if scheme == "Digest":
        return {name: text for name, _, text in re.findall(r'(\w+)=("?)([^",]*)\2', rest)}
    if scheme == "OAuth":
        return {name: unquote(text) for name, text in re.findall(r'(\w+)="([^"]*)"', rest)}
    if scheme == "AWS4-HMAC-SHA256":
        return _without_time(rest.partition(",")[0])
    if scheme == "NTLM":
        content = b64decode(rest)
        if content[8] == 1:
            return "first message"
        message = Authenticate.unpack(content)
        return message.domain_name, message.user_name, message.workstation
    return written


def _token(written: str) -> object:
    """The header and the claims of a token whose signature holds."""
    algorithm = str(pyjwt.get_unverified_header(written)["alg"])
    keys: dict[str, str | rsa.RSAPublicKey | ec.EllipticCurvePublicKey] = {
        "H": _SECRET, "R": _RSA.public_key(), "E": _EC.public_key(),
    }  # fmt: skip
    key = keys[algorithm[0]]
    whole = pyjwt.decode_complete(
        written, key, algorithms=[algorithm], options={"verify_aud": False, "verify_exp": False}
    )
    return whole["header"], whole["payload"]


def test_every_type_is_among_them() -> None:
    types = set(re.findall(r'"type": "(\w+)", "\1"', json.dumps(ITEMS)))
    assert types == {scheme_class(word).postman for word in words()} - {None}
    assert len(types) == 13


def test_the_same_requests_come_in_the_same_order(sent: dict[str, Sent]) -> None:
    assert set(sent) == {str(path) for path in re.findall(r"\{\{base\}\}/([\w-]+)", json.dumps(ITEMS))}
    assert {path: len(one.postman) for path, one in sent.items()} == {
        path: len(one.httpls) for path, one in sent.items()
    }


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\{\{base\}\}/([\w-]+)", json.dumps(ITEMS)))))
def test_a_server_sees_the_same(sent: dict[str, Sent], path: str) -> None:
    theirs, ours = ([_meaning(one) for one in requests] for requests in sent[path])
    assert ours == theirs
