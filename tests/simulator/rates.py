"""Requests a minute, in windows that begin with the first request and end by the simulator's clock."""

import math

WINDOW = 60


class Rates:
    def __init__(self, clock):
        self.clock = clock
        self.windows = {}  # by key: [begin, count]

    def count(self, key, allowed):
        """Counts one request; returns (count, seconds until the window ends, whether it is within the limit)."""
        now = self.clock()
        window = self.windows.get(key)
        if window is None or now >= window[0] + WINDOW:
            window = self.windows[key] = [now, 0]
        within = window[1] < allowed
        window[1] += within
        return window[1], max(1, math.ceil(window[0] + WINDOW - now)), within

    def clear(self):
        self.windows.clear()
