"""Challenges of servers and proxies, as they are written and as they ought not to be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls_auth.schemes.challenge import Challenge, challenges_of, parse_challenges, parse_parameters, quoted
from httpls_auth.schemes.message import ResponseHead


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Basic", [Challenge("Basic")]),
        ('Basic realm="x"', [Challenge("Basic", (("realm", "x"),))]),
        ("basic REALM = x", [Challenge("basic", (("realm", "x"),))]),
        ('Basic realm="say \\"hi\\" \\\\ there"', [Challenge("Basic", (("realm", 'say "hi" \\ there'),))]),
        ("Negotiate", [Challenge("Negotiate")]),
        ("NTLM TlRMTVNTUAAC+/==", [Challenge("NTLM", (), "TlRMTVNTUAAC+/==")]),
        ("Negotiate, NTLM", [Challenge("Negotiate"), Challenge("NTLM")]),
        # RFC 9110, section 11.6.1
        (
            'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
            [
                Challenge("Basic", (("realm", "simple"),)),
                Challenge("Newauth", (("realm", "apps"), ("type", "1"), ("title", 'Login to "apps"'))),
            ],
        ),
        (
            'Negotiate oYG2MIGzoAMKAQE=, Digest realm="a, b", qop="auth,auth-int",stale=TRUE , NTLM',
            [
                Challenge("Negotiate", (), "oYG2MIGzoAMKAQE="),
                Challenge("Digest", (("realm", "a, b"), ("qop", "auth,auth-int"), ("stale", "TRUE"))),
                Challenge("NTLM"),
            ],
        ),
        (", ,Basic  realm=x,,", [Challenge("Basic", (("realm", "x"),))]),
        ("Basic realm=", [Challenge("Basic", (), "realm=")]),
        ('Basic realm=""', [Challenge("Basic", (("realm", ""),))]),
        ('Digest realm="a" nonce="b"', [Challenge("Digest", (("realm", "a"), ("nonce", "b")))]),
        ('Basic realm="open', [Challenge("Basic", (("realm", "open"),))]),
        ('Basic realm="open\\', [Challenge("Basic", (("realm", "open"),))]),
        ('realm="nobody"', []),
        ("", []),
        ("\x00é=", []),
    ],
)
def test_a_field(value: str, found: list[Challenge]) -> None:
    assert list(parse_challenges([value])) == found


def test_several_fields_are_one_list() -> None:
    head = ResponseHead(401, "", (("www-authenticate", "NTLM"), ("X", "y"), ("WWW-Authenticate", 'Basic realm="x"')))
    assert [one.scheme for one in challenges_of(head)] == ["NTLM", "Basic"]


def test_authentication_info() -> None:
    value = 'rspauth="6629", cnonce="0a", nc=00000001, qop=auth, nextnonce="a,b"'
    assert dict(parse_parameters(value)) == {
        "rspauth": "6629", "cnonce": "0a", "nc": "00000001", "qop": "auth", "nextnonce": "a,b",
    }  # fmt: skip
    assert parse_parameters("") == ()


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('aB =,"\\\t/+-.~{}é\x00:')) | st.text(), st.text())
def test_parsing_never_fails(first: str, second: str) -> None:
    for challenge in parse_challenges([first, second]):
        assert challenge.scheme
        assert all(name == name.lower() for name, _ in challenge.parameters)


@settings(deadline=None)
@given(st.text(), st.text())
def test_what_is_quoted_comes_back(realm: str, nonce: str) -> None:
    value = f"Digest realm={quoted(realm)}, nonce={quoted(nonce)}, Basic realm={quoted(nonce)}"
    assert list(parse_challenges([value])) == [
        Challenge("Digest", (("realm", realm), ("nonce", nonce))),
        Challenge("Basic", (("realm", nonce),)),
    ]


def test_a_long_field_takes_linear_time() -> None:
    for piece in ("a", "a=", '"', '\\"', "a =", "= ", ", ", "a b=", '="'):
        parse_challenges([piece * 200_000])
