"""`limit` and `cursor` over HTTP: pieces that make the whole, on a platform whose pages shift meanwhile."""

import json

import pytest

from support.search import BACKENDS, Search, envelope_of, ids, ids_of, is_completed, of_each_backend, source, texts

each_backend = pytest.mark.parametrize("backend", BACKENDS)


@pytest.fixture(scope="module")
def search(module_servers):
    sources = of_each_backend() + source("other", "tutorial_search")
    sources += source("by_media", "tutorial_search", "channelType::media")
    sources += source("between", "details_query", more="interval :span;")
    sources += source("small", "details_query", more="max_results 120; page_size 50;")
    sources += source("latest_first", "details_query", more="sort conversationStart desc;")
    return Search(module_servers, sources)


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()


def pieces(search, name, limit, **parameters):
    """Answers of `limit` records, one after the other, until the last."""
    found = [search.ask(name, limit=limit, **parameters)]
    while found[-1]["reason"] == "limit":
        assert found[-1]["complete"] and found[-1]["count"] == limit and found[-1]["next"]
        found.append(search.ask(name, limit=limit, cursor=found[-1]["next"], **parameters))
    assert found[-1]["complete"] and found[-1]["reason"] is None and found[-1]["next"] is None
    return found


@each_backend
@pytest.mark.parametrize("limit", [33, 100, 250])
def test_pieces_make_the_whole(search, backend, limit):
    search.of(backend).settings(count=450)
    found = [one for answer in pieces(search, backend, limit) for one in ids(answer)]
    assert found == ids_of(texts(search, backend))


@each_backend
def test_a_limit_that_is_met_exactly(search, backend):
    search.of(backend).settings(count=200)
    wanted = ids_of(texts(search, backend))
    answer = search.ask(backend, limit=len(wanted))
    assert ids(answer) == wanted and answer["complete"]
    if answer["reason"] == "limit":
        assert ids(search.ask(backend, cursor=answer["next"])) == []
    assert search.ask(backend, limit=0)["count"] == 0


@each_backend
@pytest.mark.parametrize("arrivals", [{"arrive_first": 3}, {"arrive_last": 3}, {"arrive_first": 7, "arrive_last": 5},
                                      {"arrive_last": 40}])
def test_shifting_pages_lose_nothing_and_repeat_nothing(search, backend, arrivals):
    """What was there when the search began is delivered once, whatever arrives."""
    simulator = search.of(backend)
    simulator.settings(**arrivals)
    wanted = set(ids_of(texts(search, backend)))
    answer = search.ask(backend)
    assert answer["complete"]
    assert wanted <= set(ids(answer))
    assert len(set(ids(answer))) == answer["count"]


@each_backend
@pytest.mark.parametrize("arrivals", [{"arrive_first": 3}, {"arrive_last": 3}])
def test_shifting_pages_lose_nothing_in_pieces(search, backend, arrivals):
    """Each answer has its own memory of what it delivered; across answers what moved may come again."""
    search.of(backend).settings(count=500, **arrivals)
    wanted = set(ids_of(texts(search, backend)))
    answers = pieces(search, backend, 170)
    assert wanted <= {one for answer in answers for one in ids(answer)}
    for answer in answers:
        assert len(set(ids(answer))) == answer["count"]


def refused(response):
    assert response.status == 422, response
    body = response.json()
    assert [detail["fieldName"] for detail in body["details"]] == ["cursor"]
    # The latter is said by nginx, of what has not the letters of a cursor.
    return body["code"] in ("dataaction.request.cursor", "dataaction.request.invalid")


@each_backend
def test_damaged_cursors_are_refused(search, backend):
    cursor = search.ask(backend, limit=10)["next"]
    middle = len(cursor) // 2
    damaged = [cursor[:-1], cursor + "A", "A" + cursor, cursor[:middle] + chr(ord(cursor[middle]) ^ 1) +
               cursor[middle + 1:], "A" * len(cursor), "x", cursor.swapcase(), json.dumps({"page": 2}), "=", "é"]
    since = search.of(backend).requests()[-1]["number"]
    for text in damaged:
        assert refused(search.post(backend, cursor=text)), text
    assert not search.of(backend).requests(since=since)


def test_a_cursor_is_good_for_its_own_search(search):
    cursor = search.ask("tutorial_search", limit=10)["next"]
    assert refused(search.post("other", cursor=cursor))
    assert refused(search.post("details_query", cursor=cursor))
    assert refused(search.post("by_media", media="voice", cursor=cursor))
    assert search.ask("tutorial_search", cursor=cursor)["complete"]


