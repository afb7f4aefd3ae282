"""Which sidecar is asked, when the next one is tried, and which connections are used again."""

import socket
import threading

import pytest

from support import fake_sidecar as fake
from support.fake_sidecar import KEEP, FakeSidecar
from support.link import BLOCK, Link, is_broken, is_refused, is_whole, texts
from support.process import wait_for

WHOLE = fake.whole(texts(3))


class Pair(Link):
    """Two sidecars; the second is the `backup`, so that it is tried exactly when the first one fails."""

    def __init__(self, servers):
        directory = servers.directory()
        locations = """
            dataaction_pass sidecars;
            location = /array/abort        { dataaction_stream t; }
            location = /envelope/truncate  { dataaction_stream t; dataaction_format envelope; }
            location = /impatient          { dataaction_stream t; dataaction_read_timeout 200ms; }
            location = /kept/array/abort   { dataaction_stream t; dataaction_pass kept; }
            location = /status             { dataaction_status; }
        """
        http = f"""
            upstream sidecars {{
                server unix:{directory}/d.sock max_fails=0;
                server unix:{directory}/second.sock max_fails=0 backup;
            }}
            upstream kept {{
                server unix:{directory}/d.sock max_fails=0;
                keepalive 4;
            }}
        """
        super().__init__(servers, directory=directory, block=BLOCK, locations=locations, http=http)
        self.second = FakeSidecar(directory / "second.sock")

    def close(self):
        super().close()
        self.second.close()

    def say(self, first, second=WHOLE):
        self.sidecar.says(first)
        self.second.says(second)

    def asked(self):
        return len(self.sidecar.requests), len(self.second.requests)


@pytest.fixture(scope="module")
def link(module_servers):
    link = Pair(module_servers)
    yield link
    link.close()


def closes(answer):
    def close(peer, _):
        peer.send(answer)
    return close


def hangs(answer):
    def hang(peer, _):
        peer.send(answer)
        peer.wait_closed()
    return hang


