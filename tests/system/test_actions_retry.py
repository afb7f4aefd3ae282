"""An API in trouble: the circuit breaker, other tries, and the end of the time that a call has."""

import pytest

from support.actions import Actions, action, error_of
from support.exposition import parse_exposition
from support.held import hold, let_go, wait_counter, wait_gone, wait_held
from support.process import wait_for

POST, NEW = 'GET "{api}/posts/${id}"', 'POST "{api}/posts"'
ID = "output id $.id;"


# --- the circuit breaker

def test_the_breaker_opens_and_a_probe_closes_it(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=1;", "breaker failures=3 time=1s;"))
    actions.api.fault(status=500, times=3)
    for _ in range(3):
        error_of(actions.post("a", {"id": 1}), 500, "dataaction.upstream.status")
    assert actions.state("a")["breaker"] == "open"
    refused = actions.post("a", {"id": 1})
    error_of(refused, 503, "dataaction.upstream.unavailable")
    assert int(refused.header("Retry-After")) >= 1
    assert actions.api.count() == 3
    (line,) = actions.lines("circuit breaker opened")
    assert "[error]" in line and "action=a" in line
    samples, _ = parse_exposition(actions.nginx.get("/status?format=prometheus").body.decode())
    assert samples["dataaction_action_breaker_open", (("action", "a"),)] == 1
    assert samples["dataaction_action_breaker_opened_total", (("action", "a"),)] == 1
    wait_for(lambda: actions.post("a", {"id": 1}).status == 200, "a probe that succeeds")
    assert actions.api.count() == 4
    assert actions.state("a")["breaker"] == "closed"
    assert actions.ask("a", id=2) == {"id": 2}


def test_a_probe_that_fails_opens_it_again(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=1;", "breaker failures=2 time=1s;"))
    actions.api.fault(status=503, times=3)
    for _ in range(2):
        actions.post("a", {"id": 1})
    wait_for(lambda: actions.post("a", {"id": 1}) and actions.api.count() == 3, "a probe")
    assert actions.state("a")["breaker_opened"] == 2
    error_of(actions.post("a", {"id": 1}), 503, "dataaction.upstream.unavailable")
    wait_for(lambda: actions.post("a", {"id": 1}).status == 200, "another probe")
    assert actions.api.count() == 4


def test_one_probe_goes_at_a_time(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=1;", "breaker failures=1 time=1s;"))
    actions.api.fault(status=500)
    actions.post("a", {"id": 1})
    hold(actions.api)

    def probed():
        actions.start("a", {"id": 2})
        return actions.api.count() == 2
    wait_for(probed, "a probe")
    assert actions.state("a")["breaker"] == "half-open"
    for _ in range(3):
        error_of(actions.post("a", {"id": 3}), 503, "dataaction.upstream.unavailable")
    assert actions.api.count() == 2
    let_go(actions.api)
    wait_for(lambda: actions.state("a")["breaker"] == "closed", "the breaker's end")


@pytest.mark.parametrize("status", [400, 401, 404, 429])
def test_a_refusal_is_no_trouble(servers, status):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=1;", "breaker failures=2;"))
    actions.api.fault(status=status, times=5)
    for _ in range(5):
        error_of(actions.post("a", {"id": 1}), status, "dataaction.upstream.status")
    assert actions.ask("a", id=1) == {"id": 1}


def test_successes_between_keep_it_closed(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=1;", "breaker failures=2;"))
    for _ in range(4):
        actions.api.fault(status=500)
        assert actions.post("a", {"id": 1}).status == 500
        assert actions.ask("a", id=1) == {"id": 1}


def test_the_breaker_of_one_action_is_not_the_others(servers):
    lines = ("retry attempts=1;", "breaker failures=1;")
    actions = Actions(servers, action("a", POST, ID, *lines) + action("b", POST, ID, *lines))
    actions.api.fault(status=500)
    actions.post("a", {"id": 1})
    error_of(actions.post("a", {"id": 1}), 503, "dataaction.upstream.unavailable")
    assert actions.ask("b", id=1) == {"id": 1}


def test_the_breaker_counts_attempts(servers):
    """With all defaults: two attempts a call, and the fifth failure opens it."""
    actions = Actions(servers, action("a", POST, ID))
    actions.api.fault(do="reset", times="forever")
    for _ in range(2):
        assert actions.post("a", {"id": 1}).status == 502
    assert actions.state("a")["breaker"] == "closed"
    error_of(actions.post("a", {"id": 1}), 503, "dataaction.upstream.unavailable")
    assert (actions.api.count(), actions.state("a")["breaker"]) == (5, "open")


def test_on_error_200_tells_a_flow_that_the_breaker_is_open(servers):
    actions = Actions(servers, action("a", POST, "output id $.id 0;", "output code $error_code '';",
                                      "output status $status;", "on_error 200;", "retry attempts=1;",
                                      "breaker failures=1;"))
    actions.api.fault(status=500)
    assert actions.ask("a", id=1) == {"id": 0, "code": "dataaction.upstream.status", "status": 500}
    assert actions.ask("a", id=1) == {"id": 0, "code": "dataaction.upstream.unavailable", "status": 503}


# --- another try

@pytest.mark.parametrize("fault", [{"do": "reset"}, {"status": 408}, {"status": 503}, {"status": 502}, {"status": 504},
                                   {"do": "close", "after": "head"}, {"do": "close", "after": "body"}])
def test_a_get_is_tried_again(servers, fault):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=3 max_wait=10ms;"))
    actions.api.fault(**fault, times=2)
    assert actions.ask("a", id=4) == {"id": 4}
    counted = actions.state("a")
    assert (counted["requests"], counted["retries"], counted["failures"]) == (3, 2, 0)


def test_too_many_requests_are_tried_again(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=2 max_wait=10ms;"))
    actions.api.fault(status=429, retry_after=0)
    assert actions.ask("a", id=4) == {"id": 4}
    assert actions.api.count() == 2


def test_a_second_refusal_in_a_row_needs_a_wait_of_a_second(servers):
    actions = Actions(servers, action("short", POST, ID, "retry attempts=3 max_wait=900ms;")
                      + action("long", POST, ID, "retry attempts=3 max_wait=1s;"))
    actions.api.fault(status=429, times=2)
    error_of(actions.post("short", {"id": 4}), 429, "dataaction.upstream.status")
    actions.api.fault(status=429, times=2)
    assert actions.ask("long", id=4) == {"id": 4}
    assert actions.api.count() == 5


def test_attempts_are_counted_and_end(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=3 max_wait=10ms;", "breaker failures=100;"))
    actions.api.fault(status=502, times="forever")
    error_of(actions.post("a", {"id": 1}), 502, "dataaction.upstream.status")
    assert actions.api.count() == 3
    assert actions.lines("request refused", "attempt 3")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_what_would_not_help_is_not_tried(servers, status):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=5 max_wait=10ms;"))
    actions.api.fault(status=status)
    error_of(actions.post("a", {"id": 1}), status, "dataaction.upstream.status")
    assert actions.api.count() == 1


def test_retry_after_is_waited_for(servers):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=2 max_wait=2s;"))
    actions.api.fault(status=503, retry_after=1)
    assert actions.ask("a", id=1) == {"id": 1}
    # That it did wait is what the sidecar's own clock says.
    (line,) = wait_for(lambda: actions.lines("call ended", "source=a"), "its line in the log")
    assert int(line.partition(" ms=")[2].split()[0]) >= 1000


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_too_long_is_the_callers(servers, status):
    actions = Actions(servers, action("a", POST, ID, "retry attempts=5 max_wait=1s;"))
    actions.api.fault(status=status, retry_after=30)
    response = actions.post("a", {"id": 1})
    error_of(response, status, "dataaction.upstream.status")
    assert response.header("Retry-After") == "30"
    assert actions.api.count() == 1


@pytest.mark.parametrize("fault, status", [({"do": "reset"}, 502), ({"status": 503}, 503), ({"status": 502}, 502),
                                           ({"do": "close", "after": "body"}, 502), ({"do": "stall"}, 504)])
def test_a_post_is_not_sent_twice(servers, fault, status):
    actions = Actions(servers, action("a", NEW, ID, "retry attempts=5 max_wait=10ms;", "timeout 300ms;"))
    actions.api.fault(**fault)
    assert actions.post("a", {"n": 1}).status == status
    assert actions.api.count() == 1


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 0}, {"status": 503, "retry_after": 0}])
def test_a_post_that_was_certainly_not_done_is_sent_again(servers, fault):
    actions = Actions(servers, action("a", NEW, ID, "retry attempts=2 max_wait=10ms;"))
    actions.api.fault(**fault)
    assert actions.ask("a", n=1) == {"id": 101}
    assert actions.api.count() == 2 and actions.api.state()["created"] == [{"n": 1}]


@pytest.mark.parametrize("fault", [{"do": "reset"}, {"status": 503}, {"status": 502}])
def test_a_post_with_idempotent_on_is_sent_again(servers, fault):
    actions = Actions(servers, action("a", NEW, ID, "idempotent on;", "retry attempts=2 max_wait=10ms;"))
    actions.api.fault(**fault)
    assert actions.ask("a", n=1) == {"id": 101}
    assert actions.api.count() == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_idempotent_methods_are_sent_again(servers, method):
    actions = Actions(servers, action("a", f'{method} "{{api}}/posts/1"', "output n 1;",
                                      "retry attempts=2 max_wait=10ms;"))
    actions.api.fault("reset")
    assert actions.ask("a") == {"n": 1}
    assert [entry["method"] for entry in actions.api.requests()] == [method] * 2


def test_patch_is_not(servers):
    actions = Actions(servers, action("a", 'PATCH "{api}/posts/1"', "output n 1;", "retry attempts=2;"))
    actions.api.fault("reset")
    error_of(actions.post("a"), 502, "dataaction.upstream.broken_off")
    assert actions.api.count() == 1


# --- time

@pytest.mark.parametrize("request_", [POST, NEW], ids=["get", "post"])
@pytest.mark.parametrize("do", ["stall", "slow_head", "slow_body"])
def test_a_timeout_is_504(servers, request_, do):
    actions = Actions(servers, action("a", request_, ID, "timeout 200ms;"))
    actions.api.fault(do, **({} if do == "stall" else {"every_ms": 500}))
    error_of(actions.post("a", {"id": 1}), 504, "dataaction.upstream.timeout")
    wait_gone(actions.api)
    assert actions.api.count() == 1
    assert actions.lines("request refused", "[error]", "code=dataaction.upstream.timeout")
    assert actions.ask("a", id=1)["id"] in (1, 101)


def test_a_timeout_holds_for_all_attempts_together(servers):
    actions = Actions(servers, action("a", POST, ID, "timeout 300ms;", "retry attempts=100 max_wait=1ms;",
                                      "breaker failures=1000;"))
    actions.api.fault(status=503, delay_ms=20, times="forever")
    response = actions.post("a", {"id": 1})
    assert response.status in (503, 504), response
    assert 1 < actions.api.count() < 100


def test_a_deadline_that_is_shorter_ends_a_get_everywhere(servers):
    actions = Actions(servers, action("a", POST, ID), location="dataaction_deadline 200ms;")
    hold(actions.api)
    error_of(actions.post("a", {"id": 1}), 504, "dataaction.deadline")
    wait_gone(actions.api)
    wait_for(lambda: actions.nginx.status()["sources"]["a"]["active"] == 0, "no call")
    let_go(actions.api)


def test_a_deadline_that_is_shorter_lets_a_post_finish(servers):
    actions = Actions(servers, action("a", NEW, ID), location="dataaction_deadline 200ms;")
    hold(actions.api)
    error_of(actions.post("a", {"n": 1}), 504, "dataaction.deadline")
    wait_counter(actions, "a", "abandoned", 1)
    wait_held(actions.api, 1)
    let_go(actions.api)
    wait_for(lambda: [entry["outcome"] for entry in actions.api.requests()] == ["sent"], "its end")
    assert actions.api.state()["created"] == [{"n": 1}]
