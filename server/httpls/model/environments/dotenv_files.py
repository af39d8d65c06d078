"""`.env` files, whose entries are variables of every environment, and those of one environment."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from httpls.model.environments.layers import Layer, Privacy
from httpls.model.scopes import Definition, ScopeKind
from httpls.model.source import Finding, unreadable
from httpls.model.workspace import Workspace
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.islands.dotenv import parse_dotenv


def read_dotenv_files(
    workspace: Workspace, folder: Path, environments: Sequence[str]
) -> Iterator[tuple[Layer | None, tuple[Finding, ...]]]:
    """Yield the layers of a folder's `.env` files, the one that counts first: of the environments, local, general.

    As in httpyac the files may stand in a folder `env` and may be called `local.env` or `dev.env` too. A file that
    cannot be read gives a finding and no layer.
    """
    names = [name for environment in reversed(environments) for name in (f".env.{environment}", f"{environment}.env")]
    for name in [*names, ".env.local", "local.env", ".env"]:
        for path in (folder / name, folder / "env" / name):
            if workspace.files.is_file(path):
                yield _read(workspace, path)


def dotenv_environments(workspace: Workspace, folder: Path) -> Iterator[str]:
    """Yield the names of the environments that have a `.env` file of their own in a folder."""
    for place in (folder, folder / "env"):
        for name in workspace.files.names(place):
            match = _of_environment().fullmatch(name)
            environment = (match.group(1) or match.group(2)) if match else None
            if environment and environment.lower() not in _NO_ENVIRONMENTS:
                yield environment


_NO_ENVIRONMENTS = frozenset((
    "local", "example", "sample", "template", "dist", "defaults", "bak", "swp", "vault", "enc",
))  # fmt: skip
"""What may stand after `.env.` without being an environment."""


def _read(workspace: Workspace, path: Path) -> tuple[Layer | None, tuple[Finding, ...]]:
    try:
        source = workspace.source(path)
    except OSError as error:
        return None, (unreadable(path, error),)
    document = parse_dotenv(source.text)
    definitions: dict[str, Definition] = {}
    for entry in document.entries:
        position = source.position(entry.key_range.start)
        place = Place(str(path), position.line, position.column)
        provenance = Provenance(Origination.DOTENV, entry.key, place)
        is_secret = bool(entry.value) and looks_secret(entry.key)
        labels = Labels(f"{entry.key} of {path.name}") if is_secret else PLAIN
        definitions[entry.key] = Definition(entry.key, entry.value, provenance, labels, is_literal=True)
    ranges = {entry.key: entry.key_range for entry in document.entries}
    layer = Layer(source, None, Privacy.PRIVATE, ScopeKind.DOTENV, definitions, ranges)
    return layer, tuple([Finding(source, problem) for problem in (*source.problems, *document.problems)])


@cache
def _of_environment() -> re.Pattern[str]:
    return re.compile(r"\.env\.([\w\-]+)|([\w\-]+)\.env")
