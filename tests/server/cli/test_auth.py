"""`httpls auth`: tokens, what authenticates a request, the guided set-up."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, serve
from tests.support.token_endpoint import TokenEndpoint, token_endpoint

from httpls.cli.main import main

Run = Callable[..., tuple[int, str, str]]
SECRET = "sesame"


@pytest.fixture
def server() -> Generator[TokenEndpoint]:
    with token_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run httpls in a project of its own, without a terminal."""
    (tmp_path / "httpls.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    for name, folder in (("HTTPLS_STATE_HOME", "state"), ("HTTPLS_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("HTTPLS_CACHE_KEY", "00" * 32)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = int(str(stop.code))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def orders(tmp_path: Path, server: TokenEndpoint) -> str:
    text = f"""\
### list
# @auth oauth2 password token-url={server.url}/token client-id=cli username=bob client-auth=none
# @auth-password {{{{$prompt}}}}
# @auth-revoke-url {server.url}/revoke
GET {server.url}/api

### signed
# @auth jwt HS256 payload={{"sub":"x"}} secret=some-long-secret-that-signs-this-0123
GET {server.url}/api

### free
# @auth none
GET {server.url}/api
"""
    (tmp_path / "orders.http").write_text(text.replace("{{$prompt}}", "MARKER-password"))
    return "orders.http"


def test_login_token_refresh_revoke(run: Run, orders: str, server: TokenEndpoint) -> None:
    code, out, err = run("auth", "login", orders)
    assert (code, out) == (0, "")
    assert err.startswith(f"Logged in: password cli at {server.url}/token, valid for 60 min, with a refresh token.")
    assert run("auth", "token", orders) == (0, "token-1", "")
    assert run("auth", "refresh", orders)[0] == 0
    assert run("auth", "token", orders) == (0, "token-2", "")
    assert [one["grant_type"] for one in server.token_requests] == ["password", "refresh_token"]
    assert run("auth", "revoke", orders)[0] == 0
    assert server.revoked == ["refresh-2"]
    assert json.loads(run("auth", "list", "--json")[1]) == []


def test_introspect_and_userinfo(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    (tmp_path / "a.http").write_text(
        f"# @auth oauth2 client token-url={server.url}/token client-id=c client-secret=sesame\n"
        f"# @auth-introspection-url {server.url}/introspect\n# @auth-userinfo-url {server.url}/me\n"
        f"GET https://api.example/\n"
    )
    assert run("auth", "introspect", "a.http") == (0, '{\n  "active": true\n}\n', "")
    assert run("auth", "userinfo", "a.http") == (0, '{\n  "good": true\n}\n', "")
    assert len(server.token_requests) == 1
    server.forget()
    assert run("auth", "introspect", "a.http")[:2] == (4, '{\n  "active": false\n}\n')
    code, out, err = run("auth", "userinfo", "a.http")
    assert (code, out) == (4, "")
    assert "tells nothing about the person" in err


def test_login_obtains_a_token_although_there_is_one(run: Run, orders: str, server: TokenEndpoint) -> None:
    run("auth", "login", orders)
    run("auth", "login", orders)
    assert [one["grant_type"] for one in server.token_requests] == ["password", "password"]


def test_list_and_logout(run: Run, orders: str, server: TokenEndpoint) -> None:
    assert run("auth", "list") == (0, "", "No tokens are kept.\n")
    run("auth", "login", orders)
    code, out, _ = run("auth", "list")
    assert code == 0
    assert out.startswith(f"password cli at {server.url}/token  -  valid for 60 min, can be renewed")
    assert "token-1" not in out
    assert run("auth", "logout", orders)[2] == f"Forgot password cli at {server.url}/token.\n"
    assert run("auth", "logout", orders)[2].startswith("There was no token")
    run("auth", "login", orders)
    assert run("auth", "logout", "--expired")[2] == "Forgot 0 tokens.\n"
    assert run("auth", "logout", "--all")[2] == "Forgot 1 token.\n"


def test_a_run_uses_the_token_of_a_login(run: Run, orders: str, server: TokenEndpoint) -> None:
    run("auth", "login", orders)
    assert run("run", orders, "--name", "list")[0] == 0
    assert server.api_requests == ["Bearer token-1"]
    server.forget()
    assert run("run", orders, "--name", "list")[0] == 0
    assert server.api_requests[1:] == ["Bearer token-1", "Bearer token-2"]


def test_claims_and_json(run: Run, orders: str, server: TokenEndpoint) -> None:
    code, _, err = run("auth", "token", orders, "--claims")
    assert code == 4
    assert "no JWT" in err
    members = json.loads(run("auth", "token", orders, "--json")[1])
    assert (members["token"], members["type"]) == ("token-1", "Bearer")
    server.answer = (200, "application/json", json.dumps({"access_token": "e30.eyJhIjoxfQ.x"}))
    run("auth", "logout", orders)
    assert json.loads(run("auth", "token", orders, "--claims")[1]) == {"a": 1}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ((500, "text/html", "<html>MARKER"), "500 with a page for people"),
        ((400, "application/json", '{"error": "invalid_grant"}'), "invalid_grant"),
        ((200, "application/json", '{"access_token"'), "which is no token"),
        ((200, "application/json", '"' + "x" * 2_000_000 + '"'), "token request"),
        ((302, "text/plain", ""), "302"),
    ],
)
def test_a_token_endpoint_that_is_wrong(
    run: Run, orders: str, server: TokenEndpoint, answer: tuple[int, str, str], complaint: str
) -> None:
    server.answer = answer
    code, out, err = run("auth", "login", orders)
    assert (code, out) == (4, "")
    assert complaint in err
    assert "MARKER" not in err
    server.answer = None
    assert run("auth", "login", orders)[0] == 0


