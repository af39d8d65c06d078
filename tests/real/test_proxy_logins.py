"""Proxies that want Digest or NTLM, by the wire of the engine: squid, and squid with Samba's ntlm_auth."""

import hashlib
import os
import pwd
import subprocess
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import randbytes

import pytest
from tests.support.real_servers import free_port, let_other_users_in, listens, needs_root, program, running
from tests.support.sending import USUAL, outgoing, secret, text, value
from tests.support.squid import running_squid

from httpls.run.cancel import Cancel
from httpls.run.errors import ProxyError
from httpls.run.proxy_login import ProxyLoginWire
from httpls.run.transport import HttpWire
from httpls.run.wire import Proxy, Received, Route

pytestmark = pytest.mark.real

USER, PASSWORD = "smbbob", "s3cret-pass"


class Fixed:
    """A clock that stands, and randomness."""

    def now(self) -> float:
        return 0

    def monotonic(self) -> float:
        return 0

    def bytes(self, count: int) -> bytes:
        return randbytes(count)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs_root()
    made = tmp_path_factory.mktemp("proxies")
    let_other_users_in(made)
    return made


@pytest.fixture(scope="module")
def origin(folder: Path) -> Generator[str]:
    """A server behind the proxies that says what it was sent."""
    port = free_port()
    (folder / "www").mkdir()
    (folder / "www" / "index.html").write_text("ok")
    configuration = folder / "lighttpd.conf"
    configuration.write_text(
        f"""server.modules = ( "mod_cgi" )
server.document-root = "{folder}/www"
server.port = {port}
server.bind = "127.0.0.1"
index-file.names = ( "index.html" )
cgi.assign = ( ".sh" => "/bin/sh" )
"""
    )
    (folder / "www" / "echo.sh").write_text("printf 'Content-Type: text/plain\\r\\n\\r\\n'; cat\n")
    with running([program("lighttpd"), "-D", "-f", str(configuration)], port, folder / "lighttpd.log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def digest_proxy(folder: Path) -> Generator[int]:
    secret_hash = hashlib.md5(f"{USER}:squid:{PASSWORD}".encode()).hexdigest()
    (folder / "digest").write_text(f"{USER}:squid:{secret_hash}\n")
    rules = f"auth_param digest program {program('digest_file_auth')} -c {folder}/digest\nauth_param digest realm squid"
    with running_squid(folder, rules, "digest-squid") as port:
        yield port


@pytest.fixture(scope="module")
def ntlm_proxy(folder: Path) -> Generator[int]:
    """Samba as a standalone server with one account, asked by squid through winbindd."""
    helper = program("ntlm_auth")
    for name in ("private", "lock", "state", "cache", "run", "pid", "log", "state/winbindd_privileged"):
        (folder / "samba" / name).mkdir(parents=True, exist_ok=True)
    # The one place in which Samba's client library looks for winbindd.
    sockets = Path("/run/samba/winbindd")
    if listens(sockets / "pipe"):
        pytest.skip("another winbindd is running")
    samba = folder / "samba"
    samba.chmod(0o755)
    configuration = samba / "smb.conf"
    configuration.write_text(
        f"""[global]
  workgroup = TESTDOM
  netbios name = TESTHOST
  server role = standalone server
  security = user
  passdb backend = tdbsam:{samba}/private/passdb.tdb
  private dir = {samba}/private
  lock directory = {samba}/lock
  state directory = {samba}/state
  cache directory = {samba}/cache
  pid directory = {samba}/pid
  winbindd socket directory = {sockets}
  ncalrpc dir = {samba}/run/ncalrpc
  log file = {samba}/log/%m.log
  interfaces = lo
  bind interfaces only = yes
  disable netbios = yes
  ntlm auth = ntlmv2-only
  idmap config * : backend = tdb
  idmap config * : range = 100000-200000
"""
    )
    with ExitStack() as stack:
        try:
            pwd.getpwnam(USER)
        except KeyError:
            subprocess.run([program("useradd"), "-M", "-s", "/usr/sbin/nologin", USER], check=True)
            stack.callback(subprocess.run, [program("userdel"), USER], check=True, capture_output=True)
        subprocess.run(
            [program("smbpasswd"), "-c", str(configuration), "-s", "-a", USER],
            input=f"{PASSWORD}\n{PASSWORD}\n", text=True, check=True, capture_output=True,
        )  # fmt: skip
        proxy = pwd.getpwnam("proxy")
        os.chown(samba / "state" / "winbindd_privileged", 0, proxy.pw_gid)
        (samba / "state" / "winbindd_privileged").chmod(0o750)
        sockets.mkdir(mode=0o755, parents=True, exist_ok=True)
        (sockets / "pipe").unlink(missing_ok=True)
        winbindd = [program("winbindd"), "-s", str(configuration), "-F", "--no-process-group"]
        stack.enter_context(running(winbindd, sockets / "pipe", folder / "winbindd.log"))
        # It listens before it can tell a good password: squid would refuse until then.
        _await_account([helper, f"--configfile={configuration}", "--domain=TESTHOST", f"--username={USER}"])
        rules = (
            f"auth_param ntlm program {helper} --configfile={configuration} --helper-protocol=squid-2.5-ntlmssp "
            "--domain=TESTHOST\nauth_param ntlm children 2\nauth_param ntlm keep_alive on"
        )
        yield stack.enter_context(running_squid(folder, rules, "ntlm-squid"))


def _await_account(command: list[str]) -> None:
    """Wait until the helper takes the password."""
    deadline = time.monotonic() + 60
    while subprocess.run([*command, f"--password={PASSWORD}"], capture_output=True, check=False).returncode != 0:
        assert time.monotonic() < deadline, "winbindd does not know the account"
        time.sleep(0.1)


def through(
    port: int, url: str, password: str, wire: ProxyLoginWire, body: bytes | None = None, user: str = USER
) -> Received:
    route = Route(proxy=Proxy("http", "127.0.0.1", port, value(user), secret(password), "--proxy"))
    request = outgoing(url, "POST" if body else "GET", body=body)
    return wire.send(request, route, USUAL, Cancel())


@contextmanager
def login_wire() -> Generator[ProxyLoginWire]:
    made = ProxyLoginWire(HttpWire(), {}, Fixed(), Fixed())
    try:
        yield made
    finally:
        made.close()


def test_digest(digest_proxy: int, origin: str) -> None:
    with login_wire() as wire:
        for _ in range(2):
            received = through(digest_proxy, f"{origin}/", PASSWORD, wire)
            assert (received.response.head.status, text(received.response)) == (200, "ok")
    with login_wire() as wire:
        assert through(digest_proxy, f"{origin}/", "wrong", wire).response.head.status == 407


def test_ntlm(ntlm_proxy: int, origin: str) -> None:
    with login_wire() as wire:
        for _ in range(2):
            received = through(ntlm_proxy, f"{origin}/echo.sh", PASSWORD, wire, b"the body")
            assert (received.response.head.status, text(received.response)) == (200, "the body")
        assert through(ntlm_proxy, f"{origin}/", PASSWORD, wire).response.head.status == 200
    with login_wire() as wire:
        assert through(ntlm_proxy, f"{origin}/", "wrong", wire).response.head.status == 407


def test_a_tunnel_is_refused_with_what_can_be_done(ntlm_proxy: int) -> None:
    with login_wire() as wire, pytest.raises(ProxyError, match="NTLM") as caught:
        through(ntlm_proxy, "https://127.0.0.1:1/", PASSWORD, wire)
    assert "Basic" in caught.value.remedy
