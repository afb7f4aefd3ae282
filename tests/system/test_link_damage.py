"""A sidecar that sends what docs/protocol.md forbids. Before the first record the client gets an error with a
status; after it the answer ends as dataaction_on_error says. The log says what was wrong, and with which request."""

import struct

import pytest

from support import fake_sidecar as fake
from support.link import Link, body_of, is_broken, is_refused, is_whole, texts

PATHS = ["/array/abort", "/array/truncate", "/ndjson/abort", "/envelope/abort", "/envelope/truncate"]


@pytest.fixture(scope="module")
def link(module_servers):
    link = Link(module_servers)
    yield link
    link.close()


def header(length, kind):
    return struct.pack("<IB", length, kind)


def end_payload(count=0, complete=1, reason=b"", cursor=b""):
    return struct.pack("<QB", count, complete) + fake.string8(reason) + fake.string16(cursor)


# (name, bytes, what the log says): forbidden wherever they come.
ANYWHERE = [
    ("type 0", header(10, 0), "unknown frame type 0"),
    ("type 6", header(10, 6), "unknown frame type 6"),
    ("type 255", header(0, 255), "unknown frame type 255"),
    ("text", b"HTTP/1.1 200 OK\r\n\r\n", "unknown frame type"),
    ("a request", fake.frame(fake.REQUEST, b"DACT\1\1"), "REQUEST from the sidecar"),
    ("DATA of 1 MiB and 1", header(fake.MAX_DATA + 1, fake.DATA), "frame of 1048577 bytes, type 3"),
    ("DATA of 4 GiB", header(2**32 - 1, fake.DATA), "frame of 4294967295 bytes, type 3"),
    ("HEAD of 64 KiB and 1", header((64 << 10) + 1, fake.HEAD), "frame of 65537 bytes, type 2"),
    ("END of 64 KiB and 1", header((64 << 10) + 1, fake.END), "frame of 65537 bytes, type 4"),
    ("ERROR of 64 KiB and 1", header((64 << 10) + 1, fake.ERROR), "frame of 65537 bytes, type 5"),
    ("ERROR with status 200", fake.error(200), "ERROR with status 200"),
    ("ERROR with status 600", fake.error(600), "ERROR with status 600"),
    ("empty ERROR", fake.frame(fake.ERROR, b""), "ERROR has a wrong length"),
    ("long ERROR", fake.frame(fake.ERROR, fake.error(503)[5:] + b"x"), "ERROR has a wrong length"),
    ("ERROR with fewer details than it says", fake.frame(fake.ERROR, fake.error(503)[5:-1] + b"\x09"),
     "ERROR has a wrong length"),
]

# Only where HEAD has not come.
BEFORE_HEAD = [
    ("DATA first", fake.data(fake.lines(texts(1))), "DATA before HEAD"),
    ("END first", fake.end(0), "END before HEAD"),
    ("HEAD with status 500", fake.head(status=500), "HEAD with status 500"),
    ("short HEAD", fake.frame(fake.HEAD, b"\1"), "HEAD has a wrong length"),
    ("long HEAD", fake.frame(fake.HEAD, fake.head()[5:] + b"x"), "HEAD has a wrong length"),
]

# Only behind HEAD.
AFTER_HEAD = [
    ("HEAD twice", fake.head(), "HEAD twice"),
    ("DATA without a cursor's size", fake.frame(fake.DATA, b"\0"), "short DATA"),
    ("empty DATA", fake.frame(fake.DATA, b""), "short DATA"),
    ("a cursor beyond the frame", fake.frame(fake.DATA, struct.pack("<H", 9) + b"12345678"), "short DATA"),
    ("a cursor of 513 bytes", fake.frame(fake.DATA, struct.pack("<H", 513) + b"c" * 600), "cursor too long in DATA"),
    ("short END", fake.frame(fake.END, end_payload()[:-1]), "END has a wrong length"),
    ("long END", fake.frame(fake.END, end_payload() + b"x"), "END has a wrong length"),
    ("END with a reason beyond it", fake.frame(fake.END, struct.pack("<QBB", 0, 1, 200)), "END has a wrong length"),
    ("END that is neither", fake.frame(fake.END, end_payload(complete=2)), "END is neither complete nor incomplete"),
    ("END with a cursor of 513 bytes", fake.frame(fake.END, end_payload(cursor=b"c" * 513)),
     "cursor too long in END"),
    ("END with half a record", fake.data(b'{"n":') + fake.end(2), "a record without its LF before the end"),
    ("HEAD with half a record", fake.data(b'{"n":') + fake.head(), "a record without its LF before the end"),
]


