"""The variables that are random: identifiers, numbers, strings."""

import re
from collections.abc import Callable, Sequence

from httpls.model.dynamic import refusal
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.refusal import Refusal

LONGEST_TEXT = 100_000
"""How many characters a random text may have: it is made of one small argument, and must not fill the memory."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"


def _uuid(_arguments: Sequence[str], context: Context) -> str:
    bits = context.random.getrandbits(128)
    bits = bits & ~(0xF << 76) | 4 << 76  # The version, RFC 9562, 5.4.
    bits = bits & ~(0x3 << 62) | 2 << 62  # The variant.
    digits = f"{bits:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _integer(arguments: Sequence[str], context: Context) -> str | Refusal:
    if not arguments:
        return str(context.random.randrange(1000))
    bounds: list[int] = []
    for index, argument in enumerate(arguments):
        if not _INTEGER.fullmatch(argument):
            return _no_number(argument, index, "a whole number of at most 15 digits")
        bounds.append(int(argument))
    low, high = (0, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    if context.profile == "httpyac":
        if low == high:
            return str(low)
        low, high = min(low, high), max(low, high)
    if low >= high:
        return _empty_range(arguments)
    return str(context.random.randrange(low, high))


def _random_int(arguments: Sequence[str], context: Context) -> str | Refusal:
    if len(arguments) == 1:
        return Refusal(
            refusal.ARGUMENT_COUNT,
            "`$randomInt` takes two arguments or none",
            f"Write the least value before it: `$randomInt 0 {_short(arguments[0])}`.",
            0,
        )
    return _integer(arguments, context)


def _float(arguments: Sequence[str], context: Context) -> str | Refusal:
    bounds = [0.0, 1000.0]
    for index, argument in enumerate(arguments):
        if not _NUMBER.fullmatch(argument):
            return _no_number(argument, index, "a number such as 1.5")
        bounds[index] = float(argument)
    low, high = (0.0, bounds[0]) if len(arguments) == 1 else (bounds[0], bounds[1])
    if context.profile == "httpyac":
        low, high = min(low, high), max(low, high)
    elif low >= high:
        return _empty_range(arguments)
    value = low + (high - low) * context.random.random()
    return _decimal(value if low <= value < high else low)


def _text(alphabet: str) -> Callable[[Sequence[str], Context], str | Refusal]:
    def text(arguments: Sequence[str], context: Context) -> str | Refusal:
        length = int(arguments[0]) if _INTEGER.fullmatch(arguments[0]) else 0
        if not 1 <= length <= LONGEST_TEXT:
            return _no_number(arguments[0], 0, f"a length from 1 to {LONGEST_TEXT:,}")
        return "".join(context.random.choices(alphabet, k=length))

    return text


def _email(_arguments: Sequence[str], context: Context) -> str:
    return "".join(context.random.choices(_LETTERS[26:], k=10)) + "@example.com"


def _bool(_arguments: Sequence[str], context: Context) -> str:
    return context.random.choice(("true", "false"))


RANDOM_VALUES: dict[str, Callable[[Sequence[str], Context], str | Refusal]] = {
    "$uuid": _uuid,
    "$randomInt": _random_int,
    "$random.integer": _integer,
    "$random.float": _float,
    "$random.alphabetic": _text(_LETTERS),
    "$random.alphanumeric": _text(_LETTERS + _DIGITS + "_"),
    "$random.hexadecimal": _text(_DIGITS + "ABCDEF"),
    "$random.email": _email,
    "$random.bool": _bool,
}
"""What evaluates each variable, by the name that is proposed for it."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")


def _decimal(value: float) -> str:
    """Return the shortest digits that mean `value`, without an exponent."""
    text = repr(value)
    if "e" not in text:
        return text
    from decimal import Decimal

    return format(Decimal(text), "f")


def _no_number(argument: str, index: int, wanted: str) -> Refusal:
    return Refusal(refusal.ARGUMENT, f"`{_short(argument)}` is not {wanted}", f"Write {wanted}.", index)


def _empty_range(arguments: Sequence[str]) -> Refusal:
    if len(arguments) == 1:
        return Refusal(refusal.ARGUMENT, f"nothing lies from 0 to below {arguments[0]}", "Write a positive number.", 0)
    return Refusal(
        refusal.ARGUMENT,
        f"nothing lies from {arguments[0]} to below {arguments[1]}",
        "Write the smaller number first; the second is the first one that cannot come.",
        1,
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
