"""Faults go wrong exactly as they were scripted."""

import gzip
import json
import zlib

import pytest

from external_api.testing import ask, connect, get, parts, raw, read_all, send
from support.external_api import ExternalApi
from support.process import wait_for

POST = ask("/posts/1")


def right(api):
    """The answer that is not broken: (head, body), without its date."""
    return parts(raw(api, POST)[0])


def test_an_answer_in_the_place_of_the_real_one(api):
    api.fault(status=503, path="/posts*", method="POST", headers={"X-A": "b"}, body={"a": 1}, skip=1, times=2,
              retry_after=7)
    replies = [send(api, "POST", "/posts", "{}") for _ in range(4)]
    assert [reply.status for reply in replies] == [201, 503, 503, 201]
    assert (replies[1].json, replies[1].headers["X-A"], replies[1].headers["Retry-After"]) == ({"a": 1}, "b", "7")
    assert len(api.state()["created"]) == 2 and api.faults() == []
    api.fault(status=404, times="forever", path="/posts/2")
    assert [get(api, f"/posts/{number}").status for number in (2, 1, 2)] == [404, 200, 404]
    api.clear_faults()
    assert get(api, "/posts/2").status == 200


@pytest.mark.parametrize("status", [200, 204, 304, 418, 451, 503, 599, 799, 999])
def test_any_status(api, status):
    api.fault(status=status, body="x")
    head, body = right(api)
    assert head.startswith(f"HTTP/1.1 {status} ") and body == (b"" if status in (204, 304) else b"x")


def test_any_bytes(api):
    api.fault(status=200, body_base64="AP/+", headers=[["A", "1"], ["A", "2"], ["Content-Type", "x/y"]])
    head, body = right(api)
    assert body == b"\x00\xff\xfe" and "A: 1\r\nA: 2" in head and head.count("Content-Type") == 1


def test_a_wrong_length_by_hand(api):
    api.fault(status=200, body="abc", headers=[["Content-Length", "3"], ["Content-Length", "5"]])
    head, _ = right(api)
    assert "Content-Length: 3\r\nContent-Length: 5" in head


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects(api, status):
    api.fault("redirect", "/posts", status=status, location="http://127.0.0.1:1/x")
    reply = send(api, "POST", "/posts", "{}")
    assert (reply.status, reply.headers["Location"], reply.body) == (status, "http://127.0.0.1:1/x", b"")
    assert api.state()["created"] == []


def test_what_is_done_before_the_answer_breaks_is_done(api):
    api.fault("reset", "/posts", after="nothing")
    body = "POST /posts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    assert raw(api, body) == (b"", "reset")
    assert api.state()["created"] == [{}] and api.requests()[0]["outcome"] == "reset"


