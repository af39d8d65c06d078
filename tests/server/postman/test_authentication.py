"""Every type of authentication that Postman has, with all its keys, as the directives that mean the same."""

import pytest
from tests.support.postman import auth, collection, convert, listed, private, request, texts

from httpls_auth.schemes.index import scheme_class, words

CASES: list[tuple[str, dict[str, object], str, dict[str, str]]] = [
    ("noauth", {}, "# @auth none\n", {}),
    ("basic", {"username": "ada", "password": "pw", "showPassword": True}, """\
# @auth basic ada {{basic-password}}
""", {"basic-password": "pw"}),
    ("basic", {}, "# @auth basic\n# @auth-username\n# @auth-password\n", {}),
    ("bearer", {"token": "{{token}}"}, "# @auth bearer {{token}}\n", {}),
    ("apikey", {"key": "X-Key", "value": "v", "in": "query"}, """\
# @auth apikey X-Key {{apikey-value}}
# @auth-in query
""", {"apikey-value": "v"}),
    ("jwt", {
        "algorithm": "ES256", "secret": "", "isSecretBase64Encoded": True, "privateKey": "-----BEGIN\nx",
        "payload": '{\n "sub": "{{user}}"\n}', "header": {"kid": "1"}, "headerPrefix": "", "addTokenTo": "queryParam",
        "queryParamKey": "jwt",
    }, """\
# @auth jwt ES256
# @auth-payload {"sub": "{{user}}"}
# @auth-private-key {{jwt-private-key}}
# @auth-secret-base64 true
# @auth-header {"kid": "1"}
# @auth-typ
# @auth-in query
# @auth-prefix
# @auth-query-name jwt
""", {"jwt-private-key": "-----BEGIN\nx"}),
    ("digest", {
        "username": "ada", "password": "{{pw}}", "realm": "r", "nonce": "n", "algorithm": "SHA-256-sess",
        "qop": "auth-int", "nonceCount": "00000007", "clientNonce": "c", "opaque": "o", "disableRetryRequest": True,
    }, """\
# @auth digest ada {{pw}}
# @auth-algorithm SHA-256-sess
# @auth-qop auth-int
# @auth-realm r
# @auth-nonce n
# @auth-nonce-count 00000007
# @auth-client-nonce c
# @auth-opaque o
# @auth-no-retry true
""", {}),
    ("oauth1", {
        "consumerKey": "ck", "consumerSecret": "{{cs}}", "token": "t", "tokenSecret": "ts",
        "signatureMethod": "HMAC-SHA512", "privateKey": "", "callback": "http://a/", "verifier": "v",
        "timestamp": "123", "nonce": "n", "version": "1.1", "realm": "r", "includeBodyHash": True,
        "addParamsToHeader": False, "addEmptyParamsToSign": True, "disableHeaderEncoding": True,
    }, """\
# @auth oauth1 ck {{cs}}
# @auth-token t
# @auth-token-secret {{oauth1-token-secret}}
# @auth-signature-method HMAC-SHA512
# @auth-in auto
# @auth-realm r
# @auth-body-hash true
# @auth-include-empty true
# @auth-no-header-encoding true
# @auth-version 1.1
# @auth-callback http://a/
# @auth-verifier v
# @auth-nonce n
# @auth-timestamp 123
""", {"oauth1-token-secret": "ts"}),
    ("hawk", {
        "authId": "id", "authKey": "{{key}}", "algorithm": "sha1", "user": "u", "nonce": "n", "extraData": "e",
        "app": "a", "delegation": "d", "timestamp": "1", "includePayloadHash": True,
    }, """\
# @auth hawk id {{key}}
# @auth-algorithm sha1
# @auth-payload-hash true
# @auth-ext e
# @auth-app a
# @auth-dlg d
# @auth-nonce n
# @auth-timestamp 1
# @auth-user u
""", {}),
    ("awsv4", {
        "accessKey": "AK", "secretKey": "{{sk}}", "sessionToken": "{{st}}", "region": "eu-central-1", "service": "s3",
        "addAuthDataToQuery": True,
    }, """\
# @auth aws AK {{sk}}
# @auth-session-token {{st}}
# @auth-region eu-central-1
# @auth-service s3
# @auth-in query
# @auth-expires 24h
""", {}),
    ("ntlm", {
        "username": "ada", "password": "{{pw}}", "domain": "CORP", "workstation": "PC", "disableRetryRequest": True,
    }, """\
# @auth ntlm ada {{pw}}
# @auth-domain CORP
# @auth-workstation PC
# @auth-no-retry true
""", {}),
    ("edgegrid", {
        "accessToken": "at", "clientToken": "ct", "clientSecret": "{{cs}}", "baseURL": "https://h", "nonce": "n",
        "timestamp": "20140321T19:34:21+0000", "headersToSign": "X-A, X-B", "maxBodySize": "1024",
    }, """\
# @auth edgegrid
# @auth-client-token ct
# @auth-client-secret {{cs}}
# @auth-access-token at
# @auth-headers-to-sign X-A, X-B
# @auth-max-body 1024
# @auth-base-url https://h
# @auth-nonce n
# @auth-timestamp 20140321T19:34:21+0000
""", {}),
    ("asap", {
        "alg": "ES256", "kid": "me/1", "iss": "me", "exp": "60", "aud": "you", "sub": "s", "privateKey": "{{key}}",
        "claims": '{"a": 1}',
    }, """\
# @auth asap
# @auth-issuer me
# @auth-audience you
# @auth-key-id me/1
# @auth-private-key {{key}}
# @auth-algorithm ES256
# @auth-subject s
# @auth-expires-in 60
# @auth-claims {"a": 1}
""", {}),
    ("oauth2", {"accessToken": "{{at}}", "tokenType": "N_A", "addTokenTo": "queryParams", "headerPrefix": "X"}, """\
# @auth oauth2
# @auth-access-token {{at}}
# @auth-token-type N_A
# @auth-in query
# @auth-prefix X
""", {}),
    ("oauth2", {
        "grant_type": "client_credentials", "accessTokenUrl": "http://a/token", "refreshTokenUrl": "http://a/refresh",
        "clientId": "c", "clientSecret": "{{s}}", "scope": "a b", "client_authentication": "body", "tokenName": "n",
        "audience": "x", "resource": "http://r",
        "tokenRequestParams": [
            {"key": "one", "value": "1", "enabled": True, "send_as": "request_body"},
            {"key": "two", "value": "2", "enabled": True, "send_as": "request_url"},
            {"key": "three", "value": "3", "enabled": True, "send_as": "request_header"},
            {"key": "four", "value": "4", "enabled": False, "send_as": "request_body"},
        ],
        "refreshRequestParams": [{"key": "five", "value": "5", "send_as": "request_body"}],
    }, """\
# @auth oauth2 client_credentials
# @auth-client-id c
# @auth-token-url http://a/token
# @auth-client-auth body
# @auth-client-secret {{s}}
# @auth-scope a b
# @auth-audience x
# @auth-resource http://r
# @auth-token-name n
# @auth-refresh-url http://a/refresh
# @auth-token-param.one 1
# @auth-token-query.two 2
# @auth-token-header.three 3
# disabled: token-param.four 4
# @auth-refresh-param.five 5
""", {}),
    ("oauth2", {
        "grant_type": "authorization_code_with_pkce", "authUrl": "http://a/authorize", "accessTokenUrl": "http://a/t",
        "redirect_uri": "http://localhost:1/cb", "clientId": "c", "challengeAlgorithm": "S256", "code_verifier": "",
        "state": "st", "client_authentication": "header", "clientSecret": "{{cs}}", "useBrowser": False,
        "authRequestParams": [{"key": "prompt", "value": "login", "enabled": True}],
    }, """\
# @auth oauth2 authorization_code
# @auth-client-id c
# @auth-token-url http://a/t
# @auth-auth-url http://a/authorize
# @auth-redirect-url http://localhost:1/cb
# @auth-state st
# @auth-client-auth basic
# @auth-client-secret {{cs}}
# @auth-auth-param.prompt login
""", {}),
    ("oauth2", {"grant_type": "password_credentials", "accessTokenUrl": "http://a/t", "clientId": "c",
                "username": "ada", "password": "{{pw}}"}, """\
# @auth oauth2 password
# @auth-client-id c
# @auth-token-url http://a/t
# @auth-username ada
# @auth-password {{pw}}
""", {}),
    ("oauth2", {"authUrl": "http://a/a", "accessTokenUrl": "http://a/t", "clientId": "c"}, """\
# @auth oauth2 authorization_code
# @auth-client-id c
# @auth-token-url http://a/t
# @auth-auth-url http://a/a
# @auth-pkce none
""", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "keys", "directives", "secrets"), CASES)
def test_the_keys_of_a_type(kind: str, keys: dict[str, object], directives: str, secrets: dict[str, str]) -> None:
    for given in (auth(kind, **keys), {"type": kind, kind: keys}):
        found = convert(collection(request("one", auth=given)))
        assert texts(found)["shop.http"] == f"### one\n{directives}GET http://127.0.0.1/\n"
        assert private(found).get("$shared", {}) == secrets
        assert not found.notes


