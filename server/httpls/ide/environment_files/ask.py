"""Asks whoever knows a kind of file: JSON of environments, `.env`, `httpls.toml`."""

from enum import Enum
from pathlib import Path

from httpls.ide.completion.item import NOTHING, Completion
from httpls.ide.environment_files.completion import complete_environment_file
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.dotenv_file import complete_dotenv_file, hover_dotenv_file
from httpls.ide.environment_files.hover import hover_environment_file
from httpls.ide.environment_files.meaning import is_environment_file
from httpls.ide.environment_files.settings_file import complete_settings_file, hover_settings_file
from httpls.ide.hover import Hover
from httpls.model.project import SETTINGS_FILE


class FileKind(Enum):
    """The kinds of files that hold no requests."""

    ENVIRONMENTS = "environments"
    DOTENV = "dotenv"
    SETTINGS = "settings"


def kind_of(path: Path) -> FileKind | None:
    """Return the kind of a file by its name; None for one of which nothing is known here."""
    if path.name == SETTINGS_FILE:
        return FileKind.SETTINGS
    if is_environment_file(path):
        return FileKind.ENVIRONMENTS
    is_dotenv = path.name.startswith(".env") or path.suffix == ".env"
    return FileKind.DOTENV if is_dotenv else None


def complete_other(file: EnvironmentFile, offset: int) -> Completion:
    """Return what can be written at an offset of a file that holds no requests."""
    kind = kind_of(file.path)
    if kind is FileKind.ENVIRONMENTS:
        return complete_environment_file(file, offset)
    if kind is FileKind.DOTENV:
        return complete_dotenv_file(file, offset)
    return complete_settings_file(file, offset) if kind is FileKind.SETTINGS else NOTHING


def hover_other(file: EnvironmentFile, offset: int, now: float) -> Hover | None:
    """Return what is known of the thing at an offset of such a file."""
    kind = kind_of(file.path)
    if kind is FileKind.ENVIRONMENTS:
        return hover_environment_file(file, offset, now)
    if kind is FileKind.DOTENV:
        return hover_dotenv_file(file, offset)
    return hover_settings_file(file, offset) if kind is FileKind.SETTINGS else None
