"""Writes the reference page of dynamic variables from their catalogue."""

from collections.abc import Iterator, Sequence

from httpls.model.dynamic import DynamicVariable, Kind, every_variable, usage
from httpls.model.dynamic.made_up import COMPUTED, WORDS

_HEAD = """\
# Dynamic variables

What `{{$name …}}` stands for. Names are written in any case; arguments are told apart by blanks (`{{$randomInt 1 10}}`)
or stand in parentheses (`{{$random.integer(1, 10)}}`). Each use in a request has a value of its own.
What a value depends on beside time and chance is known only when the request is sent.
"""
_MADE_UP = """\
## Made-up data

English, on one line, and without a library: e-mail addresses reach nobody, and check digits are right.
"""


def variables_page() -> str:
    """Return the page of all dynamic variables."""
    made_up = {f"$random.{name}" for name in (*WORDS, *COMPUTED)} | {f"${name}" for name in (*WORDS, *COMPUTED)}
    described = [variable for variable in every_variable() if variable.name not in made_up]
    others = [variable for variable in every_variable() if variable.name in made_up]
    return "\n".join([
        _HEAD, "| variable | meaning | example | known to |", "| --- | --- | --- | --- |",
        *_rows(sorted(described, key=lambda variable: variable.name.lower())), "",
        _MADE_UP, "| variable | also written | known to |", "| --- | --- | --- |",
        *_short_rows(sorted(others, key=lambda variable: variable.name.lower())), "",
    ])  # fmt: skip


def _rows(variables: Sequence[DynamicVariable]) -> Iterator[str]:
    for variable in variables:
        calls = " or ".join(usage(variable, signature) for signature in variable.signatures)
        others = [f"`{spelling.name}`" for spelling in variable.spellings[1:]]
        meaning = f"{variable.documentation} Also {', '.join(others)}." if others else variable.documentation
        example = f"`{variable.example}`" if variable.example and variable.kind is Kind.PURE else ""
        yield f"| {calls} | {meaning} | {example} | {_tools(variable)} |".replace("$env.`", "$env.NAME`")


def _short_rows(variables: Sequence[DynamicVariable]) -> Iterator[str]:
    for variable in variables:
        others = ", ".join(f"`{spelling.name}`" for spelling in variable.spellings[1:])
        yield f"| `{variable.name}` | {others} | {_tools(variable)} |"


def _tools(variable: DynamicVariable) -> str:
    return ", ".join(tool.value for tool in variable.tools)
