"""Each way in which an API can fail: the status and code that a caller gets, how often the API was asked, and nothing
of what happened inside. With `on_error 200` the same in the outputs."""

import json
import re

import pytest

from support.actions import Actions, action, error_of, object_of
from support.memory import SLACK, highest
from support.process import wait_for

OUTPUTS = ("output id $.id 0;", 'output title $.title "";', "output status $status;", 'output code $error_code "";',
           'output message $error_message "";')
LIMITS = ("retry attempts=2 max_wait=10ms;", "breaker failures=1000;")
REQUESTS = {"get": 'GET "{api}/posts/1"', "post": 'POST "{api}/posts"', "put": 'PUT "{api}/posts/1"',
            "idempotent": 'POST "{api}/posts"'}
ACTIONS = "".join(
    action(name + suffix, request, *OUTPUTS, *LIMITS, *more, *(["idempotent on;"] if name == "idempotent" else []))
    for name, request in REQUESTS.items()
    for suffix, more in (("", ["timeout 30s;"]), ("_200", ["timeout 30s;", "on_error 200;"]),
                         ("_hasty", ["timeout 500ms;"])))
RIGHT = {"id": 1, "title": "Title of post 1", "status": 200, "code": "", "message": ""}

# (what the API does to every request, status, code, how often a GET comes, how often a POST)
FAULTS = [
    ({"do": "reset"}, 502, "broken_off", 2, 1),
    ({"do": "reset", "after": "head"}, 502, "broken_off", 2, 1),
    ({"do": "reset", "after": "body"}, 502, "broken_off", 2, 1),
    ({"do": "close"}, 502, "broken_off", 2, 1),
    ({"do": "close", "after": "head"}, 502, "broken_off", 2, 1),
    ({"do": "close", "after": "body"}, 502, "broken_off", 2, 1),
    ({"do": "close", "after": 1}, 502, "broken_off", 2, 1),
    ({"do": "bad_chunk", "how": "no_end"}, 502, "broken_off", 2, 1),
    ({"do": "length"}, 502, "broken_off", 2, 1),
    ({"do": "length", "by": 1 << 30}, 502, "broken_off", 2, 1),
    *(({"do": "bad_chunk", "how": how}, 502, "broken_off", 2, 1) for how in ("size", "negative", "huge", "no_crlf")),
    ({"do": "length", "by": -10}, 502, "invalid", 1, 1),
    ({"status": 200, "body": {}, "headers": {"Content-Length": "-1"}}, 502, "invalid", 1, 1),
    ({"status": 200, "body": {}, "headers": {"Content-Encoding": "gzip"}}, 502, "invalid", 1, 1),
    ({"status": 200, "body": {}, "headers": {"X-Large": "x" * 400_000}}, 502, "invalid", 1, 1),
    ({"do": "gzip_bomb"}, 502, "invalid", 1, 1),
    ({"do": "big_body"}, 502, "invalid", 1, 1),
    ({"do": "big_body", "framing": "chunked"}, 502, "invalid", 1, 1),
    ({"do": "big_body", "framing": "close"}, 502, "invalid", 1, 1),
    ({"do": "html"}, 502, "invalid", 1, 1),
    ({"do": "not_utf8"}, 502, "invalid", 1, 1),
    ({"do": "lone_surrogate"}, 502, "invalid", 1, 1),
    ({"do": "truncated_json"}, 502, "invalid", 1, 1),
    ({"do": "deep"}, 502, "invalid", 1, 1),
    ({"status": 200, "body": "{} {}"}, 502, "invalid", 1, 1),
    ({"status": 200, "body": "\ufeff{}"}, 502, "invalid", 1, 1),
    ({"status": 200, "body": " "}, 502, "invalid", 1, 1),
    ({"status": 200, "body": "NaN"}, 502, "invalid", 1, 1),
    ({"status": 200, "body_base64": "e30A"}, 502, "invalid", 1, 1),  # "{}" and a NUL
    *(({"do": "redirect", "location": "{api}/posts/2", "status": status}, 502, "status", 1, 1)
      for status in (301, 302, 303, 307, 308)),
    ({"do": "redirect", "location": "http://127.0.0.1:1/"}, 502, "status", 1, 1),
    ({"do": "redirect", "location": "//127.0.0.1:1/"}, 502, "status", 1, 1),
    ({"do": "redirect", "location": "file:///etc/passwd"}, 502, "status", 1, 1),
    ({"status": 300}, 502, "status", 1, 1),
    ({"status": 304}, 502, "status", 1, 1),
    ({"status": 600}, 502, "status", 1, 1),
    ({"status": 999}, 502, "status", 1, 1),
    *(({"status": status}, status, "status", 1, 1)
      for status in (400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 413, 418, 422, 451, 499, 500, 501, 505, 507,
                     511, 599)),
    ({"status": 408}, 408, "status", 2, 1),
    ({"status": 502}, 502, "status", 2, 1),
    ({"status": 504}, 504, "status", 2, 1),
    ({"status": 429}, 429, "status", 2, 2),
    ({"status": 429, "retry_after": 0}, 429, "status", 2, 2),
    ({"status": 429, "retry_after": 7}, 429, "status", 1, 1),
    ({"status": 503}, 503, "status", 2, 1),
    ({"status": 503, "retry_after": 7}, 503, "status", 1, 1),
    ({"do": "html", "status": 404}, 404, "status", 1, 1),
    ({"do": "html", "status": 503}, 503, "status", 2, 1),
    ({"do": "gzip_bomb", "status": 404}, 404, "status", 1, 1),
    ({"do": "not_utf8", "status": 500}, 500, "status", 1, 1),
]
each_fault = pytest.mark.parametrize("fault, status, code, gets, posts", FAULTS,
                                     ids=[re.sub("x{99,}|[{}]", "", str(row[0])) for row in FAULTS])

