"""Ends a run early: Ctrl-C, a signal of the system, or a pipe that nobody reads any more."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from httpls.run.cancel import Cancel

Result = TypeVar("Result")

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_PAUSE = 0.2


def run_stoppable(work: Callable[[], Result], cancel: Cancel) -> Result:
    """Return what `work` returns; it runs in a thread of its own, and is cancelled by a signal or a closed pipe.

    A signal handler must not cancel in the thread that it interrupts: that one may hold the locks it would need.
    """
    outcome: list[Result] = []
    failed: list[BaseException] = []

    def call() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the result is awaited
            failed.append(error)

    thread = threading.Thread(target=call, name="run", daemon=True)
    with _signals_cancel(cancel):
        thread.start()
        _watch_pipe(cancel)
        while thread.is_alive():
            # On Windows a wait without end would not be interrupted by Ctrl-C.
            thread.join(_PAUSE if sys.platform == "win32" else None)
    if failed:
        raise failed[0]
    return outcome[0]


@contextmanager
def _signals_cancel(cancel: Cancel) -> Generator[None]:
    """Cancel at the first signal; at the second one, end the process at once."""

    def handle(number: int, _frame: FrameType | None) -> None:
        if cancel.is_set:
            os._exit(128 + number)
        threading.Thread(target=cancel.set, daemon=True).start()

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored on purpose, by nohup for example, stays ignored.
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch_pipe(cancel: Cancel) -> None:
    """Cancel when standard output is a pipe whose reader has gone, even while nothing is written to it."""
    if sys.platform == "win32":
        return
    try:
        descriptor = sys.stdout.fileno()
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return
    except (OSError, ValueError, AttributeError):
        return
    threading.Thread(target=_wait_for_reader, args=(descriptor, cancel), daemon=True).start()


def _wait_for_reader(descriptor: int, cancel: Cancel) -> None:
    import select

    poll = select.poll()
    poll.register(descriptor, 0)
    while not cancel.is_set:
        if any(event & (select.POLLERR | select.POLLNVAL) for _, event in poll.poll(int(_PAUSE * 1000))):
            cancel.set()
            return
