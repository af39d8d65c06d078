"""Digest: the vectors of the RFCs, every algorithm with every quality of protection, and the way of the nonces."""

from collections.abc import Mapping, Sequence

import pytest
from tests.support.schemes import context, notes, plain, request, scheme

from httpls_auth.errors import AuthenticationError, ChallengeError, CredentialError
from httpls_auth.schemes import digest
from httpls_auth.schemes.challenge import parse_challenges
from httpls_auth.schemes.flow import FlowContext, Step, drive
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.scheme import Scheme

ALGORITHMS = ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess")

# User postman, password password, realm Users, and the nonces below; the columns are no qop, auth, auth-int (no body).
# From the tests of postman-runtime (test/unit/auth-handlers.test.js).
NONCE, CLIENT_NONCE = "bcgEc5RPU1ANglyT2I0ShU0oxqPB5jXp", "0a4f113b"
RESPONSES = {
    "MD5": ("63db383a0f03744cfd45fe15de8dbe9d", "f83809617b00766c6f9840256eb1199e", "65d355634828a04d3a73717dc810a4bf"),
    "MD5-sess": ("3bf3901b3461fe15de194fa866154c21", "52aa69a8b63d81b51e2d02ecebaa705e", "eb2ec4193a936809d035976f5f20cc65"),
    "SHA-256": ("640a149858bc1b2a90a02453a328bad01c1bad5dad6ba92cf0bf7832fd7dcae2", "6025934347a57283989281f03d9c4e1adbb3ee50af57827c83182d87e0cb7ec0", "06ba0831e0043ddc784784a1915acfd6d58792ab8203edaff5082800f8d294a5"),
    "SHA-256-sess": ("0b4e18576fd9f4850dda49eab2a581a5f40bb50f6ecaa17ab4340cd416497e13", "9388df8d879c3d988419aafca225ccc4626eb089192e992239b5595a532e243d", "31ecccb1899773a8d2478e6f7042f3174485ce18949731e84c572a1dd48d1539"),
    "SHA-512-256": ("1676ceef7b880281567d30ca03f2517131fbc4a0c0a16d577cc4ad477b6b8c52", "fb53cf8c6922b758cf05477afd5cd896ad0213f16588ed15089da72a2900cb19", "f928c7ae0b0d4e4fe870e2fe66ccb85362e08b7c9ac33dcc527915019dec7aa2"),
    "SHA-512-256-sess": ("501c722984db1ecab705757c060e359debac8c9ee98bea00fc70c111977fcaba", "5b0af1e60cff4aaa751326f6e837ea5d32c77324254f6c0c9882ff6cc0947799", "6e12487570a4f493953dd7e378924eee9a61dea0e6f0ee59854cf2c77c223f53"),
}  # fmt: skip


def no_steps(step: Step) -> object:
    raise AssertionError(step)


def head(status: int, *fields: tuple[str, str]) -> ResponseHead:
    return ResponseHead(status, "", tuple(fields))


def challenged(*values: str, status: int = 401) -> ResponseHead:
    return head(status, *[("WWW-Authenticate", value) for value in values])


def answer(
    given: Scheme, sent: OutgoingRequest, response: ResponseHead, world: FlowContext | None = None
) -> OutgoingRequest | None:
    return drive(given.answer(sent, response, world or context()), no_steps)


def authenticate(given: Scheme, sent: OutgoingRequest, world: FlowContext) -> OutgoingRequest:
    return drive(given.authenticate(sent, world), no_steps)


def credentials(sent: OutgoingRequest | None, name: str = "Authorization") -> Mapping[str, str]:
    assert sent is not None
    (challenge,) = parse_challenges([sent.value(name) or ""])
    assert challenge.scheme == "Digest"
    return dict(challenge.parameters)


def response_to(challenge: str, text: str, user: str, password: str, **more: str) -> Mapping[str, str]:
    given = scheme("digest", username=user, password=password, **more)
    return credentials(answer(given, request(text), challenged(challenge)))


