"""HTTP/1 over a raw socket, so that a test sees what a library hides: each chunk, bytes after the end of a
response, and whether a connection ended cleanly, by a reset, or in the middle of a TLS stream."""

import json
import socket
import ssl
import struct

TIMEOUT = 30  # bounds a failure; nothing is measured by it


# How an answer with chunks or a length may be broken off: a kernel that is short of memory resets what
# was closed before it was sent.
BROKEN = ("eof", "reset")


class Response:
    """`end`: "complete" when the framing said so, or else how the connection ended: "eof" (a clean close; the
    only end that a close-delimited response has), "reset" (TCP RST), "ragged" (TLS without close_notify)."""

    def __init__(self):
        self.version = ""
        self.status = 0
        self.headers = []
        self.framing = ""  # length, chunked, close, none
        self.chunks = []
        self.body = b""
        self.end = ""

    def header(self, name, default=None):
        """The one header of that name; an assertion if there are several."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else default

    def json(self):
        return json.loads(self.body)

    def lines(self):
        return [json.loads(line) for line in self.body.splitlines()]

    def __repr__(self):
        return f"<{self.version} {self.status} {self.framing} {self.end} {self.body[:200]!r}>"


class Ended(Exception):
    """The connection ended: "eof", "reset" or "ragged"."""


class Connection:
    """`receive_buffer`: a small one makes a client that does not read felt at once."""

    def __init__(self, port, tls=False, alpn=None, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            if alpn:
                context.set_alpn_protocols(alpn)
            self.socket = context.wrap_socket(self.socket, suppress_ragged_eofs=False)
        self.buffer = b""

    # --- bytes

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def receive(self, size=65536):
        """Some bytes, or Ended."""
        try:
            data = self.socket.recv(size)
        except ConnectionResetError:
            raise Ended("reset") from None
        except ssl.SSLEOFError:
            raise Ended("ragged") from None
        if not data:
            raise Ended("eof")
        return data

    def _more(self):
        self.buffer += self.receive()

    def _take(self, size):
        while len(self.buffer) < size:
            self._more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _take_until(self, mark):
        while mark not in self.buffer:
            self._more()
        data, _, self.buffer = self.buffer.partition(mark)
        return data

    def read_end(self):
        """How the connection ends, and what came before: for what must be closed."""
        rest, self.buffer = self.buffer, b""
        try:
            while True:
                rest += self.receive()
        except Ended as end:
            return rest, str(end)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Goes away without a word, by a TCP RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.socket.close()

    # --- requests and responses

    def send_request(self, method, path, body=None, headers=(), version="1.1", chunked=False, content_type=True):
        """`headers`: (name, value) pairs. Host, and length or chunks of a body, are made here."""
        self.send(request(method, path, body, headers, version, chunked, content_type))

    def request(self, method, path, body=None, **options):
        self.send_request(method, path, body, **options)
        return self.read_response(method)

    def post(self, path="/", body=b"{}", **options):
        return self.request("POST", path, body, **options)

    def read_head(self):
        """Status line and headers; the body is read by read_body()."""
        response = Response()
        head = self._take_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        response.version, status, *_ = head[0].split(" ")
        response.status = int(status)
        for line in head[1:]:
            name, _, value = line.partition(":")
            response.headers.append((name, value.strip()))
        return response

    def read_response(self, method="POST"):
        try:
            response = self.read_head()
        except Ended as end:
            raise AssertionError(f"no response: {end} after {self.buffer!r}") from None
        return self.read_body(response, method)

    def read_body(self, response, method="POST"):
        length = response.header("Content-Length")
        response.end = "complete"
        try:
            if method == "HEAD" or response.status in (204, 304) or response.status < 200:
                response.framing = "none"
            elif (response.header("Transfer-Encoding") or "").lower() == "chunked":
                response.framing = "chunked"
                self._read_chunks(response)
            elif length is not None:
                response.framing = "length"
                self._read_length(response, int(length))
            else:
                response.framing = "close"
                self._read_length(response, None)
        except Ended as end:
            response.end = str(end)
        return response

    def _read_chunks(self, response):
        parts = []
        try:
            while True:
                size = int(self._take_until(b"\r\n"), 16)
                chunk = self._take(size) if size else b""
                assert self._take(2) == b"\r\n"
                if size == 0:
                    return
                parts.append(chunk)
        finally:
            response.chunks = [len(part) for part in parts]
            response.body = b"".join(parts)

    def _read_length(self, response, length):
        parts, got = [self.buffer], len(self.buffer)
        try:
            while length is None or got < length:
                parts.append(self.receive())
                got += len(parts[-1])
        finally:
            data = b"".join(parts)
            response.body, self.buffer = (data, b"") if length is None else (data[:length], data[length:])


def request(method, path, body=None, headers=(), version="1.1", chunked=False, content_type=True):
    """The bytes of a request."""
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost"]
    if body is not None and content_type and not any(name.lower() == "content-type" for name, _ in headers):
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in headers]
    if body is not None:
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    if body is None:
        return head
    if chunked:
        middle = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        return head + middle + b"0\r\n\r\n"
    return head + body
