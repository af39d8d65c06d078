"""`httpls auth login`, `token`, `refresh`, `logout`, `revoke`: what can be done with one token."""

import json
import sys
import time
from collections.abc import Callable, Sequence

from httpls.cli.auth.arguments import NOT_SELECTED, add_permissions, not_selected, selected_requests, token_parser
from httpls.cli.auth.lasting import lasting
from httpls.cli.auth.target import with_target
from httpls.cli.command_parser import CommandParser
from httpls.cli.terminal import visible
from httpls.run.token_targets import Opened, oauth2_of, required_oauth2
from httpls_auth.errors import CredentialError
from httpls_auth.schemes.flow import Token


def login(arguments: Sequence[str]) -> int:
    """Obtain a token anew."""
    parser = token_parser(
        "login",
        "Obtains a token anew, whatever is kept. Where a person is needed, the browser is opened, or a code is shown.",
        "In a remote shell use --no-browser: open the address on your own machine, log in, and paste the address at\n"
        "which the browser ends, even if the page there cannot be shown.",
    )
    parser.add_argument("--no-browser", action="store_true", help="show the address in place of opening a browser")
    add_permissions(parser)

    def act(opened: Opened, _json: bool) -> int:
        source = oauth2_of(opened)
        flow = source.login(opened.context) if source is not None else opened.source.token(opened.context)
        token = opened.run(flow, obtains_anew=True)
        print(f"Logged in: {visible(_title(opened))}, {_state(token)}.", file=sys.stderr)
        return 0

    return _act("login", parser, arguments, act)


def token(arguments: Sequence[str]) -> int:
    """Print a token."""
    parser = token_parser(
        "token",
        "Prints an access token, obtained or renewed if need be. Into a pipe it goes exactly, without a line break.",
    )
    parser.add_argument("--id-token", action="store_true", help="print the ID token in its place")
    parser.add_argument("--claims", action="store_true", help="print what the token says (a JWT), not the token")
    parser.add_argument("--json", action="store_true", help="print the token with its scope and times as JSON")
    add_permissions(parser)
    options = parser.parse_args(arguments)

    def act(opened: Opened, as_json: bool) -> int:
        found = opened.run(opened.source.token(opened.context))
        value = found.identity if options.id_token else found.access
        if value is None:
            raise CredentialError("the server gave no ID token", "Add `openid` to its scope.")
        if options.claims:
            from httpls_auth.schemes.oauth.claims import claims_of

            claims = claims_of(value.reveal())
            if claims is None:
                raise CredentialError("the token is no JWT: only the server knows what it says")
            print(json.dumps(claims, indent=2, ensure_ascii=False))
            return 0
        if as_json:
            members = {
                "token": value.reveal(), "type": found.kind, "scope": found.scope, "obtained_at": found.obtained_at,
                "expires_at": found.expires_at,
            }  # fmt: skip
            print(json.dumps(members, indent=2, ensure_ascii=False))
            return 0
        sys.stdout.write(value.reveal() + ("\n" if sys.stdout.isatty() else ""))
        return 0

    return _act("token", parser, arguments, act)


def refresh(arguments: Sequence[str]) -> int:
    """Renew a token."""
    parser = token_parser("refresh", "Renews a token by its refresh token, however fresh it is.")
    add_permissions(parser)

    def act(opened: Opened, _json: bool) -> int:
        source = required_oauth2(opened, "renewed")
        found = opened.run(source.refresh(opened.context))
        print(f"Renewed: {visible(_title(opened))}, {_state(found)}.", file=sys.stderr)
        return 0

    return _act("refresh", parser, arguments, act)


def logout(arguments: Sequence[str]) -> int:
    """Forget a token."""
    if not {"--all", "--expired"}.isdisjoint(arguments):
        from httpls.cli.auth.list_tokens import forget_several

        return forget_several(arguments)
    parser = token_parser(
        "logout",
        "Forgets a token. It stays valid at the server until it expires: `httpls auth revoke` ends it there.",
        "httpls auth logout --all       forget every token that is kept\n"
        "httpls auth logout --expired   forget those that have expired and cannot be renewed",
    )

    def act(opened: Opened, _json: bool) -> int:
        name = opened.name()
        was_there = opened.store.find(name) is not None
        opened.store.forget(name)
        what = "Forgot" if was_there else "There was no token of"
        print(f"{what} {visible(name.title)}.", file=sys.stderr)
        return 0

    return _act("logout", parser, arguments, act)


def revoke(arguments: Sequence[str]) -> int:
    """Tell the server, and forget a token."""
    parser = token_parser(
        "revoke", "Tells the server that a token is no longer used (RFC 7009), and forgets it. Needs `revoke-url`, or "
        "an issuer that tells it."
    )  # fmt: skip
    add_permissions(parser)

    def act(opened: Opened, _json: bool) -> int:
        source, name = required_oauth2(opened, "revoked"), opened.name()
        stored = opened.store.find(name)
        if stored is None:
            print(f"There is no token of {visible(name.title)}.", file=sys.stderr)
            return 0
        opened.run(source.revoke(stored, opened.context))
        opened.store.forget(name)
        print(f"Revoked and forgot {visible(name.title)}.", file=sys.stderr)
        return 0

    return _act("revoke", parser, arguments, act)


def introspect(arguments: Sequence[str]) -> int:
    """Print what the server knows of a token; return 4 for one that is not active."""
    parser = token_parser(
        "introspect", "Asks the server what it knows of a token (RFC 7662), and prints that as JSON. Needs\n"
        "`introspection-url`, or an issuer that tells it. The exit code is 4 for a token that is not active.",
    )  # fmt: skip
    add_permissions(parser)

    def act(opened: Opened, _json: bool) -> int:
        members = opened.run(required_oauth2(opened, "introspected").introspect(_kept(opened), opened.context))
        print(json.dumps(members, indent=2, ensure_ascii=False))
        return 0 if members["active"] else 4

    return _act("introspect", parser, arguments, act)


def userinfo(arguments: Sequence[str]) -> int:
    """Print what the server tells about the person."""
    parser = token_parser(
        "userinfo", "Asks the server about the person whom a token was issued for (OpenID Connect), and prints that\n"
        "as JSON. Needs `userinfo-url`, or an issuer that tells it.",
    )  # fmt: skip
    add_permissions(parser)

    def act(opened: Opened, _json: bool) -> int:
        source = required_oauth2(opened, "used for this")
        print(
            json.dumps(opened.run(source.user_information(_kept(opened), opened.context)), indent=2, ensure_ascii=False)
        )
        return 0

    return _act("userinfo", parser, arguments, act)


def _kept(opened: Opened) -> Token:
    """Return the token as the store has it, obtained or renewed if need be: bound to no origin."""
    opened.run(opened.source.token(opened.context))
    found = opened.store.find(opened.name())
    assert found is not None
    return found


def _act(action: str, parser: CommandParser, arguments: Sequence[str], act: Callable[[Opened, bool], int]) -> int:
    options = parser.parse_args(arguments)
    try:
        analyses, requests = selected_requests(options)
    except NOT_SELECTED as error:
        return not_selected(action, error)
    return with_target(action, requests, analyses, options, lambda one: act(one, getattr(options, "json", False)))


def _title(opened: Opened) -> str:
    return opened.name().title


def _state(token: Token) -> str:
    if token.expires_at is None:
        return "valid until the server says otherwise"
    return f"valid for {lasting(max(token.expires_at - time.time(), 0))}" + (
        ", with a refresh token" if token.refresh is not None else ""
    )