def test_rfc_2617() -> None:
    found = response_to(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        "GET http://www.nowhere.org/dir/index.html", "Mufasa", "Circle Of Life", cnonce="0a4f113b",
    )  # fmt: skip
    assert found == {
        "username": "Mufasa", "realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "uri": "/dir/index.html", "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b",
        "response": "6629fae49393a05397450978507c4ef1", "opaque": "5ccc069c403ebaf9f0171e9517f40e41",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_rfc_7616(algorithm: str, response: str) -> None:
    found = response_to(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
        "GET http://www.example.org/dir/index.html", "Mufasa", "Circle of Life",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )  # fmt: skip
    assert (found["response"], found["algorithm"]) == (response, algorithm)


def test_rfc_7616_with_a_hashed_user_as_the_erratum_4897_has_it() -> None:
    found = response_to(
        'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
        "GET http://api.example.org/doe.json", "Jäsøn Doe", "Secret, or not?",
        cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
    )  # fmt: skip
    assert found["username"] == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    assert found["response"] == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert found["userhash"] == "true"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(("column", "qop"), [(0, ""), (1, "auth"), (2, "auth-int")])
def test_every_algorithm_with_every_quality(algorithm: str, column: int, qop: str) -> None:
    offer = f', qop="{qop}"' if qop else ""
    found = response_to(
        f'Digest realm="Users", nonce="{NONCE}", algorithm={algorithm}{offer}, opaque="5ccc069c403ebaf9f0171e9517f40e"',
        "GET https://postman-echo.com/digest-auth", "postman", "password", cnonce=CLIENT_NONCE,
    )  # fmt: skip
    assert found["response"] == RESPONSES[algorithm][column]
    assert ("cnonce" in found) == (bool(qop) or algorithm.endswith("-sess"))


def test_sha_512_256_without_the_help_of_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "_has_sha512_256", lambda: False)
    test_every_algorithm_with_every_quality("SHA-512-256", 2, "auth-int")


@pytest.mark.parametrize(
    ("body", "response"),
    [
        ("Hello Postman!!!", "08af7d82b032a502331788f1e56e16337910c11a887b99c60abf86e9c26fab2a"),
        ("foo=bar&postman=%E9%82%AE%E5%B7%AE", "cbfd61ad1bc2a4c9bb3d058e2b9b9d231e11501261c2115a8f23f787d296d6f4"),
        (
            '{"query":"query Test { hello }","operationName":"Test","variables":{"foo":"bar"}}',
            "88f80bf9c08dd1250ae6fa848f48147aaebc0d56b7f41f04ccd8de4f217d0256",
        ),
    ],
)
def test_the_body_is_covered_by_auth_int(body: str, response: str) -> None:
    found = response_to(
        f'Digest realm="Users", nonce="{NONCE}", algorithm=SHA-512-256, qop="auth-int"',
        f"GET https://postman-echo.com/digest-auth\n\n{body}", "postman", "password", cnonce=CLIENT_NONCE,
    )  # fmt: skip
    assert found["response"] == response


def test_the_query_belongs_to_the_uri() -> None:
    challenge = f'Digest realm="Users", nonce="{NONCE}"'
    found = response_to(challenge, "GET https://postman-echo.com/digest-auth?key=value", "postman", "password")
    assert (found["uri"], found["response"]) == ("/digest-auth?key=value", "24dfb8851ee27e4b00252a13b1fd8ec3")


MD5, SHA256, SHA512 = (
    f'Digest realm="r", nonce="n", qop="auth", algorithm={name}' for name in ("MD5", "SHA-256", "SHA-512-256")
)


@pytest.mark.parametrize(
    ("values", "parameters", "algorithm"),
    [
        ([MD5, SHA256, SHA512], {}, "SHA-512-256"),
        ([SHA512 + ", " + MD5], {}, "SHA-512-256"),
        ([SHA256, MD5], {"algorithm": "MD5"}, "MD5"),
        (['Digest realm="r", nonce="n", algorithm=TOKEN-42', MD5], {}, "MD5"),
        (['Basic realm="r", ' + SHA256], {}, "SHA-256"),
        (['Digest realm="r", nonce="n", algorithm="SHA-256"'], {}, "SHA-256"),
        (['Digest realm="r", nonce="n"'], {}, None),
        (['Digest realm="r", nonce="n"'], {"algorithm": "SHA-256"}, "SHA-256"),
        ([MD5, 'Digest realm="other", nonce="n", algorithm=SHA-256'], {"realm": "r"}, "MD5"),
        ([MD5, 'Digest realm="r", nonce="n", algorithm=SHA-256, qop=unheard-of'], {}, "MD5"),
    ],
)
def test_the_strongest_challenge_that_can_be_answered_is(
    values: Sequence[str], parameters: Mapping[str, str], algorithm: str | None
) -> None:
    given = scheme("digest", "me", "pw", **parameters)
    assert credentials(answer(given, request("GET https://a/"), challenged(*values))).get("algorithm") == algorithm


