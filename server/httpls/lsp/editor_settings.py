"""The settings that an editor has for this server: what it shows. What a project means stands in its `httpls.toml`."""

from typing import NamedTuple, cast


class EditorSettings(NamedTuple):
    """Read from the section `httpls` of the editor's configuration, or from `initializationOptions`."""

    shows_values: bool = False
    """`inlayHints.values`: the value of each variable behind its use."""
    shows_lenses: bool = True
    """`codeLens`: a lens above each request."""
    environments: tuple[str, ...] = ()
    """`environments`: those that are chosen until somebody chooses others."""


def editor_settings(section: object) -> EditorSettings:
    """Read the section; what is wrong or missing has its default."""
    if not isinstance(section, dict):
        return EditorSettings()
    values = cast("dict[str, object]", section)
    hints = values.get("inlayHints")
    shows_values = cast("dict[str, object]", hints).get("values") is True if isinstance(hints, dict) else False
    names = values.get("environments")
    environments = (
        [name for name in cast("list[object]", names) if isinstance(name, str)] if isinstance(names, list) else []
    )
    return EditorSettings(shows_values, values.get("codeLens") is not False, tuple(environments))
