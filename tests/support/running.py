"""Runs request files in a folder, with a literal person, literal secrets, and servers of the test."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from httpls.host.clock import SystemClock
from httpls.host.files import DiskFiles
from httpls.host.output_files import DiskOutputFiles
from httpls.host.randomness import SystemRandomness
from httpls.model.workspace import Choices, Workspace
from httpls.run.cancel import Cancel
from httpls.run.engine import Engine
from httpls.run.errors import RefusedError
from httpls.run.exchange import Report, Result
from httpls.run.ports import SilentListener
from httpls.run.run_options import Ports, RunOptions
from httpls.run.scripts.lazy_hooks import LazyHooks
from httpls.run.selection import Analyses, Selection, select
from httpls.run.tls_rules import verification_only
from httpls.run.transport import HttpWire
from httpls_auth.errors import LoginNeededError, SecretError
from httpls_auth.schemes.flow import Open
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value


class LiteralPerson:
    """Answers questions with what the test says; a question that it does not know is refused."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[str] = []
        self.shown: list[str] = []

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        self.asked.append(f"{question}{' (hidden)' if is_secret else ''}")
        if question in self.answers:
            return self.answers[question]
        if default is not None:
            return default
        raise RefusedError("no-terminal", f"`{question}` would have to be asked", "Give it.")

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        self.asked.append(f"{question} {'|'.join(choices)}")
        return self.answers[question]

    def confirm(self, question: str, cancel: Cancel) -> bool:
        self.asked.append(question)
        if question not in self.answers:
            raise RefusedError("no-terminal", f"`{question}` would have to be asked", "Give it.")
        return self.answers[question] == "yes"

    def show(self, text: str) -> None:
        self.shown.append(text)

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        raise LoginNeededError("nobody is there to log in", "Log in.")


class LiteralSecrets:
    """Secrets of the test, by name; `secrets` may bind one to an origin with `name -> (text, origin)`."""

    def __init__(self, secrets: Mapping[str, str | tuple[str, str]] | None = None) -> None:
        self._secrets = dict(secrets or {})

    def secret(self, name: str, environments: Sequence[str], cancel: Cancel) -> Value:
        if name not in self._secrets:
            raise SecretError(f"there is no secret `{name}`", f"Store it with `httpls secret set {name}`.")
        found = self._secrets[name]
        text, origins = (found, None) if isinstance(found, str) else (found[0], frozenset((parse_origin(found[1]),)))
        return Value(text, Provenance(Origination.KEYRING, name), Labels(f"the secret {name}", origins))

    def keyring(self, service: str, account: str, cancel: Cancel) -> Value:
        return self.secret(f"{service}/{account}", (), cancel)

    def provided(self, parameters: Sequence[tuple[str, str]], folder: Path, cancel: Cancel) -> Value:
        return self.secret(",".join(f"{key}={text}" for key, text in parameters), (), cancel)


class Project:
    """A folder with request files, and an engine to run them."""

    def __init__(self, root: Path, engine: Engine, os_environment: Mapping[str, str], person: LiteralPerson) -> None:
        self.root = root
        self.engine = engine
        self.person = person
        self._os_environment = os_environment

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(
        self,
        text: str | bytes,
        *names: str,
        name: str = "a.http",
        options: RunOptions = RunOptions(),  # noqa: B008
        environments: tuple[str, ...] = (),
        variables: Mapping[str, str] | None = None,
        listener: SilentListener | None = None,
        cancel: Cancel | None = None,
    ) -> Report:
        """Write a file and run its requests, or those of the names."""
        path = self.write(name, text)
        choices = Choices(environments, variables or {})
        analyses = Analyses(Workspace(DiskFiles(), self._os_environment, choices))
        try:
            return self.engine.run(select(analyses, path, Selection(names)), analyses, options, listener, cancel)
        finally:
            # A server of the test ends when the connections to it do.
            self.engine.close()

    def result(self, text: str | bytes, **more: object) -> Result:
        """Run a file and return its only result."""
        (only,) = self.run(text, **more).results  # type: ignore[arg-type]
        return only


@contextmanager
def project(
    root: Path,
    answers: Mapping[str, str] | None = None,
    secrets: Mapping[str, str | tuple[str, str]] | None = None,
    os_environment: Mapping[str, str] | None = None,
) -> Generator[Project]:
    """Make a project in a folder, with an `httpls.toml` at its root."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "httpls.toml").write_text("", encoding="utf-8")
    person = LiteralPerson(answers)
    hooks = LazyHooks(SystemClock())
    ports = Ports(
        SystemClock(), SystemRandomness(), person, person, LiteralSecrets(secrets), DiskOutputFiles(), TokenStore(),
        HttpWire, _project_id, hooks, verification_only,
    )  # fmt: skip
    engine = Engine(ports)
    try:
        yield Project(root, engine, os_environment or {}, person)
    finally:
        engine.close()
        hooks.close()


def _project_id(root: Path) -> str:
    return "project"


def outcomes(report: Report) -> list[str]:
    """Return the results as `name outcome`, or `name outcome code…`."""
    shown: list[str] = []
    for result in report.results:
        codes = [failure.code for failure in result.failures]
        shown.append(" ".join([result.name or f"line {result.line}", result.outcome.value, *codes]))
    return shown


def logs(report: Report) -> list[str]:
    """Return what scripts logged in a run in which nothing failed."""
    assert [failure.message for result in report.results for failure in result.failures] == []
    return [log for result in report.results for log in result.logs]