@pytest.mark.parametrize(
    ("challenge", "parameters", "reason"),
    [
        ('Digest realm="r", nonce="n", algorithm=TOKEN-42', {}, "TOKEN-42"),
        (MD5, {"algorithm": "SHA-256"}, "by MD5, and `algorithm=SHA-256` is demanded"),
        (MD5, {"realm": "other"}, "for the realm `r`"),
        (MD5, {"qop": "auth-int"}, "with qop `auth`"),
        ('Digest realm="r"', {}, "without a nonce"),
    ],
)
def test_a_challenge_that_cannot_be_answered_is_an_error(
    challenge: str, parameters: Mapping[str, str], reason: str
) -> None:
    with pytest.raises(ChallengeError, match=reason):
        answer(scheme("digest", "me", "pw", **parameters), request("GET https://a/"), challenged(challenge))


def test_auth_is_chosen_where_the_server_takes_both() -> None:
    both = 'Digest realm="r", nonce="n", qop="auth-int, auth"'
    assert response_to(both, "GET https://a/", "me", "pw")["qop"] == "auth"
    assert response_to(both, "GET https://a/", "me", "pw", qop="auth-int")["qop"] == "auth-int"


def test_quotes_are_escaped_on_the_way_back_and_hashed_as_they_are_meant() -> None:
    escaped = response_to('Digest realm="a \\"b\\" \\\\c", nonce="n"', "GET https://a/", 'me "x"', "pw")
    assert (escaped["realm"], escaped["username"]) == ('a "b" \\c', 'me "x"')
    given = scheme("digest", 'me "x"', "pw")
    sent = answer(given, request("GET https://a/"), challenged('Digest realm="a \\"b\\" \\\\c", nonce="n"'))
    assert sent is not None
    assert 'username="me \\"x\\"", realm="a \\"b\\" \\\\c"' in (sent.value("Authorization") or "")
    assert ', response="' in (sent.value("Authorization") or "")  # fmt: skip


def test_a_user_beyond_ascii_is_written_as_the_server_understands_it() -> None:
    plainly = answer(
        scheme("digest", "Jäsøn", "pw"), request("GET https://a/"), challenged('Digest realm="r", nonce="n"')
    )
    assert plainly is not None
    assert 'username="Jäsøn"' in (plainly.value("Authorization") or "")
    extended = answer(
        scheme("digest", "Jäsøn Doe", "pw"),
        request("GET https://a/"),
        challenged('Digest realm="r", nonce="n", charset=UTF-8'),
    )
    assert extended is not None
    assert "Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm" in (extended.value("Authorization") or "")


def test_the_first_request_carries_nothing_and_later_ones_the_next_number() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    first = request("GET https://a.example/x")
    assert authenticate(given, first, world) == first
    assert credentials(answer(given, first, challenged(MD5), world))["nc"] == "00000001"
    later = [credentials(authenticate(given, request(f"GET https://a.example/{path}"), world)) for path in ("y", "z")]
    assert [(one["nc"], one["uri"], one["nonce"]) for one in later] == [
        ("00000002", "/y", "n"),
        ("00000003", "/z", "n"),
    ]
    assert later[0]["cnonce"] != later[1]["cnonce"]


