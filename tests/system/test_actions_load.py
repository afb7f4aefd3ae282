"""Many calls at once: places and the queue for them, and one call for all who ask the same."""

import pytest

from support.actions import Actions, action, error_of, object_of
from support.held import hold, let_go, wait_counter, wait_gone, wait_held
from support.process import wait_for

POST = 'GET "{api}/posts/${id}"'
ID = "output id $.id;"


def start_all(actions, name, bodies):
    return [actions.start(name, body) for body in bodies]


def ids(actions, connections):
    return [object_of(actions.read(connection))["id"] for connection in connections]


def numbers(first, last):
    return [{"id": number} for number in range(first, last + 1)]


# --- places

def test_no_more_than_concurrency_calls_are_on_their_way(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 3;"), nginx={"workers": 2})
    hold(actions.api)
    connections = start_all(actions, "a", numbers(1, 20))
    wait_held(actions.api, 3)
    wait_counter(actions, "a", "waiting", 17)
    assert actions.api.count() == 3
    let_go(actions.api)
    assert ids(actions, connections) == list(range(1, 21))
    state = actions.api.state()
    assert (state["requests"], state["peak"]) == (20, 3)
    assert actions.state("a")["overloaded"] == 0


def test_each_action_has_places_of_its_own(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 1;") + action("b", POST, ID, "concurrency 2;"))
    hold(actions.api)
    connections = start_all(actions, "a", numbers(1, 3)) + start_all(actions, "b", numbers(1, 4))
    wait_counter(actions, "a", "waiting", 2)
    wait_counter(actions, "b", "waiting", 2)
    wait_held(actions.api, 3)
    let_go(actions.api)
    assert ids(actions, connections) == [1, 2, 3, 1, 2, 3, 4]


def test_beyond_the_queue_it_is_503(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 2 queue=3;"))
    hold(actions.api)
    connections = start_all(actions, "a", numbers(1, 5))
    wait_counter(actions, "a", "waiting", 3)
    for _ in range(4):
        refused = actions.post("a", {"id": 9})
        error_of(refused, 503, "dataaction.overloaded")
        assert refused.header("Retry-After") == "1"
    assert actions.state("a")["overloaded"] == 4
    assert actions.lines("request refused", "[warn]", "code=dataaction.overloaded")
    let_go(actions.api)
    assert ids(actions, connections) == [1, 2, 3, 4, 5]
    assert actions.ask("a", id=7) == {"id": 7}
    assert actions.api.count() == 6


def test_without_a_queue_nobody_waits(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 1 queue=0;"))
    hold(actions.api)
    first = actions.start("a", {"id": 1})
    wait_held(actions.api, 1)
    error_of(actions.post("a", {"id": 2}), 503, "dataaction.overloaded")
    let_go(actions.api)
    assert ids(actions, [first]) == [1]


@pytest.mark.parametrize("do, options, status", [
    ("answer", {"status": 500}, 500), ("reset", {}, 502), ("html", {}, 502), ("big_body", {}, 502)])
def test_a_place_is_given_back_after_a_failure(servers, do, options, status):
    actions = Actions(servers, action("a", POST, ID, "concurrency 1 queue=0;", "retry attempts=1;",
                                      "breaker failures=100;"))
    for _ in range(3):
        actions.api.fault(do, **options)
        assert actions.post("a", {"id": 1}).status == status
        assert actions.ask("a", id=2) == {"id": 2}


def test_who_goes_gives_its_place_or_its_turn_back(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 1 queue=2;"))
    hold(actions.api)
    first, second, third = (actions.start("a", {"id": number}) for number in (1, 2, 3))
    wait_counter(actions, "a", "waiting", 2)
    second.reset()
    wait_counter(actions, "a", "waiting", 1)
    fourth = actions.start("a", {"id": 4})
    wait_counter(actions, "a", "waiting", 2)
    first.reset()
    wait_gone(actions.api)
    wait_counter(actions, "a", "waiting", 1)
    let_go(actions.api)
    assert ids(actions, [third, fourth]) == [3, 4]
    assert {entry["path"] for entry in actions.api.requests()} == {"/posts/1", "/posts/3", "/posts/4"}


def test_a_call_that_waits_too_long_for_a_place_is_never_made(servers):
    actions = Actions(servers, action("a", POST, ID, "concurrency 1;"),
                      locations="location = /hurried { dataaction_call a; dataaction_deadline 100ms; }\n")
    hold(actions.api)
    first = actions.start("a", {"id": 1})
    wait_held(actions.api, 1)
    error_of(actions.post("hurried", {"id": 2}), 504, "dataaction.deadline")
    wait_counter(actions, "a", "waiting", 0)
    let_go(actions.api)
    assert ids(actions, [first]) == [1]
    assert actions.ask("a", id=3) == {"id": 3}
    assert [entry["path"] for entry in actions.api.requests()] == ["/posts/1", "/posts/3"]


def test_max_streams_counts_calls(servers):
    actions = Actions(servers, action("a", POST, ID), location="dataaction_max_streams 2 queue=1 timeout=20s;")
    hold(actions.api)
    connections = start_all(actions, "a", numbers(1, 3))
    wait_held(actions.api, 2)
    refused = actions.post("a", {"id": 4})
    error_of(refused, 503, "dataaction.overloaded")
    assert refused.header("Retry-After")
    let_go(actions.api)
    assert ids(actions, connections) == [1, 2, 3]
    hold(actions.api)
    for connection in start_all(actions, "a", numbers(5, 6)):
        connection.reset()
    wait_for(lambda: actions.nginx.status()["sources"]["a"]["active"] == 0, "no call")
    let_go(actions.api)
    assert ids(actions, start_all(actions, "a", numbers(7, 8))) == [7, 8]


# --- one call for all who ask the same

def shared(servers, *lines, request=POST, **options):
    return Actions(servers, action("a", request, ID, "coalesce on;", *lines), **options)


def test_identical_calls_are_one(servers):
    actions = shared(servers, nginx={"workers": 2})
    hold(actions.api)
    connections = start_all(actions, "a", [{"id": 5}] * 30)
    wait_counter(actions, "a", "coalesced", 29)
    let_go(actions.api)
    assert ids(actions, connections) == [5] * 30
    assert actions.api.count() == 1
    assert actions.ask("a", id=5) == {"id": 5}
    assert actions.api.count() == 2, "what is over is not shared any more"


def test_calls_that_differ_in_anything_are_apart(servers):
    actions = Actions(servers, action("a", 'PUT "{api}/echo?q=${q}"', "output q $.query;", "coalesce on;",
                                      "idempotent on;", 'header X-A "${h}";'))
    hold(actions.api)
    bodies = [{"q": "1", "h": "1"}, {"q": "2", "h": "1"}, {"q": "1", "h": "2"}, {"q": "1", "h": "1", "more": 1}]
    connections = start_all(actions, "a", bodies * 3)
    wait_counter(actions, "a", "coalesced", 8)
    wait_held(actions.api, 4)
    let_go(actions.api)
    for body, connection in zip(bodies * 3, connections):
        answer = object_of(actions.read(connection))
        assert answer["q"] == "q=" + body["q"]
    assert actions.api.count() == 4


def test_who_leaves_does_not_harm_the_others(servers):
    actions = shared(servers)
    hold(actions.api)
    first, *others = start_all(actions, "a", [{"id": 5}] * 6)
    wait_counter(actions, "a", "coalesced", 5)
    first.reset()
    others.pop().reset()
    wait_for(lambda: actions.nginx.status()["sources"]["a"]["active"] == 4, "four who wait")
    let_go(actions.api)
    assert ids(actions, others) == [5] * 4
    assert [entry["outcome"] for entry in actions.api.requests()] == ["sent"]
    assert actions.state("a")["abandoned"] == 0


def test_the_last_who_leaves_ends_the_call(servers):
    actions = shared(servers)
    hold(actions.api)
    connections = start_all(actions, "a", [{"id": 5}] * 3)
    wait_counter(actions, "a", "coalesced", 2)
    for connection in connections:
        connection.reset()
    wait_gone(actions.api)
    wait_counter(actions, "a", "abandoned", 1)
    let_go(actions.api)
    assert actions.ask("a", id=5) == {"id": 5}, "nobody joins what is about to end"
    assert actions.api.count() == 2


def test_all_get_the_same_error(servers):
    actions = shared(servers, "retry attempts=1;")
    actions.api.fault("answer", status=418, delay_ms=3_600_000)
    connections = start_all(actions, "a", [{"id": 5}] * 5)
    wait_held(actions.api, 1)
    wait_counter(actions, "a", "coalesced", 4)
    actions.api.release()
    for connection in connections:
        error_of(actions.read(connection), 418, "dataaction.upstream.status")
    assert actions.api.count() == 1


def test_those_who_wait_for_another_take_no_place(servers):
    actions = shared(servers, "concurrency 1 queue=0;")
    hold(actions.api)
    connections = start_all(actions, "a", [{"id": 5}] * 5)
    wait_counter(actions, "a", "coalesced", 4)
    error_of(actions.post("a", {"id": 6}), 503, "dataaction.overloaded")
    let_go(actions.api)
    assert ids(actions, connections) == [5] * 5


def test_a_deadline_of_one_is_not_the_others(servers):
    actions = shared(servers, locations="location = /hurried { dataaction_call a; dataaction_deadline 100ms; }\n")
    hold(actions.api)
    hurried = actions.start("hurried", {"id": 5})
    wait_held(actions.api, 1)
    patient = actions.start("a", {"id": 5})
    wait_counter(actions, "a", "coalesced", 1)
    error_of(actions.read(hurried), 504, "dataaction.deadline")
    let_go(actions.api)
    assert ids(actions, [patient]) == [5]
    assert actions.api.count() == 1
