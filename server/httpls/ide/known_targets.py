"""Request targets that are known from around a file: those of the files beside it, and the paths of an OpenAPI file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from httpls.model.analysis import Analysis

MOST_FILES = 50
MOST_TARGETS = 2_000
_DESCRIPTIONS = ("openapi.json", "swagger.json", "openapi/openapi.json", "docs/openapi.json", "api/openapi.json")
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))


class KnownTarget(NamedTuple):
    """A target as it would be written, and where it is known from."""

    text: str
    source: str
    documentation: str = ""


def known_targets(analysis: Analysis) -> tuple[KnownTarget, ...]:
    """Return the targets of the request files in the same folder and of the description of the API, each once."""
    folder, root = analysis.file.path.parent, analysis.root
    key = ("targets", folder, root)
    return analysis.workspace.known(key, lambda: _distinct([*_targets(analysis, folder, root)]))


def _distinct(found: Sequence[KnownTarget]) -> tuple[KnownTarget, ...]:
    return tuple({one.text: one for one in reversed(found)}.values())[::-1]


def _targets(analysis: Analysis, folder: Path, root: Path) -> Iterator[KnownTarget]:
    workspace = analysis.workspace
    names = [name for name in workspace.files.names(folder) if name.lower().endswith((".http", ".rest"))]
    count = 0
    for name in names[:MOST_FILES]:
        try:
            document = workspace.request_file(folder / name).document
        except OSError:
            continue
        for request in document.requests:
            if request.target and request.method != "NOP":
                yield KnownTarget(request.target, name)
                count += 1
            if count > MOST_TARGETS:
                return
    for place in dict.fromkeys((folder, root)):
        for name in _DESCRIPTIONS:
            if workspace.files.is_file(place / name):
                yield from _of_description(analysis, place / name)


def _of_description(analysis: Analysis, path: Path) -> Iterator[KnownTarget]:
    """Yield the paths of an OpenAPI 3 or Swagger 2 description, with parameters as templates."""
    try:
        description: object = json.loads(analysis.workspace.source(path).text)
    except (OSError, ValueError, RecursionError):
        return
    tree = _object(description)
    base = _base(tree)
    for written, operations in list(_object(tree.get("paths")).items())[:MOST_TARGETS]:
        summaries = [
            f"{method.upper()}: {_text(_object(one).get('summary')) or _text(_object(one).get('operationId'))}"
            for method, one in _object(operations).items()
            if method.lower() in _METHODS
        ]
        text = base + written.replace("{", "{{").replace("}", "}}")
        yield KnownTarget(text, path.name, "\n\n".join(summaries))


def _base(tree: Mapping[str, object]) -> str:
    servers = tree.get("servers")
    for server in cast("list[object]", servers) if isinstance(servers, list) else []:
        url = _text(_object(server).get("url")).rstrip("/")
        return url.replace("{", "{{").replace("}", "}}")
    host = _text(tree.get("host"))
    if host:
        schemes = tree.get("schemes")
        scheme = _text(cast("list[object]", schemes)[0]) if isinstance(schemes, list) and schemes else "https"
        return f"{scheme}://{host}{_text(tree.get('basePath')).rstrip('/')}"
    return ""


def _object(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
