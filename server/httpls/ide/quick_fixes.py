"""Edits that put right what a diagnostic tells."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from httpls_grammar.problems import Problem
from httpls_grammar.text import Range


class Fix(NamedTuple):
    """One edit: what it does, and the text to put in place of a stretch."""

    title: str
    range: Range
    text: str
    is_preferred: bool = True


def fixes(text: str, problem: Problem) -> Iterator[Fix]:
    """Yield the edits for a problem of a request file whose text is given."""
    meant = re.search(r"Did you mean `@?([^`]+)`\?", problem.remedy)
    if meant is not None:
        yield _replaced(text, problem.range, meant.group(1))
        return
    line_break = "\r\n" if "\r\n" in text else "\n"
    start = problem.range.start
    if problem.code == "second-request":
        yield Fix("Insert `###` before the request", Range(start, start), f"###{line_break}")
    elif problem.code == "missing-blank-line":
        yield Fix("Insert a blank line before the body", Range(start, start), line_break)
    elif problem.code == "unclosed-script":
        end = len(text[: problem.range.end].rstrip())
        yield Fix("Close the script", Range(end, end), f"{line_break}%}}")
    elif problem.code == "undefined-variable":
        name = problem.range.of(text).strip("{}% ")
        yield Fix(f"Define `{name}` in this file", Range(0, 0), f"@{name} = {line_break}", is_preferred=False)
    elif problem.code in ("content-length", "unknown-line", "stray-auth-parameter"):
        yield Fix("Remove the line", _line(text, start), "", is_preferred=False)
    elif problem.code == "indented-separator":
        line = _line(text, start)
        blanks = len(line.of(text)) - len(line.of(text).lstrip(" \t"))
        yield Fix("Remove the blanks before `###`", Range(line.start, line.start + blanks), "")
    elif problem.code == "header-without-colon":
        yield Fix("Write a colon after the name", Range(problem.range.end, problem.range.end), ": ")


def _replaced(text: str, where: Range, meant: str) -> Fix:
    """Replace a misspelt word; of a template only what stands between the braces."""
    written = where.of(text)
    if written.startswith("{{") and written.endswith("}}"):
        where = Range(where.start + 2, where.end - 2)
    return Fix(f"Change to `{meant}`", where, meant)


def _line(text: str, offset: int) -> Range:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return Range(start, len(text) if end < 0 else end + 1)