@pytest.mark.parametrize("do, end", [("reset", "reset"), ("close", "end")])
def test_an_end_at_every_place(api, do, end):
    head, body = right(api)
    for after, wanted in (("nothing", 0), ("head", (len(head) + 4) // 2), ("body", len(head) + 4 + len(body) // 2),
                          (10, 10)):
        api.fault(do, after=after)
        received, how = raw(api, POST)
        assert (len(received), how) == (wanted, end)


@pytest.mark.parametrize("after", ["nothing", "head", "body"])
def test_a_stall_until_it_is_released(api, after):
    api.fault("stall", after=after)
    link = connect(api)
    link.sendall(POST.encode())
    wait_for(lambda: any(entry["fault"] for entry in api.requests()), "the fault")
    api.release()
    received, end = read_all(link)
    assert end == "end" and bool(received) == (after != "nothing")
    wait_for(lambda: not api.state()["under_way"], "the request's end")
    assert api.requests()[0]["outcome"] == "stall"


@pytest.mark.parametrize("do", ["slow_head", "slow_body"])
def test_a_byte_at_a_time(api, do):
    head, body = right(api)
    api.fault(do, every_ms=1)
    assert parts(raw(api, POST)[0])[1] == body
    api.fault(do, every_ms=3_600_000)
    link = connect(api)
    link.sendall(POST.encode())
    received = link.recv(65536)
    assert received.startswith(b"H") and len(received) < (2 if do == "slow_head" else len(head) + 4 + 2)
    api.release()
    assert (received + read_all(link)[0]).endswith(body)


def test_answers_that_come_before_the_answer(api):
    api.fault("informational", statuses=[100, 103, 103])
    received, _ = raw(api, POST)
    assert [piece.split()[1] for piece in received.split(b"\r\n\r\n")[:4]] == [b"100", b"103", b"103", b"200"]


@pytest.mark.parametrize("how, begin, end", [
    ("size", b"xyz\r\n{", b"}\r\n0\r\n\r\n"), ("negative", b"-5\r\n{", b"0\r\n\r\n"),
    ("huge", b"FFFFFFFFFFFFFFFFF\r\n{", b"}"), ("no_end", b"71\r\n{", b"}\r\n"),
    ("no_crlf", b'2\r\n{"userId', b"0\r\n\r\n"), ("trailing", b"71\r\n{", b"0\r\n\r\ngarbage\r\n\r\n"),
])
def test_nonsense_in_chunks(api, how, begin, end):
    begin = begin.replace(b"71", b"%x" % len(right(api)[1]))
    api.fault("bad_chunk", how=how)
    received, how_ended = raw(api, POST)
    head, body = parts(received)
    assert "Transfer-Encoding: chunked" in head and "Content-Length" not in head
    assert body.startswith(begin) and body.endswith(end) and how_ended == "end"


@pytest.mark.parametrize("by", [10, 1, -1, -50])
def test_a_length_that_is_not_the_bodys(api, by):
    _, body = right(api)
    api.fault("length", by=by)
    head, received = right(api)
    assert f"Content-Length: {len(body) + by}\r\n" in head + "\r\n" and received == body


@pytest.mark.parametrize("framing, told", [("length", "Content-Length: "), ("chunked", "Transfer-Encoding: chunked"),
                                           ("close", "Connection: close")])
def test_the_three_ways_to_end_a_body(api, framing, told):
    _, body = right(api)
    api.fault("delay", framing=framing)
    head, received = right(api)
    assert told in head and (received == body) == (framing != "chunked") and body in received


def test_a_bomb(api):
    for size in (0, 5, 3_000_000):
        api.fault("gzip_bomb", size=size)
        reply = get(api, "/posts/1")
        assert reply.headers["Content-Encoding"] == "gzip" and gzip.decompress(reply.body) == bytes(size)
    assert len(reply.body) < 20_000


def test_a_bomb_of_a_gigabyte_begins_at_once(api):
    api.fault("gzip_bomb")
    link = connect(api)
    link.sendall(POST.encode())
    received = b""
    while len(received) < 50_000:
        received += link.recv(65536)
    link.close()
    _, body = parts(received)
    unpacked = zlib.decompressobj(31).decompress(body.partition(b"\r\n")[2][:10] + body.split(b"\r\n", 3)[3][:500])
    assert unpacked == bytes(len(unpacked)) and len(unpacked) > 100_000
    wait_for(lambda: not api.state()["under_way"], "the request's end")
    assert api.requests()[0]["outcome"] == "client gone"


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_body_of_any_size(api, framing):
    api.fault("big_body", size=5_000_000, framing=framing)
    reply = get(api, "/posts/1")
    assert len(reply.body) == 5_000_000 and reply.json["id"] == 1


def test_bodies_that_are_not_what_they_should_be(api):
    for do in ("html", "empty", "not_utf8", "truncated_json", "deep"):
        api.fault(do, status=200)
        reply = get(api, "/posts/1")
        assert reply.status == 200 and ("html" in reply.headers["Content-Type"]) == (do == "html")
        with pytest.raises((ValueError, RecursionError)):
            json.loads(reply.body)
    api.fault("empty", status=204)
    assert get(api, "/posts/1").status == 204


def test_bodies_that_are_json_and_unusual(api):
    api.fault("duplicate_names")
    pairs = json.loads(get(api, "/posts/1").body, object_pairs_hook=list)
    assert [name for name, _ in pairs].count("title") == 2
    api.fault("huge_numbers", size=100)
    assert get(api, "/posts/1").body.startswith(b'{"id":' + b"9" * 100 + b",")
    api.fault("lone_surrogate")
    assert get(api, "/posts/1").json["title"] == "\ud800"
    api.fault("deep", size=10)
    assert get(api, "/posts/1").json == {"title": [[[[[[[[[[]]]]]]]]]]}


@pytest.mark.parametrize("fault", [
    {"do": "other"}, {}, {"do": "redirect"}, {"do": "stall", "after": "x"}, {"do": "reset", "after": -1},
    {"status": 42}, {"status": 200, "times": 0}, {"status": 200, "skip": -1}, {"status": 200, "headers": {"A b": "c"}},
    {"status": 200, "headers": {"A": "b\r\nC: d"}}, {"do": "bad_chunk", "how": "x"}, {"do": "delay", "framing": "x"},
    {"do": "informational", "statuses": [200]}, {"do": "informational", "statuses": [101]},
    {"status": 200, "body_base64": "*"}, {"status": 200, "more": 1}, {"do": "big_body", "size": -1},
])
def test_a_fault_that_cannot_be_is_named(api, fault):
    with pytest.raises(AssertionError, match="error"):
        api.control("POST", "faults", [{"status": 200}, fault])
    assert api.faults() == []


def test_a_stopped_api_refuses_and_comes_back(tmp_path):
    api = ExternalApi(tmp_path, key="another")
    try:
        port = api.port
        api.stop()
        with pytest.raises(ConnectionRefusedError):
            connect(api)
        api.start()
        assert api.port == port and get(api, "/key/posts/1", headers=[("X-Api-Key", "another")]).status == 200
    finally:
        api.stop()