# What a caller must not read: of us, of libcurl, of the API.
INTERNAL = re.compile(r"127\.0\.0\.1|localhost|posts|curl|SSL|errno|Connection|chunk|/tmp|dataactiond|byte|attempt|"
                      r"Be right back|Maintenance", re.I)


@pytest.fixture(scope="module")
def actions(module_servers):
    return Actions(module_servers, ACTIONS)


@pytest.fixture(autouse=True)
def reset(actions):
    actions.reset()
    yield
    actions.reset()
    assert actions.daemon.running()
    assert actions.ask("get") == RIGHT


def set_fault(actions, fault):
    if "location" in fault:
        fault = {**fault, "location": actions.filled(fault["location"])}
    actions.api.fault(**fault, times="forever")


@each_fault
@pytest.mark.parametrize("name", ["get", "post"])
def test_plain(actions, name, fault, status, code, gets, posts):
    set_fault(actions, fault)
    before = highest(actions.daemon.pid)
    response = actions.post(name, {"title": "hush"})
    body = error_of(response, status, f"dataaction.upstream.{code}")
    assert actions.api.count() == (gets if name == "get" else posts)
    assert not INTERNAL.search(body["message"]), body
    assert (body["details"], body["errors"], body["messageParams"]) == ([], [], {})
    if status in (429, 503):
        assert response.header("Retry-After") == str(fault.get("retry_after") or 1)
    else:
        assert response.header("Retry-After") is None
    assert response.header("Location") is None
    assert highest(actions.daemon.pid) - before < SLACK
    line = actions.log_of(response, f"code=dataaction.upstream.{code}")
    assert f"action {name}, execute: " in line or "the API's answer is not JSON" in line
    assert "hush" not in line


@each_fault
def test_on_error_200(actions, fault, status, code, gets, posts):
    set_fault(actions, fault)
    for name, count in (("get_200", gets), ("post_200", posts)):
        before = actions.api.count()
        answer = object_of(actions.post(name, {"title": "hush"}))
        assert (answer["status"], answer["code"]) == (status, f"dataaction.upstream.{code}")
        assert answer["message"] and not INTERNAL.search(answer["message"])
        assert actions.api.count() - before == count


# (what the API does, what is made of it)
NO_FAULTS = [({"do": "informational"}, RIGHT), ({"do": "informational", "statuses": [100, 102, 103, 199]}, RIGHT),
             ({"do": "bad_chunk", "how": "trailing"}, RIGHT), ({"do": "slow_head", "every_ms": 1}, RIGHT),
             ({"do": "slow_body", "every_ms": 1}, RIGHT), ({"do": "delay", "delay_ms": 100}, RIGHT),
             ({"do": "duplicate_names"}, RIGHT),  # the last one counts
             ({"do": "empty"}, {**RIGHT, "id": 0, "title": ""}),
             ({"status": 204, "body": ""}, {**RIGHT, "id": 0, "title": ""}),
             ({"status": 200, "body": " \r\n\t{\"id\":1} \n"}, {**RIGHT, "title": ""}),
             ({"status": 200, "body": {"id": 1}, "headers": {"Content-Type": "text/plain"}}, {**RIGHT, "title": ""})]