def test_the_number_is_hexadecimal() -> None:
    given = scheme("digest", "me", "pw", realm="r", nonce="n", **{"nonce-count": "00000009"})
    world = context()
    sent = [credentials(authenticate(given, request("GET https://a/"), world)) for _ in range(3)]
    assert [len(one) for one in sent] == [5, 5, 5]
    given = scheme("digest", "me", "pw", realm="r", nonce="n", qop="auth", **{"nonce-count": "00000009"})
    world = context()
    sent = [credentials(authenticate(given, request("GET https://a/"), world)) for _ in range(3)]
    assert [one["nc"] for one in sent] == ["00000009", "0000000a", "0000000b"]


def test_what_is_remembered_belongs_to_origin_and_user() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    answer(given, request("GET https://a.example/x"), challenged(MD5), world)
    for text in ("GET https://b.example/x", "GET http://a.example/x", "GET https://a.example:444/x"):
        assert authenticate(given, request(text), world).value("Authorization") is None
    assert authenticate(scheme("digest", "you", "pw"), request("GET https://a.example/"), world).fields == ()


@pytest.mark.parametrize("demanded", [{"realm": "other"}, {"algorithm": "SHA-256"}, {"qop": "auth-int"}])
def test_a_challenge_that_another_request_got_is_not_answered_where_something_else_is_demanded(
    demanded: Mapping[str, str],
) -> None:
    world, text = context(), "GET https://a.example/x"
    answer(scheme("digest", "me", "pw"), request(text), challenged(MD5), world)
    assert authenticate(scheme("digest", "me", "pw"), request(text), world).value("Authorization") is not None
    assert authenticate(scheme("digest", "me", "pw", **demanded), request(text), world).value("Authorization") is None


def test_a_challenge_holds_for_its_domain_only() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    domain = MD5 + ', domain="/private /shared https://other.example/all"'
    answer(given, request("GET https://a.example/private/x"), challenged(domain), world)
    covered = {
        path: authenticate(given, request(f"GET https://a.example{path}"), world).value("Authorization") is not None
        for path in ("/private/y", "/shared", "/public", "/all")
    }
    assert covered == {"/private/y": True, "/shared": True, "/public": False, "/all": False}
    assert authenticate(given, request("GET https://other.example/all"), world).value("Authorization") is None


def test_a_wrong_password_is_told_from_a_stale_nonce() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    sent = request("GET https://a/")
    assert answer(given, sent, challenged('Digest realm="r", nonce="1", qop="auth"'), world) is not None
    assert answer(given, sent, challenged('Digest realm="r", nonce="2", qop="auth"'), world) is None
    fresh = answer(given, sent, challenged('Digest realm="r", nonce="3", qop="auth", stale=TRUE'), world)
    assert (credentials(fresh)["nonce"], credentials(fresh)["nc"]) == ("3", "00000001")


def test_an_answer_sent_beforehand_is_tried_anew_with_what_the_server_says() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    answer(given, request("GET https://a/"), challenged('Digest realm="r", nonce="1"'), world)
    later = world._replace(exchange={})
    assert authenticate(given, request("GET https://a/"), later).value("Authorization") is not None
    fresh = answer(given, request("GET https://a/"), challenged('Digest realm="r", nonce="2"'), later)
    assert credentials(fresh)["nonce"] == "2"


def test_the_next_nonce_is_taken_over() -> None:
    world, given = context(), scheme("digest", "me", "pw")
    sess = MD5.replace("MD5", "MD5-sess")
    first = credentials(answer(given, request("GET https://a/"), challenged(sess), world))
    information = ("Authentication-Info", 'nextnonce="following", qop=auth')
    assert answer(given, request("GET https://a/"), head(200, information), world) is None
    second = credentials(authenticate(given, request("GET https://a/"), world))
    assert (second["nonce"], second["nc"], second["cnonce"]) == ("following", "00000001", first["cnonce"])


def test_the_server_has_to_prove_itself_where_it_does() -> None:
    world, given = context(), scheme("digest", "Mufasa", "Circle Of Life", cnonce="0a4f113b")
    challenge = 'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    sent = answer(given, request("GET http://a/dir/index.html"), challenged(challenge), world)
    assert sent is not None
    # H(HA1:nonce:nc:cnonce:qop:H(":/dir/index.html")), worked out by `openssl md5`.
    right, wrong = "376602cfd2f4e8e5e78b948a85263e85", "6629fae49393a05397450978507c4ef1"
    for proof in (right, right.upper()):
        given.verify_response(sent, head(200, ("Authentication-Info", f'qop=auth, rspauth="{proof}"')), (), world)
    given.verify_response(sent, head(200), (), world)
    with pytest.raises(ChallengeError, match="rspauth"):
        given.verify_response(sent, head(200, ("Authentication-Info", f'qop=auth, rspauth="{wrong}"')), (), world)


