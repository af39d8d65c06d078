"""Asks the person at the terminal. Where there is none, says what to give instead."""

import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Protocol

from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError

NO_TERMINAL = "no-terminal"
"""The code of the refusal of a question that nobody can answer."""

_PAUSE = 0.1
"""Seconds between two looks at the cancellation while a person types."""


class Terminal(Protocol):
    """A terminal: what is typed is read key by key, or line by line with the editing of the system."""

    def write(self, text: str) -> None:
        """Show a text."""
        ...

    def read_line(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line as typed; None at the end of the input. Raises `CancelledError`."""
        ...

    def read_hidden(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line of any length, not echoed; None at the end of the input.

        Raises `CancelledError`.
        """
        ...


class TerminalPrompter:
    """Asks on the terminal of the process, which is not standard input and output: those may be pipes."""

    def __init__(self, open_terminal: "Callable[[], Terminal | None] | None" = None) -> None:
        """Take what gives the terminal, None if there is none; by default that of the process."""
        self._open = open_terminal or open_terminal_of_process

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        """Return the answer; an empty one means the default, if there is one that is no secret.

        Raises `CancelledError`, also when the input ends, and `RefusedError` where there is no terminal.
        """
        terminal = self._terminal(question)
        shown = f" [{_visible(default)}]" if default and not is_secret else ""
        read = terminal.read_hidden if is_secret else terminal.read_line
        answer = read(f"{_visible(question)}{shown}: ", cancel)
        if answer is None:
            raise CancelledError
        return answer or default or ""

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        """Return one of the choices, which is typed by its number or in full. Raises as `ask` does."""
        terminal = self._terminal(question)
        width = len(str(len(choices)))
        for number, choice in enumerate(choices, 1):
            terminal.write(f"  {number:{width}}  {_visible(choice)}\n")
        while True:
            answer = self.ask(f"{question} (1-{len(choices)})", False, None, cancel).strip()
            if answer in choices:
                return answer
            if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(choices):
                return choices[int(answer) - 1]
            terminal.write(f"Type a number from 1 to {len(choices)}.\n")

    def confirm(self, question: str, cancel: Cancel) -> bool:
        """Return whether the person agrees; no answer is no. Raises as `ask` does."""
        terminal = self._terminal(question)
        while True:
            answer = self.ask(f"{question} [y/N]", False, None, cancel).strip().lower()
            if answer in ("y", "yes"):
                return True
            if answer in ("", "n", "no"):
                return False
            terminal.write("Type y or n.\n")

    def show(self, text: str) -> None:
        """Show a text on the terminal, else on standard error."""
        terminal = self._open()
        lines = "\n".join(_visible(line) for line in text.split("\n")) + "\n"
        if terminal is not None:
            terminal.write(lines)
        else:
            sys.stderr.write(lines)
            sys.stderr.flush()

    def _terminal(self, question: str) -> Terminal:
        terminal = self._open()
        if terminal is None:
            raise RefusedError(
                NO_TERMINAL,
                f"`{_visible(question)}` would have to be asked, and there is no terminal",
                "Give the value: `--var NAME=VALUE`, an environment, a variable of the operating system, or a secret.",
            )
        return terminal


def open_terminal_of_process() -> Terminal | None:
    """Return the terminal of this process, None if it has none."""
    if sys.platform == "win32":
        return WindowsTerminal() if sys.stdin is not None and sys.stdin.isatty() else None
    try:
        return PosixTerminal(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return None


class PosixTerminal:
    """A terminal of Linux, macOS and the like, by its file descriptor, which it closes."""

    def __init__(self, descriptor: int) -> None:
        """Take the descriptor."""
        self._descriptor = descriptor

    def __del__(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)

    def write(self, text: str) -> None:
        """Show a text."""
        content = text.encode("utf-8", "backslashreplace")
        while content:
            content = content[os.write(self._descriptor, content) :]

    def read_line(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line as typed; None at the end of the input. Raises `CancelledError`."""
        self.write(question)
        content = b""
        while not content.endswith(b"\n"):
            piece = self._read(cancel)
            if not piece:
                return None if not content else content.decode("utf-8", "replace")
            content += piece
        return content.decode("utf-8", "replace").rstrip("\r\n")

    def read_hidden(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line of any length, not echoed; None at the end of the input.

        Raises `CancelledError`.

        The system's own editing of lines holds 4,095 bytes at most, which a token may exceed, so it is switched off.
        """
        typed = bytearray()
        with self._without_echo():
            # Who answers at once must not be echoed, nor be lost to the switch.
            self.write(question)
            try:
                while True:
                    piece = self._read(cancel)
                    if not piece:
                        return None
                    for key in piece:
                        if key in b"\r\n":
                            return _without_escapes(typed)
                        if key == _END_OF_INPUT and not typed:
                            return None
                        _edit(typed, key)
            finally:
                self.write("\n")

    def _read(self, cancel: Cancel) -> bytes:
        import select

        while True:
            cancel.check()
            ready, _, _ = select.select([self._descriptor], [], [], _PAUSE)
            if ready:
                return os.read(self._descriptor, 65536)

    @contextmanager
    def _without_echo(self) -> Generator[None, None, None]:
        if sys.platform == "win32":
            raise NotImplementedError
        import termios

        before = termios.tcgetattr(self._descriptor)
        changed = [*before[:3], before[3] & ~(termios.ECHO | termios.ICANON), *before[4:6], list(before[6])]
        changed[6][termios.VMIN] = 1
        changed[6][termios.VTIME] = 0
        # What was typed before the question is not taken for the answer.
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, changed)
        try:
            yield
        finally:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, before)


class WindowsTerminal:
    """The console of Windows, read key by key."""

    def write(self, text: str) -> None:
        """Show a text on standard error, since the console has no other name there."""
        sys.stderr.write(text)
        sys.stderr.flush()

    def read_line(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line as typed; None at the end of the input. Raises `CancelledError`."""
        self.write(question)
        return self._read(cancel, echo=True)

    def read_hidden(self, question: str, cancel: Cancel) -> str | None:
        """Show the question and return a line of any length, not echoed; None at the end of the input.

        Raises `CancelledError`.
        """
        self.write(question)
        return self._read(cancel, echo=False)

    def _read(self, cancel: Cancel, echo: bool) -> str | None:
        typed = ""
        while True:
            key = self._key(cancel)
            if key == "\x03":
                raise KeyboardInterrupt
            if key in "\r\n":
                self.write("\n")
                return typed
            if key == "\x1a" and not typed:
                self.write("\n")
                return None
            if key == "\b":
                if typed and echo:
                    self.write("\b \b")
                typed = typed[:-1]
            elif key.isprintable():
                typed += key
                if echo:
                    self.write(key)

    def _key(self, cancel: Cancel) -> str:
        """Return the next key; one that writes nothing, such as an arrow, is skipped."""
        if sys.platform != "win32":
            raise NotImplementedError
        import msvcrt

        while True:
            cancel.check()
            if not msvcrt.kbhit():
                cancel.wait(_PAUSE / 2)
                continue
            key = msvcrt.getwch()
            if key not in ("\0", "\xe0"):
                return key
            msvcrt.getwch()


_END_OF_INPUT, _BACKSPACES, _KILL, _ESCAPE = 0x04, (0x08, 0x7F), 0x15, 0x1B


def _edit(typed: bytearray, key: int) -> None:
    """Do what a key does to what is typed: the last character goes, all goes, or one more comes."""
    if key in _BACKSPACES:
        while typed and typed[-1] & 0xC0 == 0x80:
            typed.pop()
        if typed:
            typed.pop()
    elif key == _KILL:
        typed.clear()
    elif key >= 0x20 or key in (_ESCAPE, 0x09):
        typed.append(key)


def _without_escapes(typed: bytearray) -> str:
    """Return the text without what arrows and other keys send, which nobody means to be in a secret."""
    text = bytes(typed).decode("utf-8", "replace")
    return re.sub(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?", "", text)


def _visible(text: str) -> str:
    """Return a text of one line without anything that steers a terminal: questions may come from files."""
    return "".join([one if one.isprintable() else f"\\u{ord(one):04x}" for one in text])