@pytest.mark.parametrize("fault, made", NO_FAULTS, ids=[str(row[0]) for row in NO_FAULTS])
def test_what_is_no_fault(actions, fault, made):
    for _ in range(2):
        actions.api.fault(**fault)
        assert actions.ask("get") == made
    assert not actions.api.faults() and actions.api.count() == 2


@pytest.mark.parametrize("fault", [
    {"do": "stall"}, {"do": "stall", "after": "head"}, {"do": "stall", "after": "body"}, {"do": "stall", "after": 1},
    {"do": "slow_head", "every_ms": 100}, {"do": "slow_body", "every_ms": 100}, {"do": "delay", "delay_ms": 60_000},
    {"status": 101}],
    ids=str)
@pytest.mark.parametrize("name", ["get_hasty", "post_hasty"])
def test_not_in_time(actions, name, fault):
    set_fault(actions, fault)
    response = actions.post(name)
    body = error_of(response, 504, "dataaction.upstream.timeout")
    assert not INTERNAL.search(body["message"])
    assert actions.api.count() == 1
    assert actions.log_of(response, "code=dataaction.upstream.timeout")
    if "do" in fault:
        wait_for(lambda: actions.api.requests()[0]["outcome"] == "client gone", "the end of the call")


# (what happens once, whether a GET, a PUT, or an idempotent POST gets over it, whether a POST does)
PASSING = [({"do": "reset"}, True, False), ({"do": "close", "after": "head"}, True, False),
           ({"do": "reset", "after": "body"}, True, False), ({"status": 408}, True, False),
           ({"status": 502}, True, False), ({"status": 503}, True, False), ({"status": 504}, True, False),
           ({"status": 503, "retry_after": 0}, True, True), ({"status": 429}, True, True),
           ({"status": 429, "retry_after": 0}, True, True), ({"status": 500}, False, False),
           ({"do": "html"}, False, False)]


@pytest.mark.parametrize("fault, repeated, sent_again", PASSING, ids=[str(row[0]) for row in PASSING])
@pytest.mark.parametrize("name", REQUESTS)
def test_what_passes(actions, name, fault, repeated, sent_again):
    actions.api.fault(**fault)
    passes = sent_again if name == "post" else repeated
    response = actions.post(name, {"title": "T"})
    assert (response.status == 200) == passes, response
    assert actions.api.count() == 1 + passes


@pytest.mark.parametrize("do", ["reset", "close"])
def test_a_kept_connection_that_ends_sends_no_post_twice(actions, do):
    """Nobody can know whether the API has begun."""
    assert actions.ask("post", title="T")["id"] == 101
    actions.api.fault(do, times="forever")
    error_of(actions.post("post", {"title": "U"}), 502, "dataaction.upstream.broken_off")
    assert [post["title"] for post in actions.api.state()["created"]] == ["T", "U"]


@pytest.mark.parametrize("name", REQUESTS)
def test_bytes_behind_an_answer_are_not_the_next_one(actions, name):
    """As if a second answer had been sent in advance."""
    for _ in range(3):
        actions.api.fault("bad_chunk", how="trailing")
        actions.ask(name)
        assert actions.ask("get") == RIGHT


def test_an_answer_of_a_fault_leaves_no_connection(actions):
    """What is not read to its end is not used again."""
    actions.api.fault("big_body")
    error_of(actions.post("get"), 502, "dataaction.upstream.invalid")
    assert actions.ask("get") == RIGHT
    first, second = actions.api.requests()
    assert first["connection"] != second["connection"]


def test_refused(servers):
    own = Actions(servers, ACTIONS)
    assert own.ask("get") == RIGHT
    own.api.stop()
    for name in REQUESTS:
        response = own.post(name)
        body = error_of(response, 502, "dataaction.upstream.unreachable")
        assert not INTERNAL.search(body["message"])
        assert "attempt 2" in own.log_of(response, "code=dataaction.upstream.unreachable")
        answer = object_of(own.post(f"{name}_200"))
        assert (answer["status"], answer["code"]) == (502, "dataaction.upstream.unreachable")
    own.api.start()
    assert own.ask("get") == RIGHT


def test_a_name_that_does_not_resolve(servers):
    own = Actions(servers, action("nowhere", 'GET "https://nowhere.invalid/"', "output id $.id 0;",
                                  "retry attempts=1;"))
    response = own.post("nowhere")
    assert "nowhere.invalid" not in json.dumps(error_of(response, 502, "dataaction.upstream.unreachable"))
    assert own.log_of(response, "action nowhere, execute: ")
