"""Every backend's conversations in every format, byte for byte as the platform wrote them."""

import pytest

from support.search import (BACKENDS, FORMATS, Search, body_of, envelope_of, exact, ids, ids_of, of_each_backend,
                            source, texts)

each_backend = pytest.mark.parametrize("backend", BACKENDS)
each_format = pytest.mark.parametrize("form", FORMATS)


@pytest.fixture(scope="module")
def search(module_servers):
    sources = of_each_backend() + source("few", "details_query", more="max_results 150;")
    sources += source("voice", "details_jobs", "channelType:voice", more="sort conversationEnd desc; page_size 7;")
    sources += source("oldest", "tutorial_search", more="sort timestamp asc; max_results 5;")
    return Search(module_servers, sources)


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()


@each_backend
@each_format
def test_each_conversation_once_and_in_order(search, backend, form):
    response = search.post(backend, form)
    assert (response.status, response.end) == (200, "complete")
    assert response.body == body_of(form, texts(search, backend))


@each_backend
def test_what_no_serializer_writes_passes_unchanged(search, backend):
    search.of(backend).settings(unusual=1, count=450)
    wanted = texts(search, backend)
    lines = search.post(backend, "ndjson").body.decode().removesuffix("\n").split("\n")
    assert [exact(line) for line in lines] == [exact(text) for text in wanted]
    assert lines == wanted


@each_backend
def test_long_numbers_pass_unchanged(search, backend):
    search.of(backend).settings(long_numbers=1, unusual=3, count=250)
    wanted = texts(search, backend)
    assert sum("90071992547409931234567890" in text for text in wanted) > 20
    assert search.post(backend, "array").body == body_of("array", wanted)


@each_backend
def test_members_of_a_page_in_the_other_order(search, backend):
    search.of(backend).settings(reversed_pages=True, count=250)
    assert search.post(backend, "array").body == body_of("array", texts(search, backend))


@each_backend
@pytest.mark.parametrize("error", [-1000, 3, 250])
def test_the_platforms_total_is_an_estimate(search, backend, error):
    search.of(backend).settings(total_error=error)
    assert search.post(backend, "array").body == body_of("array", texts(search, backend))


@each_backend
@each_format
def test_nothing_found(search, backend, form):
    search.of(backend).settings(count=0)
    assert search.post(backend, form).body == body_of(form, [])


@each_backend
def test_changing_records_are_delivered_once(search, backend):
    search.of(backend).settings(changing=2, count=350)
    assert ids(search.ask(backend)) == ids_of(texts(search, backend))


def test_max_results_ends_like_a_limit(search):
    answer = search.ask("few")
    assert (answer["count"], answer["complete"], answer["reason"]) == (150, True, "limit")
    rest = search.ask("few", cursor=answer["next"])
    assert ids(answer) + ids(rest) == ids_of(texts(search, "details_query"))[:300]


def test_sort_and_page_size_reach_the_platform(search):
    answer = search.ask("voice", limit=20)
    (created,) = search.of("details_jobs").requests("job_create")
    assert (created["body"]["order"], created["body"]["orderBy"]) == ("desc", "conversationEnd")
    sizes = [dict(entry["query"])["pageSize"] for entry in search.of("details_jobs").requests("job_results")]
    assert answer["count"] == 20 and set(sizes) == {"7"}
    assert ids(search.ask("oldest")) == ids_of(texts(search, "tutorial_search")[::-1])[:5]


# The one with 20,000 letters is the 1050th from below: on the 11th page upwards, on the first one downwards.
LARGE = {"unusual": 150, "count": 1100}


@pytest.mark.parametrize("backend", ["details_query", "details_jobs"])
def test_a_page_with_a_record_that_is_too_large_ends_the_answer(servers, backend):
    search = Search(servers, source("s", backend), block="max_record_size 10k;", **LARGE)
    response = search.post("s")
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "upstream")
    assert ids(answer) == ids_of(texts(search, backend))[:1000]
    assert search.log_of(response, "reason=upstream", "is larger than max_record_size")


def test_a_record_that_is_too_large_on_the_first_page_is_refused(servers):
    search = Search(servers, source("s", "tutorial_search"), block="max_record_size 10k;", **LARGE)
    response = search.post("s")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.answer")
