"""What is proposed where: the first labels at the cursor `$0`."""

import pytest
from tests.support.ide import at_cursor

from httpls.ide.completion import Completion, complete


def _complete(text: str, **files: str) -> Completion:
    analysis, offset = at_cursor(text, {name.replace("__", "."): content for name, content in files.items()})
    return complete(analysis, offset)


def _labels(text: str, count: int = 3, **files: str) -> list[str]:
    return [item.label for item in _complete(text, **files).items[:count]]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("PO$0", ["POST", "post form", "post json"]),
        ("GET http://a\nAcc$0", ["Accept", "Accept-Charset", "Accept-Encoding"]),
        ("POST http://a\nContent-Type: $0", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=boundary"]),
        ("GET http://a\nAccept: text/html, application/x$0", ["application/xml", "application/x-ndjson", "application/x-www-form-urlencoded"]),
        ("# @no-r$0", ["no-redirect", "no-response-view", "no-reject-unauthorized"][:2]),
        ("# @dialect j$0", ["jetbrains"]),
        ("@base = 1\n@bar = 2\n\n###\nGET {{ba$0", ["bar", "base"]),
        ("# @name login\nGET http://a\n\n###\n# @ref $0", ["login"]),
        ("# @name login\nGET http://a\n\n###\nGET {{login.$0}}", ["request", "response"]),
        ("# @name login\nGET http://a\n\n###\nGET {{login.response.$0}}", ["body", "cookies", "headers"]),
        ("GET http://a/{{$random.in$0", ["$random.integer"]),
        ("GET http://a\n\n?? st$0", ["status"]),
        ("GET http://a\n\n?? status =$0", ["=="]),
        ("GET http://api.example.com/items\n\n###\nGET http://api$0", ["http://api.example.com", "http://api.example.com/items"]),
        ("# @auth bas$0", ["basic"]),
        ("# @auth basic us$0", ["username="]),
        ("# @auth basic\n# @auth-$0", ["auth-username", "auth-password", "auth-follow-redirects"]),
    ],
)  # fmt: skip
def test_proposals(text: str, labels: list[str]) -> None:
    found = _labels(text, 200)
    assert [label for label in labels if label not in found] == []
    assert labels[0] in found[:4]


def test_a_proposal_replaces_what_is_written_and_closes_the_braces() -> None:
    found = _complete("@base = 1\nGET {{ba$0")
    assert (found.range.start, found.range.end) == (16, 18)
    assert found.items[0].text == "base}}"
    assert _complete("@base = 1\nGET {{ba$0}}").items[0].text == "base"


def test_values_are_shown_and_secrets_are_not() -> None:
    files = {"http-client__private__env__json": '{"dev": {"password": "hunter2", "host": "h"}}'}
    analysis, offset = at_cursor(
        "GET {{$0", {"http-client.private.env.json": files["http-client__private__env__json"]}, ("dev",)
    )
    details = {item.label: item.detail for item in complete(analysis, offset).items}
    assert details["host"] == "h"
    assert "hunter2" not in "".join(details.values())


def test_paths_are_those_of_the_folder() -> None:
    analysis, offset = at_cursor("POST http://a\n\n< ./bo$0", {"body.json": "{}", "sub/x.txt": ""})
    assert [item.label for item in complete(analysis, offset).items] == ["body.json"]
    analysis, offset = at_cursor("POST http://a\n\n< ./$0", {"body.json": "{}", "sub/x.txt": ""})
    assert "sub/" in [item.label for item in complete(analysis, offset).items]


def test_parameters_that_are_given_are_not_proposed_again() -> None:
    labels = _labels("# @auth basic me\n# @auth-$0", 200)
    assert "auth-password" in labels
    assert "auth-username" not in labels


def test_every_parameter_of_every_scheme_is_completed_without_heavy_libraries() -> None:
    import subprocess
    import sys

    code = """
import sys
from tests.support.ide import at_cursor
from httpls.ide.completion import complete
from httpls_auth.schemes.index import scheme_class, words
for word in words():
    labels = {item.label for text in (f"# @auth {word}\\n# @auth-$0", f"# @auth {word} $0") for item in complete(*at_cursor(text)).items}
    for parameter in scheme_class(word).parameters({}):
        assert f"auth-{parameter.name}" in labels or parameter.kind.value == "pairs", (word, parameter.name)
print([name for name in ("httpx", "keyring", "cryptography", "jwt", "pygls", "lsprotocol") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr
