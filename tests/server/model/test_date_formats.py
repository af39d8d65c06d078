"""Times in the format languages of Day.js and .NET, and offsets added as Day.js adds them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls.model.dynamic.dayjs import TOKENS, format_dayjs, from_dotnet
from httpls.model.dynamic.dotnet import STANDARD, BadFormat, format_dotnet
from httpls.model.dynamic.offsets import UNITS, Offset, add, unit_meant

_MORNING = datetime(2009, 6, 5, 1, 2, 3, 45_600, tzinfo=timezone(timedelta(hours=-7)))
_EVENING = datetime(2009, 12, 15, 22, 45, 30, 617_542, tzinfo=timezone(timedelta(hours=5, minutes=30)))
_MIDNIGHT = datetime(2020, 2, 29, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "morning", "evening"),
    [
        ("YYYY", "2009", "2009"),
        ("YY", "09", "09"),
        ("YYY", "09Y", "09Y"),
        ("M MM MMM MMMM", "6 06 Jun June", "12 12 Dec December"),
        ("D DD", "5 05", "15 15"),
        ("d dd ddd dddd", "5 Fr Fri Friday", "2 Tu Tue Tuesday"),
        ("H HH h hh", "1 01 1 01", "22 22 10 10"),
        ("a A", "am AM", "pm PM"),
        ("m mm s ss SSS", "2 02 3 03 045", "45 45 30 30 617"),
        ("S SS", "S SS", "S SS"),
        ("Z ZZ", "-07:00 -0700", "+05:30 +0530"),
        ("[YYYY] YYYY", "YYYY 2009", "YYYY 2009"),
        ("[] [", "[] [", "[] ["),
        ("Q o X x k yyyy", "Q o X x k yyyy", "Q o X x k yyyy"),
    ],
)
def test_a_pattern_of_day_js(pattern: str, morning: str, evening: str) -> None:
    assert format_dayjs(_MORNING, pattern) == morning
    assert format_dayjs(_EVENING, pattern) == evening


def test_midnight_is_twelve_o_clock() -> None:
    assert format_dayjs(_MIDNIGHT, "h A, d") == "12 AM, 6"
    assert format_dotnet(_MIDNIGHT, "h tt") == "12 AM"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("d", "06/05/2009"),
        ("D", "Friday, 05 June 2009"),
        ("f", "Friday, 05 June 2009 01:02"),
        ("F", "Friday, 05 June 2009 01:02:03"),
        ("g", "06/05/2009 01:02"),
        ("G", "06/05/2009 01:02:03"),
        ("M", "June 05"),
        ("o", "2009-06-05T01:02:03.0456000-07:00"),
        ("R", "Fri, 05 Jun 2009 08:02:03 GMT"),
        ("s", "2009-06-05T01:02:03"),
        ("t", "01:02"),
        ("T", "01:02:03"),
        ("u", "2009-06-05 08:02:03Z"),
        ("Y", "2009 June"),
        ("%d", "5"),
        ("d dd ddd dddd ddddd", "5 05 Fri Friday Friday"),
        ("M/MM/MMM/MMMM", "6/06/Jun/June"),
        ("y yy yyy yyyy yyyyy", "9 09 2009 2009 02009"),
        ("h:hh:H:HH", "1:01:1:01"),
        ("m mm s ss", "2 02 3 03"),
        ("f ff fff ffff fffff ffffff fffffff", "0 04 045 0456 04560 045600 0456000"),
        ("ss.FFFFFFF", "03.0456"),
        ("ss.F", "03"),
        ("F FF", " 04"),
        ("t tt", "A AM"),
        ("z zz zzz zzzz", "-7 -07 -07:00 -07:00"),
        ("K KK", "-07:00 -07:00-07:00"),
        ("gg", "A.D."),
        ("'day' d", "day 5"),
        ('"at" h', "at 1"),
        (r"h\h", "1h"),
        (r"'it\'s' h", "it's 1"),
        ("%h'x'", "1x"),
        ("yyyy-MM-ddTHH:mm:sszzz", "2009-06-05T01:02:03-07:00"),
        ("", ""),
    ],
)
def test_a_pattern_of_dotnet(pattern: str, expected: str) -> None:
    assert format_dotnet(_MORNING, pattern) == expected


@pytest.mark.parametrize("pattern", ["x", "U", "-", "%", "%%", "a%", "'", 'h "', "h\\", "ffffffff", "FFFFFFFF", "%'"])
def test_a_pattern_that_dotnet_refuses(pattern: str) -> None:
    assert isinstance(format_dotnet(_MORNING, pattern), BadFormat)


@pytest.mark.parametrize(
    ("dotnet", "dayjs"),
    [
        ("dd-MM-yyyy", "DD-MM-YYYY"),
        ("d.M.yy", "D.M.YY"),
        ("dddd, dd MMMM yyyy hh:mm tt", "dddd, DD MMMM YYYY hh:mm A"),
        ("yyyy'T'HH", "YYYY[T]HH"),
        ("DD/MM/YYYY", None),
        ("ddd DD MMM", None),
        ("HH:mm", None),
        ("[yyyy]", None),
    ],
)
def test_a_pattern_of_dotnet_is_recognised(dotnet: str, dayjs: str | None) -> None:
    assert from_dotnet(dotnet) == dayjs


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-01-31T10:00+00:00", 1, "M", "2026-02-28T10:00+00:00"),
        ("2024-01-31T10:00+00:00", 1, "M", "2024-02-29T10:00+00:00"),
        ("2024-02-29T10:00+00:00", 1, "y", "2025-02-28T10:00+00:00"),
        ("2026-03-31T10:00+00:00", -1, "M", "2026-02-28T10:00+00:00"),
        ("2026-01-31T10:00+00:00", -1, "M", "2025-12-31T10:00+00:00"),
        ("2026-11-30T10:00+00:00", 1, "Q", "2027-02-28T10:00+00:00"),
        ("2026-01-01T00:00+00:00", 2, "w", "2026-01-15T00:00+00:00"),
        ("2026-01-01T00:00+00:00", -1, "d", "2025-12-31T00:00+00:00"),
        ("2026-01-01T00:00+00:00", 90, "m", "2026-01-01T01:30+00:00"),
    ],
)
def test_an_offset_is_added(start: str, amount: int, unit: str, expected: str) -> None:
    assert add(datetime.fromisoformat(start), Offset(amount, unit)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("unit", "amount", "expected"),
    [
        ("d", 1, "2026-03-29T03:30:00+02:00"),  # 2:30 is skipped on the day that summer time begins.
        ("d", 2, "2026-03-30T02:30:00+02:00"),
        ("h", 24, "2026-03-29T03:30:00+02:00"),
        ("h", 48, "2026-03-30T03:30:00+02:00"),
    ],
)
def test_days_keep_the_time_of_day_and_hours_do_not(unit: str, amount: int, expected: str) -> None:
    try:
        zone = ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        pytest.skip("needs a time zone database")
    moment = add(datetime(2026, 3, 28, 2, 30, tzinfo=zone), Offset(amount, unit))
    assert moment
    assert moment.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "unit"), [("days", "d"), ("D", "d"), ("Year", "y"), ("hrs", "h"), ("min", "m"), ("q", "Q")]
)
def test_a_unit_is_guessed(text: str, unit: str) -> None:
    assert unit_meant(text) == unit


def test_an_unknown_unit_is_not_guessed() -> None:
    assert unit_meant("fortnight") is None


_FIRST = datetime(1, 1, 3)  # noqa: DTZ001 - hypothesis adds the zone.
_LAST = datetime(9999, 12, 29)  # noqa: DTZ001 - as above.
_MOMENTS = st.datetimes(timezones=st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    moment=_MOMENTS,
    pattern=st.one_of(st.text(max_size=30), st.lists(st.sampled_from([*TOKENS, "[", "]"])).map("".join)),
)
def test_every_pattern_of_day_js_means_something(moment: datetime, pattern: str) -> None:
    assert isinstance(format_dayjs(moment, pattern), str)
    from_dotnet(pattern)


@settings(max_examples=300, deadline=None)
@given(
    moment=st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=st.just(UTC)),
    pattern=st.one_of(
        st.sampled_from(list(STANDARD)), st.text("dfFgGhHKmMstyz%\\'\":/ x", max_size=30), st.text(max_size=10)
    ),
)
def test_a_pattern_of_dotnet_gives_text_or_a_reason(moment: datetime, pattern: str) -> None:
    assert isinstance(format_dotnet(moment, pattern), str | BadFormat)


@settings(max_examples=200, deadline=None)
@given(moment=_MOMENTS, amount=st.integers(), unit=st.sampled_from(list(UNITS)))
def test_adding_gives_a_time_in_the_same_zone_or_none(moment: datetime, amount: int, unit: str) -> None:
    later = add(moment, Offset(amount, unit))
    if later:
        assert later.tzinfo == moment.tzinfo
        assert (later > moment) == (amount > 0)
