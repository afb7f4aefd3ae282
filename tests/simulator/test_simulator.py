"""The simulator does what it promises when all is well: both dialects, from the token to the last page."""

import json
import ssl
import urllib.request

import pytest

from simulator.testing import JOBS, SEARCH, Client


def ids(records):
    return [item["conversationId"] for item in records]


def expected(simulator, first, count):
    return [item["id"] for item in simulator.conversations(first, count)]


def test_the_token_of_the_platform(client):
    answer = client.ask_token()
    assert answer.status == 200
    assert set(answer.json) == {"access_token", "token_type", "expires_in"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 86399)
    body = client.ask_token({"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"},
                            authorization=None)
    assert body.status == 200 and body.json["access_token"] != answer.json["access_token"]


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v2/oauth/token"])
def test_the_token_of_the_tutorials(tutorial, path):
    answer = tutorial.ask_token({"grant_type": "client_credentials", "client_id": "client",
                                 "client_secret": "secret", "scope": "search:query other"}, None, path=path)
    assert answer.json["scope"] == "search:query"


def test_every_answer_is_chunked_and_has_a_correlation_id(client):
    for answer in (client.details(), client.get("/api/v2/nothing"), client.ask_token()):
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in answer.headers
        assert len(answer.headers["ININ-Correlation-Id"]) == 36


def test_details_by_page_number(simulator, client):
    page = client.details(size=100).json
    assert page["totalHits"] == 1000 and len(page["conversations"]) == 100
    assert ids(client.all_details(size=77)) == expected(simulator, 0, 1000)
    assert ids(client.all_details(order="desc")) == expected(simulator, 0, 1000)[::-1]
    assert client.details(number=11).json == {"totalHits": 1000}
    assert len(client.post("/api/v2/analytics/conversations/details/query",
                           {"interval": "2024-01-01T00:00/2024-01-02T00:00"}).json["conversations"]) == 25


def key(record, field):
    segment = record["participants"][0]["sessions"][0]["segments"][0]
    return {**record, **segment}.get(field, "9999")


@pytest.mark.parametrize("field", ["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"])
def test_orders(simulator, client, field):
    """Neighbours differ by what has not ended, which is the last to end."""
    simulator.settings(count=230)
    for read in (client.all_details, lambda **order: client.all_results(client.make_job(**order))):
        ascending = read(orderBy=field, order="asc")
        assert ascending == sorted(ascending, key=lambda record: key(record, field)) and len(ascending) == 230
        assert read(orderBy=field) == ascending and read(orderBy=field, order="desc") == ascending[::-1]
        unordered = ids(read(orderBy=field, order="unordered"))
        assert sorted(unordered) == sorted(ids(ascending))
        assert unordered not in (ids(ascending), ids(ascending)[::-1])
        assert ("conversationEnd" in ascending[-1]) == field.endswith("Start")


def test_the_details_interval_means_days(simulator, client):
    simulator.settings(count=5000)  # 1440 a day
    day = ids(client.all_details(begin="2024-01-02", end="2024-01-03"))
    assert day == expected(simulator, 1440, 1440)
    part = client.post("/api/v2/analytics/conversations/details/query",
                       {"interval": "2024-01-02T23:00:00Z/2024-01-03T01:00:00+01:00"}).json
    assert part["totalHits"] == 1440
    assert client.details(begin="2023-01-01", end="2024-01-01").json == {"totalHits": 0}


def test_the_job_interval_means_activity(simulator, client):
    simulator.settings(count=5000)
    found = client.all_results(client.make_job(begin="2024-01-02", end="2024-01-03"))
    assert ids(found) == expected(simulator, 1438, 1442)  # 142 s: two that began on the day before
    day = client.make_job(begin="2024-01-02", end="2024-01-03", startOfDayIntervalMatching=True, limit=250)
    assert ids(client.all_results(day)) == expected(simulator, 1440, 250)