def test_a_cursor_is_good_for_the_same_parameters(search):
    cursor = search.ask("by_media", media="voice", limit=10)["next"]
    assert refused(search.post("by_media", media="chat", cursor=cursor))
    assert search.ask("by_media", media="voice", cursor=cursor, unrelated=1)["count"] == 190
    day = "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"
    cursor = search.ask("between", span=day, limit=10)["next"]
    assert refused(search.post("between", span="2024-01-01T00:00:00Z/2024-01-03T00:00:00Z", cursor=cursor))
    assert search.ask("between", span=day, cursor=cursor)["complete"]


def test_a_cursor_lives_as_long_as_the_key_of_state_path(search):
    cursor = search.ask("tutorial_search", limit=150)["next"]
    search.daemon.stop()
    search.daemon.start()
    assert ids(search.ask("tutorial_search", cursor=cursor)) == ids_of(texts(search, "tutorial_search"))[150:]


def test_max_results_counts_anew_from_a_cursor(search):
    first = search.ask("small", limit=70)
    second = search.ask("small", cursor=first["next"])
    assert (second["count"], second["reason"]) == (120, "limit")
    assert ids(first) + ids(second) == ids_of(texts(search, "details_query"))[:190]


# --- more than the platform pages through

@pytest.fixture
def crowded(search):
    """Ten days, of which no more than two may be asked for at once."""
    search.of("details_query").settings(count=1000, spacing_ms=8 * 60_000, max_results=500)
    return search


@pytest.mark.parametrize("name", ["details_query", "latest_first"])
def test_what_holds_too_much_is_asked_for_in_parts(crowded, name):
    wanted = ids_of(texts(crowded, "details_query", lambda one: is_completed(one) and one["conversationStart"] <
                          "2024-01-08"))
    answer = crowded.ask(name)
    assert answer["complete"] and ids(answer) == (wanted if name == "details_query" else wanted[::-1])
    intervals = {request["body"]["interval"] for request in crowded.of("details_query").requests("search")}
    assert len(intervals) > 2


@pytest.mark.parametrize("name", ["details_query", "latest_first"])
def test_parts_in_pieces(crowded, name):
    wanted = ids_of(texts(crowded, "details_query", lambda one: is_completed(one) and one["conversationStart"] <
                          "2024-01-08"))
    answers = pieces(crowded, name, 170)
    found = list(dict.fromkeys(one for answer in answers for one in ids(answer)))
    assert found == (wanted if name == "details_query" else wanted[::-1])


def test_a_day_that_holds_too_much_is_an_error(search):
    search.of("details_query").settings(max_results=500)
    response = search.post("details_query")
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "upstream")
    assert search.log_of(response, "reason=upstream", "Pagination may not exceed 500 results")


def bytes_of(search, count):
    """What an answer with so many conversations has, about."""
    return sum(len(item["text"]) for item in search.of("details_query").conversations(count=count))


@pytest.mark.parametrize("name", ["details_query", "latest_first"])
def test_pages_that_are_too_large_are_asked_for_in_parts(search, name):
    """36 conversations a day, of which an answer holds 60: less than a page, more than a day."""
    search.of("details_query").settings(count=240, spacing_ms=40 * 60_000)
    search.of("details_query").settings(max_response_bytes=bytes_of(search, 60))
    wanted = ids_of(texts(search, "details_query"))
    answer = search.ask(name)
    assert answer["complete"] and ids(answer) == (wanted if name == "details_query" else wanted[::-1])
    asked = search.of("details_query").requests("search")
    refused = [request["body"]["interval"] for request in asked if request["status"] == 413]
    assert refused and len(refused) == len(set(refused)), "what is too large is asked for once"


def test_a_page_of_a_day_that_is_too_large_is_an_error(search):
    search.of("details_query").settings(max_response_bytes=bytes_of(search, 60))
    response = search.post("details_query")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.refused")
    assert search.log_of(response, "request refused", "status 413, code payload.too.large",
                         "The response payload was too large", "a smaller page_size may do")
    asked = [request["body"]["interval"] for request in search.of("details_query").requests("search")]
    assert len(asked) == len(set(asked)), "each part is asked for once"


@pytest.mark.parametrize("name, at", [("details_query", 0), ("latest_first", -1)])
def test_parts_come_in_the_order_that_was_asked_for(search, name, at):
    """Its first page says how many there are, so it is asked for in parts before anything was delivered."""
    search.of("details_query").settings(count=150_000, spacing_ms=4_000)
    first = search.ask(name, limit=150)
    second = search.ask(name, limit=150, cursor=first["next"])
    ends = {0: {"first": 0, "count": 320}, -1: {"first": 149_680, "count": 320}}[at]
    wanted = ids_of(texts(search, "details_query", **ends))
    assert ids(first) + ids(second) == (wanted if at == 0 else wanted[::-1])[:300]
