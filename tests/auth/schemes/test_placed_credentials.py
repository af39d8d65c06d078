"""API keys, Bearer tokens, Basic and made-up tokens stand where they should, and nothing else changes."""

import pytest
from tests.support.schemes import World, content, scheme, signed

from httpls_auth.errors import AuthenticationError, CredentialError, ParameterError

_FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("user", "password", "expected"),
    [
        # RFC 7617, section 2 and 2.1
        ("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("test", "123£", "Basic dGVzdDoxMjPCow=="),
        ("", "token", "Basic OnRva2Vu"),
        ("key", "", "Basic a2V5Og=="),
    ],
)
def test_basic(user: str, password: str, expected: str) -> None:
    sent = signed("basic", {"username": user, "password": password}, "GET https://a.example/")
    assert sent.value("Authorization") == expected


def test_basic_in_latin_1() -> None:
    given = {"username": "test", "password": "123£", "charset": "ISO-8859-1"}
    assert signed("basic", given, "GET https://a.example/").value("Authorization") == "Basic dGVzdDoxMjOj"


@pytest.mark.parametrize(("user", "password"), [("a:b", "c"), ("a\n", "c"), ("a", "c\r")])
def test_basic_refuses_what_it_cannot_carry(user: str, password: str) -> None:
    with pytest.raises(CredentialError):
        signed("basic", {"username": user, "password": password}, "GET https://a.example/")


_NETRC = """# of mine
machine other.example login x password y
machine a.example
    login alice
    password "open \\"sesame\\""
macdef init
    machine a.example login no password no

default login anonymous password guest
"""


@pytest.mark.parametrize(
    ("host", "expected"),
    [("a.example", "Basic YWxpY2U6b3BlbiAic2VzYW1lIg=="), ("b.example", "Basic YW5vbnltb3VzOmd1ZXN0")],
)
def test_basic_takes_user_and_password_from_netrc(host: str, expected: str) -> None:
    world = World(files={"~/.netrc": _NETRC})
    sent = signed("basic", {"netrc": "true"}, f"GET https://{host}/", world=world)
    assert sent.value("Authorization") == expected
    assert "guest" not in str(sent.values("Authorization")[0])


def test_netrc_may_be_elsewhere() -> None:
    named = World(files={"/x": _NETRC}, environment={"NETRC": "/x"})
    path = World(files={"./secrets/netrc": _NETRC})
    sent = [
        signed("basic", {"netrc": "yes"}, "GET https://other.example/", world=named),
        signed("basic", {"netrc": "./secrets/netrc"}, "GET https://other.example/", world=path),
    ]
    assert [one.value("Authorization") for one in sent] == ["Basic eDp5"] * 2


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ({"netrc": "true"}, {}),
        ({"netrc": "true"}, {"~/.netrc": "machine b.example login x password y"}),
        ({"netrc": "true", "username": "bob"}, {"~/.netrc": _NETRC}),
    ],
)
def test_netrc_without_the_host_or_the_user_refuses(given: dict[str, str], files: dict[str, str]) -> None:
    with pytest.raises(CredentialError):
        signed("basic", given, "GET https://a.example/", world=World(files=files))


def test_what_netrc_says_goes_to_its_host_only() -> None:
    sent = signed("basic", {"netrc": "true"}, "GET https://a.example/", world=World(files={"~/.netrc": _NETRC}))
    labels = sent.values("Authorization")[0].labels
    assert labels.origins == frozenset((sent.origin,))


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"token": "abc.def"}, "Authorization", "Bearer abc.def"),
        ({"token": "abc\n"}, "Authorization", "Bearer abc"),
        ({"token": "abc", "prefix": "Token"}, "Authorization", "Token abc"),
        ({"token": "abc", "prefix": ""}, "Authorization", "abc"),
        ({"token": "abc", "name": "X-Auth", "prefix": ""}, "X-Auth", "abc"),
    ],
)
def test_bearer_in_a_field(given: dict[str, str], name: str, expected: str) -> None:
    sent = signed("bearer", given, "GET https://a.example/\nauthorization: old\nX-Auth: old")
    assert [value.reveal() for value in sent.values(name)] == [expected]


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "Bearer abc", "a\x00"])
def test_bearer_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(AuthenticationError):
        signed("bearer", {"token": token}, "GET https://a.example/")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/p", "/p?access_token=a%2Fb%3D"),
        ("/p?", "/p?access_token=a%2Fb%3D"),
        # Nothing of the query changes but the parameter itself.
        ("/p?a=[1]&b=x%20y&c&d=%41&a=+", "/p?a=[1]&b=x%20y&c&d=%41&a=+&access_token=a%2Fb%3D"),
        ("/p?access_token=old&x=1&access%5Ftoken=older", "/p?x=1&access_token=a%2Fb%3D"),
    ],
)
def test_a_token_in_the_query(target: str, expected: str) -> None:
    sent = signed("bearer", {"token": "a/b=", "in_": "query"}, f"GET https://a.example{target}")
    assert sent.target.reveal() == expected
    assert "a%2Fb" not in str(sent.target)


