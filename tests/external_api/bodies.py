"""Bodies that are not what they should be, made of the right one; and ones without an end."""

import json
import struct
import zlib

HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Be right back</body></html>"
BLOCK = 1 << 20
GIGABYTE = 1 << 30
JSON_TYPE, HTML_TYPE = "application/json; charset=utf-8", "text/html; charset=utf-8"


def _deep(_, levels):
    return b'{"title":' + b"[" * levels + b"]" * levels + b"}"


def _huge_numbers(_, digits):
    return (b'{"id":' + b"9" * digits + b',"userId":-1e999999999,"title":1E-999999999,"body":0.' + b"1" * digits
            + b"}")


# What `do` makes of a body: (content type, size where none is given, function of the right body and the size)
WRONG = {
    "html": (HTML_TYPE, 0, lambda body, size: HTML),
    "empty": (JSON_TYPE, 0, lambda body, size: b""),
    "not_utf8": (JSON_TYPE, 0, lambda body, size: b'{"id":1,"userId":1,"title":"\xff\xfe\xc0\xaf","body":"\xc3("}'),
    "lone_surrogate": (JSON_TYPE, 0, lambda body, size: b'{"id":1,"userId":1,"title":"\\ud800","body":"\\udc00x"}'),
    "truncated_json": (JSON_TYPE, 0, lambda body, size: body[:len(body) // 2]),
    "duplicate_names": (JSON_TYPE, 0, lambda body, size: json.dumps({"id": 0, "title": "the first"}).encode()[:-1]
                        + b"," + body.lstrip()[1:]),
    "deep": (JSON_TYPE, 100_000, _deep),
    "huge_numbers": (JSON_TYPE, 100_000, _huge_numbers),
}
ENDLESS = ("gzip_bomb", "big_body")


def big(size):
    """A JSON object of `size` bytes, in pieces."""
    begin, end = b'{"id":1,"title":"', b'"}'
    left = size - len(begin) - len(end)
    yield begin
    while left > 0:
        yield b"x" * min(BLOCK, left)
        left -= BLOCK
    yield end


def gzip_bomb(size):
    """`size` zeros as gzip (RFC 1952), in pieces: a block that was compressed once, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(BLOCK)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    yield b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    checksum = 0
    for _ in range(size // BLOCK):
        yield block
        checksum = zlib.crc32(zeros, checksum)
    rest = zeros[:size % BLOCK]
    yield packer.compress(rest) + packer.flush()
    yield struct.pack("<II", zlib.crc32(rest, checksum), size % (1 << 32))
