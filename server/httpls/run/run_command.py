"""Runs a command that gives a credential, without a shell."""

import shlex
import subprocess
import sys
import threading

from httpls.run.cancel import Cancel
from httpls_auth.errors import CredentialError

LARGEST_OUTPUT = 1 << 20
"""How many bytes a command may write."""
TIME_LIMIT = 60.0
"""How many seconds it may take."""


def run_command(command: str, cancel: Cancel) -> bytes:
    """Return what a command writes to its standard output; its standard error is not looked at.

    Raises `CredentialError`, without any of the output, if it cannot be run, fails, or takes too long, and
    `CancelledError`.
    """
    words = _words(command)
    if not words:
        raise CredentialError("the command is empty", "Write the program and its arguments.")
    try:
        process = subprocess.Popen(  # noqa: S603 - that is what the trusted project asks for
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CredentialError(
            f"`{words[0]}` cannot be run: {reason}", "Check that the program is installed."
        ) from error
    has_timed_out = threading.Event()

    def give_up() -> None:
        has_timed_out.set()
        process.kill()

    timer = threading.Timer(TIME_LIMIT, give_up)
    timer.daemon = True
    timer.start()
    forget = cancel.on_set(process.kill)
    try:
        assert process.stdout is not None
        with process.stdout as output:
            content = output.read(LARGEST_OUTPUT + 1)
        if len(content) > LARGEST_OUTPUT:
            process.kill()
        code = process.wait()
    finally:
        forget()
        timer.cancel()
    cancel.check()
    if has_timed_out.is_set():
        raise CredentialError(f"`{words[0]}` took more than {TIME_LIMIT:g} s", "Run it by hand to see why.")
    if len(content) > LARGEST_OUTPUT:
        raise CredentialError(f"`{words[0]}` writes more than 1 MB", "Let it write the credential only.")
    if code:
        raise CredentialError(f"`{words[0]}` failed with the exit code {code}", "Run it by hand to see why.")
    return content


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command, posix=sys.platform != "win32")
    except ValueError as error:
        raise CredentialError("the quotes of the command are not closed", "Correct the command.") from error
    return [word.strip('"') for word in words] if sys.platform == "win32" else words
