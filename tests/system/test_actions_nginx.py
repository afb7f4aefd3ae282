"""A call in the middle of an nginx: in subrequests, behind a proxy, among limits, with readers that are slow."""

import base64
import json

import pytest

from support.actions import Actions, action, error_of, object_of
from support.process import wait_for
from support.twice import twice

POST = 'GET "{api}/posts/${id}"'
ACTIONS = (action("post", POST, "output id $.id;", "output title $.title;", "retry attempts=1;")
           + action("one", 'GET "{api}/posts/1"', "output id $.id;", "retry attempts=1;")
           + action("large", 'POST "{api}/echo"', "output text $.body;", "max_response_size 8m;", "timeout 20s;"))
BLOCK = "max_record_size 8m;"
LOCATIONS = """
location = /page.html { ssi on; root pages; }
location = /include { dataaction_call one; dataaction_methods GET; }
location = /guarded { auth_request /include; empty_gif; }
location = /guarded/call { auth_request /yes; dataaction_call post; }
location = /refusing { auth_request /no; dataaction_call post; }
location = /yes { internal; return 204; }
location = /no { internal; return 403; }
location = /mirrored { mirror /mirror; dataaction_call post; }
location = /mirror { dataaction_call one; }
location = /proxied { proxy_pass http://$server_addr:$server_port/post; proxy_http_version 1.1; }
location = /tried { try_files /none @named; }
location @named { dataaction_call post; }
location = /redirected { error_page 418 = @named; return 418; }
location = /basic { dataaction_call post; auth_basic "who"; auth_basic_user_file {directory}/users; }
location = /if { if ($http_x_return) { return 403; } dataaction_call post; }
location = /except { limit_except POST { deny all; } dataaction_call post; dataaction_methods GET POST; }
location = /sub { dataaction_call post; sub_filter 'of post' of-mail; sub_filter_types application/json; }
location = /rate { dataaction_call large; client_max_body_size 8m; limit_rate 4m; }
location = /busy { dataaction_call post; dataaction_max_streams 1; }
location = /queued { dataaction_call post; dataaction_max_streams 1 queue=5 timeout=20s; }
location = /whole { dataaction_call large; client_max_body_size 8m; }
"""
POST_7 = {"id": 7, "title": "Title of post 7"}


@pytest.fixture(scope="module")
def actions(module_servers):
    own = Actions(module_servers, ACTIONS, locations=LOCATIONS, block=BLOCK)
    (own.directory / "users").write_text("me:{PLAIN}secret\n")
    (own.directory / "pages").mkdir()
    (own.directory / "pages" / "page.html").write_text(
        'before <!--#include virtual="/include" --> between <!--#include virtual="/include" --> after')
    return own


@pytest.fixture(autouse=True)
def reset(actions):
    actions.reset()
    yield
    actions.reset()
    wait_for(lambda: all(source["active"] == 0 for source in actions.nginx.status()["sources"].values()), "no call")
    assert object_of(actions.post("post", {"id": 7})) == POST_7


@twice
def test_in_a_page(actions):
    response = actions.nginx.get("/page.html")
    assert response.body == b'before {"id":1} between {"id":1} after'


@twice
def test_a_failure_in_a_page(actions):
    actions.api.fault(status=404, times=2)
    response = actions.nginx.get("/page.html")
    assert (response.status, response.end) == (200, "complete")
    assert response.body.startswith(b"before ") and response.body.endswith(b" after"), response.body
    assert actions.api.count() % 2 == 0


@twice
def test_as_a_guard(actions):
    assert actions.nginx.get("/guarded").header("Content-Type") == "image/gif"
    for status, seen in ((401, 401), (403, 403), (404, 500)):
        actions.api.fault(status=status)
        assert actions.nginx.get("/guarded").status == seen


@twice
def test_behind_a_guard(actions):
    assert object_of(actions.post("guarded/call", {"id": 7})) == POST_7
    assert actions.post("refusing", {"id": 7}).status == 403


