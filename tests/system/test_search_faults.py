"""Each way in which a platform can fail, through the whole stack: before the first record an HTTP error with its
code, after it an answer that is not whole and the cursor to go on from; and a line of the log that helps."""

import re

import pytest

from support.http1 import BROKEN
from support.search import BACKENDS, Search, dialect_of, envelope_of, ids, ids_of, of_each_backend, texts

PAGE_ROUTES = {"tutorial_search": "later_page", "details_query": "later_page", "details_jobs": "job_results"}
TOLD = r"code \S+, \".*\", correlation id "  # by the platform, in its errors

# (what the simulator does to every request, code of ours, Retry-After, attempts, what the log says of the last)
FAULTS = [
    ({"status": 400}, "refused", None, 1, "status 400, " + TOLD),
    ({"status": 401}, "credentials", None, 2, "status 401, " + TOLD),
    ({"status": 403}, "refused", None, 1, "status 403, " + TOLD),
    ({"status": 404}, "refused", None, 1, "status 404, " + TOLD),
    ({"status": 408}, "refused", None, 2, "status 408, " + TOLD),
    ({"status": 409}, "refused", None, 1, "status 409, " + TOLD),
    ({"status": 429}, "rate", "1", 2, "status 429, " + TOLD),
    ({"status": 429, "retry_after": 7}, "rate", "7", 1, "status 429, " + TOLD),
    ({"status": 429, "retry_after": {"date": 100}}, "rate", "100", 1, "status 429, " + TOLD),
    ({"status": 429, "retry_after": "soon"}, "rate", "1", 2, "status 429, " + TOLD),
    ({"do": "rate_limit"}, "rate", "60", 1, "status 429, " + TOLD),
    ({"status": 500}, "unavailable", None, 1, "status 500, " + TOLD),
    ({"status": 502}, "unavailable", None, 2, "status 502, " + TOLD),
    ({"status": 503}, "unavailable", None, 2, "status 503, " + TOLD),
    ({"status": 503, "retry_after": 7}, "unavailable", None, 1, "status 503, " + TOLD),
    ({"status": 504}, "unavailable", None, 2, "status 504, " + TOLD),
    ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "refused", None, 1, "status 302"),
    ({"do": "html"}, "answer", None, 1, "not what was asked for"),
    ({"do": "html", "status": 503}, "unavailable", None, 2, "status 503"),
    ({"do": "error_body"}, "answer", None, 1, "not what was asked for"),
    ({"status": 200, "body": ""}, "answer", None, 1, "not what was asked for"),
    ({"status": 200, "body": "[]"}, "answer", None, 1, "not what was asked for"),
    ({"status": 200, "body": '{"results":[7],"conversations":[7]}'}, "answer", None, 1, "not what was asked for"),
    ({"do": "stall"}, "unavailable", None, 2, r"stall \(no byte for too long\); attempt 2"),
    ({"do": "stall", "after": "half"}, "unavailable", None, 2, r"stall \(no byte for too long\), .+; attempt 2"),
    ({"do": "reset"}, "unavailable", None, 2, r"broken \(.+; attempt 2"),
    ({"do": "reset", "after": "nothing"}, "unavailable", None, 2, r"broken \([^)]+\); attempt 2"),
    ({"do": "close"}, "unavailable", None, 2, r"broken \(transfer closed.+; attempt 2"),
    ({"do": "close", "after": "nothing"}, "unavailable", None, 2, r"broken \(Empty reply from server\); attempt 2"),
    ({"do": "truncate"}, "answer", None, 1, "not what was asked for"),
    ({"do": "truncate", "after": 1}, "answer", None, 1, "not what was asked for"),
    ({"do": "invalid_json"}, "answer", None, 1, "not what was asked for"),
    ({"do": "oversize"}, "answer", None, 1, r"too_large \(the body is larger than \d+ bytes\), correlation id \S+; attempt 1"),
    ({"do": "expire_tokens"}, "credentials", None, 2, "status 401, " + TOLD),
    ({"do": "revoke_tokens"}, "credentials", None, 2, "status 401, " + TOLD),
]
STATUS = {"rate": 503}  # the others are 502

each_fault = pytest.mark.parametrize("fault, code, retry_after, attempts, said", FAULTS,
                                     ids=[str(row[0]) for row in FAULTS])


