"""The server under everything at once: its text is the client's at the end, and every request has one answer."""

from pathlib import Path

from tests.support.lsp_client import language_server
from tests.support.soak import soak


def test_text_and_answers_survive_two_thousand_random_messages(tmp_path: Path) -> None:
    with language_server() as client:
        client.initialize()
        expected, text = soak(client, 2_000, 7, "### a\nGET http://h/{{v1}}\n\n" * 40, tmp_path)
        assert text == expected
