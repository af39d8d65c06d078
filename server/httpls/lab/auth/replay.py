"""Refuses what was seen before: a nonce, an id of a token."""

import time

from httpls.lab.state import State


def is_replayed(state: State, kind: str, nonce: str, lifetime: float) -> bool:
    """Tell whether a nonce was seen in the last `lifetime` seconds, and remember it; older ones are forgotten."""
    now = time.monotonic()
    with state.lock:
        for key, ends in list(state.memory.items()):
            if key[:2] == ("nonce", kind) and isinstance(ends, float) and ends < now:
                del state.memory[key]
        key = ("nonce", kind, nonce)
        if key in state.memory:
            return True
        state.memory[key] = now + lifetime
    return False
