"""Does something with the token that the options of a command mean."""

import argparse
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from httpls.cli.auth.command import complain
from httpls.cli.shown_path import shown_path
from httpls.cli.stop import run_stoppable
from httpls.cli.terminal import visible
from httpls.host.prompts import TerminalPrompter
from httpls.host.token_store import token_store
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials, CredentialsRefusedError
from httpls.run.engine import Engine
from httpls.run.exchange import Failure
from httpls.run.filling import CannotFillError
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected
from httpls.run.token_targets import Opened, Target, opened_target, targets
from httpls.world import Allowed, Person, RealWorld
from httpls_auth.errors import AuthenticationError, LoginNeededError
from httpls_auth.secrets.keyring_access import SystemKeyring
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.origin import parse_origin


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
                print(f"  {visible(_label(one))}", file=sys.stderr)
            return 2
        labels = {_label(one): one for one in found}
        found = [labels[TerminalPrompter().choose("Which token", list(labels), cancel)]]

    target = found[0]

    def act_on(credentials: Credentials, store: TokenStore) -> int:
        return act(opened_target(target, credentials, store))

    return with_credentials(action, target.selected, analyses, options, cancel, act_on)


def with_credentials(
    action: str, selected: Selected, analyses: Analyses, options: argparse.Namespace, cancel: Cancel,
    act: Callable[[Credentials, TokenStore], int],
) -> int:  # fmt: skip
    """Do something with what authenticates a request; return the exit code, 4 if the other side was asked in vain."""

    def work() -> int:
        store = token_store(os.environ, SystemKeyring(os.environ), warn)
        try:
            with _opened(selected, analyses, options, store, cancel) as credentials:
                try:
                    return act(credentials, store)
                except AuthenticationError as error:
                    complain(action, str(error), error.remedy)
                    return 4 if credentials.hops and not isinstance(error, LoginNeededError) else 3
        except (CredentialsRefusedError, CannotFillError) as error:
            for failure in error.failures:
                complain(action, placed(failure), failure.remedy)
            return 3

    return run_stoppable(work, cancel)


@contextmanager
def _opened(
    selected: Selected, analyses: Analyses, options: argparse.Namespace, store: TokenStore, cancel: Cancel
) -> Generator[Credentials, None, None]:
    """Prepare what authenticates a request. Raises `CredentialsRefusedError` and `CancelledError`."""
    prompter = TerminalPrompter()
    origins = frozenset(map(parse_origin, getattr(options, "allow_origin", [])))
    is_trusted = getattr(options, "trust", False)
    root = selected.analysis.root
    world = RealWorld(root, Allowed(is_trusted, origins), Person(prompter, warn, sys.stderr.isatty()), cancel)
    ports = world.ports._replace(tokens=store)
    if getattr(options, "no_browser", False):
        from httpls.host.login import BrowserLogin

        ports = ports._replace(login=BrowserLogin(None, prompter))
    engine = Engine(ports)
    run = RunOptions(is_trusted=is_trusted, allowed_origins=origins)
    try:
        with engine.credentials(selected, analyses, run, cancel) as credentials:
            yield credentials
    finally:
        world.close()
        engine.close()


def _label(target: Target) -> str:
    """Return how a token is called among others."""
    declaration = target.scheme.declaration
    position = declaration.source.position(declaration.word_range.start)
    return f"{target.word} ({shown_path(declaration.source.path)}:{position.line})"


def placed(failure: Failure) -> str:
    """Return why something was refused, with its place."""
    return f"{failure.path}:{failure.line}: {failure.message}" if failure.path else failure.message


def warn(text: str) -> None:
    """Print a warning to standard error."""
    print(f"httpls: {visible(text)}", file=sys.stderr)
