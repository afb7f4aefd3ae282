"""Answers as bytes: chunked, as the platform's are, in small pieces; and the ways to break them."""

import asyncio
import email.utils
import socket
import struct
import time

from aiohttp import web
from aiohttp.http import HttpVersion11

PADDING = b" " * 65536
POLL_SECONDS = 0.02


def gone(request):
    return request.transport is None or request.transport.is_closing()


async def send(call, answer, fault=None):
    """Sends an answer, broken as `fault` says. Returns what a handler must return, and how it ended."""
    request, settings = call.request, call.platform.settings
    headers = {**call.headers, **(call.rate_headers if answer.counted else {}), **answer.headers}
    if settings.date_skew:
        headers["Date"] = email.utils.formatdate(time.time() + settings.date_skew, usegmt=True)
    if answer.status in (204, 304) or request.method == "HEAD":
        return web.Response(status=answer.status, headers=headers), "sent"
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type, **headers})
    if request.version >= HttpVersion11:
        response.enable_chunked_encoding()
    try:
        await response.prepare(request)
        for piece in _pieces(answer.text.encode(), settings.chunk_bytes, fault):
            await response.write(piece)
        if fault is not None and fault.do in ("stall", "reset", "close"):
            return response, await end(call, fault.do)
        await response.write_eof()
    except ConnectionError:
        return response, "client gone"
    return response, "sent"


async def hold(call, seconds=float("inf")):
    """Waits, at most until it is released or the client goes."""
    released = asyncio.ensure_future(call.platform.released.wait())
    until = time.monotonic() + seconds
    try:
        while not released.done() and not gone(call.request) and (left := until - time.monotonic()) > 0:
            await asyncio.wait([released], timeout=min(left, POLL_SECONDS))
    finally:
        released.cancel()


async def end(call, how):
    """Breaks the connection, or leaves it silent until it is released or the client goes."""
    request = call.request
    if how == "stall":
        await hold(call)
        if gone(request):
            return "client gone"
        request.transport.abort()
        return how
    while not gone(request) and request.transport.get_write_buffer_size():
        await asyncio.sleep(POLL_SECONDS)
    if gone(request):
        return "client gone"
    if how == "reset":
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                                              struct.pack("ii", 1, 0))
        request.transport.abort()
    else:
        request.transport.close()
    return how


def _pieces(body, size, fault):
    """The bytes to send, in pieces of `size`."""
    kind = fault.do if fault is not None else ""
    if kind in ("stall", "reset", "close", "truncate"):
        body = body[:_cut(fault.after, len(body))]
    elif kind == "invalid_json":
        cut = _cut(fault.after, len(body))
        body = body[:cut] + b"\x01" + body[cut:]
    elif kind == "oversize":
        yield body[:-1]
        for _ in range(max(0, fault.bytes - len(body)) // len(PADDING) + 1):
            yield PADDING
        body = body[-1:]
    for begin in range(0, len(body), size):
        yield body[begin:begin + size]


def _cut(after, length):
    return length // 2 if after == "half" else min(after, length)
