"""Every construct that the tools have, one row each: what is sent of it, and what is told."""

from collections.abc import Mapping

import pytest
from tests.support.memory_files import analyse, problems

from httpls.model.body import TextPiece
from httpls.model.plan import Plan
from httpls_grammar import parse
from httpls_grammar.nodes import Script

_FILES = {
    "a.json": '{"x": "{{x}}"}', "a.bin": "x", "a.txt": "x", "q.gql": "query { a }", "f.http": "### F\nGET http://f\n",
    "script.js": "", "a.crt": "", "a.key": "", "a.pfx": "",
}  # fmt: skip


def _sent(text: str, profile: str | None = None, files: Mapping[str, str] | None = None, env: str = "") -> str:
    """Return the last request as it would be sent; holes stand in angle quotes, files in angle brackets."""
    dialect = f"# @dialect {profile}\n\n###\n" if profile else ""
    analysis = analyse(dialect + text, {**_FILES, **(files or {})}, [env] if env else [], os_environment={"HOME": "/h"})
    return _shown(analysis.plan(analysis.file.document.requests[-1]))


def _shown(plan: Plan) -> str:
    lines = [f"{plan.method} {plan.target}" + (f" HTTP/{plan.version}" if plan.version else "")]
    lines += [f"{header.name}: {header.value}" for header in plan.headers]
    for message in plan.body.messages if plan.body is not None else ():
        pieces = [
            str(piece.text) if isinstance(piece, TextPiece)
            else f"<{'@' if piece.is_substituted else ''}{piece.encoding or ''} {piece.written}>"
            for piece in message
        ]  # fmt: skip
        lines.append("| " + "".join(pieces))
    lines += [f"auth {scheme.word}" for scheme in plan.auth.schemes]
    return "\n".join(lines)


def _told(text: str) -> list[str]:
    return problems(analyse(text, _FILES))


_LINES_AND_NAMES = [
    ("### a\rPOST http://a\rX: 1\r\rb\r###\r", "POST http://a\nX: 1\n| b"),
    ("### a\r\nPOST http://a\r\nX: 1\r\n\r\nb\r\n", "POST http://a\nX: 1\n| b"),
    ("GET http://a\n####### b\nGET http://b\n", "GET http://b"),
    ("GET http://a\n   ###\nGET http://b\n", "GET http://b"),
    ("GET http://a\n\n> {%\n###\n%}\n###\nGET http://b\n", "GET http://b"),
    ("# a\n  // b\nGET http://a\n# c\nX: 1\n// d\nY: 2\n", "GET http://a\nX: 1\nY: 2"),
    ("/* a\nGET http://x\n*/\nGET http://a\n/* b */\nX: 1\n", "GET http://a\nX: 1"),
    ("POST http://a\n\n/* c */\n", "POST http://a\n| /* c */"),
    ("GET http://a/b#c // d\nX: 1 # e\n", "GET http://a/b#c // d\nX: 1 # e"),
]

