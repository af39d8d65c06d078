"""Where redirects lead, what comes along, and what does not."""

import pytest
from tests.support.sending import HERE, outgoing

from httpls.run.redirects import Chain, Followed, RedirectRules, Stopped, follow
from httpls_auth.schemes.message import Field, FieldSource, MemoryBody, OutgoingRequest, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value, joined

API = parse_origin("https://api.example.com")
OTHERS = {
    "other port": "https://api.example.com:8443",
    "other scheme": "http://api.example.com",
    "sub-domain": "https://eu.api.example.com",
    "other host": "https://example.org",
}


def _redirected(
    location: str | None,
    status: int = 302,
    request: OutgoingRequest | None = None,
    rules: RedirectRules = RedirectRules(),  # noqa: B008
    chain: Chain | None = None,
) -> Followed | Stopped | None:
    request = request or outgoing("https://api.example.com/a/b?c=d")
    fields = (("Location", location),) if location is not None else ()
    return follow(request, ResponseHead(status, "", fields), rules, chain or Chain(request.origin))


def _followed(
    location: str,
    status: int = 302,
    request: OutgoingRequest | None = None,
    rules: RedirectRules = RedirectRules(),  # noqa: B008
    chain: Chain | None = None,
) -> Followed:
    found = _redirected(location, status, request, rules, chain)
    assert isinstance(found, Followed), found
    return found


def _stopped(
    location: str,
    status: int = 302,
    request: OutgoingRequest | None = None,
    rules: RedirectRules = RedirectRules(),  # noqa: B008
    chain: Chain | None = None,
) -> Stopped:
    found = _redirected(location, status, request, rules, chain)
    assert isinstance(found, Stopped), found
    return found


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/x", "https://api.example.com/x"),
        ("x", "https://api.example.com/a/x"),
        ("../x", "https://api.example.com/x"),
        ("../../../x", "https://api.example.com/x"),
        ("?x=y", "https://api.example.com/a/b?x=y"),
        ("./", "https://api.example.com/a/"),
        ("https://api.example.com", "https://api.example.com/"),
        ("https://api.example.com?x", "https://api.example.com/?x"),
        ("HTTPS://API.example.com:443/x", "https://api.example.com/x"),
        ("//api.example.com/x", "https://api.example.com/x"),
        ("  /x\t", "https://api.example.com/x"),
        ("/x#fragment", "https://api.example.com/x"),
        ('/a b/%zz?q={"}|', "https://api.example.com/a%20b/%25zz?q=%7B%22%7D%7C"),
        ("/already%20encoded?a=%2F", "https://api.example.com/already%20encoded?a=%2F"),
        ("/\xc3\xa4", "https://api.example.com/%C3%A4"),
        ("/\xe4", "https://api.example.com/%C3%A4"),
        ("/\\example.org/x", "https://api.example.com/%5Cexample.org/x"),
        ("\\\\example.org/x", "https://api.example.com/a/%5C%5Cexample.org/x"),
        ("https://user:password@api.example.com/x", "https://api.example.com/x"),
        ("/x?next=http://example.org/", "https://api.example.com/x?next=http://example.org/"),
        ("https://example.org/x", "https://example.org/x"),
        ("//example.org", "https://example.org/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://müller.example/x", "https://xn--mller-kva.example/x"),
    ],
)  # fmt: skip
def test_a_location(location: str, url: str) -> None:
    assert (
        str(_followed(location.encode("utf-8").decode("latin-1") if "ü" in location else location).request.url) == url
    )


@pytest.mark.parametrize("location", [None, "", "   "])
def test_without_a_location_the_response_stands(location: str | None) -> None:
    assert _redirected(location) is None


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 306, 404])
def test_other_responses_are_not_followed(status: int) -> None:
    assert _redirected("/x", status) is None


