"""Dynamic variables: what each evaluates to, and how a wrong use is refused."""

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls.model.dynamic import (
    Context,
    Hole,
    Kind,
    Refusal,
    Tool,
    advise,
    check,
    evaluate,
    every_variable,
    find,
    usage,
)
from httpls.model.dynamic.postman_names import POSTMAN_NAMES

_NOW = datetime(2026, 1, 31, 23, 30, 15, 123_456, tzinfo=UTC)
_ZONE = timezone(timedelta(hours=2))


def _context(profile: str = "auto", seed: int = 1, now: datetime = _NOW) -> Context:
    return Context(lambda: now, _ZONE, random.Random(seed), profile)


def _value(name: str, *arguments: str, profile: str = "auto", seed: int = 1) -> str:
    value = evaluate(name, arguments, _context(profile, seed))
    assert isinstance(value, str), value
    return value


def _refusal(name: str, *arguments: str, profile: str = "auto") -> Refusal:
    refused = evaluate(name, arguments, _context(profile))
    assert isinstance(refused, Refusal), refused
    return refused


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("$timestamp", "", "1769902215"),
        ("$timestamp", "1 d", "1769988615"),
        ("$timestamp", "-1 h", "1769898615"),
        ("$timestampMs", "", "1769902215123"),
        ("$timestampMs", "10 ms", "1769902215133"),
        ("$isoTimestamp", "", "2026-01-31T23:30:15.123Z"),
        ("$date", "", "2026-02-01"),
        ("$date", "1 d", "2026-02-02"),
        ("$datetime", "", "2026-01-31T23:30:15.123Z"),
        ("$datetime", "1 M", "2026-02-28T23:30:15.123Z"),
        ("$datetime", "iso8601", "2026-01-31T23:30:15.123Z"),
        ("$datetime", "rfc1123", "Sat, 31 Jan 2026 23:30:15 GMT"),
        ("$datetime", "rfc1123 1 w", "Sat, 07 Feb 2026 23:30:15 GMT"),
        ("$datetime", "YYYY-MM-DD", "2026-01-31"),
        ("$datetime", "YYYY-MM-DD -1 y", "2025-01-31"),
        ("$datetime", "YYYY-MM-DD HH:mm", "2026-01-31 23:30"),
        ("$datetime", "YYYY-MM-DD HH:mm 1 Q", "2026-04-30 23:30"),
        ("$localDatetime", "iso8601", "2026-02-01T01:30:15+02:00"),
        ("$localDatetime", "rfc1123", "Sun, 01 Feb 2026 01:30:15 +0200"),
        ("$localDatetime", "DD.MM.YYYY", "01.02.2026"),
    ],
)
def test_a_time(name: str, arguments: str, expected: str) -> None:
    assert _value(name, *arguments.split()) == expected


@pytest.mark.parametrize(
    ("profile", "arguments", "expected"),
    [
        ("auto", "", "1769902215"),
        ("jetbrains", "", "1769902215"),
        ("vs", "", "1769902215"),
        ("httpyac", "", "1769902215123"),
        ("httpyac", "0 s", "1769902215"),
        ("kulala", "", "1769902215123"),
        ("rest.nvim", "", "1769902215"),
    ],
)
def test_the_profile_tells_the_unit_of_a_timestamp(profile: str, arguments: str, expected: str) -> None:
    assert _value("$timestamp", *arguments.split(), profile=profile) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("$datetime", [], "2026-01-31T23:30:15.1234560+00:00"),
        ("$datetime", ["iso8601"], "2026-01-31T23:30:15.1234560+00:00"),
        ("$datetime", ["rfc1123"], "Sat, 31 Jan 2026 23:30:15 GMT"),
        ("$datetime", ["dd-MM-yyyy"], "31-01-2026"),
        ("$datetime", ["dd-MM-yyyy", "-1", "y"], "31-01-2025"),
        ("$localDatetime", ["iso8601"], "2026-02-01T01:30:15.1234560+02:00"),
        ("$localDatetime", ["rfc1123"], "Sun, 01 Feb 2026 01:30:15 +02"),
    ],
)
def test_visual_studio_formats_as_dotnet_does(name: str, arguments: list[str], expected: str) -> None:
    assert _value(name, *arguments, profile="vs") == expected


