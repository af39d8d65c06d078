"""How a request authenticates, where that is written, and what it overrides.

The nearest level counts (design, section 5): the request's own `# @auth`, the file's, that of the folders from the
nearest up to the root, the environment's default. The list of a level replaces that of the levels around it; `none`
cuts, `inherit` goes on outwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from httpls.model.workspace import RequestFile
from httpls_grammar.block import Block
from httpls_grammar.islands.arguments import ArgumentValue, NamedArgument, parse_arguments
from httpls_grammar.islands.directive import Directive, normalise
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

UNKNOWN_SCHEME = ProblemKind(
    "unknown-auth-scheme", Severity.ERROR,
    "`{word}` is no way to authenticate",
    "{suggestion}",
)  # fmt: skip
MISSING_SCHEME = ProblemKind(
    "missing-auth-scheme", Severity.ERROR,
    "`@auth` does not say how to authenticate",
    "Write the scheme after it, such as `# @auth basic {{{{user}}}} {{{{password}}}}`.",
)  # fmt: skip
STRAY_AUTH_PARAMETER = ProblemKind(
    "stray-auth-parameter", Severity.WARNING,
    "`@{name}` belongs to an `@auth` line, but none stands above it in this block",
    "Write `# @auth …` above it, or remove it.",
)  # fmt: skip
AUTH_BESIDE_HEADER = ProblemKind(
    "auth-beside-header", Severity.WARNING,
    "the request has an `Authorization` field too, which wins over this line",
    "Remove one of them.",
)  # fmt: skip

SCHEME_WORDS: dict[str, str] = {
    "none": "none", "noauth": "none", "inherit": "inherit", "use": "use", "basic": "basic", "bearer": "bearer",
    "apikey": "apikey", "jwt": "jwt", "jwtbearer": "jwt", "digest": "digest", "oauth1": "oauth1", "oauth2": "oauth2",
    "oidc": "oidc", "openid": "oidc", "hawk": "hawk", "aws": "aws", "awsv4": "aws", "awssigv4": "aws",
    "sigv4": "aws", "ntlm": "ntlm", "negotiate": "negotiate", "kerberos": "negotiate", "spnego": "negotiate",
    "edgegrid": "edgegrid", "akamai": "edgegrid", "asap": "asap", "aad": "aad", "azure": "aad", "cognito": "cognito",
    "wsse": "wsse", "mock": "mock", "mtls": "mtls",
}  # fmt: skip
"""The words for schemes as they are compared (without blanks, `-`, `_`, in lower case), and the scheme each means."""


class Level(IntEnum):
    """Where an authentication is written, the nearest first."""

    REQUEST = 1
    FILE = 2
    FOLDER = 3
    ENVIRONMENT = 4


class AuthDeclaration(NamedTuple):
    """One `# @auth` with the `# @auth-…` lines below it. Ranges count from the start of its file.

    `scheme` is the canonical word, `word` the one that is written.
    """

    file: RequestFile
    level: Level
    scheme: str
    word: str
    word_range: Range
    range: Range
    positional: tuple[ArgumentValue, ...]
    named: tuple[NamedArgument, ...]


class AuthInForce(NamedTuple):
    """What a request authenticates with: several declarations of one level, none for no authentication.

    `level` is None where no level says anything; `overridden` are the declarations of the levels further out.
    """

    declarations: tuple[AuthDeclaration, ...]
    level: Level | None
    overridden: tuple[AuthDeclaration, ...]


def declarations_of(file: RequestFile, block: Block, offset: int, level: Level) -> Sequence[AuthDeclaration]:
    """Return the declarations of a block that begins at `offset` of its file."""
    found: list[AuthDeclaration] = []
    for directive in block.directives:
        if directive.key == "auth" and directive.value:
            found.append(_declaration(file, directive, offset, level))
        elif found and _is_parameter(directive):
            found[-1] = found[-1]._replace(named=(*found[-1].named, _parameter(directive, offset)))
    return found


def in_force(levels: Iterable[Sequence[AuthDeclaration]]) -> AuthInForce:
    """Return what counts, from the declarations of each level, the nearest first."""
    chosen: tuple[AuthDeclaration, ...] = ()
    level: Level | None = None
    overridden: list[AuthDeclaration] = []
    for declarations in levels:
        effective = [declaration for declaration in declarations if declaration.scheme != "inherit"]
        if level is not None:
            overridden += effective
        elif effective:
            level = effective[0].level
            chosen = tuple([declaration for declaration in effective if declaration.scheme != "none"])
    return AuthInForce(chosen, level, tuple(overridden))


def auth_problems(block: Block) -> Iterator[Problem]:
    """Yield what is wrong with the `@auth` lines of a block; ranges count from its start."""
    has_auth = False
    has_header = any(header.name.lower() == "authorization" for header in block.headers)
    for directive in block.directives:
        if directive.key == "auth":
            has_auth = True
            if not directive.value:
                yield MISSING_SCHEME.at(directive.name_range)
                continue
            word = parse_arguments(directive.value, directive.value_range.start).positional
            if not word or normalise(word[0].text) not in SCHEME_WORDS:
                where = word[0].range if word else directive.value_range
                yield _unknown(where, word[0].text if word else directive.value)
            elif has_header and SCHEME_WORDS[normalise(word[0].text)] not in ("none", "inherit", "mtls"):
                yield AUTH_BESIDE_HEADER.at(directive.value_range)
        elif _is_parameter(directive) and not has_auth:
            yield STRAY_AUTH_PARAMETER.at(directive.name_range, name=directive.name)


def _is_parameter(directive: Directive) -> bool:
    return directive.key.startswith("auth") and directive.key not in ("auth", "authfollowredirects")


def _declaration(file: RequestFile, directive: Directive, offset: int, level: Level) -> AuthDeclaration:
    arguments = parse_arguments(directive.value, directive.value_range.start + offset)
    nothing = ArgumentValue("", directive.value_range.shifted(offset))
    first = arguments.positional[0] if arguments.positional else nothing
    scheme = SCHEME_WORDS.get(normalise(first.text), "")
    return AuthDeclaration(
        file, level, scheme, first.text, first.range, directive.range.shifted(offset),
        arguments.positional[1:], arguments.named,
    )  # fmt: skip


def _parameter(directive: Directive, offset: int) -> NamedArgument:
    """Turn `# @auth-key value` into the pair that it is; the value runs to the end of the line."""
    prefix = len("auth-")
    name_range = directive.name_range.shifted(offset)
    key = directive.name[prefix:]
    return NamedArgument(
        key, normalise(key), Range(name_range.start + prefix, name_range.end),
        ArgumentValue(directive.value, directive.value_range.shifted(offset)),
    )  # fmt: skip


def _unknown(where: Range, word: str) -> Problem:
    near = did_you_mean(word, SCHEME_WORDS)
    known = ", ".join(sorted(set(SCHEME_WORDS.values())))
    suggestion = f"Did you mean `{near}`?" if near else f"Write one of: {known}."
    return UNKNOWN_SCHEME.at(where, word=word, suggestion=suggestion)