def cases(*groups):
    return [pytest.param(damage, pattern, id=name.replace(" ", "-")) for group in groups
            for name, damage, pattern in group]


@pytest.mark.parametrize("damage, pattern", cases(ANYWHERE, BEFORE_HEAD))
def test_before_head(link, damage, pattern):
    link.sidecar.says(damage)
    for path in ("/array/abort", "/envelope/truncate"):
        response = link.ask(path)
        is_refused(response)
        link.log_of(response, f"bad answer from the sidecar: {pattern}")


@pytest.mark.parametrize("damage, pattern", cases(ANYWHERE, AFTER_HEAD))
def test_between_head_and_the_first_record(link, damage, pattern):
    link.sidecar.says(fake.head() + damage)
    response = link.ask()
    is_refused(response)
    link.log_of(response, f"bad answer from the sidecar: {pattern}")


@pytest.mark.parametrize("damage, pattern", cases(ANYWHERE, AFTER_HEAD))
def test_after_the_first_records(link, damage, pattern):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + damage)
    for path in PATHS:
        response = link.ask(path)
        is_broken(path, response, texts(2))
        link.log_of(response, f"bad answer from the sidecar: {pattern}")


def test_nothing_of_a_broken_answer_is_used_again(link):
    """A connection that carried damage is closed, even if the sidecar would keep it."""
    for damage in (b"nonsense", fake.head() + fake.data(b"{}\n") + b"nonsense"):
        link.sidecar.says(damage)
        link.ask()
        link.ask()
        assert len(set(link.sidecar.served)) == 2


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_head_of_another_version(link, version):
    link.sidecar.says(fake.head(version=version) + fake.data(b"{}\n") + fake.end(1))
    response = link.ask()
    is_refused(response, 502, "dataaction.link.version")
    link.log_of(response, f"version {version}")


@pytest.mark.parametrize("count", [0, 1, 3, 2**64 - 1])
@pytest.mark.parametrize("path", PATHS)
def test_a_count_that_is_not_what_came(link, path, count):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + fake.end(count))
    response = link.ask(path)
    is_broken(path, response, texts(2))
    link.log_of(response, f"announced {count} records and sent 2")


@pytest.mark.parametrize("path", PATHS)
def test_bytes_behind_the_end_belong_to_nobody(link, path):
    """The answer is whole; the connection is not used again."""
    link.sidecar.says(fake.whole(texts(2)) + fake.head() + fake.data(b'{"n":666}\n') + fake.end(1))
    for _ in range(2):
        is_whole(path, link.ask(path), texts(2))
    assert len(set(link.sidecar.served)) == 2


@pytest.mark.parametrize("split", [1000, 100_000, fake.MAX_DATA - 2])
def test_a_record_over_max_record_size(link, split):
    """Found out while it comes: the worker never holds more than it may."""
    record = b'"' + b"x" * (1 << 20) + b'"\n'

    def answer(peer, _):
        peer.send(fake.head())
        for at in range(0, len(record), split):
            peer.send(fake.data(record[at:at + split]))
        peer.send(fake.end(1))
    link.sidecar.says(answer)
    response = link.ask()
    # A record larger than the buffer is begun with: nginx can no longer change the status.
    is_broken("/array/abort", response, [])
    link.log_of(response, "record longer than max_record_size")

    def after_one(peer, request):
        peer.send(fake.head() + fake.data(fake.lines(texts(1))))
        for at in range(0, len(record), split):
            peer.send(fake.data(record[at:at + split]))
    link.sidecar.says(after_one)
    for path in PATHS:
        response = link.ask(path)
        is_broken(path, response, texts(1))
        link.log_of(response, "record longer than max_record_size")


ERRORS = [(400, "dataaction.request.malformed"), (404, "dataaction.request.not_found"),
          (422, "dataaction.request.parameter"), (500, "dataaction.internal"), (502, "dataaction.database.error"),
          (503, "dataaction.config.stale"), (504, "dataaction.deadline"), (599, "dataaction.made.up")]