@pytest.mark.parametrize(
    ("name", "arguments", "pattern"),
    [
        ("$guid", "", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("$UUID", "", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("$random.uuid", "", r"[0-9a-f-]{36}"),
        ("$randomInt", "", r"\d{1,3}"),
        ("$randomInt", "5 6", "5"),
        ("$randomInt", "-3 -2", "-3"),
        ("$random.integer", "", r"\d{1,3}"),
        ("$random.integer", "1", "0"),
        ("$random.integer", "10 11", "10"),
        ("$random.float", "", r"\d{1,3}\.\d+"),
        ("$random.float", "1.5 2", r"1\.[5-9]\d*"),
        ("$random.alphabetic", "12", "[A-Za-z]{12}"),
        ("$random.alphanumeric", "30", r"\w{30}"),
        ("$random.hexadecimal", "20", "[0-9A-F]{20}"),
        ("$random.email", "", r"[a-z]{10}@example\.com"),
        ("$random.bool", "", "true|false"),
        ("$randomBoolean", "", "true|false"),
        ("$random.crypto.sha256", "", "[0-9a-f]{64}"),
        ("$random.internet.ipV4Address", "", r"\d+\.\d+\.\d+\.\d+"),
        ("$random.commerce.price", "", r"\d+\.\d\d"),
        ("$random.superhero.name", "", r"[\w ]+"),
    ],
)
def test_a_random_value(name: str, arguments: str, pattern: str) -> None:
    for seed in range(50):
        assert re.fullmatch(pattern, _value(name, *arguments.split(), seed=seed))


def test_random_integers_reach_both_ends_but_not_the_upper_bound() -> None:
    context = _context()
    values = [evaluate("$randomInt", ["1", "4"], context) for _ in range(200)]
    assert set(values) == {"1", "2", "3"}


def test_httpyac_swaps_bounds_that_stand_the_wrong_way_round() -> None:
    assert _value("$randomInt", "6", "5", profile="httpyac") == "5"
    assert _refusal("$randomInt", "6", "5").code == "dynamic-variable-argument"


def test_each_occurrence_has_a_value_of_its_own() -> None:
    context = _context()
    assert evaluate("$uuid", [], context) != evaluate("$uuid", [], context)


@pytest.mark.parametrize(
    ("name", "arguments", "message", "remedy"),
    [
        ("$uiud", "", "there is no dynamic variable `$uiud`", "Did you mean `$uuid`?"),
        ("$random.adress.city", "", "there is no dynamic variable `$random.adress.city`",
         "Did you mean `$random.address.city`?"),
        ("$whatever", "", "there is no dynamic variable `$whatever`",
         "Complete after `{{$` to see all dynamic variables."),
        ("$guid", "x", "`$guid` takes no arguments", "Remove what stands after the name."),
        ("$env.HOME", "x", "`$env.HOME` takes no arguments", "Remove what stands after the name."),
        ("$timestamp", "1", "`1` has no unit", "Write one of y, Q, M, w, d, h, m, s, ms after it: `1 d` is 1 day."),
        ("$timestamp", "-2", "`-2` has no unit",
         "Write one of y, Q, M, w, d, h, m, s, ms after it: `-2 d` is -2 days."),
        ("$timestamp", "1d", "`1d` is not a number", "Write a blank between: `1 d`."),
        ("$timestamp", "1 days", "`days` is not a unit of time", "Write `d` for days."),
        ("$timestamp", "1 D", "`D` is not a unit of time", "Write `d` for days."),
        ("$datetime", "rfc1123 1 hrs", "`hrs` is not a unit of time", "Write `h` for hours."),
        ("$datetime", "rfc1123 9999 y", "no calendar has the time that is 9999 years from now",
         "The years go from 1 to 9999; write a smaller number."),
        ("$timestamp", "1 d x", "`$timestamp` has too many arguments", "Write `$timestamp [amount] [unit]`."),
        ("$randomInt", "5", "`$randomInt` has too few arguments", "Write `$randomInt` or `$randomInt from to`."),
        ("$randomInt", "a 5", "`a` is not a whole number of at most 15 digits",
         "Write a whole number of at most 15 digits."),
        ("$random.integer", "5 5", "nothing lies from 5 to below 5",
         "Write the smaller number first; the second is the first one that cannot come."),
        ("$random.alphabetic", "", "`$random.alphabetic` has too few arguments", "Write `$random.alphabetic(length)`."),
        ("$random.alphabetic", "0", "`0` is not a length from 1 to 100,000", "Write a length from 1 to 100,000."),
        ("$random.hexadecimal", "9999999", "`9999999` is not a length from 1 to 100,000",
         "Write a length from 1 to 100,000."),
        ("$exampleServer", "", "`$exampleServer` stands for something that is still to be written",
         "Fill in the address of the server."),
        ("$placeholder", "", "`$placeholder` stands for something that is still to be written",
         "Fill in what belongs here."),
        ("$secret", "key", "the value of `$secret` is known only while the request runs", "Send the request."),
        ("$secret", "", "`$secret` has too few arguments", "Write `$secret name`."),
    ],
)  # fmt: skip
def test_a_wrong_use_is_refused(name: str, arguments: str, message: str, remedy: str) -> None:
    refused = _refusal(name, *arguments.split())
    assert (refused.message, refused.remedy) == (message, remedy)


@pytest.mark.parametrize("pattern", ["%", "x", "'open", "ffffffff", "dd\\", "%%"])
def test_a_bad_format_of_dotnet_is_refused(pattern: str) -> None:
    refused = _refusal("$datetime", pattern, profile="vs")
    assert (refused.code, refused.argument) == ("dynamic-variable-argument", 0)


def test_the_same_use_may_be_right_in_one_profile_and_refused_in_another() -> None:
    assert _value("$datetime", "x") == "x"
    assert _refusal("$datetime", "x", profile="vs").remedy.startswith("Write `%x` to use it as a custom format")


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["dd-MM-yyyy"], "DD-MM-YYYY"),
        (["yyyy-MM-ddTHH:mm:ss.fffK", "1", "d"], "YYYY-MM-DDTHH:mm:ss.SSSZ"),
        (["MM/dd"], "MM/DD"),
        (["YYYY-MM-DD"], None),
        (["dddd, D MMMM YYYY"], None),
        (["[day] DD"], None),
        (["iso8601"], None),
    ],
)
def test_a_format_of_dotnet_gets_a_hint_where_day_js_reads_it(arguments: list[str], suggestion: str | None) -> None:
    advice = advise("$datetime", arguments, "auto")
    assert (advice.suggestions[0] if advice else None) == suggestion
    assert advise("$datetime", arguments, "vs") is None


