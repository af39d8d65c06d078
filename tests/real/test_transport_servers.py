"""The wire against servers and proxies that we did not write: nginx, httpbin, squid, tinyproxy, microsocks, Dante."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.support.certificates import authority, issue
from tests.support.httpbin import running_httpbin
from tests.support.literal_server import Conversation, response, serve
from tests.support.real_servers import free_port, program, running
from tests.support.sending import outgoing, secret, send, text, value, wire
from tests.support.squid import running_squid

from httpls.run.cancel import Cancel
from httpls.run.errors import ProxyError
from httpls.run.wire import Limits, Proxy, Route
from httpls_auth.tls.choice import ClientCertificate, TlsChoice

pytestmark = pytest.mark.real

LIMITS = Limits(connect=20, read=60)
TWO_GIGABYTES = 2 << 30


class Nginx(NamedTuple):
    """Its ports, and how it is trusted."""

    http: int
    https: int
    choice: TlsChoice
    with_certificate: TlsChoice
    folder: Path


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Generator[Nginx]:
    folder = tmp_path_factory.mktemp("nginx")
    files = folder / "files"
    files.mkdir()
    (files / "hello.txt").write_text("hello " * 1000)
    with (files / "two-gigabytes").open("wb") as sparse:
        sparse.truncate(TWO_GIGABYTES)
    root = authority()
    certificate, key = issue("localhost", root, hosts=("localhost",)).write(folder, "server")
    mine, my_key = issue("a client", root).write(folder, "client")
    anchor = folder / "root.pem"
    anchor.write_bytes(root.pem)
    http, https = free_port(), free_port()
    user = "user root;" if files.stat().st_uid == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"""{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off; client_max_body_size 0; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  default_type text/plain; gzip on; gzip_types text/plain; gzip_min_length 1; keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{http};
    listen 127.0.0.1:{https} ssl http2;
    ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_client_certificate {anchor};
    ssl_verify_client optional; root {files};
    location /echo {{ return 200 "$request_method $request_uri $http_x_a $server_protocol [$ssl_client_s_dn]"; }}
    location /early {{ return 413 "too large"; }}
    location /redirect {{ return 302 /echo; }}
    location /upload/ {{ dav_methods PUT; }}
  }}
}}
"""
    )
    (files / "upload").mkdir()
    choice = TlsChoice(trust_anchors=(str(anchor),), replaces_system=True)
    certified = choice._replace(client_certificate=ClientCertificate(str(mine), str(my_key)))
    with running([program("nginx"), "-c", str(configuration), "-p", str(folder)], http, folder / "log"):
        yield Nginx(http, https, choice, certified, folder)


@pytest.fixture(scope="module")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_httpbin(tmp_path_factory.mktemp("httpbin")) as url:
        yield url


@pytest.mark.parametrize(
    ("version", "protocol"), [("auto", "HTTP/2.0"), ("2", "HTTP/2.0"), ("1.1", "HTTP/1.1"), ("1.0", "HTTP/1.0")]
)
def test_nginx_speaks_every_version(nginx: Nginx, version: str, protocol: str) -> None:
    url = f"https://localhost:{nginx.https}/echo/{{x}}?a=|"
    with wire() as made:
        answers = [
            made.send(outgoing(url, "GET", "X-A: b"), Route(nginx.choice, version=version), LIMITS, Cancel())
            for _ in range(3)
        ]
    assert {text(one.response) for one in answers} == {f"GET /echo/{{x}}?a=| b {protocol} []"}
    assert answers[-1].connection.is_reused is (version != "1.0")
    assert answers[0].connection.http_version == protocol.removeprefix("HTTP/").removesuffix(
        ".0" if "2" in protocol else ""
    )


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_nginx_sees_the_client_certificate(nginx: Nginx, version: str) -> None:
    url = f"https://localhost:{nginx.https}/echo"
    got = send(outgoing(url), Route(nginx.with_certificate, version=version), LIMITS)
    assert text(got.response).endswith("[CN=a client]")


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_nginx_packs_and_we_unpack(nginx: Nginx, version: str) -> None:
    url = f"https://localhost:{nginx.https}/hello.txt"
    got = send(outgoing(url, "GET", "Accept-Encoding: gzip"), Route(nginx.choice, version=version), LIMITS)
    assert got.response.head.value("Content-Encoding") == "gzip"
    assert (text(got.response), got.response.encoded_length < 200) == ("hello " * 1000, True)


@pytest.mark.parametrize("version", ["1.1", "2"])
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 3_000_000])
def test_nginx_takes_a_body(nginx: Nginx, version: str, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    path = f"/upload/{version}-{size}"
    got = send(
        outgoing(f"https://localhost:{nginx.https}{path}", "PUT", body=body),
        Route(nginx.choice, version=version),
        LIMITS,
    )
    assert got.response.head.status == 201
    assert (nginx.folder / "files" / path[1:]).read_bytes() == body
    back = send(outgoing(f"https://localhost:{nginx.https}{path}"), Route(nginx.choice, version=version), LIMITS)
    assert b"".join(back.response.content.chunks()) == body
    back.response.content.close()


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_nginx_refuses_a_body_early(nginx: Nginx, version: str) -> None:
    request = outgoing(f"https://localhost:{nginx.https}/early", "POST", body=bytes(20_000_000))
    got = send(request, Route(nginx.choice, version=version), LIMITS)
    assert (got.response.head.status, text(got.response)) == (413, "too large")


def test_a_thousand_requests_over_one_connection(nginx: Nginx) -> None:
    for version in ("1.1", "2"):
        with wire() as made:
            route = Route(nginx.choice, version=version)
            request = outgoing(f"https://localhost:{nginx.https}/echo")
            connections = [made.send(request, route, LIMITS, Cancel()).connection for _ in range(1000)]
        assert connections[-1].is_reused
        assert len({one.local_address for one in connections}) == 1


_IN_CONSTANT_MEMORY = """
import hashlib, resource, sys
from pathlib import Path
from tests.support.sending import outgoing, wire
from httpls.run.cancel import Cancel
from httpls.run.file_body import FileBody
from httpls.run.wire import Limits, Route
from httpls_auth.tls.choice import TlsChoice
method, url, path, anchor, version = sys.argv[1:]
route = Route(TlsChoice(trust_anchors=(anchor,), replaces_system=True), version=version)
with wire() as made:
    request = outgoing(url, method, body=FileBody(Path(path)) if method == "PUT" else None)
    sent = request.digest("sha256").hex()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    got = made.send(request, route, Limits(), Cancel())
    length = sum(len(chunk) for chunk in got.response.content.chunks())
    got.response.content.close()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(got.response.head.status, length, sent, (after - before) // 1024)
"""


def _transferred(nginx: Nginx, method: str, url: str, version: str, path: str = "") -> list[str]:
    command = [
        sys.executable,
        "-c",
        _IN_CONSTANT_MEMORY,
        method,
        url,
        path,
        str(nginx.choice.trust_anchors[0]),
        version,
    ]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(("scheme", "version"), [("http", "1.1"), ("https", "1.1"), ("https", "2")])
def test_two_gigabytes_come_in_constant_memory(nginx: Nginx, scheme: str, version: str) -> None:
    port = nginx.http if scheme == "http" else nginx.https
    status, length, _, megabytes = _transferred(nginx, "GET", f"{scheme}://localhost:{port}/two-gigabytes", version)
    assert (status, int(length)) == ("200", TWO_GIGABYTES)
    assert int(megabytes) < 16


@pytest.mark.parametrize("version", ["1.1"])
def test_two_gigabytes_are_signed_and_go_in_constant_memory(nginx: Nginx, version: str) -> None:
    came: list[tuple[int, str]] = []

    def count(conversation: Conversation) -> None:
        head = conversation.head().lower()
        left = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        length, digest = 0, hashlib.sha256()
        while length < left:
            data = conversation.exactly(min(1 << 16, left - length))
            length += len(data)
            digest.update(data)
        came.append((length, digest.hexdigest()))
        conversation.send(response())

    with serve(count) as server:
        path = str(nginx.folder / "files" / "two-gigabytes")
        status, _, digest, megabytes = _transferred(nginx, "PUT", f"http://127.0.0.1:{server.port}/", version, path)
    assert status == "200"
    assert came == [(TWO_GIGABYTES, digest)]
    assert int(megabytes) < 16


def test_httpbin_sees_what_was_sent(httpbin: str) -> None:
    got = send(outgoing(f"{httpbin}/anything/a%20b?q=1&q=2", "PATCH", "X-A: b", "X-A: c", body=b"body"), limits=LIMITS)
    seen = json.loads(text(got.response))
    assert (seen["method"], seen["data"], seen["args"], seen["headers"]["X-A"]) == (
        "PATCH",
        "body",
        {"q": ["1", "2"]},
        "b,c",
    )


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "brotli"])
def test_httpbin_packs_and_we_unpack(httpbin: str, encoding: str) -> None:
    got = send(outgoing(f"{httpbin}/{encoding}", "GET", "Accept-Encoding: gzip, deflate, br"), limits=LIMITS)
    flag = {"gzip": "gzipped", "deflate": "deflated", "brotli": "brotli"}[encoding]
    assert json.loads(text(got.response))[flag] is True


def test_httpbin_streams_and_drips(httpbin: str) -> None:
    assert send(outgoing(f"{httpbin}/stream-bytes/100000?seed=1"), limits=LIMITS).response.content.length == 100_000
    assert text(send(outgoing(f"{httpbin}/drip?numbytes=5&duration=0.2&delay=0"), limits=LIMITS).response) == "*****"
    assert send(outgoing(f"{httpbin}/status/418"), limits=LIMITS).response.head.status == 418


USER, PASSWORD = value("proxyuser"), secret("proxypass")


@pytest.fixture(scope="module")
def squid(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    folder = tmp_path_factory.mktemp("squid")
    sealed = subprocess.run(
        [program("openssl"), "passwd", "-apr1", PASSWORD.reveal()], capture_output=True, text=True, check=True
    ).stdout
    (folder / "users").write_text(f"{USER.reveal()}:{sealed}")
    login = f"auth_param basic program {program('basic_ncsa_auth')} {folder}/users\nauth_param basic realm squid"
    with running_squid(folder, login) as port:
        yield port


@pytest.fixture(scope="module")
def tinyproxy(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    folder = tmp_path_factory.mktemp("tinyproxy")
    port = free_port()
    configuration = folder / "tinyproxy.conf"
    configuration.write_text(
        f"Port {port}\nListen 127.0.0.1\nTimeout 30\nLogLevel Error\nMaxClients 20\n"
        f"BasicAuth {USER.reveal()} {PASSWORD.reveal()}\nAllow 127.0.0.1\n"
    )
    with running([program("tinyproxy"), "-d", "-c", str(configuration)], port, folder / "log"):
        yield port


@pytest.fixture(scope="module")
def microsocks(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    port = free_port()
    log = tmp_path_factory.mktemp("microsocks") / "log"
    command = [program("microsocks"), "-i", "127.0.0.1", "-p", str(port), "-u", USER.reveal(), "-P", PASSWORD.reveal()]
    with running(command, port, log):
        yield port


@pytest.fixture(scope="module")
def dante(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    folder = tmp_path_factory.mktemp("dante")
    port = free_port()
    configuration = folder / "danted.conf"
    rule = "pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }"
    configuration.write_text(
        f"logoutput: stderr\ninternal: 127.0.0.1 port = {port}\nexternal: 127.0.0.1\n"
        f"clientmethod: none\nsocksmethod: none\nclient {rule}\nsocks {rule}\n"
    )
    with running([program("danted"), "-f", str(configuration), "-p", str(folder / "pid")], port, folder / "log"):
        yield port


@pytest.mark.parametrize("kind", ["socks4", "socks5", "socks5h"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_dante_leads_to_nginx(nginx: Nginx, dante: int, kind: str, scheme: str) -> None:
    port = nginx.http if scheme == "http" else nginx.https
    route = Route(nginx.choice, Proxy(kind, "127.0.0.1", dante))
    got = send(outgoing(f"{scheme}://localhost:{port}/echo?a=b", "POST", "X-A: c", body=b"x" * 200_000), route, LIMITS)
    assert text(got.response).startswith("POST /echo?a=b c HTTP/")
    assert got.connection.proxy == f"{kind}://127.0.0.1:{dante}"


def test_dante_cannot_reach_the_server(dante: int) -> None:
    with pytest.raises(ProxyError) as failed:
        send(outgoing(f"http://localhost:{free_port()}/"), Route(proxy=Proxy("socks4", "127.0.0.1", dante)), LIMITS)
    assert failed.value.code == "proxy-refused"


PROXIES = [("http", "squid"), ("http", "tinyproxy"), ("socks5", "microsocks"), ("socks5h", "microsocks")]


@pytest.mark.parametrize(("kind", "name"), PROXIES)
@pytest.mark.parametrize(("scheme", "version"), [("http", "1.1"), ("https", "1.1"), ("https", "2")])
def test_a_proxy_leads_to_nginx(
    nginx: Nginx, request: pytest.FixtureRequest, kind: str, name: str, scheme: str, version: str
) -> None:
    proxy = Proxy(kind, "127.0.0.1", request.getfixturevalue(name), USER, PASSWORD)
    port = nginx.http if scheme == "http" else nginx.https
    route = Route(nginx.choice, proxy, version)
    for method, body in (("GET", None), ("POST", b"x" * 200_000)):
        asked = outgoing(f"{scheme}://localhost:{port}/echo?a=b", method, "X-A: c", body=body)
        got = send(asked, route, LIMITS)
        assert text(got.response).startswith(f"{method} /echo?a=b c HTTP/")
        assert got.connection.proxy == f"{kind}://127.0.0.1:{proxy.port}"


@pytest.mark.parametrize(("kind", "name"), PROXIES)
def test_several_requests_go_through_a_proxy(
    nginx: Nginx, request: pytest.FixtureRequest, kind: str, name: str
) -> None:
    proxy = Proxy(kind, "127.0.0.1", request.getfixturevalue(name), USER, PASSWORD)
    with wire() as made:
        for scheme, port in (("http", nginx.http), ("https", nginx.https), ("http", nginx.http)) * 3:
            asked = outgoing(f"{scheme}://localhost:{port}/echo")
            got = made.send(asked, Route(nginx.choice, proxy), LIMITS, Cancel())
            assert text(got.response).startswith("GET /echo")


@pytest.mark.parametrize(("kind", "name"), PROXIES)
@pytest.mark.parametrize(
    ("user", "code"), [(USER, "proxy-authentication-failed"), (None, "proxy-authentication-required")]
)
def test_a_proxy_refuses_a_bad_login(
    nginx: Nginx, request: pytest.FixtureRequest, kind: str, name: str, user: object, code: str
) -> None:
    proxy = Proxy(kind, "127.0.0.1", request.getfixturevalue(name), USER if user else None, value("wrong"))
    with pytest.raises(ProxyError) as failed:
        send(outgoing(f"https://localhost:{nginx.https}/echo"), Route(nginx.choice, proxy), LIMITS)
    assert failed.value.code == code


@pytest.mark.parametrize(("kind", "name"), PROXIES)
def test_a_proxy_cannot_reach_the_server(request: pytest.FixtureRequest, kind: str, name: str) -> None:
    proxy = Proxy(kind, "127.0.0.1", request.getfixturevalue(name), USER, PASSWORD)
    with pytest.raises(ProxyError) as failed:
        send(outgoing(f"https://localhost:{free_port()}/"), Route(proxy=proxy), LIMITS)
    assert failed.value.code == "proxy-refused"
