"""Requests a minute, in a window that slides by the simulator's clock: no 60 seconds have more than are allowed.

A request that is refused counts too, so that a client that does not wait as it is told is refused for longer.
"""

import collections
import math

WINDOW = 60


class Rates:
    def __init__(self, clock):
        self.clock = clock
        self.times = collections.defaultdict(collections.deque)  # by key, the oldest first

    def count(self, key, allowed):
        """Counts one request; returns (count, seconds until the oldest leaves, seconds to wait: 0 within the limit)."""
        now = self.clock()
        times = self.times[key]
        while times and times[0] + WINDOW <= now:
            times.popleft()
        times.append(now)
        excess = len(times) - allowed
        return len(times), self._left(times[0], now), self._left(times[excess], now) if excess > 0 else 0

    @staticmethod
    def _left(time, now):
        """Until what came at `time` leaves."""
        return max(1, math.ceil(time + WINDOW - now))

    def clear(self):
        self.times.clear()
