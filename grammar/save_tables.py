"""Saves the tables of the grammars when a package is built, so that programs need not work them out at each start."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SaveTables(BuildHookInterface[Any]):
    """The hook of the build; it is run for editable installations too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables beside the grammar files and put them into the package."""
        _ = version
        grammars = Path(self.root, "grammar")
        sys.path.insert(0, str(grammars))
        from httpls_grammar.larks import made
        from httpls_grammar.tables import SUFFIX, saved

        for path in sorted(grammars.rglob("*.lark")):
            tables = path.with_suffix(SUFFIX)
            source = path.read_bytes()
            tables.write_bytes(saved(source, made(source.decode("utf-8"))))
            build_data["artifacts"].append(f"/{tables.relative_to(self.root).as_posix()}")