@pytest.mark.parametrize("status, code", ERRORS)
def test_error_instead_of_head(link, status, code):
    link.sidecar.says(fake.error(status, code, "why \"not\"", 7, [("dataaction.x", "customer_id")]))
    for path in PATHS:
        response = link.ask(path)
        is_refused(response, status, code)
        body = response.json()
        assert body["message"] == 'why "not"'
        assert body["details"] == [{"errorCode": "dataaction.x", "fieldName": "customer_id"}]
        assert response.header("Retry-After") == "7"
        link.log_of(response, f"refused with {status} {code}")


@pytest.mark.parametrize("status, code", ERRORS)
def test_error_after_head(link, status, code):
    link.sidecar.says(fake.head() + fake.error(status, code))
    is_refused(link.ask(), status, code)


@pytest.mark.parametrize("code, reason", [("dataaction.database.error", "upstream"),
                                          ("dataaction.link.shutdown", "shutdown"),
                                          ("dataaction.deadline", "deadline"),
                                          ("dataaction.source.invalid_record", "invalid_record")])
def test_error_after_the_first_records(link, code, reason):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + fake.error(502, code, "broken"))
    for path in PATHS:
        response = link.ask(path)
        is_broken(path, response, texts(2), reason)
        link.log_of(response, f"the sidecar broke off: {code} broken")


@pytest.mark.parametrize("reason", ["upstream", "shutdown", "deadline", "source_changed", "invalid_record"])
def test_end_that_says_incomplete(link, reason):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + fake.end(2, 0, reason.encode()))
    for path in PATHS:
        is_broken(path, link.ask(path), texts(2), reason)


def test_end_with_a_reason_that_we_do_not_know(link):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + fake.end(2, 0, b"moon_phase"))
    is_broken("/envelope/truncate", link.ask("/envelope/truncate"), texts(2), "upstream")


@pytest.mark.parametrize("reason", [b"upstream", b"shutdown", b"nonsense"])
def test_end_cannot_be_complete_for_such_a_reason(link, reason):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + fake.end(2, 1, reason))
    is_broken("/envelope/truncate", link.ask("/envelope/truncate"), texts(2))


@pytest.mark.parametrize("reason, status, code", [("upstream", 502, "dataaction.link.unavailable"),
                                                  ("shutdown", 503, "dataaction.link.shutdown"),
                                                  ("deadline", 504, "dataaction.deadline")])
def test_end_that_says_incomplete_before_a_record(link, reason, status, code):
    """Nothing has been sent: an error says it best."""
    link.sidecar.says(fake.head() + fake.end(0, 0, reason.encode()))
    for path in ("/array/abort", "/envelope/truncate"):
        is_refused(link.ask(path), status, code)


@pytest.mark.parametrize("path", PATHS)
def test_closed_at_every_byte(link, path):
    """An answer cut anywhere: refused before the first record's LF, broken off behind it."""
    records = texts(3)
    answer = fake.head() + fake.data(fake.lines(records[:2])) + fake.data(fake.lines(records[2:])) + fake.end(3)
    first = answer.index(b"\n") + 1
    for size in range(len(answer) + 1):
        link.sidecar.says(answer[:size], keep=False)
        response = link.ask(path)
        if size < first:
            is_refused(response)
        elif size < len(answer):
            is_broken(path, response, records[:answer[:size].count(b'}\n')])
        else:
            is_whole(path, response, records)


@pytest.mark.parametrize("path", ["/array/abort", "/ndjson/abort", "/envelope/abort", "/envelope/truncate"])
def test_garbage_instead_of_each_byte(link, path):
    """One byte wrong: refused, broken off, or whole (a byte of a record or of the digest is not ours to know).
    Never a clean end that lacks a record."""
    records = texts(3)
    answer = fake.whole(records, per_frame=2)
    for at in range(len(answer)):
        link.sidecar.says(answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1:], keep=False)
        response = link.ask(path)
        if response.status in (502, 504):
            is_refused(response, response.status, response.json()["code"])
        elif response.end == "complete" and b'"complete":false' not in response.body:
            # Where a cursor's size is wrong a record lacks a byte.
            assert abs(len(response.body) - len(body_of(path, records))) <= 1, (at, response)
