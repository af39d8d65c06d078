"""Sets authentication up: the lines of a scheme with all that it needs, from the catalogue of schemes."""

from collections.abc import Iterator
from typing import NamedTuple

from httpls_auth.schemes.index import scheme_class, words
from httpls_auth.schemes.parameter import Parameter
from httpls_grammar import Request
from httpls_grammar.islands.arguments import parse_arguments
from httpls_grammar.text import Range

FIRST = ("basic", "bearer", "apikey", "oauth2", "digest", "aws", "jwt", "ntlm", "hawk", "oauth1")
"""The schemes that are offered, the most common first; completion has all of them."""


class Setup(NamedTuple):
    """The lines that set a scheme up, to be put in place of a stretch. `snippet` has places to fill in."""

    title: str
    range: Range
    text: str


def setups(request: Request, is_wanted: bool) -> Iterator[Setup]:
    """Yield what can set up the authentication of a request that has none, or whose `# @auth` line says too little.

    For a request that says nothing of authentication there are some only if it `is_wanted`: most need none.
    """
    text = request.block.text
    line_break = "\r\n" if "\r\n" in text else "\n"
    known = frozenset(words())
    for directive in request.directives:
        if directive.key == "auth":
            arguments = parse_arguments(directive.value)
            if len(arguments.positional) > 1 or arguments.named:
                return
            chosen = [one.text for one in arguments.positional if one.text in known]
            where = Range(directive.range.start, directive.range.start + len(_line(text, directive.range)))
            for word in chosen or [word for word in FIRST if word in known]:
                lines = auth_lines(word)
                if not chosen or len(lines) > 1 or lines[0] != f"# @auth {word}":
                    yield Setup(f"Set up authentication: {scheme_class(word).title}", where.shifted(request.offset),
                                line_break.join(lines))  # fmt: skip
            return
    if not is_wanted or any(header.name.lower() == "authorization" for header in request.headers):
        return
    start = request.offset + request.syntax.line.range.start
    for word in FIRST:
        if word in known:
            text = "".join([f"{line}{line_break}" for line in auth_lines(word)])
            yield Setup(f"Set up authentication: {scheme_class(word).title}", Range(start, start), text)


def auth_lines(word: str) -> list[str]:
    """Return the lines of a scheme with all parameters that it needs; secrets come from the keyring."""
    scheme = scheme_class(word)
    needed = [one for one in scheme.parameters() if one.required is not None]
    placed = sorted([one for one in needed if one.position is not None], key=lambda one: one.position or 0)
    whole = [one.position for one in placed] == list(range(len(placed)))
    first = " ".join(["# @auth", word, *[example_value(one) for one in placed if whole]])
    return [first, *[f"# @auth-{one.name} {example_value(one)}" for one in needed if not whole or one.position is None]]


def example_value(parameter: Parameter) -> str:
    """Return what stands for the value of a parameter until somebody writes it."""
    if parameter.is_secret:
        return f"{{{{$secret {parameter.name}}}}}"
    if parameter.choices:
        return parameter.choices[0]
    return parameter.example or f"{{{{{parameter.name}}}}}"


def _line(text: str, where: Range) -> str:
    return where.of(text).rstrip("\r\n")
