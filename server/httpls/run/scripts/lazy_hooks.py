"""The hooks of a run, whose scripts and assertions are only looked for where a request has them."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from httpls.model.analysis import Analysis
from httpls.run.exchange import Exchange
from httpls.run.hooks import NO_EFFECTS, Effects, Occasion
from httpls.run.ports import Clock
from httpls.run.scripts.placed import has_parts, has_scripts
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest
from httpls_auth.values.value import Value
from httpls_grammar import Request

if TYPE_CHECKING:
    from httpls.run.scripts.script_hooks import ScriptHooks
    from httpls.run.scripts.worker import ScriptWorkers


class LazyHooks:
    """Calls `ScriptHooks` for requests that have a script or an assertion: most have none and must start fast."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock, by which the expiry of certificates is judged."""
        self._clock = clock
        self._lock = threading.Lock()
        self._workers: ScriptWorkers | None = None
        self._made: ScriptHooks | None = None

    def writes_globals(self, analysis: Analysis, request: Request) -> bool:
        """Tell whether the request has a script, which may set anything."""
        return has_scripts(analysis, request)

    def before_planning(self, occasion: Occasion) -> Effects:
        """Run the scripts that stand before the request."""
        return self._hooks.before_planning(occasion) if has_parts(occasion.analysis, occasion.request) else NO_EFFECTS

    def repetitions(self, occasion: Occasion) -> int:
        """Return how often the request is sent for the values of a list: only a script can make one."""
        return self._hooks.repetitions(occasion) if has_parts(occasion.analysis, occasion.request) else 1

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Add the header fields that scripts have set for all requests; what the request has itself counts more."""
        fields = occasion.session.headers
        return (with_fields(request, fields) if fields else request), NO_EFFECTS

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Run handlers and judge assertions."""
        if not has_parts(occasion.analysis, occasion.request):
            return NO_EFFECTS
        return self._hooks.after_response(occasion, exchange)

    def evaluate(self, occasion: Occasion, expression: str) -> Value:
        """Return the value of a JavaScript expression in a text. Raises `RefusedError`."""
        return self._hooks.evaluate(occasion, expression)

    def close(self) -> None:
        """End the processes that run scripts, if there are any."""
        if self._workers is not None:
            self._workers.close()

    @property
    def _hooks(self) -> "ScriptHooks":
        # Two threads may want the first script at the same time.
        with self._lock:
            if self._made is None:
                from httpls.run.scripts.script_hooks import ScriptHooks
                from httpls.run.scripts.worker import ScriptWorkers

                self._workers = ScriptWorkers()
                self._made = ScriptHooks(self._workers, self._clock)
            return self._made


def with_fields(request: OutgoingRequest, fields: Sequence[Field]) -> OutgoingRequest:
    """Return the request with these fields instead of its defaults; what somebody wrote into it stays."""
    own = {field.name.lower() for field in request.fields if field.source is not FieldSource.DEFAULT}
    added = [field for field in fields if field.name.lower() not in own]
    names = {field.name.lower() for field in added}
    return request._replace(fields=(*[one for one in request.fields if one.name.lower() not in names], *added))
