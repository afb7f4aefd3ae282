"""The variables, as an access log sees them: when all went well, when not, and where there is nothing to say."""

import re

import pytest

from support import records
from support.process import ROOT, wait_for

FORMAT = "$uri|$status|" + "|".join(f"$dataaction_{name}" for name in (
    "source", "records", "bytes", "complete", "reason", "first_byte_time", "context_id", "key"))
BLOCK = """
source t { synthetic transactions; records 1000; }
source endless { synthetic transactions; records 1000000000000; }
"""
LOCATIONS = """
location = /t { dataaction_stream t; }
location = /abort { dataaction_stream endless; dataaction_max_size 200k; }
location = /truncate { dataaction_stream endless; dataaction_max_size 200k; dataaction_format envelope; }
location = /endless { dataaction_stream endless; }
location = /rewritten { rewrite ^ /t last; }
location = /redirected { error_page 418 = @named; return 418; }
location @named { dataaction_stream t; }
location = /caught { dataaction_stream t; error_page 400 = @page; }
location @page { return 299 "$dataaction_source $dataaction_reason $dataaction_context_id"; }
location = /plain { return 200 "[$dataaction_source][$dataaction_records][$dataaction_context_id]"; }
location = /denied { dataaction_stream t; deny all; }
location = /small { dataaction_stream t; client_max_body_size 100; }
location = /status { dataaction_status; }
location = /header { dataaction_stream t; add_header X-Context $dataaction_context_id;
    add_header X-Source $dataaction_source; }
"""
ID = r"[0-9a-f]{32}"
TIME = r"\d+\.\d{3}"


@pytest.fixture
def nginx(servers):
    return servers.nginx(block=BLOCK, locations=LOCATIONS, log_format=FORMAT)


def logged(nginx, pattern):
    """The one line of the access log."""
    wait_for(lambda: nginx.access_log.read_text().count("\n") == 1, "a line")
    line = nginx.access_log.read_text()
    assert re.fullmatch(pattern.replace("|", r"\|") + "\n", line), line
    nginx.access_log.write_text("")


def test_success(nginx):
    for _ in range(2):
        body = nginx.post("/t").body
        logged(nginx, f"/t|200|t|1000|{len(body)}|1|-|{TIME}|{ID}|-")
    body = nginx.post("/t", {"limit": 5}).body
    logged(nginx, f"/t|200|t|5|{len(body)}|1|limit|{TIME}|{ID}|-")


def test_refused(nginx):
    nginx.post("/t", b"{")
    logged(nginx, f"/t|400|t|0|0|0|refused|-|{ID}|-")
    nginx.get("/t")
    logged(nginx, f"/t|405|t|0|0|0|refused|-|{ID}|-")


def test_ended_early(nginx):
    body = nginx.post("/truncate").body
    logged(nginx, rf"/truncate|200|endless|\d+|{len(body)}|0|size|{TIME}|{ID}|-")
    nginx.post("/abort")
    logged(nginx, rf"/abort|200|endless|\d+|\d+|0|size|{TIME}|{ID}|-")


def test_client_gone(nginx):
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", "/endless", {})
    connection.read_head()
    connection.reset()
    logged(nginx, rf"/endless|200|endless|\d+|\d+|0|client|{TIME}|{ID}|-")


@pytest.mark.parametrize("path, uri", [("/rewritten", "/t"), ("/redirected", "/redirected")])
def test_after_a_redirect(nginx, path, uri):
    body = nginx.post(path).body
    assert body == records.array(records.texts("transactions", 1000))
    logged(nginx, f"{uri}|200|t|1000|{len(body)}|1|-|{TIME}|{ID}|-")


def test_in_an_operators_error_page(nginx):
    response = nginx.post("/caught", b"{", headers=[("ININ-Correlation-Id", "abc")])
    assert (response.status, response.body.split()[0], response.body.split()[-1]) == (299, b"t", b"abc")


def test_where_no_stream_is(nginx):
    assert nginx.get("/plain").body == b"[][][]"
    logged(nginx, "/plain|200|-|-|-|-|-|-|-|-")


@pytest.mark.parametrize("shipped", [False, True])
def test_refused_by_nginx_itself(servers, shipped):
    """Before any handler of ours had the request; with the shipped error_page after another location had it."""
    snippet = (ROOT / "conf.d" / "dataaction_error.conf").read_text() if shipped else ""
    nginx = servers.nginx(block=BLOCK, locations=LOCATIONS, log_format=FORMAT, server=snippet)
    context = ID if shipped else "-"
    nginx.get("/denied")
    uri = "/dataaction_error" if shipped else "/denied"
    logged(nginx, f"{uri}|403|t|0|0|0|refused|-|{context}|-")
    uri = "/dataaction_error" if shipped else "/small"
    nginx.post("/small", b"x" * 200)
    logged(nginx, f"{uri}|413|t|0|0|0|refused|-|{context}|-")
    nginx.post("/small", b"x" * 200, chunked=True)
    logged(nginx, f"{uri}|413|t|0|0|0|refused|-|{ID}|-")
    nginx.get("/nowhere")
    uri = "/dataaction_error" if shipped else "/nowhere"
    logged(nginx, f"{uri}|404|-|-|-|-|-|-|{context}|-")


def test_of_the_status_page(nginx):
    assert nginx.get("/status").status == 200
    logged(nginx, f"/status|200|-|-|-|-|-|-|{ID}|-")
    assert nginx.post("/status").status == 405
    logged(nginx, f"/status|405|-|-|-|-|-|-|{ID}|-")


def test_in_headers(nginx):
    response = nginx.post("/header", headers=[("ININ-Correlation-Id", "abc")])
    assert (response.header("X-Context"), response.header("X-Source")) == ("abc", "t")
