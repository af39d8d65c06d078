"""Turns what goes wrong with authentication into failures with their place in the files."""

from httpls.model.auth_plan import Located, PlannedScheme
from httpls.run.exchange import Failure
from httpls_auth.errors import AuthenticationError


def auth_failure(error: AuthenticationError, scheme: PlannedScheme) -> Failure:
    """Return the failure at the parameter that is to blame, else where the scheme is named."""
    return failure_at(scheme.place_of(error.parameter), _code(error), str(error), error.remedy)


def unplaced_failure(error: AuthenticationError) -> Failure:
    """Return the failure of what stands at no place of its own."""
    return Failure(_code(error), str(error), error.remedy)


def failure_at(place: Located, code: str, message: str, remedy: str) -> Failure:
    """Return a failure at a place in a file."""
    position = place.source.position(place.range.start)
    return Failure(code, message, remedy, str(place.source.path), position.line, position.column)


def _code(error: AuthenticationError) -> str:
    """Return the stable code of an error: the name of its class, `ParameterError` as `parameter`."""
    name = type(error).__name__.removesuffix("Error")
    return "".join([f"-{letter.lower()}" if letter.isupper() else letter for letter in name]).lstrip("-")