_REQUEST_LINES = [
    ("post http://a\n", "POST http://a"),
    ("X-CUSTOM http://a\n", "X-CUSTOM http://a"),
    ("QUERY http://a\n", "QUERY http://a"),
    *[
        (f"{method} http://a\n", f"{method} http://a")
        for method in ("CHECKOUT", "LIST", "PROPFIND", "MKCALENDAR", "ACL")
    ],
    ("http://a\n", "GET http://a"),
    ("{{x}}/b\n@x = http://a\n", "GET http://a/b"),
    ("/a\nHost: b\n", "GET http://b/a\nHost: b"),
    ("/a\nHost: b:8443\n", "GET https://b:8443/a\nHost: b:8443"),
    ("*\nHost: a\n", "GET http://a\nHost: a"),
    ("OPTIONS *\nHost: a\n", "OPTIONS http://a\nHost: a"),
    ("localhost:8080/x\n", "GET http://localhost:8080/x"),
    ("a.example.com:443/x\n", "GET https://a.example.com:443/x"),
    ("GET http://a HTTP/2\n", "GET http://a HTTP/2"),
    ("GET http://a\n  HTTP/1.1\n", "GET http://a HTTP/1.1"),
    ("GET http://a\n  /b\n  /c\n", "GET http://a/b/c"),
    ("GET http://a\n/b\nX: 1\n", "GET http://a/b\nX: 1"),
    ("GET http://a\n  ?b=1\n  &c=2\n", "GET http://a?b=1&c=2"),
    ("GET http://a\n?b=1\n&c=2\nX: 1\n", "GET http://a?b=1&c=2\nX: 1"),
    ("GET http://a?\nb=1&\nc=2\nX: 1\n", "GET http://a?b=1&c=2\nX: 1"),
    ("GET http://a\n  ?b=1\n# &x=2\n  &c=3\n", "GET http://a?b=1&c=3"),
    ("GET http://a?q=New York HTTP/1.1\n", "GET http://a?q=New York HTTP/1.1"),
    ("curl -X PUT http://a -H 'A: b' \\\n  -u u:p\n", "PUT http://a\nA: b\nauth basic"),
    ("NOP\n", "NOP "),
    ("import ./f.http\nrun #F (@a=b, @c=d)\nrun ./f.http\nGET http://a\n", "GET http://a"),
]

_FIELDS = [
    ("GET http://a\nA: 1,\n", "GET http://a\nA: 1,"),
    ("GET http://a\nX-Empty\n", "GET http://a\nX-Empty: "),
    ("GET http://a\nA: 1\n  2\n  token: 3\n", "GET http://a\nA: 1 2\ntoken: 3"),
    ("GET http://a\nX: 1\nX: 2\n", "GET http://a\nX: 1\nX: 2"),
    ("@n = N\nGET http://a\n{{n}}-X: 1\n", "GET http://a\nN-X: 1"),
    ("GET http://a\nContent-Length: 5\n", "GET http://a"),
    ("X: shared\n###\nGET http://a\n", "GET http://a\nX: shared"),
]

_BODIES = [
    ("POST http://a\n\n{}\n\n\n", "POST http://a\n| {}"),
    ("POST http://a\n\na\n< ./a.json\nb\n", "POST http://a\n| a\n< ./a.json>\nb"),
    ("POST http://a\n\n<@ ./a.json\n", "POST http://a\n| <@ ./a.json>"),
    ("POST http://a\n\n<@latin1 ./a.txt\n", "POST http://a\n| <@latin1 ./a.txt>"),
    ("# @inject-variables\nPOST http://a\n\n< ./a.bin\n", "POST http://a\n| <@ ./a.bin>"),
    (
        'POST http://a\nContent-Type: multipart/form-data; boundary=x\n\n--x\nContent-Disposition: form-data; name="f"\n\n< ./a.bin\n--x--\n',
        'POST http://a\nContent-Type: multipart/form-data; boundary=x\n| --x\r\nContent-Disposition: form-data; name="f"\r\n\r\n< ./a.bin>\r\n--x--\r\n',
    ),
    (
        "POST http://a\nContent-Type: application/x-www-form-urlencoded\n\na = b c &\nd=e\n&f = g\n",
        "POST http://a\nContent-Type: application/x-www-form-urlencoded\n| a=b c&d=e&f=g",
    ),
    (
        "POST http://a\nContent-Type: application/x-ndjson\n\n{}\n{}\n",
        "POST http://a\nContent-Type: application/x-ndjson\n| {}\n{}\n",
    ),
    ("GRPC localhost:1/a.B/C\n\n{}\n===\n[]\n", "GRPC http://localhost:1/a.B/C\n| {}\n| []"),
    ("WEBSOCKET ws://a\n\na\n=== wait-for-server\nb\n", "WEBSOCKET ws://a\n| a\n| b"),
    ("SSE http://a\n", "SSE http://a"),
    ("MQTT mqtt://a\nTopic: x\n\nhello\n", "MQTT mqtt://a\nTopic: x\n| hello"),
    ("POST http://a\n\nx\n\nHTTP/1.1 200 OK\nA: b\n\n{}\n", "POST http://a\n| x"),
    (
        "POST http://a\n\nx\n\n<> old.json\n>> new.json\n>>! ./b.json\n?? status == 200\n> {% a %}\n",
        "POST http://a\n| x",
    ),
    ("POST http://a\n\n> quoted\n> b.md\n", "POST http://a\n| > quoted\n> b.md"),
    ("POST http://a\n\n{{\nx\n", "POST http://a\n| {{\nx"),
]

