"""The cookie jar by RFC 6265bis: what is stored, what is refused and why, and what a request carries."""

import pytest

from httpls.run.cookies.cookie import Cookie, SameSite
from httpls.run.cookies.domains import is_public_suffix
from httpls.run.cookies.jar import CookieJar, default_path, path_matches
from httpls.run.cookies.set_cookie import Attributes, parse, parse_date
from httpls_auth.values.origin import parse_origin

NOW = 1_800_000_000.0
DAY = 24 * 60 * 60


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        self.now += 1
        return self.now


def _path(url: str) -> str:
    return ("/" + url.partition("://")[2].partition("/")[2]).partition("?")[0]


def _jar() -> CookieJar:
    return CookieJar(clock=_Clock())


def _store(jar: CookieJar, url: str, *values: str) -> list[str | None]:
    return [event.refused_because for event in jar.store(parse_origin(url), _path(url), values)]


def _sent(jar: CookieJar, url: str) -> str:
    found = jar.field(parse_origin(url), _path(url))
    return found[0].value.reveal() if found else ""


def _sent_after(set_at: str, value: str, sent_to: str) -> str:
    jar = _jar()
    _store(jar, set_at, value)
    return _sent(jar, sent_to)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=b", Attributes("a", "b")),
        (" a = b ; Secure", Attributes("a", "b", is_secure=True)),
        ("a=b=c", Attributes("a", "b=c")),
        ("a=", Attributes("a", "")),
        ("=b", Attributes("", "b")),
        ("b", Attributes("", "b")),
        ('a="b c"', Attributes("a", '"b c"')),
        ("a=b;", Attributes("a", "b")),
        ("a=b;;;HttpOnly", Attributes("a", "b", is_http_only=True)),
        ("a=b; secure=no; HTTPONLY=x", Attributes("a", "b", is_secure=True, is_http_only=True)),
        ("a=b; Path=/x; path=/y", Attributes("a", "b", path="/y")),
        ("a=b; Path=x", Attributes("a", "b")),
        ("a=b; Path=/x; Path=", Attributes("a", "b")),
        ("a=b; Domain=.Example.COM", Attributes("a", "b", domain="example.com")),
        ("a=b; Domain=", Attributes("a", "b")),
        ("a=b; Max-Age=60", Attributes("a", "b", expires_at=NOW + 60)),
        ("a=b; Max-Age=0", Attributes("a", "b", expires_at=0)),
        ("a=b; Max-Age=-1", Attributes("a", "b", expires_at=0)),
        ("a=b; Max-Age=+60", Attributes("a", "b")),
        ("a=b; Max-Age=6x", Attributes("a", "b")),
        ("a=b; Max-Age=", Attributes("a", "b")),
        ("a=b; Max-Age=99999999999999999999", Attributes("a", "b", expires_at=NOW + 400 * DAY)),
        ("a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT", Attributes("a", "b", expires_at=NOW + 400 * DAY)),
        ("a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Attributes("a", "b", expires_at=0)),
        ("a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", Attributes("a", "b", expires_at=NOW + 60)),
        ("a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Attributes("a", "b", expires_at=NOW + 60)),
        ("a=b; Expires=nonsense", Attributes("a", "b")),
        ("a=b; SameSite=strict", Attributes("a", "b", same_site=SameSite.STRICT)),
        ("a=b; SameSite=LAX", Attributes("a", "b", same_site=SameSite.LAX)),
        ("a=b; SameSite=None; Secure", Attributes("a", "b", is_secure=True, same_site=SameSite.NONE)),
        ("a=b; SameSite=other", Attributes("a", "b")),
        ("a=b; Path=/" + "x" * 1024, Attributes("a", "b")),
        ("a=b\t; Secure", Attributes("a", "b", is_secure=True)),
    ],
)
def test_a_set_cookie_field(text: str, found: Attributes) -> None:
    assert parse(text, NOW) == found


