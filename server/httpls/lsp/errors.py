"""The errors of this package.

LanguageServerError
├── UserError           something that a person can understand and act on; its text is sent to the client as it is
└── TextChangedError    the text that was asked about is another one now
"""


class LanguageServerError(Exception):
    """Any error of this package."""


class UserError(LanguageServerError):
    """A request cannot be served, and the text says why; it may hold no secret."""


class TextChangedError(LanguageServerError):
    """The text that was asked about is another one now, so that no answer would be right."""
