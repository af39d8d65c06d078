"""OAuth 1.0a: RFC 5849's examples, those of Postman's libraries, placements, body hash, ports, and the login."""

import re
from base64 import b64decode
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.support.schemes import HERE, World, content, context, notes, plain, request, scheme, signed

from httpls_auth.errors import AuthenticationError, TokenError
from httpls_auth.schemes.flow import Ask, Open, Send, Step, UseToken, drive
from httpls_auth.schemes.message import OutgoingRequest, Response, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

_FORM = "Content-Type: application/x-www-form-urlencoded"


def _parameters(sent: OutgoingRequest) -> dict[str, str]:
    from urllib.parse import unquote

    value = cast("str", sent.value("Authorization"))
    assert value.startswith("OAuth ")
    return {name: unquote(text) for name, text in re.findall(r'(\w+)="([^"]*)"', value)}


def _signature(given: dict[str, str], text: str) -> str:
    return _parameters(signed("oauth1", given, text))["oauth_signature"]


_PHOTOS = {"consumer-key": "dpf43f3p2l4k3l03", "consumer-secret": "kd94hf93k423kf44", "version": "", "realm": "Photos"}


def test_rfc_5849_temporary_credentials() -> None:
    """Section 1.2; the example has no `oauth_version`."""
    given = {
        **_PHOTOS, "timestamp": "137131200", "nonce": "wIjqoS", "callback": "http://printer.example.com/ready",
    }  # fmt: skip
    sent = signed("oauth1", given, "POST https://photos.example.net/initiate")
    assert sent.value("Authorization") == (
        'OAuth realm="Photos",oauth_consumer_key="dpf43f3p2l4k3l03",oauth_signature_method="HMAC-SHA1",'
        'oauth_timestamp="137131200",oauth_nonce="wIjqoS",oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready",'
        'oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"'
    )
    assert str(sent.values("Authorization")[0]).endswith('oauth_signature="•••••"')


def test_rfc_5849_protected_resource() -> None:
    given = {
        **_PHOTOS, "token": "nnch734d00sl2jdk", "token-secret": "pfkkdhi9sl3r4s00", "timestamp": "137131202",
        "nonce": "chapoH",
    }  # fmt: skip
    text = "GET http://photos.example.net/photos?file=vacation.jpg&size=original"
    assert _signature(given, text) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def test_oauth_core_1_0a_appendix_a() -> None:
    """The same request before the RFC, which left `oauth_version` out; its base string and signature are in A.5."""
    given = {
        **_PHOTOS, "version": "1.0", "token": "nnch734d00sl2jdk", "token-secret": "pfkkdhi9sl3r4s00",
        "timestamp": "1191242096", "nonce": "kllo9940pd9333jh",
    }  # fmt: skip
    text = "GET http://photos.example.net/photos?file=vacation.jpg&size=original"
    assert _signature(given, text) == "tR3+Ty81lMeYAr/Fid0kMTYa/WM="


def test_rfc_5849_base_string() -> None:
    """Section 3.4.1.1, with erratum 2550: the parameter `oauth_version` is not there."""
    given = context()
    made = scheme(
        "oauth1", consumer_key="9djdj82h48djs9d2", consumer_secret="j49sk3j29djd", token="kkk9d7dh3k39sjv7",
        token_secret="dh893hdasih9", timestamp="137131201", nonce="7d8f3e4a", version="", realm="Example",
    )  # fmt: skip
    text = f"POST http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b\n{_FORM}\n\nc2&a3=2+q"
    sent = drive(made.authenticate(request(text), given), World().answer)
    assert notes(given)["signature base string"] == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26"
        "c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26"
        "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )
    assert _parameters(sent)["oauth_signature"] == "r6/TJjbCOr97/+UU0NsvSne7s5g="


