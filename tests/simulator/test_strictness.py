"""What the simulator must refuse, thing by thing: a client that passes it is right."""

import json

import pytest

from simulator.testing import FORM, JOBS, QUERY, SEARCH, Client

INTERVAL = "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"


# --- requests

def told(answer):
    """(status, count, seconds that a client must wait, or until the oldest request leaves)"""
    return answer.status, int(answer.headers["inin-ratelimit-count"]), int(
        answer.headers["Retry-After"] or answer.headers["inin-ratelimit-reset"])


def about(seconds):
    """The clock runs while a test does."""
    return range(seconds - 15, seconds + 1)


def test_any_minute_has_so_many_requests(simulator, client):
    """It does not begin anew: each request leaves by itself."""
    simulator.settings(rate=2)
    asked = []
    for wait in (0, 30, 30, 0):
        simulator.advance(wait)
        asked.append(told(client.get("/api/v2/ipranges")))
    assert [(status, count) for status, count, _ in asked] == [(200, 1), (200, 2), (200, 2), (429, 3)]
    assert all(seconds in about(wanted) for (_, _, seconds), wanted in zip(asked, (60, 30, 30, 60)))


def test_requests_that_are_refused_count(simulator, client):
    simulator.settings(rate=1)
    statuses = []
    for wait in (0, 30, 30, 60):
        simulator.advance(wait)
        statuses.append(client.get("/api/v2/ipranges").status)
    assert statuses == [200, 429, 429, 200]
    simulator.settings(token_rate=1)
    simulator.reset_rates()
    tokens = []
    for wait in (0, 30, 30, 60):
        simulator.advance(wait)
        tokens.append(client.ask_token().status)
    assert tokens == [200, 400, 400, 200]


def test_a_minute_has_so_many_requests(simulator, client):
    simulator.settings(rate=2)
    answers = [client.get("/api/v2/ipranges") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["inin-ratelimit-count"] for answer in answers] == ["1", "2", "3"]
    assert answers[0].headers["inin-ratelimit-allowed"] == "2"
    assert 1 <= int(answers[0].headers["inin-ratelimit-reset"]) <= 60
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].error() == (429, "too.many.requests.retry.after")
    assert answers[2].json["limit"]["value"] == 2
    other = Client(simulator)
    assert other.get("/api/v2/ipranges").status == 200  # a limit a token
    simulator.reset_rates()
    assert client.get("/api/v2/ipranges").status == 200
    simulator.settings(dialect="tutorial", rate=1)
    answer = client.get("/api/v2/ipranges")
    assert answer.status == 429 and "Retry-After" in answer.headers and "inin-ratelimit-count" not in answer.headers


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json",
                                          "application/json; charset=latin-1"])
def test_content_types(client, content_type):
    assert client.post(QUERY, {"interval": INTERVAL}, content_type).error() == (415, "unsupported.media.type")
    assert client.post(QUERY, {"interval": INTERVAL}, "application/json; charset=utf-8").status == 200


def test_no_content_type(client):
    assert client.send("POST", QUERY, "{}", [client.bearer()]).error() == (415, "unsupported.media.type")


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', '{"interval":NaN}', "{} {}", "{'interval':1}",
                                  '{"interval":"a","interval":"b"}', b"\xff{}", b"\xef\xbb\xbf{}", '{"a":"\x01"}'])
def test_bodies_that_are_not_json_objects(client, body):
    assert client.post(QUERY, body).error() == (400, "bad.request")


def test_a_body_over_the_limit(client):
    body = json.dumps({"interval": INTERVAL})
    assert client.post(QUERY, body.ljust(512_000)).status == 200
    assert client.post(QUERY, body.ljust(512_001)).error() == (413, "request.entity.too.large")


@pytest.mark.parametrize("method, target", [("GET", QUERY), ("PUT", QUERY), ("DELETE", JOBS), ("GET", JOBS),
                                            ("POST", "/api/v2/ipranges"), ("POST", "/api/v2/tokens/me")])
def test_methods(client, method, target):
    answer = client.get(target, method)
    assert answer.error() == (405, "method.not.allowed") and answer.headers["Allow"]


def test_paths(client):
    for target in ("/", "/api/v2", QUERY + "/", "/api/v1/ipranges", "/api/v2/dataactions/echo/execute"):
        assert client.get(target, "POST").error() == (404, "not.found")
    assert client.get("/api/v2/search", "GET").status == 405


def test_queries_and_bodies_where_none_belong(client):
    assert client.get("/api/v2/ipranges?x=1").error() == (400, "invalid.query.param.value")
    assert client.get(f"{JOBS}/x/results?pageSize=1&pageSize=2").error() == (400, "invalid.query.param.value")
    assert client.send("GET", "/api/v2/ipranges", "{}", [client.bearer()]).error() == (400, "bad.request")


