"""All dynamic variables, by name.

A name is written with its `$`; case does not matter. Arguments are told apart by blanks (`$randomInt 1 10`) or stand
in parentheses (`$random.integer(1, 10)`); both give the same arguments. Each occurrence has a value of its own.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from httpls.model.dynamic.description import DynamicVariable, Kind, Spelling, Tool
from httpls.model.dynamic.variables import VARIABLES


class Found(NamedTuple):
    """A variable as it was found: `spelling` is the name that was used, `rest` what follows the name of a prefix."""

    variable: DynamicVariable
    spelling: Spelling
    rest: str = ""


def find(name: str) -> Found | None:
    """Return the variable of this name, with or without `$`, in any case; None if there is none."""
    lowered = "$" + name.removeprefix("$").lower()
    found = _by_name().get(lowered)
    if found:
        return None if found.variable.is_prefix else found
    for prefix, candidate in _prefixes():
        if lowered.startswith(prefix) and len(lowered) > len(prefix):
            return candidate._replace(rest=name.removeprefix("$")[len(prefix) - 1 :])
    return None


def every_variable() -> Iterator[DynamicVariable]:
    """Yield all variables: those that are described one by one, then made-up data."""
    from httpls.model.dynamic.made_up import COMPUTED, WORDS

    yield from VARIABLES
    for name in (*WORDS, *COMPUTED):
        yield _made_up(name)


def similar_names(name: str, most: int = 3) -> tuple[str, ...]:
    """Return the names that are spelt nearly like `name`, the nearest first, at most `most`."""
    from difflib import get_close_matches

    lowered = "$" + name[:100].removeprefix("$").lower()
    names = {found.spelling.name.lower(): found.spelling.name for found in _by_name().values()}
    return tuple(names[near] for near in get_close_matches(lowered, names, n=most, cutoff=0.7))


@cache
def _by_name() -> dict[str, Found]:
    return {
        spelling.name.lower(): Found(variable, spelling)
        for variable in every_variable()
        for spelling in variable.spellings
    }


@cache
def _prefixes() -> tuple[tuple[str, Found], ...]:
    return tuple((name, found) for name, found in _by_name().items() if found.variable.is_prefix)


def _made_up(name: str) -> DynamicVariable:
    """Return one of the many variables of made-up data, which have no arguments."""
    from httpls.model.dynamic.postman_names import POSTMAN_NAMES

    group, dot, item = name.partition(".")
    if not dot:
        told = _in_words(name.removeprefix("random")[:1].lower() + name.removeprefix("random")[1:])
        return DynamicVariable((Spelling(f"${name}", (Tool.POSTMAN,)),), Kind.PURE, f"Made-up data: {told}.")
    spellings = [Spelling(f"$random.{name}", (Tool.JETBRAINS,))]
    spellings += [Spelling(f"${other}", (Tool.POSTMAN,)) for other in POSTMAN_NAMES.get(name, ())]
    told = f"Made-up data: {_in_words(item)}, of the group {_in_words(group)}."
    return DynamicVariable(tuple(spellings), Kind.PURE, told)


def _in_words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
