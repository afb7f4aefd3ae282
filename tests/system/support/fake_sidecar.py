"""A sidecar that lies: speaks docs/protocol.md with a codec of its own, and whatever else a test wants.

A FakeSidecar listens on a Unix socket. Each REQUEST is parsed, recorded, and handed to `answer`, a function
of (peer, request) that a test may exchange at any time; it writes what it likes and returns KEEP if the
connection may carry another request, anything else closes it. Peers run in threads; what goes wrong in one,
other than the worker's going away, fails the test in close().
"""

import json
import pathlib
import socket
import struct
import threading

from support.process import wait_for

REQUEST, HEAD, DATA, END, ERROR = range(1, 6)
STREAM, STATUS = 1, 2
VERSION = 1
DIGEST = 0x0123456789ABCDEF
NO_LIMIT = 2**64 - 1
MAX_DATA = 1 << 20
KEEP = "keep"
TIMEOUT = 30  # bounds a failure; nothing is measured by it


# --- frames

def frame(kind, payload):
    return struct.pack("<IB", len(payload), kind) + payload


def string8(data):
    return struct.pack("<B", len(data)) + data


def string16(data):
    return struct.pack("<H", len(data)) + data


def head(version=VERSION, digest=DIGEST, status=200):
    return frame(HEAD, struct.pack("<BQH", version, digest, status))


def data(records, cursor=b""):
    """`records`: the bytes of the stream, LFs included."""
    return frame(DATA, string16(cursor) + records)


def end(count, complete=1, reason=b"", cursor=b""):
    return frame(END, struct.pack("<QB", count, complete) + string8(reason) + string16(cursor))


def error(status, code="dataaction.overloaded", message="no", retry_after=0, details=(), version=VERSION):
    body = struct.pack("<BQHH", version, DIGEST, status, retry_after)
    body += string8(code.encode()) + string16(message.encode()) + struct.pack("<B", len(details))
    return frame(ERROR, body + b"".join(string8(item.encode()) for detail in details for item in detail))


def lines(texts):
    """Records as they stand in DATA."""
    return "".join(text + "\n" for text in texts).encode()


def whole(texts, per_frame=1000):
    """A faultless answer."""
    texts = list(texts)
    frames = [data(lines(texts[at:at + per_frame])) for at in range(0, len(texts), per_frame)]
    return head() + b"".join(frames) + end(len(texts))


class Request:
    """A REQUEST, every field of it checked against the document."""

    def __init__(self, payload):
        assert payload[:4] == b"DACT", payload[:20]
        self.version, self.kind, self.flags, self.deadline, self.budget, self.limit = struct.unpack_from(
            "<BBHIQQ", payload, 4)
        assert (self.version, self.flags) == (1, 0)
        at = 28
        fields = []
        for size in "BBHI":
            (length,) = struct.unpack_from("<" + size, payload, at)
            at += struct.calcsize(size)
            fields.append(payload[at:at + length])
            at += length
        assert at == len(payload), "bytes behind a REQUEST"
        self.name, self.context_id = fields[0].decode(), fields[1].decode()
        self.cursor, self.text = fields[2], fields[3].decode()
        self.parameters = json.loads(self.text) if self.kind != STATUS else None


# --- the server

class Gone(Exception):
    """The worker closed the connection, or this server did."""


class Peer:
    """One connection of a worker."""

    def __init__(self, connection, sidecar):
        self.socket = connection
        self.sidecar = sidecar
        self.sent = 0

    def send(self, data):
        """All of it, or Gone."""
        view = memoryview(data)
        while view:
            try:
                size = self.socket.send(view[:1 << 16])
            except OSError:
                raise Gone from None
            self.sent += size
            view = view[size:]

    def receive(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.socket.recv(size - len(data))
            except socket.timeout:
                raise AssertionError("the worker neither wrote nor closed") from None
            except OSError:
                raise Gone from None
            if not more:
                assert not data, "the worker closed in the middle of a frame"
                raise Gone
            data += more
        return data

    def request(self):
        self.socket.settimeout(None)  # an idle connection may wait
        first = self.receive(1)
        self.socket.settimeout(TIMEOUT)
        length, kind = struct.unpack("<IB", first + self.receive(4))
        assert kind == REQUEST and length <= 16 << 20, (kind, length)
        return Request(self.receive(length))

    def wait_closed(self):
        """Until the worker gives the connection up; it must not write meanwhile."""
        try:
            unexpected = self.receive(1)
        except Gone:
            return
        raise AssertionError(f"the worker wrote {unexpected!r} during an answer")

    def run(self):
        try:
            while not self.sidecar.closing:
                request = self.request()
                if request.kind == STATUS:  # of the status page, apart from what a test counts
                    self.send(self.sidecar.status)
                    if self.sidecar.status_keeps:
                        continue
                    return
                with self.sidecar.lock:
                    self.sidecar.requests.append(request)
                    self.sidecar.served.append(self)
                if self.sidecar.answer(self, request) != KEEP:
                    return
        except Gone:
            pass
        except Exception as failure:  # for the test, which is in another thread
            self.sidecar.failures.append(failure)
        finally:
            self.sidecar.leave(self)


class FakeSidecar:
    """`answer` is bytes to send, after which the connection is kept, or a function."""

    def __init__(self, path, answer=b""):
        self.path = pathlib.Path(path)
        self.lock = threading.Lock()
        self.requests = []
        self.served = []    # the Peer of each request
        self.peers = set()  # open connections
        self.accepted = 0
        self.failures = []
        self.closing = False
        self.status = whole(['{"fake":true}'])
        self.status_keeps = True
        self.answer = None
        self.says(answer)
        self.listener = None
        self.threads = []
        self.listen()

    def says(self, answer, keep=True):
        """Every request gets these bytes, or what the function makes of it; forgets what was before."""
        if isinstance(answer, bytes):
            def say(peer, _):
                peer.send(answer)
                return KEEP if keep else None
            self.answer = say
        else:
            self.answer = answer
        with self.lock:
            self.requests.clear()
            self.served.clear()

    def listen(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen(512)
        self._start(self._accept, self.listener)

    def _start(self, run, *arguments):
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            peer = Peer(connection, self)
            with self.lock:
                self.accepted += 1
                self.peers.add(peer)
            self._start(peer.run)

    def leave(self, peer):
        with self.lock:
            self.peers.discard(peer)
        peer.socket.close()

    def wait_no_peers(self):
        """Until every connection is closed: idle ones count too."""
        wait_for(lambda: not self.peers, "the end of every connection")

    def disconnect(self):
        """Closes every connection, as a process does that dies; and goes on listening."""
        with self.lock:
            peers = list(self.peers)
        for peer in peers:
            try:
                peer.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def unlisten(self, unlink=True):
        """Nobody is there any more: ECONNREFUSED, or no socket at all."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        if unlink:
            self.path.unlink()

    def check(self):
        assert not self.failures, self.failures

    def close(self):
        self.closing = True
        if self.listener.fileno() != -1:
            self.unlisten()
        self.disconnect()
        for thread in self.threads:
            thread.join(TIMEOUT)
            assert not thread.is_alive(), "an answer hangs"
        self.check()
