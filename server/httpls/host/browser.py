"""Opens pages in the browser of the person at this machine."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

_OPENERS = ("xdg-open", "wslview", "gio", "sensible-browser")
"""What opens a page on Linux and the BSDs, by preference."""


class SystemBrowser:
    """The default browser. It is never one that runs in a terminal, and what it prints is never seen.

    (`webbrowser` of the standard library may start a browser in the terminal, and lets what it says into our output.)
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the variables of the operating system: `BROWSER`, and those that tell of a display."""
        self._environment = environment

    def open(self, url: str) -> bool:
        """Show a page of http or https; tell whether a browser could be started."""
        if not url.lower().startswith(("http://", "https://")) or any(ord(character) <= 0x20 for character in url):
            return False
        if sys.platform == "win32":
            try:
                os.startfile(url)  # noqa: S606 - what is started is the handler of http, see above
            except OSError:
                return False
            return True
        return any(_start(command) for command in self._commands(url))

    def _commands(self, url: str) -> Sequence[Sequence[str]]:
        if sys.platform == "darwin":
            return [["/usr/bin/open", url]]
        chosen = [
            _chosen(command, url) for command in self._environment.get("BROWSER", "").split(os.pathsep) if command
        ]
        if chosen:
            return chosen
        has_display = any(name in self._environment for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))
        if not has_display:
            return []
        return [[name, "open", url] if name == "gio" else [name, url] for name in _OPENERS]


def _chosen(command: str, url: str) -> Sequence[str]:
    """Return what `BROWSER` means: a command, with `%s` where the page goes, or the page behind it."""
    import shlex

    try:
        words = shlex.split(command)
    except ValueError:
        words = [command]
    if any("%s" in word for word in words):
        return [word.replace("%s", url) for word in words]
    return [*words, url]


def _start(command: Sequence[str]) -> bool:
    program = shutil.which(command[0])
    if program is None:
        return False
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own browser, with one argument that is a URL
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        # An opener that cannot do it says so at once; one that becomes the browser goes on.
        return process.wait(timeout=1.0) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()
        return True
