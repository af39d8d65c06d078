"""The pages about problems: they are installed beside the server, so that they fit it, and open without a network."""

from functools import cache
from pathlib import Path

_INSTALLED = Path(__file__).parents[1] / "pages"
_IN_CHECKOUT = Path(__file__).parents[3] / "docs" / "problems"


@cache
def page_of(code: str) -> str | None:
    """Return the URI of the page about a problem, None where the pages are not installed as files."""
    for folder in (_INSTALLED, _IN_CHECKOUT):
        path = folder / f"{code}.md"
        if path.is_file():
            return path.as_uri()
    return None
