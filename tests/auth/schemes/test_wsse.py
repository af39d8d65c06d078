"""WSSE in its three forms."""

import hashlib
from base64 import b64encode

import pytest
from tests.support.schemes import signed

from httpls_auth.errors import AuthenticationError

_EXAMPLE = {
    "username": "bob", "password": "taadtaadpstcsm", "nonce": "d36e316282959a9ed4c89851497a717f",
    "created": "2003-12-15T14:43:07Z",
}  # fmt: skip


def test_the_example_of_the_article() -> None:
    """Mark Pilgrim, "Atom Authentication", xml.com, 2003."""
    sent = signed("wsse", {**_EXAMPLE, "form": "text"}, "GET https://a.example/")
    assert sent.value("X-WSSE") == (
        'UsernameToken Username="bob", PasswordDigest="quR/EWLAV4xLf9Zqyw4pDmfV9OY=", '
        'Nonce="d36e316282959a9ed4c89851497a717f", Created="2003-12-15T14:43:07Z"'
    )
    assert sent.value("Authorization") == 'WSSE profile="UsernameToken"'
    assert 'PasswordDigest="•••••"' in str(sent.values("X-WSSE")[0])


def test_as_bruno_does_it() -> None:
    sent = signed("wsse", {"username": "bob", "password": "pw"}, "GET https://a.example/", now=1_700_000_000.9)
    nonce = bytes(range(16)).hex()
    digest = b64encode(hashlib.sha1(f"{nonce}2023-11-14T22:13:20Zpw".encode()).hexdigest().encode()).decode()
    assert sent.value("X-WSSE") == (
        f'UsernameToken Username="bob", PasswordDigest="{digest}", Nonce="{nonce}", Created="2023-11-14T22:13:20Z"'
    )
    assert sent.value("Authorization") is None


def test_the_standard_form() -> None:
    given = {"username": "bob", "password": "pw", "form": "standard"}
    sent = signed("wsse", given, "GET https://a.example/")
    nonce = bytes(range(16))
    digest = b64encode(hashlib.sha1(nonce + b"2023-11-14T22:13:20Zpw").digest()).decode()
    assert sent.value("X-WSSE") == (
        f'UsernameToken Username="bob", PasswordDigest="{digest}", Nonce="{b64encode(nonce).decode()}", '
        'Created="2023-11-14T22:13:20Z"'
    )


def test_the_password_itself() -> None:
    sent = signed("wsse", {**_EXAMPLE, "digest": "false"}, "GET https://a.example/")
    assert ', Password="taadtaadpstcsm", ' in (sent.value("X-WSSE") or "")
    assert "taadtaadpstcsm" not in str(sent.values("X-WSSE")[0])


@pytest.mark.parametrize("more", [{"username": 'a"b'}, {"created": 'x"'}, {"username": "a\nb"}])
def test_what_cannot_be_quoted_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError):
        signed("wsse", {**_EXAMPLE, **more}, "GET https://a.example/")
