"""What is said after a 401, 403 or 407."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.schemes import plain

from httpls_auth.refusal import Attempt, Refusal, explain_refusal
from httpls_auth.schemes.message import Field, ResponseHead

NOW = 1_700_000_000


def refusal(
    status: int, challenge: str | None, sent: str | None = None, words: Sequence[str] = (), **more: str
) -> Refusal:
    name, credentials = (
        ("Proxy-Authenticate", "Proxy-Authorization") if status == 407 else ("WWW-Authenticate", "Authorization")
    )
    fields = [(name, challenge)] if challenge is not None else []
    fields += [(key.replace("_", "-"), value) for key, value in more.items()]
    carried = [Field(credentials, plain(sent))] if sent is not None else []
    found = explain_refusal(Attempt(carried, words, NOW), ResponseHead(status, "", tuple(fields)))
    assert found is not None
    return found


def jwt(**claims: object) -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln"


@pytest.mark.parametrize(
    ("challenge", "asked"),
    [
        ('Basic realm="files"', ["Basic for the realm “files”"]),
        (
            'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"',
            ["Digest for the realm “r” by SHA-256 with qop auth"],
        ),
        ("Negotiate, NTLM", ["Negotiate", "NTLM"]),
        ('Bearer error="invalid_token", error_description="expired"', ["Bearer because of invalid_token – expired"]),
        ('Bearer scope="a b"', ["Bearer with scope a b"]),
        ('OAuth realm="r", oauth_problem=nonce_used', ["OAuth for the realm “r” because of nonce_used"]),
        (None, []),
    ],
)
def test_what_the_server_asks_for(challenge: str | None, asked: list[str]) -> None:
    assert list(refusal(401, challenge).asked) == asked


@pytest.mark.parametrize(
    ("status", "challenge", "sent", "words", "advice"),
    [
        (401, 'Basic realm="x"', None, [], "Write `# @auth basic {{user}} {{$secret password}}` above the request."),
        (401, 'Basic realm="x", Digest realm="x", nonce="n"', None, [], "Write `# @auth digest {{user}} {{$secret password}}` or `# @auth basic {{user}} {{$secret password}}` above the request."),
        (401, "Negotiate, NTLM", "Basic x", ["basic"], "The server asks for Negotiate or NTLM, and `Basic` is not that."),
        (401, 'Basic realm="x"', "Basic x", ["basic"], "User or password is wrong; a password beyond ASCII may be wanted in `charset=iso-8859-1`."),
        (401, 'Basic realm="x"', None, ["ntlm"], "The server asks for Basic, and `ntlm` is not that."),
        (401, 'Digest realm="x", nonce="n"', "Digest x", ["digest"], "User or password is wrong, or the password is kept for another realm."),
        (401, 'OAuth realm="x", oauth_problem="token_revoked"', "OAuth x", ["oauth1"], "The token is wrong, expired or revoked: log in anew with `httpls auth login`, or give another `token`."),
        (401, "OAuth", "OAuth x", ["oauth1"], "Key, secret or signature method is wrong, or the token is no longer valid: `httpls auth login` gets a new one where a login is set up."),
        (401, "EG1-HMAC-SHA256", "EG1-HMAC-SHA256 x", ["edgegrid"], "A token or the secret is wrong, or is one of another host, or the clocks differ; the body of the response says which."),
        (401, "NTLM", "NTLM x", ["ntlm"], "User, password or domain is wrong; write the user as `DOMAIN\\user`, or give `domain`."),
        (401, "Negotiate", "Negotiate x", ["negotiate"], "The ticket is none for this server: see `klist`, the name of the host, and `host` and `service`."),
        (401, 'Bearer error="invalid_token"', "Bearer opaque", ["bearer"], "The token is wrong, expired or revoked: get a new one (`httpls auth login`)."),
        (401, "Bearer", f"Bearer {jwt(exp=NOW - 7200)}", ["oauth2"], "The token expired 2 hours ago: get a new one (`httpls auth login`)."),
        (401, "Bearer", f"Bearer {jwt(nbf=NOW + 61)}", ["jwt"], "The token holds only in 1 minute: the clocks may differ."),
        (401, "Bearer", f"Bearer {jwt(exp=NOW + 60, aud=['a'], iss='i')}", ["jwt"], 'The token has not expired, but the server does not take it: compare issuer, audience and scope. It says: iss i, aud ["a"].'),
        (403, 'Bearer error="insufficient_scope", scope="orders:write"', "Bearer opaque", ["oauth2"], "The token lacks the scope `orders:write`: ask for it with `@auth-scope`."),
        (403, None, "Basic x", ["basic"], "The server knows the credential, most likely, but who it belongs to may not do this."),
        (403, None, "AWS4-HMAC-SHA256 x", ["aws"], "The signature is wrong (a wrong key, or something on the way changed the request), or the key may not."),
        (403, None, None, [], "The server may want a credential without saying so; else nobody may do this."),
        (401, None, None, ["apikey"], "The server does not say what it asks for; see its documentation for the way to authenticate."),
        (407, 'Basic realm="proxy"', None, [], "Give user and password of the proxy, as in `--proxy http://user:password@host:port`."),
    ],
)  # fmt: skip
def test_what_to_try(status: int, challenge: str | None, sent: str | None, words: list[str], advice: str) -> None:
    assert refusal(status, challenge, sent, words).advice[0] == advice


@pytest.mark.parametrize(
    ("sent", "words", "text"),
    [
        (None, [], "the request carried no credential"),
        (None, ["ntlm"], "the request carried no credential: `ntlm` waits for its challenge"),
        (None, ["apikey"], "the request was authenticated by `apikey`"),
        ("Basic x", ["basic"], "the request carried `Authorization` with `Basic`, by `@auth basic`"),
        ("secret-alone", [], "the request carried `Authorization`"),
    ],
)
def test_what_was_sent(sent: str | None, words: list[str], text: str) -> None:
    assert refusal(401, None, sent, words).sent == text


def test_a_clock_that_is_wrong_is_told_where_it_matters() -> None:
    told = "The clock of this machine is 10 minutes ahead of the server's, and the signature has the time in it."
    date = "Tue, 14 Nov 2023 22:03:20 GMT"
    assert told in refusal(403, None, "AWS4-HMAC-SHA256 x", ["aws"], Date=date).advice
    assert told not in refusal(403, None, "Basic x", ["basic"], Date=date).advice
    assert told not in refusal(403, None, "Hawk x", ["hawk"], Date="Tue, 14 Nov 2023 22:13:10 GMT").advice
    assert refusal(403, None, "Hawk x", ["hawk"], Date="yesterday").advice


def test_other_statuses_are_no_refusals() -> None:
    assert explain_refusal(Attempt((), (), NOW), ResponseHead(404, "", ())) is None


@settings(deadline=None)
@given(st.sampled_from([401, 403, 407]), st.text(), st.text(), st.sampled_from([[], ["aws"], ["oauth2", "mtls"]]))
def test_nothing_of_a_server_breaks_it_and_no_credential_is_repeated(
    status: int, challenge: str, sent: str, words: list[str]
) -> None:
    found = refusal(status, challenge, f"Bearer marker-{sent}", words, Date=challenge)
    assert "marker-" not in "".join([*found.asked, found.sent, *found.advice])