def test_a_token_endpoint_that_is_not_there(run: Run, orders: str, server: TokenEndpoint, tmp_path: Path) -> None:
    path = tmp_path / orders
    path.write_text(path.read_text().replace(f"{server.url}/token", "http://127.0.0.1:9/token"))
    code, _, err = run("auth", "login", orders)
    assert code == 4
    assert "token request" in err


def test_show(run: Run, orders: str) -> None:
    code, out, _ = run("auth", "show", orders)
    assert code == 0
    assert "oauth2  from the request (orders.http:2)" in out
    assert "password     •••••" in out
    assert "no authentication, as the request says" in out
    assert "MARKER" not in out
    shown = json.loads(run("auth", "show", orders, "--json")[1])
    assert [[scheme["scheme"] for scheme in one["schemes"]] for one in shown] == [["oauth2"], ["jwt"], []]
    assert "MARKER" not in json.dumps(shown)


def test_explain_sends_nothing(run: Run, orders: str, server: TokenEndpoint) -> None:
    code, out, _ = run("auth", "explain", orders)
    assert code == 0
    assert "→ would send the token request" in out
    assert "password=•••••" in out
    assert "payload of the token" in out
    assert '{"sub":"x"}' in out
    assert "MARKER" not in out
    assert "some-long-secret" not in out
    assert not server.token_requests
    assert not server.api_requests
    run("auth", "login", orders)
    assert "Authorization: Bearer •••••" in run("auth", "explain", orders, "--name", "list")[1]


def test_explain_as_json(run: Run, orders: str, server: TokenEndpoint) -> None:
    found = json.loads(run("auth", "explain", orders, "--name", "list", "--json")[1])
    (step,) = found[0]["schemes"]
    assert step["would_send"]["url"] == f"{server.url}/token"
    assert "password=•••••" in step["would_send"]["body"]


