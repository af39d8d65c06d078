"""`httpls trust`: which projects may run commands, leave their folder, and have secrets of the person."""

import os
import sys
from pathlib import Path

from httpls.cli.command_parser import CommandParser
from httpls.cli.project_option import root_of
from httpls.cli.terminal import visible
from httpls.host.prompts import TerminalPrompter
from httpls.host.trust import Grants, TrustStore
from httpls.host.user_state import user_state
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls_auth.errors import InvalidOriginError
from httpls_auth.values.origin import Origin, parse_origin

WHAT_IT_MEANS = """\
The files of a trusted project may
  run the commands that its environments name (password managers and the like),
  read and write files outside the folder of the project,
  use entries of your keyring, variables of the operating system, cloud profiles and your login.
Trust a project only if you trust everybody who can change its files."""
"""What a person is told before a project is trusted."""

_DESCRIPTION = f"""\
Trusts a project, which is asked for once and kept in your own state, never in the project.

{WHAT_IT_MEANS}
"""
_EPILOG = """\
examples:
  httpls trust                                    trust the project of this folder, after a question
  httpls trust ~/work/shop --yes                  trust another one, without a question
  httpls trust --keyring shop me                  allow {{$keyring shop me}}, and nothing else
  httpls trust --allow-origin https://api.test    let your own secrets go to this origin, from this project
  httpls trust --revoke                           trust it no longer; everything that was allowed is taken back
  httpls trust --show                             show what is allowed
  httpls trust --list                             show every trusted project

exit codes: 0 done; 2 wrong usage; 3 not trusted; 130 interrupted
"""


def trust(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("trust", _DESCRIPTION, _EPILOG)
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a file or folder of the project")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--revoke", action="store_true", help="take everything back that was allowed")
    parser.add_argument(
        "--keyring",
        nargs=2,
        action="append",
        default=[],
        metavar=("SERVICE", "ACCOUNT"),
        help="allow an entry of the keyring",
    )
    parser.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN", help="let your own secrets go to this origin"
    )
    parser.add_argument("--show", action="store_true", help="show what is allowed")
    parser.add_argument("--list", action="store_true", help="show every trusted project")
    options = parser.parse_args(arguments)
    try:
        origins = [parse_origin(written) for written in options.allow_origin]
    except InvalidOriginError as error:
        parser.error(f"--allow-origin: {error}")
    store = TrustStore(user_state(os.environ))
    if options.list:
        for known in store.trusted_roots():
            print(visible(known))
        return 0
    if not Path(options.path).exists():
        parser.error(f"there is no file or folder `{options.path}`")
    root, cancel = root_of(options.path), Cancel()
    try:
        if options.show:
            _show(root, store.grants(root))
            return 0
        if options.revoke:
            store.set_trusted(root, False, cancel)
            print(f"{visible(str(root))} is not trusted, and nothing is allowed.", file=sys.stderr)
            return 0
        if options.keyring or origins:
            return _grant(store, root, options.keyring, origins, cancel)
        return _trust(store, root, options.yes, cancel)
    except OSError as error:
        print(f"httpls trust: this cannot be kept: {error.strerror or error}", file=sys.stderr)
        return 3


def _grant(store: TrustStore, root: Path, entries: list[list[str]], origins: list[Origin], cancel: Cancel) -> int:
    for service, account in entries:
        store.grant_entry(root, service, account, cancel)
        print(f"{visible(str(root))} may have the entry `{account}` of `{service}`.", file=sys.stderr)
    for origin in origins:
        store.grant_origin(root, origin, cancel)
        print(f"Your secrets may go from {visible(str(root))} to {origin}.", file=sys.stderr)
    return 0


def _trust(store: TrustStore, root: Path, is_agreed: bool, cancel: Cancel) -> int:
    shown = visible(str(root))
    if store.grants(root).is_trusted:
        print(f"{shown} is trusted already.", file=sys.stderr)
        return 0
    prompter = TerminalPrompter()
    try:
        if not is_agreed:
            prompter.show(WHAT_IT_MEANS)
        if not is_agreed and not prompter.confirm(f"Trust {root}", cancel):
            print(f"{shown} is not trusted.", file=sys.stderr)
            return 3
    except RefusedError:
        print("httpls trust: there is no terminal to ask on; give --yes if you agree", file=sys.stderr)
        return 3
    except CancelledError:
        raise KeyboardInterrupt from None
    store.set_trusted(root, True, cancel)
    print(f"{shown} is trusted. `httpls trust --revoke` takes it back.", file=sys.stderr)
    return 0


def _show(root: Path, grants: Grants) -> None:
    print(f"{visible(str(root))} is {'trusted' if grants.is_trusted else 'not trusted'}.")
    for service, account in sorted(grants.entries):
        print(f"  entry of the keyring: `{visible(account)}` of `{visible(service)}`")
    for origin in sorted(map(str, grants.origins)):
        print(f"  your secrets may go to {origin}")