# --- bodies of queries

PREDICATE = {"type": "dimension", "dimension": "mediaType", "operator": "matches", "value": "voice"}


def filtered(*predicates, kind="and", **more):
    return {"segmentFilters": [{"type": kind, "predicates": list(predicates), **more}]}


@pytest.mark.parametrize("change", [
    {"interval": None}, {"interval": 5}, {"interval": "2024-01-01"}, {"interval": "x/y"},
    {"interval": "2024-01-01T00:00:00Z"}, {"interval": "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z"},
    {"interval": "2024-01-01T00:00:00Z/2024-01-01T00:00:00Z"}, {"interval": "2024-13-01T00:00Z/2025-01-01T00:00Z"},
    {"interval": "2024-01-01/2024-01-02"}, {"interval": INTERVAL + "/x"}, {"interval": "P1D/2024-01-01T00:00Z"},
    {"order": "ascending"}, {"order": 1}, {"orderBy": "timestamp"}, {"unknown": 1}, {"query": "status:completed"},
    {"segmentFilters": {}}, {"segmentFilters": [{}]}, {"segmentFilters": [{"type": "and"}]},
    filtered(), filtered(PREDICATE, kind="xor"), filtered(PREDICATE, more=1), filtered(PREDICATE, clauses={}),
    filtered({**PREDICATE, "more": 1}), filtered({**PREDICATE, "operator": "equals"}),
    filtered({**PREDICATE, "dimension": "status"}), filtered({**PREDICATE, "value": None}),
    filtered({**PREDICATE, "value": 5}), filtered({**PREDICATE, "operator": "exists"}),
    filtered({"dimension": "mediaType"}), filtered({"value": "voice"}), filtered({**PREDICATE, "type": "field"}),
    filtered({**PREDICATE, "range": {"gt": 1}}), filtered({**PREDICATE, "dimension": "conversationEnd"}),
    {"conversationFilters": [{"type": "and", "predicates": [PREDICATE]}]},
    {"aggregations": "junk"}, {"aggregations": [{"nonsense": 1}]},
    {"aggregations": [{"type": "termFrequency", "dimension": "mediaType", "size": 10}]}, {"surveyFilters": [{}]},
])
@pytest.mark.parametrize("target", [QUERY, JOBS])
def test_queries_that_are_refused(client, target, change):
    answer = client.post(target, {"interval": INTERVAL, **change})
    assert answer.error()[0] == 400, change
    assert client.post(target, {"interval": INTERVAL, **filtered(PREDICATE)}).status in (200, 202)


@pytest.mark.parametrize("paging", [{}, [], {"pageSize": 100}, {"pageNumber": 1}, {"pageSize": 101, "pageNumber": 1},
                                    {"pageSize": 0, "pageNumber": 1}, {"pageSize": 10, "pageNumber": 0},
                                    {"pageSize": "10", "pageNumber": 1}, {"pageSize": 10, "pageNumber": True},
                                    {"pageSize": 10, "pageNumber": 1, "cursor": "x"}])
def test_pagings_that_are_refused(client, paging):
    assert client.post(QUERY, {"interval": INTERVAL, "paging": paging}).error()[0] == 400


def test_a_query_pages_so_far(simulator, client):
    assert client.details(number=1000).status == 200
    answer = client.details(number=1001)
    assert answer.error() == (400, "bad.request")
    assert answer.json["message"] == "Pagination may not exceed 100000 results"


def test_an_answer_has_so_many_bytes(simulator, client):
    whole = client.details(size=10)
    simulator.settings(max_response_bytes=len(whole.body))
    assert client.details(size=10).body == whole.body
    served = simulator.state()["conversations"]
    for fault in ("duplicates", "truncate"):
        simulator.fault("first_page", fault)
    answer = client.details(size=11)
    assert answer.error() == (413, "payload.too.large")
    assert answer.json["message"] == "The response payload was too large"
    assert simulator.state()["conversations"] == served and len(simulator.faults()) == 2
    simulator.clear_faults()
    assert client.details(size=10, number=100).status == 200
    assert client.results(client.make_job()).status == 200  # which has no such limit that is known


def test_an_interval_has_so_many_days(simulator, client):
    simulator.settings(max_interval_days=7)
    assert client.details(end="2024-01-08").status == 200
    assert client.details(end="2024-01-09").error() == (400, "invalid.date")


def test_jobs_that_are_refused(client):
    for more in ({"paging": {"pageSize": 1, "pageNumber": 1}}, {"limit": "5"}, {"limit": 0}, {"limit": -1},
                 {"startOfDayIntervalMatching": 1}):
        assert client.post(JOBS, {"interval": INTERVAL, **more}).error()[0] == 400
    assert client.get(f"{JOBS}/x").error() == (404, "not.found")
    assert client.get(f"{JOBS}/x", "DELETE").error() == (404, "not.found")


