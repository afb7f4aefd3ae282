"""A webhook's parameters in a query: each is one value and nothing but a value, whatever it holds."""

import json
import re

import pytest

from support.search import BACKENDS, FORTNIGHT, Search, ids, ids_of, source, texts

each_backend = pytest.mark.parametrize("backend", BACKENDS)
NAMES = {"tutorial_search": "channelType", "details_query": "mediaType", "details_jobs": "mediaType"}
QUOTED = re.compile(r'channelType:"((?:[^"\\]|\\["\\])*)"')

# What would mean something else, were it pasted.
INJECTIONS = [
    'voice" OR channelType:"chat', 'voice OR status:active', "voice) OR (status:active", "*", "?", "voice*", "voice~2",
    "[a TO z]", "/v.*/", "voice AND NOT status:completed", "AND", "or", "NOT", "\\", '"', '\\"', 'voice\\" OR \\"x',
    "voice\\", ":media", "::", "-voice", "+voice", "!voice", "&& x", "|| x", "{x}", "^4", "status:completed",
    'voice"}]}],"interval":"2020-01-01T00:00:00Z/2030-01-01T00:00:00Z","x":[{"', "%22", "${jndi:x}", "voice'--",
    "Grüße", "日本語", "😀", "\u2028", "x" * 1024,
]
# Refused before the platform is asked.
BAD_VALUES = ["", "x" * 1025, "a\nb", "a\u0000b", "\u007f", "\t", None, [], ["voice"], {}, {"a": "voice"}]


@pytest.fixture(scope="module")
def search(module_servers):
    sources = "".join(source(backend, backend, f"{NAMES[backend]}::media") for backend in BACKENDS)
    sources += source("between", "details_query", "status:completed", "interval :span;")
    sources += source("two", "tutorial_search", "channelType::media AND direction::way")
    sources += source("ids", "tutorial_search", "(queueId::queue)")
    sources += "".join(source(f"{backend}_{way}", backend, "mediaType:callback", f"sort conversationEnd {way};")
                       for backend in BACKENDS[1:] for way in ("asc", "desc"))
    return Search(module_servers, sources)


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()


def media_of(conversation):
    if "fields" in conversation:
        return conversation["fields"]["channelType"]
    return conversation["participants"][0]["sessions"][0]["mediaType"]


def value_asked(search, backend):
    """The one value in the query that the platform was sent."""
    route = "job_create" if backend == "details_jobs" else "first_page"
    (request,) = search.of(backend).requests(route)
    if backend == "tutorial_search":
        query = request["body"]["query"]
        match = QUOTED.fullmatch(query)
        return re.sub(r"\\(.)", r"\1", match[1]) if match else query.removeprefix("channelType:")
    (segments,) = request["body"]["segmentFilters"]
    assert set(request["body"]) == {"segmentFilters", "interval", "order", "orderBy"} | (
        {"paging"} if backend == "details_query" else set())
    (predicate,) = segments["predicates"]
    assert predicate == {"type": "dimension", "dimension": "mediaType", "operator": "matches",
                         "value": predicate["value"]}
    return predicate["value"]


@each_backend
@pytest.mark.parametrize("media", ["voice", "message"])
def test_a_parameter_chooses(search, backend, media):
    answer = search.ask(backend, media=media)
    wanted = texts(search, backend, lambda conversation: media_of(conversation) == media)
    assert len(wanted) == 200
    assert ids(answer) == ids_of(wanted) and answer["complete"]


@each_backend
@pytest.mark.parametrize("value", INJECTIONS, ids=[ascii(value)[:30] for value in INJECTIONS])
def test_a_value_stays_a_value(search, backend, value):
    answer = search.ask(backend, media=value)
    assert (answer["count"], answer["complete"]) == (0, True)
    assert value_asked(search, backend) == value


@each_backend
@pytest.mark.parametrize("value, text", [(7, "7"), (-1.50, "-1.5"), (True, "true"), (False, "false")])
def test_numbers_and_truth_values_are_their_text(search, backend, value, text):
    assert search.ask(backend, media=value)["count"] == 0
    assert value_asked(search, backend) == text