@pytest.fixture(scope="module")
def search(module_servers):
    return Search(module_servers, of_each_backend(), location="dataaction_batch_size 10;", platform="""
        retry attempts=2 max_wait=10ms; breaker failures=1000; read_timeout 1s; max_response_size 1m;""")


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()
    search.clean_answers = []
    yield
    search.check_secrets(*search.clean_answers)


def backend_for(fault):
    """Each fault meets one of the three."""
    return BACKENDS[[row[0] for row in FAULTS].index(fault) % len(BACKENDS)]


def check_log(search, backend, response, said):
    """The line names platform, route, and the platform's own id of the request if it gave one."""
    route = "jobs" if backend == "details_jobs" else "search"
    ended = "stream ended" if response.status in (0, 200) else "request refused"
    line = search.log_of(response, ended, f"platform {dialect_of(backend)}, {route}: ")
    assert re.search(said, line.replace('\\"', '"')), line
    correlation = re.search(r"correlation id (\S+?)[;\"]", line.replace('\\"', '"'))
    if said.endswith(TOLD):
        assert correlation[1] in {request["correlation_id"] for request in search.of(backend).requests()}
    assert ("[warn]" if response.status == 503 else "[error]") in line


def check_attempts(search, backend, fault, attempts):
    struck = [request for request in search.of(backend).requests() if request["fault"]]
    assert len(struck) == attempts


@each_fault
def test_on_the_first_page_is_an_http_error(search, fault, code, retry_after, attempts, said):
    backend = backend_for(fault)
    route = "job_results" if backend == "details_jobs" else "first_page"
    search.of(backend).fault(route, **fault, times="forever")
    response = search.post(backend)
    search.clean_answers.append(response.body)
    assert (response.status, response.end) == (STATUS.get(code, 502), "complete"), response
    body = response.json()
    assert (body["code"], body["status"], body["contextId"]) == (
        f"dataaction.platform.{code}", response.status, response.context)
    if isinstance(fault.get("retry_after"), dict):
        assert 0 < int(response.header("Retry-After")) <= int(retry_after)
    else:
        assert response.header("Retry-After") == retry_after
    check_log(search, backend, response, said)
    check_attempts(search, backend, fault, attempts)
    search.of(backend).clear_faults()
    assert search.ask(backend, limit=5)["count"] == 5


@each_fault
def test_on_a_later_page_leaves_a_cursor(search, fault, code, retry_after, attempts, said):
    backend = BACKENDS[(BACKENDS.index(backend_for(fault)) + 1) % len(BACKENDS)]
    jobs = backend == "details_jobs"
    search.of(backend).fault(PAGE_ROUTES[backend], **fault, skip=2 if jobs else 1, times="forever")
    response = search.post(backend)
    search.clean_answers.append(response.body)
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "upstream")
    wanted = ids_of(texts(search, backend))
    assert ids(answer) == wanted[:200]
    check_log(search, backend, response, said)
    check_attempts(search, backend, fault, attempts)
    search.of(backend).clear_faults()
    rest = search.ask(backend, cursor=answer["next"])
    assert rest["complete"] and ids(answer) + ids(rest) == wanted


