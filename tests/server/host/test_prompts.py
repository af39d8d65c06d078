"""Questions on a real terminal (a pseudo-terminal), and what is said where there is none."""

import os
import sys
import threading
import types
from collections.abc import Callable, Generator
from functools import partial

import pytest

from httpls.host import prompts
from httpls.host.prompts import PosixTerminal, TerminalPrompter, WindowsTerminal
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

import pty
import termios


class Person:
    """Sits at the other end of a pseudo-terminal: waits for a question, then types."""

    def __init__(self) -> None:
        self._theirs, ours = pty.openpty()
        self._terminal = PosixTerminal(ours)
        self._ours = ours
        self.prompter = TerminalPrompter(lambda: self._terminal)
        self.seen = ""

    def types(self, *answers: tuple[str, bytes]) -> threading.Thread:
        """Type each answer when its question has been asked."""

        def work() -> None:
            for question, answer in answers:
                while question not in self.seen:
                    self.seen += os.read(self._theirs, 1024).decode()
                self.seen = self.seen.replace(question, "", 1)
                os.write(self._theirs, answer)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def rest(self) -> str:
        """Everything that was shown."""
        os.write(self._ours, b"\x00")
        while "\x00" not in self.seen:
            self.seen += os.read(self._theirs, 1024).decode()
        return self.seen

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    def leave(self) -> None:
        os.close(self._theirs)


@pytest.fixture
def person() -> Generator[Person]:
    sitting = Person()
    yield sitting
    sitting.leave()


def test_a_question(person: Person) -> None:
    person.types(("Name: ", "Zoë\n".encode()))
    assert person.prompter.ask("Name", False, None, Cancel()) == "Zoë"


def test_an_empty_answer_is_the_default(person: Person) -> None:
    person.types(("Name [me]: ", b"\n"))
    assert person.prompter.ask("Name", False, "me", Cancel()) == "me"


def test_a_secret_is_not_echoed(person: Person) -> None:
    person.types(("Password: ", b"hunter22\n"))
    assert person.prompter.ask("Password", True, None, Cancel()) == "hunter22"
    assert "hunter" not in person.rest()
    assert person.echoes


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (b"ab\x7fc\r", "ac"),
        ("aöß\x7f\n".encode(), "aö"),
        (b"wrong\x15right\n", "right"),
        (b"a\x1b[Db\x1bOH\n", "ab"),
        (b"\n", ""),
    ],
)
def test_a_secret_can_be_corrected(typed: bytes, answer: str, person: Person) -> None:
    person.types(("Password: ", typed))
    assert person.prompter.ask("Password", True, None, Cancel()) == answer


def test_a_secret_may_be_longer_than_a_line_of_the_system(person: Person) -> None:
    token = "t" * 10_000
    person.types(("Token: ", token.encode() + b"\n"))
    assert person.prompter.ask("Token", True, None, Cancel()) == token


@pytest.mark.parametrize("is_secret", [True, False])
def test_the_end_of_the_input_is_a_no(is_secret: bool, person: Person) -> None:
    person.types(("Name: ", b"\x04"))
    with pytest.raises(CancelledError):
        person.prompter.ask("Name", is_secret, None, Cancel())


@pytest.mark.parametrize("is_secret", [True, False])
def test_a_cancelled_question_ends_and_the_echo_is_back(is_secret: bool, person: Person) -> None:
    cancel = Cancel()
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(CancelledError):
        person.prompter.ask("Name", is_secret, None, cancel)
    assert person.echoes


def test_a_choice_by_number_or_by_name(person: Person) -> None:
    person.types(("(1-2): ", b"9\n"), ("(1-2): ", b"2\n"))
    assert person.prompter.choose("Which", ["one", "two"], Cancel()) == "two"
    person.types(("(1-2): ", b"one\n"))
    assert person.prompter.choose("Which", ["one", "two"], Cancel()) == "one"


@pytest.mark.parametrize(("typed", "agrees"), [(b"y\n", True), (b"YES\n", True), (b"\n", False), (b"n\n", False)])
def test_a_confirmation(typed: bytes, agrees: bool, person: Person) -> None:
    person.types(("Really [y/N]: ", typed))
    assert person.prompter.confirm("Really", Cancel()) is agrees


def test_a_question_from_a_file_cannot_steer_the_terminal(person: Person) -> None:
    person.types(("Name\\u001b[2J\\u202e: ", b"x\n"))
    assert person.prompter.ask("Name\x1b[2J\u202e", False, None, Cancel()) == "x"


_QUESTIONS = [
    partial(TerminalPrompter.ask, question="Password", is_secret=True, default=None, cancel=Cancel()),
    partial(TerminalPrompter.choose, question="Password", choices=["a"], cancel=Cancel()),
    partial(TerminalPrompter.confirm, question="Password", cancel=Cancel()),
]


@pytest.mark.parametrize("ask", _QUESTIONS, ids=["ask", "choose", "confirm"])
def test_without_a_terminal_the_refusal_says_what_to_give(ask: Callable[[TerminalPrompter], object]) -> None:
    with pytest.raises(RefusedError) as caught:
        ask(TerminalPrompter(lambda: None))
    assert caught.value.code == "no-terminal"
    assert str(caught.value) == "`Password` would have to be asked, and there is no terminal"
    assert "--var NAME=VALUE" in caught.value.remedy


def test_what_is_shown_without_a_terminal_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    TerminalPrompter(lambda: None).show("Type the code ABC\nat \x1b[1mhere")
    assert capsys.readouterr() == ("", "Type the code ABC\nat \\u001b[1mhere\n")


@pytest.mark.parametrize(
    ("keys", "is_secret", "answer", "echoed"),
    [
        ("hunter22\r", True, "hunter22", "\n"),
        ("ab\bc\r", False, "ac", "ab\b \bc\n"),
        ("a\xe0Kb\r", False, "ab", "ab\n"),
        ("\x1a", False, None, "\n"),
    ],
)
def test_the_console_of_windows(
    keys: str,
    is_secret: bool,
    answer: str | None,
    echoed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting = list(keys)
    console = types.SimpleNamespace(kbhit=lambda: True, getwch=partial(waiting.pop, 0))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    terminal = WindowsTerminal()
    read = terminal.read_hidden if is_secret else terminal.read_line
    assert read("", Cancel()) == answer
    assert capsys.readouterr().err == echoed


def test_ctrl_c_at_the_console_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(kbhit=lambda: True, getwch=lambda: "\x03"))
    with pytest.raises(KeyboardInterrupt):
        prompts.WindowsTerminal().read_line("", Cancel())