# The tests of postmanlabs/node-oauth1, test/unit/signatureMethod.test.js (Apache-2.0), with their public RSA key.
_NODE = {
    "consumerKey": "foo", "consumerSecret": "alpha", "token": "bar", "tokenSecret": "beta", "nonce": "baz",
    "timestamp": "1588771035",
}  # fmt: skip
_NODE_KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICWwIBAAKBgFKLvzM9zbm3I0+HWcHlBSqpfRY/bKs6NDLclERrzfnReFV4utjkhjaEQPPT6tHVHKrZkcxmIgwe3XrkJkUjcuingXIF+Fc3KpY6"
    "1qJ4HSM50qIuHdi+C5YfuXwNrh6OOeZAhhqgSw2e2XqPfATbkYYwpIFpdVdcH/Pb2ynpd6VXAgMBAAECgYAbQE+LFyhH25Iou0KCpJ0kDHhjU+UI"
    "UlrRP8kjHYQOqXzUmtr0p903OkpHNPsc8wJX1SQxGra60aXE4HVR9fYFQNliAnSmA/ztGR4ddnirK1Gzog4y2OOkicTdSqJ/1XXtTEDSRkA0Z2DI"
    "qcWgudeSDzVjUpreYwQ/rCEZbi50AQJBAJcf9wi5bU8tdZUCg3/8MNDwHhr4If4V/9kmhsgNp+M/9tHwCbD05hCbiGS7g58DPF+6V2K30qQYq7yv"
    "BP8Te4ECQQCL1GhX/YwkD6rexi0E1bjz+RqhNLTR9kexkTfSYmL6zHeeIFSH8ROioGOJMU51lUtMNkkrKEeki5SZpkfaQOzXAkAvBnJPU6vQ7Htf"
    "H8YdiDMEgQNNLxMcxmmzf4qHK8CnNRsvnnrVho8kcdFSTwsY6t/Zhdl1TXANQeQGtYtfeAeBAkEAhUB351JSWJMtrHqCsFbTmHxNKk7F+kiObeML"
    "pUvpM0PiwifhJmNQ6Oubr0Pzlw4c4ZXiCGSsUVxK0lmpo423pQJATYDoxVhZrKA3xDAifWoyxbyxf/WXtUGDaAOuZc/naVN5TKiqaEO6G+k3NpmO"
    "XNKsYU/Zd9e6P/TnfU74TyDDDA==\n-----END RSA PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("PLAINTEXT", "alpha&beta"),
        ("HMAC-SHA1", "kst31ZZPywC/vi+UVOU93hgdEMg="),
        ("HMAC-SHA256", "H3w+AlCMRPSZNn8gOI6GyvEXol6R0jVqNw4rr58nZmg="),
        ("HMAC-SHA512", "GF7ju0CZzAT7dM7cYx8z1km5MOrrjaQ+cJY00CX1sz052gIOOWacY55NcJkqSi28OQqcO6mhdxTOnO60uH4cEw=="),
        (
            "RSA-SHA1",
            "Tok9L4dAnBWzd0KNgI9/kR3fhfE2keZybvf8UYPB1/bbdQsMHQRQYL1Ui1V94ZBlijeQmyHo67XLJe1zGwCTK5fAGSOtQU0mfvj4AvG4sG5SVg8auWgm5BQt/Lhe9cQJpVNqRhV8rMxOZ6mF9STpDGSx80MY2+FG4eThexe0vkQ=",
        ),
        (
            "RSA-SHA256",
            "A8ayuJe1RJd0zL4R8aBgbEY0PFviN6bk8G4QqAcGPSZfeGjFjwBlXWFysNy5iR8mm3/yWGboUMHWmtyPDtOnL2cJTc8fKhXwITFi7FmsUeA5cBK/HdWYoHLdWuNIZgDHsv8qvZCS4QD4qIILiys4uFK+W1br0zSJR9bsOTIZLng=",
        ),
        (
            "RSA-SHA512",
            "ArsxDvfXOVTQBfXLbNEkWEm+xfEnzAQLM7RET04cMtHrrcm80mWWMcsMN1jykR8ZnXVsVufO565cJQgWqBJ2aWQgUa4Yu2RQWGLuIYwnaiX6TxysO/ZuV5zDlTWQdQpjUmFWKuixZouMDH7CiV37PJLKkYaJzQaGTamHsJiUubE=",
        ),
    ],
)
def test_node_oauth1(method: str, signature: str) -> None:
    given = {**_NODE, "signatureMethod": method, "privateKey": _NODE_KEY}
    assert _signature(given, "GET https://postman.com/path") == signature


