"""Made-up data: from the library Faker where it is installed, else refused with the name of the extra."""

import random
import sys
from datetime import UTC, datetime
from types import ModuleType
from typing import ClassVar

import pytest

from httpls.model.dynamic import Context, Kind, Refusal, evaluate, every_variable
from httpls.model.dynamic.faker_values import METHODS, english_faker


def _context(seed: int = 1) -> Context:
    return Context(lambda: datetime(2026, 1, 1, tzinfo=UTC), UTC, random.Random(seed))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    english_faker.cache_clear()


class _Faker:
    """Stands for the library: every method answers with its name and the seed."""

    seeds: ClassVar[list[int]] = []

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.seed = 0

    def seed_instance(self, seed: int) -> None:
        self.seed = seed

    def city(self) -> str:
        return f"City {self.seed}"

    def address(self) -> str:
        return "1 High Street\nMilton"

    def words(self) -> list[str]:
        return ["one", "two"]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("faker")
    module.__dict__["Faker"] = _Faker
    monkeypatch.setitem(sys.modules, "faker", module)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    refused = evaluate("$random.address.city", [], _context())
    assert isinstance(refused, Refusal)
    assert refused.code == "dynamic-variable-needs-faker"
    assert refused.remedy == "Install the extra: `pip install httpls[faker]`."


@pytest.mark.usefixtures("installed")
def test_the_library_is_seeded_from_the_context() -> None:
    assert evaluate("$random.address.city", [], _context(1)) == evaluate("$RANDOMCITY", [], _context(1))
    assert evaluate("$random.address.city", [], _context(1)) != evaluate("$random.address.city", [], _context(2))


@pytest.mark.usefixtures("installed")
def test_a_value_is_one_line() -> None:
    assert evaluate("$random.address.fullAddress", [], _context()) == "1 High Street, Milton"
    assert evaluate("$random.lorem.words", [], _context()) == "one two"


def test_every_method_is_one_of_the_library() -> None:
    pytest.importorskip("faker", reason="needs the extra `faker`")
    for variable in every_variable():
        if variable.kind is Kind.FAKER:
            value = evaluate(variable.name, [], _context())
            assert isinstance(value, str), variable.name
            assert value, variable.name
            assert "\n" not in value, variable.name
            assert value == evaluate(variable.name, [], _context()), variable.name
    assert len(METHODS) > 60
