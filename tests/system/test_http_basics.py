"""HTTP/1.0, 1.1, 2 and TLS as with nginx's own handlers: framing, keep-alive, pipelining, slow and absent readers."""

import pytest

from support import http1, records
from support.certificate import make_certificate
from support.process import wait_for
from support.twice import twice

BLOCK = """
source t { synthetic transactions; records 3000; }
source ten { synthetic transactions; records 10; }
source endless { synthetic nested; records 1000000000000; }
"""
LOCATIONS = """
location = /t { dataaction_stream t; }
location = /ten { dataaction_stream ten; }
location = /keys { dataaction_stream ten; dataaction_api_key_file keys; }
location = /small { dataaction_stream ten; client_max_body_size 1k; }
location = /endless { dataaction_stream endless; }
location = /impatient { dataaction_stream endless; send_timeout 100ms; }
location = /impatient/reset { dataaction_stream endless; send_timeout 100ms; reset_timedout_connection on; }
location = /status { dataaction_status; }
location = /slice { dataaction_stream t; dataaction_buffer_size 4k; }
"""
WHOLE = records.array(records.texts("transactions", 3000))
TEN = records.array(records.texts("transactions", 10))


def start(module_servers, **options):
    nginx = module_servers.nginx(block=BLOCK, locations=LOCATIONS, start=False, **options)
    (nginx.directory / "keys").write_text(f"{'a' * 64} nobody\n")
    nginx.start()
    return nginx


@pytest.fixture(scope="module")
def nginx(module_servers):
    return start(module_servers)


@pytest.fixture(scope="module")
def nginx_h2(module_servers):
    return start(module_servers, listen="http2")


@pytest.fixture(scope="module")
def nginx_tls(module_servers):
    return start(module_servers, listen="ssl http2", server=make_certificate(module_servers.directory()))


@twice
def test_http_1_0(nginx):
    response = nginx.post("/t", version="1.0")
    assert (response.status, response.framing, response.end, response.body) == (200, "close", "eof", WHOLE)
    assert response.header("Connection") == "close"


@twice
def test_http_1_0_with_keepalive_is_closed_all_the_same(nginx):
    response = nginx.post("/t", version="1.0", headers=[("Connection", "keep-alive")])
    assert (response.framing, response.end, response.body) == ("close", "eof", WHOLE)


@twice
def test_http_1_1(nginx):
    connection = nginx.connect()
    response = connection.post("/t")
    assert (response.framing, response.end, response.body) == ("chunked", "complete", WHOLE)
    assert response.header("Content-Length") is None
    assert connection.post("/t", headers=[("Connection", "close")]).body == WHOLE
    assert connection.read_end() == (b"", "eof")


@twice
def test_a_small_buffer_makes_small_chunks(nginx):
    response = nginx.post("/slice")
    assert response.body == WHOLE
    assert max(response.chunks) < 64 * 4096  # slices of one buffer are handed over together


ANSWERS = [  # (path, body, options, status)
    ("/ten", b"{}", {}, 200), ("/ten", b"{", {}, 400), ("/ten", b"", {}, 400), ("/ten", b"[]", {}, 422),
    ("/keys", b"{}", {}, 403), ("/keys", b"x" * 5000, {}, 403),
    ("/ten", b"{}", {"headers": [("Content-Type", "a/b")]}, 415),
    ("/ten", b'{"cursor":"A"}', {}, 422), ("/nowhere", b"{}", {}, 404),
]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path, body, options, status", ANSWERS)
@twice
def test_the_connection_is_reused_after(nginx, path, body, options, status, chunked):
    connection = nginx.connect()
    for _ in range(3):
        response = connection.post(path, body, chunked=chunked, **options)
        assert (response.status, response.end) == (status, "complete")
    assert connection.post("/ten").body == TEN


@twice
def test_after_413_the_connection_is_closed(nginx):
    connection = nginx.connect()
    assert connection.post("/small", b"x" * 2000).status == 413
    assert connection.read_end()[1] in ("eof", "reset")


@twice
def test_pipelining(nginx):
    connection = nginx.connect()
    requests = [("/ten", b"{}"), ("/t", b"{}"), ("/ten", b"{"), ("/ten", b'{"limit":1}'), ("/t", b'{"limit":2999}')]
    connection.send(b"".join(http1.request("POST", path, body) for path, body in requests * 3))
    for _ in range(3):
        assert connection.read_response().body == TEN
        assert connection.read_response().body == WHOLE
        assert connection.read_response().status == 400
        assert len(connection.read_response().json()) == 1
        assert len(connection.read_response().json()) == 2999


