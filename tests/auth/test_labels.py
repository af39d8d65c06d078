"""Where a secret may go: exact origins, patterns of hosts, and what two of them have in common."""

import pytest

from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import parse_origin


def _labels(*origins: str) -> Labels:
    return Labels("a secret", frozenset(map(parse_origin, origins)))


@pytest.mark.parametrize(
    ("allowed", "url", "may_go"),
    [
        ("https://api.test", "https://api.test/a", True),
        ("https://api.test", "http://api.test/a", False),
        ("https://api.test", "https://api.test:8443/a", False),
        ("https://*.api.test", "https://a.api.test", True),
        ("https://*.api.test", "https://a.b.api.test", True),
        ("https://*.api.test", "https://api.test", False),
        ("https://*.api.test", "https://.api.test", False),
        ("https://*.api.test", "https://evilapi.test", False),
        ("https://*.api.test", "http://a.api.test", False),
        ("https://*.api.test", "https://a.api.test:8443", False),
        ("https://*.api.test:8443", "https://a.api.test:8443", True),
    ],
)
def test_where_a_secret_may_go(allowed: str, url: str, may_go: bool) -> None:
    assert _labels(allowed).allows(parse_origin(url)) is may_go


def test_what_is_plain_may_go_anywhere() -> None:
    assert PLAIN.allows(parse_origin("http://anything.test"))


@pytest.mark.parametrize(
    ("first", "second", "common"),
    [
        (["https://a.test"], ["https://a.test", "https://b.test"], ["https://a.test"]),
        (["https://a.test"], ["https://b.test"], []),
        (["https://*.api.test"], ["https://x.api.test", "https://b.test"], ["https://x.api.test"]),
        (["https://*.api.test"], ["https://*.x.api.test"], ["https://*.x.api.test"]),
    ],
)
def test_two_secrets_in_one_text_may_go_only_where_both_may(
    first: list[str], second: list[str], common: list[str]
) -> None:
    assert (_labels(*first) | _labels(*second)).origins == _labels(*common).origins
    assert (_labels(*second) | _labels(*first)).origins == _labels(*common).origins
