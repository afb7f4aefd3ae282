"""Faults go wrong exactly as they were scripted."""

import email.utils
import json

import pytest

from simulator.testing import JOBS, QUERY

ASKED = {"interval": "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"}


def text_of(reply):
    return reply.body.decode()


def test_an_answer_in_the_place_of_the_real_one(simulator, client):
    simulator.fault("later_page", status=503, headers={"X-A": "b"}, body={"a": 1}, skip=1, times=2)
    statuses = [client.details(number=number).status for number in (2, 1, 2, 2, 2)]
    assert statuses == [200, 200, 503, 503, 200] and simulator.faults() == []
    simulator.fault("any", status=502, times="forever", body="<not json>", headers={"X-A": "b"})
    for answer in (client.details(), client.ask_token(), client.get("/api/v2/ipranges")):
        assert (answer.status, text_of(answer), answer.headers["X-A"]) == (502, "<not json>", "b")
    simulator.clear_faults()
    assert client.details().status == 200


def test_the_bodies_that_statuses_have(simulator, client):
    for status, code in ((401, "bad.credentials"), (403, "not.authorized"), (500, "internal.server.error"),
                         (504, "request.timeout"), (418, "general.error")):
        simulator.fault("first_page", status=status)
        assert client.details().error() == (status, code)
    simulator.fault("token", status=500)
    assert "error_description" in client.ask_token().json


def test_forms_of_retry_after(simulator, client):
    for given in ({"retry_after": 7}, {}, {"retry_after": "soon"}, {"retry_after": {"date": 3600}}):
        simulator.fault("search", status=429, **given)
    answers = [client.details() for _ in range(4)]
    assert [answer.error() for answer in answers] == [(429, "too.many.requests.retry.after")] * 4
    assert [answer.headers["Retry-After"] for answer in answers[:3]] == ["7", None, "soon"]
    later = email.utils.parsedate_to_datetime(answers[3].headers["Retry-After"])
    now = email.utils.parsedate_to_datetime(answers[3].headers["Date"])
    assert 3599 <= (later - now).total_seconds() <= 3601


def test_a_rate_limit_in_the_dialects_words(simulator, client):
    simulator.fault("token", "rate_limit")
    answer = client.ask_token()
    assert answer.status == 400 and answer.json["error_description"].startswith("rate limit exceeded;")
    simulator.settings(dialect="tutorial")
    simulator.fault("token", "rate_limit")
    answer = client.ask_token()
    assert answer.status == 429 and answer.headers["Retry-After"] == "60"
    simulator.fault("ipranges", "rate_limit")
    assert client.get("/api/v2/ipranges").error() == (429, "too.many.requests.retry.after")


def test_answers_that_are_not_what_they_should_be(simulator, client):
    for what in ("html", "error_body", "invalid_json", "truncate"):
        simulator.fault("first_page", what)
    assert client.details().headers["Content-Type"].startswith("text/html")
    assert client.details().json["status"] == 500
    for _ in range(2):
        with pytest.raises(ValueError):
            json.loads(client.details().body)
    simulator.fault("token", "error_body")
    answer = client.ask_token()
    assert answer.status == 200 and answer.json["error"] == "invalid_client"


def test_a_cut_at_a_byte(simulator, client):
    whole = client.details().body
    simulator.fault("first_page", "truncate", after=10)
    assert client.details().body == whole[:10]
    simulator.fault("first_page", "truncate", after=0)
    assert client.details().body == b""


def test_a_body_of_any_size(simulator, client):
    simulator.fault("first_page", "oversize", bytes=5_000_000)
    answer = client.details()
    assert 5_000_000 < len(answer.body) < 5_200_000 and answer.json["totalHits"] == 1000


def test_pages_that_do_not_move(simulator, tutorial):
    pages = [tutorial.search().json]
    simulator.fault("later_page", "repeat_cursor", times=2)
    for _ in range(2):
        pages.append(tutorial.search(page=pages[-1]["nextPage"]).json)
    assert len({page["nextPage"] for page in pages}) == 1
    simulator.fault("later_page", "empty_page", times=2)
    for _ in range(3):
        pages.append(tutorial.search(page=pages[-1]["nextPage"]).json)
    assert [len(page["results"]) for page in pages] == [200, 200, 200, 0, 0, 200]
    assert len({page["nextPage"] for page in pages[2:]}) == 4
    assert pages[5]["results"] == pages[2]["results"]


def test_pages_that_repeat(simulator, client):
    first = client.details().json["conversations"]
    simulator.fault("later_page", "previous_page")
    assert client.details(number=2).json["conversations"] == first
    simulator.fault("first_page", "duplicates")
    assert client.details().json["conversations"][::2] == first
    simulator.fault("later_page", "empty_page")
    assert client.details(number=2).json == {"conversations": [], "totalHits": 1000}