def test_explain_sends_nothing_for_a_token_in_the_text_of_a_request(
    run: Run, tmp_path: Path, server: TokenEndpoint
) -> None:
    shop = {"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": f"{server.url}/token", "Client ID": "cli",
            "Client Secret": "sesame"}  # fmt: skip
    (tmp_path / "http-client.env.json").write_text(json.dumps({"dev": {"Security": {"Auth": {"shop": shop}}}}))
    text = f'### a\nGET {server.url}/api\nAuthorization: Bearer {{{{$auth.token("shop")}}}}\n'
    (tmp_path / "shop.http").write_text(text)
    code, out, _ = run("auth", "explain", "shop.http", "-e", "dev")
    assert code == 0
    assert "not known without the network" in out
    assert "→ would send the token request" in out
    assert not server.token_requests


def test_explain_shows_that_an_old_token_would_be_renewed(
    run: Run, orders: str, server: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("auth", "login", orders)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3600)
    out = run("auth", "explain", orders, "--name", "list")[1]
    assert "→ would send the refresh request" in out
    assert "refresh_token=•••••" in out
    assert len(server.token_requests) == 1


def test_a_wrong_parameter_is_told_at_its_line(run: Run, orders: str, tmp_path: Path) -> None:
    path = tmp_path / orders
    path.write_text(path.read_text().replace("username=bob", "refresh-before=soon username=bob"))
    code, _, err = run("auth", "login", orders, "--name", "list")
    assert code == 3
    assert "orders.http:2" in err


def test_several_tokens_have_to_be_told_apart(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    request = "### {0}\n# @auth oauth2 client token-url={1}/token client-id={0} client-secret=sesame client-auth=body\nGET {1}/api\n"
    (tmp_path / "two.http").write_text(request.format("a", server.url) + request.format("b", server.url))
    code, _, err = run("auth", "token", "two.http")
    assert code == 2
    assert "oauth2 (two.http:2)" in err
    assert "oauth2 (two.http:5)" in err
    assert run("auth", "token", "two.http", "--name", "b") == (0, "token-1", "")


def test_objects_of_the_environment(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    shop = {
        "Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": f"{server.url}/token", "Client ID": "cli",
        "Client Secret": "sesame", "Client Credentials": "in body",
    }  # fmt: skip
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"dev": {"Security": {"Auth": {"shop": shop}}}}))
    text = f'### a\nGET {server.url}/api\nAuthorization: Bearer {{{{$auth.token("shop")}}}}\n'
    (tmp_path / "shop.http").write_text(text)
    assert run("auth", "token", "shop.http", "-e", "dev", "--id", "shop") == (0, "token-1", "")
    assert run("run", "shop.http", "-e", "dev")[0] == 0
    assert server.api_requests == ["Bearer token-1"]
    # Another environment has a token of its own.
    (tmp_path / "http-client.private.env.json").write_text(
        json.dumps({name: {"Security": {"Auth": {"shop": shop}}} for name in ("dev", "prod")})
    )
    assert run("auth", "token", "shop.http", "-e", "prod") == (0, "token-2", "")


def test_requests_without_tokens(run: Run, orders: str) -> None:
    code, _, err = run("auth", "token", orders, "--name", "free")
    assert code == 3
    assert "auth init" in err


