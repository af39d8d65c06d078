"""Scripts by themselves: what they see, what they leave behind, and what they cannot reach."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from httpls.run.cancel import Cancel
from httpls.run.scripts.call import Kept, ResponseBody, ScriptCall, ScriptOutcome
from httpls.run.scripts.worker import ScriptWorkers

_BODY = json.dumps({"token": "t-1", "items": [{"id": 7}, {"id": 8}]}).encode()
_RESPONSE: dict[str, Any] = {
    "plain": {"status": 200, "statusMessage": "OK", "duration": 12.5}, "isJson": True, "mime": "application/json",
    "charset": "utf-8", "contentType": "application/json", "cookies": [{"name": "sid", "value": "abc"}],
    "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "X-A", "value": "1"}, {"name": "X-A", "value": "2"}],
}  # fmt: skip
_REQUEST: dict[str, Any] = {
    "name": "login", "method": "POST", "url": "http://a/login", "rawUrl": "http://{{host}}/login",
    "body": '{"user": "me"}', "rawBody": '{"user": "{{user}}"}',
    "headers": [{"name": "Accept", "value": "a/b", "raw": "{{type}}"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def workers() -> Iterator[ScriptWorkers]:
    workers = ScriptWorkers(time_limit=60)
    yield workers
    workers.close()


def _run(workers: ScriptWorkers, code: str, mode: str = "script", **state: object) -> ScriptOutcome:
    everything: dict[str, object] = {
        "globals": {}, "variables": {}, "environment": {}, "request": _REQUEST, "response": _RESPONSE, "iteration": 0,
        "templates": [], "hasNames": False, **state,
    }  # fmt: skip
    return workers.run(ScriptCall(code, mode, everything, body=ResponseBody(len(_BODY), lambda: _BODY)), Cancel())


def test_a_handler_carries_a_token_into_a_global(workers: ScriptWorkers) -> None:
    outcome = _run(workers, 'client.global.set("token", response.body.token);')
    assert outcome.globals == {"token": Kept("t-1")}


def test_values_keep_their_type(workers: ScriptWorkers) -> None:
    outcome = _run(workers, 'client.global.set("o", {a: [1]}); client.global.set("n", 2); client.global.clear("x")')
    assert outcome.globals == {"o": Kept('{"a":[1]}', '{"a":[1]}'), "n": Kept("2", "2"), "x": None}
    again = _run(
        workers,
        'client.log(typeof client.global.get("o").a[0])',
        globals={"o": {"text": '{"a":[1]}', "json": '{"a":[1]}'}},
    )
    assert list(again.logs) == ["number"]


def test_tests_tell_what_held_and_where_not(workers: ScriptWorkers) -> None:
    outcome = _run(
        workers,
        'client.test("status", () => client.assert(response.status === 200));\n'
        'client.test("fails", () => {\n    client.assert(response.status === 201, "it is " + response.status);\n});',
    )
    assert [(test.name, test.holds, test.message, test.line) for test in outcome.tests] == [
        ("status", True, "", 1),
        ("fails", False, "it is 200", 3),
    ]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("response.status", "200"),
        ("response.contentType.mimeType", "application/json"),
        ('response.headers.valueOf("content-type")', "application/json"),
        ('response.headers.valuesOf("x-a").join()', "1,2"),
        ('jsonPath(response.body, "$.items[1].id")', "8"),
        ('jsonPath(response.body, "$.items[*].id").join()', "7,8"),
        ('response.cookiesByName("sid")[0].value', "abc"),
        ("request.url.getRaw()", "http://{{host}}/login"),
        ("request.url.tryGetSubstituted()", "http://a/login"),
        ("`${request.url}`", "http://a/login"),
        ("request.body.getRaw()", '{"user": "{{user}}"}'),
        ('request.headers.findByName("accept").getRawValue()', "{{type}}"),
        ('request.environment.get("host")', "a"),
        ("request.method", "POST"),
        ("request.iteration()", "0"),
        ('crypto.sha256().updateWithText("abc").digest().toHex()', "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ('crypto.md5().updateWithHex("616263").digest().toBase64()', "kAFQmDzST7DWlj99KOF/cg=="),
        ('crypto.hmac.sha1().withTextSecret("key").updateWithText("The quick brown fox jumps over the lazy dog").digest().toHex()', "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"),
        ('btoa("a:b") + atob("YTpi")', "YTpia:b"),
        ('Base64.encode("ü")', "/A=="),
        ("$random.integer(5, 6)", "5"),
        ("$random.alphabetic(8).length", "8"),
        ("`${$random.uuid}`.length", "36"),
    ],
)  # fmt: skip
def test_what_scripts_may_use(workers: ScriptWorkers, expression: str, value: str) -> None:
    outcome = _run(workers, expression, "expression", environment={"host": {"text": "a"}})
    assert outcome.failure is None
    assert outcome.value is not None
    assert outcome.value.text == value


def test_exit_ends_the_script_without_an_error(workers: ScriptWorkers) -> None:
    outcome = _run(workers, 'client.log("a"); client.exit(); client.log("b")')
    assert list(outcome.logs) == ["a"]
    assert outcome.failure is None


def test_timers_and_promises_run_out(workers: ScriptWorkers) -> None:
    code = 'setTimeout(() => client.log("c"), 60000); setTimeout(() => client.log("b"), 10); Promise.resolve().then(() => client.log("a"))'
    assert list(_run(workers, code).logs) == ["a", "b", "c"]


def test_httpyac_scripts_may_await_and_export(workers: ScriptWorkers) -> None:
    outcome = _run(
        workers,
        "exports.a = await Promise.resolve(5); test('t', () => { throw new Error('no') })",
        "async",
        hasNames=True,
    )
    assert outcome.exported == {"a": Kept("5", "5")}
    assert [(test.name, test.holds, test.column) for test in outcome.tests] == [("t", False, 67)]


@pytest.mark.parametrize(
    ("code", "line", "column", "message"),
    [
        ("let a = 1;\nfoo bar", 2, 5, "SyntaxError"),
        ("\n\n  nothing.at.all", 3, 3, "ReferenceError: nothing is not defined"),
        ('client.assert(false, "no")', 1, 15, "AssertionError: no"),
    ],
)
def test_errors_tell_their_place(workers: ScriptWorkers, code: str, line: int, column: int, message: str) -> None:
    failure = _run(workers, code).failure
    assert failure is not None
    assert (failure.line, failure.column) == (line, column)
    assert message in failure.message


@pytest.mark.parametrize(
    "code",
    [
        "for (;;) {}",
        "let a = []; for (;;) a.push(new Array(1e6).fill(1))",
        "(function f() { f() })()",
        'let s = "x"; for (;;) s += s',
        "new Promise(function f(next) { Promise.resolve().then(() => f(next)) })",
        "setInterval(() => {}, 0)",
        '/(a+)+$/.test("a".repeat(40) + "b")',
        "Object.prototype.toJSON = () => 1",
        "JSON.stringify = () => { throw 1 }; Array.prototype.map = null; String.prototype.toLowerCase = null",
        'for (let i = 0; i < 1e6; i++) client.log("x".repeat(1000))',
        'client.global.set("x", "y".repeat(40000000))',
        "globalThis.eval = null; delete globalThis.client; undefined.x",
        "class A extends Array { constructor() { super(); new A() } } new A()",
        "'x'.repeat(2 ** 30 - 1)",
        "new ArrayBuffer(2 ** 31)",
        "let o = {}; o.o = o; client.global.set('o', o)",
        "let o = 1; for (let i = 0; i < 1e5; i++) o = [o]; client.global.set('o', o)",
        "Function.prototype.call = Function.prototype.apply = null; Array.prototype[Symbol.iterator] = null; throw {}",
        "Object.defineProperty(globalThis, 'exports', {get() { for (;;) {} }}); exports",
        "Error.prepareStackTrace = () => { throw 1 }; client.test('a', () => { throw new Error() })",
        "throw new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 2 }})",
        "client.test({toString() { throw 1 }}, () => {})",
        "throw {toString() { for (;;) {} }, toJSON() { for (;;) {} }}",
        "jsonPath('[' .repeat(100000), '$')",
        "xpath('<a>'.repeat(100000), '//a')",
        "xpath('<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>', '//a')",
        "new RegExp('(' .repeat(50000))",
        "eval('('.repeat(100000))",
    ],
)
def test_a_hostile_script_harms_only_itself(workers: ScriptWorkers, code: str) -> None:
    patient, workers.time_limit = workers.time_limit, 1.0
    try:
        outcome = _run(workers, code)
    finally:
        workers.time_limit = patient
    assert sum(map(len, outcome.logs)) < 2_000_000
    assert list(_run(workers, 'client.log("still here")').logs) == ["still here"]


@pytest.mark.parametrize(
    "expression",
    ["typeof std", "typeof os", "typeof fetch", "typeof XMLHttpRequest", "typeof process", "typeof native", "typeof Deno", "typeof WebSocket"],
)  # fmt: skip
def test_a_script_reaches_neither_files_nor_network(workers: ScriptWorkers, expression: str) -> None:
    value = _run(workers, expression, "expression").value
    assert value is not None
    assert value.text == "undefined"


def test_modules_are_refused_with_a_reason(workers: ScriptWorkers) -> None:
    failure = _run(workers, 'require("fs").readFileSync("/etc/passwd")').failure
    assert failure is not None
    assert "scripts have no modules, files or network" in failure.message


def test_what_one_script_does_to_its_world_no_other_sees(workers: ScriptWorkers) -> None:
    _run(workers, "globalThis.left = 1; Object.prototype.left = 2")
    value = _run(workers, "typeof left", "expression").value
    assert value is not None
    assert value.text == "undefined"


def test_the_process_has_no_environment_of_ours(workers: ScriptWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "marker")
    fresh = ScriptWorkers()
    try:
        assert _run(fresh, "client.log('ok')").failure is None
        environments = [
            path.read_bytes() for path in Path("/proc").glob("[0-9]*/environ") if b"scripts.child" in _command(path)
        ]
        assert environments
        assert all(b"marker" not in environment for environment in environments)
    finally:
        fresh.close()


def _command(path: Path) -> bytes:
    try:
        return (path.parent / "cmdline").read_bytes()
    except OSError:
        return b""


def test_cancelling_ends_a_script(workers: ScriptWorkers) -> None:
    import threading

    from httpls.run.errors import CancelledError

    cancel = Cancel()
    threading.Timer(0.1, cancel.set).start()
    call = ScriptCall("for (;;) {}", "script", {"globals": {}, "variables": {}, "environment": {}, "request": _REQUEST, "response": None, "iteration": 0, "templates": [], "hasNames": False})  # fmt: skip
    with pytest.raises(CancelledError):
        ScriptWorkers(time_limit=60).run(call, cancel)
