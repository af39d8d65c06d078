"""The engine: runs requests of files, for the command line and the language server alike.

    ports = Ports(clock, randomness, prompter, login, secrets, outputs, TokenStore(), HttpWire, project_id)
    engine = Engine(ports)                                  # one for the process, or for an editor's session
    workspace = Workspace(DiskFiles(), os.environ, Choices(environments, variables))
    analyses = Analyses(workspace)                          # one for a snapshot of the files
    selected = select(analyses, path, Selection(names=("login",)))
    report = engine.run(selected, analyses, RunOptions(), listener, cancel)
    engine.close()

`run` blocks until all is done and returns a `Report`; whatever goes wrong with requests is in its results. It may be
called from several threads at once. A run is ended from another thread by `cancel.set()`: a signal handler must not
call that in the thread that runs the engine, so whoever handles Ctrl-C runs the engine in a thread of its own.
The listener is called from the threads that send.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.run.cancel import Cancel
from httpls.run.exchange import Report
from httpls.run.ports import Listener, SilentListener
from httpls.run.proxy_login import ProxyLoginWire
from httpls.run.run_options import Ports, RunOptions
from httpls.run.schedule import ScheduledRun
from httpls.run.selection import Analyses, Selected
from httpls.run.session import Session
from httpls.run.wire import Wire
from httpls.version import version

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from httpls.run.cookies.jar import CookieJar
    from httpls.run.credentials import Credentials


class Engine:
    """Runs requests. What runs learn (`session`) and connections are kept from one run to the next."""

    def __init__(self, ports: Ports, session: Session | None = None) -> None:
        """Take the ports; nothing is opened yet."""
        self.ports = ports
        self.session = session or Session()
        self.user_agent = f"httpls/{version()}"
        self._lock = threading.Lock()
        self._idle: list[Wire] = []
        self._jars: dict[tuple[Path, tuple[str, ...]], CookieJar] = {}

    def run(
        self,
        selected: Sequence[Selected],
        analyses: Analyses,
        options: RunOptions,
        listener: Listener | None = None,
        cancel: Cancel | None = None,
    ) -> Report:
        """Run what was selected, in this order, with all that it needs first."""
        run = ScheduledRun(self, analyses, options, listener or SilentListener(), cancel or Cancel())
        return run.report(selected)

    def credentials(
        self, selected: Selected, analyses: Analyses, options: RunOptions, cancel: Cancel | None = None
    ) -> "AbstractContextManager[Credentials]":
        """Give what authenticates a request, for `httpls auth` and its like; what it needs first is run, it is not.

        The context raises `CredentialsRefusedError` and `CancelledError`.
        """
        return ScheduledRun(self, analyses, options, SilentListener(), cancel or Cancel()).credentials(selected)

    def jar(self, root: Path, environments: tuple[str, ...], is_to_store: bool) -> "CookieJar | None":
        """Return the cookies of a project in these environments; None if there are none and none is to be stored."""
        with self._lock:
            key = (root, environments)
            if key not in self._jars:
                jar: CookieJar | None = None
                if self.ports.jar is not None:
                    jar = self.ports.jar(root, environments, is_to_store)
                elif is_to_store:
                    from httpls.run.cookies import jar as jars

                    jar = jars.CookieJar(clock=self.ports.clock.now)
                if jar is None:
                    return None
                self._jars[key] = jar
            return self._jars.get(key)

    def take_wire(self) -> Wire:
        """Return a wire for a worker, one with kept connections if there is one that is idle."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        ports = self.ports
        return ProxyLoginWire(ports.new_wire(), self.session.memory, ports.clock, ports.randomness)

    def give_back(self, wire: Wire) -> None:
        """Take a wire back, with the connections that it keeps."""
        with self._lock:
            self._idle.append(wire)

    def close(self) -> None:
        """Close all connections that are kept."""
        with self._lock:
            wires, self._idle = self._idle, []
        for wire in wires:
            wire.close()
