"""The seam for scripts: what is called before a request is planned and after its response came, with plain data."""

from typing import NamedTuple, Protocol

from httpls.model.analysis import Analysis
from httpls.run.exchange import Assertion, Exchange, Failure
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.values.value import Value
from httpls_grammar import Request


class Occasion(NamedTuple):
    """The request at hand. `iteration` counts the repetitions of a loop from 0."""

    analysis: Analysis
    request: Request
    iteration: int


class Effects(NamedTuple):
    """What a script has done.

    `variables` are set for the request at hand, `globals` for all that follow (None removes one). `skips` tells that
    the request is not to be sent. With `failures` it is refused, or, after its response, failed.
    """

    variables: tuple[tuple[str, Value], ...] = ()
    globals: tuple[tuple[str, Value | None], ...] = ()
    assertions: tuple[Assertion, ...] = ()
    logs: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    skips: bool = False


NO_EFFECTS = Effects()


class Hooks(Protocol):
    """Runs what a file wants to be run around a request. All are called in the thread that sends the request."""

    def writes_globals(self, occasion: Occasion) -> bool:
        """Tell whether a variable may be set that other requests see, so that they may not run beside this one."""
        ...

    def before_planning(self, occasion: Occasion) -> Effects:
        """Act before the request is planned: what is set here, the plan sees."""
        ...

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Act on the request as it would be sent, but for its authentication; return what is to be sent."""
        ...

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Act on what came back."""
        ...


class NoHooks:
    """Nothing is run around requests."""

    def writes_globals(self, occasion: Occasion) -> bool:
        """Return that nothing is set."""
        _ = occasion
        return False

    def before_planning(self, occasion: Occasion) -> Effects:
        """Do nothing."""
        _ = occasion
        return NO_EFFECTS

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Return the request as it is."""
        _ = occasion
        return request, NO_EFFECTS

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Do nothing."""
        _ = (occasion, exchange)
        return NO_EFFECTS
