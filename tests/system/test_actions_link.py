"""Calls over a link whose other end lies, refuses or hangs: nothing of it is believed that could be checked."""

import contextlib
import sqlite3

import pytest

from support import fake_sidecar as fake
from support.actions import Actions, action, error_of, object_of
from support.fake_sidecar import KEEP, FakeSidecar
from support.process import wait_for

ACTIONS = (action("get", 'GET "{api}/posts/${id}"', "output id $.id;")
           + action("post", 'POST "{api}/posts"', "output n $.n;"))
RECORD = b'{"n":1}\n'
WHOLE = fake.head() + fake.data(RECORD) + fake.end(1)
BUFFER = 4096


class Pair(Actions):
    """Two sidecars, asked in turn, each left alone for long once it has failed."""

    def __init__(self, servers, location=""):
        self.sockets = [servers.directory() / "d.sock" for _ in range(2)]
        database = servers.directory() / "s.db"
        with contextlib.closing(sqlite3.connect(database)) as made:
            made.execute("CREATE TABLE t (n)")
        super().__init__(servers, ACTIONS, location=f"dataaction_pass pair; dataaction_buffer_size {BUFFER}; {location}",
                         locations="location = /stream { dataaction_stream s; dataaction_pass pair; }\n"
                                   "location = /include { internal; dataaction_call get; dataaction_pass pair; }\n"
                                   "location = /mirror { internal; dataaction_call post; dataaction_pass pair; }\n"
                                   "location = /guarded { auth_request /include; empty_gif; }\n"
                                   "location = /mirrored { mirror /mirror; dataaction_call post;\n"
                                   "                       dataaction_pass unix:{directory}/d.sock; }\n",
                         block=f'database d sqlite:{database}; source s {{ sql d "SELECT * FROM t"; }}')
        self.sidecars = [FakeSidecar(path, WHOLE) for path in self.sockets]
        servers.running.extend(self.sidecars)

    def conf_of(self, actions):
        made = super().conf_of(actions)
        servers = "".join(f"server unix:{path} fail_timeout=1h; " for path in self.sockets)
        return {**made, "http": f"upstream pair {{ {servers}}}\n"}

    def say(self, *answers):
        for sidecar, answer in zip(self.sidecars, answers, strict=True):
            sidecar.says(answer)

    def asked(self):
        return sorted(len(sidecar.requests) for sidecar in self.sidecars)

    def fresh(self):
        """No sidecar has failed yet, and no connection is kept."""
        self.nginx.reload()
        for sidecar in self.sidecars:
            sidecar.disconnect()


@pytest.fixture(scope="module")
def pair(module_servers):
    return Pair(module_servers)


@pytest.fixture(autouse=True)
def fresh(pair):
    pair.fresh()