@pytest.mark.parametrize(
    ("name", "kind", "hole"),
    [
        ("$uuid", Kind.PURE, None),
        ("$projectRoot", Kind.HOLE, Hole.PROJECT),
        ("$env.PATH", Kind.HOLE, Hole.OS_ENVIRONMENT),
        ("$processEnv", Kind.HOLE, Hole.OS_ENVIRONMENT),
        ("$dotEnv", Kind.HOLE, Hole.DOTENV),
        ("$shared", Kind.HOLE, Hole.SHARED),
        ("$secret", Kind.HOLE, Hole.SECRET),
        ("$keyring", Kind.HOLE, Hole.KEYRING),
        ("$auth.token", Kind.HOLE, Hole.TOKEN),
        ("$aadV2Token", Kind.HOLE, Hole.TOKEN),
        ("$oidcAccessToken", Kind.HOLE, Hole.TOKEN),
        ("$input-askonce", Kind.HOLE, Hole.PROMPT),
        ("$pick", Kind.HOLE, Hole.PICK),
        ("$xpath", Kind.HOLE, Hole.RESPONSE),
        ("$cancel", Kind.HOLE, Hole.CANCEL),
        ("$random.address.city", Kind.PURE, None),
        ("$random.chuckNorris.fact", Kind.PURE, None),
        ("$exampleServer", Kind.TEMPLATE, None),
    ],
)
def test_a_variable_says_what_it_takes_to_know_its_value(name: str, kind: Kind, hole: Hole | None) -> None:
    found = find(name)
    assert found
    assert (found.variable.kind, found.variable.hole) == (kind, hole)