_VARIABLES = [
    ("GET http://a/{{ x }}\n@x = 1\n", "GET http://a/1"),
    ("GET http://a/{{%x}}\n@x = a b\n", "GET http://a/a%20b"),
    ("POST http://a\n\n\\{\\{x\\}\\} %7B%7B\n", "POST http://a\n| {{x}} %7B%7B"),
    ('@x = "q"\nGET http://a/{{x}}\n', 'GET http://a/"q"'),
    ("@x := {{y}}\n@global.y = 1\nGET http://a/{{x}}\n", "GET http://a/1"),
    ("# @var x = 5\nGET http://a/{{x}}\n", "GET http://a/5"),
    ('< {% request.variables.set("k", "v") %}\nGET http://a/{{k}}\n', "GET http://a/‹k›"),
    ("GET http://a{{$env.HOME}}{{$processEnv HOME}}{{$processEnv %n}}\n@n = HOME\n", "GET http://a/h/h/h"),
    ("# @prompt who Your name\nGET http://a/{{who}}\n", "GET http://a/‹who›"),
    ("# @secret pin\nGET http://a/{{pin}}\n", "GET http://a/‹pin›"),
    ("GET http://a/{{< ./a.txt}}\n", "GET http://a/‹< ./a.txt›"),
]

_AUTHENTICATION = [
    *[(f"GET https://a\nAuthorization: {written}\n", f"auth {word}") for written, word in (
        ("Basic u p", "basic"), ("Basic u:p", "basic"), ("Digest u p", "digest"), ("Digest u:p", "digest"),
        ("NTLM u p", "ntlm"), ("NTLM u:p", "ntlm"), ("NTLM", "ntlm"), ("Negotiate", "negotiate"), ("AWS i s", "aws"),
        ("AWS i s service:x region: r token: t", "aws"), ("COGNITO u p eu-1 pool id", "cognito"),
        ("oauth2 client_credentials shop", "oauth2"), ("openid code shop", "oidc"),
        ("oauth2 client_credentials a token_exchange b", "oauth2"),
    )],
    ("# @use-os-credentials\nGET https://a\n", "auth negotiate"),
    ("GET https://a\nX-ClientCert: key: a.key cert: a.crt\n", "auth mtls"),
    ("GET https://a\nMyClientCert: passphrase: x pfx: a.pfx\n", "auth mtls"),
    *[(f"GET https://a\nAuthorization: {written}\n", f"Authorization: {written}") for written in (
        "Basic dXNlcjpwYXNz", "Bearer abc",
    )],
]  # fmt: skip


@pytest.mark.parametrize(("text", "sent"), [*_LINES_AND_NAMES, *_REQUEST_LINES, *_FIELDS, *_BODIES, *_VARIABLES])
def test_what_is_sent(text: str, sent: str) -> None:
    assert _sent(text) == sent


