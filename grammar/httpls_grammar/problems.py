"""Problems: what is wrong with a text, where, and what to do about it.

A kind of problem is declared once, here or in the package that finds it, with a code that never changes.
The reference page of all problems is generated from these declarations.
"""

from enum import Enum
from typing import NamedTuple

from httpls_grammar.text import Range


class Severity(Enum):
    """How bad a problem is. A request with an error is not sent; the others leave it runnable."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Problem(NamedTuple):
    """One problem at one place.

    `range` counts code points from the start of the text that was parsed.
    `remedy` is one sentence that says what the author can do.
    """

    code: str
    severity: Severity
    range: Range
    message: str
    remedy: str

    def shifted(self, distance: int) -> "Problem":
        """Return the same problem, seen from a point that lies `distance` code points before."""
        return self._replace(range=self.range.shifted(distance))


class ProblemKind(NamedTuple):
    """What all problems of one code have in common; `message` and `remedy` are templates for `str.format`."""

    code: str
    severity: Severity
    message: str
    remedy: str

    def at(self, range: Range, /, **values: object) -> Problem:  # noqa: A002 - the field is called so everywhere
        """Make a problem of this kind at `range`; `values` fill the templates."""
        return Problem(self.code, self.severity, range, self.message.format(**values), self.remedy.format(**values))