@twice
def test_expect_100_continue(nginx):
    connection = nginx.connect()
    connection.send("POST /ten HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert connection.read_head().status == 100
    connection.send("{}")
    assert connection.read_response().body == TEN


@pytest.mark.parametrize("tls", [False, True])
@twice
def test_http2_streams_side_by_side(nginx_h2, nginx_tls, tls):
    connection = (nginx_tls if tls else nginx_h2).connect_h2(tls=tls)
    streams = [(connection.send_request("POST", "/t", {"limit": limit}), limit) for limit in (3000, 1, 0, 2999, 500)]
    for stream, limit in streams:
        response = connection.read_response(stream)
        assert (response.status, response.end) == (200, "complete")
        assert response.body == records.array(records.texts("transactions", 3000)[:limit])
    for path, body, status in (("/ten", b"{", 400), ("/keys", b"{}", 403), ("/ten", b"", 400)):
        response = connection.post(path, body)
        assert (response.status, response.end, response.json()["status"]) == (status, "complete", status)
    response = connection.request("GET", "/ten")
    assert (response.status, response.header("allow")) == (405, "POST")
    assert connection.request("HEAD", "/ten").body == b""
    assert connection.post("/ten").body == TEN


@twice
def test_http2_without_a_content_length(nginx_h2):
    connection = nginx_h2.connect_h2()
    stream = connection.send_request("POST", "/ten", end=False, headers=[("Content-Type", "application/json")])
    for byte in b'{"limit":1}':
        connection.h2.send_data(stream, bytes([byte]))
        connection.flush()
    connection.h2.end_stream(stream)
    connection.flush()
    assert len(connection.read_response(stream).json()) == 1


def h2_status(nginx):
    return nginx.connect_h2().request("GET", "/status").json()


@twice
def test_http2_a_reset_by_the_client_ends_the_stream_alone(nginx_h2):
    connection = nginx_h2.connect_h2(window=4096)
    ended = h2_status(nginx_h2)["sources"]["endless"]["ends"]["client"]
    stream = connection.send_request("POST", "/endless", {})
    while len(connection.responses[stream].body) < 8192:
        connection.read_some()
    connection.reset_stream(stream)
    wait_for(lambda: h2_status(nginx_h2)["sources"]["endless"]["ends"]["client"] == ended + 1, "the stream's end")
    assert connection.post("/ten").body == TEN


@twice
def test_tls(nginx_tls):
    connection = nginx_tls.connect(tls=True)
    for _ in range(3):
        assert connection.post("/t").body == WHOLE
    response = nginx_tls.connect(tls=True).post("/t", version="1.0")
    assert (response.end, response.body) == ("eof", WHOLE)


@pytest.mark.parametrize("path, end", [("/impatient", ("eof", "reset")), ("/impatient/reset", ("reset",))])
@twice
def test_a_client_that_does_not_read_is_cut_off(nginx, path, end):
    before = nginx.status()["sources"]["endless"]["ends"]["client"]
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", path, {})
    wait_for(lambda: nginx.status()["sources"]["endless"]["ends"]["client"] == before + 1, "send_timeout")
    response = connection.read_response()
    assert response.status == 200 and response.end in end
    assert nginx.status()["sources"]["endless"]["active"] == 0


@twice
def test_http2_client_that_does_not_read_is_cut_off(nginx_h2):
    before = h2_status(nginx_h2)["sources"]["endless"]["ends"]["client"]
    connection = nginx_h2.connect_h2(window=8192, acknowledge=False)
    stream = connection.send_request("POST", "/impatient", {})
    response = connection.read_response(stream)
    assert response.end != "complete" and len(response.body) == 8192
    wait_for(lambda: h2_status(nginx_h2)["sources"]["endless"]["ends"]["client"] == before + 1, "send_timeout")
    assert h2_status(nginx_h2)["sources"]["endless"]["active"] == 0


def test_a_reader_of_single_bytes_gets_every_byte(nginx):
    connection = nginx.connect(receive_buffer=2048)
    connection.send_request("POST", "/slice", {})
    for _ in range(5000):
        connection.buffer += connection.receive(1)
    assert connection.read_response().body == WHOLE


@pytest.mark.parametrize("how", ["close", "reset"])
@twice
def test_a_client_that_goes_ends_the_stream(nginx, how):
    before = nginx.status()["sources"]["endless"]["ends"]["client"]
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", "/endless", {})
    connection.read_head()
    getattr(connection, how)()
    wait_for(lambda: nginx.status()["sources"]["endless"]["ends"]["client"] == before + 1, "the stream's end")
    assert nginx.status()["sources"]["endless"]["active"] == 0


def test_stalls_are_counted(nginx):
    before = nginx.status()["sources"]["endless"]["stalls"]
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", "/endless", {})
    wait_for(lambda: nginx.status()["sources"]["endless"]["stalls"] > before, "a stall")
    assert nginx.status()["sources"]["endless"]["active"] == 1