@twice
def test_with_a_mirror(actions):
    assert object_of(actions.post("mirrored", {"id": 7})) == POST_7
    wait_for(lambda: actions.api.count() == 2, "the mirror's call")
    assert actions.api.count("/posts/1") == 1
    actions.reset()


@pytest.mark.parametrize("name", ["proxied", "tried", "redirected", "if", "except"])
@twice
def test_other_ways_to_it(actions, name):
    assert object_of(actions.post(name, {"id": 7})) == POST_7
    actions.api.fault(status=404)
    error_of(actions.post(name, {"id": 7}), 404, "dataaction.upstream.status")


def test_conditions(actions):
    assert actions.post("if", {"id": 7}, headers=[("X-Return", "1")]).status == 403
    assert actions.get("except", "id=7").status == 403
    assert actions.post("basic", {"id": 7}).status == 401
    me = base64.b64encode(b"me:secret").decode()
    assert object_of(actions.post("basic", {"id": 7}, headers=[("Authorization", f"Basic {me}")])) == POST_7
    assert me not in json.dumps(actions.api.requests())


def test_a_filter_that_changes_the_length(actions):
    response = actions.post("sub", {"id": 7})
    assert (response.status, response.end, response.framing) == (200, "complete", "chunked")
    assert response.json() == {"id": 7, "title": "Title of-mail 7"}


@pytest.mark.parametrize("size", [60_000, 64 << 10, 1_000_000, 3_000_000])
@twice
def test_a_large_answer(actions, size):
    body = json.dumps({"text": "x" * size}, separators=(",", ":"))
    for name in ("whole", "rate"):
        assert object_of(actions.post(name, body.encode())) == {"text": body}
    actions.reset()  # the journal has all of it


@twice
def test_a_reader_that_comes_late(actions):
    """The worker serves others meanwhile."""
    body = json.dumps({"text": "x" * 2_000_000}, separators=(",", ":"))
    late = actions.start("whole", body.encode(), connection=actions.nginx.connect(receive_buffer=4096))
    wait_for(lambda: actions.nginx.status()["sources"]["large"]["active"] == 0 and actions.api.count() == 1,
             "the end of the call")
    for _ in range(3):
        assert object_of(actions.post("post", {"id": 7})) == POST_7
    assert object_of(actions.read(late)) == {"text": body}
    actions.reset()


def test_a_reader_that_goes(actions):
    body = json.dumps({"text": "x" * 2_000_000}).encode()
    for _ in range(3):
        gone = actions.start("whole", body, connection=actions.nginx.connect(receive_buffer=4096))
        gone.read_head()
        gone.reset()


def test_max_streams(actions):
    actions.api.fault("stall", times="forever")
    first = actions.start("busy", {"id": 7})
    wait_for(lambda: actions.api.count() == 1, "the first call")
    response = actions.post("busy", {"id": 7})
    error_of(response, 503, "dataaction.overloaded")
    assert int(response.header("Retry-After")) >= 1
    actions.api.clear_faults()
    first.close()
    wait_for(lambda: actions.post("busy", {"id": 7}).status == 200, "a free place")


def test_max_streams_with_a_queue(actions):
    actions.api.fault("stall")
    asked = [actions.start("queued", {"id": 7})]
    wait_for(lambda: actions.api.count() == 1, "the first call")
    asked += [actions.start("queued", {"id": 7}) for _ in range(5)]
    asked[0].close()
    for connection in asked[1:]:
        assert object_of(actions.read(connection)) == POST_7


def test_an_answer_larger_than_a_record_may_be(servers):
    own = Actions(servers, action("large", 'POST "{api}/echo"', "output text $.body;"), block="max_record_size 4k;")
    for size, fits in ((3000, True), (5000, False), (100_000, False)):
        response = own.post("large", {"text": "x" * size})
        if fits:
            assert len(object_of(response)["text"]) == size + len('{"text":""}')
        else:
            error_of(response, 502, "dataaction.upstream.invalid")
            assert own.log_of(response, "[error]", "code=dataaction.upstream.invalid")
    assert own.ask("large", text="x")
