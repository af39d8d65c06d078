"""The settings of the editor, which may be others for each folder of the workspace."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from httpls.lsp.editor_settings import EditorSettings, Given
from httpls.model.workspace import Fallback

_NOTHING = Given(EditorSettings(), (), frozenset())


class Editors(NamedTuple):
    """What the editor says: for everything, and for folders."""

    everywhere: Given = _NOTHING
    folders: Mapping[Path, Given] = {}

    def of(self, path: Path | None) -> EditorSettings:
        """Return the settings for a file."""
        return self.given(path).settings

    def given(self, path: Path | None) -> Given:
        """Return the settings for a file with the paths of those that the editor gave."""
        if path is not None and self.folders:
            for folder in path.parents:
                if folder in self.folders:
                    return self.folders[folder]
        return self.everywhere


def fallback_of(given: Given) -> Fallback:
    """Return what counts where `httpls.toml` says nothing, of what the editor said."""
    timeouts = {
        path.partition(".")[2]: getattr(given.settings.timeouts, path.partition(".")[2])
        for path in given.paths
        if path.startswith("timeouts.")
    }
    has_proxy = any(path.startswith("proxy.") for path in given.paths)
    return Fallback(tuple(sorted(timeouts.items())), given.settings.proxy if has_proxy else None)