def test_jobs_have_faults_of_their_own(simulator, client):
    simulator.fault("job_create", status=500)
    simulator.fault("job_poll", status=502, skip=1)
    simulator.fault("job_results", "repeat_cursor", skip=1)
    assert client.post(JOBS, ASKED).status == 500
    path = f"{JOBS}/{client.post(JOBS, ASKED).json['jobId']}"
    assert [client.get(path).status for _ in range(4)] == [202, 502, 202, 200]
    cursor = client.results(path).json["cursor"]
    assert client.results(path, cursor).json["cursor"] == cursor


def test_tokens_end_between_pages(simulator, client):
    for what in ("expire_tokens", "revoke_tokens"):
        simulator.fault("later_page", what)
        assert client.details().status == 200
        refused = client.details(number=2)
        assert refused.error() == (401, "bad.credentials") and "inin-ratelimit-count" not in refused.headers
        client.token = None
        assert client.details(number=2).status == 200


def test_a_fault_of_a_body_waits_for_a_body(simulator, client):
    client.bearer()
    simulator.revoke_tokens()
    simulator.fault("first_page", "truncate")
    assert client.details().status == 401
    client.token = None
    with pytest.raises(ValueError):
        json.loads(client.details().body)
    assert [entry["fault"] for entry in simulator.requests("first_page")] == [None, "truncate"]


# --- who meets them

STRIKING = [{"status": 503}, {"do": "rate_limit"}, {"do": "html"}, {"do": "error_body"}, {"do": "truncate"},
            {"do": "delay", "delay_ms": 3_600_000}, {"do": "stall"}, {"do": "reset"},
            {"do": "reset", "after": "nothing"}, {"do": "close"}]


@pytest.mark.parametrize("fault", STRIKING, ids=str)
def test_a_request_that_is_wrong_meets_no_fault(simulator, client, fault):
    bearer = client.bearer()
    simulator.settings(page_delay_ms=3_600_000)
    simulator.fault("any", times="forever", **fault)
    wrong = [client.send("POST", QUERY, json.dumps(ASKED), [("Authorization", "Bearer wrong")]),
             client.send("POST", QUERY, json.dumps(ASKED), [bearer]), client.post(QUERY, "not json"),
             client.details(size=101), client.details(number=1001), client.post(JOBS, {}), client.get(f"{JOBS}/x"),
             client.get("/api/v2/ipranges?x=1"), client.post(QUERY, " " * 512_001)]
    assert [answer.error()[0] for answer in wrong] == [401, 415, 400, 400, 400, 400, 404, 400, 413]
    assert client.ask_token({"grant_type": "password"}).json["error"] == "unsupported_grant_type"
    assert client.ask_token({"grant_type": "client_credentials", "client_id": "client", "client_secret": "x"},
                            None).json["error"] == "invalid_client"
    simulator.settings(permissions=[])
    assert client.details().error() == (403, "missing.any.permissions")
    simulator.settings(dialect="tutorial")
    assert client.search().error() == (403, "app.not.authorized.for.scope")
    assert {entry["fault"] for entry in simulator.requests()} == {None}


def test_wrong_requests_use_no_fault_up(simulator, client):
    simulator.fault("first_page", status=503, skip=1)
    assert [client.details(size=101).status for _ in range(2)] == [400, 400]
    assert [client.details().status for _ in range(3)] == [200, 503, 200]


def test_a_request_that_meets_a_fault_changes_nothing(simulator, client):
    client.bearer()
    path = client.make_job()
    before = simulator.state()
    for route in ("token", "first_page", "job_create", "job_results", "job_delete", "job_poll", "token_info"):
        simulator.fault(route, status=500)
    failed = [client.ask_token(), client.details(), client.post(JOBS, ASKED), client.results(path),
              client.get(path, "DELETE"), client.get(path), client.get("/api/v2/tokens/me", "DELETE")]
    assert [answer.status for answer in failed] == [500] * 7
    after = simulator.state()
    assert [after[name] for name in ("tokens", "conversations", "jobs")] == [
        before[name] for name in ("tokens", "conversations", "jobs")]


def test_requests_that_meet_a_fault_count_against_the_rate(simulator, client):
    client.bearer()
    simulator.settings(rate=6)
    for fault in ({"status": 503}, {"do": "error_body"}, {"status": 401}, {"do": "html"}, {"do": "truncate"},
                  {"do": "delay", "delay_ms": 1}):
        simulator.fault("first_page", **fault)
    answers = [client.details() for _ in range(6)]
    assert [answer.status for answer in answers] == [503, 200, 401, 200, 200, 200]
    # What refuses a bearer does not count for it, nor does what stands before the platform.
    assert [answer.headers["inin-ratelimit-count"] for answer in answers] == ["1", "2", None, None, "5", "6"]
    simulator.fault("first_page", status=503)
    assert client.details().error() == (429, "too.many.requests.retry.after")
    assert len(simulator.faults()) == 1


def test_token_requests_that_meet_a_fault_count_against_theirs(simulator, client):
    simulator.settings(token_rate=2)
    simulator.fault("token", status=500, times="forever")
    answers = [client.ask_token() for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 500, 400]
    assert answers[2].json["error_description"].startswith("rate limit exceeded;")
