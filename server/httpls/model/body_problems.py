"""What is wrong inside a body: JSON that is none, and multipart boundaries that do not fit."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

MALFORMED_JSON_BODY = ProblemKind(
    "malformed-json-body", Severity.WARNING,
    "the body is said to be JSON and is none: {reason}",
    "Correct it, or name another type in `Content-Type`; it is sent as it stands.",
)  # fmt: skip
MISSING_BOUNDARY = ProblemKind(
    "missing-boundary", Severity.WARNING,
    "`Content-Type` names no boundary, so no server can tell the parts from each other",
    "Write `Content-Type: {media_type}; boundary={suggestion}`.",
)  # fmt: skip
UNUSED_BOUNDARY = ProblemKind(
    "unused-boundary", Severity.WARNING,
    "no line of the body is the boundary `--{boundary}` that `Content-Type` names",
    "{remedy}",
)  # fmt: skip
UNCLOSED_MULTIPART = ProblemKind(
    "unclosed-multipart", Severity.WARNING,
    "the last part is not closed",
    "Write `--{boundary}--` in a line after it.",
)  # fmt: skip


class BodyLine(NamedTuple):
    """A line of the body as it is sent, without its line break; `start` is where it begins in the file."""

    start: int
    text: str

    @property
    def range(self) -> Range:
        """The line without the blanks around it."""
        begin = self.start + len(self.text) - len(self.text.lstrip())
        return Range(begin, begin + len(self.text.strip()))


def json_problems(lines: Sequence[BodyLine]) -> Iterator[Problem]:
    """Yield the first error of a JSON body. Templates may stand in it; a line with one is never wrong."""
    from json import JSONDecodeError, loads

    text = "\n".join([line.text for line in lines])
    # A number is right in place of a value and harmless in a text. Offsets have to stay what they are.
    filled = _template().sub(lambda match: "1".ljust(len(match.group())), text) if "{{" in text else text
    try:
        loads(filled)
    except JSONDecodeError as error:
        number = text.count("\n", 0, error.pos)
        line = lines[min(number, len(lines) - 1)]
        if "{{" in line.text:
            return
        column = min(error.pos - (text.rfind("\n", 0, error.pos) + 1), len(line.text))
        where = Range(line.start + column, line.start + min(column + 1, len(line.text)))
        yield MALFORMED_JSON_BODY.at(where, reason=error.msg[:1].lower() + error.msg[1:])
    except RecursionError:
        # Whether a text of such depth is JSON is for the server to find out.
        return


def multipart_problems(lines: Sequence[BodyLine], content_type: str) -> Iterator[Problem]:
    """Yield what does not fit between a multipart body and the boundary that its type names (RFC 2046, 5.1.1)."""
    if "{{" in content_type or "‹" in content_type or not lines:
        return
    match = _boundary().search(content_type)
    marks = [line for line in lines if line.text.lstrip().startswith("--")]
    if match is None:
        suggestion = marks[0].text.strip()[2:].removesuffix("--") if marks else "part"
        yield MISSING_BOUNDARY.at(
            lines[0].range, media_type=content_type.partition(";")[0].strip(), suggestion=suggestion or "part"
        )
        return
    boundary = match.group(1) or match.group(2)
    written = [line.text.rstrip() for line in marks]
    if any("{{" in text for text in written):
        return
    if f"--{boundary}" not in written:
        near = next((text for text in written if text.strip("-")), None)
        remedy = f"Write `--{boundary}` before each part."
        if near is not None:
            remedy = f"Write `--{boundary}` instead of `{near}`, or name the other one in `Content-Type`."
        yield UNUSED_BOUNDARY.at(marks[0].range if marks else lines[0].range, boundary=boundary, remedy=remedy)
    elif f"--{boundary}--" not in written:
        yield UNCLOSED_MULTIPART.at(lines[-1].range, boundary=boundary)


@cache
def _template() -> re.Pattern[str]:
    return re.compile(r"\{\{[^{}\r\n]*\}\}")


@cache
def _boundary() -> re.Pattern[str]:
    return re.compile(r';\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
