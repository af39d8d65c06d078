"""Secrets that a command prints: those of password managers (1Password, pass, Vault, Bitwarden …)."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from httpls_auth.cancellation import Cancellation
from httpls_auth.errors import SecretError
from httpls_auth.secrets.providers.request import Asked

TIME_LIMIT = 60.0
"""Seconds that a command may take where nothing else is said: a person may have to confirm with a finger."""
LARGEST = 1024 * 1024
"""How many bytes a command may print."""


def command(asked: Asked) -> str:
    """Return what the command of `command` prints, without the line break at its end. Raises `SecretError`.

    `command` is a list of words, or a text that is divided into words as a shell would; no shell is involved.
    """
    asked.demand_trust("run commands")
    words = _words(asked.required("command"))
    printed = run(words, asked.folder, asked.seconds(TIME_LIMIT), asked.cancellation)
    try:
        return printed.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(f"what `{words[0]}` prints is no text in UTF-8", "Let it print text.") from None


def run(words: Sequence[str], folder: Path, limit: float, cancellation: Cancellation) -> bytes:
    """Run a command without a shell and return what it prints; `limit` is in seconds.

    Raises `SecretError` for one that cannot be started, fails, takes too long or prints too much; what it printed is
    in no message. When it is cancelled the command is ended, with those that it started.
    """
    name = words[0]
    # A path counts from the folder of the file in which it stands, as other paths do.
    program = shutil.which(str(folder / name) if os.path.dirname(name) else name)
    if program is None:
        raise SecretError(f"there is no command `{name}`", "Install it, or correct its name.")
    cancellation.check()
    try:
        process = subprocess.Popen(  # noqa: S603 - the project is trusted, and there is no shell
            [program, *words[1:]],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SecretError(f"the command `{name}` cannot be started: {reason}", "Check it in a terminal.") from None
    timer = threading.Timer(limit, _end, [process])
    timer.daemon = True
    timer.start()
    forget = cancellation.on_set(lambda: _end(process))
    try:
        printed = _read(cast("IO[bytes]", process.stdout))
        is_too_long = len(printed) > LARGEST
        if is_too_long:
            _end(process)
        code = process.wait()
    except BaseException:
        _end(process)
        process.wait()
        raise
    finally:
        had_time = timer.is_alive()
        timer.cancel()
        forget()
    cancellation.check()
    if is_too_long:
        raise SecretError(f"the command `{name}` prints more than {LARGEST >> 20} MB", "Let it print the secret only.")
    if not had_time:
        raise SecretError(f"the command `{name}` took more than {limit:g} s", "Run it in a terminal to see why.")
    if code != 0:
        how = f"with exit code {code}" if code > 0 else f"by signal {-code}"
        raise SecretError(f"the command `{name}` failed {how}", "Run it in a terminal to see why.")
    return printed


def _read(stream: IO[bytes]) -> bytes:
    with stream:
        return stream.read(LARGEST + 1)


def _words(written: str) -> list[str]:
    words: object = None
    if written.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            words = json.loads(written)
    else:
        with suppress(ValueError):
            words = shlex.split(written, posix=sys.platform != "win32")
    if isinstance(words, list):
        given = cast("list[object]", words)
        if given and given[0] and all(isinstance(word, str) and "\0" not in word for word in given):
            return cast("list[str]", given)
    raise SecretError("`command` is no command", 'Write it such as `["op", "read", "op://vault/item/field"]`.')


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and those that it started, unless it was waited for: its number may be another's by then."""
    if process.returncode is not None:
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            import signal

            # The group is that of the process alone and what it started (see `start_new_session`).
            os.killpg(process.pid, signal.SIGKILL)