FAILURES = {
    "closes": closes(b""),
    "closes-in-HEAD": closes(fake.head()[:9]),
    "closes-after-HEAD": closes(fake.head()),
    "closes-in-the-first-record": closes(fake.head() + fake.data(b'{"n":1}')),
    "damaged": closes(b"nonsense"),
    "damaged-after-HEAD": closes(fake.head() + b"nonsense"),
    "of-another-version": fake.head(version=2) + fake.data(b"{}\n") + fake.end(1),
    "overloaded": fake.error(503, retry_after=1),
    "overloaded-after-HEAD": fake.head() + fake.error(503),
    "stopping": fake.head() + fake.end(0, 0, b"shutdown"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_next_sidecar_is_tried(link, failure):
    link.say(FAILURES[failure])
    for path in ("/array/abort", "/envelope/truncate"):
        is_whole(path, link.ask(path, {"a": [1, "x"]}), texts(3))
    assert link.asked() == (2, 2)
    first, second = link.sidecar.requests[0], link.second.requests[0]
    assert (first.name, first.text, first.context_id) == (second.name, second.text, second.context_id)
    assert first.text == '{"a":[1,"x"]}'


def test_the_next_sidecar_after_one_that_hangs(link):
    link.say(hangs(fake.head()))
    is_whole("/array/abort", link.ask("/impatient"), texts(3))
    assert link.asked() == (1, 1)


@pytest.mark.parametrize("status, code", [(400, "dataaction.request.malformed"),
                                          (422, "dataaction.request.parameter"),
                                          (502, "dataaction.database.error"), (504, "dataaction.deadline")])
def test_an_answer_is_an_answer(link, status, code):
    """What the sidecar refuses for a reason of the request's own, the next would refuse too."""
    link.say(fake.error(status, code))
    is_refused(link.ask(), status, code)
    assert link.asked() == (1, 0)


@pytest.mark.parametrize("rest", [b"", b"nonsense", fake.error(503), fake.end(1, 0, b"shutdown")],
                         ids=["closes", "damaged", "overloaded", "stopping"])
@pytest.mark.parametrize("path", ["/array/abort", "/envelope/truncate"])
def test_never_after_the_first_record(link, path, rest):
    answer = fake.head() + fake.data(fake.lines(texts(1))) + rest
    # A sidecar that closed after a proper end would race with the worker, which may use the connection again.
    link.say(answer if rest else closes(answer))
    is_broken(path, link.ask(path), texts(1), "shutdown" if rest == fake.end(1, 0, b"shutdown") else
              "upstream")
    assert link.asked() == (1, 0)


def test_all_of_them_fail(link):
    link.say(closes(b""), closes(b"nonsense"))
    is_refused(link.ask(), 502)
    link.say(fake.error(503, retry_after=3), fake.error(503, "dataaction.database.busy", retry_after=5))
    response = link.ask()
    is_refused(response, 503, "dataaction.database.busy")
    assert response.header("Retry-After") == "5"
    link.say(hangs(b""), hangs(b""))
    is_refused(link.ask("/impatient"), 504, "dataaction.deadline")


def test_refusals_of_the_first_do_not_stick(link):
    """What the first one said is forgotten when the second one answers: the log and the counters too."""
    link.say(fake.error(503))
    response = link.ask("/envelope/truncate")
    is_whole("/envelope/truncate", response, texts(3))
    line = wait_for(lambda: [line for line in link.nginx.access_log.read_text().splitlines()
                             if response.context in line], "the access log")[0]
    assert line.split()[3:8] == ["t", "3", str(len(response.body)), "1", "-"]


def test_a_sidecar_that_is_not_there(link):
    """No socket, a socket that nobody listens on, one whose queue is full: and back again."""
    link.say(WHOLE)
    link.sidecar.disconnect()
    link.sidecar.unlisten()
    is_whole("/array/abort", link.ask(), texts(3))
    is_refused(link.ask("/kept/array/abort"), 502)

    link.sidecar.listen()
    link.sidecar.unlisten(unlink=False)
    is_whole("/array/abort", link.ask(), texts(3))
    is_refused(link.ask("/kept/array/abort"), 502)
    link.sidecar.path.unlink()

    with socket.socket(socket.AF_UNIX) as deaf, socket.socket(socket.AF_UNIX) as waiting:
        deaf.bind(str(link.sidecar.path))
        deaf.listen(0)
        waiting.connect(str(link.sidecar.path))
        is_whole("/array/abort", link.ask(), texts(3))
        is_refused(link.ask("/kept/array/abort"), 502)
    link.sidecar.path.unlink()
    assert not link.sidecar.requests

    link.sidecar.listen()
    is_whole("/kept/array/abort".removeprefix("/kept"), link.ask("/kept/array/abort"), texts(3))
    assert len(link.sidecar.requests) == 1


# --- connections

def same_connection(link, answer, path="/array/abort", **options):
    """Whether a second request comes on the connection of the first."""
    link.sidecar.says(answer)
    link.second.says(answer)
    link.ask(path, **options)
    link.ask(path, **options)
    first, second = (link.sidecar.served + link.second.served)[:2]
    return first is second


@pytest.mark.parametrize("answer", [WHOLE, fake.whole([]), fake.error(422), fake.head() + fake.error(422),
                                    fake.head() + fake.data(b"{}\n") + fake.error(502),
                                    fake.head() + fake.data(b"{}\n") + fake.end(1, 0, b"upstream")])
@pytest.mark.parametrize("path", ["/array/abort", "/kept/array/abort"])
def test_used_again_after_end_and_error(link, path, answer):
    if path == "/kept/array/abort" and answer != WHOLE:
        path = "/envelope/truncate"
    assert same_connection(link, answer, path)


@pytest.mark.parametrize("answer", [WHOLE + b"x", fake.head() + fake.data(b"{}\n") + b"nonsense", b"nonsense",
                                    fake.error(422) + b"x", fake.end(0)])
def test_not_used_again_after_anything_else(link, answer):
    assert not same_connection(link, answer)


def test_the_limit_is_the_sidecar_s_to_keep(link):
    """It alone knows whether there is more, and what resumes."""
    link.say(fake.head() + fake.data(fake.lines(texts(2)), b"c2") + fake.end(2, 1, b"limit", b"c2"))
    body = link.ask("/envelope/truncate", {"limit": 2, "cursor": "c1"}).json()
    assert (body["count"], body["complete"], body["reason"], body["next"]) == (2, True, "limit", "c2")
    request = link.sidecar.requests[0]
    assert (request.limit, request.cursor, request.parameters) == (2, b"c1", {})


def test_an_idle_connection_that_the_sidecar_closes(link):
    """No request fails, however close the two are."""
    link.say(WHOLE)
    for _ in range(100):
        is_whole("/array/abort", link.ask(), texts(3))
        link.sidecar.disconnect()
    assert link.asked() == (100, 0) or sum(link.asked()) == 100


def test_a_sidecar_that_closes_behind_its_answer(link):
    link.say(closes(WHOLE))
    for _ in range(50):
        is_whole("/array/abort", link.ask(), texts(3))


@pytest.mark.parametrize("path, idle", [("/array/abort", 64)])
def test_at_most_so_many_idle_connections(link, path, idle):
    link.sidecar.disconnect()
    link.sidecar.wait_no_peers()
    everyone = threading.Barrier(80)

    def answer(peer, _):
        everyone.wait(fake.TIMEOUT)
        peer.send(WHOLE)
        return KEEP
    link.say(answer)
    responses = []

    def ask():
        responses.append(link.ask(path))
    clients = [threading.Thread(target=ask) for _ in range(80)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(fake.TIMEOUT)
    assert len(responses) == 80
    for response in responses:
        is_whole(path, response, texts(3))
    wait_for(lambda: len(link.sidecar.peers) <= idle, "idle connections to be closed")
    assert len(link.sidecar.peers) == idle


def test_the_counters_of_the_link(link):
    link.sidecar.disconnect()
    link.sidecar.wait_no_peers()
    before = link.nginx.status()["link"]
    link.say(WHOLE)
    link.ask()
    link.ask()
    assert link.nginx.status()["link"]["state"] == "up"
    link.say(closes(b""), closes(b""))
    link.ask()
    down = link.nginx.status()["link"]
    assert down["failures"] == before["failures"] + 1
    assert down["reuses"] >= before["reuses"] + 1
    assert down["state"] == "up"  # it has just answered for the status page
    link.sidecar.status = link.second.status = b""
    silent = link.nginx.status()["link"]
    assert (silent["state"], silent["failures"]) == ("down", down["failures"])  # those are of streams alone


def test_an_upstream_that_proxy_pass_uses_too(servers):
    """Its connections are none of ours: HTTP stays HTTP, and a link to an HTTP server is a damaged link."""
    directory = servers.directory()
    nginx = servers.nginx(
        directory=directory, block=BLOCK,
        http=f"""
            upstream both {{ server unix:{directory}/http.sock; keepalive 2; }}
            server {{ listen unix:{directory}/http.sock; location / {{ return 200 "http $connection_requests"; }} }}
        """,
        locations="""
            location = /http   { proxy_pass http://both; proxy_http_version 1.1; proxy_set_header Connection ""; }
            location = /link   { dataaction_stream t; dataaction_pass both; }
        """)
    for _ in range(3):
        assert nginx.post("/link").status == 502
        assert nginx.post("/link").status == 502
        assert nginx.get("/http").body == b"http 1"
        assert nginx.get("/http").body == b"http 2"