def test_a_job_from_its_making_to_its_end(simulator, client):
    simulator.settings(count=250)
    body = {"interval": "2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"}
    path = f"{JOBS}/{client.post(JOBS, body).json['jobId']}"
    assert client.results(path).error() == (400, "bad.request")
    states = [(answer.status, answer.json["state"]) for answer in (client.get(path) for _ in range(3))]
    assert states == [(202, "QUEUED"), (202, "PENDING"), (200, "FULFILLED")]
    pages = [client.results(path)]
    while "cursor" in pages[-1].json:
        pages.append(client.results(path, pages[-1].json["cursor"]))
    assert [len(page.json["conversations"]) for page in pages] == [100, 100, 50]
    assert all("attributes" in item["participants"][0] for item in pages[0].json["conversations"])
    assert client.get(path, "DELETE").status == 204
    assert client.get(path).error() == (404, "not.found")
    assert [job["deleted"] for job in simulator.state()["jobs"].values()] == [True]
    assert client.get(f"{JOBS}/availability").json["dataAvailabilityDate"].startswith("2024-01-01T04:10")


@pytest.mark.parametrize("end", ["FAILED", "CANCELLED", "EXPIRED"])
def test_a_job_that_ends_badly(simulator, client, end):
    simulator.settings(job_end=end, job_polls=1)
    path = f"{JOBS}/{client.post(JOBS, {'interval': '2024-01-01T00:00Z/2024-01-02T00:00Z'}).json['jobId']}"
    assert client.get(path).json["state"] == end
    assert client.results(path).status == 400


def test_filters(client):
    voice = {"type": "and", "predicates": [{"dimension": "mediaType", "value": "voice"}]}
    ended = {"type": "and", "predicates": [{"type": "dimension", "dimension": "conversationEnd",
                                            "operator": "exists"}]}
    found = client.all_details(segmentFilters=[voice], conversationFilters=[ended])
    assert len(found) == 200 and {item["participants"][0]["sessions"][0]["mediaType"] for item in found} == {"voice"}
    opened = client.details(conversationFilters=[{"type": "or", "predicates": [
        {"dimension": "conversationEnd", "operator": "notExists"}]}]).json
    assert opened["totalHits"] == 20 and all("conversationEnd" not in item for item in opened["conversations"])
    both = client.details(segmentFilters=[{"type": "or", "clauses": [voice, {"type": "and", "predicates": [
        {"dimension": "mediaType", "value": "chat"}, {"dimension": "direction", "value": "inbound"}]}]}]).json
    assert both["totalHits"] == 300


def test_search_by_cursor(simulator, tutorial):
    first = tutorial.search("status:completed", sort=[{"field": "timestamp", "direction": "desc"}]).json
    assert list(first) == ["page", "pageSize", "total", "nextPage", "results"]
    assert (first["page"], first["pageSize"], first["total"]) == (1, 200, 980)
    assert first["results"][0]["id"] == first["results"][0]["conversationId"]
    assert first["results"][0]["fields"]["status"] == "completed"
    assert ids(tutorial.all_search(size=77)) == expected(simulator, 0, 1000)[::-1]
    ascending = tutorial.all_search(sort=[{"field": "timestamp", "direction": "asc"}])
    assert ids(ascending) == expected(simulator, 0, 1000)
    voice = tutorial.all_search('channelType:"voice" AND status:completed')
    assert {item["fields"]["channelType"] for item in voice} == {"voice"} and len(voice) == 200
    by_cursor = tutorial.search(page=tutorial.search().json["nextPage"])
    assert tutorial.search(page=2).json["results"] == by_cursor.json["results"]


def test_a_search_of_nothing(simulator, tutorial):
    simulator.settings(count=0)
    assert tutorial.search().json == {"page": 1, "pageSize": 200, "total": 0, "results": []}


