"""What was asked, for tests to check: secrets are named, not told."""

import collections
import json
import urllib.parse

from simulator.tokens import named

KEPT = 100_000
SECRET_FIELDS = ("client_secret",)


class Journal:
    def __init__(self):
        self.entries = collections.deque(maxlen=KEPT)
        self.counts = collections.Counter()
        self.under_way = collections.Counter()
        self.peaks = collections.Counter()
        self.connections = {}  # by transport, in the order of their first request

    def begin(self, call, name):
        """The entry of a request, in the journal from now on."""
        self.counts[name] += 1
        self.under_way[name] += 1
        self.peaks[name] = max(self.peaks[name], self.under_way[name])
        request = call.request
        version = request.version
        entry = {"number": sum(self.counts.values()), "route": name, "method": request.method,
                 "path": request.rel_url.raw_path, "query": [list(pair) for pair in request.rel_url.query.items()],
                 "version": f"{version.major}.{version.minor}",
                 "connection": self.connections.setdefault(request.transport, len(self.connections) + 1),
                 "headers": [[key, named(call.platform.tokens, value) if key.lower() == "authorization" else value]
                             for key, value in request.headers.items()],
                 "body": _body(request.content_type, call.body), "correlation_id": call.correlation_id,
                 "status": 0, "fault": None, "outcome": "under way"}
        self.entries.append(entry)
        return entry

    def end(self, entry, status, outcome):
        """`outcome`: "sent", "client gone", or what a fault did to the connection."""
        self.under_way[entry["route"]] -= 1
        entry.update(status=status, outcome=outcome)


def _body(content_type, body):
    text = body.decode("utf-8", "replace")
    if content_type == "application/x-www-form-urlencoded":
        return [[name, "(secret)" if name in SECRET_FIELDS else value]
                for name, value in urllib.parse.parse_qsl(text, keep_blank_values=True)]
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