def test_a_token_in_a_form() -> None:
    sent = signed(
        "bearer", {"token": "a/b", "in_": "body"}, f"POST https://a.example/\n{_FORM}\nContent-Length: 3\n\nx=1"
    )
    assert content(sent) == b"x=1&access_token=a%2Fb"
    assert sent.value("Content-Length") == "22"
    assert sent.body is not None
    assert sent.body.labels.secret is not None


@pytest.mark.parametrize(
    "text", ["GET https://a.example/", "POST https://a.example/\nContent-Type: text/plain\n\nhello"]
)
def test_a_token_goes_into_forms_only(text: str) -> None:
    with pytest.raises(CredentialError):
        signed("bearer", {"token": "abc", "in_": "body"}, text)


def test_an_api_key_in_a_field() -> None:
    sent = signed(
        "apikey", {"name": "X-Api-Key", "value": "k"}, "GET https://a.example/\nx-api-key: old\nX_Api_Key: other"
    )
    assert [(field.name, field.value.reveal()) for field in sent.fields] == [("X_Api_Key", "other"), ("X-Api-Key", "k")]


def test_an_api_key_with_a_prefix() -> None:
    sent = signed("apikey", {"name": "Authorization", "value": "k", "prefix": "ApiKey"}, "GET https://a.example/")
    assert sent.value("Authorization") == "ApiKey k"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", "sid=k"),
        ("\nCookie: a=1; sid=old;b=2", "a=1; b=2; sid=k"),
        ("\nCookie: a=1\nCookie: b=2", "a=1; b=2; sid=k"),
    ],
)
def test_an_api_key_in_a_cookie(field: str, expected: str) -> None:
    sent = signed("apikey", {"name": "sid", "value": "k", "in_": "cookie"}, f"GET https://a.example/{field}")
    assert [value.reveal() for value in sent.values("Cookie")] == [expected]
    assert str(sent.values("Cookie")[0]) == expected.replace("sid=k", "sid=•••••")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POST https://a.example/", b"key=k"),
        (f"POST https://a.example/\n{_FORM}\n\nb=%20+&key=old&c", b"b=%20+&c&key=k"),
        ("POST https://a.example/\nContent-Type: application/json\n\n{}", b'{"key": "k"}'),
        ('POST https://a.example/\nContent-Type: application/json\n\n{"a" : 1\n}\n', b'{"a" : 1, "key": "k"\n}\n'),
        ('POST https://a.example/\nContent-Type: a/b+json\n\n{"key": 1, "b": 2}', b'{"key": "k", "b": 2}'),
    ],
)
def test_an_api_key_in_the_body(text: str, expected: bytes) -> None:
    sent = signed("apikey", {"name": "key", "value": "k", "in_": "body"}, text)
    assert content(sent) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Content-Type: application/json\n\n[1]",
        "Content-Type: application/json\n\n{",
        "Content-Type: text/plain\n\nx",
        "X: y\n\nx",
    ],
)
def test_an_api_key_does_not_go_into_other_bodies(text: str) -> None:
    with pytest.raises(CredentialError):
        signed("apikey", {"name": "key", "value": "k", "in_": "body"}, "POST https://a.example/\n" + text)


@pytest.mark.parametrize(("name", "place"), [("X Key", "header"), ("a:b", "header"), ("a=b", "cookie")])
def test_an_api_key_needs_a_possible_name(name: str, place: str) -> None:
    with pytest.raises(ParameterError):
        signed("apikey", {"name": name, "value": "k", "in_": place}, "GET https://a.example/")


def test_postmans_names_mean_the_same() -> None:
    ours = scheme("apikey", name="X", value="k", in_="query")
    assert scheme("apikey", key="X", value="k", **{"in": "query"}) == ours
    assert scheme("mock", **{"Token": "t", "ID Token": "i"}) == scheme("mock", "t", id_token="i")


def test_a_made_up_token() -> None:
    assert signed("mock", {"token": "t"}, "GET https://a.example/").value("Authorization") == "Bearer t"
    given = {"token": "t", "id_token": "i", "use_id_token": "true"}
    assert signed("mock", given, "GET https://a.example/").value("Authorization") == "Bearer i"


def test_what_is_written_is_told_beforehand() -> None:
    assert scheme("apikey", "X-Key", "v").writes == {"x-key"}
    assert scheme("apikey", "k", "v", in_="query").writes == {"?k"}
    assert scheme("bearer", "t").writes == {"authorization"}
    assert scheme("bearer", "t", in_="body").writes == {".access_token"}
