"""A webhook that calls an API: the shapes of its body, its answers over each version of HTTP, and what nginx does
around it."""

import gzip
import hashlib
import json

import pytest

from support.actions import Actions, action, broken_rules, error_of, object_of
from support.process import ROOT, wait_for
from support.twice import twice

KEY = "k-4f1c9d"
FORMAT = "$uri|$status|" + "|".join(f"$dataaction_{name}" for name in (
    "source", "records", "bytes", "complete", "reason", "context_id", "key"))
FETCH = ('GET "{api}/posts/${user_id}?q=${query_text}"', "output status_code $status;", "output external_id $.id 0;",
         'output title $.title "";', 'output body $.body "";', 'output error_message $error_message "";')
TEXTS = ("output echo $.body;", "output method $.method;", "output query $.query;")
ACTIONS = (action("fetch_post", *FETCH, contract="fetch_post")
           + action("echo", 'POST "{api}/echo"', *TEXTS)
           + action("big", 'POST "{api}/echo"', 'output text $.body;'))
LOCATIONS = """
location = /keys { dataaction_call echo; dataaction_api_key_file keys; }
location = /gzip { dataaction_call big; gzip on; gzip_types application/json; gzip_min_length 0; }
location = /small { dataaction_call big; dataaction_max_size 1k; }
location = /flat { dataaction_call echo; dataaction_input flat; }
location = /enveloped { dataaction_call echo; dataaction_input envelope; }
location = /named { dataaction_call fetch_post; error_page 422 502 @error; }
location @error { dataaction_error; }
location = /page { dataaction_call fetch_post; error_page 404 422 = @page; }
location @page { return 299 "$dataaction_source $dataaction_reason $dataaction_context_id"; }
location = /added { dataaction_call fetch_post; add_header X-Source $dataaction_source; }
location = /rewritten { rewrite ^ /fetch_post last; }
location = /deny { dataaction_call fetch_post; deny all; }
"""
POST_1 = {"status_code": 200, "external_id": 1, "title": "Title of post 1",
          "body": "First line of post 1\nSecond line: Grüße, 日本語", "error_message": ""}
ENVELOPE = {"action_id": "a", "session_id": "s", "parameters": {"user_id": 1, "query_text": "hello"}}


def start(module_servers, **nginx):
    made = Actions.__new__(Actions)
    directory = module_servers.directory()
    (directory / "keys").write_text(f"{hashlib.sha256(KEY.encode()).hexdigest()} caller\n")
    made.__init__(module_servers, ACTIONS, locations=LOCATIONS.replace(" keys;", f" {directory}/keys;"),
                  nginx={"log_format": FORMAT, **nginx})
    return made


@pytest.fixture(scope="module")
def actions(module_servers):
    return start(module_servers)


@pytest.fixture(scope="module")
def actions_h2(module_servers):
    return start(module_servers, listen="http2")


@pytest.fixture(autouse=True)
def reset(request):
    for name in {"actions", "actions_h2"} & set(request.fixturenames):
        request.getfixturevalue(name).reset()


# --- the body

@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("body", [ENVELOPE["parameters"], ENVELOPE], ids=["flat", "envelope"])
@twice
def test_the_example(actions, body, chunked):
    assert object_of(actions.post("fetch_post", body, chunked=chunked)) == POST_1
    asked = actions.api.requests()[-1]
    assert (asked["method"], asked["target"], asked["body"]) == ("GET", "/posts/1?q=hello", "")


@twice
def test_the_answer_has_its_length_and_is_compact(actions):
    response = actions.post("fetch_post", ENVELOPE)
    assert response.header("Content-Length") == str(len(response.body))
    assert response.header("Transfer-Encoding") is None
    assert response.body == json.dumps(POST_1, separators=(",", ":"), ensure_ascii=False).encode()