@pytest.mark.parametrize(("text", "sent"), _AUTHENTICATION)
def test_every_way_to_authenticate_by_a_field(text: str, sent: str) -> None:
    assert _sent(text).splitlines()[-1] == sent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GET http://a\n  ###\nGET http://b\n", "2:3 indented-separator '###'"),
        ("GET http://a\n\n> {%\n###\n%}\n", "4:1 separator-in-script '###'"),
        ("POST http://a\n\nGET http://b\n", "3:1 second-request 'GET http://b'"),
        ("# @name a\nGET http://a\n###\n# @name a\nGET http://b\n", "4:9 duplicate-name 'a'"),
        ("### a b\nGET http://a\n###\nGET http://b/{{a b.response.body.$.x}}\n", "4:16 name-in-reference 'a b'"),
        ("GET http://a HTTP/3\n", "1:14 unsupported-http-version 'HTTP/3'"),
        ("GET http://a\nX-Empty\n", "2:1 header-without-colon 'X-Empty'"),
        ("GET http://a\nContent-Length: 5\n", "2:1 content-length 'Content-Length'"),
        ("POST http://a\nContent-Type: multipart/form-data; boundary=y\n\n--x\nA: b\n\nv\n--x--\n", "4:1 unused-boundary '--x'"),
        ("POST http://a\n{}\n", "2:1 missing-blank-line '{}'"),
        ("# @xyzzy\nGET http://a\n", "1:4 unknown-directive 'xyzzy'"),
        ("GET http://a/{{$nothing}}\n", "1:14 dynamic-variable '{{$nothing}}'"),
        ("GET http://a/{{nothing}}\n", "1:14 undefined-variable '{{nothing}}'"),
        ("GET http://a/{{$placeholder}}\n", "1:14 dynamic-variable '{{$placeholder}}'"),
    ],
)  # fmt: skip
def test_what_is_told(text: str, told: str) -> None:
    assert told in _told(text)


@pytest.mark.parametrize(
    "word", ["GRAPHQL http://a\n\n", "POST http://a\nx-request-type: graphql\n\n", "# @graphql\nPOST http://a\n\n"]
)
def test_graphql_in_every_form(word: str) -> None:
    analysis = analyse(word + 'query Q($x: Int) { a }\n\n{"x": 1}\n')
    body = analysis.plan(analysis.file.document.requests[0]).body
    assert body is not None
    assert body.graphql is not None
    assert (str(body.graphql.query), str(body.graphql.variables), body.graphql.operation_name) == (
        "query Q($x: Int) { a }", '{"x": 1}', "Q",
    )  # fmt: skip


def test_fragments_of_graphql_are_pieces_of_the_file() -> None:
    text = "gql F fragment F on T { x }\n\n###\nGRAPHQL http://a\n\n{ a { ...F } }\n"
    assert [problem for problem in _told(text) if "error" in problem] == []
    assert len(parse(text).requests) == 1


_ENVIRONMENTS: Mapping[str, str] = {
    "http-client.env.json": '{"$shared": {"s": "S"}, "$default": {"d": "D"}, "dev": {"id": "public", "o": {"a": [1, 2]}, "n": 5, "ref": "{{s}}-{{id}}"}}',
    "http-client.private.env.json": '{"dev": {"id": "private"}}',
    ".env": 'DOT=dot\nQUOTED="a b"\n',
    ".env.dev": "DOTDEV=dd\n",
    ".vscode/settings.json": '{"rest-client.environmentVariables": {"$shared": {"rs": "RS"}, "dev": {"r": "R{{$shared rs}}"}}, // comment\n}',
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("id", "private"), ("o.a[1]", "2"), ("n", "5"), ("ref", "S-private"), ("s", "S"), ("d", "D"), ("rs", "RS"),
        ("r", "RRS"), ("$shared rs", "RS"), ("DOT", "dot"), ("DOTDEV", "dd"), ("QUOTED", "a b"), ("$dotenv DOT", "dot"),
        ("$dotEnv DOT", "dot"),
    ],
)  # fmt: skip
def test_every_place_of_an_environment(written: str, value: str) -> None:
    assert _sent(f"GET http://a/{{{{{written}}}}}\n", files=_ENVIRONMENTS, env="dev") == f"GET http://a/{value}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("http-client.env.json", '{"dev": {"id": "1"}}'),
        ("http-client.private.env.json", '{"dev": {"id": "1"}}'),
        ("http-client.env.json.user", '{"dev": {"id": "1"}}'),
        ("rest-client.env.json", '{"dev": {"id": "1"}}'),
        ("rest-client.private.env.json", '{"dev": {"id": "1"}}'),
        (".vscode/settings.json", '{"httpyac.environmentVariables": {"dev": {"id": "1"}}}'),
        ("shop.code-workspace", '{"settings": {"rest-client.environmentVariables": {"dev": {"id": "1"}}}}'),
        (".httpyac.json", '{"environments": {"dev": {"id": "1"}}}'),
        ("httpyac.config.json", '{"environments": {"dev": {"id": "1"}}}'),
        ("package.json", '{"httpyac": {"environments": {"dev": {"id": "1"}}}}'),
        (".env.dev", "id=1"),
    ],
)
def test_every_file_of_environments(name: str, content: str) -> None:
    assert _sent("GET http://a/{{id}}\n", files={name: content}, env="dev") == "GET http://a/1"


