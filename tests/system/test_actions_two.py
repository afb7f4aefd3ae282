"""Calls with two sidecars behind one nginx: what goes to the next one, and what must not."""

import signal

import pytest

from support.actions import Actions, action, error_of, object_of
from support.daemon import Daemon
from support.held import hold, let_go, wait_held
from support.process import wait_for

ID = "output id $.id;"
GET = action("get", 'GET "{api}/posts/${id}"', ID, "retry attempts=1;", "breaker failures=1000;")
POST = action("post", 'POST "{api}/posts"', "output n $.n;", "retry attempts=1;", "breaker failures=1000;")
BOTH = GET + POST
NEW = action("new", 'GET "{api}/posts/${id}"', ID)


class Two(Actions):
    """A second dataactiond beside the first, both in an upstream; nginx asks the first, as long as it is there.
    Both have the same block but for `listen` and `log`."""

    def __init__(self, servers, actions=BOTH, block=""):
        self.other_directory = servers.directory()
        self.other_socket = self.other_directory / "d.sock"
        super().__init__(servers, actions, location="dataaction_pass sidecars;", block=block)

    def conf_of(self, actions):
        made = super().conf_of(actions)
        made["http"] = (f"upstream sidecars {{ server unix:{self.directory}/d.sock max_fails=0; "
                        f"server unix:{self.other_socket} backup; }}\n")
        self.other_log = self.other_directory / "sidecar.log"
        conf = self.other_directory / "other.conf"
        block = made["block"].replace(str(self.log), str(self.other_log)).replace(
            str(self.state_path), str(self.other_directory))
        for name in ("any", "fetch_post"):
            block = block.replace(f"contract {name}.json", f"contract {self.directory}/{name}.json")
        conf.write_text(f"dataaction {{\nlisten unix:{self.other_socket};\n{block}\n}}\n")
        return made

    def start_other(self, servers):
        other = Daemon(self.other_directory / "other.conf", self.other_socket, self.other_directory)
        servers.running.append(other)
        return other


@pytest.fixture
def two(servers):
    actions = Two(servers)
    actions.other = actions.start_other(servers)
    return actions


def test_one_that_is_not_there_is_passed_over(two):
    two.daemon.kill()
    for number in range(1, 4):
        assert two.ask("get", id=number) == {"id": number}
        assert two.ask("post", n=number) == {"n": number}
    assert [post["n"] for post in two.api.state()["created"]] == [1, 2, 3]


def test_one_that_stops_is_passed_over(two):
    """It has taken nothing on, and says so."""
    hold(two.api)
    connection = two.start("get", {"id": 1})
    wait_held(two.api, 1)
    two.begin_stop()
    two.api.clear_faults()
    assert two.ask("get", id=2) == {"id": 2}
    assert two.ask("post", n=2) == {"n": 2}
    two.api.release()
    assert object_of(two.read(connection)) == {"id": 1}


@pytest.mark.parametrize("how", ["shutdown_timeout 200ms;", "a second signal"])
@pytest.mark.parametrize("lines", ["", 'idempotency_key "${n}" 10m;', "on_abort cancel;"])
def test_a_post_that_one_breaks_off_is_not_for_the_next_one(servers, how, lines):
    two = Two(servers, POST.replace("retry", f"{lines} retry"), block=how if "timeout" in how else "")
    two.start_other(servers)
    hold(two.api)
    connection = two.start("post", {"n": 1})
    wait_held(two.api, 1)
    two.begin_stop()
    if "signal" in how:
        two.daemon.signal(signal.SIGTERM)
    response = two.read(connection)
    error_of(response, 502, "dataaction.action.interrupted")
    assert response.header("Retry-After") is None
    let_go(two.api)
    assert two.api.count() == 1


def test_a_get_goes_to_the_next_one(two):
    hold(two.api)
    connection = two.start("get", {"id": 1})
    wait_held(two.api, 1)
    two.daemon.kill()
    wait_for(lambda: two.api.count("/posts/1") == 2, "the other one's call")
    let_go(two.api)
    assert object_of(two.read(connection)) == {"id": 1}


def test_a_post_that_may_be_repeated_does_too(servers):
    actions = Two(servers, POST.replace("retry", "idempotent on; retry"))
    actions.start_other(servers)
    hold(actions.api)
    connection = actions.start("post", {"n": 1})
    wait_held(actions.api, 1)
    actions.daemon.kill()
    wait_for(lambda: actions.api.count() == 2, "the other one's call")
    let_go(actions.api)
    assert object_of(actions.read(connection)) == {"n": 1}


def test_a_post_does_not(two):
    hold(two.api)
    connection = two.start("post", {"n": 1})
    wait_held(two.api, 1)
    two.daemon.kill()
    error_of(two.read(connection), 502, "dataaction.link.unavailable")
    let_go(two.api)
    assert two.api.count() == 1
    assert two.ask("post", n=2) == {"n": 2}


def test_kept_connections_do_not_make_a_post_twice(two):
    """A sidecar that ends while a connection to it is idle: nothing was sent on it."""
    for number in range(5):
        assert two.ask("post", n=number) == {"n": number}
        two.daemon.kill()
        response = two.post("post", {"n": 100 + number})
        assert response.status in (200, 502), response
        two.daemon.start()
    made = [post["n"] for post in two.api.state()["created"]]
    assert len(made) == len(set(made))


def test_one_that_is_overloaded_or_stale_is_passed_over(servers):
    """503 of a sidecar says that it has not begun."""
    one = "concurrency 1 queue=0; retry"
    actions = Two(servers, GET.replace("retry", one) + POST.replace("retry", one))
    other = actions.start_other(servers)
    for name, bodies in (("get", [{"id": 1}, {"id": 2}]), ("post", [{"n": 1}, {"n": 2}])):
        hold(actions.api)
        connections = []
        for number, body in enumerate(bodies, 1):
            connections.append(actions.start(name, body))
            wait_held(actions.api, number)
        error_of(actions.post(name, bodies[0]), 503, "dataaction.overloaded")
        let_go(actions.api)
        assert [object_of(actions.read(connection)) for connection in connections] == bodies
    actions.nginx.write_conf(**actions.conf_of(GET + NEW))
    other.signal(signal.SIGHUP)
    wait_for(lambda: "configuration reloaded" in actions.other_log.read_text(), "the other one's reload")
    actions.nginx.reload()
    assert actions.ask("new", id=3) == {"id": 3}


@pytest.mark.parametrize("name, body", [("get", {"id": 1}), ("post", {"n": 1})])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 404])
def test_an_answer_of_the_apis_is_no_reason_for_another(two, name, body, status):
    two.api.fault(status=status, times="forever")
    error_of(two.post(name, body), status, "dataaction.upstream.status")
    assert two.api.count() == 1


def test_an_open_breaker_is_not_gone_around(servers):
    actions = Two(servers, GET.replace("failures=1000", "failures=1"))
    actions.start_other(servers)
    actions.api.fault(status=500)
    actions.post("get", {"id": 1})
    error_of(actions.post("get", {"id": 1}), 503, "dataaction.upstream.unavailable")
    assert actions.api.count() == 1
