"""The outline of a file: what its requests are called, by all that the author says."""

import pytest

from httpls.ide.symbols import block_symbols
from httpls_grammar import parse


@pytest.mark.parametrize(
    ("text", "name", "detail"),
    [
        ("GET http://a\n", "GET http://a", ""),
        ("### List\nGET http://a\n", "List", "GET http://a"),
        ("### List\n# @name items\nGET http://a\n", "items", "GET http://a · List"),
        ("### items\n# @name items\nGET http://a\n", "items", "GET http://a"),
        (
            "# @title All items\n# @description Without pages\nGET http://a\n",
            "GET http://a",
            "All items · Without pages",
        ),
    ],
)
def test_a_request_has_its_name_and_what_else_it_is_called(text: str, name: str, detail: str) -> None:
    (symbol,) = [symbol for block in parse(text).blocks for symbol in block_symbols(block)]
    assert (symbol.name, symbol.detail) == (name, detail)
