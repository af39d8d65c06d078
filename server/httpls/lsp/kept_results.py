"""What came of the last requests, with the bodies as they came: for views that show more than a text."""

from collections import OrderedDict

from httpls.run.exchange import Result

_MOST_BYTES = 64 << 20
_MOST_RESULTS = 200


class KeptResults:
    """Results by the numbers of their documents; the oldest go when there are too many, or their bodies too large."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        """Begin empty."""
        self._most_bytes = most_bytes
        self._results: OrderedDict[int, Result] = OrderedDict()

    def add(self, number: int, result: Result) -> None:
        """Keep a result. One that is larger than everything allowed is kept alone."""
        self._results[number] = result
        total = sum(map(_size, self._results.values()))
        while len(self._results) > 1 and (total > self._most_bytes or len(self._results) > _MOST_RESULTS):
            _, oldest = self._results.popitem(last=False)
            total -= _size(oldest)

    def get(self, number: int) -> Result | None:
        """Return a result, None if it is not kept any more."""
        return self._results.get(number)


def _size(result: Result) -> int:
    return sum(hop.response.content.length for hop in result.exchange.hops if hop.response is not None)
