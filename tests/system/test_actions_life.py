"""Calls over reloads, restarts and kills of what carries them: each gets a clear answer, and nothing is sent twice."""

import itertools
import json
import os
import signal
import threading

import pytest

from support import http1
from support.actions import Actions, action, error_of, object_of
from support.exposition import parse_exposition
from support.held import hold, let_go, wait_counter, wait_gone, wait_held
from support.process import alive, wait_for

ID = "output id $.id;"
GET = action("get", 'GET "{api}/posts/${id}"', ID, "retry attempts=1;", "breaker failures=1000;")
POST = action("post", 'POST "{api}/posts"', "output n $.n;", "retry attempts=1;", "breaker failures=1000;")
BOTH = GET + POST


class Load:
    """Clients that call again and again, each POST with a number of its own; `judge` gets every answer."""

    def __init__(self, actions, judge, clients=4, dropped=False):
        self.actions = actions
        self.judge = judge
        self.dropped = dropped  # nginx may break a connection off without an answer
        self.numbers = itertools.count()
        self.done = []  # numbers of POSTs that were told done
        self.answers = 0
        self.failures = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(name,)) for name in ("get", "post") * (clients // 2)]

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

    def wait_more(self, count=20):
        before = self.answers
        wait_for(lambda: self.answers >= before + count or self.failures, f"{count} more answers")

    def _run(self, name):
        try:
            while not self.stopping.is_set():
                self._call(name)
        except (AssertionError, OSError) as failure:
            self.failures.append(failure)

    def _call(self, name):
        number = next(self.numbers)
        try:
            connection = http1.Connection(self.actions.nginx.port)
        except OSError:
            assert self.dropped
            return
        try:
            body = {"id": number % 100 + 1} if name == "get" else {"n": number}
            response = self.actions.read(self.actions.start(name, body, connection=connection))
        except OSError:
            assert self.dropped
            return
        finally:
            connection.close()
        if response.status == 0 and self.dropped:
            return
        self.judge(response)
        if response.status == 200:
            assert response.json() == ({"id": number % 100 + 1} if name == "get" else {"n": number}), response
            if name == "post":
                self.done.append(number)
        self.answers += 1


def is_good(response):
    assert (response.status, response.end) == (200, "complete"), response


def is_good_or_a_clear_refusal(response):
    assert response.end == "complete", response
    if response.status != 200:
        code = response.json()["code"]
        assert (response.status, code) in ((502, "dataaction.link.unavailable"), (503, "dataaction.link.shutdown"),
                                           (502, "dataaction.action.interrupted"),
                                           (503, "dataaction.config.stale")), response


def nothing_twice(actions, load):
    made = [post["n"] for post in actions.api.state()["created"]]
    assert len(made) == len(set(made)), "sent twice"
    assert set(load.done) <= set(made), "told done, and not done"


def restart(actions):
    actions.daemon.stop()
    actions.daemon.start()


# --- reloads

def test_reloads_of_both_under_load(servers):
    actions = Actions(servers, BOTH, nginx={"workers": 2})
    with Load(actions, is_good) as load:
        for number in range(10):
            extra = action("extra", 'GET "{api}/posts/1"', ID) if number % 2 else ""
            actions.reload(BOTH + extra)
            load.wait_more(5)
    nothing_twice(actions, load)
    assert len(load.done) == len(actions.api.state()["created"])


@pytest.mark.parametrize("who", ["sidecar", "nginx"])
def test_a_reload_of_one_with_the_same_text_changes_nothing(servers, who):
    actions = Actions(servers, BOTH)
    with Load(actions, is_good) as load:
        for _ in range(5):
            if who == "sidecar":
                actions.reload(nginx=False)
            else:
                actions.nginx.reload()
            load.wait_more(5)
    nothing_twice(actions, load)


@pytest.mark.parametrize("name, body", [("get", {"id": 1}), ("post", {"n": 1})])
def test_calls_in_flight_keep_what_they_began_with(servers, name, body):
    actions = Actions(servers, BOTH)
    hold(actions.api)
    connection = actions.start(name, body)
    wait_held(actions.api, 1)
    actions.reload(BOTH.replace("output", "output gone 1; output"))
    let_go(actions.api)
    assert object_of(actions.read(connection)) == ({"id": 1} if name == "get" else body)
    assert actions.ask("get", id=2) == {"gone": 1, "id": 2}


def test_those_who_wait_for_a_place_keep_it_over_a_reload(servers):
    one = GET.replace("retry", "concurrency 1; retry")
    actions = Actions(servers, one)
    hold(actions.api)
    connections = [actions.start("get", {"id": number}) for number in range(1, 5)]
    wait_counter(actions, "get", "waiting", 3)
    actions.reload(one + POST)
    let_go(actions.api)
    assert [object_of(actions.read(connection))["id"] for connection in connections] == [1, 2, 3, 4]


NEW = action("new", 'GET "{api}/posts/${id}"', ID)


def test_nginx_reloaded_and_the_sidecar_not(servers):
    actions = Actions(servers, BOTH)
    actions.nginx.reload(**actions.conf_of(BOTH + NEW))
    stale = actions.post("new", {"id": 1})
    error_of(stale, 503, "dataaction.config.stale")
    assert stale.header("Retry-After")
    assert actions.ask("get", id=1) == {"id": 1}
    digests = actions.nginx.status()["configuration"]
    assert digests["worker"] != digests["sidecar"]
    actions.reload(nginx=False)
    assert actions.ask("new", id=1) == {"id": 1}
    digests = actions.nginx.status()["configuration"]
    assert digests["worker"] == digests["sidecar"]


def test_the_sidecar_reloaded_and_nginx_not(servers):
    actions = Actions(servers, BOTH + NEW)
    actions.reload(BOTH, nginx=False)
    error_of(actions.post("new", {"id": 1}), 503, "dataaction.config.stale")
    assert actions.ask("get", id=1) == {"id": 1}
    assert b"dataaction_configuration_stale 1" in actions.nginx.get("/status?format=prometheus").body


def test_a_bad_configuration_is_refused_and_what_ran_goes_on(servers):
    actions = Actions(servers, BOTH)
    actions.write_contract("broken", {"name": "x"})
    actions.nginx.write_conf(**actions.conf_of(BOTH + NEW.replace("any.json", "broken.json")))
    actions.daemon.signal(signal.SIGHUP)
    (line,) = wait_for(lambda: actions.lines("new configuration refused"), "the refusal")
    assert "broken.json" in line
    assert actions.ask("get", id=1) == {"id": 1}


def test_old_workers_finish_their_calls(servers):
    actions = Actions(servers, BOTH)
    hold(actions.api)
    connections = [actions.start("get", {"id": 1}), actions.start("post", {"n": 1})]
    wait_held(actions.api, 2)
    old = actions.nginx.reload()
    let_go(actions.api)
    assert [object_of(actions.read(connection)) for connection in connections] == [{"id": 1}, {"n": 1}]
    for connection in connections:
        connection.close()
    wait_for(lambda: not any(alive(pid) for pid in old), "the end of the old workers")


# --- the sidecar ends

def test_restarts_under_load(servers):
    actions = Actions(servers, BOTH, nginx={"workers": 2})
    with Load(actions, is_good_or_a_clear_refusal) as load:
        for _ in range(8):
            load.wait_more()
            restart(actions)
    nothing_twice(actions, load)
    assert len(load.done) == len(actions.api.state()["created"]), "a stop cuts nothing off"


def kill_rounds(actions, rounds):
    with Load(actions, is_good_or_a_clear_refusal) as load:
        for _ in range(rounds):
            load.wait_more()
            actions.daemon.kill()
            actions.daemon.start()
    nothing_twice(actions, load)
    assert actions.ask("get", id=1) == {"id": 1}
    for name in ("get", "post"):
        wait_for(lambda: actions.nginx.status()["sources"][name]["active"] == 0, "no call")


def test_kills_under_load(servers):
    kill_rounds(Actions(servers, BOTH, nginx={"workers": 2}), 15)


@pytest.mark.soak
def test_many_kills_under_load(servers):
    kill_rounds(Actions(servers, BOTH, nginx={"workers": 2}), 500)


@pytest.mark.parametrize("name, body", [("get", {"id": 1}), ("post", {"n": 1})])
def test_killed_in_flight(servers, name, body):
    actions = Actions(servers, BOTH)
    for number in range(1, 4):
        hold(actions.api)
        connections = [actions.start(name, body) for _ in range(3)]
        wait_held(actions.api, 3)
        actions.daemon.kill()
        for connection in connections:
            error_of(actions.read(connection), 502, "dataaction.link.unavailable")
        error_of(actions.post(name, body), 502, "dataaction.link.unavailable")
        wait_gone(actions.api, count=3)
        let_go(actions.api)
        actions.daemon.start()
        assert object_of(actions.post(name, body)) == body
        assert actions.api.count() == 4 * number, "nothing was sent again"


def test_a_stop_lets_calls_finish(servers):
    actions = Actions(servers, BOTH)
    hold(actions.api)
    connections = [actions.start("get", {"id": 1}), actions.start("post", {"n": 1})]
    wait_held(actions.api, 2)
    actions.begin_stop()
    stopping = actions.post("get", {"id": 2})
    error_of(stopping, 503, "dataaction.link.shutdown")
    assert stopping.header("Retry-After") == "1"
    let_go(actions.api)
    assert [object_of(actions.read(connection)) for connection in connections] == [{"id": 1}, {"n": 1}]
    wait_for(lambda: not actions.daemon.running(), "its end")
    actions.daemon.stop()
    assert actions.api.count() == 2


def test_a_stop_lets_a_call_finish_that_nobody_waits_for(servers):
    actions = Actions(servers, BOTH)
    hold(actions.api)
    connection = actions.start("post", {"n": 1})
    wait_held(actions.api, 1)
    connection.reset()
    wait_counter(actions, "post", "abandoned", 1)
    actions.begin_stop()
    assert actions.daemon.running()
    let_go(actions.api)
    wait_for(lambda: not actions.daemon.running(), "its end")
    actions.daemon.stop()
    assert [entry["outcome"] for entry in actions.api.requests()] == ["sent"]


@pytest.mark.parametrize("how", ["shutdown_timeout 200ms;", "a second signal"])
@pytest.mark.parametrize("name, body", [("get", {"id": 1}), ("post", {"n": 1})])
def test_a_stop_that_has_no_time_says_so(servers, how, name, body):
    actions = Actions(servers, BOTH, block=how if "timeout" in how else "")
    hold(actions.api)
    connection = actions.start(name, body)
    wait_held(actions.api, 1)
    actions.begin_stop()
    if "signal" in how:
        actions.daemon.signal(signal.SIGTERM)
    response = actions.read(connection)
    if name == "get":
        error_of(response, 503, "dataaction.link.shutdown")
        assert response.header("Retry-After") == "1"
    else:
        error_of(response, 502, "dataaction.action.interrupted")
        assert response.header("Retry-After") is None
    wait_for(lambda: not actions.daemon.running(), "its end")
    actions.daemon.stop()
    wait_gone(actions.api)


# --- a worker ends

def test_a_worker_that_is_killed_in_flight(servers):
    """What it asked is as what a client asked who has gone."""
    actions = Actions(servers, BOTH)
    actions.nginx.expected_alerts.append("exited on signal 9")
    hold(actions.api)
    connections = [actions.start("get", {"id": 1}), actions.start("post", {"n": 1})]
    wait_held(actions.api, 2)
    before = actions.nginx.worker
    os.kill(before, signal.SIGKILL)
    for connection in connections:
        assert actions.read(connection).status == 0
    wait_for(lambda: actions.nginx.workers() not in ([], [before]), "another worker")
    actions.nginx.workers_may_change()
    wait_gone(actions.api, "/posts/1")
    let_go(actions.api)
    wait_for(lambda: actions.api.requests("/posts")[0]["outcome"] == "sent", "the POST's end")
    assert actions.ask("get", id=2) == {"id": 2}
    assert actions.api.state()["created"] == [{"n": 1}]


# --- counters

def test_status_counts_calls(servers):
    actions = Actions(servers, GET.replace("retry attempts=1;", "retry attempts=2 max_wait=1ms;") + POST)
    for number in range(1, 4):
        actions.ask("get", id=number)
    actions.api.fault(status=503)
    actions.ask("get", id=1)
    actions.api.fault("reset")
    actions.ask("get", id=1)
    actions.api.fault(status=500)
    actions.post("get", {"id": 1})
    page = actions.nginx.status()
    worker = page["sources"]["get"]
    assert (worker["requests"], worker["records"], worker["active"]) == (6, 5, 0)
    assert worker["ends"]["complete"] == 5
    assert worker["bytes"] == len('{"id":1}') * 5
    counted = page["sidecar"]["actions"]["get"]
    assert {name: counted[name] for name in ("requests", "failures", "retries", "server_errors", "unreachable",
                                             "breaker_opened", "overloaded", "abandoned", "waiting", "breaker")} == {
        "requests": 8, "failures": 1, "retries": 2, "server_errors": 2, "unreachable": 1, "breaker_opened": 0,
        "overloaded": 0, "abandoned": 0, "waiting": 0, "breaker": "closed"}
    assert page["sidecar"]["actions"]["post"]["requests"] == 0
    samples, types = parse_exposition(actions.nginx.get("/status?format=prometheus").body.decode())
    for name, value in counted.items():
        if name == "breaker":
            assert samples["dataaction_action_breaker_open", (("action", "get"),)] == 0
        elif name in ("waiting", "cache_bytes"):
            assert types[f"dataaction_action_{name}"] == "gauge"
            assert samples[f"dataaction_action_{name}", (("action", "get"),)] == value
        else:
            assert samples[f"dataaction_action_{name}_total", (("action", "get"),)] == value, name


def test_counters_are_kept_over_a_reload(servers):
    actions = Actions(servers, GET)
    actions.ask("get", id=1)
    before = actions.state("get")
    actions.reload(GET + POST)
    assert actions.state("get") == before
    actions.ask("get", id=1)
    assert actions.state("get")["requests"] == 2
    assert json.loads(actions.nginx.get("/status").body)["sources"]["get"]["requests"] == 2
