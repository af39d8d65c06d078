"""The errors of this package.

AuthenticationError
└── InvalidOriginError   a text that names no origin
"""


class AuthenticationError(Exception):
    """Any error of this package."""


class InvalidOriginError(AuthenticationError, ValueError):
    """A text does not name an origin."""
