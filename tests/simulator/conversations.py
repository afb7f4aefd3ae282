"""Conversations by index: all that is known of one follows from its number, so that millions cost nothing.

Conversation i starts at `first_start` + i * `spacing_ms` and lasts `duration_ms`. What a query can filter by
depends only on i % PERIOD, so that matches are counted and addressed without listing them. The visible ones
are [low, high); as pages are served, `arrive_first` and `arrive_last` more of them appear at either end,
and what is already paged through shifts. Indices may be negative.
"""

import bisect
import datetime
import hashlib
import uuid

PERIOD = 100
DAY_MS = 86_400_000
MEDIA = ("voice", "chat", "email", "message", "callback")
DISCONNECTS = ("client", "peer", "endpoint", "transfer")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def identifier(kind, number):
    """A UUID, version 4 in its looks, always the same for the same number."""
    return str(uuid.UUID(bytes=hashlib.blake2b(f"{kind} {number}".encode(), digest_size=16).digest(), version=4))


QUEUES = tuple(identifier("queue", number) for number in range(4))
AGENTS = tuple(identifier("agent", number) for number in range(7))


def timestamp(milliseconds):
    moment = EPOCH + datetime.timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment):
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


class Traits:
    """What a query can ask of a conversation."""

    def __init__(self, index):
        residue = index % PERIOD
        self.media = MEDIA[residue % 5]
        self.direction = "inbound" if residue // 5 % 2 == 0 else "outbound"
        self.queue = QUEUES[residue % 4]
        self.agent = AGENTS[residue % 7]
        self.disconnect = DISCONNECTS[residue % 4]
        self.ended = residue % 50 != 49
        self.status = "completed" if self.ended else "active"


class Selection:
    """Those of the indices [low, high) whose residue is in `residues`, in the order of a query."""

    def __init__(self, low, high, residues, descending=False):
        self.low, self.high = low, max(low, high)
        self.residues = sorted(residues)
        self.descending = descending

    def _rank(self, index):
        """How many match below `index`, up to a constant."""
        block, rest = divmod(index, PERIOD)
        return block * len(self.residues) + bisect.bisect_left(self.residues, rest)

    def __len__(self):
        return self._rank(self.high) - self._rank(self.low)

    def page(self, offset, size):
        """The indices from the `offset`-th on, at most `size`."""
        total = len(self)
        ranks = range(min(offset, total), min(offset + size, total))
        base = self._rank(self.low)
        ranks = [base + (total - 1 - rank if self.descending else rank) for rank in ranks]
        return [rank // len(self.residues) * PERIOD + self.residues[rank % len(self.residues)] for rank in ranks]


class Conversations:
    """The visible range, and where in it a time is."""

    def __init__(self, settings):
        self.settings = settings
        self.start_over()

    def start_over(self):
        self.low, self.high = 0, self.settings.count
        self.pages_served = 0

    def page_served(self):
        self.pages_served += 1
        self.low -= self.settings.arrive_first
        self.high += self.settings.arrive_last

    def start(self, index):
        first = datetime.datetime.fromisoformat(self.settings.first_start.replace("Z", "+00:00"))
        return milliseconds(first) + index * self.settings.spacing_ms

    def _first_from(self, moment):
        """The least index that starts at `moment` or later."""
        return -((self.start(0) - moment) // self.settings.spacing_ms)

    def _between(self, begin, end):
        return max(self.low, self._first_from(begin)), min(self.high, self._first_from(end))

    def started_on_days_of(self, begin, end):
        """What the details query means by an interval: started on a day (UTC) that the interval touches."""
        return self._between(begin // DAY_MS * DAY_MS, -(-end // DAY_MS) * DAY_MS)

    def active_during(self, begin, end, from_start_of_day=False):
        """What a job means by it: any activity in the interval."""
        low, high = self._between(begin - self.settings.duration_ms + 1, end)
        return (max(low, self._first_from(begin // DAY_MS * DAY_MS)) if from_start_of_day else low), high
