"""Values do not show their secrets, and keep their labels whatever is made of them."""

import base64
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpls_auth.errors import InvalidOriginError
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import MASK, Value, joined

_HERE = Provenance(Origination.LITERAL, "test")
_HOST = Provenance(Origination.ENVIRONMENT, "host", Place("http-client.env.json", 3, 5), "dev")


def _secret(text: str, *origins: str) -> Value:
    allowed = frozenset(map(parse_origin, origins)) if origins else None
    return Value(text, _HERE, Labels("from the keyring", allowed))


def test_a_secret_is_shown_only_on_request() -> None:
    value = _secret("hunter2")
    shown = [str(value), repr(value), f"{value}", f"{value:>10}", value.masked()]
    assert not any("hunter2" in text for text in shown)
    assert value.reveal() == "hunter2"


def test_a_joined_value_masks_its_secret_stretches_only() -> None:
    value = joined([Value("Bearer ", _HERE), _secret("abc"), Value("!", _HERE)], _HERE)
    assert str(value) == f"Bearer {MASK}!"
    assert value.reveal() == "Bearer abc!"
    assert value.is_secret


def test_cutting_and_transcribing_keep_the_secret_stretches() -> None:
    value = joined([Value("a b/", _HERE), _secret("x y"), Value("/c d", _HERE)], _HERE)
    encoded = value.transcribed(lambda text: text.replace(" ", "%20"))
    assert (encoded.reveal(), str(encoded)) == ("a%20b/x%20y/c%20d", f"a%20b/{MASK}/c%20d")
    assert str(encoded.cut(4, 8)) == f"b/{MASK}"
    assert (str(encoded.cut(12)), encoded.cut(12).labels) == ("c%20d", value.labels)


def test_restricting_keeps_the_secret_stretches() -> None:
    value = joined([Value("http://a/", _HERE), _secret("xyz")], _HERE)
    here = frozenset((parse_origin("http://a"),))
    restricted = value.restricted(here)
    assert (str(restricted), restricted.labels.origins) == (f"http://a/{MASK}", here)
    assert restricted.restricted(frozenset()).labels.origins == frozenset()


def test_what_is_derived_from_a_secret_is_secret() -> None:
    encoded = _secret("abc").derived(lambda text: base64.b64encode(text.encode()).decode())
    assert encoded.reveal() == "YWJj"
    assert str(encoded) == MASK


def test_labels_unite() -> None:
    one = _secret("a", "https://a.example", "https://b.example")
    other = _secret("b", "https://b.example", "https://c.example")
    value = joined([one, other], _HERE)
    assert value.labels.allows(parse_origin("https://b.example/path"))
    assert not value.labels.allows(parse_origin("https://a.example"))
    assert not value.labels.allows(parse_origin("http://b.example"))
    assert joined([one, Value("x", _HERE)], _HERE).labels == one.labels


def test_a_value_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Value("x", _HERE))


def test_provenance_says_where_a_value_came_from() -> None:
    assert str(_HOST) == "host from environment dev (http-client.env.json:3:5)"
    assert joined([Value("http://", _HERE), Value("h", _HOST)], _HERE).provenance.via == (_HOST,)


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_joining_keeps_the_text(pieces: list[tuple[str, bool]]) -> None:
    value = joined([_secret(text) if secret else Value(text, _HERE) for text, secret in pieces], _HERE)
    assert value.reveal() == "".join(text for text, _ in pieces)
    assert value.masked() == "".join((MASK if text else "") if secret else text for text, secret in pieces)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Example.com/a?b#c", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://user:pw@example.com:8443/", "https://example.com:8443"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://example.com.", "https://example.com"),
        ("https://good.example\\@evil.example", "https://good.example"),
    ],
)
def test_an_origin_is_normalised(url: str, origin: str) -> None:
    assert str(parse_origin(url)) == origin
    assert parse_origin(origin) == parse_origin(url)


@pytest.mark.parametrize("text", ["", "example.com", "://x", "https://", "https://a:b", "https://a:70000", "ftp://a"])
def test_what_names_no_origin_is_refused(text: str) -> None:
    with pytest.raises(InvalidOriginError):
        parse_origin(text)


def test_origins_differ_by_scheme_host_and_port() -> None:
    assert Origin("https", "a", 443) == parse_origin("https://a")
    assert parse_origin("https://a") != parse_origin("https://a:444")


@pytest.mark.parametrize(
    "name",
    ["password", "dbPassword", "DB_PASSWORD", "apiKey", "API_KEY", "api-key", "X-Api-Key", "client_secret", "authToken",
     "access.token", "AWS_SECRET_ACCESS_KEY", "privateKey", "GITHUB_TOKEN", "passphrase", "apikey", "sessionCookie"],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    ["tokenUrl", "token_endpoint", "TOKEN_TYPE", "author", "keyboard", "publicKey", "monkey", "host", "passwordFile",
     "compass", "keyId", "secretName", "", "authUrl", "x"],
)  # fmt: skip
def test_names_of_other_things(name: str) -> None:
    assert not looks_secret(name)