@pytest.mark.parametrize(
    ("more", "signature"),
    [
        (
            {"tokenSecret": ""},
            "zWgwoT1cmeYYmDXiEo9ylEAwu9h7qu/EG+Ylj6n0cedV9aK/gMkgGmTylrAbFpCmEKWo6wwfyvh+YFuJl2+1EQ==",
        ),
        (
            {"consumerSecret": ""},
            "gyU8TWOoUeCIWgduAZvQ7WpA7hcvdvfvulksm8vyR17fQt+ZwuwnL6TSZCXbCtV7gmTi3Ggr6hO/UjEItG2qew==",
        ),
    ],
)
def test_node_oauth1_without_a_secret(more: dict[str, str], signature: str) -> None:
    given = {**_NODE, "signatureMethod": "HMAC-SHA512", **more}
    assert _signature(given, "GET https://postman.com/path") == signature


# The tests of postmanlabs/postman-runtime, test/unit/auth-handlers.test.js (Apache-2.0).
_RUNTIME = {
    "consumerKey": "RKCGzna7bv9YD57c", "consumerSecret": "D+EdQ-gs$-%@2Nu7", "token": "foo", "tokenSecret": "bar",
    "timestamp": "1461319769", "nonce": "ik3oT5",
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "signature"),
    [
        ({"callback": "http://postman.com", "verifier": "bar"}, "WHnpdWcwWzBM3bHcRQNshHVh2Og="),
        ({"callback": "", "verifier": "bar", "addEmptyParamsToSign": "true"}, "w8WS1SXfe/dtJu/4tH5DaD7qZgM="),
        (
            {"callback": "http://postman.com", "verifier": "", "addEmptyParamsToSign": "true"},
            "WO1RMBRLIM5Anfxxt8P7Kbt82b4=",
        ),
    ],
)
def test_postmans_runtime(more: dict[str, str], signature: str) -> None:
    assert _signature({**_RUNTIME, **more}, "GET https://postman-echo.com/oauth1") == signature


def test_postmans_runtime_beside_the_header() -> None:
    given = {**_RUNTIME, "addParamsToHeader": "false", "realm": ""}
    sent = signed("oauth1", given, "POST https://postman-echo.com/auth/oauth1?param_1=value_1")
    assert sent.target.reveal().endswith("&oauth_signature=e8WDYQsG8SYPoWnxU4CYbqHT1HU%3D")


@pytest.mark.parametrize(
    ("body", "method", "expected"),
    [
        ("Hello World!", "HMAC-SHA1", "Lve95gjOVATpfV8EL5X4nxwjKHE="),
        ("", "HMAC-SHA1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        ("Hello World!", "HMAC-SHA256", "f4OxZX/x/FO5LcGBSKHWXfwtSx+j1ncoSt3SABJtkGk="),
        ("Hello World!", "PLAINTEXT", "Lve95gjOVATpfV8EL5X4nxwjKHE="),
    ],
)
def test_the_hash_of_the_body(body: str, method: str, expected: str) -> None:
    given = {**_NODE, "signatureMethod": method, "includeBodyHash": "true"}
    sent = signed("oauth1", given, f"POST https://a.example/\nContent-Type: text/plain\n\n{body}")
    assert _parameters(sent)["oauth_body_hash"] == expected


def test_a_form_has_no_hash() -> None:
    sent = signed("oauth1", {**_NODE, "body-hash": "true"}, f"POST https://a.example/\n{_FORM}\n\na=b")
    assert "oauth_body_hash" not in _parameters(sent)


@pytest.mark.parametrize(
    ("url", "host", "expected"),
    [
        ("https://h.example/", None, "https%3A%2F%2Fh.example%2F"),
        ("https://h.example:8443/", None, "https%3A%2F%2Fh.example%3A8443%2F"),
        # Postman leaves both of these out.
        ("http://h.example:443/", None, "http%3A%2F%2Fh.example%3A443%2F"),
        ("https://h.example:80/", None, "https%3A%2F%2Fh.example%3A80%2F"),
        ("http://127.0.0.1:9000/", "H.example", "http%3A%2F%2Fh.example%2F"),
    ],
)
def test_the_port_is_signed_unless_it_is_the_schemes_own(url: str, host: str | None, expected: str) -> None:
    given = context()
    text = f"GET {url}" + (f"\nHost: {host}" if host is not None else "")
    drive(scheme("oauth1", **_NODE).authenticate(request(text), given), World().answer)
    assert notes(given)["signature base string"].split("&")[1] == expected


def test_in_the_query() -> None:
    given = {**_NODE, "in_": "query"}
    text = "GET https://h.example/x?a=[1]&oauth_nonce=old\nAuthorization: old"
    sent = signed("oauth1", given, text)
    assert sent.target.reveal().startswith("/x?a=[1]&oauth_consumer_key=foo&oauth_token=bar&")
    assert sent.target.reveal().count("oauth_nonce=") == 1
    assert str(sent.target).endswith("&oauth_signature=•••••")
    assert sent.value("Authorization") is None
    again = signed("oauth1", given, f"GET https://h.example{sent.target.reveal()}")
    assert again.target == sent.target


def test_in_a_form() -> None:
    sent = signed("oauth1", {**_NODE, "in_": "body"}, f"POST https://h.example/\n{_FORM}\n\na=%20b")
    assert content(sent).startswith(b"a=%20b&oauth_consumer_key=foo&oauth_token=bar&")
    # Where the parameters stand does not change what is signed.
    elsewhere = _signature(_NODE, f"POST https://h.example/\n{_FORM}\n\na=%20b")
    assert (
        content(sent)
        .decode()
        .rpartition("oauth_signature=")[2]
        .replace("%2F", "/")
        .replace("%2B", "+")
        .replace("%3D", "=")
        == elsewhere
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"POST https://h.example/\n{_FORM}\n\na=b", "body"),
        (f"PATCH https://h.example/\n{_FORM}\n\na=b", "query"),
        ("POST https://h.example/\nContent-Type: application/json\n\n{}", "query"),
        ("GET https://h.example/", "query"),
    ],
)
def test_postmans_way_beside_the_header(text: str, place: str) -> None:
    sent = signed("oauth1", {**_NODE, "addParamsToHeader": "false"}, text)
    assert ("oauth_signature" in sent.target.reveal()) == (place == "query")
    assert (b"oauth_signature" in content(sent)) == (place == "body")


