"""Idempotency keys: one request to the API whatever happens, and its result for all who come with the key."""

import itertools
import os
import signal
import sqlite3
import stat
import threading

import pytest

from support import daemon, http1
from support.actions import Actions, action, broken_rules, error_of, object_of
from support.held import hold, let_go, wait_counter, wait_held
from support.process import wait_for

BOOK = action("book", 'POST "{api}/posts"', "output id $.id;", "output n $.n;", 'idempotency_key "${key}" 10m;',
              "retry attempts=1;", "breaker failures=1000;")


def start(servers, actions=BOOK, **options):
    return Actions(servers, actions, **options)


def created(actions):
    return actions.api.state()["created"]


def results(actions):
    """The rows of the store, read beside the sidecar."""
    with sqlite3.connect(f"file:{actions.state_path}/results.db?mode=ro", uri=True) as database:
        return database.execute("SELECT action, key, status, text FROM results ORDER BY action, key").fetchall()


# --- the same again

def test_the_same_again_is_the_first_result(servers):
    actions = start(servers)
    first = actions.post("book", {"key": "k", "n": 1})
    assert object_of(first) == {"id": 101, "n": 1}
    for _ in range(3):
        assert actions.post("book", {"key": "k", "n": 1}).body == first.body
    assert created(actions) == [{"key": "k", "n": 1}]
    assert actions.state("book")["replayed"] == 3
    assert actions.ask("book", key="other", n=2) == {"id": 101, "n": 2}
    assert actions.api.count() == 2


def test_many_at_once_are_one(servers):
    actions = start(servers, nginx={"workers": 2})
    hold(actions.api)
    connections = [actions.start("book", {"key": "k", "n": 1}) for _ in range(20)]
    wait_counter(actions, "book", "coalesced", 19)
    wait_held(actions.api, 1)
    let_go(actions.api)
    assert [object_of(actions.read(connection)) for connection in connections] == [{"id": 101, "n": 1}] * 20
    assert len(created(actions)) == 1


def test_many_keys_at_once(servers):
    actions = start(servers)
    connections = [actions.start("book", {"key": f"k{number % 50}", "n": number % 50}) for number in range(200)]
    answers = [object_of(actions.read(connection)) for connection in connections]
    assert answers == [{"id": 101, "n": number % 50} for number in range(200)]
    assert sorted(made["n"] for made in created(actions)) == list(range(50))


def test_who_leaves_does_not_end_it(servers):
    actions = start(servers)
    hold(actions.api)
    connection = actions.start("book", {"key": "k", "n": 1})
    wait_held(actions.api, 1)
    connection.reset()
    wait_counter(actions, "book", "abandoned", 1)
    second = actions.start("book", {"key": "k", "n": 1})
    wait_counter(actions, "book", "coalesced", 1)
    let_go(actions.api)
    assert object_of(actions.read(second)) == {"id": 101, "n": 1}
    assert len(created(actions)) == 1


def test_nobody_waits_and_the_result_is_there_for_who_comes_back(servers):
    actions = start(servers, location="dataaction_deadline 1s;")
    hold(actions.api)
    first = actions.start("book", {"key": "k", "n": 1})
    wait_held(actions.api, 1)
    error_of(actions.read(first), 504, "dataaction.deadline")
    let_go(actions.api)
    wait_for(lambda: results(actions)[0][2] is not None, "a result")
    assert actions.ask("book", key="k", n=1) == {"id": 101, "n": 1}
    assert len(created(actions)) == 1


def test_another_request_with_the_key(servers):
    actions = start(servers)
    actions.ask("book", key="k", n=1)
    error_of(actions.post("book", {"key": "k", "n": 2}), 422, "dataaction.action.key")
    hold(actions.api)
    first = actions.start("book", {"key": "new", "n": 1})
    wait_held(actions.api, 1)
    error_of(actions.post("book", {"key": "new", "n": 2}), 422, "dataaction.action.key")
    let_go(actions.api)
    assert object_of(actions.read(first)) == {"id": 101, "n": 1}
    assert actions.ask("book", key="k", n=1) == {"id": 101, "n": 1}
    assert len(created(actions)) == 2