@twice
def test_what_goes_with_a_request(actions):
    response = actions.post("fetch_post", ENVELOPE)
    headers = {name.lower(): value for name, value in actions.api.requests()[-1]["headers"]}
    assert headers["host"] == actions.api.url.removeprefix("http://")
    assert headers["accept"] == "application/json"
    assert headers["x-correlation-id"] == response.context
    assert "content-type" not in headers and "content-length" not in headers


def test_names_of_deliveries_are_fields_like_any(actions):
    fields = {"limit": 7, "cursor": "c", "batch_size": "many", "format": None}
    assert json.loads(actions.ask("echo", **fields)["echo"]) == fields
    whole = {**ENVELOPE, "parameters": fields}
    assert json.loads(object_of(actions.post("echo", whole))["echo"]) == fields


def test_the_whole_input_is_the_body_where_none_is_written(actions):
    sent = b' { "a" : [ 1 , 1.50e+3 , 123456789012345678901234567890 ] , "b" : "\\u00e9\\n" } '
    object_of(actions.post("echo", sent))
    asked = actions.api.requests()[-1]
    assert asked["body"] == '{"a":[1,1.50e+3,123456789012345678901234567890],"b":"é\\n"}'
    assert dict(asked["headers"])["Content-Type"] == "application/json"


def test_the_shape_that_is_wanted(actions):
    assert json.loads(object_of(actions.post("flat", ENVELOPE))["echo"]) == ENVELOPE
    assert json.loads(object_of(actions.post("enveloped", ENVELOPE))["echo"]) == ENVELOPE["parameters"]
    response = actions.post("enveloped", {"user_id": 1})
    error_of(response, 422, "dataaction.request.invalid")


# (body, status, code)
REFUSED = [(b"", 400, "malformed"), (b"{", 400, "malformed"), (b'{"a":1,"a":2}', 400, "malformed"),
           (b'{"a":"\xff"}', 400, "malformed"), (b'{"a":"\\ud800"}', 400, "malformed"),
           (b'{"a":' + b"[" * 50 + b"]" * 50 + b"}", 400, "malformed"), (b"[]", 422, "invalid"),
           (b'"text"', 422, "invalid"), (b'{"action_id":1,"session_id":2,"parameters":3}', 422, "invalid")]


@pytest.mark.parametrize("body, status, code", REFUSED)
@twice
def test_a_body_that_is_none(actions, body, status, code):
    connection = actions.nginx.connect()
    error_of(actions.post("echo", body, connection=connection), status, f"dataaction.request.{code}")
    assert actions.api.requests() == []
    assert object_of(actions.post("echo", {"a": 1}, connection=connection))["echo"] == '{"a":1}'
    actions.reset()


def test_a_body_that_is_no_json_by_its_type(actions):
    response = actions.post("echo", b"{}", headers=[("Content-Type", "text/plain")])
    error_of(response, 415, "dataaction.request.content_type")
    assert actions.api.requests() == []


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_nginx_keeps_in_a_file(actions, chunked):
    body = f'{{"text":"{"é" * 100_000}"}}'.encode()
    assert object_of(actions.post("big", body, chunked=chunked))["text"].encode("latin-1") == body


# --- methods

@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@twice
def test_other_methods(actions, method):
    connection = actions.nginx.connect()
    response = connection.request(method, "/fetch_post", b"{}" if method in ("PUT", "PATCH") else None)
    assert (response.status, response.end, response.header("Allow")) == (405, "complete", "POST")
    if method != "HEAD":
        assert response.json()["code"] == "dataaction.request.method"
    assert object_of(actions.post("fetch_post", ENVELOPE, connection=connection)) == POST_1


# --- connections

@twice
def test_http_1_0(actions):
    connection = actions.start("fetch_post", ENVELOPE, version="1.0")
    assert object_of(actions.read(connection)) == POST_1
    assert connection.read_end() == (b"", "eof")


@twice
def test_http_1_0_with_keepalive(actions):
    connection = actions.nginx.connect()
    for _ in range(2):
        response = actions.post("fetch_post", ENVELOPE, connection=connection, version="1.0",
                                headers=[("Connection", "keep-alive")])
        assert object_of(response) == POST_1
        assert response.header("Connection") == "keep-alive"


