"""The command itself: finds the action, and says in one way what goes wrong."""

import sys
from importlib import import_module

from httpls.cli.command_parser import CommandParser
from httpls.cli.terminal import visible
from httpls.run.errors import CancelledError, RefusedError
from httpls_auth.errors import AuthenticationError

_DESCRIPTION = """\
Sets up authentication, obtains tokens before they are needed, and shows what is sent and why.
Tokens are kept encrypted for the project and the environment, and are shared by the command line and the editors.
"""
_EPILOG = """\
actions:
{actions}

examples:
  httpls auth init orders.http                    choose a scheme, be asked for what it needs
  httpls auth login orders.http -e dev            log in with the browser, now
  httpls auth login orders.http --no-browser      the same from a remote shell: paste the address back
  curl -H "Authorization: Bearer $(httpls auth token orders.http -e dev)" …
  httpls auth explain orders.http --name list     every step of a signature, without sending anything

  httpls auth ACTION --help   the options of an action

exit codes: 0 done; 2 wrong usage; 3 a file, a parameter or a credential is wrong; 4 the server refused or cannot be
reached; 130 interrupted
"""

_ACTIONS = {
    "list": ("list_tokens:list_tokens", "show the tokens that are kept, never their values"),
    "show": ("show:show", "show how requests authenticate, and why"),
    "init": ("init:init", "set up authentication for a request or a file, step by step"),
    "login": ("tokens:login", "obtain a token anew, with the browser or a code where a person is needed"),
    "token": ("tokens:token", "print a token, obtained or renewed if need be"),
    "refresh": ("tokens:refresh", "renew a token by its refresh token"),
    "logout": ("tokens:logout", "forget a token; it stays valid at the server"),
    "introspect": ("tokens:introspect", "ask the server what it knows of a token"),
    "userinfo": ("tokens:userinfo", "ask the server about the person whom a token was issued for"),
    "revoke": ("tokens:revoke", "tell the server that a token is no longer used, and forget it"),
    "presign": ("presign:presign", "print the URL of a request with its signature, for somebody who has no key"),
    "explain": ("explain:explain", "show every step of the authentication of a request, without the network"),
}


def auth(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if not arguments or arguments[0] not in _ACTIONS:
        width = max(map(len, _ACTIONS))
        actions = "\n".join(f"  {name:{width}}  {text}" for name, (_, text) in _ACTIONS.items())
        parser = CommandParser("auth", _DESCRIPTION, _EPILOG.format(actions=actions), "ACTION [OPTION …] [FILE]")
        parser.add_argument("action", choices=tuple(_ACTIONS), metavar="ACTION", help="what to do; see below")
        if not arguments:
            parser.print_help()
            return 2
        parser.parse_args(arguments[:1])
        return 2
    name = arguments[0]
    module, _, function = _ACTIONS[name][0].partition(":")
    try:
        code: int = getattr(import_module(f"httpls.cli.auth.{module}"), function)(arguments[1:])
    except (AuthenticationError, RefusedError) as error:
        complain(name, str(error), error.remedy)
        return 3
    except CancelledError:
        raise KeyboardInterrupt from None
    return code


def complain(action: str, message: str, remedy: str = "") -> None:
    """Print what is wrong and what can be done, to standard error."""
    print(f"httpls auth {action}: {visible(message)}", file=sys.stderr)
    if remedy:
        print(f"  {visible(remedy)}", file=sys.stderr)