def test_keys_are_an_actions_own(servers):
    actions = start(servers, BOOK + BOOK.replace("action book", "action other"))
    actions.ask("book", key="k", n=1)
    assert actions.ask("other", key="k", n=2) == {"id": 101, "n": 2}
    assert [row[:2] for row in results(actions)] == [("book", "k"), ("other", "k")]


def test_what_a_key_is_made_of(servers):
    actions = start(servers, BOOK.replace('"${key}"', '"${user}/${key}"'))
    for user, key in (("a", "b"), ("a", "c"), ("ü'\"--", "\U0001f600\n"), ("", "x")):
        assert actions.ask("book", user=user, key=key, n=1)["n"] == 1
        assert actions.ask("book", user=user, key=key, n=1)["n"] == 1
    assert [row[1] for row in results(actions)] == sorted(["a/b", "a/c", "ü'\"--/\U0001f600\n", "/x"])
    assert len(created(actions)) == 4


@pytest.mark.parametrize("key, rule", [(None, "required"), ("", "required"), ("x" * 1025, "maxLength"),
                                       ("ü" * 513, "maxLength")])
def test_a_key_that_is_none(servers, key, rule):
    actions = start(servers)
    body = {"n": 1} if key is None else {"key": key, "n": 1}
    assert broken_rules(actions.post("book", body), code="dataaction.request.invalid") == {("key", rule)}
    assert actions.api.count() == 0
    assert actions.ask("book", key="x" * 1024, n=1)["n"] == 1


# --- what is a result

@pytest.mark.parametrize("fault, status, code", [
    ({"status": 404}, 404, "dataaction.upstream.status"), ({"status": 409}, 409, "dataaction.upstream.status"),
    ({"status": 500}, 500, "dataaction.upstream.status"), ({"status": 503}, 503, "dataaction.upstream.status"),
    ({"do": "redirect", "location": "/elsewhere"}, 502, "dataaction.upstream.status"),
    ({"do": "html"}, 502, "dataaction.upstream.invalid"), ({"do": "reset"}, 502, "dataaction.upstream.broken_off"),
    ({"do": "close", "after": "body"}, 502, "dataaction.upstream.broken_off")])
def test_a_failure_that_may_have_done_something_is_one(servers, fault, status, code):
    actions = start(servers)
    actions.api.fault(**fault)
    first = error_of(actions.post("book", {"key": "k", "n": 1}), status, code)
    again = error_of(actions.post("book", {"key": "k", "n": 1}), status, code)
    assert again["message"] == first["message"]
    assert actions.api.count() == 1
    assert actions.state("book")["replayed"] == 1


def test_a_timeout_is_one(servers):
    actions = start(servers, BOOK.replace("retry attempts=1;", "retry attempts=1; timeout 200ms;"))
    actions.api.fault("stall")
    for _ in range(2):
        error_of(actions.post("book", {"key": "k", "n": 1}), 504, "dataaction.upstream.timeout")
    assert actions.api.count() == 1


def test_outputs_of_an_error_are_one(servers):
    actions = start(servers, BOOK.replace("$.id;", "$.id 0;").replace("$.n;", "$.n 0; output code $error_code '';")
                    .replace("retry attempts=1;", "retry attempts=1; on_error 200;"))
    actions.api.fault(status=500)
    for _ in range(2):
        assert actions.ask("book", key="k", n=1) == {"id": 0, "n": 0, "code": "dataaction.upstream.status"}
    assert actions.api.count() == 1


@pytest.mark.parametrize("fault, status", [({"status": 429}, 429), ({"status": 429, "retry_after": 7}, 429),
                                           ({"status": 503, "retry_after": 7}, 503)])
def test_what_was_certainly_not_done_is_none(servers, fault, status):
    actions = start(servers)
    actions.api.fault(**fault)
    error_of(actions.post("book", {"key": "k", "n": 1}), status, "dataaction.upstream.status")
    assert results(actions) == []
    assert actions.ask("book", key="k", n=1) == {"id": 101, "n": 1}
    assert actions.api.count() == 2