@pytest.mark.parametrize("status", [200, 404, 407])
def test_other_responses_are_taken_as_they_are(status: int) -> None:
    assert answer(scheme("digest", "me", "pw"), request("GET https://a/"), challenged(MD5, status=status)) is None


def test_a_challenge_of_another_scheme_is_not_answered() -> None:
    assert (
        answer(scheme("digest", "me", "pw"), request("GET https://a/"), challenged('Basic realm="r"', "NTLM")) is None
    )


def test_without_retry_the_challenge_is_the_response() -> None:
    given = scheme("digest", "me", "pw", **{"no-retry": "true"})
    assert answer(given, request("GET https://a/"), challenged(MD5)) is None


def test_a_forced_nonce_that_the_server_refuses_gives_way_to_its_own() -> None:
    world = context()
    given = scheme("digest", "me", "pw", realm="r", nonce="mine", opaque="o", qop="auth")
    first = credentials(authenticate(given, request("GET https://a/"), world))
    assert (first["nonce"], first["opaque"], first["nc"]) == ("mine", "o", "00000001")
    fresh = credentials(answer(given, request("GET https://a/"), challenged(MD5), world))
    assert (fresh["nonce"], fresh["nc"]) == ("n", "00000001")


@pytest.mark.parametrize(
    "parameters", [{"username": "a\nb"}, {"charset": "iso-8859-1", "password": "€"}, {"nonce-count": "x", "nonce": "n"}]
)
def test_what_cannot_be_sent_is_refused(parameters: Mapping[str, str]) -> None:
    given = scheme("digest", **{"username": "me", "password": "pw", **parameters})
    with pytest.raises(CredentialError):
        answer(given, request("GET https://a/"), challenged('Digest realm="r", nonce="n"'))


@pytest.mark.parametrize("missing", ["username", "password"])
def test_what_is_required(missing: str) -> None:
    with pytest.raises(AuthenticationError, match=missing):
        scheme("digest", **{name: "x" for name in ("username", "password") if name != missing})


def test_the_computation_is_shown_without_its_secrets() -> None:
    world = context()
    sent = answer(scheme("digest", "me", "hidden"), request("POST https://a/x\n\nbody"), challenged(MD5), world)
    assert sent is not None
    assert notes(world) == {
        "challenge": "realm=r, nonce=n, qop=auth, algorithm=MD5",
        "A1": "me:r:•••••",
        "A2": "POST:/x",
        "hashed": "MD5 of H(A1):n:00000001:101112131415161718191a1b1c1d1e1f:auth:H(A2)",
        "response": "•••••",
    }
    shown = str(sent.values("Authorization")[0])
    assert shown.startswith(
        'Digest username="me", realm="r", nonce="n", uri="/x", response="•••••", algorithm=MD5, qop=auth'
    )


def test_a_proxy_is_answered_in_its_own_fields() -> None:
    from dataclasses import replace

    from httpls_auth.schemes.challenge import PROXY
    from httpls_auth.schemes.digest import Digest
    from httpls_auth.values.origin import parse_origin

    given = replace(Digest(plain("me"), plain("pw")), side=PROXY, proxy=parse_origin("http://proxy:3128"))
    world = context()
    response = head(407, ("Proxy-Authenticate", MD5))
    sent = answer(given, request("GET http://a/x"), response, world)
    assert credentials(sent, "Proxy-Authorization")["uri"] == "/x"
    assert given.writes == frozenset(("proxy-authorization",))
    # What a proxy asked for holds for every origin behind it.
    assert credentials(authenticate(given, request("GET http://b/y"), world), "Proxy-Authorization")["nc"] == "00000002"
    assert answer(given, request("GET http://a/x"), challenged(MD5), context()) is None
