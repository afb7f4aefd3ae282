"""What was asked, byte for byte: all that left the client. Its secrets are made up, and told as they came."""

import base64
import collections

KEPT = 100_000


class Journal:
    def __init__(self):
        self.entries = collections.deque(maxlen=KEPT)
        self.number = 0
        self.counts = collections.Counter()  # by path
        self.under_way = collections.Counter()
        self.peaks = collections.Counter()
        self.connections = set()  # that a request came on
        self.malformed = 0

    def begin(self, request, connection, certificate, malformed=None):
        """The entry of a request, in the journal from now on."""
        self.number += 1
        self.malformed += malformed is not None
        self.connections.add(connection)
        for path in (request.path, ""):
            self.counts[path] += 1
            self.under_way[path] += 1
            self.peaks[path] = max(self.peaks[path], self.under_way[path])
        entry = {"number": self.number, "connection": connection, "method": request.method, "target": request.target,
                 "path": request.path, "version": request.version, "headers": request.headers,
                 **_body(request.body), "malformed": malformed, "client_certificate": certificate,
                 "status": 0, "fault": None, "outcome": "under way"}
        self.entries.append(entry)
        return entry

    def end(self, entry, outcome):
        """`outcome`: "sent", "client gone", or what a fault did to the connection."""
        for path in (entry["path"], ""):
            self.under_way[path] -= 1
        entry["outcome"] = outcome


def _body(body):
    try:
        return {"body": body.decode(), "body_base64": None}
    except ValueError:
        return {"body": None, "body_base64": base64.b64encode(body).decode()}
