"""What a run does with several requests: dependencies, repetitions, captures, order, workers, cancellation."""

import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, answering, response, serve
from tests.support.running import Project, outcomes, project

from httpls.run.cancel import Cancel
from httpls.run.exchange import Outcome, Result
from httpls.run.ports import SilentListener
from httpls.run.run_options import RunOptions
from httpls.run.selection import SelectionError


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_echo) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, answers={"user": "me", "Really?": "no"}) as made:
        yield made


def _echo(conversation: Conversation) -> None:
    """Answer each request with its target and its body in JSON."""
    while request := conversation.request():
        head, _, body = request.partition(b"\r\n\r\n")
        target = head.split(b" ")[1].decode()
        content = f'{{"target": "{target}", "length": {len(body)}, "n": [1.10, 2], "o": {{"a": null}}}}'
        conversation.send(response(content.encode(), ["Content-Type: application/json", "X-Target: " + target]))


def _targets(server: LiteralServer) -> list[str]:
    return [request.split(b" ", 2)[1].decode() for request in server.requests]


def _text(server: LiteralServer, text: str) -> str:
    return text.replace("{base}", f"http://127.0.0.1:{server.port}")


def test_requests_run_in_the_order_of_the_file(server: LiteralServer, files: Project) -> None:
    report = files.run(_text(server, "GET {base}/1\n\n### two\nGET {base}/2\n\n###\nGET {base}/3\n"))
    assert outcomes(report) == ["line 1 sent", "two sent", "line 7 sent"]
    assert _targets(server) == ["/1", "/2", "/3"]


def test_a_request_is_chosen_by_name_number_line_or_tag(server: LiteralServer, files: Project) -> None:
    text = _text(server, "# @name one\nGET {base}/1\n\n###\n# @tag slow, big\nGET {base}/2\n")
    files.run(text, "one")
    files.run(text, "#2")
    assert _targets(server) == ["/1", "/2"]
    with pytest.raises(SelectionError, match="has no request `on`") as caught:
        files.run(text, "on")
    assert caught.value.remedy == "Did you mean `one`?"


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("{{a.response.body.$.target}}", "/a"),
        ("{{a.response.body.$.n[0]}}", "1.10"),
        ("{{a.response.body.$.o}}", '{"a":null}'),
        ("{{a.response.body.$..n[-1:]}}", "2"),
        ("{{a.response.headers.x-target}}", "/a"),
        ("{{a.response.headers['X-Target']}}", "/a"),
        ("{{a.response.status}}", "200"),
        ("{{a.request.body.$.q}}", "7"),
        ("{{a.request.headers.Content-Type}}", "application/json"),
        ("{{a.target}}", "/a"),
        ("{{aResponse.statusCode}}", "200"),
        ("{{aResponse.parsedBody.n}}", "[1.1,2]"),
        ("{{aResponse.headers.x-target}}", "/a"),
        ("{{a.response.body.asJson.$.target}}", "/a"),
    ],
)
def test_a_value_of_another_exchange(server: LiteralServer, files: Project, reference: str, value: str) -> None:
    text = f'### a\nPOST {{base}}/a\nContent-Type: application/json\n\n{{"q": 7}}\n\n### b\nPOST {{base}}/b\n\n{reference}\n'
    report = files.run(_text(server, text), "b")
    assert outcomes(report) == ["a sent", "b sent"]
    assert [result.required_by for result in report.results] == ["b", None]
    assert server.requests[-1].endswith(b"\r\n\r\n" + value.encode())


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("{{a.response.body.$.nothing}}", "there is nothing at `$.nothing`"),
        ("{{a.response.body.$[}}", "`$[` is not a JSONPath"),
        ("{{a.response.body.//x}}", "is not XML"),
        ("{{a.response.headers.Nothing}}", "there is no header field `Nothing`"),
        ("{{a.response.cookies.sid}}", "no response set a cookie `sid`"),
    ],
)
def test_a_value_that_is_not_there_refuses_the_request(
    server: LiteralServer, files: Project, reference: str, message: str
) -> None:
    report = files.run(_text(server, f"### a\nGET {{base}}/a\n\n### b\nGET {{base}}/b?{reference}\n"), "b")
    failure = report.results[1].failures[0]
    assert (report.results[1].outcome, failure.code, failure.line) == (Outcome.REFUSED, "reference", 5)
    assert message in failure.message
    assert _targets(server) == ["/a"]


