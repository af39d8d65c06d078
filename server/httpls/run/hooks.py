"""The seam for scripts: what is called before a request is planned and after its response came, with plain data."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from httpls.model.analysis import Analysis
from httpls.model.planned_text import HoleKind
from httpls.model.resolve import resolve
from httpls.model.scopes import Scope, Scopes
from httpls.run.cancel import Cancel
from httpls.run.exchange import Assertion, Exchange, Failure
from httpls.run.filling import CannotFillError
from httpls.run.permitted_paths import Permissions
from httpls.run.session import Session
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.values.value import Value
from httpls_grammar import Request


class Occasion(NamedTuple):
    """The request at hand. `iteration` counts the repetitions of a loop from 0.

    `memory` is kept from what runs before the request to what runs after it, for whoever runs it.

    `known` are the scopes of what this run knows beyond the file. `fill` fills in a text that begins at an offset of
    the file, and raises `CannotFillError`. All of them count at the moment when they are called.
    """

    analysis: Analysis
    request: Request
    iteration: int
    known: Callable[[], Sequence[Scope]]
    fill: Callable[[str, int], Value]
    session: Session
    permissions: Permissions
    cancel: Cancel
    memory: dict[str, object]

    def scopes(self) -> Scopes:
        """Return the scopes of the request as they are now."""
        return self.analysis.scopes(self.request, self.known())

    def value(self, name: str) -> Value | None:
        """Return the value of a variable, None for one that is not there or that only a person can give."""
        planned = resolve("{{" + name + "}}", 0, self.analysis.context(self.request, self.known())).text
        if all(hole.kind in (HoleKind.SECRET, HoleKind.PROVIDER) for hole in planned.holes):
            try:
                return self.fill("{{" + name + "}}", self.request.offset)
            except CannotFillError:
                return None
        return None


class Effects(NamedTuple):
    """What a script has done.

    `variables` are set for the request at hand; those for all that follow are in the session already. `skips` tells
    that the request is not to be sent, `replays` that it is to be sent again. With `failures` it is refused, or, after
    its response, failed.
    """

    variables: tuple[tuple[str, Value], ...] = ()
    assertions: tuple[Assertion, ...] = ()
    logs: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    skips: bool = False
    replays: bool = False


NO_EFFECTS = Effects()


class Hooks(Protocol):
    """Runs what a file wants to be run around a request. All are called in the thread that sends the request."""

    def writes_globals(self, analysis: Analysis, request: Request) -> bool:
        """Tell whether a variable may be set that other requests see, so that they may not run beside this one."""
        ...

    def before_planning(self, occasion: Occasion) -> Effects:
        """Act before the request is planned: what is set here, the plan sees."""
        ...

    def repetitions(self, occasion: Occasion) -> int:
        """Return how often the request is sent, for the values of a list that it names; at least once."""
        ...

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Act on the request as it would be sent, but for its authentication; return what is to be sent."""
        ...

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Act on what came back."""
        ...

    def evaluate(self, occasion: Occasion, expression: str) -> Value:
        """Return the value of a JavaScript expression in a text. Raises `RefusedError`."""
        ...