def test_a_refused_connection_is_none(servers):
    actions = start(servers)
    actions.api.stop()
    error_of(actions.post("book", {"key": "k", "n": 1}), 502, "dataaction.upstream.unreachable")
    actions.api.start()
    assert actions.ask("book", key="k", n=1) == {"id": 101, "n": 1}


def test_no_place_and_an_open_breaker_are_none(servers):
    limits = "concurrency 1 queue=0; breaker failures=1 time=1s;"
    actions = start(servers, BOOK.replace("breaker failures=1000;", limits))
    hold(actions.api)
    first = actions.start("book", {"key": "a", "n": 1})
    wait_held(actions.api, 1)
    error_of(actions.post("book", {"key": "b", "n": 1}), 503, "dataaction.overloaded")
    let_go(actions.api)
    object_of(actions.read(first))
    actions.api.fault(status=500)
    error_of(actions.post("book", {"key": "c", "n": 1}), 500, "dataaction.upstream.status")
    error_of(actions.post("book", {"key": "b", "n": 1}), 503, "dataaction.upstream.unavailable")
    wait_for(lambda: actions.post("book", {"key": "b", "n": 1}).status == 200, "a probe")
    assert len(created(actions)) == 2


def test_a_key_that_was_cancelled_before_anything_was_sent_is_free(servers):
    actions = start(servers, BOOK.replace("breaker failures=1000;", "concurrency 1; on_abort cancel;"))
    hold(actions.api)
    first = actions.start("book", {"key": "a", "n": 1})
    wait_held(actions.api, 1)
    second = actions.start("book", {"key": "b", "n": 2})
    wait_counter(actions, "book", "waiting", 1)
    second.reset()
    wait_counter(actions, "book", "waiting", 0)
    let_go(actions.api)
    object_of(actions.read(first))
    wait_for(lambda: actions.post("book", {"key": "b", "n": 2}).status == 200, "a free key")
    assert created(actions) == [{"key": "a", "n": 1}, {"key": "b", "n": 2}]


def test_a_call_that_was_cancelled_when_it_was_sent_is_unknown(servers):
    actions = start(servers, BOOK.replace("breaker failures=1000;", "on_abort cancel;"))
    hold(actions.api)
    connection = actions.start("book", {"key": "k", "n": 1})
    wait_held(actions.api, 1)
    connection.reset()
    wait_counter(actions, "book", "abandoned", 1)
    let_go(actions.api)
    for _ in range(2):
        error_of(actions.post("book", {"key": "k", "n": 1}), 409, "dataaction.action.unknown")
    assert actions.api.count() == 1


def test_a_key_is_good_for_its_time(servers):
    actions = start(servers, BOOK.replace("10m", "1s"))
    assert actions.ask("book", key="k", n=1)["n"] == 1
    wait_for(lambda: actions.post("book", {"key": "k", "n": 1}) and len(created(actions)) == 2, "a key that expired")
    assert len(results(actions)) == 1


# --- what lasts

def restart(actions, how):
    if how == "kill":
        actions.daemon.kill()
    elif how == "stop":
        actions.daemon.stop()
    else:
        actions.reload()
        return
    actions.daemon.start()


each_end = pytest.mark.parametrize("how", ["stop", "kill", "reload"])


@each_end
def test_results_outlive(servers, how):
    actions = start(servers)
    actions.ask("book", key="good", n=1)
    actions.api.fault(status=404)
    error = error_of(actions.post("book", {"key": "bad", "n": 2}), 404, "dataaction.upstream.status")
    restart(actions, how)
    assert actions.ask("book", key="good", n=1) == {"id": 101, "n": 1}
    assert error_of(actions.post("book", {"key": "bad", "n": 2}), 404,
                    "dataaction.upstream.status")["message"] == error["message"]
    error_of(actions.post("book", {"key": "good", "n": 3}), 422, "dataaction.action.key")
    assert actions.api.count() == 2


