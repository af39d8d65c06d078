"""What is told about a dynamic variable: its names, its arguments, what it means, what it takes to know its value."""

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What it takes to know the value."""

    PURE = "pure"
    """A clock and a source of random numbers, nothing else."""
    HOLE = "hole"
    """Something that only a run, the machine or a person can tell; a plan keeps it as a hole with a name."""
    TEMPLATE = "template"
    """A person has to write something in its place."""


class Hole(Enum):
    """What fills a hole."""

    OS_ENVIRONMENT = "environment of the operating system"
    DOTENV = ".env file"
    SHARED = "shared environment"
    PROJECT = "folders of the project"
    SECRET = "secret of the project"  # noqa: S105 - these are words, not a secret
    KEYRING = "keyring"
    PROMPT = "answer of a person"
    PICK = "choice of a person"
    TOKEN = "token"  # noqa: S105 - as above
    RESPONSE = "last response"
    CANCEL = "end of the run"


class Tool(Enum):
    """The tools whose files may have a variable; `HTTPLS` marks what only this project has."""

    JETBRAINS = "JetBrains HTTP Client"
    REST_CLIENT = "VS Code REST Client"
    HTTPYAC = "httpyac"
    KULALA = "Kulala"
    VISUAL_STUDIO = "Visual Studio"
    REST_NVIM = "rest.nvim"
    POSTMAN = "Postman"
    HTTPLS = "httpls"


class ParameterKind(Enum):
    """What an argument is."""

    INTEGER = "integer"
    NUMBER = "number"
    FORMAT = "date format"
    UNIT = "unit of time"
    NAME = "name"
    WORD = "word"
    TEXT = "text"


class Parameter(NamedTuple):
    """One argument. With a default it may be left out. `choices` are completed; only with `closed` are they all."""

    name: str
    kind: ParameterKind
    documentation: str
    default: str | None = None
    choices: tuple[str, ...] = ()
    closed: bool = False

    @property
    def is_optional(self) -> bool:
        """Tell whether the argument may be left out."""
        return self.default is not None


class Spelling(NamedTuple):
    """One name of a variable, and the tools that know it by this name."""

    name: str
    tools: tuple[Tool, ...]


class DynamicVariable(NamedTuple):
    """One dynamic variable.

    `spellings` are its names, the one to be proposed first; all mean the same. `signatures` are the ways to call it.
    `takes_rest` tells that the last argument is the rest of the text, blanks and all. `is_prefix` tells that the name
    ends in a dot and goes on with a name of the author's: `$env.HOME`. `parenthesised` tells how the arguments are
    usually written. `is_secret` tells that the value must never be shown.
    """

    spellings: tuple[Spelling, ...]
    kind: Kind
    documentation: str
    signatures: tuple[tuple[Parameter, ...], ...] = ((),)
    example: str = ""
    hole: Hole | None = None
    parenthesised: bool = False
    takes_rest: bool = False
    is_prefix: bool = False
    is_secret: bool = False

    @property
    def name(self) -> str:
        """The name to be proposed."""
        return self.spellings[0].name

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that know the variable, by whatever name."""
        return tuple(dict.fromkeys(tool for spelling in self.spellings for tool in spelling.tools))
