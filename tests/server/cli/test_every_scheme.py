"""What `httpls run` promises of every scheme: refused and not unsigned, and nothing that leaks."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve

from httpls.cli.main import main
from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.schemes.parameter import Parameter, ParameterKind, same_name
from httpls_auth.schemes.read import missing_parameters
from httpls_auth.schemes.scheme import Scheme

MARKER = "Mk7/s+ecret=Zq9"
_KEY = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
_EVERY = sorted(word for word in words() if word not in ("none", "mtls"))
every_scheme = pytest.mark.parametrize("word", _EVERY)


SEEN: set[str] = set()
"""The temporary files that were there when a request came, with their content."""


@pytest.fixture
def server(folder: Path) -> Generator[LiteralServer]:
    SEEN.clear()

    def look_and_answer(conversation: Conversation) -> None:
        SEEN.update(_texts_below(folder / "tmp"))
        _answer(conversation)
        SEEN.update(_texts_below(folder / "tmp"))

    with serve(look_and_answer) as running:
        yield running


def _answer(conversation: Conversation) -> None:
    while request := conversation.request():
        if request.startswith(b"POST /token-refused"):
            # A server may repeat what it was sent.
            told = json.dumps({"error": "invalid_grant", "error_description": f"{MARKER} is not {request!r}"})
            conversation.send(response(told.encode(), ["Content-Type: application/json"], status="400 Bad Request"))
        elif request.startswith(b"POST /token"):
            body = json.dumps({"access_token": MARKER, "token_type": "Bearer", "expires_in": 60}).encode()
            conversation.send(response(body, ["Content-Type: application/json"]))
        elif b"Authorization: Digest" not in request and b"/digest" in request:
            challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
            conversation.send(response(b"", [challenge], status="401 Unauthorized"))
        else:
            conversation.send(response(b"{}", ["Content-Type: application/json"]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "httpls.toml").write_text("")
    (tmp_path / "key.pem").write_text(_KEY)
    (tmp_path / "http-client.private.env.json").write_text(json.dumps({"$shared": {"markerSecret": MARKER}}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("HTTPLS_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HTTPLS_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return tmp_path


def _sample(parameter: Parameter, base: str) -> str:
    """A text that a parameter may have; a secret is the marker, by a variable of the private environment."""
    name = same_name(parameter.name)
    if parameter.kind is ParameterKind.CHOICE:
        return "client_credentials" if name == "grant" else parameter.choices[0]
    if parameter.kind is ParameterKind.JSON or name == "payload":
        return '{"sub": "x"}'
    by_kind = {ParameterKind.BOOLEAN: "true", ParameterKind.INTEGER: "7", ParameterKind.SECONDS: "60"}
    if parameter.kind in by_kind:
        return by_kind[parameter.kind]
    if parameter.is_secret:
        return "{{markerSecret}}"
    return f"{base}/token" if name.endswith(("url", "issuer", "endpoint")) else "x"


_PERSON = {"username": "x", "password": "{{markerSecret}}"}
_CHOSEN = {"ntlm": _PERSON, "negotiate": _PERSON}
"""What is given beside what is required: who else logs in is the user of this machine."""


def _needed(kind: type[Scheme], base: str, **chosen: str) -> dict[str, str]:
    """The smallest set of parameters with which a scheme can be made, beside those that are chosen."""
    given = dict(chosen)
    while missing := missing_parameters(kind, given):
        given[missing[0].name] = _sample(missing[0], base)
    return given


def _text(word: str, given: dict[str, str], base: str) -> str:
    """A request file with the scheme; keys come from a file."""
    kinds = {one.name: one.kind for one in scheme_class(word).parameters(given)}
    lines = [f"# @auth {word}"]
    for name, text in given.items():
        is_key = kinds.get(name) is ParameterKind.KEY and text == "{{markerSecret}}"
        lines.append(f"# @auth-{name}-file ./key.pem" if is_key else f"# @auth-{name} {text}")
    return "\n".join([*lines, f"GET {base}/{word}", ""])


def _base(server: LiteralServer) -> str:
    return f"http://127.0.0.1:{server.port}"


@every_scheme
def test_a_required_parameter_left_out_is_refused_and_nothing_is_sent(
    word: str, folder: Path, server: LiteralServer, capfd: pytest.CaptureFixture[str]
) -> None:
    needed = _needed(scheme_class(word), _base(server))
    for name in needed:
        given = {other: text for other, text in needed.items() if other != name}
        (folder / "a.http").write_text(_text(word, given, _base(server)))
        assert main(["run", "a.http"]) == 3, name
        assert "a.http:1:" in capfd.readouterr().err, name
    assert server.requests == []


@every_scheme
def test_an_undefined_variable_in_a_parameter_is_refused_and_nothing_is_sent(
    word: str, folder: Path, server: LiteralServer, capfd: pytest.CaptureFixture[str]
) -> None:
    needed = _needed(scheme_class(word), _base(server))
    for number, name in enumerate(needed):
        (folder / "a.http").write_text(_text(word, {**needed, name: "{{undefinedVariable}}"}, _base(server)))
        assert main(["run", "a.http"]) == 3, name
        told = capfd.readouterr().err
        assert "undefinedVariable" in told, name
        assert f"a.http:{number + 2}:" in told, name
    assert server.requests == []


@every_scheme
def test_a_broken_key_file_is_refused_and_nothing_is_sent(
    word: str, folder: Path, server: LiteralServer, capfd: pytest.CaptureFixture[str]
) -> None:
    kind = scheme_class(word)
    for chosen in _with_keys(kind):
        needed = _needed(kind, _base(server), **chosen)
        for key in [
            one.name for one in kind.parameters(needed) if one.kind is ParameterKind.KEY and one.name in needed
        ]:
            for content in ("", "no key at all", _KEY[: len(_KEY) // 2]):
                (folder / "broken.pem").write_text(content)
                if not content:
                    (folder / "broken.pem").unlink()
                others = {name: text for name, text in needed.items() if name != key}
                first, rest = _text(word, others, _base(server)).split("\n", 1)
                (folder / "a.http").write_text(f"{first}\n# @auth-{key}-file ./broken.pem\n{rest}")
                assert main(["run", "a.http"]) == 3, (key, content)
                assert "a.http:2:" in capfd.readouterr().err, (key, content)
    assert server.requests == []


def _with_keys(kind: type[Scheme]) -> Iterator[dict[str, str]]:
    """The choices with which a scheme may need a key."""
    yield {}
    for parameter in kind.parameters({}):
        for choice in ("RS256", "RSA-SHA256"):
            if choice in parameter.choices:
                yield {parameter.name: choice}


@every_scheme
@pytest.mark.parametrize(
    "flags", [["--trace", "--verbose"], ["--json"], ["--dry-run"], ["--report", "junit=report.xml"]]
)
def test_no_secret_is_shown_or_left_on_the_disk(
    word: str, flags: list[str], folder: Path, server: LiteralServer, capfd: pytest.CaptureFixture[str]
) -> None:
    kind = scheme_class(word)
    needed = _needed(kind, _base(server), **_CHOSEN.get(word, {}))
    (folder / "a.http").write_text(_text(word, needed, _base(server)))
    # What is refused would show nothing.
    assert main(["run", "a.http", "--yes", *flags]) == 0 or word in _NEEDS_MORE
    shown = capfd.readouterr()
    told = [shown.out, shown.err, *_files(folder), *SEEN]
    key_lines = _KEY.splitlines()[1:-1]
    for text in told:
        for form in _forms_of(MARKER):
            assert form not in text, f"{form} in {text[:2000]}"
        assert not any(line in text for line in key_lines)


_GRANTS = {
    "password": "# @auth-grant password\n# @auth-username me\n# @auth-password {{markerSecret}}\n",
    "refresh_token": "# @auth-grant refresh_token\n# @auth-refresh-token {{markerSecret}}\n",
    "jwt_bearer": "# @auth-grant jwt_bearer\n# @auth-assertion {{markerSecret}}\n",
    "saml_bearer": "# @auth-grant saml_bearer\n# @auth-assertion {{markerSecret}}\n",
    "token_exchange": "# @auth-grant token_exchange\n# @auth-subject-token {{markerSecret}}\n",
    "token": "# @auth-access-token {{markerSecret}}\n",
}


@pytest.mark.parametrize("is_refused", [False, True])
@pytest.mark.parametrize("client_auth", ["basic", "body", "client_secret_jwt"])
@pytest.mark.parametrize("grant", sorted(_GRANTS))
def test_no_grant_shows_a_secret(
    grant: str, client_auth: str, is_refused: bool, folder: Path, server: LiteralServer,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = "token-refused" if is_refused else "token"
    text = (
        f"# @auth oauth2\n{_GRANTS[grant]}# @auth-token-url {_base(server)}/{path}\n# @auth-client-id c\n"
        f"# @auth-client-auth {client_auth}\n# @auth-client-secret {{{{markerSecret}}}}\nGET {_base(server)}/api\n"
    )
    (folder / "a.http").write_text(text)
    for flags in (["--trace", "--verbose"], ["--json"]):
        assert main(["run", "a.http", *flags]) in (0, 4)
    main(["auth", "explain", "a.http"])
    main(["auth", "list"])
    shown = capfd.readouterr()
    for told in [shown.out, shown.err, *_files(folder), *SEEN]:
        for form in _forms_of(MARKER):
            assert form not in told, f"{form} in {told[:2000]}"


@every_scheme
@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
@pytest.mark.parametrize("is_other_host", [False, True])
def test_a_redirect_to_another_port_or_host_takes_no_credential_along(
    word: str, status: str, is_other_host: bool, folder: Path, server: LiteralServer
) -> None:
    with serve(answering(response(b"there"))) as elsewhere:
        host = "localhost" if is_other_host else "127.0.0.1"

        def redirect(conversation: Conversation) -> None:
            while conversation.request():
                conversation.send(response(b"", [f"Location: http://{host}:{elsewhere.port}/there"], status))

        with serve(redirect) as first:
            needed = _needed(scheme_class(word), _base(server), **_CHOSEN.get(word, {}))
            text = _text(word, needed, _base(server)).replace(f"GET {_base(server)}", f"GET {_base(first)}")
            (folder / "a.http").write_text(text)
            main(["run", "a.http", "--yes"])
            carried = set[bytes]().union(*map(_credentials, first.requests))
        for sent in elsewhere.requests:
            assert _credentials(sent) == set(), sent
            assert not any(form.encode() in sent for form in _forms_of(MARKER))
        assert bool(elsewhere.requests) == (word not in _NEEDS_MORE)
        assert bool(carried) == (word not in _NEEDS_MORE | _WAITS)


_NEEDS_MORE = {"aad", "cognito", "oidc"}
"""Schemes that are not prepared here: they need a person, or another server."""
_WAITS = {"digest", "ntlm", "negotiate"}
"""Schemes that wait for a challenge."""
_CREDENTIAL_FIELDS = (b"authorization", b"x-api-key", b"x-amz-security-token", b"x-amz-date", b"dpop", b"x-wsse", b"x")


def _credentials(sent: bytes) -> set[bytes]:
    """What of a request is a credential or part of one: its fields of that kind, and a query."""
    lines = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    fields = {line.partition(b":")[0].lower() for line in lines[1:]}
    query = {b"?"} if b"?" in lines[0] else set[bytes]()
    return fields.intersection(_CREDENTIAL_FIELDS) | query


def _texts_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                yield path.read_text("utf-8", "replace")


def _files(folder: Path) -> Iterator[str]:
    """The texts of the files that the run may have left, those of the test itself left out."""
    own = {"a.http", "key.pem", "http-client.private.env.json", "httpls.toml"}
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in own:
            yield path.read_text("utf-8", "replace")


def _forms_of(secret: str) -> set[str]:
    content = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        b64encode(content).decode().rstrip("="),
        urlsafe_b64encode(content).decode().rstrip("="),
        content.hex(),
        content.hex().upper(),
    }
