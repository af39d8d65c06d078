"""The real world for the engine: clock, browser, keyring, files, connections of this machine; cli and lsp build it."""

import os
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.host.clock import SystemClock
from httpls.host.output_files import DiskOutputFiles
from httpls.host.randomness import SystemRandomness
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls.run.run_options import Ports
from httpls.run.scripts.lazy_hooks import LazyHooks
from httpls.run.tls_rules import TlsQuestion
from httpls.run.wire import Limits, Progress, Received, Route, Wire
from httpls_auth.schemes.flow import Open, Token
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.tls.choice import DEFAULT, TlsChoice
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpls.host.cookie_jars import CookieJars
    from httpls.host.user_state import UserState
    from httpls.model.tls import TlsOptions
    from httpls.run.cookies.jar import CookieJar
    from httpls.run.ports import Prompter, Secrets
    from httpls_auth.tokens.name import TokenName
    from httpls_auth.tokens.store import TokenStore
    from httpls_auth.values.origin import Origin


COOKIES = "cookies"
"""The folder of the cookie jars in that of the person's state."""


class Allowed(NamedTuple):
    """What a project may do in this run: whether it is trusted, and origins that secrets of the machine may go to."""

    is_trusted: bool
    origins: "frozenset[Origin]"


def allowed_to(root: Path, is_trusted: bool, origins: "frozenset[Origin]") -> Allowed:
    """Return what the project with this root may do: what is given for this run, and what the person allowed before."""
    if not (_state().folder / "trust.json").exists():
        return Allowed(is_trusted, origins)
    from httpls.host.trust import TrustStore

    grants = TrustStore(_state()).grants(root)
    return Allowed(is_trusted or grants.is_trusted, origins | grants.origins)


class Person(NamedTuple):
    """Who is asked, and told what is worth a warning. `is_attended` says whether a login can be pasted back."""

    prompter: "Prompter"
    warn: "Callable[[str], None]"
    is_attended: bool


class RealWorld:
    """The ports for the files of one project, and what has to be done with them at the end.

    Whatever is not needed by every request is made when it is first asked for.
    """

    def __init__(
        self, root: Path, allowed: Allowed, person: Person, cancel: Cancel, tls: "TlsOptions | None" = None
    ) -> None:
        """Take the root of the project, what it may do, who is asked and told, and what was said of TLS."""
        self._jars: CookieJars | None = None
        self._warn = person.warn
        self._cancel = cancel
        clock = SystemClock()
        self._hooks = LazyHooks(clock)
        self.ports = Ports(
            clock=clock,
            randomness=SystemRandomness(),
            prompter=person.prompter,
            login=_LazyLogin(person),
            secrets=_LazySecrets(root, allowed),
            outputs=DiskOutputFiles(),
            tokens=_LazyTokens(person.warn),
            new_wire=_LazyWire,
            project=self._project,
            hooks=self._hooks,
            tls=_LazyTls(tls),
            jar=self._jar,
        )

    def close(self) -> None:
        """Keep the cookies, and end the processes that ran scripts."""
        self._hooks.close()
        self.save()

    def save(self) -> None:
        """Keep the cookies; a run that was interrupted keeps them too. Another process is waited for a second."""
        if self._jars is None:
            return
        patience = Cancel()
        timer = threading.Timer(1.0, patience.set)
        timer.daemon = True
        timer.start()
        try:
            self._jars.save(patience)
        except (OSError, CancelledError) as error:
            reason = error.strerror or str(error) if isinstance(error, OSError) else "another program uses them"
            self._warn(f"the cookies cannot be kept: {reason}")
        timer.cancel()

    def _project(self, root: Path) -> str:
        return _state().project_id(root, self._cancel)

    @cached_property
    def _has_cookies(self) -> bool:
        """Whether any project has cookies: this is asked for each request, and most have none."""
        return (_state().folder / COOKIES).is_dir()

    def _jar(self, root: Path, environments: tuple[str, ...], is_to_store: bool) -> "CookieJar | None":
        if self._jars is None:
            if not is_to_store and not self._has_cookies:
                return None
            from httpls.host.cookie_jars import CookieJars

            self._jars = CookieJars(_state(), time.time)
        return self._jars.jar(root, environments)


def _state() -> "UserState":
    from httpls.host.user_state import user_state

    return user_state(os.environ)


class _LazyTls(NamedTuple):
    """Chooses by the files of the project and the command line; without TLS there is nothing to choose."""

    options: "TlsOptions | None"

    def __call__(self, question: TlsQuestion) -> TlsChoice:
        if question.origin.scheme != "https":
            return DEFAULT
        from httpls.run.project_tls import ProjectTls

        return ProjectTls(self.options)(question)


class _LazyWire:
    """A wire that is made for the first request that is really sent: what is refused before needs no HTTP."""

    def __init__(self) -> None:
        self._found: Wire | None = None

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        if self._found is None:
            from httpls.run.transport.http_wire import HttpWire

            self._found = HttpWire()
        return self._found.send(request, route, limits, cancel, progress)

    def peer_certificate(self) -> bytes | None:
        return self._found.peer_certificate() if self._found is not None else None

    def close(self) -> None:
        if self._found is not None:
            self._found.close()


class _LazySecrets:
    """The secrets of the project; the keyring is looked for when the first one is wanted."""

    def __init__(self, root: Path, allowed: Allowed) -> None:
        self._root = root
        self._allowed = allowed
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
            access = access_of_project(state, self._root, self._allowed.is_trusted, self._allowed.origins)
            self._found = secrets_of_project(state, access, os.environ)
        return self._found


class _LazyTokens:
    """The tokens of the person; neither the keyring nor a file is looked at before a token is wanted."""

    def __init__(self, warn: "Callable[[str], None]") -> None:
        self._warn = warn
        self._lock = threading.Lock()
        self._found: TokenStore | None = None

    def use(
        self,
        name: "TokenName",
        obtain: "Callable[[Token | None], Token]",
        is_fresh: "Callable[[Token], bool]",
        refused: Value | None,
        cancellation: Cancel,
    ) -> Token:
        with self._lock:
            if self._found is None:
                from httpls.host.token_store import token_store
                from httpls_auth.secrets.keyring_access import SystemKeyring

                self._found = token_store(os.environ, SystemKeyring(os.environ), self._warn)
        return self._found.use(name, obtain, is_fresh, refused, cancellation)


class _LazyLogin:
    """Logins by the browser of this machine."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def visit(self, step: Open, address: "Callable[[str], str]", cancel: Cancel) -> str:
        from httpls.host.browser import SystemBrowser
        from httpls.host.login import BrowserLogin

        person = self._person
        return BrowserLogin(SystemBrowser(os.environ), person.prompter, person.is_attended).visit(step, address, cancel)
