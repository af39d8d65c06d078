"""AWS signatures against moto with IAM authentication, and against Swift's S3 interface."""

import re
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from tests.support.real_servers import free_port, needs_root, program, python_program, running
from tests.support.schemes import scheme

from httpls_auth.httpx_adapter import as_httpx_auth

pytestmark = pytest.mark.real


class _Moto(NamedTuple):
    url: str
    access_key: str
    secret_key: str


def _found(name: str, text: str) -> str:
    match = re.search(f"<{name}>([^<]+)</{name}>", text)
    assert match is not None, text
    return match.group(1)


_EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
_ANYBODY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Generator[_Moto]:
    """Moto, first without authentication, to make a user and a role; then with."""
    port = free_port()
    command = [python_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    environment = {"INITIAL_NO_AUTH_ACTION_COUNT": "100000"}
    with running(command, port, tmp_path_factory.mktemp("moto") / "log", environment):
        url = f"http://127.0.0.1:{port}/"
        auth = as_httpx_auth(scheme("aws", "x", "x", region="us-east-1", service="iam"))

        def call(action: str, **form: str) -> str:
            response = httpx.post(url, data={"Action": action, "Version": "2010-05-08", **form}, auth=auth, timeout=30)
            assert response.status_code == 200, response.text
            return response.text

        call("CreateUser", UserName="u")
        answer = call("CreateAccessKey", UserName="u")
        call("PutUserPolicy", UserName="u", PolicyName="all", PolicyDocument=_EVERYTHING)
        call("CreateRole", RoleName="r", AssumeRolePolicyDocument=_ANYBODY)
        call("PutRolePolicy", RoleName="r", PolicyName="all", PolicyDocument=_EVERYTHING)
        httpx.post(f"{url}moto-api/reset-auth", content=b"0", headers={"Content-Type": "text/plain"}).raise_for_status()
        yield _Moto(url, _found("AccessKeyId", answer), _found("SecretAccessKey", answer))


def _identity(moto: _Moto, auth: httpx.Auth) -> httpx.Response:
    form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
    return httpx.post(moto.url, data=form, auth=auth, timeout=30)


def _auth(moto: _Moto, more: Mapping[str, str] | None = None) -> httpx.Auth:
    given = {
        "access-key": moto.access_key,
        "secret-key": moto.secret_key,
        "region": "us-east-1",
        "service": "sts",
        **(more or {}),
    }
    return as_httpx_auth(scheme("aws", **given))


def test_a_request_with_a_body(moto: _Moto) -> None:
    assert "user/u" in _identity(moto, _auth(moto)).text


@pytest.mark.parametrize("more", [{"secret-key": "wrong"}, {"access-key": "AKIAUNKNOWNUNKNOWN12"}])
def test_wrong_keys(moto: _Moto, more: dict[str, str]) -> None:
    response = _identity(moto, _auth(moto, more))
    assert response.status_code == 403
    assert "SignatureDoesNotMatch" in response.text or "InvalidClientTokenId" in response.text


def test_a_role(moto: _Moto) -> None:
    more = {"role-arn": "arn:aws:iam::123456789012:role/r", "sts-endpoint": moto.url.rstrip("/")}
    assert "assumed-role/r/httpls" in _identity(moto, _auth(moto, more)).text


def test_a_role_of_a_profile_and_a_command(moto: _Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "keys.py"
    script.write_text(
        "import json\nprint(json.dumps({'Version': 1, 'AccessKeyId': "
        f"{moto.access_key!r}, 'SecretAccessKey': {moto.secret_key!r}}}))\n"
    )
    (tmp_path / "config").write_text(
        f"[profile tool]\ncredential_process = {sys.executable} {script}\nregion = us-east-1\n"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = tool\n"
        f"endpoint_url = {moto.url.rstrip('/')}\nrole_session_name = from-profile\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for profile, expected in (("tool", "user/u"), ("role", "assumed-role/r/from-profile")):
        auth = as_httpx_auth(scheme("aws", profile=profile, service="sts"))
        assert expected in _identity(moto, auth).text


def test_json_and_a_wrong_session_token(moto: _Moto) -> None:
    url = f"{moto.url}"
    headers = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    good = _auth(moto, {"service": "dynamodb"})
    assert httpx.post(url, content=b"{}", headers=headers, auth=good, timeout=30).status_code == 200
    bad = _auth(moto, {"service": "dynamodb", "secret-key": "x"})
    assert httpx.post(url, content=b"{}", headers=headers, auth=bad, timeout=30).status_code in (400, 403)


_BOOT = (
    "import runpy, sys, swift.common.utils as utils; utils.SWIFT_CONF_FILE = sys.argv[1]; sys.argv = sys.argv[2:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
_SWIFT = {"access-key": "test:tester", "secret-key": "testing", "region": "us-east-1", "service": "s3"}


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Swift in five processes: memcached, account, container, object and the proxy with the S3 interface."""
    needs_root()
    folder = tmp_path_factory.mktemp("swift")
    (folder / "dev" / "sda1").mkdir(parents=True)
    settings = folder / "swift.conf"
    settings.write_text(
        "[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n"
        "[storage-policy:0]\nname = Policy-0\ndefault = yes\n"
    )
    python = "/usr/bin/python3"
    builder = [python, "-c", _BOOT, str(settings), program("swift-ring-builder")]
    with ExitStack() as stack:
        memcached = free_port()
        command = [program("memcached"), "-u", "root", "-l", "127.0.0.1", "-p", str(memcached)]
        stack.enter_context(running(command, memcached, folder / "memcached.log"))
        for name in ("account", "container", "object"):
            port = free_port()
            ring = str(folder / f"{name}.builder")
            for step in (["create", "4", "1", "1"], ["add", f"r1z1-127.0.0.1:{port}/sda1", "1"], ["rebalance"]):
                _run([*builder, ring, *step])
            configuration = folder / f"{name}.conf"
            configuration.write_text(
                f"{_defaults(folder, port)}devices = {folder}/dev\nmount_check = false\ndisable_fallocate = true\n"
                f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
            )
            command = [python, "-c", _BOOT, str(settings), program(f"swift-{name}-server"), str(configuration)]
            stack.enter_context(running(command, port, folder / f"{name}.log"))
        port = free_port()
        configuration = folder / "proxy.conf"
        filters = {
            "cache": f"memcache\nmemcache_servers = 127.0.0.1:{memcached}",
            "s3api": "s3api\ns3_acl = no\ncheck_bucket_owner = no\nlocation = us-east-1",
            "tempauth": "tempauth\nuser_test_tester = testing .admin",
            **{name: name for name in ("catch_errors", "listing_formats", "bulk", "slo", "dlo", "copy")},
        }
        configuration.write_text(
            f"{_defaults(folder, port)}[pipeline:main]\n"
            "pipeline = catch_errors cache listing_formats bulk s3api tempauth copy slo dlo proxy-server\n"
            "[app:proxy-server]\nuse = egg:swift#proxy\nallow_account_management = true\naccount_autocreate = true\n"
            + "".join(f"[filter:{name}]\nuse = egg:swift#{text}\n" for name, text in filters.items())
        )
        command = [python, "-c", _BOOT, str(settings), program("swift-proxy-server"), str(configuration)]
        stack.enter_context(running(command, port, folder / "proxy.log"))
        url = f"http://127.0.0.1:{port}"
        assert _s3("PUT", f"{url}/bucket").status_code == 200
        yield f"{url}/bucket"


def _defaults(folder: Path, port: int) -> str:
    return (
        f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nworkers = 0\nuser = root\nswift_dir = {folder}\n"
        f"log_address = {folder}/none\n"
    )


def _run(command: list[str]) -> None:
    import subprocess

    # The builder of rings tells by 1 that it warns.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr


def _s3(method: str, url: str, content: bytes = b"", more: Mapping[str, str] | None = None) -> httpx.Response:
    auth = as_httpx_auth(scheme("aws", **{**_SWIFT, **(more or {})}))
    return httpx.request(method, url, content=content, auth=auth, timeout=30)


@pytest.mark.parametrize(
    "name", ["a.txt", "a b+c.txt", "%C3%A9/(x)*~'!$&,;=:@", "a//b", "a/./b", "a%25b", "a%2Fb", "ä?partNumber=x"]
)
def test_swift_objects(swift: str, name: str) -> None:
    """Put, get and delete, with the signature in the header and in the query."""
    name = name.partition("?")[0]
    url = f"{swift}/{name}"
    assert _s3("PUT", url, b"content").status_code == 200
    assert _s3("GET", url).content == b"content"
    presigned = _s3("GET", url, more={"in": "query", "expires": "60"})
    assert (presigned.status_code, presigned.content) == (200, b"content")
    assert _s3("DELETE", url).status_code == 204
    assert _s3("GET", url).status_code == 404


def test_swift_queries_and_unsigned_bodies(swift: str) -> None:
    assert _s3("PUT", f"{swift}/x/1", b"content", {"unsigned-payload": "true"}).status_code == 200
    listing = _s3("GET", f"{swift}?prefix=x%2F&delimiter=/&max-keys=2&marker=")
    assert "<Key>x/1</Key>" in listing.text
    assert _s3("GET", f"{swift}?location").status_code == 200
    assert _s3("HEAD", f"{swift}/x/1").headers["content-length"] == "7"


@pytest.mark.parametrize("place", ["header", "query"])
def test_swift_refuses_wrong_keys(swift: str, place: str) -> None:
    response = _s3("GET", f"{swift}/x", more={"secret-key": "wrong", "in": place})
    assert response.status_code == 403
    assert "SignatureDoesNotMatch" in response.text


def test_swift_refuses_a_presigned_url_that_is_over(swift: str) -> None:
    import time

    made = scheme("aws", **_SWIFT, **{"in": "query", "expires": "1"})
    auth = as_httpx_auth(made, now=lambda: time.time() - 100)
    assert httpx.get(f"{swift}/x", auth=auth).status_code == 403
