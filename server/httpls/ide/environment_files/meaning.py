"""What a file that holds no requests is, by its name, and an object of one of environments, by the keys before it."""

from enum import Enum
from pathlib import Path
from typing import NamedTuple

from httpls.model.environments.json_files import FILES
from httpls.model.project import SETTINGS_FILE
from httpls_grammar.islands.directive import normalise


class FileKind(Enum):
    """The kinds of files that hold no requests."""

    ENVIRONMENTS = "environments"
    DOTENV = "dotenv"
    SETTINGS = "settings"


class Meaning(Enum):
    """What the keys of an object are."""

    ENVIRONMENTS = "environments"
    VARIABLES = "variables"
    SECURITY = "security"
    AUTH_OBJECTS = "auth objects"
    AUTH_OBJECT = "auth object"
    TLS = "tls"
    TLS_HOSTS = "tls hosts"
    TLS_FILE = "tls file"
    HEADERS = "headers"
    OTHER = "other"


class Inside(NamedTuple):
    """An object: what it is, and the environment and auth object that it belongs to, as far as there are any."""

    meaning: Meaning
    environment: str | None = None
    identifier: str | None = None


def kind_of(path: Path) -> FileKind | None:
    """Return the kind of a file by its name; None for one of which nothing is known here."""
    if path.name == SETTINGS_FILE:
        return FileKind.SETTINGS
    if _keys_of(path) is not None:
        return FileKind.ENVIRONMENTS
    is_dotenv = path.name.startswith(".env") or path.suffix == ".env"
    return FileKind.DOTENV if is_dotenv else None


def inside(path: Path, keys: tuple[str | int, ...]) -> Inside:
    """Return what the object is to which `keys` lead in a file of this name."""
    prefixes = _keys_of(path) or ()
    prefix = next((one for one in prefixes if keys[: len(one)] == one), None)
    if prefix is None:
        return Inside(Meaning.OTHER)
    rest = keys[len(prefix) :]
    if not rest:
        return Inside(Meaning.ENVIRONMENTS)
    environment = str(rest[0])
    if environment == "$kulalaDefaultHeaders":
        return Inside(Meaning.HEADERS)
    if len(rest) == 1:
        return Inside(Meaning.VARIABLES, environment)
    return _inside_environment(environment, rest[1:])


def _inside_environment(environment: str, keys: tuple[str | int, ...]) -> Inside:
    first, *more = keys
    if first == "Security":
        if not more:
            return Inside(Meaning.SECURITY, environment)
        if normalise(str(more[0])) in ("auth", "httpauth") and len(more) < 3:
            identifier = str(more[1]) if len(more) == 2 else None
            meaning = Meaning.AUTH_OBJECT if identifier is not None else Meaning.AUTH_OBJECTS
            return Inside(meaning, environment, identifier)
    elif first == "SSLConfiguration":
        if not more:
            return Inside(Meaning.TLS, environment)
        if more[0] == "hosts":
            if len(more) == 1:
                return Inside(Meaning.TLS_HOSTS, environment)
            return Inside(Meaning.TLS if len(more) == 2 else Meaning.TLS_FILE, environment)
        return Inside(Meaning.TLS_FILE, environment)
    elif first in ("$headers", "$kulalaDefaultHeaders") and not more:
        return Inside(Meaning.HEADERS, environment)
    return Inside(Meaning.OTHER, environment)


def _keys_of(path: Path) -> list[tuple[str, ...]] | None:
    """Return the keys that lead to environments in a file of this name; None if it has none."""
    if path.name.endswith(".code-workspace"):
        return [("settings", "rest-client.environmentVariables")]
    found = [kind.keys for kind in FILES if path.as_posix().endswith(f"/{kind.name}")]
    return found or None