def test_redirects_can_be_switched_off() -> None:
    assert _redirected("/x", rules=RedirectRules(follows=False)) is None


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("ftp://example.org/x", "redirect-scheme"),
        ("javascript:alert(1)", "redirect-scheme"),
        ("mailto:a@example.org", "redirect-scheme"),
        ("file:///etc/passwd", "redirect-scheme"),
        ("https://example.org:99999/", "bad-location"),
        ("https://[::1/", "bad-location"),
        ("https:///x", "bad-location"),
    ],
)
def test_a_location_that_leads_nowhere(location: str, code: str) -> None:
    assert _stopped(location).code == code


def test_several_different_locations_are_not_followed() -> None:
    request = outgoing("https://api.example.com/")
    twice = ResponseHead(302, "", (("Location", "/a"), ("Location", "/b")))
    same = ResponseHead(302, "", (("Location", "/a"), ("location", "/a")))
    assert isinstance(follow(request, twice, RedirectRules(), Chain(request.origin)), Stopped)
    assert isinstance(follow(request, same, RedirectRules(), Chain(request.origin)), Followed)


def test_there_is_an_end_to_it() -> None:
    chain = Chain(API)
    for _ in range(10):
        chain = _followed("/x", chain=chain).chain
    stopped = _stopped("/x", chain=chain)
    assert (stopped.code, "more than 10 times" in stopped.message) == ("too-many-redirects", True)
    assert _stopped("/x", rules=RedirectRules(maximum=0)).code == "too-many-redirects"


@pytest.mark.parametrize(
    ("status", "method", "becomes", "keeping"),
    [
        (301, "POST", "GET", "POST"),
        (302, "POST", "GET", "POST"),
        (303, "POST", "GET", "POST"),
        (307, "POST", "POST", "POST"),
        (308, "POST", "POST", "POST"),
        (301, "PUT", "PUT", "PUT"),
        (302, "DELETE", "DELETE", "DELETE"),
        (303, "PUT", "GET", "PUT"),
        (303, "HEAD", "HEAD", "HEAD"),
        (302, "HEAD", "HEAD", "HEAD"),
        (303, "GET", "GET", "GET"),
        (302, "post", "GET", "post"),
    ],
)
def test_the_method(status: int, method: str, becomes: str, keeping: str) -> None:
    request = outgoing("https://api.example.com/", method, "Content-Type: text/plain", "X: y", body=b"body")
    followed = _followed("/x", status, request)
    assert followed.request.method == becomes
    if becomes == method:
        assert followed.request.body is request.body
        assert followed.request.fields == request.fields
    else:
        assert followed.request.body is None
        assert [field.name for field in followed.request.fields] == ["X"]
        assert followed.dropped == ("Content-Type",)
    kept = _followed("/x", status, request, RedirectRules(keeps_method=True)).request
    assert (kept.method, kept.body is request.body) == (keeping, True)


TOKEN = Labels("a test")
EVERY_KIND = (
    Field("Authorization", Value("by hand", HERE)),
    Field("authorization", Value("signed", HERE, TOKEN), FieldSource.AUTHENTICATION),
    Field("X-Api-Key", Value("made by a scheme", HERE, TOKEN), FieldSource.AUTHENTICATION),
    Field("X-Secret", Value("s3cret", HERE, TOKEN)),
    Field("X-Bound", Value("bound", HERE, Labels(None, frozenset([API])))),
    Field("Cookie", Value("by=hand", HERE)),
    Field("Cookie", Value("from=jar", HERE), FieldSource.COOKIE_JAR),
    Field("Proxy-Authorization", Value("by hand", HERE)),
    Field("Host", Value("virtual", HERE)),
    Field("X-Plain", Value("plain", HERE)),
    Field("Accept", Value("*/*", HERE), FieldSource.DEFAULT),
)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_at_the_same_origin_all_stays_that_is_not_made_anew(status: int) -> None:
    request = outgoing("https://api.example.com/")._replace(fields=EVERY_KIND)
    followed = _followed("https://api.example.com/x", status, request)
    kept = [(field.name, field.value.reveal()) for field in followed.request.fields]
    assert kept == [
        ("Authorization", "by hand"), ("X-Secret", "s3cret"), ("X-Bound", "bound"), ("Cookie", "by=hand"),
        ("Proxy-Authorization", "by hand"), ("Host", "virtual"), ("X-Plain", "plain"), ("Accept", "*/*"),
    ]  # fmt: skip
    assert followed.chain.is_signed
    assert followed.dropped == ()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", OTHERS.values(), ids=OTHERS.keys())