LIES = {
    "no record": fake.head() + fake.end(0),
    "an empty record": fake.head() + fake.data(b"\n") + fake.end(1),
    "two records": fake.head() + fake.data(RECORD * 2) + fake.end(2),
    "not complete": fake.head() + fake.data(RECORD) + fake.end(1, 0, b"shutdown"),
    "nothing, not complete": fake.head() + fake.end(0, 0, b"deadline"),
    "a count too large": fake.head() + fake.data(RECORD) + fake.end(7),
    "a count too small": fake.head() + fake.data(RECORD) + fake.end(0),
    "no JSON": fake.head() + fake.data(b"nonsense\n") + fake.end(1),
    "no object": fake.head() + fake.data(b"[1]\n") + fake.end(1),
    "half an object": fake.head() + fake.data(b'{"n":1\n') + fake.end(1),
    "an object and more": fake.head() + fake.data(b'{"n":1} 2\n') + fake.end(1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_no_answer(pair, lie):
    pair.say(LIES[lie], LIES[lie])
    error_of(pair.post("post", {"n": 1}), 502, "dataaction.link.unavailable")
    assert pair.asked() == [0, 1], "it may have been carried out"


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("name, count", [("get", [1, 1]), ("post", [0, 1])])
def test_another_version_is_said(pair, version, name, count):
    answer = fake.head(version=version) + fake.data(RECORD) + fake.end(1)
    pair.say(answer, answer)
    error_of(pair.post(name, {}), 502, "dataaction.link.version")
    assert pair.asked() == count
    pair.nginx.wait_for_log(f"the sidecar speaks version {version} of the link")


@pytest.mark.parametrize("behind", [b"\1\2\3", fake.head() + fake.data(b'{"n":"other"}\n') + fake.end(1)],
                         ids=["garbage", "another answer"])
def test_bytes_behind_an_answer_that_fills_the_buffer(pair, behind):
    """They are read apart from it; neither they nor what follows on that connection is anybody's answer."""
    frame = len(fake.head() + fake.data(b'{"n":""}\n') + fake.end(1))
    text = "x" * (BUFFER - frame)
    full = fake.head() + fake.data(f'{{"n":"{text}"}}\n'.encode()) + fake.end(1)
    assert len(full) == BUFFER
    pair.say(full + behind, full + behind)
    for _ in range(4):
        assert object_of(pair.post("post", {})) == {"n": text}
    for sidecar in pair.sidecars:
        peers = [id(peer) for peer in sidecar.served]
        assert len(peers) == len(set(peers)) == 2, "used again"


@pytest.mark.parametrize("code", ["dataaction.overloaded", "dataaction.config.stale", "dataaction.link.shutdown"])
@pytest.mark.parametrize("name", ["get", "post", "stream"])
def test_who_refuses_in_good_order_is_well(pair, name, code):
    """One that has no place for this is asked for the next; and its connection is kept."""
    refusal = fake.error(503, code, retry_after=3)
    pair.say(refusal, refusal)
    accepted = [sidecar.accepted for sidecar in pair.sidecars]
    for number in range(1, 5):
        response = pair.post(name, {})
        error_of(response, 503, code)
        assert response.header("Retry-After") == "3"
        assert pair.asked() == [number, number]
    assert [sidecar.accepted - before for sidecar, before in zip(pair.sidecars, accepted)] == [1, 1]
    pair.say(WHOLE, WHOLE)
    for number in range(4):
        assert pair.post(name, {}).status == 200
    assert pair.asked() == [2, 2]


@pytest.mark.parametrize("name", ["get", "post", "stream"])
def test_the_refusal_stands_where_the_next_one_is_gone(pair, name):
    pair.say(fake.error(503, retry_after=3), WHOLE)
    pair.sidecars[1].unlisten()
    try:
        for _ in range(4):
            response = pair.post(name, {})
            error_of(response, 503, "dataaction.overloaded")
            assert response.header("Retry-After") == "3"
    finally:
        pair.sidecars[1].listen()


def test_it_does_not_stand_where_the_next_one_was_reached(pair):
    """Which may have carried it out."""
    def breaks_off(peer, request):
        pass
    pair.say(fake.error(503, retry_after=3), fake.error(503, retry_after=3))
    pair.sidecars[1].says(breaks_off)
    for _ in range(2):
        error_of(pair.post("post", {}), 502, "dataaction.link.unavailable")
        pair.fresh()


@pytest.mark.parametrize("answer", [b"nonsense", fake.error(500, "dataaction.internal"), None],
                         ids=["damaged", "refused", "not there"])
def test_a_failure_in_a_subrequest_without_a_body(pair, answer):
    """Its own status is all that the main request may see of it."""
    pair.say(answer or b"", answer or b"")
    if answer is None:
        for sidecar in pair.sidecars:
            sidecar.unlisten()
    try:
        assert pair.nginx.get("/guarded").status == 500
        assert object_of(pair.post("mirrored", {"n": 7})) == {"n": 7}
    finally:
        if answer is None:
            for sidecar in pair.sidecars:
                sidecar.listen()


def test_the_deadline_is_what_a_call_waits_for(servers):
    """And not the link's own timeout: nothing comes before the end."""
    own = Pair(servers, "dataaction_read_timeout 50ms; dataaction_deadline 400ms;")

    def hangs(peer, request):
        peer.wait_closed()

    own.say(hangs, hangs)
    error_of(own.post("post", {}), 504, "dataaction.deadline")
    assert own.asked() == [0, 1]
    line = wait_for(lambda: own.nginx.error_log.read_text().splitlines(), "the log")
    assert not any("upstream timed out" in each for each in line)
