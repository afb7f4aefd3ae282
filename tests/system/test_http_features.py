"""What an nginx around the webhook does: filters, access control, limits, redirects, subrequests."""

import base64
import gzip
import zlib

import pytest

from support import records
from support.http1 import BROKEN
from support.process import wait_for
from support.twice import twice

COUNT = 4000
WHOLE = records.array(records.texts("transactions", COUNT))
TEN = records.array(records.texts("transactions", 10))
BLOCK = f"""
source t {{ synthetic transactions; records {COUNT}; }}
source ten {{ synthetic transactions; records 10; }}
source endless {{ synthetic nested; records 1000000000000; }}
source big {{ synthetic nested; records 60000; }}
"""
HTTP = """
limit_req_zone $uri zone=req:64k rate=1r/m;
limit_conn_zone $uri zone=conn:64k;
"""
LOCATIONS = """
location = /ten { dataaction_stream ten; }
location = /gzip { dataaction_stream t; gzip on; gzip_types application/json; gzip_min_length 0; }
location = /gzip/broken { dataaction_stream endless; dataaction_max_size 400k;
    gzip on; gzip_types application/json; }
location = /gunzip { dataaction_stream t; gunzip on; }
location = /sub { dataaction_stream t; sub_filter completed done; sub_filter_once off;
    sub_filter_types application/json; }
location = /sub/gzip { dataaction_stream t; sub_filter completed done; sub_filter_once off;
    sub_filter_types *; gzip on; gzip_types application/json; }
location = /add { dataaction_stream ten; add_header X-Added "$dataaction_source" always; }
location = /charset { dataaction_stream ten; charset utf-8; charset_types application/json; }
location = /rate { dataaction_stream big; limit_rate 400k; }
location = /rate/after { dataaction_stream big; limit_rate 1k; limit_rate_after 20m; }
location = /free { dataaction_stream big; }
location = /basic { dataaction_stream ten; auth_basic "who"; auth_basic_user_file users; }
location = /satisfy { dataaction_stream ten; satisfy any; deny all; auth_basic "who"; auth_basic_user_file users; }
location = /deny { dataaction_stream ten; deny all; }
location = /limit_req { dataaction_stream ten; limit_req zone=req; limit_req_status 429; }
location = /limit_conn { dataaction_stream endless; limit_conn conn 1; }
location = /rewritten { rewrite ^ /ten last; }
location = /broken_off { rewrite ^ /ten break; dataaction_stream t; }
location = /tried { try_files /none @named; }
location @named { dataaction_stream ten; }
location = /redirected { error_page 418 = @named; return 418; }
location = /redirected/uri { error_page 418 = /ten; return 418; }
location = /if { if ($http_x_set) { set $seen 1; } if ($http_x_return) { return 403; }
    if ($http_x_rate) { limit_rate 100m; } dataaction_stream ten; dataaction_batch_size 5; dataaction_format batches; }
location = /except { limit_except POST { allow all; } dataaction_stream ten; }
location = /except/deny { limit_except POST { deny all; } dataaction_stream ten; }
location = /ssi.json { ssi on; ssi_types application/json; dataaction_stream ten; }
location = /page.html { ssi on; root pages; }
location = /mirror { mirror /ten; dataaction_stream ten; }
location = /auth { auth_request /ten; dataaction_stream ten; }
location = /auth/ok { auth_request /yes; dataaction_stream ten; }
location = /yes { internal; return 204; }
location = /proxied { proxy_pass http://$server_addr:$server_port/ten; proxy_http_version 1.1; }
location = /proxied/t { proxy_pass http://$server_addr:$server_port/broken; proxy_http_version 1.1; }
location = /broken { dataaction_stream endless; dataaction_max_size 400k; }
location = /status { dataaction_status; }
"""


@pytest.fixture(scope="module")
def nginx(module_servers):
    nginx = module_servers.nginx(block=BLOCK, locations=LOCATIONS, http=HTTP,
                                 start=False)
    (nginx.directory / "users").write_text("me:{PLAIN}secret\n")
    (nginx.directory / "pages").mkdir()
    (nginx.directory / "pages" / "page.html").write_text(
        'before <!--#include virtual="/ten" --> between <!--#include virtual="/status" --> after')
    nginx.start()
    return nginx


@twice
def test_gzip(nginx):
    response = nginx.post("/gzip", headers=[("Accept-Encoding", "gzip")])
    assert (response.header("Content-Encoding"), response.end) == ("gzip", "complete")
    assert gzip.decompress(response.body) == WHOLE
    assert nginx.post("/gzip").body == WHOLE


