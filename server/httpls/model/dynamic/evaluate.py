"""Evaluates dynamic variables, and checks their use without evaluating."""

from collections.abc import Sequence

from httpls.model.dynamic import refusal
from httpls.model.dynamic.catalogue import Found, find, similar_names
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.description import DynamicVariable, Kind, Parameter
from httpls.model.dynamic.random_values import RANDOM_VALUES
from httpls.model.dynamic.refusal import Refusal


def evaluate(name: str, arguments: Sequence[str], context: Context) -> str | Refusal:
    """Return the value of a dynamic variable, or why it has none.

    `name` is written with its `$`, in any case. `arguments` are without quotes. What depends on more than clock and
    randomness (`Kind.HOLE`, `Kind.TEMPLATE`) is always refused. Never raises, whatever the name and the arguments are.
    """
    refused = check(name, arguments)
    if refused:
        return refused
    found = find(name)
    assert found  # `check` refuses what there is not.
    variable = found.variable
    if variable.kind is Kind.HOLE:
        return Refusal(
            refusal.NOT_KNOWN_YET, f"the value of `{found.spelling.name}` is known only while the request runs",
            "Send the request.",
        )  # fmt: skip
    if variable.name in RANDOM_VALUES:
        return RANDOM_VALUES[variable.name](arguments, context)
    from httpls.model.dynamic.time_values import TIME_VALUES

    if variable.name in TIME_VALUES:
        return TIME_VALUES[variable.name](arguments, context)
    from httpls.model.dynamic.made_up import made_up

    return made_up(variable.name.removeprefix("$random.").removeprefix("$"), context)


def check(name: str, arguments: Sequence[str]) -> Refusal | None:
    """Return what is wrong with name and number of arguments; None if the variable can be planned.

    What the arguments of a `Kind.PURE` variable mean is checked by evaluating it.
    """
    found = find(name)
    if not found:
        return _unknown(name)
    if found.variable.kind is Kind.TEMPLATE:
        return Refusal(
            refusal.PLACEHOLDER,
            f"`{found.spelling.name}` stands for something that is still to be written",
            "Fill in the address of the server." if "Server" in found.spelling.name else "Fill in what belongs here.",
        )
    return _wrong_count(found, arguments)


def advise(name: str, arguments: Sequence[str], profile: str) -> Refusal | None:
    """Return a hint about a use that has a value, but hardly the one that was meant; None if there is nothing to say.

    A date format of .NET where the format language is that of Day.js: `suggestions` has it translated.
    """
    found = find(name)
    if not found or profile == "vs" or found.variable.name not in ("$datetime", "$localDatetime"):
        return None
    from httpls.model.dynamic.dayjs import from_dotnet
    from httpls.model.dynamic.time_values import LONGEST_FORMAT, format_of

    pattern, _ = format_of(arguments)
    translated = from_dotnet(pattern) if len(pattern) <= LONGEST_FORMAT else None
    if not translated:
        return None
    return Refusal(
        refusal.FORMAT_OF_DOTNET,
        f"`{pattern}` looks like a date format of .NET; this one is of Day.js, where `yyyy` is text and `dd` a weekday",
        f"Write `{translated}`, or `# @dialect vs` at the top of the file.",
        0,
        (translated,),
    )


def _unknown(name: str) -> Refusal:
    shown = name if len(name) <= 60 else name[:59] + "…"
    similar = similar_names(name)
    remedy = f"Did you mean `{similar[0]}`?" if similar else "Complete after `{{$` to see all dynamic variables."
    return Refusal(refusal.UNKNOWN, f"there is no dynamic variable `{shown}`", remedy, None, similar)


def _wrong_count(found: Found, arguments: Sequence[str]) -> Refusal | None:
    variable = found.variable
    if variable.name in ("$datetime", "$localDatetime"):
        return None  # A format without quotes may be of several words, so only evaluating can tell.
    count = len(arguments)
    if any(_fits(variable, signature, count) for signature in variable.signatures):
        return None
    if variable.signatures == ((),):
        return Refusal(
            refusal.ARGUMENT_COUNT,
            f"`{found.spelling.name}{found.rest}` takes no arguments",
            "Remove what stands after the name.",
            0,
        )
    most = max(len(signature) for signature in variable.signatures)
    usual = " or ".join(usage(variable, signature, found.spelling.name) for signature in variable.signatures)
    return Refusal(
        refusal.ARGUMENT_COUNT,
        f"`{found.spelling.name}` has too {'many' if count > most else 'few'} arguments",
        f"Write {usual}.",
        most if count > most else None,
    )


def _fits(variable: DynamicVariable, signature: tuple[Parameter, ...], count: int) -> bool:
    least = sum(not parameter.is_optional for parameter in signature)
    return count >= least and (count <= len(signature) or (variable.takes_rest and bool(signature)))


def usage(variable: DynamicVariable, signature: tuple[Parameter, ...], name: str = "") -> str:
    """Return a call as documentation writes it, such as `` `$randomInt from to` ``; optional ones in brackets."""
    name = name or variable.name
    names = [f"[{parameter.name}]" if parameter.is_optional else parameter.name for parameter in signature]
    if not names:
        return f"`{name}`"
    return f"`{name}({', '.join(names)})`" if variable.parenthesised else f"`{name} {' '.join(names)}`"
