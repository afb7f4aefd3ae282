"""Faults go wrong exactly as they were scripted."""

import email.utils
import json

import pytest


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
    assert client.post("/api/v2/analytics/conversations/details/jobs", {}).status == 500
    path = "/api/v2/analytics/conversations/details/jobs/"
    path += client.post(path[:-1], {"interval": "2024-01-01T00:00Z/2024-01-02T00:00Z"}).json["jobId"]
    assert [client.get(path).status for _ in range(4)] == [202, 502, 202, 200]
    cursor = client.results(path).json["cursor"]
    assert client.results(path, cursor).json["cursor"] == cursor


def test_tokens_end_between_pages(simulator, client):
    for what in ("expire_tokens", "revoke_tokens"):
        simulator.fault("later_page", what)
        assert client.details().status == 200
        assert client.details(number=2).error() == (401, "bad.credentials")
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
