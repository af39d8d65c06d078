"""NTLM by the engine: the legs of a login share a connection, which then serves this login and nobody else."""

import ssl
from base64 import b64decode, b64encode
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import pytest
import spnego
from tests.support.certificates import issue
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.running import Project, project
from tests.support.sending import text


class Arrived(NamedTuple):
    """A request as it came: over which connection, what for, what its credentials begin with, the length of its body."""

    connection: int
    path: str
    credentials: str
    body: int


@pytest.fixture
def arrived() -> list[Arrived]:
    return []


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrived: list[Arrived]) -> Generator[LiteralServer]:
    """Below `/in` it wants a login by NTLM, and answers with the name of who is logged in over this connection."""
    (tmp_path / "accounts").write_text("CORP:alice:pw\nCORP:bob:pw\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "accounts"))

    def handle(conversation: Conversation) -> None:
        login: spnego.ContextProxy | None = None
        number: int | None = None
        while asked := conversation.request():
            head, _, body = asked.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            found = [line for line in head.decode().split("\r\n") if line.lower().startswith("authorization: ntlm ")]
            token = b64decode(found[0].split(" ")[2]) if found else b""
            if number is None:
                number = len({one.connection for one in arrived})
            kind = {b"": "", b"\x01": "first", b"\x03": "proof"}[token[8:9]]
            arrived.append(Arrived(number, path, kind, len(body)))
            is_in = login is not None and login.complete
            if not path.startswith("/in") or (is_in and not token):
                who = login.client_principal if login is not None else None
                conversation.send(response((who or "nobody").encode()))
            elif not token:
                conversation.send(response(b"", ["WWW-Authenticate: NTLM"], "401 Unauthorized"))
            elif kind == "first":
                login = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
                challenge = b64encode(login.step(token) or b"").decode()
                conversation.send(response(b"", [f"WWW-Authenticate: NTLM {challenge}"], "401 Unauthorized"))
            else:
                assert login is not None
                login.step(token)
                conversation.send(response((login.client_principal or "").encode()))

    with serve(handle) as running:
        yield running


def test_a_login_is_not_tried_over_http_2(tmp_path: Path, files: Project) -> None:
    """A server that takes HTTP/2 is not asked for it: it would refuse the login there."""
    issued = issue("localhost", hosts=("localhost",))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*issued.write(tmp_path, "server"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    chosen: list[str | None] = []

    def handle(conversation: Conversation) -> None:
        connection = conversation.connection()
        assert isinstance(connection, ssl.SSLSocket)
        chosen.append(connection.selected_alpn_protocol())
        while conversation.request():
            conversation.send(response())

    with serve(handle, context, "127.0.0.1") as server:
        for auth in ("ntlm me pw", "negotiate me pw"):
            files.result(f"# @auth {auth}\n# @insecure\nGET https://localhost:{server.port}/\n")
    assert chosen == ["http/1.1", "http/1.1"]


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path / "project") as made:
        yield made


def test_a_connection_that_is_logged_in_serves_this_login_only(
    server: LiteralServer, files: Project, arrived: list[Arrived]
) -> None:
    report = files.run(
        """\
### alice
# @auth ntlm CORP\\alice pw
POST {base}/in/a

body
### nobody
GET {base}/out
### bob
# @auth ntlm CORP\\bob pw
POST {base}/in/b

the body
### alice again
# @auth ntlm CORP\\alice pw
GET {base}/in/c
### nobody again
GET {base}/out
""".replace("{base}", f"http://127.0.0.1:{server.port}")
    )
    answers = [one.exchange.hops[-1].response for one in report.results]
    assert [text(one) for one in answers if one is not None] == [
        "CORP\\alice", "nobody", "CORP\\bob", "CORP\\alice", "nobody",
    ]  # fmt: skip
    assert arrived == [
        Arrived(0, "/in/a", "", 0), Arrived(0, "/in/a", "first", 0), Arrived(0, "/in/a", "proof", 4),
        Arrived(1, "/out", "", 0),
        Arrived(2, "/in/b", "", 0), Arrived(2, "/in/b", "first", 0), Arrived(2, "/in/b", "proof", 8),
        Arrived(0, "/in/c", "", 0),
        Arrived(1, "/out", "", 0),
    ]  # fmt: skip
