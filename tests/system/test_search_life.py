"""Searches while something around them changes: pace and circuit breaker, reloads, a sidecar that is killed, clients
that go, deadlines and budgets."""

import signal

import pytest

from support.http1 import BROKEN
from support.process import wait_for
from support.search import BACKENDS, Search, envelope_of, ids, ids_of, of_each_backend, source, texts

each_backend = pytest.mark.parametrize("backend", BACKENDS)


# --- pace

@pytest.mark.parametrize("backend", ["details_query", "details_jobs"])
def test_a_rate_that_the_platform_tells_is_kept(servers, backend):
    """Two requests a second, which its headers say; 1000 conversations in pages of 50."""
    search = Search(servers, source("s", backend, more="page_size 50;"), rate=120,
                    location="dataaction_deadline 4s;")
    answer = search.ask("s")
    assert (answer["complete"], answer["reason"]) == (False, "deadline") and answer["next"]
    assert ids(answer) == ids_of(texts(search, backend))[:answer["count"]] != []
    assert 429 not in {request["status"] for request in search.simulator.requests()}


def test_a_rate_that_nobody_tells_ends_the_search_where_waiting_is_too_long(servers):
    search = Search(servers, source("s", "tutorial_search", more="page_size 50;"), rate=10,
                    platform="retry max_wait=1s;")
    response = search.post("s")
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "upstream")
    assert ids(answer) == ids_of(texts(search, "tutorial_search"))[:500]
    assert search.log_of(response, "reason=upstream", "status 429", "the wait that is asked for is too long")
    refusal = search.post("s")
    assert (refusal.status, refusal.json()["code"]) == (503, "dataaction.platform.rate")
    assert 0 < int(refusal.header("Retry-After")) <= 60


def test_a_search_never_asks_more_often_than_its_rate(servers):
    """With 5 a minute, the second request would have to wait for 12 s."""
    search = Search(servers, source("s", "tutorial_search", more="page_size 50;"), platform="rate 5;",
                    location="dataaction_deadline 1s;")
    answer = search.ask("s")
    assert (answer["complete"], answer["reason"]) == (False, "deadline")
    assert len(search.simulator.requests("search")) == 1
    assert ids(answer) == ids_of(texts(search, "tutorial_search"))[:50]


def test_a_429_for_one_search_holds_the_others_back(servers):
    search = Search(servers, of_each_backend())
    simulator = search.of("tutorial_search")
    simulator.fault("first_page", status=429, retry_after=1)
    connections = [search.start("tutorial_search", limit=5) for _ in range(10)]
    for connection in connections:
        assert envelope_of(connection.read_response())["count"] == 5
    assert [request["status"] for request in simulator.requests("first_page")].count(429) == 1


# --- the circuit breaker

def test_a_breaker_opens_for_its_route_and_closes_again(servers):
    search = Search(servers, of_each_backend(), platform="retry attempts=1; breaker failures=3 time=1s;")
    simulator = search.of("details_query")
    simulator.fault("first_page", status=500, times="forever")
    for _ in range(3):
        assert search.post("details_query").json()["code"] == "dataaction.platform.unavailable"
    asked = simulator.count("first_page")
    response = search.post("details_query")
    assert (response.status, response.json()["code"]) == (503, "dataaction.platform.unavailable")
    assert response.header("Retry-After") == "1"
    assert simulator.count("first_page") == asked == 3
    assert len(search.lines("[error]", "circuit breaker opened", "platform=genesys", "route=search")) == 1
    assert search.log_of(response, "platform genesys, search: the circuit breaker is open")
    assert ids(search.ask("details_jobs", limit=5)), "another route"
    assert ids(search.ask("tutorial_search", limit=5)), "another platform"
    simulator.clear_faults()
    wait_for(lambda: search.post("details_query", limit=1).status == 200, "the breaker's second chance")
    assert search.lines("circuit breaker", "state=closed")


def test_a_platform_that_is_not_there(servers):
    search = Search(servers, source("s", "tutorial_search"), platform="retry attempts=2 max_wait=10ms;")
    search.simulator.stop()
    response = search.post("s")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.unavailable")
    assert search.log_of(response, "request refused", "platform tutorial, token: ", "attempt 2")
    search.simulator.start()
    search.simulator.settings(dialect="tutorial")
    assert search.ask("s")["complete"]


# --- reloads

@each_backend
def test_a_reload_leaves_running_searches_alone(servers, backend):
    search = Search(servers, of_each_backend())
    simulator = search.of(backend)
    route = "job_results" if backend == "details_jobs" else "later_page"
    simulator.fault(route, "stall", skip=3)
    connection = search.start(backend)
    wait_for(lambda: simulator.count(route) == 4, "the page that stalls")
    for _ in range(2):
        search.reload()
    search.nginx.reload()
    simulator.release()
    assert ids(envelope_of(connection.read_response())) == ids_of(texts(search, backend))


def test_a_reload_takes_up_another_query(servers):
    first = source("s", "tutorial_search", "channelType:voice")
    search = Search(servers, first)
    cursor = search.ask("s", limit=5)["next"]
    assert first in search.block
    search.reload(block=search.block.replace(first, source("s", "tutorial_search", "channelType:chat")))
    assert search.ask("s")["count"] == 200
    assert [request["body"]["query"] for request in search.simulator.requests("first_page")] == [
        "channelType:voice", "channelType:chat"]
    assert search.post("s", cursor=cursor).status == 422
    assert search.simulator.count("token") == 1