def test_names_are_found_in_any_case_and_keep_their_own_spelling() -> None:
    found = find("$RANDOMUUID")
    assert found
    assert (found.spelling.name, found.spelling.tools) == ("$randomUUID", (Tool.POSTMAN,))
    assert found.variable.name == "$uuid"


def test_the_name_after_a_prefix_keeps_its_case() -> None:
    found = find("$ENV.Path_x")
    assert found
    assert found.rest == "Path_x"
    assert find("$env.") is None


def test_what_must_not_be_shown_is_marked() -> None:
    secret = {variable.name for variable in every_variable() if variable.is_secret}
    assert {"$secret", "$keyring", "$password", "$auth.token", "$aadToken"} <= secret
    assert "$input" not in secret


def test_no_name_is_given_twice() -> None:
    names = [spelling.name.lower() for variable in every_variable() for spelling in variable.spellings]
    assert sorted(names) == sorted(set(names))


def test_every_variable_is_described() -> None:
    for variable in every_variable():
        assert variable.documentation.endswith("."), variable.name
        assert variable.tools, variable.name
        assert (variable.kind is Kind.HOLE) == (variable.hole is not None), variable.name
        assert all(
            parameter.documentation.endswith(".") for signature in variable.signatures for parameter in signature
        )


def test_every_pure_variable_has_a_value() -> None:
    for variable in every_variable():
        if variable.kind is Kind.PURE:
            arguments = ["3" for parameter in min(variable.signatures, key=len) if not parameter.is_optional]
            assert _value(variable.name, *arguments), variable.name


def test_every_name_of_postman_is_that_of_a_variable() -> None:
    known = {variable.name.removeprefix("$random.") for variable in every_variable()}
    assert set(POSTMAN_NAMES) <= known


def test_usage_is_written_as_the_variable_is_called() -> None:
    integer = find("$random.integer")
    assert integer
    assert [usage(integer.variable, signature) for signature in integer.variable.signatures] == [
        "`$random.integer`",
        "`$random.integer(to)`",
        "`$random.integer(from, to)`",
    ]


_NAMES = [spelling.name for variable in every_variable() for spelling in variable.spellings]
_FIRST = datetime(1, 1, 3)  # noqa: DTZ001 - hypothesis adds the zone.
_LAST = datetime(9999, 12, 29)  # noqa: DTZ001 - as above.
_ARGUMENTS = st.lists(
    st.text(max_size=20) | st.integers().map(str) | st.sampled_from(["y", "M", "ms", "YYYY", "yyyy", "%", "1.5"]),
    max_size=4,
)
_PROFILES = st.sampled_from(["auto", "restclient", "jetbrains", "httpyac", "kulala", "vs", "rest.nvim"])


@settings(max_examples=400, deadline=None)
@given(
    name=st.one_of(st.sampled_from(_NAMES), st.text(max_size=20)),
    arguments=_ARGUMENTS,
    profile=_PROFILES,
    now=st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=st.just(UTC)),
    seed=st.integers(),
)
def test_the_same_clock_and_seed_give_the_same_answer(
    name: str, arguments: Sequence[str], profile: str, now: datetime, seed: int
) -> None:
    first, second = (evaluate(name, arguments, _context(profile, seed, now)) for _ in range(2))
    assert first == second
    if check(name, arguments):
        assert isinstance(first, Refusal)
    advise(name, arguments, profile)
