"""Answers that are kept: for how long, in how much memory, and which not."""

import pytest

from support.actions import Actions, action, contract, error_of, object_of, schema
from support.held import hold, let_go, wait_held
from support.process import wait_for

POST = 'GET "{api}/posts/${id}"'


def cached(servers, *lines, query="", **options):
    """`query`: of /cached: what it says of itself."""
    request = f'GET "{{api}}/cached/${{id}}{"?" + query if query else ""}"'
    return Actions(servers, action("a", request, "output made $.made;", *lines), **options)


def made(actions, name="x"):
    return actions.ask("a", id=name)["made"]


def test_an_answer_is_given_again(servers):
    actions = cached(servers, "cache 1h;", nginx={"workers": 2})
    assert [made(actions) for _ in range(5)] == [1] * 5
    assert [made(actions, "y") for _ in range(2)] == [1, 1]
    assert actions.api.count() == 2
    counted = actions.state("a")
    assert counted["cached"] == 5 and counted["cache_bytes"] > 0


def test_an_answer_is_kept_for_its_time(servers):
    actions = cached(servers, "cache 20ms;")
    assert made(actions) == 1
    wait_for(lambda: made(actions) > 1, "a new answer")


def test_the_cache_is_bounded_and_forgets_what_was_used_longest_ago(servers):
    actions = cached(servers, "cache 1h size=4k;")
    for number in range(100):
        assert made(actions, f"n{number}") == 1
        assert made(actions, "kept") == 1, "what is used stays"
        assert actions.state("a")["cache_bytes"] <= 4096
    assert made(actions, "n0") == 2
    assert made(actions, "n99") == 1


def test_an_answer_that_is_larger_than_the_cache_is_passed_on(servers):
    actions = Actions(servers, action("a", POST, "output title $.title;", "cache 1h size=4k;"))
    actions.api.fault("answer", status=200, body={"title": "x" * 5000}, times=2)
    for _ in range(2):
        assert len(actions.ask("a", id=1)["title"]) == 5000
    assert actions.api.count() == 2
    assert actions.state("a")["cache_bytes"] == 0


@pytest.mark.parametrize("line, fault, status", [
    ("", {"status": 500}, 500), ("", {"status": 404}, 404), ("", {"do": "html"}, 502),
    ("on_status 404 =200;", {"status": 404}, 200), ("on_error 200;", {"status": 500}, 200),
    ("on_error 200;", {"do": "reset"}, 200)])
def test_errors_are_not_kept(servers, line, fault, status):
    actions = Actions(servers, action("a", POST, "output id $.id 0;", "cache 1h;", "retry attempts=1;", line))
    actions.api.fault(**fault)
    assert actions.post("a", {"id": 3}).status == status
    for _ in range(2):
        assert actions.ask("a", id=3) == {"id": 3}
    assert actions.api.count() == 2


def test_what_does_not_fit_the_contract_is_not_kept(servers):
    actions = Actions(servers, action("a", POST, "output id $.id;", "cache 1h;", contract="strict"),
                      contracts={"strict": contract(given=schema({"id": "integer"}, ["id"]))})
    actions.api.fault(status=200, body={"id": "three"})
    error_of(actions.post("a", {"id": 3}), 502, "dataaction.upstream.contract")
    assert actions.ask("a", id=3) == {"id": 3}


PAST, FUTURE = "Thu,%2001%20Jan%201998%2000:00:00%20GMT", "Fri,%2001%20Jan%202100%2000:00:00%20GMT"


@pytest.mark.parametrize("query, kept", [
    ("", True), ("control=no-store", False), ("control=no-cache", False), ("control=private", False),
    ("control=max-age%3D3600", True), ("control=max-age%3D0", False), ("control=Public,%20MAX-AGE%3D%220%22", False),
    ("control=max-age%3D0,%20s-maxage%3D3600", True), ("control=max-age%3D3600,%20s-maxage%3D0", False),
    ("control=max-age%3D3600&age=3600", False), ("control=max-age%3D3600&age=5", True),
    ("control=max-age%3Dnonsense", False), ("control=public", True),
    (f"expires={PAST}", False), (f"expires={FUTURE}", True), ("expires=0", False),
    (f"control=max-age%3D3600&expires={PAST}", True), ("vary=*", False), ("vary=Accept", True),
    ("control=max-age%3D3600&vary=*", False), ("pragma=no-cache", True)])
def test_cache_control_where_it_is_asked_for(servers, query, kept):
    actions = cached(servers, "cache 1h cache_control=on;", query=query)
    assert [made(actions) for _ in range(3)] == ([1, 1, 1] if kept else [1, 2, 3])


@pytest.mark.parametrize("query", ["control=no-store", "control=max-age%3D0", f"expires={PAST}", "vary=*"])
def test_cache_control_where_it_is_not(servers, query):
    actions = cached(servers, "cache 1h;", query=query)
    assert [made(actions) for _ in range(3)] == [1, 1, 1]


def test_the_api_can_shorten_the_time_and_not_lengthen_it(servers):
    actions = cached(servers, "cache 20ms cache_control=on;", query="control=max-age%3D3600")
    made(actions)
    wait_for(lambda: made(actions) > 1, "a new answer")


def test_a_reload_keeps_the_cache_of_what_it_does_not_change(servers):
    request = 'GET "{api}/cached/${id}"'
    lines = ("output made $.made;", "cache 1h;")
    actions = Actions(servers, action("a", request, *lines))
    assert [made(actions) for _ in range(2)] == [1, 1]
    actions.reload(action("more", request, *lines) + action("a", request, *lines))
    assert made(actions) == 1
    actions.reload(action("a", request, *lines, "timeout 9s;"))
    assert made(actions) == 2
    assert actions.state("a")["cached"] == 2, "counters are kept"


def test_a_cached_answer_needs_neither_place_nor_api(servers):
    actions = cached(servers, "cache 1h;", "concurrency 1 queue=0;", "coalesce on;")
    assert made(actions) == 1
    hold(actions.api)
    other = actions.start("a", {"id": "y"})
    wait_held(actions.api, 1)
    assert made(actions) == 1
    let_go(actions.api)
    assert object_of(actions.read(other)) == {"made": 1}
    actions.api.stop()
    assert made(actions) == 1
