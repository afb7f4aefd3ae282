"""HTTP/1.1 requests read from a stream, strictly (RFC 9112): what is not exactly right is `Malformed`, and says why."""

import asyncio
import dataclasses
import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([01])")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*((?:[\x21-\x7e\x80-\xff](?:[ \t\x21-\x7e\x80-\xff]*"
                   rb"[\x21-\x7e\x80-\xff])?)?)[ \t]*")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
TARGET = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
MAX_LINE, MAX_FIELDS, MAX_BODY = 1 << 20, 1000, 256 << 20


class Malformed(Exception):
    """`request`: as far as it was understood."""

    def __init__(self, why, request=None):
        super().__init__(why)
        self.request = request


@dataclasses.dataclass
class Request:
    method: str = ""
    target: str = ""  # as it came
    version: str = ""
    headers: list = dataclasses.field(default_factory=list)  # [name, value], as they came
    body: bytes = b""
    head: bytes = b""  # every byte before the body

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return self.target.partition("?")[2]

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        return ", ".join(self.all(name)) if self.all(name) else None

    @property
    def keeps(self):
        """Whether the connection is good for another."""
        options = (self.header("Connection") or "").lower().split(", ")
        return self.version == "1.1" and "close" not in options


class Reader:
    def __init__(self, stream, write):
        self.stream = stream
        self.write = write  # for the 100 that a client waits for before its body

    async def line(self, request):
        try:
            line = await self.stream.readuntil(b"\n")
        except (asyncio.IncompleteReadError, ConnectionError) as problem:
            partial = getattr(problem, "partial", b"")
            if not partial and not request.head:
                return None  # between two requests
            raise Malformed(f"the connection ended within a line: {partial[:80]!r}", request) from None
        except asyncio.LimitOverrunError:
            raise Malformed("a line is too long", request) from None
        request.head += line
        if not line.endswith(b"\r\n"):
            raise Malformed(f"a line without CR: {line[:80]!r}", request)
        return line[:-2]

    async def request(self):
        """The next, or None where the client ended the connection between two."""
        request = Request()
        line = await self.line(request)
        if line is None:
            return None
        match = REQUEST_LINE.fullmatch(line)
        if match is None:
            raise Malformed(f"not a request line: {line[:200]!r}", request)
        request.method, request.target = match[1].decode(), match[2].decode()
        request.version = f"1.{match[3].decode()}"
        if not TARGET.fullmatch(request.target):
            raise Malformed(f"not a target: {request.target[:200]}", request)
        request.headers = await self.fields(request)
        if len(request.all("Host")) != 1 and request.version == "1.1":
            raise Malformed("there must be one Host", request)
        if (request.header("Expect") or "").lower() == "100-continue":
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = await self.body(request)
        return request

    async def fields(self, request):
        found = []
        while line := await self.line(request):
            match = FIELD.fullmatch(line)
            if match is None:
                raise Malformed(f"not a header: {line[:200]!r}", request)
            found.append([match[1].decode("latin-1"), match[2].decode("latin-1")])
            if len(found) > MAX_FIELDS:
                raise Malformed("too many headers", request)
        return found

    async def body(self, request):
        lengths, codings = request.all("Content-Length"), request.all("Transfer-Encoding")
        if lengths and codings or len(lengths) > 1 or len(codings) > 1:
            raise Malformed("more than one way to tell the body's length", request)
        if codings:
            if codings[0].lower() != "chunked":
                raise Malformed(f"no transfer coding {codings[0]}", request)
            return await self.chunks(request)
        if not lengths:
            return b""
        if not re.fullmatch("[0-9]{1,18}", lengths[0]) or int(lengths[0]) > MAX_BODY:
            raise Malformed(f"not a length, or too large: {lengths[0][:80]}", request)
        return await self.exactly(int(lengths[0]), request)

    async def exactly(self, size, request):
        try:
            return await self.stream.readexactly(size)
        except (EOFError, ConnectionError):
            raise Malformed("the connection ended within a body", request) from None

    async def chunks(self, request):
        head, pieces, size = request.head, [], 0
        while True:
            match = CHUNK_SIZE.fullmatch(await self.line(request) or b"")
            if match is None:
                raise Malformed("not the size of a chunk", request)
            length = int(match[1], 16)
            size += length
            if size > MAX_BODY:
                raise Malformed("the body is too large", request)
            if length == 0:
                break
            pieces.append(await self.exactly(length, request))
            if await self.exactly(2, request) != b"\r\n":
                raise Malformed("a chunk is longer than its size", request)
        await self.fields(request)  # trailers
        request.head = head
        return b"".join(pieces)
