"""What ends the way of a request before, or instead of, its response."""

from collections.abc import Sequence

from httpls.run.exchange import Failure, Outcome


class StopError(Exception):
    """A request goes no further: it is refused or skipped, or has failed before it was sent."""

    def __init__(self, outcome: Outcome, failures: Sequence[Failure] = ()) -> None:
        """Take what its result says."""
        super().__init__()
        self.outcome = outcome
        self.failures = tuple(failures)
