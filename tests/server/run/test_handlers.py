"""Scripts and assertions in files: what a handler carries to the next request, and what a run reports of them."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.running import Project, outcomes, project

from httpls.run.exchange import Outcome, Report


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_answer) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, secrets={"apiKey": "marker-secret", "other": "marker-other"}) as made:
        yield made


def _answer(conversation: Conversation) -> None:
    while request := conversation.request():
        target = request.split(b" ", 2)[1]
        kind, content = "application/json", b'{"token": "t-1", "items": [{"id": 7}], "flag": true, "name": "x"}'
        if target.startswith(b"/xml"):
            kind, content = "application/xml", b"<a><b id='5'>text</b></a>"
        conversation.send(response(content, [f"Content-Type: {kind}", "X-Kind: test", "Set-Cookie: sid=abc; Path=/"]))


def _run(files: Project, server: LiteralServer, text: str, *names: str) -> Report:
    return files.run(text.replace("{base}", f"http://127.0.0.1:{server.port}"), *names)


def _assertions(report: Report) -> list[str]:
    return [
        f"{'+' if one.holds else '-'} {one.name}: {one.message}" if not one.holds else f"+ {one.name}"
        for result in report.results
        for one in result.assertions
    ]


def test_a_handler_carries_a_token_to_the_next_request(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "# @name login\nPOST {base}/login\n\n{}\n\n> {% client.global.set('t', response.body.token); %}\n\n"
        "### next\nGET {base}/me\nAuthorization: Bearer {{t}}\n",
    )  # fmt: skip
    assert outcomes(report) == ["login sent", "next sent"]
    assert b"Authorization: Bearer t-1" in server.requests[1]


def test_a_pre_request_script_sets_variables_of_its_request(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "@host = h\n\n###\n< {%\n    request.variables.set('x', request.environment.get('host') + '-' + request.method);\n%}\n"
        "POST {base}/{{x}}\n\n{}\n",
    )  # fmt: skip
    assert outcomes(report) == ["line 7 sent"]
    assert server.requests[0].startswith(b"POST /h-POST ")


def test_tests_and_logs_are_reported_with_their_places(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "GET {base}/a\n\n> {%\n    client.log('hello');\n    client.test('good', () => client.assert(response.status === 200));\n"
        "    client.test('bad', function () {\n        client.assert(response.body.token === 't-2', 'the token is ' + response.body.token);\n    });\n%}\n",
    )  # fmt: skip
    (result,) = report.results
    assert result.logs == ("hello",)
    assert _assertions(report) == ["+ good", "- bad: the token is t-1"]
    assert (result.assertions[1].line, Path(result.assertions[1].path or "").name) == (7, "a.http")


def test_a_script_file_runs_with_its_own_places(server: LiteralServer, files: Project) -> None:
    files.write("check.js", "client.test('file', () => {\n  client.assert(false, 'no');\n});\n")
    report = _run(files, server, "GET {base}/a\n\n> ./check.js\n")
    (assertion,) = report.results[0].assertions
    assert (assertion.holds, assertion.line, Path(assertion.path or "").name) == (False, 2, "check.js")


@pytest.mark.parametrize(
    ("assertion", "holds"),
    [
        ("status == 200", True),
        ("status != 200", False),
        ("status > 199", True),
        ("header content-type includes json", True),
        ("header x-missing exists", False),
        ("body includes t-1", True),
        ("body token == t-1", True),
        ("body $.items[0].id == 7", True),
        ("body items isArray", True),
        ("body flag isTrue", True),
        ("body flag isBoolean", True),
        ("body items[0].id isNumber", True),
        ("body name isString", True),
        ("body name matches ^x$", True),
        ("body name startsWith y", False),
        ("body name sha256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", True),
        ("body name == {{expected}}", True),
        ("duration < 60000", True),
        ("js response.status + 1 == 201", True),
        ("body $.nothing exists", False),
        ("cookie sid == abc", True),
        ("schema matches ./ok.schema.json", True),
        ("schema matches ./no.schema.json", False),
    ],
)
def test_assertions_without_scripts(server: LiteralServer, files: Project, assertion: str, holds: bool) -> None:
    files.write("ok.schema.json", '{"type": "object", "required": ["token"]}')
    files.write("no.schema.json", '{"properties": {"items": {"items": {"properties": {"id": {"type": "string"}}}}}}')
    report = _run(files, server, f"@expected = x\n\n###\nGET {{base}}/a\n\n?? {assertion}\n")
    (only,) = report.results[0].assertions
    assert (only.holds, only.line) == (holds, 6), only


def test_xpath_assertions(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "GET {base}/xml\n\n?? xpath //b/@id == 5\n?? xpath //b == other\n")
    assert _assertions(report)[0] == "+ xpath //b/@id == 5"
    assert [one.found for one in report.results[0].assertions] == ["5", "text"]


def test_a_failed_assertion_says_what_was_expected_and_found(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "GET {base}/a\n\n?? status == 404\n")
    (only,) = report.results[0].assertions
    assert (only.expected, only.found) == ("404", "200")


def test_a_script_that_fails_is_told_at_its_place(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "GET {base}/a\n\n> {%\n  nothing.at.all\n%}\n")
    (result,) = report.results
    assert result.outcome is Outcome.FAILED
    assert [(failure.code, failure.line, failure.column) for failure in result.failures] == [("script-error", 4, 3)]


def test_a_pre_request_script_that_fails_keeps_the_request_from_being_sent(
    server: LiteralServer, files: Project
) -> None:
    report = _run(files, server, "< {% throw new Error('no') %}\nGET {base}/a\n")
    assert report.results[0].outcome is Outcome.REFUSED
    assert server.requests == []


def test_scripts_in_lua_are_refused_before_anything_is_sent(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "GET {base}/a\n\n> {%\n-- lua\nclient.log('x')\n%}\n")
    assert [failure.code for failure in report.results[0].failures] == ["lua-script"]
    assert server.requests == []


def test_without_the_engine_files_with_scripts_are_refused_and_others_run(
    server: LiteralServer, files: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpls.run.scripts.script_hooks.is_available", lambda: False)
    text = "# @name a\nGET {base}/a\n\n> {% client.log(1) %}\n\n###\n# @name b\nGET {base}/b\n\n?? status == 200\n"
    assert outcomes(_run(files, server, text)) == ["a refused scripts-not-available", "b sent"]


def test_where_no_process_can_be_started_scripts_are_refused(
    server: LiteralServer, files: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpls.run.scripts.script_hooks.is_startable", lambda: False)
    report = _run(files, server, "GET {base}/a\n\n> {% client.log(1) %}\n")
    assert outcomes(report) == ["line 1 refused scripts-not-available"]
    assert "archive" in report.results[0].failures[0].remedy


def test_a_script_skips_its_request(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "< {% request.skip() %}\nGET {base}/a\n")
    assert report.results[0].outcome is Outcome.SKIPPED
    assert server.requests == []


def test_a_script_sees_a_secret_only_if_it_names_it_and_what_it_writes_is_secret(
    server: LiteralServer, files: Project
) -> None:
    report = _run(
        files, server,
        "@key = {{$secret apiKey}}\n@hidden = {{$secret other}}\n\n###\nGET {base}/a\n\n"
        "> {%\n  client.log(String(request.environment.get('hid' + 'den')));\n"
        "  client.global.set('copy', 'x-' + request.environment.get('key'));\n%}\n\n### b\nGET {base}/b\nX-Copy: {{copy}}\n",
    )  # fmt: skip
    assert report.results[0].logs == ("null",)
    assert b"X-Copy: x-" in server.requests[1]
    sent = report.results[1].exchange.hops[0].request
    (field,) = [field for field in sent.fields if field.name == "X-Copy"]
    assert field.value.is_secret


_THIEVES = [
    "client.global.get('to' + 'ken')",
    "client.variables.global.get('to' + 'ken')",
    "$global['to' + 'ken']",
    "JSON.stringify($global)",
    "Object.values($global).join()",
    "request.environment.get('hid' + 'den')",
    "client.variables.file.get('hid' + 'den')",
    "client.variables.request.get('to' + 'ken')",
    "Object.getOwnPropertyNames(globalThis).map((name) => String(globalThis[name])).join()",
    "JSON.stringify(request.headers.all()) + request.url + request.body",
    "(() => { try { null.x } catch (error) { return error.stack } })()",
]


@pytest.mark.parametrize("expression", _THIEVES)
def test_a_script_does_not_reach_the_secrets_of_other_requests(
    server: LiteralServer, files: Project, expression: str
) -> None:
    """The names are put together, so that the script does not name the variables."""
    report = _run(
        files, server,
        "@hidden = {{$secret other}}\n@key = {{$secret apiKey}}\n\n### a\nGET {base}/a\nX-Key: {{key}}\n\n"
        "> {% client.global.set('token', 'own-' + request.environment.get('key')) %}\n\n"
        f"### b\nGET {{base}}/b\nX-Other: {{{{hidden}}}}\n\n> {{%\n  client.log({expression});\n%}}\n",
    )  # fmt: skip
    assert b"X-Other: marker-other" in server.requests[1]
    assert "marker-" not in "".join(report.results[1].logs)


@pytest.mark.parametrize(
    "way",
    [
        "client.global.set('out', S)",
        "client.global.set('out', btoa(S))",
        "client.global.set('out', [...S].reverse().join(''))",
        "client.global.set('out', {inner: [S]})",
        "client.global.set('out', String(S.length))",
        "client.global.set('out', crypto.sha256().updateWithText(S).digest().toHex())",
        "$global.out = S",
        "setTimeout(() => client.global.set('out', S), 5)",
        "Promise.resolve().then(() => client.global.set('out', S))",
        "client.global.headers.set('X-Out', S); client.global.set('out', 1)",
    ],
)
def test_whatever_a_script_writes_after_it_saw_a_secret_is_secret(
    server: LiteralServer, files: Project, way: str
) -> None:
    code = re.sub(r"\bS\b", "request.environment.get('key')", way)
    report = _run(
        files, server,
        f"@key = {{{{$secret apiKey}}}}\n\n### a\nGET {{base}}/a\n\n> {{%\n  {code};\n%}}\n\n"
        "### next\n< {% client.global.set('again', 'x' + client.global.get('out')) %}\nGET {base}/b\nX-A: {{out}}\nX-B: {{again}}\n",
    )  # fmt: skip
    assert outcomes(report) == ["a sent", "next sent"]
    sent = report.results[1].exchange.hops[0].request
    secret = {field.name: field.value.is_secret for field in sent.fields if field.name.startswith("X-")}
    assert all(secret.values())
    assert {"X-A", "X-B"} <= secret.keys()


def test_globals_keep_their_type_from_one_script_to_the_next(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "GET {base}/a\n\n> {% client.global.set('o', response.body.items) %}\n\n###\nGET {base}/b\n\n"
        "> {% client.log(client.global.get('o')[0].id + 1) %}\n",
    )  # fmt: skip
    assert report.results[1].logs == ("8",)


def test_a_failed_assertion_points_into_the_body_and_at_the_place_of_a_schema(
    server: LiteralServer, files: Project
) -> None:
    files.write("no.schema.json", '{"properties": {"items": {"items": {"properties": {"id": {"type": "string"}}}}}}')
    report = _run(files, server, "GET {base}/a\n\n?? body $.items[0].id == 8\n?? schema matches ./no.schema.json\n")
    first, second = report.results[0].assertions
    assert first.message == "body $.items[0].id is `7`, expected == `8` (line 1 of the body)"
    assert second.message.startswith("$.items[0].id of the body does not fit ./no.schema.json")


def test_a_shared_block_gives_its_scripts_to_every_request(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "### Shared\n# @assert status == 200\n< {% request.variables.set('who', 'shared') %}\n\n"
        "### a\nGET {base}/{{who}}\n\n### b\nGET {base}/b-{{who}}\n",
    )  # fmt: skip
    assert _assertions(report) == ["+ status == 200", "+ status == 200"]
    assert [request.split(b" ", 2)[1] for request in server.requests] == [b"/shared", b"/b-shared"]


def test_blocks_of_httpyac_export_variables_and_test(server: LiteralServer, files: Project) -> None:
    report = _run(
        files, server,
        "{{\n  exports.path = 'p' + (await Promise.resolve(1));\n}}\nGET {base}/{{path}}\n\n"
        "{{\n  test('is json', () => { if (response.contentType.mimeType !== 'application/json') throw new Error('no') });\n"
        "  exports.token = response.parsedBody.token;\n}}\n\n### b\nGET {base}/b?t={{token}}\n",
    )  # fmt: skip
    assert _assertions(report) == ["+ is json"]
    assert [request.split(b" ", 2)[1] for request in server.requests] == [b"/p1", b"/b?t=t-1"]


def test_expressions_in_braces_are_evaluated(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "@n = 20\n@who = me\n\n###\nGET {base}/{{Number(n) + 1}}?u={{who.toUpperCase()}}\n")
    assert outcomes(report) == ["line 5 sent"]
    assert server.requests[0].startswith(b"GET /21?u=ME ")


def test_an_expression_that_fails_keeps_the_request_from_being_sent(server: LiteralServer, files: Project) -> None:
    report = _run(files, server, "GET {base}/{{nothing() + 1}}\n")
    assert outcomes(report) == ["line 1 refused script-error"]
    assert server.requests == []
