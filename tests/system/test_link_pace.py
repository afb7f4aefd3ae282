"""A sidecar that is slow, hung, or cuts its frames where it likes: the bytes are the same, in time or not at all."""

import threading

import pytest

from support import fake_sidecar as fake
from support.fake_sidecar import KEEP
from support.link import BLOCK, Link, body_of, is_broken, is_refused, is_whole, read, texts

LOCATIONS = """
location = /array/abort        { dataaction_stream t; dataaction_on_error abort; }
location = /ndjson/abort       { dataaction_stream t; dataaction_format ndjson; }
location = /envelope/truncate  { dataaction_stream t; dataaction_format envelope; }
location /impatient/ {
    dataaction_read_timeout 200ms;
    location = /impatient/array/abort        { dataaction_stream t; }
    location = /impatient/array/truncate     { dataaction_stream t; dataaction_on_error truncate; }
    location = /impatient/envelope/truncate  { dataaction_stream t; dataaction_format envelope; }
    location = /impatient/envelope/abort     { dataaction_stream t; dataaction_format envelope;
                                               dataaction_on_error abort; }
}
location /deadline/ {
    dataaction_deadline 200ms;
    location = /deadline/array/abort        { dataaction_stream t; }
    location = /deadline/envelope/truncate  { dataaction_stream t; dataaction_format envelope; }
}
location = /coalescing    { dataaction_stream t; dataaction_format ndjson; dataaction_flush_interval 10s; }
location = /eager         { dataaction_stream t; dataaction_format ndjson; dataaction_flush_interval 0; }
location = /small_buffer  { dataaction_stream t; dataaction_buffer_size 4k; }
location = /status        { dataaction_status; }
"""


@pytest.fixture(scope="module")
def link(module_servers):
    link = Link(module_servers, block=BLOCK, locations=LOCATIONS)
    yield link
    link.close()


def pieces(answer, size):
    return [answer[at:at + size] for at in range(0, len(answer), size)]


@pytest.mark.parametrize("path", ["/array/abort", "/ndjson/abort", "/envelope/truncate"])
@pytest.mark.parametrize("size", [1, 3])
def test_one_byte_at_a_time(link, path, size):
    def answer(peer, _):
        for piece in pieces(fake.whole(texts(20), per_frame=3), size):
            peer.send(piece)
        return KEEP
    link.sidecar.says(answer)
    is_whole(path, link.ask(path), texts(20))


def test_each_byte_has_been_seen_before_the_next(link):
    """The sidecar sends one more byte only when the worker has read the last: every state of the reader."""
    import fcntl
    import struct
    import termios

    def unread(peer):
        return struct.unpack("i", fcntl.ioctl(peer.socket, termios.TIOCOUTQ, b"\0" * 4))[0]

    def answer(peer, _):
        for piece in pieces(fake.whole(texts(5), per_frame=2), 1):
            peer.send(piece)
            while unread(peer):
                threading.Event().wait(0.0005)
        return KEEP
    link.sidecar.says(answer)
    is_whole("/envelope/truncate", link.ask("/envelope/truncate"), texts(5))


def stream_of(records):
    return fake.lines(records)


@pytest.mark.parametrize("cut", [1, 2, 7, 8, 9, 13])
def test_frames_that_end_anywhere(link, cut):
    """Records span frames; a frame may hold one byte."""
    frames = b"".join(fake.data(piece) for piece in pieces(stream_of(texts(200)), cut))
    link.sidecar.says(fake.head() + frames + fake.end(200))
    for path in ("/array/abort", "/ndjson/abort", "/envelope/truncate"):
        is_whole(path, link.ask(path), texts(200))


def test_empty_frames(link):
    empty = fake.data(b"")
    frames = b"".join(empty * 3 + fake.data(piece) for piece in pieces(stream_of(texts(9)), 5))
    link.sidecar.says(fake.head() + frames + empty * 100 + fake.end(9))
    is_whole("/array/abort", link.ask(), texts(9))


def test_no_record(link):
    for answer in (fake.head() + fake.end(0), fake.head() + fake.data(b"") + fake.end(0)):
        link.sidecar.says(answer)
        for path in ("/array/abort", "/ndjson/abort", "/envelope/truncate"):
            is_whole(path, link.ask(path), [])


def test_a_frame_of_the_largest_size(link):
    record = '"' + "x" * 1021 + '"'
    records = [record] * 1024
    stream = stream_of(records)
    assert len(stream) == 1 << 20
    link.sidecar.says(fake.head() + fake.data(stream[:fake.MAX_DATA - 2]) + fake.data(stream[fake.MAX_DATA - 2:])
                      + fake.end(1024))
    is_whole("/array/abort", link.ask(), records)


@pytest.mark.parametrize("cut", [1000, 65536, fake.MAX_DATA - 2])
@pytest.mark.parametrize("path", ["/array/abort", "/small_buffer"])
def test_a_record_far_larger_than_the_buffer(link, path, cut):
    """900 KiB, first, in the middle and last."""
    large = '"' + "y" * (900 << 10) + '"'
    records = [large, *texts(3), large, *texts(3), large]
    frames = b"".join(fake.data(piece) for piece in pieces(stream_of(records), cut))
    link.sidecar.says(fake.head() + frames + fake.end(len(records)))
    response = link.ask(path)
    assert (response.status, response.end) == (200, "complete")
    assert response.body == body_of("/array/abort", records)