def test_millions_cost_nothing(simulator, client, tutorial):
    simulator.settings(dialect="genesys", count=5_000_000, max_results=5_000_000, spacing_ms=1)
    page = client.details(number=49_999).json
    assert page["totalHits"] == 5_000_000
    assert ids(page["conversations"]) == expected(simulator, 4_999_800, 100)
    simulator.settings(dialect="tutorial")
    assert len(tutorial.search(page=25_000).json["results"]) == 200


@pytest.mark.parametrize("order, arrivals", [("asc", "arrive_first"), ("desc", "arrive_last")])
def test_what_arrives_shifts_the_pages(simulator, client, order, arrivals):
    simulator.settings(count=500, **{arrivals: 7})
    found = ids(client.all_details(begin="2023-12-31", end="2024-01-02", order=order))
    assert len(found) > 500 and set(found) >= set(expected(simulator, 0, 500))
    assert len(found) - len(set(found)) >= 7 * 4


def test_records_that_change(simulator, tutorial):
    simulator.settings(changing=2, count=4)
    revisions = [[item["fields"].get("revision") for item in tutorial.search().json["results"]] for _ in range(2)]
    assert revisions == [[None, "revision-0", None, "revision-0"], [None, "revision-1", None, "revision-1"]]


@pytest.mark.parametrize("dialect", ["genesys", "tutorial"])
def test_unusual_records_are_json(simulator, client, tutorial, dialect):
    simulator.settings(dialect=dialect, unusual=1, long_numbers=2, count=18, reversed_pages=True, chunk_bytes=1)
    if dialect == "genesys":
        found, page = client.all_details(), client.details().body.decode()
    else:
        found, page = tutorial.all_search()[::-1], tutorial.search().body.decode()
    records = simulator.conversations()
    assert len(found) == 18
    for got, wanted in zip(found, records):
        assert wanted["text"] in page and json.loads(wanted["text"]) == got
        assert wanted["id"] in (got.get("conversationId"), got.get("id"))
    assert "90071992547409931234567890" in page and "conversation\\u0049d" in page and "\r\n\t" in page
    assert page.index("totalHits" if dialect == "genesys" else "nextPage" if "nextPage" in page else "results") < 9


def test_actions_in_three_ways(client, simulator):
    given = {"user_id": 1, "query_text": "x"}
    assert client.post("/api/v2/integrations/actions/echo/execute?flatten=false", given).json == given
    records = client.post("/api/v2/integrations/actions/transactions/execute", {"customer_id": "C"}).json
    assert len(records) == 1000 and records[-1]["customer_id"] == "CUST-00001000"
    simulator.settings(dialect="tutorial")
    tutorial = Client(simulator, "integration:action:execute dataactions:execute")
    assert tutorial.post("/api/v2/integrations/actions", {"integrationId": "echo", "parameters": given}).json == given
    inputs = [{"name": name, "value": value} for name, value in given.items()]
    assert tutorial.post("/api/v2/dataactions/echo/execute", {"inputs": inputs}).json == {"body": given}


def test_small_operations(client):
    entities = client.get("/api/v2/ipranges").json["entities"]
    assert {"cidr", "service", "region", "direction"} == set(entities[0])
    assert client.get("/api/v2/tokens/me").json["OAuthClient"]["id"] == "client"
    assert client.get("/api/v2/tokens/me", "HEAD").status == 200
    assert client.get("/api/v2/tokens/me", "DELETE").status == 200
    assert client.get("/api/v2/tokens/me").error() == (401, "bad.credentials")


def test_tls_with_a_private_authority(simulator, authority):
    context = ssl.create_default_context(cafile=authority[0])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    assert opener.open(f"{simulator.tls_url}/control/state").status == 200
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        opener.open(f"{simulator.tls_url}/control/state")


def test_a_prefix_before_the_paths(simulator, tutorial):
    simulator.settings(prefixes={"/gateway": ""})
    tutorial.bearer()
    assert tutorial.post("/gateway" + SEARCH, {"query": "*", "type": "conversation"}).status == 200
