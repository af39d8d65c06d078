"""Finds out what takes waiting, in a thread of its own: secrets by name, certificates, tokens, what git keeps."""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.ide.environment_files.meaning import FileKind, kind_of
from httpls.ide.expired_tokens import expired_tokens
from httpls.ide.other_files import beside
from httpls.lsp.documents import OpenDocument
from httpls.lsp.features.project_files import request_files_of_project
from httpls.lsp.protocol import log_crash
from httpls.lsp.script_checks import ScriptChecks
from httpls.lsp.session import Snapshot
from httpls.model.analysis import Analysis
from httpls.model.facts import CertificateFact, SecretFact
from httpls.model.late_problems import SECRET_IN_TRACKED_FILE
from httpls.model.unused_environment import unused_environment_variables
from httpls.model.workspace import Workspace
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.lsp.server import Server

MOST_BLOCKS = 1_000
"""How many blocks a file may have for its certificates to be looked at, which takes a plan of each request."""
_GIT_SECONDS = 5.0


class _Learnt(NamedTuple):
    path: Path
    root: Path
    secrets: tuple[SecretFact, ...]
    certificates: dict[Path, CertificateFact]
    problems: tuple[Problem, ...]


class Learning:
    """Looks at documents one after the other; it belongs to the event loop, its work to the server's threads."""

    def __init__(self, server: "Server") -> None:
        """Take the server; nothing is looked at before it is asked for."""
        self._server = server
        self._waiting: dict[Path, None] = {}
        self._is_busy = False
        self._scripts = ScriptChecks(server)

    def learn(self, path: Path) -> None:
        """Look at a document when there is time; once if it is asked for several times meanwhile."""
        self._waiting[path] = None
        self._scripts.look(path)
        if not self._is_busy:
            self._is_busy = True
            self._server.in_background(self._work())

    def learn_all(self) -> None:
        """Look at all open documents anew."""
        for document in self._server.session.documents:
            self.learn(document.path)

    def edited(self, path: Path) -> None:
        """Say that a text changed: what was found in it stands elsewhere now, and is looked for again."""
        self._scripts.edited(path)
        facts = self._server.session.facts
        if facts.problems.get(path):
            self._server.session.facts = facts._replace(problems={**facts.problems, path: ()})
            self.learn(path)

    def forget(self, path: Path) -> None:
        """Forget a document that was closed."""
        self._waiting.pop(path, None)
        self._scripts.forget(path)
        facts = self._server.session.facts
        if path in facts.problems:
            problems = {key: value for key, value in facts.problems.items() if key != path}
            self._server.session.facts = facts._replace(problems=problems)

    async def _work(self) -> None:
        try:
            while self._waiting:
                path = next(iter(self._waiting))
                del self._waiting[path]
                snapshot = self._server.session.snapshot()
                document = next((one for one in snapshot.documents.values() if one.path == path), None)
                if document is None:
                    continue
                work = partial(_learnt, snapshot, document, snapshot.workspace_of(path))
                learnt = await asyncio.get_running_loop().run_in_executor(self._server.workers, work)
                now = self._server.session.documents.get(document.uri)
                if now is not None and now.version != document.version and learnt.problems:
                    self._waiting[path] = None
                    learnt = learnt._replace(problems=())
                self._take(learnt)
        except Exception as error:  # noqa: BLE001 - what cannot be found out is not told, and everything else goes on
            log_crash("learning", error)
        finally:
            self._is_busy = False

    def _take(self, learnt: _Learnt) -> None:
        session = self._server.session
        facts = session.facts
        known = facts.problems.get(learnt.path, ())
        changed = facts._replace(
            secrets={**facts.secrets, learnt.root: learnt.secrets},
            certificates={**facts.certificates, **learnt.certificates},
            problems={**facts.problems, learnt.path: learnt.problems},
        )
        if changed == facts:
            return
        session.facts = changed
        session.changed()
        if learnt.problems != known:
            self._server.told_late(learnt.path)


def _learnt(snapshot: Snapshot, document: OpenDocument, workspace: Workspace) -> _Learnt:
    """Look at a document. What is known of it by others is not touched: this is not the event loop's thread."""
    file = document.file or beside(document.path)
    analysis = Analysis(workspace, file)
    problems: list[Problem] = []
    certificates: dict[Path, CertificateFact] = {}
    text = document.content.text
    problems += expired_tokens(text, time.time())
    if document.request_file is not None:
        if len(document.request_file.blocks) <= MOST_BLOCKS:
            from httpls.run.certificate_problems import certificate_facts, certificate_problems

            certificates = certificate_facts(analysis)
            problems += certificate_problems(analysis)
    else:
        if kind_of(document.path) is FileKind.ENVIRONMENTS:
            problems += _unused(snapshot, document, analysis)
        if snapshot.is_trusted and _is_private(document.path) and _is_tracked(document.path):
            end = len(text.split("\n", 1)[0].rstrip("\r"))
            problems.append(SECRET_IN_TRACKED_FILE.at(Range(0, end), name=document.path.name))
    secrets = _secrets(analysis.root) if snapshot.is_trusted else ()
    return _Learnt(document.path, analysis.root, secrets, certificates, tuple(dict.fromkeys(problems)))


def _secrets(root: Path) -> tuple[SecretFact, ...]:
    """Return the names of the project's secrets from the index of the keyring, which is not asked itself."""
    from httpls.host.project_secrets import listed_secrets

    found = listed_secrets(os.environ, root)
    return tuple([
        SecretFact(one.name, one.environment, None if one.origins is None else tuple(sorted(map(str, one.origins))))
        for one in found
    ])  # fmt: skip


def _unused(snapshot: Snapshot, document: OpenDocument, analysis: Analysis) -> Iterator[Problem]:
    """Yield a problem for each variable of a file of environments that no request file uses."""
    folder = document.path.parent
    paths = [file.path for file in request_files_of_project(snapshot, analysis.root) if folder in file.path.parents]
    for finding in unused_environment_variables(analysis.workspace, folder, paths):
        if finding.source.path == document.path:
            yield finding.problem


def _is_private(path: Path) -> bool:
    name = path.name
    return "private" in name or name.endswith(".user") or name.startswith(".env") or path.suffix == ".env"


def _is_tracked(path: Path) -> bool:
    """Ask git whether it keeps a file. `core.fsmonitor` of the repository, a command, is not run."""
    if path.name.endswith((".example", ".sample", ".template", ".dist", ".defaults")):
        return False
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "--error-unmatch", "--", path.name]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are a list
            command, cwd=path.parent, capture_output=True, timeout=_GIT_SECONDS, check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
