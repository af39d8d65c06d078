"""The tokens that requests use: many requests may share one, and then it is meant whichever of them is named."""

import argparse
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from httpls.cli.auth.command import complain
from httpls.cli.shown_path import shown_path
from httpls.cli.stop import run_stoppable
from httpls.cli.terminal import visible
from httpls.host.prompts import TerminalPrompter
from httpls.host.token_store import token_store
from httpls.model.auth_plan import PlannedScheme
from httpls.model.auth_shape import class_of
from httpls.run.authenticate import Prepared
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials, CredentialsRefusedError
from httpls.run.engine import Engine
from httpls.run.exchange import Failure
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.world import Allowed, Person, RealWorld
from httpls_auth.errors import AuthenticationError, CredentialError, LoginNeededError
from httpls_auth.schemes.flow import Flow, FlowContext, TokenSource, UseToken
from httpls_auth.secrets.keyring_access import SystemKeyring
from httpls_auth.tokens.name import TokenName
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.origin import parse_origin

Result = TypeVar("Result")


class Target(NamedTuple):
    """A token that requests use: the first of them, and the scheme that gives it."""

    selected: Selected
    scheme: PlannedScheme

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it another token, as far as it is known without the values of secrets."""
        scheme = self.scheme
        texts = [f"{one.name}={one.text}" for one in scheme.parameters]
        return (str(self.selected.analysis.root), scheme.word, *texts)

    @property
    def label(self) -> str:
        """How it is called among others."""
        declaration = self.scheme.declaration
        position = declaration.source.position(declaration.word_range.start)
        name = f" `{declaration.identifier}`" if declaration.identifier else ""
        return f"{declaration.word or self.scheme.word}{name} ({shown_path(declaration.source.path)}:{position.line})"


class Opened(NamedTuple):
    """A target with everything that its flows need."""

    target: Target
    prepared: Prepared
    source: TokenSource
    credentials: Credentials
    store: TokenStore

    @property
    def context(self) -> FlowContext:
        """The context of its flows."""
        return self.credentials.context

    def run(self, flow: Flow[Result], obtains_anew: bool = False) -> Result:
        """Run a flow of it."""
        return self.credentials.steps.run(flow, self.prepared.planned.folder, obtains_anew)

    def name(self) -> TokenName:
        """Return what the token is called in the store. Raises `CredentialError` for one that is never kept."""
        return self.credentials.steps.name_of(_step_of(self.source, self.context))


def targets(requests: Sequence[Selected], identifier: str | None) -> Iterator[Target]:
    """Yield the tokens that requests use, each once; `identifier` is the id of the object that is meant."""
    seen: set[tuple[str, ...]] = set()
    for selected in requests:
        auth = selected.analysis.plan(selected.request).auth
        for planned in (*auth.schemes, *[one.scheme for one in auth.tokens.values()]):
            found = class_of(planned.word)
            if found is None or not hasattr(found, "token"):
                continue
            target = Target(selected, planned)
            if target.key not in seen and identifier in (None, planned.declaration.identifier):
                seen.add(target.key)
                yield target


def with_target(
    action: str, requests: Sequence[Selected], analyses: Analyses, options: argparse.Namespace,
    act: Callable[[Opened], int],
) -> int:  # fmt: skip
    """Do something with the token that the options mean; return the exit code.

    Where several are meant, a person at a terminal chooses one; else they are listed, and the code is 2.
    """
    found = list(targets(requests, options.id))
    if not found:
        complain(action, "none of these requests uses a token", "Set one up: `httpls auth init FILE`.")
        return 3
    cancel = Cancel()
    if len(found) > 1:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            print(f"httpls auth {action}: which of these? Say --name, --line or --id.", file=sys.stderr)
            for one in found:
                print(f"  {visible(one.label)}", file=sys.stderr)
            return 2
        labels = {one.label: one for one in found}
        found = [labels[TerminalPrompter().choose("Which token", list(labels), cancel)]]

    def work() -> int:
        try:
            with opened(found[0], analyses, options, cancel) as one:
                try:
                    return act(one)
                except AuthenticationError as error:
                    complain(action, str(error), error.remedy)
                    return 4 if one.credentials.hops and not isinstance(error, LoginNeededError) else 3
        except CredentialsRefusedError as error:
            for failure in error.failures:
                complain(action, _placed(failure), failure.remedy)
            return 3

    return run_stoppable(work, cancel)


@contextmanager
def opened(
    target: Target, analyses: Analyses, options: argparse.Namespace, cancel: Cancel
) -> Generator[Opened, None, None]:
    """Prepare the scheme of a token, with what its flows need.

    Raises `CredentialsRefusedError`, `CredentialError` and `CancelledError`.
    """
    prompter = TerminalPrompter()
    origins = frozenset(map(parse_origin, getattr(options, "allow_origin", [])))
    is_trusted = getattr(options, "trust", False)
    root = target.selected.analysis.root
    store = token_store(os.environ, SystemKeyring(os.environ), _warn)
    world = RealWorld(root, Allowed(is_trusted, origins), Person(prompter, _warn, sys.stderr.isatty()), cancel)
    ports = world.ports._replace(tokens=store)
    if getattr(options, "no_browser", False):
        from httpls.host.login import BrowserLogin

        ports = ports._replace(login=BrowserLogin(None, prompter))
    engine = Engine(ports)
    run = RunOptions(is_trusted=is_trusted, allowed_origins=origins)
    try:
        with engine.credentials(target.selected, analyses, run, cancel) as credentials:
            prepared = _of(target, credentials)
            if not isinstance(prepared.scheme, TokenSource):
                raise CredentialError(f"`{prepared.scheme.word}` has no token of its own")
            yield Opened(target, prepared, prepared.scheme, credentials, store)
    finally:
        world.close()
        engine.close()


def _of(target: Target, credentials: Credentials) -> Prepared:
    for prepared in (*credentials.schemes, *credentials.tokens.values()):
        if prepared.planned.declaration == target.scheme.declaration:
            return prepared
    raise CredentialError(f"{target.label} is no longer in force", "Try again.")


def _step_of(source: TokenSource, context: FlowContext) -> UseToken:
    """Return what a scheme asks the store for, which is the first thing that it does."""
    flow = source.token(context)
    try:
        step = next(flow)
    except StopIteration:
        step = None
    flow.close()
    if not isinstance(step, UseToken):
        raise CredentialError("this token is written down, and not kept")
    return step


def _placed(failure: Failure) -> str:
    return f"{failure.path}:{failure.line}: {failure.message}" if failure.path else failure.message


def _warn(text: str) -> None:
    print(f"httpls: {visible(text)}", file=sys.stderr)
