"""Scripts of httpyac and of Kulala, and what tags capture, together with handlers."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.certificates import authority, issue
from tests.support.literal_server import LiteralServer, answering, response, serve
from tests.support.running import Project, logs, outcomes, project
from tests.support.tls_server import tls_server

from httpls.run.exchange import Outcome, Report
from httpls_grammar import parse


@pytest.fixture
def server() -> Generator[LiteralServer]:
    content = b'{"token": "t-1", "user": {"id": 7}}'
    fields = ["Content-Type: application/json; charset=utf-8", "X-Kind: test"]
    with serve(answering(response(content, fields))) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path) as made:
        yield made


def _run(files: Project, server: LiteralServer, text: str) -> Report:
    return files.run(text.replace("{base}", f"http://127.0.0.1:{server.port}"))


def _tests(report: Report) -> list[str]:
    return [f"{'+' if one.holds else '-'} {one.name}" for result in report.results for one in result.assertions]


def _targets(server: LiteralServer) -> list[bytes]:
    return [request.split(b" ", 2)[1] for request in server.requests]


def test_httpyac_response_has_its_members(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "GET {base}/a\n\n{{\n  console.log(response.statusCode, response.statusMessage, response.parsedBody.user.id, response.protocol);\n"
        "  console.log(response.headers['x-kind'], response.contentType.mimeType, response.contentType.charset, typeof response.body, response.rawBody.length);\n}}\n",
    )  # fmt: skip
    assert logs(report) == ["200 OK 7 HTTP/1.1", "test application/json utf-8 object 35"]


def test_httpyac_blocks_run_when_their_modifier_says(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "{{+\n  exports.all = 'every';\n}}\nGET {base}/{{all}}\n\n{{@request\n  console.log('request', typeof response);\n}}\n"
        "{{@response\n  console.log('response', response.status);\n}}\n{{@streaming\n  console.log('never');\n}}\n{{\n  console.log('last');\n}}\n\n"
        "###\nGET {base}/b/{{all}}\n",
    )  # fmt: skip
    assert logs(report) == ["request undefined", "response 200", "last"]
    assert _targets(server) == [b"/every", b"/b/every"]


def test_httpyac_exports_are_used_by_later_requests_and_blocks(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "# @name login\nPOST {base}/login\n\n{{\n  exports.token = response.parsedBody.token;\n  exports.list = [1, 2];\n  $global.kept = {a: 5};\n}}\n\n"
        "###\nGET {base}/{{token}}/{{list.length}}/{{login.user.id}}\n\n{{\n  console.log(token, list[1], $global.kept.a, 'kept' in $global);\n}}\n",
    )  # fmt: skip
    assert logs(report) == ["t-1 2 5 true"]
    assert _targets(server)[1] == b"/t-1/2/7"


def test_httpyac_ready_tests(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "GET {base}/a\n\n{{\n  const { equal } = require('assert');\n  test.status(200);\n  test.header('x-kind', 'other');\n  test.hasResponseBody();\n"
        "  test('own', () => equal(response.parsedBody.token, 't-2'));\n}}\n",
    )  # fmt: skip
    assert _tests(report) == ["+ status is 200", "- field x-kind is other", "+ there is a body", "- own"]
    own = report.results[0].assertions[3]
    assert (own.message, own.expected, own.found, own.line) == ("the values differ", "t-2", "t-1", 8)


def test_httpyac_knows_responses_by_the_names_of_their_requests(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "# @name login\nPOST {base}/login\n\n{{\n  console.log(login.token, loginResponse.statusCode);\n}}\n\n"
        "###\nGET {base}/a\n\n{{\n  console.log(login.user.id, loginResponse.parsedBody.user.id, loginResponse.headers['x-kind']);\n}}\n",
    )  # fmt: skip
    assert logs(report) == ["t-1 200", "7 7 test"]


def test_httpyac_knows_the_repetitions_of_a_loop_by_their_number(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "# @loop for 2\n# @name each\nGET {base}/a\n\n{{\n  console.log($index, this[`each${$index}`].token);\n}}\n"
    )  # fmt: skip
    assert logs(report) == ["0 t-1", "1 t-1"]


def test_httpyac_scripts_know_their_file_but_not_where_it_is_on_the_machine(
    files: Project, server: LiteralServer
) -> None:
    text = f"{{{{\n  console.log(__filename, __dirname);\n}}}}\nGET http://127.0.0.1:{server.port}/a\n"
    assert logs(files.run(text, name="api/users.http")) == ["api/users.http api"]


def test_a_script_has_its_request_sent_again(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "< {% request.variables.set('n', Number(client.global.get('last') ?? 0) + 1) %}\nGET {base}/{{n}}\n\n> {%\n"
        "  client.global.set('last', request.variables.get('n'));\n  if (request.variables.get('n') < 3) request.replay();\n%}\n",
    )  # fmt: skip
    assert [result.outcome for result in report.results] == [Outcome.SENT] * 3
    assert _targets(server) == [b"/1", b"/2", b"/3"]


def test_a_request_is_not_sent_again_for_ever(files: Project, server: LiteralServer) -> None:
    report = _run(files, server, "GET {base}/a\n\n> {% request.replay() %}\n")
    assert report.results[-1].outcome is Outcome.FAILED
    assert report.results[-1].failures[0].message == "it was sent again 100 times"
    assert len(server.requests) == 101


def test_before_the_response_there_is_nothing_to_send_again(files: Project, server: LiteralServer) -> None:
    report = _run(files, server, "< {% request.replay() %}\nGET {base}/a\n")
    assert "when there is a response" in report.results[0].failures[0].message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("request.headers['X-A'] = '1';", "the request cannot be changed"),
        ("request.body = 'x';", "the request cannot be changed"),
        ("const axios = require('axios');", 'require("axios") is not possible'),
        ("await fetch('http://a');", "fetch is not defined"),
        ("process.exit(1);", "process is not defined"),
    ],
)
def test_what_httpyac_could_do_and_scripts_here_cannot_is_told(
    files: Project, server: LiteralServer, code: str, message: str
) -> None:
    report = _run(files, server, f"{{{{\n  {code}\n}}}}\nGET {{base}}/a\n")
    (failure,) = report.results[0].failures
    assert message in failure.message
    assert failure.line == 2
    assert server.requests == []


def test_kulala_words_for_assertions(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "GET {base}/a\n\n> {%\n  client.test('suite', () => {\n    assert.true(response.responseCode === 200);\n    assert.responseHas('status', 200);\n"
        "    assert.headersHas('X-Kind', 'test');\n    assert.bodyHas('t-1');\n    assert.jsonHas('user.id', 7);\n    client.assert.same({a: [1]}, {a: [1]});\n"
        "    client.test('inner', () => assert.jsonHas('user.id', 8, 'wrong id'));\n  });\n%}\n",
    )  # fmt: skip
    assert _tests(report) == ["+ suite", "- inner"]
    inner = report.results[0].assertions[1]
    assert (inner.message, inner.expected, inner.found) == ("wrong id", "8", "7")


def test_kulala_scripts_in_files_and_requests_that_leave(files: Project, server: LiteralServer) -> None:
    files.write("before.js", "if (request.variables.get('never') === null) {\n  request.abort();\n  return;\n}\n")
    report = _run(
        files,
        server,
        "< ./before.js\nGET {base}/a\n\n###\n< {% $kulala.client.global.set('x', 'y') %}\nGET {base}/{{x}}\n",
    )
    assert [result.outcome for result in report.results] == [Outcome.SKIPPED, Outcome.SENT]
    assert _targets(server) == [b"/y"]


def test_what_tags_capture_is_seen_by_handlers_and_the_other_way_round(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "# @name a\n# @set id = response.body.$.user.id\n# @env-json-key TOKEN token\n# @env-header-key KIND x-kind\nGET {base}/a\n\n"
        "> {% client.log(client.global.get('id'), client.global.get('TOKEN'), client.global.get('KIND')); client.global.set('double', client.global.get('id') * 2) %}\n\n"
        "### b\nGET {base}/{{id}}/{{double}}/{{TOKEN}}/{{KIND}}\n\n?? js client.global.get('double') == 14\n?? body user.id == {{id}}\n",
    )  # fmt: skip
    assert logs(report) == ["7 t-1 test"]
    assert _targets(server)[1] == b"/7/14/t-1/test"
    assert _tests(report) == ["+ js client.global.get('double') == 14", "+ body user.id == {{id}}"]


def test_two_scripts_of_one_request_see_each_others_variables(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "< {% request.variables.set('a', [1]); client.global.set('g', 1) %}\n< {% client.log(request.variables.get('a')[0], client.global.get('g')) %}\n"
        "GET {base}/a\n\n> {% client.log(request.variables.get('a').length) %}\n",
    )  # fmt: skip
    assert logs(report) == ["1 1", "1"]


def test_how_long_the_certificate_is_valid(tmp_path: Path) -> None:
    ours = authority()
    (tmp_path / "ca.pem").write_bytes(ours.pem)
    certificate = issue("localhost", ours)
    with tls_server(tmp_path, certificate) as server, project(tmp_path / "p") as files:
        text = (
            f"# @no-reject-unauthorized\n# @assert certificate > 0\n# @assert certificate > 100000\nGET https://localhost:{server.port}/ HTTP/1.1\n\n"
            "?? duration tls >= 0\n"
        )
        report = files.run(text)
    assert outcomes(report) == ["line 4 sent"]
    results = report.results[0].assertions
    assert [one.holds for one in results] == [True, False, True]
    assert results[1].found is not None
    assert "certificate is" in results[1].message


def test_without_tls_there_is_no_certificate(files: Project, server: LiteralServer) -> None:
    report = _run(files, server, "# @assert certificate > 1\nGET {base}/a\n")
    (only,) = report.results[0].assertions
    assert (only.holds, only.message) == (False, "the response has no certificate")


def test_members_of_variables_with_json_are_reached_by_their_path(files: Project, server: LiteralServer) -> None:
    _run(
        files, server,
        '@config = {"region": {"name": "eu"}}\n\n###\n'
        "< {% client.global.set('user', {id: 7, tags: ['x', 'y'], \"two-words\": true}) %}\n"
        "GET {base}/{{user.id}}/{{user.tags[1]}}/{{user.two-words}}/{{user.tags}}/{{config.region.name}}\n",
    )  # fmt: skip
    assert _targets(server) == [b"/7/y/true/[%22x%22,%22y%22]/eu"]


@pytest.mark.parametrize("name", ["user.none", "user.tags[5]", "user.id.more"])
def test_a_member_that_is_not_there_is_an_undefined_variable(files: Project, server: LiteralServer, name: str) -> None:
    report = _run(
        files, server,
        f"< {{% client.global.set('user', {{id: 7, tags: ['x', 'y']}}) %}}\nGET {{base}}/{{{{{name}}}}}\n",
    )  # fmt: skip
    assert outcomes(report) == ["line 2 refused undefined-variable"]


@pytest.mark.parametrize(
    "script", ["{%\n-- lua\nclient.log(1)\n%}", "{% lang=lua\n%}", "./after.lua", "{%\n  local x = 1\n%}"]
)
def test_scripts_in_lua_are_told_before_anything_is_run(script: str) -> None:
    codes = [problem.code for problem in parse(f"GET http://a/b\n\n> {script}\n").problems]
    assert codes == ["lua-script"]
