"""Answers as bytes, and the ways to break them."""

import asyncio
import base64
import dataclasses
import email.utils
import http
import json
import socket
import struct

from external_api import bodies

POLL_SECONDS = 0.02
FOREVER = float("inf")


@dataclasses.dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: list = dataclasses.field(default_factory=list)
    content_type: str = bodies.JSON_TYPE
    framing: str = "length"


def answer_json(value, status=200, headers=()):
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), [list(header) for header in headers])


class Link:
    """One connection, towards its client."""

    def __init__(self, writer, left, released):
        self.writer = writer
        self.left = left  # an event: its client ended it
        self.released = released  # returns the event that ends what is held now

    def gone(self):
        return self.left.is_set() or self.writer.transport.is_closing()

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def hold(self, seconds=FOREVER, released=None):
        """Waits, at most until it is released or the client goes."""
        if not seconds:
            return
        ends = [asyncio.ensure_future(event.wait()) for event in (released or self.released(), self.left)]
        try:
            await asyncio.wait(ends, timeout=None if seconds == FOREVER else seconds,
                               return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    async def slowly(self, data, every_ms):
        """A byte at a time; the rest at once when it is released."""
        released = self.released()
        for at in range(len(data)):
            if released.is_set() or self.gone():
                return await self.write(data[at:])
            await self.write(data[at:at + 1])
            await self.hold(every_ms / 1000, released)
        return None

    async def end(self, how):
        """RST, an orderly end, or silence until it is released or the client goes."""
        if how == "stall":
            await self.hold()
            if self.gone():
                return "client gone"
        elif how == "reset":
            while not self.gone() and self.writer.transport.get_write_buffer_size():
                await asyncio.sleep(POLL_SECONDS)
            connection = self.writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
            return how
        self.writer.close()
        return how


def spoilt(fault, answer):
    """The answer that a fault makes of the right one."""
    if fault is None:
        return answer
    made = dataclasses.replace(answer, headers=answer.headers + fault.headers, framing=fault.framing)
    if fault.do in bodies.WRONG:
        made.content_type, size, change = bodies.WRONG[fault.do]
        made.body = change(answer.body, size if fault.size is None else fault.size)
    if fault.do == "redirect":
        made.status, made.body = 302, b""
        made.headers = [*made.headers, ["Location", fault.location]]
    if fault.status is not None:
        made.status = fault.status
    if fault.body_base64 is not None:
        made.body = base64.b64decode(fault.body_base64)
    elif fault.body is not None:
        made.body = fault.body.encode() if isinstance(fault.body, str) else json.dumps(fault.body).encode()
    elif fault.do == "answer":
        made.body = json.dumps({"error": fault.status}).encode()
    if fault.do == "bad_chunk":
        made.framing = "chunked"
    return made


def _head(answer, framing, length):
    reason = http.HTTPStatus(answer.status).phrase if answer.status in list(http.HTTPStatus) else "Unknown"
    headers = [["Date", email.utils.formatdate(usegmt=True)], ["Content-Type", answer.content_type]]
    if length is not None:
        headers.append(["Content-Length", str(length)])
    if framing == "chunked":
        headers.append(["Transfer-Encoding", "chunked"])
    if framing == "close":
        headers.append(["Connection", "close"])
    given = {name.lower() for name, _ in answer.headers}
    headers = [header for header in headers if header[0].lower() not in given] + answer.headers
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def _bad_chunks(body, how):
    return {"size": b"xyz\r\n" + body + b"\r\n0\r\n\r\n",
            "negative": b"-5\r\n" + body + b"\r\n0\r\n\r\n",
            "huge": b"F" * 17 + b"\r\n" + body,
            "no_end": _chunk(body),
            "no_crlf": b"2\r\n" + body + b"\r\n0\r\n\r\n",
            "trailing": _chunk(body) + b"0\r\n\r\ngarbage\r\n\r\n"}[how]


async def send(link, request, answer, fault):
    """Sends what there is to send. Returns how it ended; the connection is good for another where that is "sent" and
    the link is not gone."""
    do = fault.do if fault else "delay"
    if do in ("reset", "close", "stall") and fault.after == "nothing":
        return await link.end(do)
    try:
        if do == "informational":
            for status in fault.statuses:
                await link.write(f"HTTP/1.1 {status} Wait\r\nLink: </style.css>; rel=preload\r\n\r\n".encode())
        if do in bodies.ENDLESS:
            return await _send_endless(link, answer, fault)
        return await _send(link, request, answer, fault, do)
    except ConnectionError:
        return "client gone"


async def _send(link, request, answer, fault, do):
    never = answer.status in (204, 304) or answer.status < 200  # has a body, nor a length
    bodiless = never or request.method == "HEAD"
    length = len(answer.body) if answer.framing == "length" and not never else None
    if do == "length":
        length = max(0, len(answer.body) + fault.by)
    head = _head(answer, answer.framing, length)
    body = b"" if bodiless else answer.body
    if answer.framing == "chunked" and not bodiless:
        body = _bad_chunks(body, fault.how) if do == "bad_chunk" else (_chunk(body) if body else b"") + b"0\r\n\r\n"
    if do in ("reset", "close", "stall"):
        cut = {"head": len(head) // 2, "body": len(head) + len(body) // 2}.get(fault.after, fault.after)
        await link.write((head + body)[:cut])
        return await link.end(do)
    if do == "slow_head":
        await link.slowly(head, fault.every_ms)
        await link.write(body)
    elif do == "slow_body":
        await link.write(head)
        await link.slowly(body, fault.every_ms)
    else:
        await link.write(head + body)
    if link.gone():
        return "client gone"
    if answer.framing == "close" or do == "bad_chunk" and fault.how != "trailing" or do == "length" and fault.by > 0:
        await link.end("close")
    return "sent"


async def _send_endless(link, answer, fault):
    size = bodies.GIGABYTE if fault.size is None else fault.size
    framing = fault.framing
    if fault.do == "gzip_bomb":
        answer = dataclasses.replace(answer, headers=[*answer.headers, ["Content-Encoding", "gzip"]])
        pieces, framing = bodies.gzip_bomb(size), "close" if framing == "close" else "chunked"
    else:
        pieces = bodies.big(size)
    await link.write(_head(answer, framing, size if framing == "length" else None))
    for piece in pieces:
        if link.gone():
            return "client gone"
        if piece:
            await link.write(_chunk(piece) if framing == "chunked" else piece)
        await asyncio.sleep(0)
    if framing == "chunked":
        await link.write(b"0\r\n\r\n")
    if framing == "close":
        await link.end("close")
    return "sent"
