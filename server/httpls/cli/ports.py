"""The real world for the engine: clock, terminal, browser, keyring, files, connections of this machine."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.host.clock import SystemClock
from httpls.host.output_files import DiskOutputFiles
from httpls.host.prompts import TerminalPrompter
from httpls.host.randomness import SystemRandomness
from httpls.run.cancel import Cancel
from httpls.run.project_tls import ProjectTls
from httpls.run.run_options import Ports
from httpls.run.scripts.lazy_hooks import LazyHooks
from httpls.run.transport.http_wire import HttpWire
from httpls_auth.schemes.flow import Open
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpls.host.user_state import UserState
    from httpls.run.ports import Secrets
    from httpls_auth.values.origin import Origin


def real_ports(root: Path, is_trusted: bool, origins: "frozenset[Origin]", cancel: Cancel) -> Ports:
    """Return the ports for a run of files of the project with this root.

    Whatever is not needed by every request is made when it is first asked for.
    """
    prompter = TerminalPrompter()
    clock = SystemClock()
    return Ports(
        clock=clock,
        randomness=SystemRandomness(),
        prompter=prompter,
        login=_LazyLogin(prompter),
        secrets=_LazySecrets(root, is_trusted, origins),
        outputs=DiskOutputFiles(),
        tokens=TokenStore(),
        new_wire=HttpWire,
        project=lambda path: _state().project_id(path, cancel),
        hooks=LazyHooks(clock),
        tls=ProjectTls(),
    )


def _state() -> "UserState":
    from httpls.host.user_state import user_state

    return user_state(os.environ)


class _LazySecrets:
    """The secrets of the project; the keyring is looked for when the first one is wanted."""

    def __init__(self, root: Path, is_trusted: bool, origins: "frozenset[Origin]") -> None:
        self._root = root
        self._is_trusted = is_trusted
        self._origins = origins
        self._found: Secrets | None = None

    def secret(self, name: str, environments: Sequence[str], cancel: Cancel) -> Value:
        return self._secrets().secret(name, environments, cancel)

    def keyring(self, service: str, account: str, cancel: Cancel) -> Value:
        return self._secrets().keyring(service, account, cancel)

    def provided(self, parameters: Sequence[tuple[str, str]], folder: Path, cancel: Cancel) -> Value:
        return self._secrets().provided(parameters, folder, cancel)

    def _secrets(self) -> "Secrets":
        if self._found is None:
            from httpls.host.project_secrets import access_of_project, secrets_of_project

            state = _state()
            access = access_of_project(state, self._root, self._is_trusted, self._origins)
            self._found = secrets_of_project(state, access, os.environ)
        return self._found


class _LazyLogin:
    """Logins by the browser of this machine."""

    def __init__(self, prompter: TerminalPrompter) -> None:
        self._prompter = prompter

    def visit(self, step: Open, address: "Callable[[str], str]", cancel: Cancel) -> str:
        from httpls.host.browser import SystemBrowser
        from httpls.host.login import BrowserLogin

        is_attended = sys.stderr.isatty()
        return BrowserLogin(SystemBrowser(os.environ), self._prompter, is_attended).visit(step, address, cancel)
