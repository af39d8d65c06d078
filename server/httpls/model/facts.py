"""What is known from outside of texts: what runs, the keyring's index, certificates and git have told, as values.

It is gathered where waiting is allowed, and reaches the features of editors as part of a snapshot.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from httpls_grammar.problems import Problem


class SecretFact(NamedTuple):
    """A secret of a project in the keyring, by name, never its value. `environment` is None for all of them.

    `origins` are those to which it may be sent, None for any.
    """

    name: str
    environment: str | None
    origins: tuple[str, ...] | None


class TokenFact(NamedTuple):
    """A token that was used for a request: how it is called, and until when it is valid (seconds since the epoch)."""

    title: str
    expires_at: float | None
    can_be_renewed: bool


class CertificateFact(NamedTuple):
    """A client certificate in a file. `error` says why it cannot be used; times are in seconds since the epoch."""

    subject: str = ""
    issuer: str = ""
    not_after: float = 0.0
    key: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""


class Facts(NamedTuple):
    """All that is known, by root of the project, by place of a request, by path."""

    secrets: Mapping[Path, tuple[SecretFact, ...]] = {}
    tokens: Mapping[tuple[Path, str], tuple[TokenFact, ...]] = {}
    """By file and key of the request (its name, else its line as text)."""
    certificates: Mapping[Path, CertificateFact] = {}
    problems: Mapping[Path, tuple[Problem, ...]] = {}
    """What is wrong with a file that only waiting could tell; ranges count from its start."""
    scripts: Mapping[Path, tuple[Problem, ...]] = {}
    """What is wrong with the scripts of a file, likewise."""

    def late(self, path: Path) -> tuple[Problem, ...]:
        """Return all that is wrong with a file, as far as it is known."""
        return (*self.problems.get(path, ()), *self.scripts.get(path, ()))


NO_FACTS = Facts()
