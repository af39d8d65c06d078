"""`.env` files as layers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from httpls.model.environments.layers import Layer, Privacy
from httpls.model.scopes import Definition, ScopeKind
from httpls.model.source import Finding
from httpls.model.workspace import Workspace
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.islands.dotenv import parse_dotenv


def read_dotenv_files(
    workspace: Workspace, folder: Path, environments: Sequence[str]
) -> Iterator[tuple[Layer, tuple[Finding, ...]]]:
    """Yield the layers of a folder's `.env` files, the one that counts first: of the environments, local, general."""
    names = [*[f".env.{name}" for name in reversed(environments)], ".env.local", ".env"]
    for name in names:
        path = folder / name
        if not workspace.files.is_file(path):
            continue
        try:
            source = workspace.source(path)
        except OSError:
            continue
        document = parse_dotenv(source.text)
        definitions: dict[str, Definition] = {}
        for entry in document.entries:
            position = source.position(entry.key_range.start)
            place = Place(str(path), position.line, position.column)
            provenance = Provenance(Origination.DOTENV, entry.key, place)
            is_secret = bool(entry.value) and looks_secret(entry.key)
            labels = Labels(f"{entry.key} of {name}") if is_secret else PLAIN
            definitions[entry.key] = Definition(entry.key, entry.value, provenance, labels, is_literal=True)
        ranges = {entry.key: entry.key_range for entry in document.entries}
        layer = Layer(source, None, Privacy.PRIVATE, ScopeKind.DOTENV, definitions, ranges)
        yield layer, tuple([Finding(source, problem) for problem in (*source.problems, *document.problems)])
