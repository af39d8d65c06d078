"""The hooks of a run, whose scripts and assertions are only looked for where a request has them."""

from functools import cached_property
from typing import TYPE_CHECKING

from httpls.run.exchange import Exchange
from httpls.run.hooks import NO_EFFECTS, Effects, Occasion
from httpls.run.ports import Clock
from httpls_auth.schemes.message import OutgoingRequest
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.nodes import Assertion, Body, Script

if TYPE_CHECKING:
    from httpls.run.scripts.script_hooks import ScriptHooks


class LazyHooks:
    """Calls `ScriptHooks` for requests that have a script or an assertion: most have none and must start fast."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock, by which the expiry of certificates is judged."""
        self._clock = clock

    def writes_globals(self, request: Request) -> bool:
        """Tell whether the request has a script, which may set anything."""
        return request.block.fact(_has_scripts)

    def before_planning(self, occasion: Occasion) -> Effects:
        """Run the scripts that stand before the request."""
        return self._hooks.before_planning(occasion) if occasion.request.block.fact(_has_scripts) else NO_EFFECTS

    def before_sending(self, occasion: Occasion, request: OutgoingRequest) -> tuple[OutgoingRequest, Effects]:
        """Return the request as it is."""
        _ = occasion
        return request, NO_EFFECTS

    def after_response(self, occasion: Occasion, exchange: Exchange) -> Effects:
        """Run handlers and judge assertions."""
        return self._hooks.after_response(occasion, exchange) if occasion.request.block.fact(_has_any) else NO_EFFECTS

    @cached_property
    def _hooks(self) -> "ScriptHooks":
        from httpls.run.scripts.script_hooks import ScriptHooks
        from httpls.run.scripts.worker import ScriptWorkers

        return ScriptHooks(ScriptWorkers(), self._clock)


def _has_scripts(block: Block) -> bool:
    return any(isinstance(node, Script) for node in block.nodes)


def _has_any(block: Block) -> bool:
    return (
        _has_scripts(block)
        or any(directive.key == "assert" for directive in block.directives)
        or any(
            isinstance(part, Assertion)
            for node in block.nodes
            for part in (node.parts if isinstance(node, Body) else (node,))
        )
    )
