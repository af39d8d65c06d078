"""The example of each scheme's reference page is a file without a problem."""

import re
from pathlib import Path

import pytest

from httpls.cli.main import main
from httpls_auth.schemes.index import scheme_class, words


@pytest.mark.parametrize("word", sorted(words()))
def test_an_example_has_no_problem(word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = scheme_class(word).example
    names = sorted(set(re.findall(r"\{\{(\w+)\}\}", example)))
    variables = "".join(f"@{name} = {'http://127.0.0.1' if name == 'lab' else 'x'}\n" for name in names)
    (tmp_path / "example.http").write_text(f"{variables}\n{example}")
    code = main(["check", str(tmp_path)])
    shown = capsys.readouterr()
    assert (code, shown.out) == (0, ""), shown.out