def test_a_record_of_exactly_the_largest_size(link):
    record = '"' + "z" * ((1 << 20) - 3) + '"'
    frames = b"".join(fake.data(piece) for piece in pieces(stream_of([record, record]), 300_000))
    link.sidecar.says(fake.head() + frames + fake.end(2))
    is_whole("/array/abort", link.ask(), [record, record])


# --- hung

def hung_after(answer):
    def hang(peer, _):
        peer.send(answer)
        peer.wait_closed()
    return hang


NOTHING_OF_USE = [b"", b"\x10", fake.head()[:-1], fake.head(), fake.head() + fake.data(b'{"n":')]


@pytest.mark.parametrize("answer", NOTHING_OF_USE, ids=lambda answer: f"{len(answer)}-bytes")
def test_hung_before_the_first_record(link, answer):
    link.sidecar.says(hung_after(answer))
    response = link.ask("/impatient/array/abort")
    is_refused(response, 504, "dataaction.deadline")
    link.log_of(response, "refused with 504")


@pytest.mark.parametrize("form", ["array/abort", "array/truncate", "envelope/truncate", "envelope/abort"])
def test_hung_after_the_first_records(link, form):
    link.sidecar.says(hung_after(fake.head() + fake.data(fake.lines(texts(2)) + b'{"n"')))
    response = link.ask(f"/impatient/{form}")
    is_broken(form, response, texts(2))
    link.log_of(response, "timed out, while reading records")


@pytest.mark.parametrize("answer", NOTHING_OF_USE, ids=lambda answer: f"{len(answer)}-bytes")
def test_the_deadline_before_the_first_record(link, answer):
    link.sidecar.says(hung_after(answer))
    for form in ("array/abort", "envelope/truncate"):
        is_refused(link.ask(f"/deadline/{form}"), 504, "dataaction.deadline")
    link.sidecar.wait_no_peers()


@pytest.mark.parametrize("form", ["array/abort", "envelope/truncate"])
def test_the_deadline_after_the_first_records(link, form):
    link.sidecar.says(hung_after(fake.head() + fake.data(fake.lines(texts(2)) + b'{"n"')))
    response = link.ask(f"/deadline/{form}")
    is_broken(form, response, texts(2), "deadline")
    link.log_of(response, "answer ended early: deadline")
    link.sidecar.wait_no_peers()


def test_the_request_says_how_much_time_is_left(link):
    link.sidecar.says(fake.whole([]))
    link.ask("/deadline/array/abort")
    link.ask("/array/abort")
    short, default = [request.deadline for request in link.sidecar.requests]
    assert 0 < short <= 200
    assert 200 < default <= 28000


# --- when records leave

def stepwise(steps):
    """Sends one more piece whenever the test says so."""
    go = threading.Semaphore(0)

    def answer(peer, _):
        for step in steps:
            assert go.acquire(timeout=fake.TIMEOUT)
            peer.send(step)
        return KEEP
    return answer, go


def test_the_first_records_leave_at_once(link):
    """They are read by the client while the sidecar has nothing more to send, long before the interval ends."""
    answer, go = stepwise([fake.head() + fake.data(fake.lines(texts(2))), fake.data(fake.lines(texts(2, 3))),
                           fake.end(4)])
    link.sidecar.says(answer)
    connection = link.nginx.connect()
    connection.send_request("POST", "/coalescing", b"{}")
    go.release()
    assert connection.read_head().status == 200
    first = b"%x\r\n" % len(fake.lines(texts(2)))
    while fake.lines(texts(2)) not in connection.buffer:
        connection.buffer += connection.receive()
    assert connection.buffer.startswith(first)
    connection.buffer = b""
    # What comes within the interval waits for more: it leaves together with the end.
    go.release()
    go.release()
    rest = b""
    while not rest.endswith(b"0\r\n\r\n"):
        rest += connection.receive()
    assert rest == b"%x\r\n%s\r\n0\r\n\r\n" % (16, fake.lines(texts(2, 3)))


def test_later_records_leave_after_the_interval(link):
    """Without an interval each frame leaves by itself."""
    steps = [fake.head() + fake.data(fake.lines(texts(1)))]
    steps += [fake.data(fake.lines(texts(1, number))) for number in range(2, 6)] + [fake.end(5)]
    answer, go = stepwise(steps)
    link.sidecar.says(answer)
    connection = link.nginx.connect()
    connection.send_request("POST", "/eager", b"{}")
    seen = b""
    for number in range(1, 6):
        go.release()
        while f'{{"n":{number}}}\n'.encode() not in seen:
            seen += connection.receive()
    go.release()
    while not seen.endswith(b"0\r\n\r\n"):
        seen += connection.receive()


def test_pipelined_requests_to_a_slow_sidecar(link):
    """Two requests at once on a client's connection: one answer after the other."""
    def answer(peer, request):
        for piece in pieces(fake.whole(texts(request.parameters["n"])), 5):
            peer.send(piece)
        return KEEP
    link.sidecar.says(answer)
    connection = link.nginx.connect()
    for count in (3, 1, 2):
        connection.send_request("POST", "/array/abort", {"n": count})
    for count in (3, 1, 2):
        is_whole("/array/abort", read(connection), texts(count))
