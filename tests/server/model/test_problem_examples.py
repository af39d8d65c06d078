"""Each problem has an example that shows it, which its page in the documentation has too."""

import pytest
from tests.support.problem_docs import problem_kinds
from tests.support.problem_examples import EXAMPLES, found_in

from httpls.model.severities import displayed

WITHOUT_EXAMPLE = {
    "dubious-certificate", "unreadable-file", "unreadable-shared-file", "unusable-certificate", "wrong-encoding",
    "unused-auth-parameter", "refused-by-server", "expired-token", "secret-in-tracked-file",
    "unused-environment-variable",
}  # fmt: skip
"""What a certificate, the clock, git, a server or bytes that are no text would have to be there for."""


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_an_example_has_its_problem(code: str) -> None:
    assert code in [problem.code for problem in found_in(EXAMPLES[code])]


def test_every_problem_has_an_example() -> None:
    assert {kind.code for kind in problem_kinds()} - set(EXAMPLES) <= WITHOUT_EXAMPLE


def test_a_problem_is_shown_as_the_settings_say() -> None:
    (problem,) = [one for one in found_in(EXAMPLES["unused-variable"]) if one.code == "unused-variable"]
    assert displayed(problem, {}) == problem
    assert displayed(problem, {"unused-variable": "off"}) is None
    shown = displayed(problem, {"unused-variable": "error"})
    assert shown is not None
    assert shown.severity.value == "error"