@twice
def test_a_broken_answer_is_broken_gzip(nginx):
    response = nginx.post("/gzip/broken", headers=[("Accept-Encoding", "gzip")])
    assert response.header("Content-Encoding") == "gzip" and response.end in BROKEN
    reader = zlib.decompressobj(31)
    reader.decompress(response.body)
    assert not reader.eof


@twice
def test_sub_filter(nginx):
    assert nginx.post("/sub").body == WHOLE.replace(b"completed", b"done")
    response = nginx.post("/sub/gzip", headers=[("Accept-Encoding", "gzip")])
    assert gzip.decompress(response.body) == WHOLE.replace(b"completed", b"done")


@twice
def test_headers_of_others(nginx):
    assert nginx.post("/add").header("X-Added") == "ten"
    assert nginx.post("/charset").header("Content-Type") == "application/json; charset=utf-8"


def test_limit_rate(nginx):
    """Bounded below by another request: what has come of 400 KB a second while 7 MB came without a limit."""
    slow = nginx.connect()
    slow.send_request("POST", "/rate", {})
    slow.read_head()
    assert len(nginx.post("/free").body) > 7_000_000
    slow.socket.setblocking(False)
    got = len(slow.buffer)
    try:
        while True:
            got += len(slow.receive())
    except BlockingIOError:
        pass
    assert 0 < got < 3_000_000
    slow.socket.setblocking(True)
    while got < 500_000:  # and it goes on after its first pause
        got += len(slow.receive())


def test_limit_rate_after(nginx):
    assert len(nginx.post("/rate/after").body) > 7_000_000


@pytest.mark.parametrize("path", ["/basic", "/satisfy"])
@twice
def test_auth_basic(nginx, path):
    credentials = base64.b64encode(b"me:secret").decode()
    connection = nginx.connect()
    assert connection.post(path).status == 401
    assert connection.post(path, headers=[("Authorization", f"Basic {credentials}")]).body == TEN


@twice
def test_deny(nginx):
    assert nginx.post("/deny").status == 403


def test_limit_req(nginx):
    assert [nginx.post("/limit_req").status for _ in range(2)] == [200, 429]


@twice
def test_limit_conn(nginx):
    first = nginx.connect(receive_buffer=4096)
    first.send_request("POST", "/limit_conn", {})
    assert first.read_head().status == 200
    assert nginx.post("/limit_conn").status == 503
    first.close()
    wait_for(lambda: nginx.status()["sources"]["endless"]["active"] == 0, "the end of the first")


@pytest.mark.parametrize("path", ["/rewritten", "/tried", "/redirected", "/mirror", "/auth/ok", "/proxied"])
@pytest.mark.parametrize("chunked", [False, True])
@twice
def test_ways_to_the_handler(nginx, path, chunked):
    assert nginx.post(path, b'{"x":1}', chunked=chunked).body == TEN


@twice
def test_rewrite_break_stays(nginx):
    assert nginx.post("/broken_off").body == WHOLE


@twice
def test_error_page_with_a_uri_makes_it_a_get(nginx):
    response = nginx.post("/redirected/uri")
    assert (response.status, response.header("Allow")) == (405, "POST")


@twice
def test_if_in_a_location(nginx):
    batches = records.batches(records.texts("transactions", 10), 5)
    for header in ("X-Nothing", "X-Set", "X-Rate"):
        assert nginx.post("/if", headers=[(header, "1")]).body == batches
    assert nginx.post("/if", headers=[("X-Return", "1")]).status == 403


@twice
def test_limit_except(nginx):
    for path, status in (("/except", 405), ("/except/deny", 403)):
        assert nginx.post(path).body == TEN
        assert nginx.get(path).status == status


@twice
def test_ssi(nginx):
    """A subrequest is a GET: the include holds the refusal, and the page goes on."""
    body = nginx.get("/page.html").body.decode()
    assert body.startswith('before {"message":') and '"status":405' in body
    assert ' between {"configuration":' in body and body.endswith(" after")


@twice
def test_ssi_over_a_stream(nginx):
    assert nginx.post("/ssi.json").body == TEN


@twice
def test_auth_request_to_a_webhook_is_no_permission(nginx):
    assert nginx.post("/auth").status == 500


@twice
def test_a_mirror_does_not_change_the_answer(nginx):
    before = nginx.status()["sources"]["ten"]["active"]
    connection = nginx.connect()
    for _ in range(3):
        assert connection.post("/mirror").body == TEN
    wait_for(lambda: nginx.status()["sources"]["ten"]["active"] == before == 0, "the end of the mirrored ones")


@twice
def test_behind_a_proxy_a_broken_answer_stays_broken(nginx):
    response = nginx.post("/proxied/t")
    assert response.status == 200 and response.end in BROKEN