def test_cursors_of_jobs(simulator, client):
    simulator.settings(job_polls=1)
    path, other = client.make_job(), client.make_job()
    cursor = client.results(path).json["cursor"]
    assert client.results(path, cursor).status == 200
    for wrong in (cursor[:-1], "x" + cursor[1:], cursor.swapcase(), "x"):
        assert client.results(path, wrong).error() == (400, "bad.request")
    assert client.results(other, cursor).error() == (400, "bad.request")
    assert client.get(f"{path}/results?cursor={cursor}").status == 400  # "+" in a URL is a space
    for size in ("0", "1001", "x", "-1", ""):
        assert client.get(f"{path}/results?pageSize={size}").error()[0] == 400


# --- the tutorial's search

@pytest.mark.parametrize("change", [
    {"query": None}, {"query": ""}, {"query": 5}, {"type": None}, {"type": "user"}, {"types": ["conversation"]},
    {"size": 201}, {"size": 0}, {"size": "200"}, {"size": True}, {"pageSize": 10}, {"page": 0}, {"page": "x"},
    {"page": 1.5}, {"sort": "timestamp"}, {"sort": [{"field": "timestamp"}]},
    {"sort": [{"field": "timestamp", "direction": "down"}]}, {"sort": [{"field": "x", "direction": "asc"}]},
    {"query": "completed"}, {"query": "status:completed OR status:active"}, {"query": "NOT status:completed"},
    {"query": "(status:completed)"}, {"query": 'status:"completed'}, {"query": "status:"},
    {"query": "other:completed"}, {"query": "status:completed AND"}, {"query": "AND status:completed"},
    {"query": "status:completedANDdirection:inbound"}, {"query": "status:a status:[b TO c]"},
    {"query": "status:-completed"}, {"query": 'status:"a"b'}, {"query": "status:comp*"},
])
def test_searches_that_are_refused(tutorial, change):
    body = {"query": "status:completed", "type": "conversation", **change}
    assert tutorial.post(SEARCH, body).error()[0] == 400


def test_quoted_values_are_values(tutorial):
    assert tutorial.search(r'status:"completed\" OR status:\"active"').json["total"] == 0
    assert tutorial.search(r"status:comp\leted  direction:out\bound").json["total"] == 480


def test_cursors_of_searches(tutorial):
    cursor = tutorial.search().json["nextPage"]
    assert cursor.startswith("+/") and tutorial.search(page=cursor).json["page"] == 2
    assert tutorial.search(page=cursor, size=100).error() == (400, "bad.request")
    assert tutorial.search("status:completed", page=cursor).error() == (400, "bad.request")
    assert tutorial.search(page=cursor[:-4] + "AAAA").error() == (400, "bad.request")


def test_each_dialect_refuses_the_other(simulator, client, tutorial):
    assert tutorial.details().error() == (404, "not.found")
    assert tutorial.post("/api/v2/integrations/actions/echo/execute", {}).error() == (404, "not.found")
    simulator.settings(dialect="genesys")
    assert client.search().error()[0] == 400  # the directory's search wants types
    assert client.post("/api/v2/integrations/actions", {"integrationId": "echo", "parameters": {}}).error()[0] == 400


# --- actions

def test_actions_that_are_refused(simulator, client):
    def execute(name, body):
        return client.post(f"/api/v2/integrations/actions/{name}/execute", body).error()

    assert execute("nothing", {}) == (404, "not.found")
    assert execute("transactions", {}) == (400, "invalid.schema")
    assert execute("transactions", {"customer_id": "C", "more": 1}) == (400, "invalid.schema")
    assert execute("echo", []) == (400, "bad.request")
    flattened = client.post("/api/v2/integrations/actions/echo/execute?flatten=yes", {})
    assert flattened.error() == (400, "invalid.query.param.value")
    simulator.settings(dialect="tutorial")
    tutorial = Client(simulator, "integration:action:execute dataactions:execute")
    for body in ({}, {"integrationId": "echo"}, {"integrationId": "echo", "parameters": []},
                 {"integrationId": 5, "parameters": {}}, {"integrationId": "echo", "parameters": {}, "more": 1}):
        assert tutorial.post("/api/v2/integrations/actions", body).error()[0] == 400
    for inputs in (None, {}, [{}], [{"name": "a"}], [{"name": "a", "value": 1, "more": 1}],
                   [{"name": "a", "value": 1}, {"name": "a", "value": 2}]):
        assert tutorial.post("/api/v2/dataactions/echo/execute", {"inputs": inputs}).error()[0] == 400


def test_forms_are_only_for_tokens(client):
    assert client.post("/api/v2/integrations/actions/echo/execute", "a=1", FORM).error()[0] == 415