@twice
def test_http_2(actions_h2):
    connection = actions_h2.nginx.connect_h2()
    streams = [connection.send_request("POST", "/fetch_post", {"user_id": number, "query_text": "a&b"})
               for number in range(1, 21)]
    for number, stream in enumerate(streams, 1):
        response = connection.read_response(stream)
        assert (response.status, response.end) == (200, "complete"), response
        assert response.header("content-length") == str(len(response.body))
        assert response.json()["external_id"] == number
    refused = connection.post("/fetch_post", {"user_id": 0, "query_text": ""})
    assert (refused.status, refused.end, refused.json()["code"]) == (422, "complete", "dataaction.request.contract")
    assert connection.request("GET", "/fetch_post").status == 405
    assert connection.post("/fetch_post", ENVELOPE).json() == POST_1


# (location, body, what the API does, status, code)
ANSWERS = [("fetch_post", ENVELOPE, None, 200, None),
           ("fetch_post", {"user_id": "1"}, None, 422, "dataaction.request.contract"),
           ("fetch_post", ENVELOPE, {"status": 404}, 404, "dataaction.upstream.status"),
           ("fetch_post", ENVELOPE, {"status": 500}, 500, "dataaction.upstream.status"),
           ("fetch_post", ENVELOPE, {"do": "html"}, 502, "dataaction.upstream.invalid"),
           ("keys", {}, None, 403, "dataaction.auth.key")]


@pytest.mark.parametrize("name, body, fault, status, code", ANSWERS)
@twice
def test_the_connection_lives_on(actions, name, body, fault, status, code):
    connection = actions.nginx.connect()
    for _ in range(3):
        if fault:
            actions.api.fault(**fault)
        response = actions.post(name, body, connection=connection)
        assert (response.status, response.end) == (status, "complete"), response
        assert response.header("Connection") == "keep-alive"
        if code:
            error_of(response, status, code)
    assert object_of(actions.post("fetch_post", ENVELOPE, connection=connection)) == POST_1


@twice
def test_pipelining(actions):
    connection = actions.nginx.connect()
    bodies = [{"user_id": 1, "query_text": "a"}, {}, {"user_id": 2, "query_text": "b"}]
    for body in bodies * 3:
        connection.send_request("POST", "/fetch_post", body)
    for _ in range(3):
        assert connection.read_response().json()["external_id"] == 1
        assert connection.read_response().status == 422
        assert connection.read_response().json()["external_id"] == 2


# --- around it

@twice
def test_gzip(actions):
    response = actions.post("gzip", {"text": "a" * 5000}, headers=[("Accept-Encoding", "gzip")])
    assert (response.status, response.end, response.header("Content-Encoding")) == (200, "complete", "gzip")
    assert len(response.body) < 500
    assert json.loads(json.loads(gzip.decompress(response.body))["text"]) == {"text": "a" * 5000}


@twice
def test_too_large_for_the_location(actions):
    for size, fits in ((900, True), (1100, False)):
        response = actions.post("small", {"text": "a" * size})
        if fits:
            assert object_of(response)["text"] == json.dumps({"text": "a" * size}, separators=(",", ":"))
        else:
            error_of(response, 502, "dataaction.source.too_large")


@twice
def test_keys(actions):
    connection = actions.nginx.connect()
    error_of(actions.post("keys", {}, connection=connection), 403, "dataaction.auth.key")
    error_of(actions.post("keys", {}, connection=connection, headers=[("X-API-Key", KEY + "x")]), 403,
             "dataaction.auth.key")
    assert actions.api.requests() == []
    assert object_of(actions.post("keys", {}, connection=connection, headers=[("X-API-Key", KEY)]))["echo"] == "{}"
    (asked,) = actions.api.requests()
    assert KEY not in json.dumps(asked)
    actions.reset()


