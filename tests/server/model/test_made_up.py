"""Made-up data: every name of Postman and JetBrains has a value, and what has to add up does."""

import random
import re
from datetime import UTC, datetime

import pytest
from tests.support.memory_files import analyse

from httpls.model.dynamic import Context, Kind, evaluate, every_variable
from httpls.model.dynamic.made_up import COMPUTED, PARTS, WORDS

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

POSTMAN = """
    guid timestamp isoTimestamp randomUUID randomInt randomAlphaNumeric randomBoolean randomColor randomHexColor
    randomAbbreviation randomIP randomIPV6 randomMACAddress randomPassword randomLocale randomUserAgent randomProtocol
    randomSemver randomFirstName randomLastName randomFullName randomNamePrefix randomNameSuffix randomJobArea
    randomJobDescriptor randomJobTitle randomJobType randomPhoneNumber randomPhoneNumberExt randomCity randomStreetName
    randomStreetAddress randomCountry randomCountryCode randomLatitude randomLongitude randomAvatarImage randomImageUrl
    randomAbstractImage randomAnimalsImage randomBusinessImage randomCatsImage randomCityImage randomFoodImage
    randomNightlifeImage randomFashionImage randomPeopleImage randomNatureImage randomSportsImage randomTransportImage
    randomImageDataUri randomBankAccount randomBankAccountName randomCreditCardMask randomBankAccountBic
    randomBankAccountIban randomTransactionType randomCurrencyCode randomCurrencyName randomCurrencySymbol randomBitcoin
    randomCompanyName randomCompanySuffix randomBs randomBsAdjective randomBsBuzz randomBsNoun randomCatchPhrase
    randomCatchPhraseAdjective randomCatchPhraseDescriptor randomCatchPhraseNoun randomDatabaseColumn randomDatabaseType
    randomDatabaseCollation randomDatabaseEngine randomDateFuture randomDatePast randomDateRecent randomWeekday
    randomMonth randomDomainName randomDomainSuffix randomDomainWord randomEmail randomExampleEmail randomUserName
    randomUrl randomFileName randomFileType randomFileExt randomCommonFileName randomCommonFileType randomCommonFileExt
    randomFilePath randomDirectoryPath randomMimeType randomPrice randomProduct randomProductAdjective
    randomProductMaterial randomProductName randomDepartment randomNoun randomVerb randomIngverb randomAdjective
    randomWord randomWords randomPhrase randomLoremWord randomLoremWords randomLoremSentence randomLoremSentences
    randomLoremParagraph randomLoremParagraphs randomLoremText randomLoremSlug randomLoremLines
""".split()  # noqa: SIM905 - a list of words
"""All that Postman has."""


def _value(name: str, seed: int = 1) -> str:
    value = evaluate(name, [], Context(lambda: _NOW, UTC, random.Random(seed)))
    assert isinstance(value, str), (name, value)
    return value


def test_every_name_of_postman_has_a_value() -> None:
    assert len(POSTMAN) == len(set(POSTMAN)) == 118
    assert [name for name in POSTMAN if not _value(f"${name}")] == []


def test_a_file_with_every_name_of_postman_has_no_problem() -> None:
    fields = ",\n".join([f'  "{name}": "{{{{${name}}}}}"' for name in POSTMAN])
    assert list(analyse(f"POST http://a\nContent-Type: application/json\n\n{{\n{fields}\n}}\n").problems()) == []


def test_a_value_is_one_line_without_anything_left_to_fill_in_and_comes_again_from_the_same_seed() -> None:
    for variable in every_variable():
        if variable.kind is Kind.PURE and variable.signatures == ((),):
            for seed in range(20):
                value = _value(variable.name, seed)
                assert not re.search(r"[{}|\r\n]", value), (variable.name, value)
                if variable.name.startswith("$random"):
                    assert value == _value(variable.name, seed)


def test_every_name_in_braces_is_one_of_a_table() -> None:
    named = {name for text in WORDS.values() for name in re.findall(r"\{([\w.]+)(?:\*\d+)?\}", text)}
    assert named <= WORDS.keys() | COMPUTED.keys() | PARTS.keys()
    assert not WORDS.keys() & COMPUTED.keys()


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("randomFullName", r"\w+ \w+"),
        ("randomEmail", r"\w+[._]?\w+@example\.(com|net|org)"),
        ("randomStreetAddress", r"[1-9]\d{2,3} [\w ]+"),
        ("randomLatitude", r"-?\d{1,2}\.\d{4}"),
        ("randomPhoneNumber", r"\d{3}-\d{3}-\d{4}"),
        ("randomPhoneNumberExt", r"\d{1,2}-\d{3}-\d{3}-\d{4}"),
        ("randomHexColor", r"#[0-9a-f]{6}"),
        ("randomSemver", r"\d\.\d\.\d"),
        ("randomAlphaNumeric", r"[a-z0-9]"),
        ("randomPassword", r"[A-Za-z0-9]{15}"),
        ("randomBankAccountBic", r"[A-Z]{4}[A-Z]{2}[A-Z]\d(XXX)?"),
        ("randomFilePath", r"(/\w+)+/\w+\.\w+"),
        ("randomLoremSentence", r"[A-Z][a-z]*( [a-z]+){3,8}\."),
        ("randomDatePast", r"\w{3} \w{3} \d\d 202[56] \d\d:\d\d:\d\d GMT\+0000 \(Coordinated Universal Time\)"),
        ("randomWeekday", r"\w+day"),
        ("random.idNumber.valid", r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}"),
        ("random.business.creditCardExpiry", r"(0[1-9]|1[0-2])/(2[7-9]|30)"),
    ],
)
def test_a_value_looks_like_what_it_is(name: str, pattern: str) -> None:
    for seed in range(50):
        assert re.fullmatch(pattern, _value(f"${name}", seed)), _value(f"${name}", seed)


@pytest.mark.parametrize(
    ("name", "earliest", "latest"),
    [
        ("randomDateFuture", datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ("randomDatePast", datetime(2025, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("randomDateRecent", datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_time_lies_where_its_name_says(name: str, earliest: datetime, latest: datetime) -> None:
    for seed in range(50):
        text = _value(f"${name}", seed).removesuffix(" (Coordinated Universal Time)")
        assert earliest <= datetime.strptime(text, "%a %b %d %Y %H:%M:%S GMT%z") < latest


def test_check_digits_are_right() -> None:
    for seed in range(50):
        card = [int(digit) for digit in _value("$random.business.creditCardNumber", seed)]
        doubled = [digit * (2 - index % 2) for index, digit in enumerate(card)]
        assert sum(number // 10 + number % 10 for number in doubled) % 10 == 0

        iban = _value("$randomBankAccountIban", seed)
        assert int("".join([str(int(letter, 36)) for letter in iban[4:] + iban[:4]])) % 97 == 1

        ean13, ean8 = _value("$random.code.ean13", seed), _value("$random.code.ean8", seed)
        assert sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(ean13)) % 10 == 0
        assert sum(int(digit) * (3, 1)[index % 2] for index, digit in enumerate(ean8)) % 10 == 0

        isbn10 = [10 if digit == "X" else int(digit) for digit in _value("$random.code.isbn10", seed)]
        assert sum(digit * (10 - index) for index, digit in enumerate(isbn10)) % 11 == 0
        assert _value("$random.code.isbn13", seed).startswith("978")
