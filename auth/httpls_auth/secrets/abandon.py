"""Calls that cannot be interrupted run in threads that are left alone when nobody waits for them any more."""

import threading
from collections.abc import Callable
from typing import TypeVar

from httpls_auth.cancellation import Cancellation

Result = TypeVar("Result")


def abandonable(function: Callable[[], Result], cancellation: Cancellation) -> Result:
    """Return what `function` returns or raise what it raises; it runs in a daemon thread of its own.

    When it is cancelled, the error of the cancellation is raised at once, and the thread goes on by itself: a keyring
    may wait for a person to type a password into a window, and offers no way to break that off.
    """
    done = threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits
            errors.append(error)
        finally:
            done.set()

    forget = cancellation.on_set(done.set)
    try:
        cancellation.check()
        threading.Thread(target=work, daemon=True, name="httpls-abandonable").start()
        done.wait()
        cancellation.check()
    finally:
        forget()
    if errors:
        raise errors[0]
    return results[0]
