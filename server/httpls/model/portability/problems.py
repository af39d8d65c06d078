"""What in a block other tools read differently: for projects that ask for files which several tools can run.

The facts are those of the tools' documentation and sources; `tests/server/model/test_portability.py` has an example of
each. What tools merely look for in another order is told by `defined_twice`.
"""

from collections.abc import Iterator, Sequence

from httpls.model.portability.lines import misread_lines
from httpls.model.portability.misreading import TOOLS
from httpls.model.portability.templates import misread_templates
from httpls.model.requests import KnownRequests
from httpls_grammar import Profile
from httpls_grammar.blocks import Located
from httpls_grammar.problems import Problem, ProblemKind, Severity

NOT_PORTABLE = ProblemKind(
    "not-portable", Severity.WARNING,
    "this is not portable: {reading} in {tools}",
    "{remedy}",
)  # fmt: skip


def portability_problems(
    located: Located, wanted: Sequence[Profile], profile: Profile, is_explicit: bool, requests: KnownRequests
) -> Iterator[Problem]:
    """Yield a problem for each place of a block that one of the `wanted` tools reads differently.

    `profile` is in force for the file, `is_explicit` if somebody chose it; `requests` are those it may refer to.
    """
    block = located.block
    for found in (*misread_lines(block, profile, is_explicit), *misread_templates(block, profile, requests)):
        tools = [tool for tool in wanted if tool in found.tools]
        if tools:
            shown = _listed([TOOLS[tool].value for tool in tools])
            where = found.range.shifted(located.offset)
            yield NOT_PORTABLE.at(where, tools=shown, reading=found.reading, remedy=found.remedy)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
