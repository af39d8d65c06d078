"""What an imported collection with OAuth 2.0 sends to the token endpoint: each of Postman's fields in its place."""

import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from tests.support.literal_server import Conversation, response, serve
from tests.support.postman import auth, collection, request

from httpls.cli.main import main

_KEYS: dict[str, object] = {
    "grant_type": "password_credentials", "accessTokenUrl": "{{base}}/token", "refreshTokenUrl": "{{base}}/refresh",
    "clientId": "shop", "clientSecret": "s3cret", "username": "ada", "password": "p w", "scope": "a b",
    "addTokenTo": "header", "headerPrefix": "Token", "tokenName": "shop",
    "tokenRequestParams": [
        {"key": "one", "value": "1", "enabled": True, "send_as": "request_body"},
        {"key": "one", "value": "1 again", "enabled": True, "send_as": "request_body"},
        {"key": "two", "value": "2", "enabled": True, "send_as": "request_url"},
        {"key": "X-Three", "value": "3", "enabled": True, "send_as": "request_header"},
        {"key": "off", "value": "4", "enabled": False, "send_as": "request_body"},
    ],
    "refreshRequestParams": [
        {"key": "five", "value": "5", "enabled": True, "send_as": "request_body"},
        {"key": "six", "value": "6", "enabled": True, "send_as": "request_url"},
        {"key": "X-Seven", "value": "7", "enabled": True, "send_as": "request_header"},
    ],
}  # fmt: skip


def _answer(conversation: Conversation) -> None:
    """Give the token `first`, which the API refuses, and for its refresh token another one."""
    while asked := conversation.request():
        if asked.startswith(b"POST"):
            name = "first" if asked.startswith(b"POST /token") else "second"
            token = {"access_token": name, "token_type": "Bearer", "expires_in": 600, "refresh_token": "again"}
            conversation.send(response(json.dumps(token).encode(), ["Content-Type: application/json"]))
        elif b"Authorization: Token second\r\n" in asked:
            conversation.send(response(b"{}"))
        else:
            refusal = 'WWW-Authenticate: Bearer error="invalid_token"'
            conversation.send(response(b"", [refusal], status="401 Unauthorized"))


def _fields(asked: bytes) -> dict[str, str]:
    lines = asked.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("way", ["header", "body"])
def test_each_field_is_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    keys = auth("oauth2", **_KEYS, client_authentication=way)
    with serve(_answer) as server:
        base = f"http://127.0.0.1:{server.port}"
        Path("shop.json").write_bytes(collection(request("orders", "{{base}}/api", auth=keys)))
        Path("lab.json").write_text(json.dumps({"name": "lab", "values": [{"key": "base", "value": base}]}))
        assert main(["import", "postman", "shop.json", "--environment", "lab.json"]) == 0
        assert main(["run", "shop/shop.http", "--env", "lab"]) == 0
        token, refused, refresh, taken = server.requests
    client = [("client_id", "shop"), ("client_secret", "s3cret")] if way == "body" else []
    basic = f"Basic {b64encode(b'shop:s3cret').decode()}" if way == "header" else None

    assert token.startswith(b"POST /token?two=2 HTTP/1.1\r\n")
    assert (_fields(token).get("Authorization"), _fields(token)["X-Three"]) == (basic, "3")
    assert sorted(parse_qsl(token.partition(b"\r\n\r\n")[2].decode())) == sorted([
        ("grant_type", "password"), ("username", "ada"), ("password", "p w"), ("scope", "a b"), ("one", "1"),
        ("one", "1 again"), *client,
    ])  # fmt: skip

    # What was added when the token was obtained is added when it is renewed too.
    assert refresh.startswith(b"POST /refresh?two=2&six=6 HTTP/1.1\r\n")
    fields = _fields(refresh)
    assert (fields.get("Authorization"), fields["X-Three"], fields["X-Seven"]) == (basic, "3", "7")
    assert sorted(parse_qsl(refresh.partition(b"\r\n\r\n")[2].decode())) == sorted([
        ("grant_type", "refresh_token"), ("refresh_token", "again"), ("one", "1"), ("one", "1 again"), ("five", "5"),
        *client,
    ])  # fmt: skip

    assert [_fields(one)["Authorization"] for one in (refused, taken)] == ["Token first", "Token second"]
