"""How many requests one address may make in a minute. Pure: the clock is given."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

_SECONDS = 60.0
# An address takes a hundred bytes; more of them at once are no readers of digests.
_MOST_ADDRESSES = 10_000


class RateLimit:
    """A bucket per address that fills evenly; each request takes one out of it."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = float(per_minute), clock
        # What is left, and when that was so; the address that was quiet longest comes first.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether this request is within the limit; it counts if it is."""
        moment = self._clock()
        left, since = self._left.pop(address, (self._most, moment))
        left = min(self._most, left + (moment - since) * self._most / _SECONDS)
        is_allowed = left >= 1
        self._left[address] = (left - is_allowed, moment)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return is_allowed
