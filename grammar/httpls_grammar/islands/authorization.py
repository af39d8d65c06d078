"""Shorthands in header fields that stand for a scheme: `Authorization: Basic user password`, `X-ClientCert: pfx: …`.

The splitting rule: templates are whole; two or more pieces are user and password (the rest, verbatim); one piece is
divided at its first colon, or after its templates are filled in.
"""

import re
from functools import cache
from typing import NamedTuple

from httpls_grammar.islands.arguments import Arguments, ArgumentValue, NamedArgument, parse_colon_arguments
from httpls_grammar.text import Range


class AuthorizationShorthand(NamedTuple):
    """What the value of an `Authorization` field asks for.

    `scheme` is the canonical word (`basic`, `digest`, `ntlm`, `negotiate`, `aws`, `cognito`, `oauth2`, `oidc`).
    `positional` and `named` are its arguments. `splits_later` says that the only argument has to be divided into user
    and password when its templates are filled in. A value that is no shorthand gives None instead.
    """

    scheme: str
    scheme_range: Range
    positional: tuple[ArgumentValue, ...]
    named: tuple[NamedArgument, ...]
    splits_later: bool


def parse_authorization(value: str, start: int = 0) -> AuthorizationShorthand | None:
    """Parse the value of an `Authorization` field; None for one that is sent as it stands.

    `start` is where the value begins in what ranges count from.
    """
    match = _scheme().match(value)
    if match is None:
        return None
    scheme = _CANONICAL[match.group(1).lower()]
    scheme_range = Range(start + match.start(1), start + match.end(1))
    rest, begin = value[match.end() :], start + match.end()
    if scheme in ("basic", "digest", "ntlm"):
        return _user_and_password(scheme, scheme_range, rest, begin)
    if scheme == "negotiate":
        return None if rest.strip() else AuthorizationShorthand(scheme, scheme_range, (), (), splits_later=False)
    keys = ("token", "region", "service") if scheme == "aws" else ()
    arguments = parse_colon_arguments(rest, keys, begin) if keys else _words(rest, begin)
    return AuthorizationShorthand(scheme, scheme_range, arguments.positional, arguments.named, splits_later=False)


def parse_client_certificate(value: str, start: int = 0) -> Arguments:
    """Parse the value of a field whose name ends in `ClientCert`: `cert: a key: b`, `pfx: c passphrase: d`."""
    return parse_colon_arguments(value, ("cert", "key", "pfx", "passphrase", "ca"), start)


_CANONICAL = {
    "basic": "basic", "digest": "digest", "ntlm": "ntlm", "negotiate": "negotiate", "aws": "aws", "cognito": "cognito",
    "oauth2": "oauth2", "openid": "oidc",
}  # fmt: skip


def _user_and_password(scheme: str, scheme_range: Range, rest: str, begin: int) -> AuthorizationShorthand | None:
    match = _pieces().match(rest)
    if scheme == "digest" and _digest_parameters().match(rest):
        return None  # An answer to a challenge that the author has worked out.
    if match is None:
        # `NTLM` alone means the current user; the others alone mean nothing.
        return AuthorizationShorthand(scheme, scheme_range, (), (), splits_later=False) if scheme == "ntlm" else None
    first = ArgumentValue(match.group(1), Range(begin + match.start(1), begin + match.end(1)))
    if match.group(2):
        second = ArgumentValue(match.group(2), Range(begin + match.start(2), begin + match.end(2)))
        return AuthorizationShorthand(scheme, scheme_range, (first, second), (), splits_later=False)
    colon = _first_colon(first.text)
    if colon < 0:
        if "{{" not in first.text:
            # Encoded already (Basic), or the parameters that a tool of the user's has computed (Digest).
            return None
        return AuthorizationShorthand(scheme, scheme_range, (first,), (), splits_later=True)
    user = ArgumentValue(first.text[:colon], Range(first.range.start, first.range.start + colon))
    password = ArgumentValue(first.text[colon + 1 :], Range(first.range.start + colon + 1, first.range.end))
    return AuthorizationShorthand(scheme, scheme_range, (user, password), (), splits_later=False)


def _first_colon(text: str) -> int:
    """Return where the first colon outside templates stands, -1 without one."""
    match = _before_colon().match(text)
    return match.end(1) if match else -1


def _words(text: str, start: int) -> Arguments:
    return Arguments(
        tuple([
            ArgumentValue(match.group(), Range(start + match.start(), start + match.end()))
            for match in _word().finditer(text)
        ]),
        (),
    )  # fmt: skip


@cache
def _scheme() -> re.Pattern[str]:
    return re.compile(r"[ \t]*(basic|digest|ntlm|negotiate|aws|cognito|oauth2|openid)(?:[ \t]+|\Z)", re.IGNORECASE)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(r"(?:\{\{[^{}\r\n]*\}\}|[^\s{]|\{)+")


@cache
def _pieces() -> re.Pattern[str]:
    """The first piece and the rest, without the blanks between and around them."""
    return re.compile(r"[ \t]*((?:\{\{[^{}\r\n]*\}\}|[^\s{]|\{)+)(?:[ \t]+(\S(?:.*\S)?))?[ \t]*\Z")


@cache
def _digest_parameters() -> re.Pattern[str]:
    """A parameter as RFC 7616, section 3.4 has it: no name of a user has an equals sign before a quote."""
    return re.compile(r'[ \t]*[A-Za-z]+="')


@cache
def _before_colon() -> re.Pattern[str]:
    return re.compile(r"((?:\{\{[^{}\r\n]*\}\}|[^:{]|\{(?!\{))*+):")
