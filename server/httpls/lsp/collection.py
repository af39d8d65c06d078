"""When the garbage collector runs: while nobody waits. By itself it would run in the middle of an answer.

Trees and what is known of them are free of cycles, and gone when nobody holds them any more. What is left to collect
are the cycles of exceptions and tasks: little, and seldom.
"""

import gc

_YOUNG = 20_000
"""After how many objects more than before it is worth to look at the young ones."""
_MANY = 200_000
"""How many objects come only with a large file: they live as long as it is open."""
_ROUNDS = 50
"""How many times the young objects are looked at before all are."""


class Collector:
    """Collects when it is told that nobody waits."""

    def __init__(self) -> None:
        """Switch off what Python does by itself; what is there already, all modules, is never looked at."""
        gc.disable()
        gc.freeze()
        self._rounds = 0

    def rest(self) -> None:
        """Use a moment in which there is nothing to do."""
        young = gc.get_count()[0]
        if young < _YOUNG:
            return
        if young > _MANY:
            gc.freeze()
            # Counting begins anew with a collection, which finds nothing to look at.
            gc.collect(0)
            return
        self._rounds = (self._rounds + 1) % _ROUNDS
        gc.collect(1 if self._rounds else 2)
