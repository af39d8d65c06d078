"""Made-up data: `$random.group.name` of JetBrains, and what Postman calls `$randomName`.

The tables `words_of_…` have a text for each name. Alternatives stand between `|`; one of them is taken. It may name
others in braces: `{superhero.prefix}` is a value of that name, `{hexadecimal*32}` are 32 such characters. What has to
add up, such as a check digit, is worked out here. All is English and on one line.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle

from httpls.model.dynamic.calendar_names import MONTHS, WEEKDAYS
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.words_of_business import WORDS as _BUSINESS
from httpls.model.dynamic.words_of_people import WORDS as _PEOPLE
from httpls.model.dynamic.words_of_things import WORDS as _THINGS

WORDS: dict[str, str] = {**_PEOPLE, **_BUSINESS, **_THINGS}
"""By the name without `$random.` or, where only Postman has it, without `$`: what to choose from."""


def made_up(name: str, context: Context) -> str:
    """Return a value; `name` is one of `WORDS` or `COMPUTED`."""
    if name in COMPUTED:
        return COMPUTED[name](context)
    return _filled(WORDS[name], context)


def _filled(text: str, context: Context) -> str:
    """Take one of the alternatives, with what its braces name in place of them."""
    chosen = context.random.choice(text.split("|"))
    return _BRACES.sub(lambda match: _several(match[1], int(match[2] or 1), context), chosen)


_BRACES = re.compile(r"\{([\w.]+)(?:\*([0-9]+))?\}")


def _several(name: str, count: int, context: Context) -> str:
    if name in PARTS:
        return "".join(context.random.choices(PARTS[name], k=count))
    return made_up(name, context)


_CAPITALS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = tuple("0123456789")
PARTS: dict[str, tuple[str, ...]] = {
    "digit": _DIGITS,
    "nonzero": _DIGITS[1:],
    "area": tuple("1234578"),  # The first digit of US social security numbers that may exist.
    "hexadecimal": tuple("0123456789abcdef"),
    "letter": tuple("abcdefghijklmnopqrstuvwxyz"),
    "capital": _CAPITALS,
    "lower": tuple("abcdefghijklmnopqrstuvwxyz0123456789"),
    "alphanumeric": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    "base58": tuple("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    "byte": tuple(map(str, range(256))),
    "public": tuple(map(str, range(11, 100))),  # First numbers of IPv4 networks none of which is private.
    "number": tuple(map(str, range(1, 1000))),
    "version": tuple(map(str, range(120, 140))),
    "place": (
        "Ashford", "Brookfield", "Clearwater", "Eastwood", "Fairview", "Greenville", "Hillcrest", "Kingsbury",
        "Lakeside", "Maplewood", "Milton", "Oakdale", "Riverton", "Springfield", "Stonebridge", "Westfield",
    ),
    "product": (
        "Awesome", "Ergonomic", "Fantastic", "Generic", "Gorgeous", "Handcrafted", "Incredible", "Intelligent",
        "Licensed", "Practical", "Refined", "Rustic", "Sleek", "Small", "Tasty", "Unbranded",
    ),
    "item": (
        "Bag", "Ball", "Bench", "Bike", "Chair", "Clock", "Coat", "Computer", "Gloves", "Hat", "Keyboard", "Lamp",
        "Mouse", "Pants", "Shirt", "Shoes", "Soap", "Table", "Towels", "Wallet", "Watch",
    ),
    "subject": (
        "Biology", "Chemistry", "Economics", "Engineering", "History", "Law", "Mathematics", "Philosophy", "Physics",
    ),
    "stem": (
        "archive", "budget", "chart", "draft", "invoice", "letter", "minutes", "notes", "offer", "photo", "plan",
        "report", "schedule", "sketch", "statement", "summary", "table",
    ),
}  # fmt: skip
"""What may stand in braces and be repeated there."""


def _degrees(most: int) -> Callable[[Context], str]:
    return lambda context: f"{context.random.uniform(-most, most):.4f}"


def _with_check_digit(length: int, start: str, weights: tuple[int, ...]) -> Callable[[Context], str]:
    """Return what makes codes as GS1 has them: each digit has its weight, and the last one makes the sum end in 0."""

    def code(context: Context) -> str:
        digits = start + _filled(f"{{digit*{length - 1 - len(start)}}}", context)
        total = sum(int(digit) * weight for digit, weight in zip(digits, cycle(weights), strict=False))
        return digits + str(-total % 10)

    return code


def _isbn10(context: Context) -> str:
    digits = _filled("{digit*9}", context)
    check = -sum(int(digit) * (10 - index) for index, digit in enumerate(digits)) % 11
    return digits + ("X" if check == 10 else str(check))


def _credit_card_number(context: Context) -> str:
    """Return a number of 16 digits of the card network to which 4 belongs, with its check digit (ISO/IEC 7812-1)."""
    digits = "4" + _filled("{digit*14}", context)
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(digits)]
    return digits + str(-sum(number // 10 + number % 10 for number in doubled) % 10)


def _credit_card_expiry(context: Context) -> str:
    now = context.clock()
    return f"{context.random.randint(1, 12):02}/{(now.year + context.random.randint(1, 4)) % 100:02}"


def _iban(context: Context) -> str:
    """Return a German account number with its check digits (ISO 13616)."""
    account = _filled("{nonzero}{digit*17}", context)
    return f"DE{98 - int(account + '131400') % 97:02}{account}"


def _sentence(context: Context) -> str:
    words = [made_up("lorem.word", context) for _ in range(context.random.randint(4, 9))]
    return " ".join(words).capitalize() + "."


def _moment(least: timedelta, most: timedelta) -> Callable[[Context], str]:
    """Return what makes a time so far from now, written as JavaScript writes one in UTC."""

    def moment(context: Context) -> str:
        now = context.clock().astimezone(UTC)
        try:
            then = now + context.random.uniform(0.0, 1.0) * (most - least) + least
        except OverflowError:  # At the ends of the calendar.
            then = now
        return _as_javascript(then)

    return moment


def _as_javascript(moment: datetime) -> str:
    day, month = WEEKDAYS[moment.weekday()][:3], MONTHS[moment.month - 1][:3]
    date = f"{day} {month} {moment.day:02} {moment.year:04}"
    return f"{date} {moment:%H:%M:%S} GMT+0000 (Coordinated Universal Time)"


_YEAR, _DAY, _SECOND = timedelta(days=365), timedelta(days=1), timedelta(seconds=1)

COMPUTED: dict[str, Callable[[Context], str]] = {
    "address.latitude": _degrees(90),
    "address.longitude": _degrees(180),
    "business.creditCardExpiry": _credit_card_expiry,
    "business.creditCardNumber": _credit_card_number,
    "code.ean13": _with_check_digit(13, "", (1, 3)),
    "code.ean8": _with_check_digit(8, "", (3, 1)),
    "code.gtin13": _with_check_digit(13, "", (1, 3)),
    "code.gtin8": _with_check_digit(8, "", (3, 1)),
    "code.isbn10": _isbn10,
    "code.isbn13": _with_check_digit(13, "978", (1, 3)),
    "finance.iban": _iban,
    "lorem.sentence": _sentence,
    "randomDateFuture": _moment(_SECOND, _YEAR),
    "randomDatePast": _moment(-_YEAR, -_SECOND),
    "randomDateRecent": _moment(-_DAY, -_SECOND),
    "randomMonth": lambda context: context.random.choice(MONTHS),
    "randomWeekday": lambda context: context.random.choice(WEEKDAYS),
}
"""What is worked out, by the same names."""