def test_a_reload_in_flight_waits_for_the_first(servers):
    actions = start(servers)
    hold(actions.api)
    first = actions.start("book", {"key": "k", "n": 1})
    wait_held(actions.api, 1)
    actions.reload()
    second = actions.start("book", {"key": "k", "n": 1})
    wait_counter(actions, "book", "coalesced", 1)
    let_go(actions.api)
    assert object_of(actions.read(first)) == {"id": 101, "n": 1}
    assert object_of(actions.read(second)) == {"id": 101, "n": 1}
    assert len(created(actions)) == 1


def test_a_call_outlives_its_configuration(servers):
    """Nobody waits for it any more, neither a client nor the configuration that it began with."""
    actions = start(servers)
    hold(actions.api)
    connection = actions.start("book", {"key": "k", "n": 1})
    wait_held(actions.api, 1)
    connection.reset()
    wait_counter(actions, "book", "abandoned", 1)
    for number in range(3):
        actions.reload(BOOK + action(f"more{number}", 'GET "{api}/posts/1"', "output id $.id;"))
    let_go(actions.api)
    wait_for(lambda: results(actions)[0][2] is not None, "a result")
    assert actions.ask("book", key="k", n=1) == {"id": 101, "n": 1}
    assert len(created(actions)) == 1


def killed_in_flight(actions, number):
    key = {"key": f"k{number}", "n": number}
    before = actions.api.count()
    hold(actions.api)
    callers = [actions.start("book", key) for _ in range(3)]
    wait_held(actions.api, 1)
    actions.daemon.kill()
    for caller in callers:
        error_of(actions.read(caller), 502, "dataaction.link.unavailable")
    let_go(actions.api)
    actions.daemon.start()
    for _ in range(2):
        error_of(actions.post("book", key), 409, "dataaction.action.unknown")
    error_of(actions.post("book", {**key, "n": -1}), 422, "dataaction.action.key")
    assert actions.api.count() == before + 1, "it was sent once"


def test_killed_in_flight_is_unknown_and_never_sent_again(servers):
    actions = start(servers)
    for number in range(5):
        killed_in_flight(actions, number)
    actions.daemon.stop()
    actions.daemon.start()
    for number in range(5):
        error_of(actions.post("book", {"key": f"k{number}", "n": number}), 409, "dataaction.action.unknown")
    assert actions.api.count() == 5


class Bookings:
    """Clients with a key of their own, each of which asks until it has a result: what a platform does."""

    def __init__(self, actions, clients):
        self.actions = actions
        self.numbers = itertools.count()
        self.stopping = threading.Event()
        self.outcomes = {}
        self.failures = []
        self.threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client hangs"
        assert not self.failures, self.failures[0]

    def _run(self):
        try:
            while not self.stopping.is_set():
                number = next(self.numbers)
                self.outcomes[number] = self._book(number)
        except (AssertionError, OSError) as failure:
            self.failures.append(failure)

    def _book(self, number):
        """Asks until the answer is a result: its status."""
        while True:
            connection = http1.Connection(self.actions.nginx.port)
            response = self.actions.read(self.actions.start("book", {"key": f"k{number}", "n": number},
                                                            connection=connection))
            connection.close()
            assert response.end == "complete", response
            if response.status == 200:
                assert response.json() == {"id": 101, "n": number}, response
                return 200
            if response.status == 409:
                error_of(response, 409, "dataaction.action.unknown")
                return 409
            assert response.status in (502, 503), response


def kill_rounds(actions, rounds):
    """Nothing is done twice, and what was told done was done."""
    with Bookings(actions, 4) as bookings:
        for _ in range(rounds):
            before = len(bookings.outcomes)
            wait_for(lambda: len(bookings.outcomes) > before + 2 or bookings.failures, "bookings")
            actions.daemon.kill()
            actions.daemon.start()
    made = [booking["n"] for booking in created(actions)]
    assert len(made) == len(set(made)), "done twice"
    done = {number for number, status in bookings.outcomes.items() if status == 200}
    assert done <= set(made), "told done, and not done"
    connection = actions.nginx.connect()
    for number, status in bookings.outcomes.items():
        asked = actions.start("book", {"key": f"k{number}", "n": number}, connection=connection)
        assert actions.read(asked).status == status
        if status != 200:
            connection = actions.nginx.connect()
    assert len(created(actions)) == len(made)
    return bookings.outcomes


