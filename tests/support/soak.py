"""Random edits, requests, cancels and file events on one document, as the fastest of typists would send them."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.lsp_client import LspClient

PIECES = (
    "### r{n}\n", "GET http://h/{{{{v{n}}}}}\n", "@v{n} = {n}\n", "\n", "x", "{{{{", "}}}}", "# @name r{n}\n",
    "Accept: a\n", "\N{GRINNING FACE}", "\u2028", "\r\n", "# @auth basic a b\n", '{{"a": {n}}}\n', "",
)  # fmt: skip
METHODS = (
    "completion", "hover", "definition", "documentSymbol", "semanticTokens/full", "codeLens", "foldingRange", "codeAction",
    "documentHighlight", "signatureHelp", "diagnostic", "selectionRange", "inlayHint",
)  # fmt: skip


def soak(
    client: LspClient,
    steps: int,
    seed: int,
    text: str,
    folder: Path,
    before: Callable[[int], None] = lambda _: None,
) -> tuple[str, str]:
    """Do so many things at random; return the text that the client has, and the one that the server has at the end.

    One in ten of the file events tells of an environment that changes in `folder`, the others of nothing. `before` is
    called with the number of each step. Fails if a request stays without an answer.
    """
    chance = random.Random(seed)
    uri = (folder / "a.http").as_uri()
    environments = folder / "http-client.env.json"
    client.open(uri, text)
    lines = text.split("\n")
    waiting: list[int] = []
    version = 1
    for step in range(steps):
        before(step)
        what = chance.random()
        row = chance.randrange(len(lines))
        if what < 0.55:
            version += 1
            lines = _edit(client, chance, uri, lines, row, version, step)
        elif what < 0.9:
            waiting.append(client.start(f"textDocument/{chance.choice(METHODS)}", _params(uri, row)))
        elif what < 0.97 and waiting:
            client.notify("$/cancelRequest", {"id": chance.choice(waiting)})
        else:
            if chance.random() < 0.1:
                environments.write_text(f'{{"dev": {{"v{step % 50}": "{step}"}}}}')
            changed = {"uri": environments.as_uri(), "type": chance.choice([1, 2, 3])}
            client.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
        if len(waiting) > 50:
            _settle(client, waiting)
    _settle(client, waiting)
    answer = client.request("workspace/executeCommand", {"command": "httpls.documentText", "arguments": [{"uri": uri}]})
    return "\n".join(lines), answer


def _edit(
    client: LspClient, chance: random.Random, uri: str, lines: list[str], row: int, version: int, step: int
) -> list[str]:
    """Replace a stretch of one line or of two; lines end with LF, so a CR LF that is put in shows as a CR before it."""
    text = chance.choice(PIECES).format(n=step % 50)
    first = lines[row].rstrip("\r")
    start = chance.randrange(len(first) + 1)
    last = min(row + chance.choice([0, 0, 0, 1]), len(lines) - 1)
    end = chance.randrange(start, len(first) + 1) if last == row else 0
    where = {
        "start": {"line": row, "character": _units(lines[row][:start])},
        "end": {"line": last, "character": _units(lines[last][:end])},
    }
    client.change(uri, version, {"range": where, "text": text})
    joined = lines[row][:start] + text + lines[last][end:]
    return [*lines[:row], *joined.split("\n"), *lines[last + 1 :]]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _params(uri: str, row: int) -> dict[str, Any]:
    place = {"line": row, "character": 1}
    return {
        "textDocument": {"uri": uri}, "position": place, "positions": [place], "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 1, "isRetrigger": False},
    }  # fmt: skip


def _settle(client: LspClient, waiting: list[int]) -> None:
    for identity in waiting:
        client.response(identity)
    waiting.clear()