def test_every_key_that_a_scheme_declares_for_postman_is_tried_above() -> None:
    tried: dict[str, set[str]] = {}
    for kind, keys, _, _ in CASES:
        tried.setdefault(kind, set()).update(keys)
    for word in words():
        scheme = scheme_class(word)
        if scheme.postman is not None:
            declared = {one.postman for one in scheme.parameters() if one.postman is not None}
            # Postman has no such field; the scheme takes the name if a file has it.
            assert declared - {"passphrase"} <= tried[scheme.postman]


def test_the_callback_and_the_token_of_postman_itself_are_told_and_left_out() -> None:
    keys = {
        "grant_type": "authorization_code_with_pkce", "authUrl": "http://a/a", "accessTokenUrl": "http://a/t",
        "redirect_uri": "https://oauth.pstmn.io/v1/callback", "useBrowser": True, "clientId": "c", "accessToken": "old",
    }  # fmt: skip
    found = convert(collection(request("one", auth=auth("oauth2", **keys))))
    assert "redirect" not in texts(found)["shop.http"]
    assert "old" not in str(found.files)
    assert [note.message.split()[1] for note in found.notes] == ["callback", "token"]


@pytest.mark.parametrize(("way", "notes"), [("header", 1), ("body", 0)])
def test_a_client_without_a_secret_is_a_public_one(way: str, notes: int) -> None:
    keys = {"grant_type": "authorization_code_with_pkce", "authUrl": "http://a/a", "accessTokenUrl": "http://a/t",
            "clientId": "c", "clientSecret": "", "client_authentication": way}  # fmt: skip
    found = convert(collection(request("one", auth=auth("oauth2", **keys))))
    assert "# @auth-client-auth none\n" in texts(found)["shop.http"]
    assert len(found.notes) == notes


