"""Other programs that send requests, as the benchmark of the command line finds and calls them."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_NAMES = {"curl": "curl", "hurl": "hurl", "httpie": "http", "httpyac": "httpyac", "newman": "newman", "bru": "bru"}
"""The peers, and how their programs are called."""


class Command(NamedTuple):
    """A command with the folder in which it is called, which without one is that of the case, and its exit code."""

    words: Sequence[str]
    folder: Path | None = None
    code: int = 0


def installed(folders: Sequence[Path]) -> dict[str, str]:
    """Return the programs that are in one of these folders, or on the path, by the name of the peer."""
    found: dict[str, str] = {}
    for name, file in _NAMES.items():
        candidates = [str(folder / file) for folder in folders if (folder / file).exists()]
        program = candidates[0] if candidates else shutil.which(file)
        if program is not None:
            found[name] = program
    return found


def commands(programs: Mapping[str, str], folder: Path, urls: Sequence[str], file: str) -> dict[str, Command]:
    """Return how each peer gets all of these URLs; `file` is a request file with them."""
    makers: dict[str, Callable[[str], Command]] = {
        "curl": lambda program: Command([program, "-sf", *urls]),
        "hurl": lambda program: _hurl(program, folder, urls),
        "httpyac": lambda program: Command([program, "send", file, "--all", "-o", "body"]),
        "newman": lambda program: _newman(program, folder, urls),
        "bru": lambda program: _bru(program, folder, urls),
    }
    if len(urls) == 1:
        makers["httpie"] = lambda program: Command([program, "--ignore-stdin", "--check-status", *urls])
    return {name: make(programs[name]) for name, make in makers.items() if name in programs}


def _hurl(program: str, folder: Path, urls: Sequence[str]) -> Command:
    path = folder / f"{len(urls)}.hurl"
    path.write_text("\n\n".join(f"GET {url}" for url in urls))
    return Command([program, "--test", str(path)])


def _newman(program: str, folder: Path, urls: Sequence[str]) -> Command:
    path = folder / f"{len(urls)}.postman_collection.json"
    items = [{"name": str(number), "request": {"method": "GET", "url": url}} for number, url in enumerate(urls)]
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    path.write_text(json.dumps({"info": {"name": "all", "schema": schema}, "item": items}))
    return Command([program, "run", str(path)])


def _bru(program: str, folder: Path, urls: Sequence[str]) -> Command:
    collection = folder / f"bruno-{len(urls)}"
    collection.mkdir(exist_ok=True)
    (collection / "bruno.json").write_text('{"version": "1", "name": "all", "type": "collection"}')
    for number, url in enumerate(urls):
        meta = f"meta {{\n  name: {number}\n  type: http\n  seq: {number + 1}\n}}\n"
        (collection / f"{number}.bru").write_text(f"{meta}\nget {{\n  url: {url}\n  body: none\n  auth: none\n}}\n")
    return Command([program, "run"], collection)
