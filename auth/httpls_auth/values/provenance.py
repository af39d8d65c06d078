"""Provenance: where a value came from."""

from enum import Enum
from typing import NamedTuple


class Origination(Enum):
    """The kinds of places that values come from."""

    LITERAL = "literal"
    FILE_VARIABLE = "file variable"
    REQUEST_VARIABLE = "request variable"
    ENVIRONMENT = "environment"
    DOTENV = ".env file"
    OS_ENVIRONMENT = "OS environment"
    COMMAND_LINE = "command line"
    SETTING = "setting"
    KEYRING = "keyring"
    PROVIDER = "provider"
    PROMPT = "prompt"
    RESPONSE = "response"
    SCRIPT = "script"
    DYNAMIC = "dynamic variable"
    DIRECTIVE = "directive"


class Place(NamedTuple):
    """A place in a file: the path as it is shown, line and column from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return the place as editors and compilers write it."""
        return f"{self.path}:{self.line}:{self.column}"


class Provenance(NamedTuple):
    """Where a value came from, and by `via` from what other values it was made."""

    kind: Origination
    label: str
    place: Place | None = None
    environment: str | None = None
    via: tuple["Provenance", ...] = ()

    def __str__(self) -> str:
        """Return the provenance as a hover shows it, without what lies behind it."""
        text = f"{self.label} from {self.kind.value}"
        if self.environment:
            text += f" {self.environment}"
        return f"{text} ({self.place})" if self.place else text
