"""Errors in the syntax of scripts: where they are told, without running anything."""

from collections.abc import Iterator, Sequence

import pytest
from tests.support.memory_files import ROOT, MemoryFiles

from httpls.model.analysis import Analysis
from httpls.model.script_texts import MALFORMED_SCRIPT
from httpls.model.workspace import Workspace
from httpls.run.cancel import Cancel
from httpls.run.scripts.syntax import ScriptSyntax


@pytest.fixture(scope="module")
def syntax() -> Iterator[ScriptSyntax]:
    made = ScriptSyntax()
    yield made
    made.close()


def _told(syntax: ScriptSyntax, text: str, **files: str) -> Sequence[str]:
    """Return what is wrong, with `»` before and `«` behind the place at which it is told."""
    everything = {"httpls.toml": "", "a.http": text, **{name.replace("_", "."): code for name, code in files.items()}}
    workspace = Workspace(MemoryFiles(everything), {})
    analysis = Analysis(workspace, workspace.request_file(ROOT / "a.http"))
    shown: list[str] = []
    for problem in syntax.problems(analysis, Cancel()):
        assert problem.code == MALFORMED_SCRIPT.code
        start, end = problem.range
        line = f"{text[:start]}»{text[start:end]}«{text[end:]}".splitlines()[text[:start].count("\n")]
        shown.append(f"{line.strip()} : {problem.message.removeprefix('the script cannot be compiled: ')}")
    return shown


def _handler(code: str) -> str:
    return f"### a\nGET http://a/b\n\n> {{%\n{code}\n%}}\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("client.log(1);", []),
        ("return 5;", []),
        ("const a = await Promise.resolve(1);", []),
        ("var await = 1;", []),
        ("function STOP() {}\nfunction JSON() {}", []),
        ("import {a} from './missing.js';\nexport_me(a);", []),
        ("", []),
        ("client.log(1;", ["client.log(1»;« : Unexpected token ';'"]),
        ("let a;\nlet bbb ccc;", ["let bbb »ccc«; : expecting ';'"]),
        ("if (true) {\n  client.log(1)\n", ["client.log(1»)« : it ends too early"]),
        ("await client.log(", ["await client.log»(« : it ends too early"]),
        ("import(name)", ["»import«(name) : `import()` takes the path of a file as a text here, and nothing else"]),
    ],
)
def test_an_error_is_told_where_it_is(syntax: ScriptSyntax, code: str, told: list[str]) -> None:
    assert _told(syntax, _handler(code)) == told


def test_every_kind_of_script_is_looked_at(syntax: ScriptSyntax) -> None:
    text = (
        "### a\n< {% let = 1 2 %}\nGET http://a/b\n\n> ./later.js\n\n"
        "### b\n{{\n  const x = ;\n}}\nGET http://a/b\n\n> ./fine.js\n\n### c\n< {%\n-- lua\nlocal x = 1\n%}\nGET http://a/b\n\n> ../outside.js\n"
    )
    told = _told(syntax, text, later_js="let a;\nlet b c;\n", fine_js="let a;")
    assert told == [
        "< {% let = 1 »2« %} : expecting ';'",
        "> »./later.js« : expecting ';' (later.js, line 2)",
        "const x = »;« : unexpected token in expression: ';'",
    ]


def test_nothing_of_a_script_is_run(syntax: ScriptSyntax) -> None:
    assert _told(syntax, _handler("for (;;) {}")) == []
    # Whoever closes what stands around a script gets nowhere either.
    assert _told(syntax, _handler("}); for (;;) {} (async () => { await 1")) == []


def test_what_was_compiled_once_is_known(syntax: ScriptSyntax) -> None:
    cancel = Cancel()
    first = syntax.failures(["a b", "c"], cancel)
    cancel.set()
    # Now the process cannot be asked any more.
    assert syntax.failures(["c", "a b"], cancel) == [first[1], first[0]]