@twice
def test_error_pages(actions):
    assert broken_rules(actions.post("named", {"user_id": 1})) == {("query_text", "required")}
    actions.api.fault("html")
    error_of(actions.post("named", ENVELOPE), 502, "dataaction.upstream.invalid")
    response = actions.post("page", {"user_id": 1})
    assert (response.status, response.body) == (299, f"fetch_post refused {response.context}".encode())
    actions.api.fault(status=404)
    response = actions.post("page", ENVELOPE)
    assert (response.status, response.body) == (299, f"fetch_post refused {response.context}".encode())
    assert object_of(actions.post("page", ENVELOPE)) == POST_1


def test_errors_as_they_are_shipped(servers):
    shipped = Actions(servers, ACTIONS, locations="location = /deny { dataaction_call echo; deny all; }\n"
                      "location = /small { dataaction_call echo; client_max_body_size 1k; }",
                      nginx={"server": (ROOT / "conf.d" / "dataaction_error.conf").read_text()})
    error_of(shipped.post("deny", {}), 403, "dataaction.auth.forbidden")
    error_of(shipped.post("echo", b"{"), 400, "dataaction.request.malformed")
    assert broken_rules(shipped.post("fetch_post", {})) == {("user_id", "required"), ("query_text", "required")}
    error_of(shipped.post("small", {"a": "x" * 2000}), 413, "dataaction.request.too_large")
    assert shipped.api.requests() == []
    shipped.api.fault(status=404)
    error_of(shipped.post("echo", {}), 404, "dataaction.upstream.status")
    shipped.api.fault(status=418)
    error_of(shipped.post("echo", {}), 418, "dataaction.upstream.status")


def test_other_ways_to_it(actions):
    assert object_of(actions.post("rewritten", ENVELOPE)) == POST_1
    response = actions.post("added", ENVELOPE)
    assert (object_of(response), response.header("X-Source")) == (POST_1, "fetch_post")
    assert actions.post("deny", ENVELOPE).status == 403


@twice
def test_variables(actions):
    def logged(response, *expected):
        lines = wait_for(lambda: [line for line in actions.nginx.access_log.read_text().splitlines()
                                  if f"|{response.context}|" in line], "its line")
        uri, status, *rest = lines[0].split("|")
        assert (len(lines), int(status), [uri, *rest[:-2], rest[-1]]) == (
            1, response.status, [str(word) for word in expected])

    response = actions.post("fetch_post", ENVELOPE)
    logged(response, "/fetch_post", "fetch_post", 1, len(response.body), 1, "-", "-")
    logged(actions.post("fetch_post", {}), "/fetch_post", "fetch_post", 0, 0, 0, "refused", "-")
    response = actions.post("keys", {}, headers=[("X-API-Key", KEY)])
    logged(response, "/keys", "echo", 1, len(response.body), 1, "-", "caller")
    logged(actions.post("small", {"text": "a" * 1100}), "/small", "big", 0, 0, 0, "size", "-")
    actions.api.fault("reset", times=2)
    logged(actions.post("fetch_post", ENVELOPE), "/fetch_post", "fetch_post", 0, 0, 0, "refused", "-")


def test_the_status(actions):
    before = actions.nginx.status()["sources"]["fetch_post"]
    actions.ask("fetch_post", user_id=1, query_text="")
    actions.post("fetch_post", {})
    after = actions.nginx.status()["sources"]["fetch_post"]
    assert {name: after[name] - before[name] for name in ("requests", "active", "records")} == {
        "requests": 1, "active": 0, "records": 1}
    assert after["ends"]["complete"] == before["ends"]["complete"] + 1
    text = actions.nginx.get("/status?format=prometheus").body.decode()
    assert 'dataaction_action_requests_total{action="fetch_post"}' in text


def test_its_log_line(actions):
    response = actions.post("fetch_post", ENVELOPE)
    assert "[info] call ended" in actions.log_of(response, "source=fetch_post", "reason=complete")
