"""The help of every command is worth reading on a terminal of eighty columns."""

import pytest

from httpls.cli.main import COMMANDS, main


@pytest.mark.parametrize("words", [["--help"], *[[name, "--help"] for name in COMMANDS]], ids=" ".join)
def test_help_fits_on_a_terminal(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    try:
        code: object = main(words)
    except SystemExit as error:
        code = error.code
    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    assert shown.out
    assert [line for line in shown.out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(("words", "told"), [(["cookies"], "list, set, remove"), (["cert"], "explain")])
def test_a_command_that_wants_another_word_says_which(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert f"say what to do: {told}" in capsys.readouterr().err