@pytest.mark.parametrize("text", ["", "=", " ; Secure", "a=b\x00", "a\x7f=b", "a=b; Path=/\x01", "a=" + "b" * 4096])
def test_a_set_cookie_field_that_is_ignored(text: str) -> None:
    assert isinstance(parse(text, NOW), str)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:00:01 GMT", 1),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("6 november 1994 8:49:37 whatever", 784111777),
        ("Sun, 06 Nov 1994 08:49:37 +0500", 784111777),
        ("06 Nov 69 00:00:00", 3150921600),
        ("06 Nov 70 00:00:00", 26697600),
        ("Mon, 10-Dec-2007 17:02:24.5 GMT", 1197306144),
        ("Wed, 09 Jun 2021 10:18:14 GMT", 1623233894),
        ("Wed, 09-Jun-2021 10:18:14GMT", 1623233894),
        ("31 Feb 2021 00:00:00", None),
        ("32 Jan 2021 00:00:00", None),
        ("01 Jan 1600 00:00:00", None),
        ("01 Jan 2021 24:00:00", None),
        ("01 Jan 2021 23:60:00", None),
        ("01 Jan 2021", None),
        ("", None),
    ],
)
def test_a_date(text: str, seconds: float | None) -> None:
    assert parse_date(text) == seconds


