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


OPEN = frozenset(residue for residue in range(PERIOD) if not Traits(residue).ended)


class Run:
    """Those of the indices [low, high) whose residue is in `residues`, ascending."""

    def __init__(self, low, high, residues):
        self.low, self.high = low, max(low, high)
        self.residues = sorted(residues)

    def _rank(self, index):
        """How many match below `index`, up to a constant."""
        block, rest = divmod(index, PERIOD)
        return block * len(self.residues) + bisect.bisect_left(self.residues, rest)

    def __len__(self):
        return self._rank(self.high) - self._rank(self.low)

    def at(self, place):
        block, rest = divmod(self._rank(self.low) + place, len(self.residues))
        return block * PERIOD + self.residues[rest]


class Selection:
    """What a query finds, in its order: "asc", "desc" or "unordered". By index, which is by start and, as all last
    equally long, by end; those whose residue is in `last` come after all others."""

    def __init__(self, low, high, residues, order="asc", last=frozenset()):
        self.runs = [Run(low, high, residues - last), Run(low, high, residues & last)]
        self.order = order

    def __len__(self):
        return sum(map(len, self.runs))

    def page(self, offset, size):
        """The indices from the `offset`-th on, at most `size`."""
        total = len(self)
        return [self._at(self._place(number, total)) for number in range(min(offset, total), min(offset + size, total))]

    def _place(self, number, total):
        """In the ascending order; without one, every other comes first, which no client can take for either."""
        if self.order == "desc":
            return total - 1 - number
        if self.order == "unordered":
            first = (total + 1) // 2
            return 2 * number if number < first else 2 * (number - first) + 1
        return number

    def _at(self, place):
        first, last = self.runs
        return first.at(place) if place < len(first) else last.at(place - len(first))


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
