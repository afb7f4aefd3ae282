"""What tests of the link share: an nginx in front of a fake sidecar, and the ways an answer may end."""

import itertools
import json
import re

from support import http1
from support.fake_sidecar import FakeSidecar

BLOCK = """
database  none  sqlite:/nonexistent;
source    t  { sql none "SELECT 1"; }
"""

LOCATIONS = "".join(
    f"location = /{form}/{ending} {{ dataaction_stream t; dataaction_format {form}; dataaction_on_error {ending}; }}\n"
    for form in ("array", "ndjson", "envelope") for ending in ("abort", "truncate")
) + "location = /status { dataaction_status; }\n"

numbers = itertools.count(1)


class Link:
    """`sidecar` answers where the block's `listen` points."""

    def __init__(self, servers, **options):
        options = {"block": BLOCK, "locations": LOCATIONS, **options}
        self.nginx = servers.nginx(**options)
        self.sidecar = FakeSidecar(self.nginx.socket)

    def ask(self, path="/array/abort", body=b"{}", headers=(), **options):
        """A request on a connection of its own; `response.context` finds it in the log."""
        context = f"ask-{next(numbers)}"
        connection = self.nginx.connect()
        connection.send_request("POST", path, body, headers=[("ININ-Correlation-Id", context), *headers], **options)
        response = read(connection)
        response.context = context
        return response

    def log_of(self, response, pattern):
        """The line of that request with `pattern`, which must come."""
        return self.nginx.wait_for_log(f"{pattern}.*context: {re.escape(response.context)}\\b")[0]

    def active(self):
        return self.nginx.status()["sources"]["t"]["active"]

    def close(self):
        self.sidecar.close()


def read(connection):
    """A response that may have been broken off before its first byte: nginx holds a short one together until
    it is whole. Its status is then 0."""
    try:
        response = connection.read_head()
    except http1.Ended as end:
        response = http1.Response()
        response.end = str(end)
        return response
    return connection.read_body(response)


def texts(count, first=1):
    return [f'{{"n":{number}}}' for number in range(first, first + count)]


def is_refused(response, status=502, code="dataaction.link.unavailable"):
    """An error before the first byte of records, in our shape."""
    assert response.status == status, response
    assert response.end == "complete", response
    assert response.header("Content-Type") == "application/json"
    body = response.json()
    assert set(body) == {"message", "code", "status", "messageParams", "contextId", "details", "errors"}
    assert (body["status"], body["code"]) == (status, code)
    assert body["contextId"] == response.context


def is_whole(path, response, expected):
    assert (response.status, response.end) == (200, "complete"), response
    assert response.body == body_of(path, expected), response


def is_broken(path, response, expected, reason="upstream"):
    """Ended as `path` says after the records `expected`; `response` may not be taken for whole."""
    form, ending = path.strip("/").split("/")
    if ending == "abort":
        assert response.end == "eof", response
        assert (response.status, response.framing) in ((200, "chunked"), (0, "")), response
        assert body_of(path, expected).startswith(response.body), response
        return
    assert (response.status, response.end) == (200, "complete"), response
    if form == "envelope":
        body = json.loads(response.body)
        assert body == {"records": [json.loads(text) for text in expected], "count": len(expected),
                        "complete": False, "reason": reason, "next": body["next"]}
    else:
        assert response.body == body_of(path, expected), response


def body_of(path, expected):
    form = path.strip("/").split("/")[0]
    if form == "array":
        return ("[" + ",".join(expected) + "]").encode()
    if form == "ndjson":
        return "".join(text + "\n" for text in expected).encode()
    return (f'{{"records":[{",".join(expected)}],"count":{len(expected)},"complete":true,"reason":null,'
            '"next":null}').encode()
