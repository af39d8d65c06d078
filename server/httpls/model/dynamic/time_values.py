"""The variables that tell the time: `$timestamp`, `$datetime` and their like."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from httpls.model.dynamic import refusal
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.dayjs import format_dayjs
from httpls.model.dynamic.offsets import UNITS, Offset, add, is_amount, unit_meant
from httpls.model.dynamic.refusal import Refusal

LONGEST_FORMAT = 1000
"""How many characters a date format may have."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT_OFFSET = "one number and one unit, such as `1 d`"


def _timestamp(arguments: Sequence[str], context: Context) -> str | Refusal:
    milliseconds = context.profile == "kulala" or (context.profile == "httpyac" and not arguments)
    return _unix(arguments, context, milliseconds=milliseconds)


def _timestamp_milliseconds(arguments: Sequence[str], context: Context) -> str | Refusal:
    return _unix(arguments, context, milliseconds=True)


def _unix(arguments: Sequence[str], context: Context, *, milliseconds: bool) -> str | Refusal:
    moment = _moment(arguments, 0, context.clock())
    if isinstance(moment, Refusal):
        return moment
    return str((moment - _EPOCH) // (timedelta(milliseconds=1) if milliseconds else timedelta(seconds=1)))


def _iso_timestamp(arguments: Sequence[str], context: Context) -> str | Refusal:
    moment = _moment(arguments, 0, context.clock())
    return moment if isinstance(moment, Refusal) else _iso_utc(moment)


def _date(arguments: Sequence[str], context: Context) -> str | Refusal:
    moment = _moment(arguments, 0, context.clock().astimezone(context.zone))
    return moment if isinstance(moment, Refusal) else f"{moment.year:04}-{moment.month:02}-{moment.day:02}"


def _datetime(arguments: Sequence[str], context: Context) -> str | Refusal:
    return _formatted(arguments, context.clock().astimezone(UTC), context.profile, is_local=False)


def _local_datetime(arguments: Sequence[str], context: Context) -> str | Refusal:
    return _formatted(arguments, context.clock().astimezone(context.zone), context.profile, is_local=True)


TIME_VALUES: dict[str, Callable[[Sequence[str], Context], str | Refusal]] = {
    "$timestamp": _timestamp,
    "$timestampMs": _timestamp_milliseconds,
    "$isoTimestamp": _iso_timestamp,
    "$date": _date,
    "$datetime": _datetime,
    "$localDatetime": _local_datetime,
}
"""What evaluates each variable, by the name that is proposed for it."""


def format_of(arguments: Sequence[str]) -> tuple[str, int]:
    """Return the format among the arguments of `$datetime`, and how many arguments it is.

    The format is what comes before the offset; a format without quotes may consist of several words.
    """
    length = len(arguments)
    if length == 1 and is_amount(arguments[0]):
        length = 0
    elif length >= 2 and is_amount(arguments[-2]):
        length -= 2
    elif length >= 2 and is_amount(arguments[-1]):
        length -= 1
    return " ".join(arguments[:length]), length


def _formatted(arguments: Sequence[str], moment: datetime, profile: str, *, is_local: bool) -> str | Refusal:
    pattern, used = format_of(arguments)
    if len(pattern) > LONGEST_FORMAT:
        return Refusal(
            refusal.ARGUMENT, f"the date format is longer than {LONGEST_FORMAT:,} characters", "Write a shorter one.", 0
        )
    later = _moment(arguments, used, moment)
    if isinstance(later, Refusal):
        return later
    if profile == "vs":
        return _by_dotnet(later, pattern, is_local=is_local)
    match pattern.lower():
        case "" | "iso8601":
            return format_dayjs(later, "YYYY-MM-DDTHH:mm:ssZ") if is_local else _iso_utc(later)
        case "rfc1123":
            return format_dayjs(later, f"ddd, DD MMM YYYY HH:mm:ss {'ZZ' if is_local else '[GMT]'}")
        case _:
            return format_dayjs(later, pattern)


def _by_dotnet(moment: datetime, pattern: str, *, is_local: bool) -> str | Refusal:
    """Format as Visual Studio does, which documents samples of `iso8601` and `rfc1123`."""
    from httpls.model.dynamic.dotnet import format_dotnet

    known = {
        "": "o",
        "iso8601": "o",
        "rfc1123": "ddd, dd MMM yyyy HH:mm:ss zz" if is_local else "r",
    }
    text = format_dotnet(moment, known.get(pattern.lower(), pattern))
    return text if isinstance(text, str) else Refusal(refusal.ARGUMENT, text.message, text.remedy, 0)


def _iso_utc(moment: datetime) -> str:
    return format_dayjs(moment.astimezone(UTC), "YYYY-MM-DDTHH:mm:ss.SSS[Z]")


def _moment(arguments: Sequence[str], first: int, moment: datetime) -> datetime | Refusal:
    """Return `moment` moved by the offset that the arguments from `first` on give."""
    offset = arguments[first:]
    if not offset:
        return moment
    if len(offset) > 2:
        return Refusal(
            refusal.ARGUMENT_COUNT, "there are too many arguments", f"An offset is {_SHORT_OFFSET}.", first + 2
        )
    amount = offset[0]
    if not is_amount(amount):
        return _no_amount(amount, first)
    if len(offset) == 1:
        return Refusal(
            refusal.ARGUMENT_COUNT,
            f"`{amount}` has no unit",
            f"Write one of {', '.join(UNITS)} after it: `{amount} d` is {amount} day{'' if int(amount) == 1 else 's'}.",
            first,
            tuple(f"{amount} {unit}" for unit in UNITS),
        )
    unit = offset[1]
    if unit not in UNITS:
        meant = unit_meant(unit)
        hint = f"Write `{meant}` for {UNITS[meant]}." if meant else "The units are "
        if not meant:
            hint += ", ".join(f"`{short}` ({word})" for short, word in UNITS.items()) + "."
        return Refusal(
            refusal.ARGUMENT, f"`{_short(unit)}` is not a unit of time", hint, first + 1, (meant,) if meant else ()
        )
    later = add(moment, Offset(int(amount), unit))
    if later is None:
        return Refusal(
            refusal.ARGUMENT,
            f"no calendar has the time that is {amount} {UNITS[unit]} from now",
            "The years go from 1 to 9999; write a smaller number.",
            first,
        )
    return later


def _no_amount(text: str, index: int) -> Refusal:
    digits = text.rstrip("yQMwdhms")
    unit = text[len(digits) :]
    if is_amount(digits) and unit in UNITS:
        return Refusal(
            refusal.ARGUMENT, f"`{text}` is not a number", f"Write a blank between: `{digits} {unit}`.", index,
            (f"{digits} {unit}",),
        )  # fmt: skip
    return Refusal(
        refusal.ARGUMENT, f"`{_short(text)}` is not a whole number of at most 15 digits",
        f"An offset is {_SHORT_OFFSET}.", index,
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
