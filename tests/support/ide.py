"""Literal files for editor features: `$0` is the cursor, further files stand beside."""

from collections.abc import Mapping

from tests.support.memory_files import analyse

from httpls.model.analysis import Analysis


def at_cursor(
    text: str, files: Mapping[str, str] | None = None, environments: tuple[str, ...] = ()
) -> tuple[Analysis, int]:
    """Return the analysis of a file, and the offset of the `$0` in its text."""
    offset = text.index("$0")
    analysis = analyse(text[:offset] + text[offset + 2 :], files=dict(files or {}), environments=environments)
    return analysis, offset
