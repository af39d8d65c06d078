"""The hooks of a run, whose scripts and assertions are only looked for where a request has them."""

from functools import cached_property
from typing import TYPE_CHECKING

from httpls.model.analysis import Analysis
from httpls.run.exchange import Exchange
from httpls.run.hooks import NO_EFFECTS, Effects, Occasion
from httpls.run.ports import Clock
from httpls.run.scripts.placed import has_parts, has_scripts
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.values.value import Value
from httpls_grammar import Request

if TYPE_CHECKING:
    from httpls.run.scripts.script_hooks import ScriptHooks


class LazyHooks:
    """Calls `ScriptHooks` for requests that have a script or an assertion: most have none and must start fast."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock, by which the expiry of certificates is judged."""
        self._clock = clock

    def writes_globals(self, analysis: Analysis, request: Request) -> bool:
        """Tell whether the request has a script, which may set anything."""
        return has_scripts(analysis, request)

    def before_planning(self, occasion: Occasion) -> Effects:
        """Run the scripts that stand before the request."""
        return self._hooks.before_planning(occasion) if has_parts(occasion.analysis, occasion.request) else NO_EFFECTS

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Return the request as it is: scripts set variables, they do not change requests."""
        _ = occasion
        return request, NO_EFFECTS

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Run handlers and judge assertions."""
        if not has_parts(occasion.analysis, occasion.request):
            return NO_EFFECTS
        return self._hooks.after_response(occasion, exchange)

    def evaluate(self, occasion: Occasion, expression: str) -> Value:
        """Return the value of a JavaScript expression in a text. Raises `RefusedError`."""
        return self._hooks.evaluate(occasion, expression)

    @cached_property
    def _hooks(self) -> "ScriptHooks":
        from httpls.run.scripts.script_hooks import ScriptHooks
        from httpls.run.scripts.worker import ScriptWorkers

        return ScriptHooks(ScriptWorkers(), self._clock)