def test_at_another_origin_only_the_plain_comes_along(where: str, status: int) -> None:
    request = outgoing("https://api.example.com/")._replace(fields=EVERY_KIND)
    followed = _followed(f"{where}/x", status, request)
    assert [field.name for field in followed.request.fields] == ["X-Plain", "Accept"]
    assert not followed.chain.is_signed
    assert set(followed.dropped) == {
        "Authorization", "authorization", "X-Api-Key", "X-Secret", "X-Bound", "Cookie", "Proxy-Authorization", "Host",
    }  # fmt: skip


@pytest.mark.parametrize("where", OTHERS.values(), ids=OTHERS.keys())
def test_nothing_dropped_comes_back(where: str) -> None:
    request = outgoing("https://api.example.com/")._replace(fields=EVERY_KIND)
    there = _followed(f"{where}/x", 302, request)
    back = _followed("https://api.example.com/y", 302, there.request, chain=there.chain)
    again = _followed("https://api.example.com/z", 302, back.request, chain=back.chain)
    for hop in (back, again):
        assert [field.name for field in hop.request.fields] == ["X-Plain", "Accept"]
        assert not hop.chain.is_signed


@pytest.mark.parametrize(
    ("listed", "where", "is_signed"),
    [
        ("https://example.org", "https://example.org/x", True),
        ("https://example.org", "https://example.org:8443/x", False),
        ("https://example.org", "https://www.example.org/x", False),
        ("http://api.example.com", "http://api.example.com/x", False),
        ("https://api.example.com:8443", "https://api.example.com:8443/x", True),
    ],
)
def test_listed_origins_are_signed_for_anew_but_never_without_tls(listed: str, where: str, is_signed: bool) -> None:
    request = outgoing("https://api.example.com/")._replace(fields=EVERY_KIND)
    followed = _followed(where, 302, request, RedirectRules(auth_origins=frozenset([parse_origin(listed)])))
    assert followed.chain.is_signed is is_signed
    # What was signed for the other origin stays there all the same; so do the secrets.
    assert [field.name for field in followed.request.fields] == ["X-Plain", "Accept"]


def test_a_listed_origin_may_send_back() -> None:
    login = parse_origin("https://login.example.com")
    rules = RedirectRules(auth_origins=frozenset([login]))
    there = _followed("https://login.example.com/", 302, rules=rules)
    back = _followed("https://api.example.com/", 302, there.request, rules, there.chain)
    assert back.chain.is_signed
    elsewhere = _followed("https://example.org/", 302, back.request, rules, back.chain)
    assert not elsewhere.chain.is_signed
    assert not _followed("https://login.example.com/", 302, elsewhere.request, rules, elsewhere.chain).chain.is_signed


@pytest.mark.parametrize(
    ("where", "keeps"),
    [
        ("https://api.example.com:8443/", True),
        ("http://api.example.com/", False),
        ("https://eu.api.example.com/", False),
        ("https://example.org/", False),
    ],
)
def test_authorization_by_hand_may_be_kept_on_the_same_host(where: str, keeps: bool) -> None:
    request = outgoing("https://api.example.com/", "GET", "Authorization: by hand", "Cookie: a=b")
    followed = _followed(where, 302, request, RedirectRules(keeps_authorization=True))
    assert [field.name for field in followed.request.fields] == (["Authorization"] if keeps else [])


