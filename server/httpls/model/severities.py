"""How bad a problem is shown. What is refused is refused all the same: that is for the problem itself to say."""

from collections.abc import Mapping
from types import MappingProxyType

from httpls_grammar.problems import Problem, Severity

OFF = "off"
"""The word for a problem that is not shown."""
AS_DECLARED: Mapping[str, str] = MappingProxyType({})
"""What holds where nobody says anything else."""


def displayed(problem: Problem, severities: Mapping[str, str]) -> Problem | None:
    """Return a problem as it is to be shown, None if it is not.

    `severities` are words of `httpls.settings.Shown` by code.
    """
    word = severities.get(problem.code)
    if word is None:
        return problem
    return None if word == OFF else problem._replace(severity=Severity(word))
