"""`httpls auth list`: the tokens that are kept, without their values."""

import json
import os
import sys
import time
from collections.abc import Sequence

from httpls.cli.auth.lasting import lasting
from httpls.cli.command_parser import CommandParser
from httpls.cli.terminal import visible
from httpls.host.token_store import token_store
from httpls_auth.secrets.keyring_access import SystemKeyring
from httpls_auth.tokens.serialised import StoredToken
from httpls_auth.tokens.store import TokenStore


def list_tokens(arguments: Sequence[str]) -> int:
    """Show the tokens."""
    parser = CommandParser("auth list", "Shows the tokens that are kept on this machine, never their values.")
    parser.add_argument("--json", action="store_true", help="print them as JSON")
    options = parser.parse_args(arguments)
    found = _store().entries()
    if options.json:
        print(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
        return 0
    rows = [(visible(one.name.title), visible(one.name.environment) or "-", _state(one)) for one in found]
    if not rows:
        print("No tokens are kept.", file=sys.stderr)
        return 0
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for title, environment, state in rows:
        print(f"{title:{widths[0]}}  {environment:{widths[1]}}  {state}")
    return 0


def forget_several(arguments: Sequence[str]) -> int:
    """Forget every token, or those that are good for nothing any more."""
    parser = CommandParser("auth logout", "Forgets tokens that are kept on this machine, whatever uses them.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="forget every token")
    which.add_argument("--expired", action="store_true", help="forget those that have expired and cannot be renewed")
    options = parser.parse_args(arguments)
    store = _store()
    found = [one for one in store.entries() if options.all or _is_useless(one)]
    for one in found:
        store.forget(one.name)
    print(f"Forgot {len(found)} {'token' if len(found) == 1 else 'tokens'}.", file=sys.stderr)
    return 0


def _store() -> TokenStore:
    def warn(text: str) -> None:
        print(f"httpls: {visible(text)}", file=sys.stderr)

    return token_store(os.environ, SystemKeyring(os.environ), warn)


def _is_useless(stored: StoredToken) -> bool:
    token = stored.token
    return token.refresh is None and token.expires_at is not None and token.expires_at <= time.time()


def _state(stored: StoredToken) -> str:
    token = stored.token
    end = token.expires_at
    now = time.time()
    if end is None:
        text = "valid"
    elif end > now:
        text = f"valid for {lasting(end - now)}"
    else:
        text = f"expired {lasting(now - end)} ago"
    return text + (", can be renewed" if token.refresh is not None else "")


def _as_json(stored: StoredToken) -> dict[str, object]:
    name, token = stored
    return {
        "title": name.title, "environment": name.environment, "project": name.project, "type": token.kind,
        "scope": token.scope, "obtained_at": token.obtained_at, "expires_at": token.expires_at,
        "can_be_renewed": token.refresh is not None, "has_id_token": token.identity is not None,
    }  # fmt: skip
