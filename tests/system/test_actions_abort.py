"""A client that goes away: what can be asked again ends with it, everything else is finished."""

import pytest

from support.actions import Actions, action, object_of
from support.held import hold, let_go, wait_counter, wait_gone, wait_held
from support.process import wait_for

REQUESTS = {"GET": 'GET "{api}/posts/1"', "HEAD": 'HEAD "{api}/posts/1"', "POST": 'POST "{api}/posts"',
            "PUT": 'PUT "{api}/posts/1"', "PATCH": 'PATCH "{api}/posts/1"', "DELETE": 'DELETE "{api}/posts/1"'}
SAFE = ("GET", "HEAD")
each_method = pytest.mark.parametrize("method", REQUESTS)


def started(servers, method, *lines, **options):
    """Actions, and a call that the API holds."""
    actions = Actions(servers, action("a", REQUESTS[method], "output n 1;", *lines), **options)
    hold(actions.api)
    connection = actions.start("a", {"n": 1})
    wait_held(actions.api, 1)
    return actions, connection


def is_cancelled(actions):
    wait_gone(actions.api)
    let_go(actions.api)
    goes_on(actions)
    assert actions.api.count() == 2


def is_finished(actions):
    wait_for(lambda: actions.nginx.status()["sources"]["a"]["active"] == 0, "a worker that has given it up")
    wait_counter(actions, "a", "abandoned", 1)
    wait_held(actions.api, 1)
    let_go(actions.api)
    wait_for(lambda: actions.api.requests()[0]["outcome"] == "sent", "its end")
    goes_on(actions)
    assert [entry["outcome"] for entry in actions.api.requests()] == ["sent", "sent"]


def goes_on(actions):
    """Nothing is left behind: the next one is served on the only place."""
    assert object_of(actions.post("a", {"n": 2})) == {"n": 1}


@each_method
@pytest.mark.parametrize("how", ["reset", "close"])
def test_by_the_method(servers, method, how):
    actions, connection = started(servers, method, "concurrency 1;")
    getattr(connection, how)()
    (is_cancelled if method in SAFE else is_finished)(actions)
    if method == "POST":
        assert actions.api.state()["created"] == [{"n": 1}, {"n": 2}]


@each_method
def test_on_abort_cancel(servers, method):
    actions, connection = started(servers, method, "concurrency 1;", "on_abort cancel;")
    connection.reset()
    is_cancelled(actions)


@each_method
def test_on_abort_finish(servers, method):
    actions, connection = started(servers, method, "concurrency 1;", "on_abort finish;")
    connection.reset()
    is_finished(actions)


def test_what_is_safe_by_a_word_alone_is_finished(servers):
    """`idempotent on` says that it may be done twice, and not that it may be left half done."""
    actions, connection = started(servers, "POST", "idempotent on;")
    connection.reset()
    is_finished(actions)


def test_a_finished_call_is_still_cached(servers):
    """Who comes back has the answer at once."""
    actions = Actions(servers, action("a", REQUESTS["GET"], "output id $.id;", "on_abort finish;", "cache 1h;"))
    hold(actions.api)
    connection = actions.start("a")
    wait_held(actions.api, 1)
    connection.reset()
    wait_counter(actions, "a", "abandoned", 1)
    let_go(actions.api)
    wait_for(lambda: actions.state("a")["cache_bytes"] > 0, "an answer that is kept")
    assert actions.ask("a") == {"id": 1}
    assert actions.api.count() == 1


def test_who_waited_for_a_place_is_not_called_for_any_more(servers):
    """What was not begun is not worth finishing a queue for: unless it changes something, as it was taken on."""
    actions, first = started(servers, "GET", "concurrency 1;")
    second = actions.start("a", {"n": 2})
    wait_counter(actions, "a", "waiting", 1)
    second.reset()
    wait_counter(actions, "a", "waiting", 0)
    let_go(actions.api)
    assert object_of(actions.read(first)) == {"n": 1}
    assert actions.api.count() == 1


def test_a_post_that_waits_for_a_place_is_not_made(servers):
    actions, first = started(servers, "POST", "concurrency 1;")
    second = actions.start("a", {"n": 2})
    wait_counter(actions, "a", "waiting", 1)
    second.reset()
    wait_counter(actions, "a", "abandoned", 1)
    wait_counter(actions, "a", "waiting", 0)
    let_go(actions.api)
    assert object_of(actions.read(first)) == {"n": 1}
    assert actions.ask("a", n=3) == {"n": 1}
    assert actions.api.state()["created"] == [{"n": 1}, {"n": 3}]


def test_the_answer_to_nobody_is_bounded_by_the_timeout(servers):
    actions, connection = started(servers, "POST", "timeout 300ms;", "concurrency 1;")
    connection.reset()
    wait_gone(actions.api)
    let_go(actions.api)
    goes_on(actions)


def test_many_clients_that_go_leave_nothing(servers):
    actions = Actions(servers, action("get", 'GET "{api}/posts/${n}"', "output n 1;", "concurrency 4;")
                      + action("post", 'POST "{api}/posts"', "output n 1;", "concurrency 4;"), nginx={"workers": 2})
    hold(actions.api)
    connections = [actions.start(name, {"n": n}) for n in range(1, 21) for name in ("get", "post")]
    for name in ("get", "post"):
        wait_counter(actions, name, "waiting", 16)
    for connection in connections:
        connection.reset()
    for name in ("get", "post"):
        wait_counter(actions, name, "waiting", 0)
    wait_counter(actions, "post", "abandoned", 20)
    let_go(actions.api)
    wait_for(lambda: len(actions.api.state()["created"]) == 4, "every POST that had begun")
    # Who had a place leaves it to one who has not gone yet.
    assert 4 <= len(actions.api.requests("/posts/*")) <= 20
    for name in ("get", "post"):
        wait_for(lambda: actions.nginx.status()["sources"][name]["active"] == 0, "no call")
