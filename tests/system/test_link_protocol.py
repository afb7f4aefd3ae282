"""The link as a worker sees it: a worker of our own, by docs/protocol.md alone, against dataactiond."""

import socket
import sqlite3

import pytest

from support import fake_sidecar as fake
from support.http1 import TIMEOUT


@pytest.fixture
def pair(servers, directory):
    sqlite3.connect(directory / "d.db").close()
    return servers.pair(block=f"""
        database  d  sqlite:{directory}/d.db;
        source    one   {{ sql d "SELECT :v AS v"; }}
        source    many  {{ sql d "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
                           SELECT i FROM n"; }}
    """, locations="location = /one { dataaction_stream one; }")


def worker_request(name="one", parameters=b'{"v":1}', version=1, kind=1):
    payload = (b"DACT" + bytes([version, kind]) + b"\0\0" + (10_000).to_bytes(4, "little") + bytes(8) + b"\xff" * 8
               + fake.string8(name.encode()) + fake.string8(b"ctx-7") + fake.string16(b"")
               + len(parameters).to_bytes(4, "little") + parameters)
    return fake.frame(fake.REQUEST, payload)


class Worker:
    """A worker of our own: sends what it likes, and reads frames."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(str(path))

    def send(self, data):
        self.socket.sendall(data)

    def frame(self):
        header = self._take(5)
        return header and (header[4], self._take(int.from_bytes(header[:4], "little")))

    def _take(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.socket.recv(size - len(data))
            except ConnectionResetError:
                more = b""
            if not more:
                assert not data, "half a frame"
                return None
            data += more
        return data

    def answer(self):
        """The types and payloads up to END or ERROR; None where the connection ends before."""
        frames = []
        while not frames or frames[-1][0] not in (fake.END, fake.ERROR):
            frame = self.frame()
            if frame is None:
                return None
            frames.append(frame)
        return frames

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


ONE = [fake.HEAD, fake.DATA, fake.END]


def test_frames_as_documented(pair):
    """By a codec of our own; two requests on one connection."""
    nginx, _ = pair
    with Worker(nginx.socket) as worker:
        for _ in range(2):
            worker.send(worker_request())
            head, data, end = worker.answer()
            assert (head[0], data[0], end[0]) == (fake.HEAD, fake.DATA, fake.END)
            assert head[1][0] == 1 and int.from_bytes(head[1][9:11], "little") == 200
            assert data[1] == b'\0\0{"v":1}\n'
            assert end[1] == (1).to_bytes(8, "little") + b"\1\0\0\0"


def test_a_request_a_byte_at_a_time(pair):
    nginx, _ = pair
    with Worker(nginx.socket) as worker:
        for byte in worker_request():
            worker.send(bytes([byte]))
        assert [kind for kind, _ in worker.answer()] == ONE


def test_a_worker_of_another_version(pair):
    nginx, _ = pair
    for version in (0, 2, 255):
        with Worker(nginx.socket) as worker:
            worker.send(worker_request(version=version))
            ((kind, payload),) = worker.answer()
            assert kind == fake.ERROR and int.from_bytes(payload[9:11], "little") == 502
            assert b"dataaction.link.version" in payload


@pytest.mark.parametrize("damage", [
    b"GET / HTTP/1.0\r\n\r\n", fake.frame(fake.REQUEST, b"DOCT\1\1"), fake.frame(fake.REQUEST, b"DACT\1"),
    fake.frame(fake.REQUEST, b"DACT\1\1\0\0"), worker_request()[:-1] + b"", fake.head(), fake.data(b"{}\n"),
    fake.end(0), (2**32 - 1).to_bytes(4, "little") + b"\1", ((16 << 20) + 1).to_bytes(4, "little") + b"\1",
    worker_request(kind=9), b"\xff" * 1000])
def test_damaged_requests(pair, damage):
    """The connection is closed, and nobody else notices."""
    nginx, daemon = pair
    with Worker(nginx.socket) as worker:
        worker.send(damage)
        worker.socket.shutdown(socket.SHUT_WR)
        assert worker.answer() is None
    assert daemon.running()
    assert nginx.post("/one", {"v": 1}).status == 200


def test_bytes_during_an_answer_are_an_error(pair):
    """Rule 1 of docs/protocol.md. A few may be the next request, sent while this one is being put away."""
    nginx, daemon = pair
    with Worker(nginx.socket) as worker:
        worker.send(worker_request("many"))
        assert worker.frame()[0] == fake.HEAD
        worker.send(worker_request(parameters=b'{"v":"' + b"x" * 100_000 + b'"}'))
        frame = worker.frame()
        while frame is not None and frame[0] == fake.DATA:
            frame = worker.frame()
        assert frame is None
    assert daemon.running()
    assert nginx.post("/one", {"v": 1}).status == 200


def test_a_worker_that_sends_half_a_request_and_waits(pair):
    """It costs a connection, and nobody else anything."""
    nginx, daemon = pair
    workers = []
    for size in (1, 5, 20):
        worker = Worker(nginx.socket)
        worker.send(worker_request()[:size])
        workers.append(worker)
    assert nginx.post("/one", {"v": 1}).status == 200
    for worker in workers:
        worker.socket.close()
    assert daemon.running()
