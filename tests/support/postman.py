"""Small collections of Postman, and the files that an import makes of them."""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from httpls.postman.convert import Imported, Source, imported


def request(item: str, address: str = "http://127.0.0.1/", **more: object) -> dict[str, object]:
    """An item of a collection with a request in it."""
    return {"name": item, "request": {"method": "GET", "url": address, **more}}


def listed(**keys: object) -> list[dict[str, object]]:
    """Keys of an authentication as v2.1 has them."""
    return [{"key": key, "value": value, "type": "any"} for key, value in keys.items()]


def auth(kind: str, **keys: object) -> dict[str, object]:
    """How something authenticates, as v2.1 has it."""
    return {"type": kind, kind: listed(**keys)}


def collection(*items: Mapping[str, object], called: object = "shop", **more: object) -> bytes:
    """A collection."""
    return json.dumps({"info": {"name": called}, "item": items, **more}).encode()


def convert(content: bytes, *environments: bytes, keyring: bool = False) -> Imported:
    """Import a collection with environments."""
    return imported(Source("shop.json", content), [Source("env.json", one) for one in environments], keyring)


def texts(found: Imported) -> dict[str, str]:
    """The files of an import as text, by path."""
    return {str(path): content.decode() for path, content in found.files.items()}


def private(found: Imported) -> dict[str, dict[str, str]]:
    """The content of the private file of environments."""
    content = found.files.get(PurePosixPath("http-client.private.env.json"))
    shown: dict[str, dict[str, str]] = json.loads(content) if content is not None else {}
    return shown


def write(found: Imported, folder: Path) -> Path:
    """Write the files of an import."""
    for path, content in found.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder
