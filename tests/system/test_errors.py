"""Errors are JSON in one shape, ours and nginx's own; error_page takes both where an operator wants that."""

import re

import pytest

from support.process import ROOT, free_port, wait_for
from support.twice import twice

SNIPPET = (ROOT / "conf.d" / "dataaction_error.conf").read_text()

LOCATIONS = """
location = /t { dataaction_stream t; }
location = /keys { dataaction_stream t; dataaction_api_key_file keys; }
location = /small { dataaction_stream t; client_max_body_size 1k; }
location = /deny { dataaction_stream t; deny all; }
location = /basic { dataaction_stream t; auth_basic "who"; auth_basic_user_file users; }
location = /limited { dataaction_stream t; limit_req zone=req; limit_req_status 429; }
location = /closed { dataaction_stream t; return 503; }
location = /return/500 { return 500; }
location = /proxied { proxy_pass http://127.0.0.1:%d; }
location = /file { dataaction_stream file; }
location = /full { dataaction_stream endless; dataaction_max_streams 1; }
location = /link { dataaction_stream link; }
location = /static { root html; }
location = /return/503 { return 503; }
location = /return/504 { return 504; }
location = /status { dataaction_status; }
"""
BLOCK = """
source t { synthetic transactions; records 10; }
source endless { synthetic transactions; records 1000000000000; }
source file { file /nonexistent/file; }
database d sqlite:/nonexistent/db;
source link { sql d "SELECT 1"; }
"""
HTTP = "limit_req_zone $uri zone=req:64k rate=1r/m;"
KEYS = ["message", "code", "status", "messageParams", "contextId", "details", "errors"]

# (method, path, body, status, code): raised by the module
OURS = [
    ("POST", "/t", b"{", 400, "dataaction.request.malformed"),
    ("POST", "/keys", b"{}", 403, "dataaction.auth.key"),
    ("GET", "/t", None, 405, "dataaction.request.method"),
    ("POST", "/t", b"[]", 422, "dataaction.request.invalid"),
    ("POST", "/t", b'{"cursor":"x"}', 422, "dataaction.request.cursor"),
    ("POST", "/file", b"{}", 502, "dataaction.source.unavailable"),
    ("POST", "/link", b"{}", 502, "dataaction.link.unavailable"),
    ("POST", "/status", b"{}", 405, "dataaction.request.method"),
    ("GET", "/status?format=xml", None, 422, "dataaction.request.invalid"),
]
# raised by nginx before any handler
NGINX = [
    ("POST", "/basic", b"{}", 401, "dataaction.auth.unauthorized"),
    ("POST", "/deny", b"{}", 403, "dataaction.auth.forbidden"),
    ("GET", "/nowhere", None, 404, "dataaction.request.not_found"),
    ("POST", "/nowhere", b"{}", 404, "dataaction.request.not_found"),
    ("POST", "/static", b"{}", 405, "dataaction.request.method"),
    ("POST", "/small", b"x" * 2000, 413, "dataaction.request.too_large"),
    ("POST", "/closed", b"{}", 503, "dataaction.overloaded"),
    # what others raised is nobody's fault here
    ("GET", "/return/500", None, 500, "dataaction.server.error"),
    ("POST", "/return/500", b"{}", 500, "dataaction.server.error"),
    ("POST", "/proxied", b"{}", 502, "dataaction.server.error"),
    ("GET", "/return/503", None, 503, "dataaction.server.error"),
    ("GET", "/return/504", None, 504, "dataaction.server.error"),
]


def start(module_servers, server):
    nginx = module_servers.nginx(block=BLOCK, http=HTTP, server=server, locations=LOCATIONS % free_port(), start=False)
    (nginx.directory / "keys").write_text(f"{'a' * 64} nobody\n")
    (nginx.directory / "users").write_text("me:{PLAIN}secret\n")
    (nginx.directory / "html").mkdir()
    (nginx.directory / "html" / "static").write_text("a page")
    nginx.start()
    return nginx


@pytest.fixture(scope="module")
def plain(module_servers):
    """No error_page: ours are JSON, nginx's own its HTML."""
    return start(module_servers, "")


@pytest.fixture(scope="module")
def shipped(module_servers):
    """With conf.d/dataaction_error.conf."""
    return start(module_servers, SNIPPET)


@pytest.fixture(scope="module")
def named(module_servers):
    """An operator's own way to the same handler."""
    return start(module_servers, "error_page 400 403 405 422 502 @error; location @error { dataaction_error; }")


@pytest.fixture(scope="module")
def own_page(module_servers):
    """An operator's own page, for everything."""
    return start(module_servers, "error_page 400 401 403 404 405 413 415 422 500 502 503 504 = @page;\n"
                                 "location @page { return 299 sorry; }")


def check(response, status, code):
    assert (response.status, response.end, response.header("Content-Type")) == (status, "complete", "application/json")
    body = response.json()
    assert list(body) == KEYS
    assert (body["code"], body["status"], body["messageParams"], body["errors"]) == (code, status, {}, [])
    assert body["message"] and re.fullmatch(r"[0-9a-f]{32}", body["contextId"])
    assert "/nonexistent" not in response.body.decode() and "nginx" not in response.body.decode()
    return body


ours = pytest.mark.parametrize("method, path, body, status, code", OURS)
nginx_own = pytest.mark.parametrize("method, path, body, status, code", NGINX)
everywhere = pytest.mark.parametrize("where", ["plain", "shipped", "named"])


@everywhere
@ours
@twice
def test_ours(request, where, method, path, body, status, code):
    nginx = request.getfixturevalue(where)
    connection = nginx.connect()
    response = connection.request(method, path, body)
    check(response, status, code)
    if status == 405:
        assert response.header("Allow") == ("GET, HEAD" if path == "/status" else "POST")
    # The connection lives on, and nothing of the refusal is left on it; but nginx itself closes it when an
    # error_page takes a 400, and after an upstream that failed.
    if (status == 400 and where != "plain") or (path == "/link" and where == "plain"):
        assert (response.header("Connection"), connection.read_end()) == ("close", (b"", "eof"))
    else:
        assert len(connection.post("/t").json()) == 10


@nginx_own
@twice
def test_nginx_own_in_our_shape(shipped, method, path, body, status, code):
    response = shipped.connect().request(method, path, body)
    check(response, status, code)
    if status == 401:
        assert response.header("WWW-Authenticate") == 'Basic realm="who"'


@nginx_own
@twice
def test_nginx_own_without_error_page(plain, method, path, body, status, code):
    response = plain.connect().request(method, path, body)
    assert response.status == status and response.body.startswith(b"<html>")


@pytest.mark.parametrize("request_line", [
    "GET / HTTP/9.9\r\n", "G\x01T / HTTP/1.1\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n", "POST /t HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
])
@twice
def test_what_nginx_cannot_parse(shipped, request_line):
    connection = shipped.connect()
    connection.send(request_line.encode("latin-1") + b"\r\n")
    response = connection.read_response("GET")
    assert response.status in (400, 505)
    if response.status == 400:
        assert response.json()["code"] == "dataaction.request.malformed"


@pytest.mark.parametrize("line, header, status, code", [
    ("GET /" + "x" * 10_000, "", 414, "dataaction.request.uri_too_large"),
    ("POST /t", "X-Long: " + "x" * 40_000 + "\r\n", 400, "dataaction.request.malformed"),
])
@twice
def test_what_is_too_long_for_nginx(shipped, line, header, status, code):
    connection = shipped.connect()
    connection.send(f"{line} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: 2\r\n\r\n{{}}".encode())
    check(connection.read_response("POST"), status, code)


def test_too_many_requests(shipped):
    assert [shipped.post("/limited").status for _ in range(2)] == [200, 429]
    check(shipped.post("/limited"), 429, "dataaction.request.rate")


@pytest.mark.parametrize("where", ["plain", "shipped"])
@twice
def test_overloaded_with_retry_after(request, where):
    nginx = request.getfixturevalue(where)
    holder = nginx.connect(receive_buffer=4096)
    holder.send_request("POST", "/full", {})
    assert holder.read_head().status == 200
    response = nginx.post("/full")
    check(response, 503, "dataaction.overloaded")
    assert response.header("Retry-After") == "1"
    holder.close()
    wait_for(lambda: nginx.status()["sources"]["endless"]["active"] == 0, "the end")


@pytest.mark.parametrize("method, path, body", [row[:3] for row in OURS if row[3] != 422 or "status" not in row[1]])
@twice
def test_an_operators_own_page_takes_ours_too(own_page, method, path, body):
    response = own_page.connect().request(method, path, body)
    assert (response.status, response.body) == (299, b"sorry")


@pytest.mark.parametrize("name, value, expected", [
    ("ININ-Correlation-Id", "0af7-6519_16.cd", "0af7-6519_16.cd"),
    ("inin-correlation-id", "abc", "abc"),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
    ("traceparent", "00-nonsense-b7ad6b7169203331-01", None),
    ("ININ-Correlation-Id", "a b\"<script>", None),
    ("ININ-Correlation-Id", "x" * 300, None),
])
@twice
def test_context_id(plain, name, value, expected):
    response = plain.post("/t", b"{", headers=[(name, value)])
    context = response.json()["contextId"]
    if expected is None:
        assert re.fullmatch(r"[0-9a-f]{32}", context)
    else:
        assert context == expected
    plain.wait_for_log(f"refused with 400 dataaction.request.malformed: .* context: {re.escape(context)}")


def test_a_context_id_is_made_for_each_request(plain):
    connection = plain.connect()
    assert len({connection.post("/t", b"{").json()["contextId"] for _ in range(50)}) == 50


@pytest.mark.parametrize("where", ["shipped", "plain"])
@twice
def test_head_of_an_error(request, where):
    connection = request.getfixturevalue(where).connect()
    response = connection.request("HEAD", "/t")
    assert (response.status, response.body, response.header("Allow")) == (405, b"", "POST")
    assert len(connection.post("/t").json()) == 10
