"""Header fields that every request has which does not give them itself, from settings and environments."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls.model.environments.layers import Layer
from httpls.model.project_settings import ProjectSettings
from httpls.model.source import Source
from httpls.model.tool_settings import HEADERS, ToolSettings
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_grammar.islands.json import JsonObject, JsonScalar, JsonString, JsonValue


class DefaultHeader(NamedTuple):
    """A field as written, which may hold templates, and where it comes from."""

    name: str
    value: str
    origin: Provenance


def default_headers(settings: ProjectSettings, tools: ToolSettings, layers: Sequence[Layer]) -> Sequence[DefaultHeader]:
    """Return the default fields, the one that counts last: of other tools' settings, of ours, of the environments.

    `layers` are those in force, the one that counts first (see `Environments.layers_in_force`).
    """
    found: list[DefaultHeader] = []
    for setting in reversed(tools.all(HEADERS)):
        found += _of_json(setting.value, setting.source, Origination.SETTING, None)
    for name, value in settings.settings.headers.items():
        where = settings.places.get(("headers", name))
        place = _place(settings.source, where.start) if settings.source is not None and where is not None else None
        found.append(DefaultHeader(name, value, Provenance(Origination.SETTING, name, place)))
    for layer in reversed(layers):
        found += _of_json(layer.headers, layer.source, Origination.ENVIRONMENT, layer.environment)
    return found


def _of_json(
    node: JsonValue | None, source: Source, kind: Origination, environment: str | None
) -> Iterator[DefaultHeader]:
    if not isinstance(node, JsonObject):
        return
    for member in node.members:
        value = member.value
        if isinstance(value, JsonString | JsonScalar) and member.key:
            text = value.value if isinstance(value, JsonString) else value.text
            place = _place(source, member.key_range.start)
            yield DefaultHeader(member.key, text, Provenance(kind, member.key, place, environment))


def _place(source: Source, offset: int) -> Place:
    position = source.position(offset)
    return Place(str(source.path), position.line, position.column)