# --- ends from outside

@each_backend
@pytest.mark.parametrize("form", ["array", "ndjson", "envelope"])
def test_a_sidecar_that_is_killed_in_mid_search(servers, backend, form):
    search = Search(servers, of_each_backend())
    simulator = search.of(backend)
    route = "job_results" if backend == "details_jobs" else "later_page"
    simulator.fault(route, "stall", skip=2)
    connection = search.start(backend, form)
    head = connection.read_head()
    wait_for(lambda: simulator.count(route) == 3, "the page that stalls")
    search.daemon.kill()
    response = connection.read_body(head)
    if form == "envelope":
        answer = envelope_of(response)
        assert (answer["complete"], answer["reason"]) == (False, "upstream")
        assert ids(answer) == ids_of(texts(search, backend))[:answer["count"]] != []
    else:
        assert response.end in BROKEN
    assert search.post(backend).json()["code"] == "dataaction.link.unavailable"
    search.daemon.start()
    simulator.release()
    wanted = ids_of(texts(search, backend))
    assert ids(search.ask(backend)) == wanted
    if form == "envelope":
        assert ids(answer) + ids(search.ask(backend, cursor=answer["next"])) == wanted


@each_backend
def test_a_client_that_goes_ends_its_search(servers, backend):
    search = Search(servers, of_each_backend())
    simulator = search.of(backend)
    route = "job_results" if backend == "details_jobs" else "later_page"
    simulator.fault(route, "stall", skip=1)
    connection = search.start(backend, "ndjson")
    assert connection.read_head().status == 200
    wait_for(lambda: simulator.count(route) == 2, "the page that stalls")
    connection.reset()
    wait_for(lambda: simulator.requests(route)[-1]["outcome"] == "client gone", "the end of the request")
    search.log_of(connection, "reason=client")
    wait_for(lambda: simulator.state()["under_way"] == 0, "the end of all")


@each_backend
def test_a_client_that_does_not_read_stops_the_paging(servers, backend):
    count = 30_000 if backend == "tutorial_search" else 9_000  # much more than the buffers on its way hold
    search = Search(servers, of_each_backend(), count=count)
    simulator = search.of(backend)
    route = "job_results" if backend == "details_jobs" else "later_page"
    connection = search.nginx.connect(receive_buffer=2048)
    connection.send_request("POST", f"/{backend}/ndjson", {})
    head = connection.read_head()
    status = search.nginx.status
    wait_for(lambda: status()["sources"][backend]["stalls"] > 0, "a stall")

    def at_rest():
        pages = simulator.count(route)
        for _ in range(20):
            status()
        return simulator.count(route) == pages

    wait_for(at_rest, "the buffers to be full")
    assert simulator.count(route) < count // 100 // 2
    assert connection.read_body(head).body.count(b"\n") == len(texts(search, backend))


@each_backend
def test_a_deadline_leaves_what_was_found_and_a_cursor(servers, backend):
    search = Search(servers, of_each_backend(), location="dataaction_deadline 1500ms;")
    simulator = search.of(backend)
    simulator.fault("job_results" if backend == "details_jobs" else "later_page", "stall", skip=2)
    answer = search.ask(backend)
    assert (answer["complete"], answer["reason"]) == (False, "deadline")
    simulator.reset()
    if backend == "details_jobs":
        assert answer["next"]
        return  # with the reset, the job has gone
    assert ids(answer) + ids(search.ask(backend, cursor=answer["next"])) == ids_of(texts(search, backend))


@each_backend
def test_a_deadline_before_the_first_record(servers, backend):
    search = Search(servers, of_each_backend(), location="dataaction_deadline 300ms;")
    search.of(backend).fault("job_poll" if backend == "details_jobs" else "first_page", "stall")
    response = search.post(backend)
    assert (response.status, response.json()["code"]) == (504, "dataaction.deadline")


@each_backend
def test_a_size_budget_ends_with_whole_records(servers, backend):
    search = Search(servers, of_each_backend(), location="dataaction_max_size 100k;")
    response = search.post(backend)
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "size") and len(response.body) <= 100 << 10
    wanted = ids_of(texts(search, backend))
    assert ids(answer) == wanted[:answer["count"]] != []
    if answer["next"]:
        rest = search.ask(backend, cursor=answer["next"])
        assert ids(rest) == wanted[answer["count"]:][:rest["count"]]


def test_sigterm_lets_a_search_finish(servers):
    search = Search(servers, source("s", "tutorial_search"))
    search.simulator.fault("later_page", "stall", skip=2)
    connection = search.start("s")
    wait_for(lambda: search.simulator.count("later_page") == 3, "the page that stalls")
    search.daemon.signal(signal.SIGTERM)
    wait_for(lambda: search.lines("stopping"), "the stop")
    search.simulator.release()
    assert ids(envelope_of(connection.read_response())) == ids_of(texts(search, "tutorial_search"))
    wait_for(lambda: not search.daemon.running(), "the end")
