"""Peculiar constructs of real files are read as a person reads them, and none of them is an error."""

import pytest
from tests.support.peculiar_files import PECULIAR

from httpls_grammar import parse
from httpls_grammar.problems import Severity


@pytest.mark.parametrize("name", PECULIAR)
def test_a_peculiar_file(name: str) -> None:
    text, requests = PECULIAR[name]
    document = parse(text)
    assert [f"{request.method} {request.target}" for request in document.requests] == requests
    assert [problem for problem in document.problems if problem.severity is Severity.ERROR] == []
