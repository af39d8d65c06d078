"""Checks while a file is edited: always what a check of the text from nothing finds."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.memory_files import ROOT, MemoryFiles

from httpls.ide.checks import FileChecks
from httpls.model.analysis import Analysis
from httpls.model.check import check_file
from httpls.model.source import DocumentSource
from httpls.model.workspace import Choices, Outside, RequestFile, Workspace
from httpls_grammar import Document, parse
from httpls_grammar.problems import Problem

PATH = ROOT / "a.http"


class Edited:
    """A file at work: an edit gives its problems, and the test compares them with those of a fresh check."""

    def __init__(self, text: str, files: dict[str, str] | None = None, environment: str | None = None) -> None:
        self.files = MemoryFiles({"httpls.toml": "", **(files or {})})
        self.choices = Choices((environment,) if environment else ())
        self.outside = Outside()
        self.document = parse(text)
        self.checks = FileChecks()
        self.checked = 0

    def analysis(self) -> Analysis:
        file = RequestFile(DocumentSource(PATH, self.document), self.document)
        workspace = Workspace(self.files, {}, self.choices, {PATH: file}, self.outside)
        return Analysis(workspace, file)

    def problems(self) -> set[Problem]:
        self.checks.begin(self.analysis())
        while not self.checks.advance(0.001):
            pass
        found = set(self.checks.in_file())
        for one in self.checks.in_blocks(100_000):
            found |= {problem.shifted(one.offset) for problem in one.problems}
        return found

    def from_nothing(self) -> set[Problem]:
        text = self.document.text
        file = RequestFile(DocumentSource(PATH, parse(text)), parse(text))
        workspace = Workspace(self.files, {}, self.choices, {PATH: file})
        return {finding.problem for finding in check_file(workspace, PATH) if finding.source.path == PATH}

    def replace(self, before: str, after: str) -> "Edited":
        start = self.document.text.index(before)
        self.document = self.document.edited(start, start + len(before), after)
        return self


def _codes(problems: set[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def test_a_variable_that_loses_its_definition_is_missed_wherever_it_is_used() -> None:
    edited = Edited("@a = 1\n@b = {{a}}\n\n###\nGET http://h/{{b}}\n\n###\nGET http://h/{{a}}\n\n###\nGET http://h/\n")
    assert _codes(edited.problems()) == set()
    edited.replace("@a", "@c")
    assert len([one for one in edited.problems() if one.code == "undefined-variable"]) == 3
    assert edited.problems() == edited.from_nothing()


def test_a_request_that_is_renamed_is_missed_by_those_that_need_it() -> None:
    edited = Edited("### one\nGET http://h/\n\n### two\n# @ref one\nGET http://h/{{one.response.body.$.id}}\n")
    assert _codes(edited.problems()) == set()
    assert edited.replace("### one", "### three").problems() == edited.from_nothing()
    assert "unknown-request" in _codes(edited.problems())
    assert edited.replace("### three", "### one").problems() == edited.from_nothing() == set()


def test_a_circle_that_closes_elsewhere_is_told_at_all_of_its_requests() -> None:
    edited = Edited("### a\n# @ref b\nGET http://h/\n\n### b\n#\nGET http://h/\n")
    assert _codes(edited.problems()) == set()
    edited.replace("\n#\n", "\n# @ref a\n")
    assert len([one for one in edited.problems() if one.code == "cyclic-dependency"]) == 2
    assert edited.problems() == edited.from_nothing()


def test_what_is_wrong_with_a_field_of_all_requests_is_told_once_and_goes_when_it_is_mended() -> None:
    edited = Edited("X-A: {{a}}\n\n###\nGET http://h/\n\n###\nGET http://h/\n")
    assert [problem.range.start for problem in edited.problems() if problem.code == "undefined-variable"] == [5]
    assert edited.problems() == edited.from_nothing()
    edited.replace("X-A", "@a = 1\nX-A")
    assert edited.problems() == edited.from_nothing()


def test_without_a_choice_each_environment_counts() -> None:
    files = {"http-client.env.json": '{"dev": {"a": "1"}, "prod": {}}'}
    edited = Edited("###\nGET http://h/{{a}}\n", files)
    assert _codes(edited.problems()) == {"missing-in-environment"}
    assert edited.problems() == edited.from_nothing()
    assert _codes(Edited("###\nGET http://h/{{a}}\n", files, "dev").problems()) == set()


def test_an_edit_of_one_request_does_not_check_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = Edited("@a = 1\n\n" + "".join(f"### r{n}\nGET http://h/{{{{a}}}}/{n}\n\n" for n in range(500)))
    edited.problems()
    checked: list[int] = []
    check = Analysis.block_problems

    def counted(self: Analysis, located: "object") -> Iterator[Problem]:
        checked.append(1)
        return check(self, located)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Analysis, "block_problems", counted)
    edited.replace("/250\n", "/x250\n").problems()
    assert len(checked) == 1


PIECES = (
    "### r1\n", "### r2\n", "GET http://h/{{a}}\n", "POST http://h/{{r1.response.body.$.x}}\n", "@a = 1\n",
    "@b = {{a}}x\n", "@a = {{b}}\n", "# @ref r1\n", "# @auth bearer {{b}}\n", "# @auth basic\n", "\n", "X: {{b}}\n",
    "# @name r1\n", "### Shared\n", "Y: {{nothing}}\n", "run #r2\n", "> {% client.global.set('a', 1) %}\n", "< ./none\n",
    '{"q": {{c}}}\n', "# @dialect jetbrains\n", "import ./other.http\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_the_problems_are_those_of_the_text(seed: int) -> None:
    chance = random.Random(seed)
    files = {"other.http": "### other\nGET http://o/\n", "http-client.env.json": '{"dev": {"c": "1"}, "prod": {}}'}
    edited = Edited("".join(chance.choice(PIECES) for _ in range(60)), files, chance.choice([None, "dev"]))
    for _ in range(40):
        text = edited.document.text
        start = chance.randrange(len(text) + 1)
        start = text.rfind("\n", 0, start) + 1
        end = min(start + chance.choice([0, 0, 5, 20]), len(text))
        edited.document = edited.document.edited(start, end, chance.choice(PIECES))
        assert edited.problems() == edited.from_nothing(), edited.document.text


def test_a_document_answers_as_its_text_does() -> None:
    from httpls.model.source import Source

    document: Document = parse("### one\nGET http://a\n\n### two\r\nGET http://b\r\n")
    lazy, plain = DocumentSource(Path("/a"), document), Source(Path("/a"), document.text)
    for offset in range(len(document.text) + 1):
        assert lazy.position(offset) == plain.position(offset)
    for line in range(1, 8):
        assert lazy.offset(line, 3) == plain.offset(line, 3)
    for line in range(1, 7):
        assert lazy.line(line) == plain.line(line)


def test_what_may_have_changed_is_told_as_it_was_until_it_is_checked_again() -> None:
    edited = Edited(
        "@host = h\n" + "".join([f"### r{number}\nGET http://{{{{host}}}}/{number}\n" for number in range(200)])
    )
    assert not edited.problems()
    edited.replace("@host", "@other")
    edited.checks.begin(edited.analysis())
    while not edited.checks.has_all:
        edited.checks.advance(0.001)
    early = {problem for one in edited.checks.in_blocks(1000) for problem in one.problems}
    assert len(early) < 200
    assert len({problem for problem in edited.problems() if problem.code == "undefined-variable"}) == 200


def test_before_a_large_file_is_checked_its_texts_tell_what_they_show() -> None:
    edited = Edited("".join([f"### r{number}\nGET http://h/{{{{open\n" for number in range(400)]))
    edited.checks.begin(edited.analysis())
    while not list(edited.checks.in_blocks(1000)):
        assert not edited.checks.advance(0.001)
    assert {"unclosed-template"} == {problem.code for one in edited.checks.in_blocks(1) for problem in one.problems}


def test_an_edited_text_leaves_nothing_that_only_the_collector_finds() -> None:
    import gc
    import weakref

    edited = Edited("@a = 1\n### b\nGET http://{{a}}/{{c}}\n# @ref b\n")
    analysis = edited.analysis()
    list(analysis.problems())
    gone = weakref.ref(analysis)
    was_on = gc.isenabled()
    gc.disable()
    try:
        del analysis
        assert gone() is None
    finally:
        if was_on:
            gc.enable()
