"""The declarations of a block: `# @auth` with its `# @auth-…` lines, and `# @use-os-credentials`."""

from collections.abc import Iterable, Iterator, Sequence

from httpls.model.authentication import AuthArgument, AuthDeclaration, Form, Level, canonical_word, known_words
from httpls.model.source import Source
from httpls_grammar.block import Block
from httpls_grammar.islands.arguments import ArgumentValue, parse_arguments
from httpls_grammar.islands.directive import Directive
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


def directive_declarations(source: Source, block: Block, offset: int, level: Level) -> Sequence[AuthDeclaration]:
    """Return what the directives of a block declare; the block begins at `offset` of its file."""
    found: list[AuthDeclaration] = []
    for directive in block.directives:
        if directive.key == "auth":
            found.append(_declaration(source, directive, offset, level))
        elif directive.key == "useoscredentials":
            where = directive.name_range.shifted(offset)
            found.append(
                AuthDeclaration(
                    source, level, Form.DIRECTIVE, "negotiate", directive.name, where, directive.range.shifted(offset)
                )
            )
        elif found and is_auth_parameter(directive):
            found[-1] = found[-1]._replace(arguments=(*found[-1].arguments, _parameter(source, directive, offset)))
    return found


def directive_problems(block: Block) -> Iterator[Problem]:
    """Yield what is wrong with the `@auth` lines of a block as lines; ranges count from its start."""
    has_auth = False
    for directive in block.directives:
        if directive.key == "auth":
            has_auth = True
            arguments = parse_arguments(directive.value, directive.value_range.start)
            if not arguments.positional:
                where = directive.value_range if directive.value else directive.name_range
                yield MISSING_SCHEME.at(where)
            elif canonical_word(arguments.positional[0].text) is None:
                yield unknown_scheme(arguments.positional[0].range, arguments.positional[0].text)
        elif directive.key == "useoscredentials":
            has_auth = True
        elif is_auth_parameter(directive) and not has_auth:
            yield STRAY_AUTH_PARAMETER.at(directive.name_range, name=directive.name)


def follow_redirects(
    source: Source, directives: Iterable[Directive], offset: int
) -> tuple[tuple[Source, Range, str], ...]:
    """Return the origins that `# @auth-follow-redirects` lines name, each with its place."""
    found: list[tuple[Source, Range, str]] = []
    for directive in directives:
        if directive.key != "authfollowredirects":
            continue
        start = directive.value_range.start + offset
        for piece in directive.value.split(","):
            text = piece.strip()
            begin = start + len(piece) - len(piece.lstrip())
            if text:
                found.append((source, Range(begin, begin + len(text)), text))
            start += len(piece) + 1
    return tuple(found)


def is_auth_parameter(directive: Directive) -> bool:
    """Tell whether a directive is one of the `# @auth-…` lines that give a parameter."""
    return directive.key.startswith("auth") and directive.key not in ("auth", "authfollowredirects")


def unknown_scheme(where: Range, word: str) -> Problem:
    """Return the problem of a word that is no scheme."""
    near = did_you_mean(word, known_words())
    known = ", ".join(sorted({canonical_word(name) or name for name in known_words()}))
    suggestion = f"Did you mean `{near}`?" if near else f"Write one of: {known}."
    return UNKNOWN_SCHEME.at(where, word=word, suggestion=suggestion)


def _declaration(source: Source, directive: Directive, offset: int, level: Level) -> AuthDeclaration:
    written = parse_arguments(directive.value, directive.value_range.start + offset)
    where = directive.value_range if directive.value else directive.name_range
    word = written.positional[0] if written.positional else ArgumentValue("", where.shifted(offset))
    scheme = canonical_word(word.text) or ""
    positional = [AuthArgument(source, None, value.text, value.range) for value in written.positional[1:]]
    named = [AuthArgument(source, one.key, one.value.text, one.value.range, one.key_range) for one in written.named]
    identifier = None
    if scheme == "use" and positional:
        identifier = str(positional[0].text)
    return AuthDeclaration(
        source, level, Form.DIRECTIVE, scheme, word.text, word.range, directive.range.shifted(offset),
        (*positional, *named), identifier=identifier,
    )  # fmt: skip


def _parameter(source: Source, directive: Directive, offset: int) -> AuthArgument:
    """Turn `# @auth-key value` into the argument that it is; the value runs to the end of the line."""
    prefix = len("auth") + (1 if directive.name[4:5] in ("-", "_", ".") else 0)
    name_range = directive.name_range.shifted(offset)
    return AuthArgument(source,
        directive.name[prefix:], directive.value, directive.value_range.shifted(offset),
        Range(name_range.start + prefix, name_range.end),
    )  # fmt: skip