def refusal(response, field):
    assert response.status == 422, response
    body = response.json()
    assert [detail["fieldName"] for detail in body["details"]] == [field]
    return body["code"]


@pytest.mark.parametrize("value", BAD_VALUES, ids=[ascii(value)[:20] for value in BAD_VALUES])
def test_what_cannot_be_a_value_is_refused(search, value):
    assert refusal(search.post("tutorial_search", media=value), "media") == "dataaction.request.parameter"
    assert not search.of("tutorial_search").requests()


def test_each_parameter_that_lacks_is_named(search):
    response = search.post("two", unknown=1)
    assert response.status == 422
    assert [detail["fieldName"] for detail in response.json()["details"]] == ["media", "way"]
    assert search.ask("two", media="voice", way="inbound")["count"] == 100
    assert search.ask("two", media="voice OR x", way='inbound" OR "')["count"] == 0


def test_a_placeholder_in_parentheses_takes_a_quoted_value(search):
    search.post("ids", queue='x) OR (channelType:voice')
    (request,) = search.of("tutorial_search").requests("first_page")
    assert request["body"]["query"] == '(queueId:"x) OR (channelType:voice")'


def test_an_interval_from_the_webhook(search):
    day = search.ask("between", span="2024-01-01T00:00:00Z/2024-01-01T12:00:00+00:00")
    assert day["count"] == sum(index % 50 != 49 for index in range(1000))
    assert search.ask("between", span="2024-01-02T00:00:00Z/2024-01-03T00:00:00Z")["count"] == 0
    assert [request["body"]["interval"] for request in search.of("details_query").requests("first_page")] == [
        "2024-01-01T00:00:00.000Z/2024-01-01T12:00:00.000Z", "2024-01-02T00:00:00.000Z/2024-01-03T00:00:00.000Z"]


@pytest.mark.parametrize("span", ["yesterday", "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", FORTNIGHT + "/x",
                                  "2024-02-30T00:00:00Z/2024-03-01T00:00:00Z", 'x","order":"desc', 7])
def test_an_interval_that_is_none_is_refused(search, span):
    assert refusal(search.post("between", span=span), "span") == "dataaction.request.parameter"
    assert not search.of("details_query").requests()


@each_backend
def test_an_envelope_of_the_platform_works_as_well(search, backend):
    body = {"action_id": "a", "session_id": "s", "parameters": {"media": "chat", "limit": 3}}
    answer = search.nginx.post(f"/{backend}/envelope", json.dumps(body)).json()
    assert (answer["count"], answer["reason"]) == (3, "limit")


@each_backend
def test_the_context_id_travels_to_the_platform_and_into_the_log(search, backend):
    response = search.post(backend, media="voice", limit=1)
    requests = [request for request in search.of(backend).requests() if request["route"] != "token"]
    assert requests
    assert {dict(request["headers"])["ININ-Correlation-Id"] for request in requests} == {response.context}
    assert search.log_of(response, "stream ended", "records=1 ", "reason=limit")


def test_parameters_are_in_no_log(search):
    search.post("tutorial_search", media="a-telling-value")
    search.post("tutorial_search", media="a-telling-value\n")
    assert "a-telling-value" not in search.text() + search.nginx.errors()


def test_every_backend_is_in_the_status(search):
    before = {backend: search.nginx.status()["sources"][backend]["records"] for backend in BACKENDS}
    for backend in BACKENDS:
        search.ask(backend, media="voice", limit=5)
    after = search.nginx.status()["sources"]
    assert {backend: after[backend]["records"] - before[backend] for backend in BACKENDS} == dict.fromkeys(BACKENDS, 5)


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_sorted_by_their_ends(search, backend):
    """What has not ended comes last, and first downwards."""
    found = [json.loads(text) for text in texts(search, backend, lambda one: media_of(one) == "callback")]
    wanted = [one["conversationId"] for one in sorted(found, key=lambda one: one.get("conversationEnd", "9999"))]
    assert ids(search.ask(f"{backend}_asc")) == wanted != [one["conversationId"] for one in found]
    assert ids(search.ask(f"{backend}_desc")) == wanted[::-1]