@pytest.mark.parametrize(
    ("path", "default"),
    [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/", "/a/b"), ("", "/"), ("x", "/")],
)
def test_the_default_path(path: str, default: str) -> None:
    assert default_path(path) == default


@pytest.mark.parametrize(
    ("path", "cookie_path", "matches"),
    [
        ("/a", "/a", True),
        ("/a/", "/a", True),
        ("/a/b", "/a", True),
        ("/a/b", "/a/", True),
        ("/ab", "/a", False),
        ("/a", "/a/", False),
        ("/", "/a", False),
        ("/A", "/a", False),
    ],
)
def test_a_path_matches(path: str, cookie_path: str, matches: bool) -> None:
    assert path_matches(path, cookie_path) is matches


@pytest.mark.parametrize(
    ("set_at", "value", "sent_to", "sent"),
    [
        pytest.param("https://example.com/", "a=b", "https://example.com/x", "a=b", id="the same host"),
        pytest.param("https://example.com/", "a=b", "https://www.example.com/", "", id="for one host only"),
        pytest.param("https://example.com/", "a=b; Domain=example.com", "https://www.example.com/", "a=b", id="below"),
        pytest.param("https://www.example.com/", "a=b; Domain=example.com", "https://example.com/", "a=b", id="above"),
        pytest.param(
            "https://www.example.com/", "a=b; Domain=example.com", "https://api.example.com/", "a=b", id="beside"
        ),
        pytest.param("https://example.com/", "a=b; Domain=.example.com", "https://www.example.com/", "a=b", id="dot"),
        pytest.param("https://example.com/", "a=b; Domain=example.com", "https://notexample.com/", "", id="ends alike"),
        pytest.param("https://example.com/", "a=b", "https://example.com:8443/", "a=b", id="ports are shared"),
        pytest.param("https://example.com/", "a=b", "http://example.com/", "a=b", id="schemes are shared"),
        pytest.param("https://example.com/", "a=b; Secure", "http://example.com/", "", id="secure"),
        pytest.param("https://example.com/a/b", "a=b", "https://example.com/a/c", "a=b", id="default path"),
        pytest.param("https://example.com/a/b", "a=b", "https://example.com/", "", id="above the default path"),
        pytest.param("https://example.com/a/b", "a=b; Path=/", "https://example.com/", "a=b", id="path"),
        pytest.param("https://example.com/", "a=b; Path=/a", "https://example.com/ab", "", id="half a path"),
        pytest.param("https://example.com/?q=/x/y", "a=b", "https://example.com/", "a=b", id="query"),
        pytest.param("http://localhost/", "a=b; Secure", "http://localhost:3000/", "a=b", id="localhost is secure"),
        pytest.param("http://127.0.0.1/", "a=b; Secure", "http://127.0.0.1:8080/", "a=b", id="so is its address"),
        pytest.param("http://[::1]/", "a=b; Secure", "http://[::1]:8080/", "a=b", id="so is its other address"),
        pytest.param("http://localhost/", "a=b; Domain=localhost", "http://localhost/", "a=b", id="domain localhost"),
        pytest.param("http://10.0.0.1/", "a=b; Domain=10.0.0.1", "http://10.0.0.1/", "a=b", id="an address as domain"),
        pytest.param("https://github.io/", "a=b; Domain=github.io", "https://github.io/", "a=b", id="a public suffix"),
        pytest.param("https://github.io/", "a=b; Domain=github.io", "https://x.github.io/", "", id="but for it alone"),
        pytest.param("https://example.com/", "=b", "https://example.com/", "b", id="no name"),
        pytest.param("https://example.com/", "a=", "https://example.com/", "a=", id="no value"),
        pytest.param("https://example.com/", "a=b; SameSite=Strict", "https://example.com/", "a=b", id="a person asks"),
        pytest.param("https://example.com/", "a=b; Max-Age=0", "https://example.com/", "", id="expired"),
        pytest.param("https://example.com/", "__Secure-a=b; Secure", "https://example.com/", "__Secure-a=b", id="secure-"),
        pytest.param(
            "https://example.com/x", "__Host-a=b; Secure; Path=/", "https://example.com/", "__Host-a=b", id="host-"
        ),
        pytest.param("http://localhost/", "__Host-a=b; Secure; Path=/", "http://localhost/", "__Host-a=b", id="at home"),
        pytest.param(
            "https://müller.example/", "a=b; Domain=müller.example", "https://www.xn--mller-kva.example/", "a=b", id="IDN"
        ),
    ],
)  # fmt: skip
def test_a_cookie_comes_back(set_at: str, value: str, sent_to: str, sent: str) -> None:
    assert _sent_after(set_at, value.encode("utf-8").decode("latin-1"), sent_to) == sent


@pytest.mark.parametrize(
    ("url", "value", "reason"),
    [
        ("https://example.com/", "a=b; Domain=example.org", "`example.com` may not set cookies for `example.org`"),
        ("https://example.com/", "a=b; Domain=www.example.com", "`example.com` may not set cookies for `www.example.com`"),
        ("https://notexample.com/", "a=b; Domain=example.com", "may not set cookies for `example.com`"),
        ("https://example.com/", "a=b; Domain=com", "everybody can have names below `com` (public suffix)"),
        ("https://a.co.uk/", "a=b; Domain=co.uk", "below `co.uk` (public suffix)"),
        ("https://x.github.io/", "a=b; Domain=github.io", "below `github.io` (public suffix)"),
        ("https://a.b.kawasaki.jp/", "a=b; Domain=b.kawasaki.jp", "below `b.kawasaki.jp` (public suffix)"),
        ("https://a.xn--p1ai/", "a=b; Domain=xn--p1ai", "below `xn--p1ai` (public suffix)"),
        ("http://www.localhost/", "a=b; Domain=localhost", "below `localhost` (public suffix)"),
        ("http://10.0.0.1/", "a=b; Domain=0.0.1", "`10.0.0.1` may not set cookies for `0.0.1`"),
        ("http://example.com/", "a=b; Secure", "it is `Secure`, and came without TLS"),
        ("https://example.com/", "a=b; SameSite=None", "it is `SameSite=None` without being `Secure`"),
        ("https://example.com/", "__Secure-a=b", "begins with `__Secure-`, and it is not `Secure`"),
        ("https://example.com/", "__sEcUrE-a=b", "begins with `__Secure-`, and it is not `Secure`"),
        ("https://example.com/", "__Host-a=b; Secure", "is not for one host with `Path=/`"),
        ("https://example.com/", "__Host-a=b; Path=/", "begins with `__Host-`, and it is not `Secure`"),
        ("https://example.com/", "__Host-a=b; Secure; Path=/x", "is not for one host with `Path=/`"),
        ("https://example.com/", "__host-a=b; Secure; Path=/; Domain=example.com", "is not for one host with `Path=/`"),
        ("https://example.com/", "__Http-a=b; Secure", "begins with `__Http-`, and it is not `HttpOnly`"),
        ("https://example.com/", "__Host-Http-a=b; Secure; Path=/", "begins with `__Host-Http-`, and it is not `HttpOnly`"),
        ("https://example.com/", "=__Host-a=b", "it has no name, and its value begins with `__Host-`"),
        ("https://example.com/", "__Secure-a", "it has no name, and its value begins with `__Secure-`"),
        ("https://example.com/", "a=b\x01", "it holds a control character"),
        ("https://example.com/", "=", "it has neither a name nor a value"),
        ("https://example.com/", "a=" + "b" * 4096, "longer than 4096 bytes"),
    ],
)  # fmt: skip
def test_a_cookie_is_refused_with_a_reason(url: str, value: str, reason: str) -> None:
    jar = _jar()
    (refused,) = _store(jar, url, value)
    assert refused is not None
    assert reason in refused
    assert jar.cookies() == []


def test_a_secure_cookie_is_not_replaced_without_tls() -> None:
    jar = _jar()
    assert _store(jar, "https://example.com/", "a=secure; Secure; Domain=example.com; Path=/login") == [None]
    assert _store(jar, "http://example.com/", "a=b; Path=/login") == [
        "a secure cookie of that name may not be replaced without TLS"
    ]
    assert _store(jar, "http://www.example.com/", "a=b; Path=/login/x") != [None]
    assert _store(jar, "http://example.com/", "a=b; Path=/") == [None]
    assert _store(jar, "http://example.com/", "other=b; Path=/login") == [None]


def test_the_longest_path_comes_first_and_then_the_oldest() -> None:
    jar = _jar()
    for value in ("a=1; Path=/", "b=2; Path=/x/y", "c=3; Path=/x", "d=4; Path=/x/y", "e=5; Path=/"):
        _store(jar, "https://example.com/", value)
    assert _sent(jar, "https://example.com/x/y/z") == "b=2; d=4; c=3; a=1; e=5"


def test_a_cookie_that_is_set_again_keeps_its_place() -> None:
    jar = _jar()
    _store(jar, "https://example.com/", "a=1", "b=2", "a=3")
    assert _sent(jar, "https://example.com/") == "a=3; b=2"


def test_host_and_domain_cookies_of_one_name_are_two() -> None:
    jar = _jar()
    _store(jar, "https://example.com/", "a=host", "a=domain; Domain=example.com")
    assert _sent(jar, "https://example.com/") == "a=host; a=domain"
    assert _sent(jar, "https://www.example.com/") == "a=domain"


def test_a_cookie_can_be_taken_back_by_its_server() -> None:
    jar = _jar()
    _store(jar, "https://example.com/", "a=1; Max-Age=100", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert _sent(jar, "https://example.com/") == ""


def test_a_cookie_expires() -> None:
    clock = _Clock()
    jar = CookieJar(clock=clock)
    _store(jar, "https://example.com/", "a=1; Max-Age=100", "b=2")
    assert _sent(jar, "https://example.com/") == "a=1; b=2"
    clock.now += 100
    assert _sent(jar, "https://example.com/") == "b=2"
    assert [cookie.name for cookie in jar.cookies()] == ["b"]


def test_bytes_that_are_no_utf_8_come_back_as_they_were() -> None:
    jar = _jar()
    _store(jar, "https://example.com/", "a=\xe4", "b=\xc3\xa4")
    found = jar.field(parse_origin("https://example.com"), "/")
    assert found is not None
    assert found[0].value.reveal().encode("utf-8", "surrogateescape") == b"a=\xe4; b=\xc3\xa4"


def test_what_may_be_a_session_key_is_masked() -> None:
    jar = _jar()
    _store(jar, "https://example.com/", "lang=en", "session=0123456789abcdef")
    found = jar.field(parse_origin("https://example.com"), "/")
    assert found is not None
    assert str(found[0].value) == "lang=en; session=•••••"
    assert found[1] == ("lang", "session")


def test_there_is_room_for_so_many_only() -> None:
    jar = _jar()
    for number in range(200):
        _store(jar, "https://example.com/", f"a{number}=b")
    assert len(jar.cookies()) == 180
    assert {"a0", "a19"}.isdisjoint({cookie.name for cookie in jar.cookies()})


def test_a_cookie_is_put_and_removed_by_hand() -> None:
    jar = _jar()
    jar.put(Cookie("a", "b", "example.com"))
    assert _sent(jar, "https://example.com/") == "a=b"
    jar.remove(jar.cookies())
    assert jar.cookies() == []


@pytest.mark.parametrize(
    ("domain", "is_public"),
    [
        ("com", True),
        ("example.com", False),
        ("co.uk", True),
        ("example.co.uk", False),
        ("kawasaki.jp", True),
        ("x.kawasaki.jp", True),
        ("city.kawasaki.jp", False),
        ("localhost", True),
        ("internal.corp", False),
        ("xn--p1ai", True),
        ("xn--80aaa.xn--p1ai", False),
        ("xn--55qx5d.cn", True),
    ],
)
def test_a_public_suffix(domain: str, is_public: bool) -> None:
    assert is_public_suffix(domain) is is_public
