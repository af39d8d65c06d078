"""A collection with all thirteen types and all their keys is imported by the command, and what it sends is admitted.

The lab checks each request by the specification of its scheme, so what it admits is what Postman's documentation says
that Postman sends.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.postman import auth, collection, request

from httpls.lab.auth import aws, edgegrid, hawk, oauth1, oauth_client
from httpls.lab.keys import EC_PRIVATE, RSA_PRIVATE
from httpls.lab.server import Lab
from httpls.lab.state import API_KEY, CLIENT_SECRET, PASSWORD, SHARED_KEY, TOKEN, USER
from httpls_auth.schemes.index import scheme_class, words

USER_KEYS = {"username": USER, "password": PASSWORD}
CLIENT_KEYS = {
    "accessTokenUrl": "{{lab}}/oauth/token", "refreshTokenUrl": "", "clientId": oauth_client.CLIENT,
    "clientSecret": CLIENT_SECRET, "scope": "a b", "tokenName": "shop", "state": "", "authUrl": "",
    "redirect_uri": "", "useBrowser": False, "challengeAlgorithm": "S256", "code_verifier": "", "audience": "",
    "resource": "", "accessToken": "", "tokenType": "Bearer", "addTokenTo": "header", "headerPrefix": "Bearer",
    "tokenRequestParams": [{"key": "x", "value": "1", "enabled": True, "send_as": "request_body"}],
    "refreshRequestParams": [], "authRequestParams": [],
}  # fmt: skip
OAUTH1_KEYS: dict[str, object] = {
    "consumerKey": oauth1.CONSUMER_KEY, "consumerSecret": oauth1.CONSUMER_SECRET, "token": TOKEN,
    "tokenSecret": oauth1.TOKEN_SECRET, "signatureMethod": "HMAC-SHA256", "privateKey": "", "callback": "",
    "verifier": "", "timestamp": "{{$timestamp}}", "nonce": "{{$guid}}", "version": "1.0", "realm": "lab",
    "includeBodyHash": True, "addParamsToHeader": True, "addEmptyParamsToSign": False, "disableHeaderEncoding": False,
}  # fmt: skip
DIGEST_KEYS = {
    **USER_KEYS, "realm": "", "nonce": "", "algorithm": "SHA-256", "qop": "auth", "nonceCount": "", "clientNonce": "",
    "opaque": "", "disableRetryRequest": False,
}  # fmt: skip
HAWK_KEYS = {
    "authId": hawk.ID, "authKey": SHARED_KEY, "algorithm": "sha256", "user": "ada", "nonce": "{{$guid}}",
    "extraData": "more", "app": "shop", "delegation": "gateway", "timestamp": "{{$timestamp}}",
    "includePayloadHash": True,
}  # fmt: skip
AWS_KEYS: dict[str, object] = {
    "accessKey": aws.ACCESS_KEY, "secretKey": aws.SECRET_KEY, "sessionToken": aws.SESSION_TOKEN,
    "region": "eu-central-1", "service": "execute-api", "addAuthDataToQuery": False,
}  # fmt: skip
EDGEGRID_KEYS = {
    "accessToken": edgegrid.ACCESS_TOKEN, "clientToken": edgegrid.CLIENT_TOKEN, "clientSecret": CLIENT_SECRET,
    "baseURL": "{{lab}}", "nonce": "{{$guid}}", "timestamp": "", "headersToSign": "X-A", "maxBodySize": "131072",
}  # fmt: skip
JSON_BODY = {"mode": "raw", "raw": '{"a": 1}', "options": {"raw": {"language": "json"}}}
FORM_BODY = {"mode": "urlencoded", "urlencoded": [{"key": "a b", "value": "c&d"}]}


def _items(lab: Lab) -> list[dict[str, object]]:
    rsa, ec = ((lab.folder / name).read_text(encoding="ascii") for name in (RSA_PRIVATE, EC_PRIVATE))
    jwt = {
        "algorithm": "HS256", "secret": SHARED_KEY, "isSecretBase64Encoded": False, "privateKey": "",
        "payload": '{"sub": "ada",\n "aud": "shop"}', "header": {"kid": "1"}, "headerPrefix": "Bearer",
        "addTokenTo": "header", "queryParamKey": "token",
    }  # fmt: skip
    asap = {
        "alg": "RS256", "kid": "my-service/key1", "iss": "my-service", "exp": "60", "aud": "their-service",
        "sub": "ada", "privateKey": rsa, "claims": {"role": "reader"},
    }  # fmt: skip
    post: dict[str, object] = {"method": "POST", "body": JSON_BODY}
    return [
        request("noauth", "{{lab}}/auth/none", auth={"type": "noauth"}),
        request("apikey", "{{lab}}/auth/apikey", auth=auth("apikey", key="X-API-Key", value=API_KEY, **{"in": "header"})),
        request("apikey in the query", "{{lab}}/auth/apikey",
                auth=auth("apikey", key="api_key", value=API_KEY, **{"in": "query"})),
        request("bearer", "{{lab}}/auth/bearer", auth=auth("bearer", token=TOKEN)),
        request("basic", "{{lab}}/auth/basic", auth=auth("basic", **USER_KEYS, showPassword=False)),
        request("digest", "{{lab}}/auth/digest/SHA-256", auth=auth("digest", **DIGEST_KEYS)),
        request("digest with MD5-sess", "{{lab}}/auth/digest/MD5-sess",
                auth=auth("digest", **{**DIGEST_KEYS, "algorithm": "MD5-sess"})),
        request("jwt", "{{lab}}/auth/jwt?audience=shop", auth=auth("jwt", **jwt)),
        request("jwt in the query", "{{lab}}/auth/jwt", auth=auth("jwt", **{
            **jwt, "algorithm": "ES256", "secret": "", "privateKey": ec, "addTokenTo": "queryParam", "payload": {"a": 1},
        })),
        request("asap", "{{lab}}/auth/asap", auth=auth("asap", **asap)),
        request("oauth1", "{{lab}}/auth/oauth1?q=a b", auth=auth("oauth1", **OAUTH1_KEYS), **post),
        request("oauth1 in the form", "{{lab}}/auth/oauth1", method="POST", body=FORM_BODY,
                auth=auth("oauth1", **{**OAUTH1_KEYS, "addParamsToHeader": False, "signatureMethod": "HMAC-SHA1"})),
        request("oauth1 with a key", "{{lab}}/auth/oauth1", auth=auth("oauth1", **{
            **OAUTH1_KEYS, "addParamsToHeader": False, "signatureMethod": "RSA-SHA1", "privateKey": rsa,
        })),
        request("oauth2", "{{lab}}/auth/oauth2", auth=auth("oauth2", grant_type="client_credentials", **CLIENT_KEYS)),
        request("oauth2 with a password", "{{lab}}/auth/oauth2", auth=auth("oauth2", **{
            **CLIENT_KEYS, **USER_KEYS, "grant_type": "password_credentials", "client_authentication": "body",
            "addTokenTo": "queryParams",
        })),
        request("oauth2 with a token", "{{lab}}/auth/bearer", auth=auth("oauth2", accessToken=TOKEN)),
        request("hawk", "{{lab}}/auth/hawk?x=1", auth=auth("hawk", **HAWK_KEYS), **post),
        request("awsv4", "{{lab}}/auth/aws?b=2&a=1", auth=auth("awsv4", **AWS_KEYS), **post),
        request("awsv4 in the query", "{{lab}}/auth/aws",
                auth=auth("awsv4", **{**AWS_KEYS, "addAuthDataToQuery": True, "service": "s3"})),
        request("ntlm", "{{lab}}/auth/ntlm",
                auth=auth("ntlm", **USER_KEYS, domain="CORP", workstation="PC", disableRetryRequest=False)),
        request("edgegrid", "{{lab}}/auth/edgegrid?signed=X-A", header=[{"key": "X-A", "value": "b  c"}],
                auth=auth("edgegrid", **EDGEGRID_KEYS), **post),
    ]  # fmt: skip


def _run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HTTPLS_STATE_HOME": str(folder / "state"), "HTTPLS_CACHE_KEY": "00" * 32,
                   "HTTPLS_CACHE_HOME": str(folder / "cache")}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "httpls", *command], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The status of the last answer to each request, by its title; what was refused has its failures instead."""
    folder = tmp_path_factory.mktemp("postman")
    (folder / "shop.json").write_bytes(collection(*_items(lab)))
    (folder / "lab.json").write_text(json.dumps({"name": "lab", "values": [{"key": "lab", "value": lab.http}]}))
    done = _run("import", "postman", "shop.json", "--environment", "lab.json", folder=folder)
    assert done.returncode == 0, done.stderr
    checked = _run("check", "shop", "--env", "lab", folder=folder)
    assert checked.returncode == 0, checked.stdout
    sent = json.loads(_run("run", "shop/shop.http", "--all", "--env", "lab", "--json", folder=folder).stdout)
    return {one["name"]: one["response"]["status"] if one["response"] else one["failures"] for one in sent["results"]}


def test_every_type_is_among_them(lab: Lab) -> None:
    types = {str(json.loads(json.dumps(item))["request"]["auth"]["type"]) for item in _items(lab)}
    assert types == {scheme_class(word).postman for word in words()} - {None}
    assert len(types) == 13


def test_all_are_admitted(results: dict[str, object], lab: Lab) -> None:
    assert results == {item["name"]: 200 for item in _items(lab)}