def test_a_person_is_needed_and_not_there(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    text = (
        f"# @auth oauth2 code auth-url={server.url}/a token-url={server.url}/token client-id=c\nGET {server.url}/api\n"
    )
    (tmp_path / "code.http").write_text(text)
    code, _, err = run("auth", "login", "code.http")
    assert code == 3
    assert "nobody is here" in err


@pytest.mark.parametrize(
    ("before", "arguments", "after"),
    [
        (
            "### a\n# @name a\nGET http://x/\n",
            ["--scheme", "bearer", "--set", "token={{token}}"],
            "### a\n# @name a\n# @auth bearer\n# @auth-token {{token}}\nGET http://x/\n",
        ),
        (
            "### a\r\n# @auth basic u p\r\n# @auth-charset utf-8\r\nGET http://x/\r\n",
            ["--scheme", "bearer", "--set", "token={{token}}"],
            "### a\r\n# @auth bearer\r\n# @auth-token {{token}}\r\nGET http://x/\r\n",
        ),
        (
            "GET http://x/\n\n###\nGET http://y/\n",
            ["--for", "file", "--scheme", "none"],
            "# @auth none\n\n###\nGET http://x/\n\n###\nGET http://y/\n",
        ),
        (
            "@base = http://x\n\n### a\nGET {{base}}/\n",
            ["--for", "file", "--scheme", "none"],
            "# @auth none\n@base = http://x\n\n### a\nGET {{base}}/\n",
        ),
        ("### a\nGET http://x/\n", ["--for", "file", "--scheme", "none"], "# @auth none\n\n### a\nGET http://x/\n"),
        (
            "GET http://x/\n",
            ["--scheme", "oauth2", "--set", "grant=client", "--set", "token-url=https://i/token", "--set", "client-id=c",
             "--set", "client-auth=private_key_jwt", "--set", "private-key=keys/c.pem"],
            ("# @auth oauth2 client_credentials\n# @auth-client-id c\n# @auth-token-url https://i/token\n"
            "# @auth-client-auth private_key_jwt\n# @auth-private-key-file keys/c.pem\nGET http://x/\n"),
        ),
    ],
)  # fmt: skip
def test_init_writes_the_directive(run: Run, tmp_path: Path, before: str, arguments: list[str], after: str) -> None:
    path = tmp_path / "a.http"
    path.write_bytes(before.encode())
    code, out, err = run("auth", "init", "a.http", *arguments)
    assert (code, out) == (0, ""), err
    assert path.read_bytes().decode() == after


def test_init_keeps_secrets_out_of_the_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.server.cli.test_secret import Backend

    backend = Backend()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    path = tmp_path / "a.http"
    path.write_text("GET https://api.example/\n")
    code, _, err = run(
        "auth", "init", "a.http", "--scheme", "basic", "--set", "username=bob", "--set", "password=MARKER"
    )
    assert code == 0
    assert "Stored `basic-password` in the keyring, for https://api.example." in err
    assert "MARKER" not in path.read_text() + err
    assert "{{$secret basic-password}}" in path.read_text()
    assert any("MARKER" in entry for entry in backend.entries.values())


def test_init_overwrites_no_secret_of_another_request(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.server.cli.test_secret import Backend

    backend = Backend()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    (tmp_path / "a.http").write_text("### a\nGET https://a.example/\n\n### b\nGET https://b.example/\n")

    def init(line: int, password: str) -> str:
        given = ("--scheme", "basic", "--set", "username=bob", "--set", f"password={password}")
        code, _, err = run("auth", "init", "a.http", "--line", str(line), *given)
        assert code == 0, err
        return err

    assert "Stored `basic-password` in the keyring, for https://a.example." in init(2, "first")
    assert "Stored `basic-password-2` in the keyring, for https://b.example." in init(7, "second")
    # The secret of a directive that is replaced is replaced too.
    assert "Stored `basic-password` in the keyring, for https://a.example." in init(4, "third")
    assert run("secret", "get", "basic-password")[1] == "third"
    assert run("secret", "get", "basic-password-2")[1] == "second"


@pytest.mark.parametrize(
    ("scheme", "answers", "lines"),
    [
        ("none", [], ["# @auth none"]),
        ("inherit", [], ["# @auth inherit"]),
        ("apikey", ["key", "{{key}}", "query"], ["# @auth apikey key", "# @auth-value {{key}}", "# @auth-in query"]),
        ("apikey", ["key", "{{key}}", "header"], ["# @auth apikey key", "# @auth-value {{key}}"]),
        ("aws", ["profile: ", "work", "", "s3"], ["# @auth aws", "# @auth-service s3", "# @auth-profile work"]),
        (
            "aws",
            ["access-key: ", "AK", "{{key}}", "eu-central-1", ""],
            ["# @auth aws AK", "# @auth-secret-key {{key}}", "# @auth-region eu-central-1"],
        ),
        (
            "jwt",
            ["RS256", '{"sub": "me"}', "./key.pem", "5m"],
            [
                "# @auth jwt RS256", '# @auth-payload {"sub": "me"}', "# @auth-private-key-file ./key.pem",
                "# @auth-expires-in 5m",
            ],
        ),
        ("mtls", ["pfx: ", "./me.p12", "{{passphrase}}", ""], ["# @auth mtls", "# @auth-pfx ./me.p12", "# @auth-passphrase {{passphrase}}"]),
        ("mtls", ["cert: ", "./me.pem", "./me.key", "", ""], ["# @auth mtls ./me.pem", "# @auth-key ./me.key"]),
        (
            "oidc",
            ["{{issuer}}", "me", "openid", "http://localhost:8400/"],
            [
                "# @auth oidc", "# @auth-client-id me", "# @auth-redirect-url http://localhost:8400/",
                "# @auth-issuer {{issuer}}", "# @auth-scope openid",
            ],
        ),
        (
            "oauth2",
            ["{{issuer}}", "client_credentials: ", "me", "{{secret}}", ""],
            [
                "# @auth oauth2 client_credentials", "# @auth-client-id me", "# @auth-client-secret {{secret}}",
                "# @auth-issuer {{issuer}}",
            ],
        ),
    ],
)  # fmt: skip
def test_init_asks_a_person(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, answers: list[str], lines: list[str]
) -> None:
    (tmp_path / "a.http").write_text("GET https://api.example/\n")
    left = list(answers)

    class Person:
        def ask(self, question: str, is_secret: bool, default: str | None, cancel: object) -> str:
            return left.pop(0)

        def choose(self, question: str, choices: Sequence[str], cancel: object) -> str:
            wanted = left.pop(0)
            return next(one for one in choices if one == wanted or (wanted[-1] == " " and one.startswith(wanted)))

    monkeypatch.setattr("httpls.cli.auth.init.TerminalPrompter", Person)
    monkeypatch.setattr("httpls.cli.auth.init.is_attended", lambda: True)
    code, _, err = run("auth", "init", "a.http", "--scheme", scheme)
    assert code == 0, err
    assert left == []
    assert (tmp_path / "a.http").read_text() == "\n".join([*lines, "GET https://api.example/", ""])
    # What is written is a directive without a mistake.
    found = json.loads(run("auth", "show", "a.http", "--var", "key=k", "--var", "secret=s", "--json")[1])
    assert [one["scheme"] for one in found[0]["schemes"]] == ([scheme] if scheme not in ("none", "inherit") else [])


def test_init_asks_for_what_is_missing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.http").write_text("GET https://api.example/\n")
    code, _, err = run("auth", "init", "a.http", "--scheme", "basic")
    assert code == 3
    assert "--set username=" in err
    assert run("auth", "init", "a.http", "--scheme", "nope")[0] == 2
    assert run("auth", "init", "a.http", "--scheme", "basic", "--set", "nope=1")[0] == 2
    assert (tmp_path / "a.http").read_text() == "GET https://api.example/\n"


def test_init_dry_run_only_prints(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.http").write_text("GET https://api.example/\n")
    arguments = ("--scheme", "bearer", "--set", "token={{t}}", "--dry-run")
    assert run("auth", "init", "a.http", *arguments) == (0, "# @auth bearer\n# @auth-token {{t}}\n", "")
    assert (tmp_path / "a.http").read_text() == "GET https://api.example/\n"


def test_presign_prints_a_url_that_needs_no_key(run: Run, tmp_path: Path) -> None:
    keys = "access-key=AKIA secret-key=MARKER service=s3 region=eu-central-1"
    (tmp_path / "a.http").write_text(
        f"### get\n# @auth aws {keys} in=query expires=15m\nGET https://b.example/a b?c=d\n\n"
        f"### put\n# @auth aws {keys} in=query\nPUT https://b.example/x\nContent-Type: text/plain\n\nhello\n\n"
        f"### header\n# @auth aws {keys}\nGET https://b.example/x\n\n### none\nGET https://b.example/x\n"
    )
    code, out, err = run("auth", "presign", "a.http", "--name", "get")
    assert (code, err) == (0, "")
    assert out.startswith("https://b.example/a%20b?c=d&X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "X-Amz-Expires=900&" in out
    assert "X-Amz-SignedHeaders=host&" in out
    assert len(out.partition("X-Amz-Signature=")[2]) == 64
    code, out, err = run("auth", "presign", "a.http", "--name", "put")
    assert (code, err) == (0, "Send it as PUT with Content-Type as in the file.\n")
    assert "X-Amz-SignedHeaders=content-type%3Bhost&" in out
    code, out, err = run("auth", "presign", "a.http", "--name", "header")
    assert (code, out) == (3, "")
    assert "it is in X-Amz-Date" in err
    assert run("auth", "presign", "a.http", "--name", "none")[0] == 3
    assert run("auth", "presign", "a.http")[0] == 2


def test_help_and_wrong_usage(run: Run) -> None:
    code, out, _ = run("auth", "--help")
    assert code == 0
    assert all(action in out for action in ("init", "login", "explain", "exit codes"))
    assert run("auth", "nope")[0] == 2
    assert run("auth", "login")[0] == 2
    for action in ("list", "show", "init", "login", "token", "refresh", "logout", "revoke", "explain"):
        assert run("auth", action, "--help")[0] == 0


def test_fifty_parallel_requests_make_one_token_request(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    declared = f"# @auth oauth2 client token-url={server.url}/token client-id=c client-secret=sesame client-auth=body\n"
    (tmp_path / "many.http").write_text(declared + "".join(f"\n###\nGET {server.url}/api?{n}\n" for n in range(50)))
    code, _, err = run("run", "many.http", "--all", "--parallel", "50")
    assert code == 0, err
    assert len(server.api_requests) == 50
    assert len(server.token_requests) == 1
    # All are refused at once, and one of them renews the token for all.
    server.forget()
    assert run("run", "many.http", "--all", "--parallel", "50")[0] == 0
    assert len(server.token_requests) == 2


def test_two_processes_make_one_token_request(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    declared = (
        f"# @auth oauth2 password token-url={server.url}/token client-id=c client-auth=none username=u password=p\n"
    )
    (tmp_path / "many.http").write_text(declared + "".join(f"\n###\nGET {server.url}/api?{n}\n" for n in range(5)))

    def run_both() -> None:
        command = [sys.executable, "-m", "httpls", "run", "many.http", "--all", "--parallel", "5"]
        processes = [
            subprocess.Popen(command, cwd=tmp_path, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        outputs = [process.communicate(timeout=60) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs

    run_both()
    assert len(server.api_requests) == 10
    assert len(server.token_requests) == 1
    # When all are refused, one process refreshes the token, and the other takes what it has written.
    server.forget()
    run_both()
    assert [one["grant_type"] for one in server.token_requests] == ["password", "refresh_token"]


def test_a_token_endpoint_that_does_not_answer_in_time(run: Run, tmp_path: Path, server: TokenEndpoint) -> None:
    (tmp_path / "httpls.toml").write_text("[timeouts]\nread = 0.5\n")

    def never(conversation: Conversation) -> None:
        conversation.request()
        conversation.wait_for_end()

    def text(endpoint: str) -> str:
        auth = f"# @auth oauth2 client token-url={endpoint} client-id=c client-secret=sesame client-auth=body"
        return f"{auth}\nGET {server.url}/api\n"

    with serve(never) as slow:
        (tmp_path / "slow.http").write_text(text(f"http://127.0.0.1:{slow.port}/token"))
        code, out, err = run("run", "slow.http")
        assert (code, out) == (4, "")
        assert "token request" in err
        assert len(slow.requests) == 1
    assert server.api_requests == []
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "slow.http").write_text(text(f"{server.url}/token"))
    assert run("run", "slow.http")[0] == 0
