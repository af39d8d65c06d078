"""What the values of dynamic variables are made of."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from random import Random


class Context(NamedTuple):
    """Clock, zone, random numbers, and the dialect whose meaning counts.

    `clock` returns the time now, with a zone. `zone` is the zone of this machine. All randomness comes from `random`,
    so that a seed makes every value repeatable; a real run gives `random.SystemRandom`. `profile` is one of `auto`,
    `restclient`, `jetbrains`, `httpyac`, `kulala`, `vs`, `rest.nvim`.
    """

    clock: "Callable[[], datetime]"
    zone: "tzinfo"
    random: "Random"
    profile: str = "auto"
