"""Whatever is wrong with a file or a server is told with place and remedy, and what there is of a response is shown."""

import os
import signal
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, Handler, answering, response, serve

from httpls.cli.main import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "POST http://127.0.0.1/\n\n< ./missing.json\n",
            ["`./missing.json` cannot be read", "a.http:3:3", "[missing-body-file]", "Correct the path"],
        ),
        (
            "POST http://127.0.0.1/\n\n<@latin99 ./a.http\n",
            ["no encoding `latin99`", "a.http:3:11", "[unknown-encoding]", "Write one such as `latin1`"],
        ),
        (
            "GET http://127.0.0.1/{{a}}?{{b}}\nX: {{c}}\n\n{{d}}\n",
            ["`a` is not", "a.http:1:22", "`b` is not", "`c` is not", "a.http:2:4", "`d` is not", "a.http:4:1"],
        ),
    ],
    ids=["missing body file", "unknown encoding", "undefined variables"],
)
def test_a_file(folder: Path, capfd: pytest.CaptureFixture[str], text: str, told: list[str]) -> None:
    (folder / "a.http").write_text(text)
    assert main(["run", "a.http"]) == 3
    shown = capfd.readouterr()
    assert shown.out == ""
    for part in told:
        assert part in shown.err


def _once(answer: bytes) -> Handler:
    """Return a handler that answers with these bytes and closes."""

    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(answer)

    return handle


def _silent(answer: bytes) -> Handler:
    """Return a handler that sends these bytes and then nothing, until the client closes."""

    def handle(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(answer)
        conversation.wait_for_end()

    return handle


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join([packer.compress(bytes(1 << 20)) for _ in range(20)]) + packer.flush()
    return response(body, ["Content-Encoding: gzip"])


_HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("handler", "body", "told"),
    [
        (
            _once(_HEAD + b"Content-Length: 100\r\n\r\nthe beginning"),
            "the beginning",
            ["closed the connection before the end of the body (received 13 bytes, expected 100) [incomplete-body]"],
        ),
        (
            _once(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            "hello",
            ["closed the connection before the end of the body", "[incomplete-body]"],
        ),
        (
            _once(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n"),
            "hello",
            ["the body of the response is broken", "[bad-response-body]"],
        ),
        (_silent(_HEAD + b"Content-Length: 9\r\n\r\nhello"), "hello", ["sent nothing for 3 s [read-timeout]"]),
        (_silent(b""), "", ["sent nothing for 3 s [read-timeout]", "Raise the limit with `# @timeout`"]),
        (_once(b"220 mail.example.com\r\n"), "", ["is no HTTP", "[bad-response]", "Check that the port is one"]),
        (_once(b""), "", ["closed the connection without an answer [no-response]"]),
        (_once(_HEAD + b"X: " + bytes(1 << 21)), "", ["are larger than 1,048,576 bytes [head-too-large]"]),
        (
            answering(response(b"elsewhere", status="302 Found", fields=["Location: /again"])),
            "elsewhere",
            ["redirected more than 3 times, at last to `/again` [too-many-redirects]", "`redirects.maximum`"],
        ),
        (_once(_bomb()), "", ["more than 1,000,000 bytes", "[decompressed-too-large]", "response.maximum-decompressed"]),
        (
            _once(response(b"x" * 2_000_001)),
            "",
            ["more than 2,000,000 bytes [response-too-large]", "`response.maximum-download`"],
        ),
        (
            _once(response(b"hello", ["Content-Encoding: snappy"])),
            "hello",
            ["`snappy` is no encoding that is known here [undecodable-body]", "kept as it came"],
        ),
    ],
    ids=[
        "closes in the body", "closes in chunks", "bad chunk", "stops in the body", "never answers", "garbage",
        "closes at once", "endless head", "endless redirects", "bomb", "too long", "unknown packing",
    ],
)  # fmt: skip
def test_a_server(
    folder: Path, capfd: pytest.CaptureFixture[str], handler: Handler, body: str, told: list[str]
) -> None:
    limits = "[redirects]\nmaximum = 3\n\n[response]\nmaximum-decompressed = 1_000_000\nmaximum-download = 2_000_000\n"
    (folder / "httpls.toml").write_text(limits)
    with serve(handler) as server:
        seconds = 3 if "read-timeout" in told[0] else 60
        (folder / "a.http").write_text(f"###\n# @timeout {seconds}\nGET http://127.0.0.1:{server.port}/\n")
        assert main(["run", "a.http"]) == 4
    shown = capfd.readouterr()
    assert shown.out == body
    for part in (*told, "a.http:3:1"):
        assert part in shown.err
    assert len(shown.err.splitlines()) == 3  # what, where, and what to do


@pytest.mark.skipif(os.name != "posix", reason="signals are sent another way on Windows")
def test_of_an_interrupted_response_what_came_is_written(folder: Path) -> None:
    has_come = threading.Event()

    def flood(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(_HEAD + b"\r\n")
        for number in range(1 << 20):
            conversation.send(b"0123456789abcdef" * 4096)
            if number == 1000:  # More than fits into the buffers of the sockets: some of it was read.
                has_come.set()

    with serve(flood) as server:
        (folder / "a.http").write_text(f"GET http://127.0.0.1:{server.port}/\n")
        with (folder / "body").open("wb") as body:
            process = subprocess.Popen(
                [sys.executable, "-m", "httpls", "run", "a.http"], stdout=body, stderr=subprocess.PIPE, text=True
            )
            assert has_come.wait(60)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted after" in told
    assert "of the body came" in told
    assert (folder / "body").read_bytes().startswith(b"0123456789abcdef" * 4096)


@pytest.mark.skipif(os.name != "posix", reason="signals are sent another way on Windows")
def test_of_an_interrupted_wait_it_is_told_how_far_it_came(folder: Path) -> None:
    has_come = threading.Event()

    def think(conversation: Conversation) -> None:
        conversation.request()
        has_come.set()
        conversation.wait_for_end()

    with serve(think) as server:
        (folder / "a.http").write_text(f"GET http://127.0.0.1:{server.port}/\n")
        command = [sys.executable, "-m", "httpls", "run", "a.http"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert has_come.wait(60)
        process.send_signal(signal.SIGINT)
        body, told = process.communicate(timeout=60)
    assert (process.returncode, body) == (130, "")
    assert "interrupted after" in told
    assert "while it waited for the answer" in told
