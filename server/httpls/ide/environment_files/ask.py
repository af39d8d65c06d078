"""Asks whoever knows a kind of file: JSON of environments, `.env`, `httpls.toml`."""

from httpls.ide.completion.item import NOTHING, Completion
from httpls.ide.environment_files.completion import complete_environment_file
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.environment_files.dotenv_file import complete_dotenv_file, hover_dotenv_file
from httpls.ide.environment_files.hover import hover_environment_file
from httpls.ide.environment_files.meaning import FileKind, kind_of
from httpls.ide.environment_files.settings_file import complete_settings_file, hover_settings_file
from httpls.ide.hover import Hover


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