@pytest.mark.parametrize("form", ["array", "batches", "ndjson"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_cannot_say_that_it_is_not_whole_is_broken_off(search, backend, form):
    search.of(backend).fault(PAGE_ROUTES[backend], skip=2, status=500, times="forever")
    response = search.post(backend, form)
    assert response.status == 200 and response.end in BROKEN
    search.log_of(response, "reason=upstream")


# (what passes, how often it may come)
PASSING = [({"status": 429, "retry_after": 0}, 1), ({"status": 429}, 1), ({"status": 502}, 1), ({"status": 503}, 1),
           ({"status": 503, "retry_after": 0}, 1), ({"status": 504}, 1), ({"status": 408}, 1), ({"status": 401}, 1),
           ({"do": "reset"}, 1), ({"do": "reset", "after": "nothing"}, 1), ({"do": "close"}, 1), ({"do": "stall"}, 1),
           ({"do": "stall", "after": "half"}, 1), ({"do": "expire_tokens"}, 1), ({"do": "revoke_tokens"}, 1),
           ({"do": "delay", "delay_ms": 50}, 3), ({"do": "duplicates"}, 3)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("fault, times", PASSING, ids=[str(row[0]) for row in PASSING])
def test_what_passes_is_not_seen(search, backend, fault, times):
    search.of(backend).fault(PAGE_ROUTES[backend], **fault, skip=1, times=times)
    assert ids(search.ask(backend)) == ids_of(texts(search, backend))
    assert not search.of(backend).faults()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_page_that_came_before_is_passed_over(search, backend):
    search.of(backend).fault(PAGE_ROUTES[backend], "previous_page", skip=2)
    wanted = ids_of(texts(search, backend))
    missed = 200 if backend == "details_jobs" else 300
    assert ids(search.ask(backend)) == wanted[:missed] + wanted[missed + 100:]


@pytest.mark.parametrize("backend", ["tutorial_search", "details_jobs"])
@pytest.mark.parametrize("fault, said", [("repeat_cursor", "a cursor came twice"),
                                         ("empty_page", "page after page is empty")])
def test_endless_paging_ends(search, backend, fault, said):
    search.of(backend).fault(PAGE_ROUTES[backend], fault, skip=2, times="forever")
    response = search.post(backend)
    answer = envelope_of(response)
    assert (answer["complete"], answer["reason"]) == (False, "upstream")
    wanted = ids_of(texts(search, backend))
    assert ids(answer) == wanted[:len(ids(answer))] and answer["count"] >= 200
    assert search.log_of(response, "reason=upstream", said)
    search.of(backend).clear_faults()
    assert ids(answer) + ids(search.ask(backend, cursor=answer["next"])) == wanted


@pytest.mark.parametrize("backend", ["tutorial_search", "details_jobs"])
def test_some_empty_pages_are_passed_over(search, backend):
    search.of(backend).fault(PAGE_ROUTES[backend], "empty_page", skip=2, times=5)
    assert ids(search.ask(backend)) == ids_of(texts(search, backend))


def test_an_empty_page_by_number_is_not_the_end_while_the_total_says_more(search):
    search.of("details_query").fault("later_page", "empty_page", skip=1)
    answer = search.ask("details_query")
    wanted = ids_of(texts(search, "details_query"))
    assert answer["complete"] and ids(answer) == wanted[:200] + wanted[300:]


# --- tokens

# (fault, status, code, requests for a token, what the log says)
TOKEN_FAULTS = [
    ({"status": 400}, 502, "credentials", 1, "status 400"),
    ({"status": 401}, 502, "credentials", 1, "status 401"),
    ({"status": 429}, 503, "rate", 2, "status 429"),
    ({"status": 429, "retry_after": 5}, 503, "rate", 1, "status 429"),
    ({"status": 500}, 502, "unavailable", 1, "status 500"),
    ({"status": 503}, 502, "unavailable", 2, "status 503"),
    ({"do": "html"}, 502, "answer", 1, "with a body that is no JSON object"),
    ({"do": "error_body"}, 502, "credentials", 1, "answered 200 invalid_client"),
    ({"do": "truncate"}, 502, "answer", 1, "with a body that is no JSON object"),
    ({"do": "invalid_json"}, 502, "answer", 1, "with a body that is no JSON object"),
    ({"do": "oversize"}, 502, "answer", 1, "too_large (the body is larger than "),
    ({"do": "stall"}, 502, "unavailable", 2, "stall (no byte for too long); attempt 2"),
    ({"do": "reset"}, 502, "unavailable", 2, "broken ("),
    ({"status": 200, "body": {"access_token": "t", "token_type": "mac", "expires_in": 60}}, 502, "answer", 1,
     "a token_type other than bearer"),
    ({"status": 200, "body": {"access_token": "a\nb", "token_type": "bearer", "expires_in": 60}}, 502, "answer", 1,
     "an access_token that is none"),
    ({"status": 200, "body": {"access_token": "t", "token_type": "bearer", "expires_in": -5}}, 502, "answer", 1,
     "an expires_in that is no positive whole number"),
]


@pytest.mark.parametrize("fault, status, code, requests, said", TOKEN_FAULTS, ids=[str(row[0]) for row in TOKEN_FAULTS])
def test_no_token(servers, fault, status, code, requests, said):
    fresh = Search(servers, of_each_backend(), platform="retry attempts=2 max_wait=10ms; read_timeout 1s; "
                                                        "max_response_size 1m;")
    for backend in ("tutorial_search", "details_query"):
        fresh.of(backend).fault("token", **fault, times="forever")
        response = fresh.post(backend)
        assert (response.status, response.json()["code"]) == (status, f"dataaction.platform.{code}")
        assert fresh.of(backend).count("token") == requests
        assert said in fresh.log_of(response, f"platform {dialect_of(backend)}, token: ")
        fresh.check_secrets(response.body)