def test_an_empty_token() -> None:
    without = {name: text for name, text in _NODE.items() if name not in ("token", "tokenSecret")}
    assert "oauth_token" not in _parameters(signed("oauth1", without, "GET https://a.example/"))
    sent = signed("oauth1", {**without, "include-empty": "true"}, "GET https://a.example/")
    assert _parameters(sent)["oauth_token"] == ""


def test_a_header_field_without_encoding() -> None:
    sent = signed("oauth1", {**_NODE, "disableHeaderEncoding": "true"}, "GET https://postman.com/path")
    assert 'oauth_signature="kst31ZZPywC/vi+UVOU93hgdEMg="' in cast("str", sent.value("Authorization"))


def test_nonce_and_time_are_made() -> None:
    given = {"consumer-key": "k", "consumer-secret": "s"}
    parameters = _parameters(signed("oauth1", given, "GET https://a.example/", now=12.9))
    assert (parameters["oauth_timestamp"], parameters["oauth_nonce"]) == ("12", bytes(range(12)).hex())


def test_secrets_in_the_query_do_not_show_in_the_base_string() -> None:
    given = context()
    secret = Value("hunter 2", HERE, Labels("test")).transcribed(lambda text: text.replace(" ", "+"))
    from httpls_auth.schemes.compose import composed

    asked = request("GET https://a.example/")._replace(target=composed("/?a=1&key=", secret))
    drive(scheme("oauth1", **_NODE).authenticate(asked, given), World().answer)
    assert "a%3D1%26key%3D•••••%26oauth_consumer_key%3Dfoo" in notes(given)["signature base string"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({**_NODE, "consumerKey": " "}, "GET https://a.example/"),
        ({**_NODE, "in_": "body"}, "POST https://a.example/\nContent-Type: text/plain\n\nx"),
        ({**_NODE, "signatureMethod": "RSA-SHA1"}, "GET https://a.example/"),
        ({**_NODE, "signatureMethod": "RSA-SHA1", "privateKey": "invalid private key!!"}, "GET https://a.example/"),
        ({"consumerKey": "k", "signatureMethod": "hmac_sha1"}, "GET https://a.example/"),
        ({**_NODE, "realm": 'a"b'}, "GET https://a.example/"),
        (
            {"consumerKey": "k", "consumerSecret": "s", "request-token-url": "https://a.example/r"},
            "GET https://a.example/",
        ),
    ],
)
def test_what_cannot_be_signed_is_refused(given: dict[str, str], text: str) -> None:
    with pytest.raises(AuthenticationError):
        signed("oauth1", given, text)


