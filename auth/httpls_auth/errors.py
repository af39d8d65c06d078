"""The errors of this package.

AuthenticationError
├── InvalidOriginError   a text that names no origin
├── ParameterError       a parameter of a scheme is missing or means nothing
├── CredentialError      a credential cannot be prepared: nothing may be sent
│   ├── KeyMaterialError     a key or certificate cannot be read or used
│   ├── SecretError          a secret store has no such secret, is locked, or is not there
│   │   └── KeyringError         the keyring is locked, is not there, or failed
│   └── TokenError           a token endpoint refused, or answered with something that is no token
│       └── LoginNeededError     a person has to log in, and nobody is there, or was not to be asked
├── ChallengeError       a challenge of the server cannot be answered
├── BodyChangedError     a file was changed between the moment when it was hashed and that when it is sent
└── WebCryptoError       a script asks the Web Cryptography API for something that is wrong or not possible
"""

from enum import Enum


class AuthenticationError(Exception):
    """Any error of this package.

    `remedy` is one sentence that says what the user can do, empty if there is nothing. `parameter` is the canonical
    name of the scheme's parameter that is to blame, empty if none is.
    """

    def __init__(self, message: str, remedy: str = "", parameter: str = "") -> None:
        """Take what is wrong, what to do, and what is to blame; none may hold a secret."""
        super().__init__(message)
        self.remedy = remedy
        self.parameter = parameter


class InvalidOriginError(AuthenticationError, ValueError):
    """A text does not name an origin."""


class ParameterError(AuthenticationError):
    """A parameter of a scheme is missing or has a value that means nothing. `parameter` is its canonical name."""

    def __init__(self, parameter: str, message: str, remedy: str = "") -> None:
        """Take the parameter to blame, what is wrong and what to do."""
        super().__init__(message, remedy, parameter)


class CredentialError(AuthenticationError):
    """A credential cannot be prepared, so the request must not be sent."""


class KeyMaterialError(CredentialError):
    """A key or certificate cannot be read, or does not fit its purpose."""


class SecretError(CredentialError):
    """A secret store has no such secret, is locked, or is not there."""


class KeyringCase(Enum):
    """Why a keyring cannot be used."""

    NO_BACKEND = "no back end"
    HEADLESS = "no session"
    LOCKED = "locked"
    REFUSED = "refused"
    """What is there keeps secrets in clear text, or keeps none."""
    FAILED = "failed"


class KeyringError(SecretError):
    """The keyring of the system cannot be used; `case` says why."""

    def __init__(self, case: KeyringCase, message: str, remedy: str = "") -> None:
        """Take the case, what is wrong and what to do."""
        super().__init__(message, remedy)
        self.case = case


class TokenError(CredentialError):
    """No token could be had: the endpoint refused, cannot be reached, or its answer is no token.

    `code` is the OAuth 2.0 error code (RFC 6749, section 5.2) if the endpoint gave one.
    """

    def __init__(self, message: str, remedy: str = "", code: str | None = None) -> None:
        """Take what is wrong, what to do, and the endpoint's own code."""
        super().__init__(message, remedy)
        self.code = code


class LoginNeededError(TokenError):
    """A person has to log in first, and nobody is there, or nobody was to be asked: nothing was refused by a server."""

    def __init__(self, message: str, remedy: str = "") -> None:
        """Take what is wrong and what to do."""
        super().__init__(message, remedy, "login_required")


class ChallengeError(AuthenticationError):
    """A challenge of the server cannot be answered; the response is an authentication failure."""


class BodyChangedError(AuthenticationError):
    """A file that is a body has changed since its hash or length was taken."""


class WebCryptoError(AuthenticationError):
    """A script asks the Web Cryptography API for something that is wrong or not possible."""
