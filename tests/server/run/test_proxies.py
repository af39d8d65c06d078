"""Which proxy leads where, and how a request goes through it."""

import pytest
from tests.support.sending import HERE, value

from httpls.run.errors import RefusedError
from httpls.run.proxies import is_bypassed, proxy_from_environment, proxy_of
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value


def _shown(url: str) -> str:
    proxy = proxy_of(value(url), "a test")
    user = proxy.username.reveal() if proxy.username is not None else None
    password = proxy.password.reveal() if proxy.password is not None else None
    return f"{proxy.kind} {proxy.host} {proxy.port} {user} {password}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://proxy:3128", "http proxy 3128 None None"),
        ("proxy:3128", "http proxy 3128 None None"),
        ("proxy", "http proxy 1080 None None"),
        (" HTTP://Proxy.Example:8080/ ", "http proxy.example 8080 None None"),
        ("https://proxy", "https proxy 443 None None"),
        ("socks5://proxy:9050", "socks5 proxy 9050 None None"),
        ("socks5h://proxy", "socks5h proxy 1080 None None"),
        ("socks4a://user@proxy:1081", "socks4a proxy 1081 user None"),
        ("http://user:password@proxy:3128", "http proxy 3128 user password"),
        ("http://user@proxy:3128", "http proxy 3128 user None"),
        ("http://user:@proxy:3128", "http proxy 3128 user "),
        ("http://CORP%5Cuser:p%40ss%3Aw%2Frd@proxy:3128", "http proxy 3128 CORP\\user p@ss:w/rd"),
        ("http://user:p@ss@proxy:3128", "http proxy 3128 user p@ss"),
        ("http://[::1]:3128", "http ::1 3128 None None"),
        ("http://10.0.0.1:3128", "http 10.0.0.1 3128 None None"),
    ],
)
def test_the_url_of_a_proxy(url: str, shown: str) -> None:
    assert _shown(url) == shown


@pytest.mark.parametrize(
    "url", ["", "http://", "http://proxy:0", "http://proxy:99999", "http://proxy:x", "http://a b:1:2", "http://proxy/path/x"]
)  # fmt: skip
def test_what_is_no_proxy(url: str) -> None:
    with pytest.raises(RefusedError) as refused:
        proxy_of(value(url), "a test")
    assert refused.value.code == "bad-proxy"


def test_an_error_tells_no_password() -> None:
    with pytest.raises(RefusedError) as refused:
        proxy_of(value("http://user:secret@proxy:x"), "a test")
    assert "secret" not in str(refused.value)
    with pytest.raises(RefusedError, match="`socks9` is no kind of proxy that is spoken here"):
        proxy_of(value("socks9://user:secret@proxy:1"), "a test")


def test_the_password_of_a_proxy_is_secret() -> None:
    proxy = proxy_of(Value("http://user:secret@proxy:3128", HERE), "a test")
    assert str(proxy.password) == "•••••"
    assert "secret" not in repr(proxy)


def _chosen(url: str, **environment: str) -> str | None:
    proxy = proxy_from_environment(parse_origin(url), environment)
    return f"{proxy.kind}://{proxy.host} by {proxy.rule}" if proxy else None


@pytest.mark.parametrize(
    ("url", "environment", "chosen"),
    [
        ("http://a/", {}, None),
        ("http://a/", {"http_proxy": "p"}, "http://p by the variable `http_proxy`"),
        ("https://a/", {"http_proxy": "p"}, None),
        ("https://a/", {"https_proxy": "p"}, "http://p by the variable `https_proxy`"),
        ("https://a/", {"HTTPS_PROXY": "p"}, "http://p by the variable `HTTPS_PROXY`"),
        ("http://a/", {"HTTP_PROXY": "p"}, "http://p by the variable `HTTP_PROXY`"),
        ("http://a/", {"HTTP_PROXY": "p", "REQUEST_METHOD": "GET"}, None),
        ("https://a/", {"HTTPS_PROXY": "p", "REQUEST_METHOD": "GET"}, "http://p by the variable `HTTPS_PROXY`"),
        ("http://a/", {"HTTP_PROXY": "p", "http_proxy": "q"}, "http://q by the variable `http_proxy`"),
        ("http://a/", {"ALL_PROXY": "socks5://p"}, "socks5://p by the variable `ALL_PROXY`"),
        ("http://a/", {"all_proxy": "p", "http_proxy": "q"}, "http://q by the variable `http_proxy`"),
        ("http://a/", {"all_proxy": "p", "http_proxy": ""}, None),
        ("http://a/", {"http_proxy": "p", "no_proxy": "*"}, None),
        ("http://a/", {"http_proxy": "p", "NO_PROXY": "x, a"}, None),
        ("http://a/", {"http_proxy": "p", "NO_PROXY": "x a"}, None),
        ("http://a/", {"http_proxy": "p", "NO_PROXY": "a", "no_proxy": "b"}, "http://p by the variable `http_proxy`"),
        ("http://b.a.example/", {"http_proxy": "p", "no_proxy": "a.example"}, None),
        ("http://ba.example/", {"http_proxy": "p", "no_proxy": "a.example"}, "http://p by the variable `http_proxy`"),
        ("http://localhost/", {"http_proxy": "p"}, "http://p by the variable `http_proxy`"),
    ],
)
def test_the_variables_of_the_environment(url: str, environment: dict[str, str], chosen: str | None) -> None:
    assert _chosen(url, **environment) == chosen


@pytest.mark.parametrize(
    ("url", "pattern", "is_direct"),
    [
        ("http://example.com/", "example.com", True),
        ("http://example.com/", "Example.COM", True),
        ("http://example.com/", ".example.com", True),
        ("http://example.com/", "example.com.", True),
        ("http://www.example.com/", ".example.com", True),
        ("http://www.example.com/", "example.com", True),
        ("http://www.example.com/", "*.example.com", True),
        ("http://example.com/", "*.example.com", False),
        ("http://notexample.com/", "example.com", False),
        ("http://example.com/", "www.example.com", False),
        ("http://example.com:8080/", "example.com:8080", True),
        ("http://example.com/", "example.com:8080", False),
        ("http://example.com/", "example.com:80", True),
        ("http://10.1.2.3/", "10.0.0.0/8", True),
        ("http://11.1.2.3/", "10.0.0.0/8", False),
        ("http://10.1.2.3/", "10.1.2.3", True),
        ("http://10.1.2.3/", "2.3", False),
        ("http://[2001:db8::1]/", "2001:db8::/32", True),
        ("http://[2001:db8::1]/", "[2001:db8::1]:80", True),
        ("http://[::1]/", "::1", True),
        ("http://10.1.2.3/", "fd00::/8", False),
        ("http://example.com/", "*", True),
        ("http://example.com/", "", False),
    ],
)
def test_what_is_reached_directly(url: str, pattern: str, is_direct: bool) -> None:
    assert is_bypassed(parse_origin(url), [pattern]) is is_direct
