"""`httpls secret`: the secrets of a project in the keyring of the system."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from httpls.cli.command_parser import CommandParser
from httpls.cli.project_option import add_project, chosen_root
from httpls.cli.terminal import visible
from httpls.host.project_secrets import store_of_project
from httpls.host.prompts import TerminalPrompter
from httpls.host.user_state import user_state
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls_auth.errors import AuthenticationError, InvalidOriginError
from httpls_auth.secrets.keyring_access import SystemKeyring
from httpls_auth.secrets.project_store import Listed, ProjectStore
from httpls_auth.secrets.stored_secret import StoredSecret, read_origins, written_origins

if TYPE_CHECKING:
    from httpls_auth.values.origin import Origin

_DESCRIPTION = """\
Keeps the secrets of a project in the keyring of the system, each bound to the origins to which it may be sent.
In a file a secret is written as {{$secret NAME}}; it is never shown, and never sent to another origin.
"""
_EPILOG = """\
actions:
  set NAME --allow ORIGIN   store a secret, which is typed without being shown, or comes from a pipe
  get NAME                  print a secret
  list                      show names and origins, never values
  remove NAME               remove a secret

examples:
  httpls secret set api-key --allow https://api.example.com
  httpls secret set api-key --env dev --allow https://*.dev.example.com:8443
  pass show api | httpls secret set api-key --allow https://api.example.com
  httpls secret get api-key | wl-copy

  httpls secret ACTION --help   the options of an action

exit codes: 0 done; 2 wrong usage; 3 there is no such secret, or the keyring cannot be used; 130 interrupted
"""
_LARGEST = 1024 * 1024


def secret(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments and arguments[0] in _ACTIONS:
        try:
            return _ACTIONS[arguments[0]](arguments[1:])
        except (AuthenticationError, RefusedError) as error:
            print(f"httpls secret: {visible(str(error))}", file=sys.stderr)
            if error.remedy:
                print(f"  {visible(error.remedy)}", file=sys.stderr)
            return 3
        except CancelledError:
            raise KeyboardInterrupt from None
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            print(f"httpls secret: the state cannot be kept:{where} {error.strerror or error}", file=sys.stderr)
            return 3
    parser = CommandParser("secret", _DESCRIPTION, _EPILOG)
    parser.add_argument("action", choices=tuple(_ACTIONS), help="what to do")
    parser.parse_args(arguments[:1])
    return 2


def _set(arguments: Sequence[str]) -> int:
    parser = _parser("set", "Stores a secret. It is typed without being shown, or comes from a pipe or a file.")
    parser.add_argument(
        "--allow",
        action="append",
        required=True,
        metavar="ORIGIN",
        help="where it may be sent: https://host, https://host:port, https://*.host, or any; repeat it for several",
    )
    options = parser.parse_args(arguments)
    try:
        origins = read_origins(options.allow)
    except InvalidOriginError as error:
        parser.error(f"--allow: {error}")
    cancel = Cancel()
    text = _typed(options.name, cancel)
    if not text:
        raise RefusedError("empty-secret", f"nothing was given for `{options.name}`", "Type it, or pipe it in.")
    root = chosen_root(options)
    store = store_of_project(user_state(os.environ), root, os.environ, cancel)
    store.set(options.name, options.env, StoredSecret(text, origins), cancel)
    shown = f"`{options.name}`" + (f" for the environment `{options.env}`" if options.env else "")
    print(f"Stored {shown} of {visible(str(root))}; it may be sent to {_shown(origins)}.", file=sys.stderr)
    print(f"Write it in a file as {{{{$secret {options.name}}}}}.", file=sys.stderr)
    return 0


def _get(arguments: Sequence[str]) -> int:
    options = _parser("get", "Prints a secret; into a pipe exactly, without a line break.").parse_args(arguments)
    store = _known_store(options)
    found = store.get(options.name, options.env, Cancel()) if store is not None else None
    if found is None:
        return _missing(options, store)
    sys.stdout.write(found.text + ("\n" if sys.stdout.isatty() else ""))
    return 0


def _list(arguments: Sequence[str]) -> int:
    parser = CommandParser("secret list", "Shows names and origins of the secrets of a project, never values.")
    parser.add_argument("--json", action="store_true", help="print them as JSON")
    add_project(parser)
    options = parser.parse_args(arguments)
    store = _known_store(options)
    listed = store.listed() if store is not None else ()
    if options.json:
        import json

        content = [
            {"name": one.name, "environment": one.environment, "allow": written_origins(one.origins)} for one in listed
        ]
        print(json.dumps(content, indent=2, ensure_ascii=False))
        return 0
    if not listed:
        print(f"There are no secrets of {visible(str(chosen_root(options)))}.", file=sys.stderr)
    width = max((len(_name(one)) for one in listed), default=0)
    for one in listed:
        print(f"{visible(_name(one)):{width}}  {_shown(one.origins)}")
    return 0


def _remove(arguments: Sequence[str]) -> int:
    options = _parser("remove", "Removes a secret from the keyring.").parse_args(arguments)
    store = _known_store(options)
    if store is None or not store.remove(options.name, options.env, Cancel()):
        return _missing(options, store)
    print(f"Removed `{visible(options.name)}`.", file=sys.stderr)
    return 0


_ACTIONS: dict[str, Callable[[Sequence[str]], int]] = {"set": _set, "get": _get, "list": _list, "remove": _remove}


def _parser(action: str, description: str) -> CommandParser:
    parser = CommandParser(f"secret {action}", description)
    parser.add_argument("name", metavar="NAME", help="the name of the secret")
    parser.add_argument("--env", "-e", metavar="ENVIRONMENT", help="for this environment; else for all of them")
    add_project(parser)
    return parser


def _known_store(options: argparse.Namespace) -> ProjectStore | None:
    """Return what keeps the secrets of the project, None if nothing was ever stored for it."""
    state, root = user_state(os.environ), chosen_root(options)
    project = state.known_project_id(root)
    return ProjectStore(project, SystemKeyring(os.environ), state) if project is not None else None


def _typed(name: str, cancel: Cancel) -> str:
    """Return what is typed without echo, else what comes from a pipe, without its last line break."""
    if sys.stdin is not None and not sys.stdin.isatty():
        content = sys.stdin.buffer.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise RefusedError("large-secret", f"a secret has at most {_LARGEST >> 20} MB", "Pipe the secret only.")
        try:
            return content.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise RefusedError("binary-secret", "what comes from the pipe is no UTF-8", "Encode it first.") from None
    return TerminalPrompter().ask(f"Secret `{name}`", True, None, cancel)


def _missing(options: argparse.Namespace, store: ProjectStore | None) -> int:
    from httpls_grammar.islands.suggestion import did_you_mean

    listed = store.listed() if store is not None else ()
    others = [one.environment or "all environments" for one in listed if one.name == options.name]
    near = did_you_mean(options.name, [one.name for one in listed])
    where = f" for the environment `{options.env}`" if options.env else ""
    hint = f"It is there for {', '.join(others)}." if others else f"Did you mean `{near}`?" if near else ""
    print(f"httpls secret: there is no secret `{visible(options.name)}`{where}", file=sys.stderr)
    print(f"  {hint or '`httpls secret list` shows all that there are.'}", file=sys.stderr)
    return 3


def _name(one: Listed) -> str:
    return f"{one.name} ({one.environment})" if one.environment else one.name


def _shown(origins: "frozenset[Origin] | None") -> str:
    return "any origin" if origins is None else ", ".join(sorted(map(str, origins))) or "nowhere, it is damaged"
