"""Asynchronous jobs: made once, polled, read, and deleted unless somebody may come back."""

import pytest

from support.process import wait_for
from support.search import Search, ids, ids_of, source, texts


@pytest.fixture(scope="module")
def search(module_servers):
    sources = source("jobs", "details_jobs") + source("few", "details_jobs", more="max_results 150;")
    return Search(module_servers, sources, platform="retry attempts=2 max_wait=10ms; breaker failures=1000;",
                  location="dataaction_buffer_size 16k;")


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()


def jobs(search):
    """All of this test's, by their fates."""
    return [job["deleted"] for job in search.simulator.state()["jobs"].values()]


def test_a_job_is_made_once_and_deleted(search):
    search.simulator.settings(job_polls=3)
    assert ids(search.ask("jobs")) == ids_of(texts(search, "details_jobs"))
    wait_for(lambda: jobs(search) == [True], "the end of the job")
    counts = search.simulator.state()["counts"]
    assert (counts["job_create"], counts["job_poll"], counts["job_delete"]) == (1, 3, 1)


def test_a_job_whose_cursor_was_handed_out_is_read_on_and_then_deleted(search):
    first = search.ask("jobs", limit=150)
    assert jobs(search) == [False]
    second = search.ask("jobs", cursor=first["next"])
    assert ids(first) + ids(second) == ids_of(texts(search, "details_jobs"))
    wait_for(lambda: jobs(search) == [True], "the end of the job")
    assert search.simulator.count("job_create") == 1


def test_a_cursor_of_a_job_that_is_gone(search):
    first = search.ask("few")
    assert first["reason"] == "limit"
    search.simulator.reset()
    response = search.post("few", cursor=first["next"])
    assert (response.status, response.json()["code"]) == (422, "dataaction.request.cursor")


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED", "EXPIRED"])
def test_a_job_that_the_platform_gives_up(search, state):
    search.simulator.settings(job_end=state)
    response = search.post("jobs")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.unavailable")
    assert search.lines("platform genesys, jobs: the job is " + state)
    wait_for(lambda: jobs(search) == [True], "the end of the job")


def test_a_client_that_goes_while_its_job_is_polled(search):
    search.simulator.settings(job_polls=1000)
    connection = search.start("jobs")
    wait_for(lambda: search.simulator.count("job_poll") > 0, "the first poll")
    connection.close()
    wait_for(lambda: jobs(search) == [True], "the end of the job")
    search.log_of(connection, "reason=client")


def test_a_client_that_goes_while_its_job_is_read(search):
    search.simulator.fault("job_results", "stall", skip=1)
    connection = search.start("jobs", "ndjson")
    assert connection.read_head().status == 200
    wait_for(lambda: search.simulator.count("job_results") > 1, "the second page")
    connection.reset()
    search.log_of(connection, "reason=client")


CREATE_FAULTS = [
    # (fault, HTTP status, code, requests): what may have been done is not done twice
    ({"status": 500}, 502, "unavailable", 1),
    ({"status": 502}, 502, "unavailable", 1),
    ({"status": 504}, 502, "unavailable", 1),
    ({"status": 503}, 502, "unavailable", 1),
    ({"status": 503, "retry_after": 0}, 502, "unavailable", 2),
    ({"status": 429, "retry_after": 0}, 503, "rate", 2),
    ({"status": 401}, 502, "credentials", 2),
    ({"status": 403}, 502, "refused", 1),
    ({"do": "reset"}, 502, "unavailable", 1),
    ({"do": "reset", "after": "nothing"}, 502, "unavailable", 1),
    ({"do": "html"}, 502, "answer", 1),
    ({"do": "truncate"}, 502, "answer", 1),
    ({"do": "invalid_json"}, 502, "answer", 1),
    ({"status": 202, "body": {"jobId": "../../../tokens/me"}}, 502, "answer", 1),
    ({"status": 202, "body": {}}, 502, "answer", 1),
]


@pytest.mark.parametrize("fault, status, code, requests", CREATE_FAULTS, ids=[str(row[0]) for row in CREATE_FAULTS])
def test_what_goes_wrong_when_a_job_is_made(search, fault, status, code, requests):
    search.simulator.fault("job_create", **fault, times="forever")
    response = search.post("jobs")
    assert (response.status, response.json()["code"]) == (status, f"dataaction.platform.{code}")
    assert search.simulator.count("job_create") == requests


@pytest.mark.parametrize("route", ["job_poll", "job_results"])
@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 0}, {"status": 502}, {"status": 503}, {"status": 401},
                                   {"do": "reset"}, {"do": "close"}, {"do": "expire_tokens"}, {"do": "revoke_tokens"}],
                         ids=str)
def test_what_passes_is_tried_again(search, route, fault):
    search.simulator.fault(route, **fault)
    assert ids(search.ask("jobs")) == ids_of(texts(search, "details_jobs"))
    wait_for(lambda: jobs(search) == [True], "the end of the job")


POLL_FAULTS = [
    # (fault, code, what the log says of it)
    ({"status": 403}, "refused", "status 403, code not.authorized"),
    ({"status": 500}, "unavailable", "status 500, code internal.server.error"),
    ({"do": "html"}, "answer", "not what was asked for: byte 0: { expected"),
    ({"do": "truncate"}, "answer", "the text ends where"),
    ({"status": 200, "body": {"state": "DONE"}}, "answer", '\\"state\\" is not known'),
]


@pytest.mark.parametrize("fault, code, said", POLL_FAULTS, ids=[str(row[0]) for row in POLL_FAULTS])
def test_what_goes_wrong_when_a_job_is_polled(search, fault, code, said):
    search.simulator.fault("job_poll", **fault, times="forever")
    response = search.post("jobs")
    assert (response.status, response.json()["code"]) == (502, f"dataaction.platform.{code}")
    search.log_of(response, "request refused", "platform genesys, jobs: ", said)
    wait_for(lambda: jobs(search) == [True], "the end of the job")
    counts = search.simulator.state()["counts"]
    assert (counts["job_create"], counts["job_poll"], counts["job_results"]) == (1, 1, 0)


def test_a_job_that_cannot_be_deleted_does_no_harm(search):
    search.simulator.fault("job_delete", status=500, times="forever")
    assert ids(search.ask("jobs")) == ids_of(texts(search, "details_jobs"))


def test_a_later_page_that_fails_leaves_a_cursor_and_the_job(search):
    search.simulator.fault("job_results", skip=2, status=500, times="forever")
    first = search.ask("jobs")
    assert (first["count"], first["reason"]) == (200, "upstream")
    search.simulator.clear_faults()
    assert ids(first) + ids(search.ask("jobs", cursor=first["next"])) == ids_of(texts(search, "details_jobs"))
    wait_for(lambda: jobs(search) == [True], "the end of the job")