def test_an_xpath_finds_a_value_without_filling_in_entities(files: Project) -> None:
    document = b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r><i id="7">a<b>c</b></i><x>&e;</x></r>'
    with serve(answering(response(document, ["Content-Type: application/xml"]))) as server:
        text = "### a\nGET {base}/\n\n### b\nPOST {base}/\n\n{{a.response.body.//i/@id}}|{{a.response.body.//b}}|{{a.response.body.//x}}|\n"
        assert outcomes(files.run(_text(server, text), "b")) == ["a sent", "b sent"]
        assert server.requests[-1].endswith(b"\r\n\r\n7|c|&e;|")


def test_a_dependency_runs_once_and_its_result_is_there_once(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/1?{{login.target}}\n\n###\nGET {base}/2?{{login.target}}\n\n### login\nGET {base}/login\n"
    report = files.run(_text(server, text))
    assert outcomes(report) == ["login sent", "line 1 sent", "line 4 sent"]
    assert _targets(server) == ["/login", "/1?/login", "/2?/login"]
    # What an earlier run has left is enough for a later one.
    files.run(_text(server, text), "#1")
    assert _targets(server)[3:] == ["/1?/login"]


def test_the_last_response_of_all(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/1\n\n###\nGET {base}/2?{{response.parsedBody.target}}&{{response.statusCode}}\n"
    files.run(_text(server, text))
    assert _targets(server) == ["/1", "/2?/1&200"]


def test_references_by_tag(server: LiteralServer, files: Project) -> None:
    text = (
        "### login\nGET {base}/login\n\n### fresh\nGET {base}/fresh\n\n"
        "### a\n# @ref login\n# @forceRef fresh\nGET {base}/a\n\n### b\n# @ref login\n# @forceRef fresh\nGET {base}/b\n"
    )
    files.run(_text(server, text), "a", "b")
    assert _targets(server) == ["/login", "/fresh", "/a", "/fresh", "/b"]


def test_without_dependencies_a_reference_is_refused(server: LiteralServer, files: Project) -> None:
    text = "### login\nGET {base}/login\n\n### a\nGET {base}/a?{{login.target}}\n"
    report = files.run(_text(server, text), "a", options=RunOptions(runs_dependencies=False))
    assert outcomes(report) == ["a refused reference"]
    assert server.requests == []


def test_a_circle_of_dependencies_is_refused(server: LiteralServer, files: Project) -> None:
    text = "### a\nGET {base}/a?{{b.x}}\n\n### b\nGET {base}/b?{{a.x}}\n"
    report = files.run(_text(server, text), "a")
    assert outcomes(report) == ["b refused cyclic-dependency", "a refused dependency-failed"]
    assert "a → b → a" in report.results[0].failures[0].message
    side_by_side = files.run(_text(server, text), options=RunOptions(parallel=2))
    assert {result.outcome for result in side_by_side.results} == {Outcome.REFUSED}
    assert server.requests == []


def test_what_needs_a_failed_request_is_refused(server: LiteralServer, files: Project) -> None:
    text = "### a\nGET http://127.0.0.1:1/\n\n### b\nGET {base}/b?{{a.x}}\n"
    report = files.run(_text(server, text), "b")
    assert [result.outcome for result in report.results] == [Outcome.FAILED, Outcome.REFUSED]
    assert "`a` has to run first, and it failed" in report.results[1].failures[0].message


def test_requests_of_other_files(server: LiteralServer, files: Project) -> None:
    files.write("lib/login.http", _text(server, "### login\nPOST {base}/login\n\n{{who}}\n\n###\n@who = nobody\n"))
    text = _text(server, "import ./lib/login.http\n\n### a\nGET {base}/{{login.length}}\n")
    assert outcomes(files.run(text, "a")) == ["login sent", "a sent"]
    assert _targets(server) == ["/login", "/6"]


def test_run_statements_with_arguments(server: LiteralServer, files: Project) -> None:
    files.write("all.http", _text(server, "GET {base}/x/{{who}}\n\n###\nGET {base}/y/{{who}}\n"))
    text = (
        "@me = her\n### login\nGET {base}/login/{{who}}\n\n###\nrun #login (@who={{me}})\nGET {base}/a\n\n"
        "### everything\nrun ./all.http (@who=you)\nrun #login (@who=him)\n"
    )
    text = _text(server, text)
    assert outcomes(files.run(text, "#2")) == ["login sent", "line 7 sent"]
    assert _targets(server) == ["/login/her", "/a"]
    server.requests.clear()
    files.run(text, "everything")
    assert _targets(server) == ["/x/you", "/y/you", "/login/him"]


@pytest.mark.parametrize(
    ("tag", "targets"),
    [
        ("# @loop for 2", ["/-", "/-"]),
        ("# @loop for x of a, b,c", ["/a", "/b", "/c"]),
        ("# @loop for const x of list", ["/1", "/2"]),
        ("# @loop for x of text", ["/p", "/q"]),
        ("# @disabled", []),
        ("# @disabled {{stage}} == prod", []),
        ("# @disabled {{stage}} != prod", ["/-"]),
        ("# @disabled false", ["/-"]),
    ],
)
def test_repeated_and_disabled_requests(server: LiteralServer, files: Project, tag: str, targets: list[str]) -> None:
    text = f'@x = -\n@list = ["1", 2]\n@text = p,q\n@stage = prod\n###\n{tag}\nGET {{base}}/{{{{x}}}}\n'
    report = files.run(_text(server, text))
    assert _targets(server) == targets
    assert [result.iteration for result in report.results] == list(range(max(len(targets), 1)))


def test_a_repetition_knows_its_number(server: LiteralServer, files: Project) -> None:
    for tag in ("# @loop for 3", "# @loop for x of a,b,c"):
        server.requests.clear()
        files.run(_text(server, f"{tag}\nGET {{base}}/{{{{$index}}}}\nX-Number: {{{{$index}}}}\n"))
        assert _targets(server) == ["/0", "/1", "/2"]
        assert [b"X-Number: %d\r\n" % number in one for number, one in enumerate(server.requests)] == [True] * 3


def test_captures_are_seen_by_later_requests(server: LiteralServer, files: Project) -> None:
    text = (
        "### a\n# @set one = response.body.$.target\n# @env-header-key two X-Target\n# @env-json-key three n\nGET {base}/a\n\n"
        "### b\nGET {base}/{{one}}{{two}}?{{three}}\n"
    )
    report = files.run(_text(server, text))
    assert outcomes(report) == ["a sent", "b sent"]
    assert _targets(server) == ["/a", "//a/a?[1.1,2]"]


def test_a_capture_of_nothing_is_a_missed_assertion(server: LiteralServer, files: Project) -> None:
    (result,) = files.run(_text(server, "# @set one = response.body.$.nothing\nGET {base}/a\n")).results
    assert [(one.name, one.holds, one.line) for one in result.assertions] == [("set one", False, 1)]


def test_a_variable_that_nothing_has_set_is_refused_with_all_names(server: LiteralServer, files: Project) -> None:
    text = "### a\n# @set one = response.body.$.a\n# @set two = response.body.$.b\nGET {base}/a\n\n### b\nGET {base}/{{one}}/{{two}}\n"
    report = files.run(_text(server, text), "b")
    assert outcomes(report) == ["b refused unset-variable unset-variable"]
    undefined = files.run(_text(server, "GET {base}/{{one}}/{{two}}\nX: {{three}}\n"))
    assert [failure.line for failure in undefined.results[0].failures] == [1, 1, 2]
    assert server.requests == []


@pytest.mark.parametrize(
    ("expected", "holds"), [("200", True), ("201,200", True), ("2xx", True), ("404", False), ("4xx, 500", False)]
)
def test_the_status_that_is_expected(server: LiteralServer, files: Project, expected: str, holds: bool) -> None:
    result = files.result(_text(server, f"# @expect-status-code {expected}\nGET {{base}}/\n"))
    assert [one.holds for one in result.assertions] == [holds]
    assert result.outcome is Outcome.SENT


def test_a_response_is_saved_under_the_name_of_its_request(server: LiteralServer, files: Project) -> None:
    result = files.result(_text(server, "### My ../request\n# @save\nGET {base}/\n"))
    assert [Path(name).relative_to(files.root).as_posix() for name in result.saved] == ["My-..-request.json"]


def test_a_note_is_asked_about(server: LiteralServer, files: Project) -> None:
    assert files.result(_text(server, "# @note Really?\nDELETE {base}/\n")).outcome is Outcome.SKIPPED
    refused = files.result(_text(server, "# @note Sure?\nDELETE {base}/\n"))
    assert (refused.outcome, refused.failures[0].code) == (Outcome.REFUSED, "not-confirmed")
    assert server.requests == []
    agreed = files.result(_text(server, "# @note Sure?\nDELETE {base}/\n"), options=RunOptions(agrees=True))
    assert agreed.outcome is Outcome.SENT


def test_a_prompt_is_asked_once_for_a_request(server: LiteralServer, files: Project) -> None:
    files.run(_text(server, "# @prompt user\nGET {base}/{{user}}?{{user}}\n"))
    assert (_targets(server), files.person.asked) == (["/me?me"], ["user"])
    refused = files.result(_text(server, "# @prompt password\nGET {base}/{{password}}\n"))
    assert refused.failures[0].message == "`password` would have to be asked"


@pytest.mark.parametrize(
    "line", ["GRPC {base}/a", "WS {base}/a", "MQTT {base}/a", "SSE {base}/a", "GET ws://localhost/a"]
)
def test_other_protocols_are_refused(server: LiteralServer, files: Project, line: str) -> None:
    result = files.result(_text(server, f"{line}\n"))
    assert [failure.code for failure in result.failures] == ["unsupported-protocol"]
    assert "not sent yet" in result.failures[0].message


def test_a_run_stops_at_the_first_that_is_bad(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/1\n\n###\nGET {base}/{{nothing}}\n\n###\nGET {base}/3\n"
    report = files.run(_text(server, text), options=RunOptions(fails_fast=True))
    assert [result.outcome for result in report.results] == [Outcome.SENT, Outcome.REFUSED]


class _Together:
    """A server that answers only when so many requests are there at once."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count, timeout=10)

    def __call__(self, conversation: Conversation) -> None:
        while conversation.request():
            self._barrier.wait()
            conversation.send(response())


def test_requests_run_side_by_side(files: Project) -> None:
    with serve(_Together(4)) as server:
        text = "\n\n###\n".join(f"GET {{base}}/{number}" for number in range(8))
        report = files.run(_text(server, text), options=RunOptions(parallel=4))
        assert outcomes(report) == [f"line {1 + 3 * number} sent" for number in range(8)]
        assert server.connections == 4


def test_a_request_that_sets_a_variable_is_a_barrier(server: LiteralServer, files: Project) -> None:
    text = "GET {base}/1\n\n### a\n# @set v = response.body.$.target\nGET {base}/2\n\n###\nGET {base}/3?{{v}}\n\n###\nGET {base}/4?{{v}}\n"
    report = files.run(_text(server, text), options=RunOptions(parallel=4))
    assert {result.outcome for result in report.results} == {Outcome.SENT}
    assert _targets(server)[:2] == ["/1", "/2"]
    assert sorted(_targets(server)[2:]) == ["/3?/2", "/4?/2"]


def test_a_dependency_of_many_runs_once_side_by_side(server: LiteralServer, files: Project) -> None:
    text = "### login\nGET {base}/login\n\n" + "".join(
        f"###\nGET {{base}}/{n}?{{{{login.target}}}}\n\n" for n in range(9)
    )
    files.run(_text(server, text), *[f"#{n + 2}" for n in range(9)], options=RunOptions(parallel=4))
    assert _targets(server)[0] == "/login"
    assert sorted(_targets(server)[1:]) == [f"/{n}?/login" for n in range(9)]


def test_a_run_that_is_cancelled_keeps_what_it_has(files: Project) -> None:
    cancel = Cancel()

    class CancelsAtTheSecond(SilentListener):
        def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
            if number == 2:
                threading.Timer(0.05, cancel.set).start()

    def handler(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(response())
        conversation.request()
        running.released.wait(10)

    with serve(handler) as running:
        text = "\n\n###\n".join(f"GET {{base}}/{number}" for number in range(5))
        report = files.run(_text(running, text), listener=CancelsAtTheSecond(), cancel=cancel)
    assert report.was_interrupted
    assert [result.outcome for result in report.results] == [Outcome.SENT, Outcome.INTERRUPTED]


def test_the_listener_is_told_of_everything(server: LiteralServer, files: Project) -> None:
    told: list[str] = []

    class Listens(SilentListener):
        def planned(self, count: int) -> None:
            told.append(f"planned {count}")

        def started(self, number: int, path: Path, line: int, name: str | None, method: str, shown_url: str) -> None:
            told.append(f"started {number} {path.name}:{line} {name} {method} {shown_url[-4:]}")

        def finished(self, number: int, result: Result) -> None:
            told.append(f"finished {number} {result.outcome.value}")

    files.run(_text(server, "### one\nGET {base}/one\n\n###\n# @disabled\nGET {base}/two\n"), listener=Listens())
    assert told == ["planned 2", "started 1 a.http:2 one GET /one", "finished 1 sent", "finished 2 skipped"]


def test_what_is_not_to_be_logged_says_so(server: LiteralServer, files: Project) -> None:
    assert files.result(_text(server, "# @no-log\nGET {base}/\n")).is_logged is False
    assert files.result(_text(server, "GET {base}/\n")).is_logged is True


def test_while_a_person_thinks_others_send(server: LiteralServer, tmp_path: Path) -> None:
    with project(tmp_path) as files:
        others_are_through = threading.Event()

        class Waits(SilentListener):
            count = 0

            def finished(self, number: int, result: Result) -> None:
                self.count += 1
                if self.count == 4:
                    others_are_through.set()

        def ask(question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
            assert others_are_through.wait(10)
            return "me"

        files.person.ask = ask  # type: ignore[method-assign]
        prompts = "# @prompt user\nGET {base}/{{user}}\n\n###\n# @prompt user\nGET {base}/{{user}}\n\n###\n"
        text = prompts + "\n###\n".join(f"GET {{base}}/{n}\n" for n in range(4))
        report = files.run(_text(server, text), options=RunOptions(parallel=2), listener=Waits())
        assert {result.outcome for result in report.results} == {Outcome.SENT}
        assert sorted(_targets(server)[-2:]) == ["/me", "/me"]


def test_a_run_side_by_side_ends_at_once_when_it_is_cancelled(files: Project) -> None:
    cancel = Cancel()

    def handler(conversation: Conversation) -> None:
        conversation.request()
        running.released.wait(10)

    with serve(handler) as running:
        text = "### login\nGET {base}/login\n\n" + "".join(
            f"###\nGET {{base}}/{number}?{{{{login.x}}}}\n\n" for number in range(9)
        )
        threading.Timer(0.2, cancel.set).start()
        started_at = time.monotonic()
        report = files.run(_text(running, text), options=RunOptions(parallel=4), cancel=cancel)
        assert time.monotonic() - started_at < 2
        running.released.set()
    assert report.was_interrupted
    assert {result.outcome for result in report.results} == {Outcome.INTERRUPTED}


def test_a_request_without_a_response_tells_what_was_sent(files: Project) -> None:
    def hang_up(conversation: Conversation) -> None:
        conversation.head()

    with serve(hang_up) as server:
        result = files.result(_text(server, "GET {base}/lost\nX-Key: k\n"))
    (hop,) = result.exchange.hops
    assert (result.outcome, hop.failure) == (
        Outcome.FAILED,
        result.failures[0]._replace(path=None, line=None, column=None),
    )
    assert hop.request.head.startswith(b"GET /lost HTTP/1.1\r\n")
    assert b"X-Key: k\r\n" in hop.request.head
    assert hop.connection is not None
