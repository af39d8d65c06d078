"""The documentation is what the code says."""

import re
from pathlib import Path

import pytest
from tests.support.generate_docs import pages
from tests.support.scheme_docs import DOCS

_ROOT = DOCS.parent
_PAGES = pages()


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == _PAGES[path], "run `python -m tests.support.generate_docs`"


def test_every_page_of_a_scheme_has_its_scheme() -> None:
    assert set((DOCS / "schemes").iterdir()) <= set(_PAGES)


@pytest.mark.parametrize(
    "page",
    sorted([*_ROOT.glob("*.md"), *DOCS.rglob("*.md")]),
    ids=lambda path: path.relative_to(_ROOT).as_posix(),
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