def test_a_secret_stays_where_it_is_bound_even_if_authorization_is_kept() -> None:
    bound = Value("Bearer x", HERE, Labels("a test", frozenset([API])))
    request = outgoing("https://api.example.com/")._replace(fields=(Field("Authorization", bound),))
    followed = _followed("https://api.example.com:8443/", 302, request, RedirectRules(keeps_authorization=True))
    assert followed.dropped == ("Authorization",)


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("where", OTHERS.values(), ids=OTHERS.keys())
def test_a_body_with_a_secret_is_not_sent_to_another_origin(where: str, status: int) -> None:
    request = outgoing("https://api.example.com/", "POST", body=MemoryBody(b"password=s3cret", TOKEN))
    stopped = _stopped(where, status, request)
    assert stopped.code == "redirect-carries-secret"
    assert "asks for the same body" in stopped.message
    assert isinstance(_redirected("https://api.example.com/x", status, request), Followed)
    assert _followed(where, 303, request).request.body is None
    plain = outgoing("https://api.example.com/", "POST", body=b"plain")
    assert _followed(where, status, plain).request.body is plain.body


def test_a_body_with_a_secret_goes_to_a_listed_origin_that_the_secret_allows() -> None:
    login = parse_origin("https://login.example.com")
    rules = RedirectRules(auth_origins=frozenset([login]))
    allowed = outgoing("https://api.example.com/", "POST", body=MemoryBody(b"s", Labels("x", frozenset([API, login]))))
    bound = outgoing("https://api.example.com/", "POST", body=MemoryBody(b"s", Labels("x", frozenset([API]))))
    assert _followed(str(login), 307, allowed, rules).request.body is allowed.body
    assert _stopped(str(login), 307, bound, rules).code == "redirect-carries-secret"


def _with_secret_query() -> OutgoingRequest:
    target = joined((Value("/?key=", HERE), Value("s3cr%20et", HERE, TOKEN)), HERE)
    return outgoing("https://api.example.com/")._replace(target=target)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("passed_on", ["key=s3cr%20et", "q=%26key%3Ds3cr%20et", "key=s3cr et"])
def test_a_secret_of_the_query_is_not_passed_on_to_another_origin(status: int, passed_on: str) -> None:
    stopped = _stopped(f"https://www.example.com/?{passed_on}", status, _with_secret_query())
    assert stopped.code == "redirect-carries-secret"
    assert "s3cr" not in stopped.message
    same = _followed(f"https://api.example.com/x?{passed_on}", status, _with_secret_query())
    assert same.request.target.is_secret
    assert "s3cr" not in str(same.request.target)
    assert not _followed("https://www.example.com/?other", status, _with_secret_query()).request.target.is_secret


@pytest.mark.parametrize(
    ("start", "location", "referer"),
    [
        ("https://a.example/x?y", "/z", "https://a.example/x?y"),
        ("https://a.example/x?y", "https://b.example/", "https://a.example/"),
        ("https://a.example/x?y", "http://a.example/", None),
        ("http://a.example/x?y", "https://a.example/", "http://a.example/"),
    ],
)
def test_the_referer(start: str, location: str, referer: str | None) -> None:
    request = outgoing(start)
    assert _followed(location, 302, request).request.value("Referer") is None
    assert _followed(location, 302, request, RedirectRules(sends_referer=True)).request.value("Referer") == referer


def test_what_is_made_for_each_hop_is_not_missed() -> None:
    fields = (
        Field("Host", Value("api.example.com", HERE), FieldSource.DEFAULT),
        Field("Content-Length", Value("4", HERE), FieldSource.DEFAULT),
        Field("Content-Type", Value("text/plain", HERE)),
    )
    request = outgoing("https://api.example.com/", "POST", body=b"body")._replace(fields=fields)
    followed = _followed("https://example.org/", 302, request)
    assert (followed.request.fields, followed.dropped) == ((), ("Content-Type",))


def test_the_referer_tells_no_secret() -> None:
    followed = _followed("/x", 302, _with_secret_query(), RedirectRules(sends_referer=True))
    assert followed.request.value("Referer") == "https://api.example.com/"


def test_origins_compare_with_their_ports() -> None:
    assert parse_origin("https://api.example.com:443/x") == Origin("https", "api.example.com", 443)