_LOGIN = {
    "consumer-key": "k", "consumer-secret": "s", "request-token-url": "https://p.example/request?x=1",
    "authorize-url": "https://p.example/agree?lang=de", "access-token-url": "https://p.example/access",
}  # fmt: skip


class _Provider:
    """The other side of a login: gives temporary credentials `t`/`ts`, and for the verifier `v` the token `T`/`TS`."""

    def __init__(self, came_back: str = "oauth_token=t&oauth_verifier=v", confirmed: str = "true") -> None:
        self.came_back = came_back
        self.confirmed = confirmed
        self.opened: list[str] = []
        self.asked: list[str] = []
        self.sent: list[OutgoingRequest] = []

    def answer(self, step: Step) -> object:
        if isinstance(step, UseToken):
            return drive(step.obtain(None), self.answer)
        if isinstance(step, Open):
            address = drive(step.url("http://127.0.0.1:5000/callback"), self.answer)
            self.opened.append(address.reveal())
            assert step.redirect_url == "http://127.0.0.1:0/callback"
            return Value(
                f"http://127.0.0.1:5000/callback?state={step.state}&{self.came_back}", HERE, Labels("callback")
            )
        if isinstance(step, Ask):
            self.asked.append(step.question)
            return plain(" v\n")
        assert isinstance(step, Send)
        self.sent.append(step.request)
        if step.request.path == "/request":
            body = f"oauth_token=t&oauth_token_secret=ts&oauth_callback_confirmed={self.confirmed}"
        elif _parameters(step.request).get("oauth_verifier") == "v":
            body = "oauth_token=T&oauth_token_secret=TS"
        else:
            return Response(ResponseHead(401, "", ()), b"oauth_problem=verifier_invalid")
        return Response(ResponseHead(200, "", ()), body.encode())


def test_the_login_in_three_steps() -> None:
    provider = _Provider()
    made = scheme("oauth1", **_LOGIN)
    sent = drive(made.authenticate(request("GET https://api.example/"), context()), provider.answer)
    assert _parameters(sent)["oauth_token"] == "T"
    first, second = provider.sent
    assert first.target.reveal() == "/request?x=1"
    callback = _parameters(first)["oauth_callback"]
    assert callback.startswith("http://127.0.0.1:5000/callback?state=")
    assert provider.opened == ["https://p.example/agree?lang=de&oauth_token=t"]
    assert _parameters(second)["oauth_token"] == "t"
    # The signature is the one that a token given outright would have.
    outright = {**_LOGIN, "token": "T", "token-secret": "TS"}
    same = {"nonce": "n", "timestamp": "1"}
    del outright["request-token-url"]
    logged_in = drive(
        scheme("oauth1", **_LOGIN, **same).authenticate(request("GET https://api.example/"), context()), provider.answer
    )
    assert _parameters(logged_in) == _parameters(signed("oauth1", {**outright, **same}, "GET https://api.example/"))


def test_a_login_with_a_code_that_is_typed_in() -> None:
    provider = _Provider()
    made = scheme("oauth1", **_LOGIN, redirect_url="oob")
    sent = drive(made.authenticate(request("GET https://api.example/"), context()), provider.answer)
    assert _parameters(sent)["oauth_token"] == "T"
    assert _parameters(provider.sent[0])["oauth_callback"] == "oob"
    assert "https://p.example/agree?lang=de&oauth_token=t" in provider.asked[0]


@pytest.mark.parametrize(
    "provider",
    [
        _Provider("oauth_token=other&oauth_verifier=v"),
        _Provider("oauth_token=t&denied=1"),
        _Provider("oauth_token=t&oauth_verifier=w"),
        _Provider(confirmed="false"),
    ],
)
def test_a_login_that_fails(provider: _Provider) -> None:
    with pytest.raises(TokenError):
        drive(scheme("oauth1", **_LOGIN).authenticate(request("GET https://a.example/"), context()), provider.answer)


def test_a_signature_by_rsa_verifies() -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"p")
    ).decode()
    given: Any = context()
    made = scheme("oauth1", consumer_key="k", signature_method="RSA-SHA256", private_key=pem, passphrase="p")
    sent = drive(made.authenticate(request("GET https://a.example/"), given), World().answer)
    base = notes(given)["signature base string"].encode()
    signature = b64decode(_parameters(sent)["oauth_signature"])
    key.public_key().verify(signature, base, padding.PKCS1v15(), hashes.SHA256())