@pytest.mark.parametrize(
    ("kind", "keys", "missing"),
    [
        ("bearer", {"token": ""}, ["token"]),
        ("oauth2", {"addTokenTo": "header"}, ["clientId", "accessTokenUrl", "authUrl"]),
        ("oauth2", {"grant_type": "client_credentials", "accessTokenUrl": "http://a", "clientId": "c"}, ["clientSecret"]),
        ("oauth1", {"consumerKey": "k", "signatureMethod": "RSA-SHA1"}, ["privateKey"]),
        ("edgegrid", {}, ["clientToken", "clientSecret", "accessToken"]),
    ],
)  # fmt: skip
def test_what_is_not_filled_in_is_told(kind: str, keys: dict[str, object], missing: list[str]) -> None:
    notes = convert(collection(request("one", auth=auth(kind, **keys)))).notes
    assert [note.message.split("`")[1] for note in notes] == missing


def test_the_name_of_a_token_has_no_variables() -> None:
    keys = {"accessToken": "{{at}}", "tokenName": "shop {{env}}"}
    assert (
        "# @auth-token-name shop env\n"
        in texts(convert(collection(request("one", auth=auth("oauth2", **keys)))))["shop.http"]
    )


def test_words_that_would_not_stand_as_one_in_the_line_of_the_type_have_their_own() -> None:
    written = texts(convert(collection(request("one", auth=auth("basic", username="ada=x y", password="{{p}}")))))
    assert written["shop.http"] == (
        "### one\n# @auth basic\n# @auth-username ada=x y\n# @auth-password {{p}}\nGET http://127.0.0.1/\n"
    )


def test_an_unknown_type_and_an_unknown_key_are_told() -> None:
    unknown = request("one", auth={"type": "oci-v1", "oci-v1": []})
    strange = request("two", auth={"type": "basic", "basic": listed(username="a", password="{{p}}", colour="red")})
    found = convert(collection(unknown, strange))
    assert texts(found)["shop.http"].startswith("### one\n# @auth none\n")
    assert [note.message for note in found.notes] == [
        "there is no scheme for the type `oci-v1`; the requests have no authentication",
        "`colour` has no counterpart",
    ]


@pytest.mark.parametrize("key", ["timestamp", "algorithm", "includePayloadHash"])
def test_a_value_that_would_have_the_request_refused_is_told_and_left_out(key: str) -> None:
    found = convert(collection(request("one", auth=auth("hawk", authId="a", authKey="{{k}}", **{key: "nonsense"}))))
    assert "nonsense" not in texts(found)["shop.http"]
    assert found.notes[0].message.startswith("`nonsense` is no value of `")


def test_a_value_that_cannot_stand_in_a_line_becomes_a_variable() -> None:
    found = convert(collection(request("one", auth=auth("hawk", authId=" padded", authKey="{{k}}", extraData="a\nb"))))
    assert "# @auth hawk {{hawk-id}} {{k}}\n" in texts(found)["shop.http"]
    assert '"hawk-ext": "a\\nb"' in texts(found)["http-client.env.json"]


def test_the_authentication_replaces_what_stands_there_by_hand() -> None:
    by_hand = [{"key": "Authorization", "value": "Bearer x{{y}}"}, {"key": "X-Key", "value": "{{k}}"}]
    key = auth("apikey", key="x-key", value="{{v}}")
    found = convert(collection(
        request("one", auth=auth("bearer", token="{{t}}"), header=by_hand), request("two", auth=key, header=by_hand)
    ))  # fmt: skip
    one, two = texts(found)["shop.http"].split("### two")
    assert "# Authorization: " in one
    assert "\nX-Key: {{k}}" in one
    assert "\nAuthorization: " in two
    assert "# X-Key: {{k}}" in two