def test_kills_at_any_instant(servers):
    kill_rounds(start(servers), 15)


@pytest.mark.soak
def test_many_kills_at_any_instant(servers):
    outcomes = kill_rounds(start(servers), 300)
    assert 409 in outcomes.values(), "the kills did hit calls"


# --- the file

def test_the_file_is_its_owners_alone(servers):
    before = os.umask(0)
    try:
        actions = start(servers)
    finally:
        os.umask(before)
    actions.ask("book", key="k", n=1)
    files = sorted(path.name for path in actions.state_path.glob("results.db*"))
    assert files[0] == "results.db" and len(files) >= 2
    for name in files:
        assert stat.S_IMODE((actions.state_path / name).stat().st_mode) == 0o600, name


def test_without_a_key_there_is_no_file(servers):
    actions = start(servers, action("a", 'GET "{api}/posts/1"', "output id $.id;"))
    actions.ask("a")
    assert not (actions.state_path / "results.db").exists()


def damaged(actions):
    path = actions.state_path / "results.db"
    path.unlink(missing_ok=True)
    for name in ("results.db-wal", "results.db-shm"):
        (actions.state_path / name).unlink(missing_ok=True)
    path.write_bytes(b"this is no database at all. " * 200)
    return path


def gone(actions):
    path = actions.state_path / "results.db"
    for name in ("results.db", "results.db-wal", "results.db-shm"):
        (actions.state_path / name).unlink(missing_ok=True)
    path.mkdir()
    return path


@pytest.mark.parametrize("harm", [damaged, gone])
def test_a_file_that_cannot_be_used_stops_the_start(servers, harm):
    actions = start(servers)
    actions.daemon.stop()
    path = harm(actions)
    with pytest.raises(AssertionError, match="did not start"):
        actions.daemon.start()
    text = actions.daemon.text()
    assert str(path) in text and f"{actions.nginx.conf}:" in text, text
    actions.daemon.kill()


@pytest.mark.parametrize("harm", [damaged, gone])
def test_a_file_that_cannot_be_used_stops_a_reload(servers, harm):
    """The first action with a key comes with it; what ran goes on."""
    plain = action("a", 'GET "{api}/posts/1"', "output id $.id;")
    actions = start(servers, plain)
    path = harm(actions)
    actions.nginx.write_conf(**actions.conf_of(plain + BOOK))
    actions.daemon.signal(signal.SIGHUP)
    line = wait_for(lambda: actions.lines("new configuration refused"), "the refusal")[0]
    assert str(path) in line and f"{actions.nginx.conf}:" in line
    assert actions.ask("a") == {"id": 1}


def test_idempotency_key_needs_a_state_path(servers):
    actions = start(servers)
    conf = actions.nginx.directory / "other.conf"
    text = actions.nginx.conf.read_text()
    conf.write_text(text.replace(f"state_path {actions.state_path};", ""))
    status, output = daemon.check_conf(conf)
    assert status == 1 and '"idempotency_key" directive needs a "state_path"' in output, output


def test_nothing_is_sent_while_somebody_else_has_the_store(servers):
    """Another process that locks it and does not end."""
    actions = start(servers)
    assert actions.ask("book", key="k", n=1)["n"] == 1
    lock = sqlite3.connect(actions.state_path / "results.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        response = actions.post("book", {"key": "new", "n": 1})
        error_of(response, 503, "dataaction.overloaded")
        assert response.header("Retry-After") == "1"
        assert actions.log_of(response, "the store of results", "[warn]")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert actions.api.count() == 1
    assert actions.ask("book", key="new", n=1)["n"] == 1
