"""Puts lines of an `# @auth` into the text of a request file, and leaves everything else as it is."""

import re
from collections.abc import Sequence

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_AUTH = re.compile(r"\s*(?:#|//)\s*@auth(?:-[\w-]+)?(?:\s|$)")


def insert_at_request(text: str, line: int, lines: Sequence[str]) -> tuple[str, int]:
    """Return the text with lines before that of the request (from 1), and the number of the first of them.

    Lines of an `@auth` that the request has already are replaced.
    """
    every = _LINE.findall(text)
    end = _line_end(text)
    start = line - 1
    while start > 0 and not every[start - 1].startswith("###"):
        start -= 1
    before = [one for one in every[start : line - 1] if not _AUTH.match(one)]
    inserted = [one + end for one in lines]
    return "".join([*every[:start], *before, *inserted, *every[line - 1 :]]), start + len(before) + 1


def insert_at_file(text: str, lines: Sequence[str]) -> str:
    """Return the text with lines at its start, in a block without a request: what stands there holds for all."""
    end = _line_end(text)
    head = "".join(one + end for one in lines)
    if text.startswith("###"):
        return f"{head}{end}{text}"
    first_block = text.split("\n###", 1)[0]
    is_bare = all(not one.strip() or one.lstrip().startswith(("#", "//", "@")) for one in first_block.split("\n"))
    return f"{head}{text}" if is_bare and "\n###" in text else f"{head}{end}###{end}{text}"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
