"""What `evaluate` answers where it has no value: why, and what the author can do about it."""

from typing import NamedTuple

UNKNOWN = "unknown-dynamic-variable"
"""There is no dynamic variable of this name."""
ARGUMENT_COUNT = "dynamic-variable-argument-count"
"""There are too few or too many arguments."""
ARGUMENT = "dynamic-variable-argument"
"""An argument has no meaning, or lies outside what is allowed."""
PLACEHOLDER = "dynamic-variable-placeholder"
"""The variable stands in a template for something that the author has to write."""
NOT_KNOWN_YET = "dynamic-variable-not-known-yet"
"""The value is known only while the request runs: a secret, an answer to a prompt, a token, part of a response."""
FORMAT_OF_DOTNET = "date-format-of-dotnet"
"""A hint: the value is formatted by Day.js, and the format reads like one of .NET."""


class Refusal(NamedTuple):
    """Why there is no value.

    `code` is one of the constants of this module. `remedy` is one sentence that says what the author can do.
    `argument` is the index of the argument that is to blame, None if the whole is. `suggestions` are texts that could
    stand instead: in place of the argument, or else of the name.
    """

    code: str
    message: str
    remedy: str
    argument: int | None = None
    suggestions: tuple[str, ...] = ()