def test_default_headers_of_kulala() -> None:
    content = '{"$kulalaShared": {"$kulalaDefaultHeaders": {"A": "1"}}, "dev": {"$kulalaDefaultHeaders": {"B": "2"}}}'
    assert _sent("GET http://a\n", files={"http-client.env.json": content}, env="dev") == "GET http://a\nA: 1\nB: 2"


@pytest.mark.parametrize(
    "written",
    [
        "l.response.body.*", "l.response.body.$.a.b[0]", "l.response.body.//a", "l.response.body.asJson.$.x",
        "l.response.body.asXml.//x", "l.response.headers.X-H", "l.response.headers.*", "l.request.body.*",
        "l.request.headers.X", "l.response.headers['X']", "l.response.cookies.sid.value", "l.token",
        "lResponse.statusCode", "lResponse.parsedBody.x", "response.body", "l.response.status",
    ],
)  # fmt: skip
def test_every_reference_to_an_exchange_is_a_hole(written: str) -> None:
    text = f"# @name l\nGET http://x\n###\nGET http://a/{{{{{written}}}}}\n"
    assert _sent(text).startswith("GET http://a/‹")
    assert _told(text) == []


@pytest.mark.parametrize(
    "written",
    [
        "$guid", "$uuid", "$random.uuid", "$timestamp", "$timestamp -1 d", "$isoTimestamp", "$datetime rfc1123",
        "$datetime iso8601 1 y", '$datetime "DD-MM-YYYY" 1 d', "$localDatetime iso8601", "$date", "$randomInt",
        "$randomInt 1 10", "$random.integer(1, 10)", "$random.integer", "$random.float(1,2)", "$random.alphabetic(5)",
        "$random.alphanumeric(5)", "$random.hexadecimal(5)", "$random.email", "$random.address.city", "$input l $value: d",
        "$input-askonce l", "$prompt a", "$password p", "$password-askonce p", "$pick l $value: a,b", "$xpath //a",
        "$cancel", "$GUID", "$secret a", "$keyring a b",
    ],
)  # fmt: skip
def test_every_dynamic_variable_is_a_hole(written: str) -> None:
    text = f"GET https://a/{{{{{written}}}}}\n"
    assert _sent(text).startswith("GET https://a/‹")
    assert _told(text) == []


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("< {% a %}\nGET http://a\n", ["before"]),
        ("< ./script.js\nGET http://a\n", ["before"]),
        ("GET http://a\n\n> {% a %}\n", ["after"]),
        ("GET http://a\n\n> ./script.js\n", ["after"]),
        ("{{\na\n}}\nGET http://a\n{{@response\nb\n}}\n", ["block", "block"]),
        ("{{+\na\n}}\nGET http://a\n", ["block"]),
    ],
)
def test_scripts_in_every_form(text: str, moments: list[str]) -> None:
    (block,) = parse(text).blocks
    assert [node.moment for node in block.nodes if isinstance(node, Script)] == moments
