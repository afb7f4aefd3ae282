"""One token for all who ask, renewed unseen; secrets that rotate; TLS. Neither secret nor token is anywhere else."""

import pytest

from support import daemon
from support.process import wait_for
from support.search import SECRET, Search, envelope_of, ids, ids_of, memory_of, of_each_backend, texts
from support.simulator import make_authority


def start(servers, **options):
    return Search(servers, of_each_backend(), **options)


def whole(search, backend="tutorial_search"):
    answer = search.ask(backend)
    assert answer["complete"] and ids(answer) == ids_of(texts(search, backend))


# --- one token

def test_one_token_for_all_searches_one_after_the_other(servers):
    search = start(servers)
    for backend in ("tutorial_search", "details_query", "details_jobs") * 2:
        whole(search, backend)
    assert [search.of(backend).count("token") for backend in ("tutorial_search", "details_query")] == [1, 1]
    tokens = {dict(request["headers"])["Authorization"] for simulator in search.simulators.values()
              for request in simulator.requests() if request["route"] != "token"}
    assert tokens == {"Bearer token 1"}


def test_two_hundred_searches_at_once_share_one_token_request(servers):
    search = start(servers, count=300, page_delay_ms=50, workers=2)
    search.of("tutorial_search").fault("token", "delay", delay_ms=300)
    connections = [search.start("tutorial_search") for _ in range(200)]
    wanted = ids_of(texts(search, "tutorial_search"))
    for connection in connections:
        assert ids(envelope_of(connection.read_response())) == wanted
    state = search.of("tutorial_search").state()
    assert state["counts"]["token"] == 1
    assert state["counts"]["first_page"] == 200
    assert state["peaks"]["first_page"] > 1


def test_a_client_that_goes_while_the_token_is_fetched_leaves_it_to_the_others(servers):
    search = start(servers)
    simulator = search.of("tutorial_search")
    simulator.fault("token", "stall")
    first = search.start("tutorial_search")
    wait_for(lambda: simulator.count("token") == 1, "the request for a token")
    others = [search.start("tutorial_search", limit=1) for _ in range(5)]
    first.close()
    for connection in others:
        assert envelope_of(connection.read_response())["count"] == 1
    assert simulator.count("token") == 2


# --- its end

@pytest.mark.parametrize("backend, route, skip", [
    ("tutorial_search", "later_page", 2), ("details_query", "later_page", 2), ("details_jobs", "job_results", 3),
    ("details_jobs", "job_poll", 0)])
@pytest.mark.parametrize("end", ["expire_tokens", "revoke_tokens"])
def test_a_token_that_ends_between_two_pages_is_replaced_unseen(servers, backend, route, skip, end):
    search = start(servers)
    search.of(backend).fault(route, end, skip=skip)
    whole(search, backend)
    assert search.of(backend).count("token") == 2
    assert len([request for request in search.of(backend).requests() if request["status"] == 401]) == 1


def test_a_token_is_renewed_before_it_expires(servers):
    search = start(servers, expires_in=5)
    simulator = search.of("tutorial_search")

    def renewed():
        search.ask("tutorial_search", limit=1)
        return simulator.count("token") == 2
    wait_for(renewed, "a new token")
    assert not [request for request in simulator.requests() if request["status"] == 401]


def test_many_searches_replace_a_revoked_token_once(servers):
    search = start(servers, count=2000, page_delay_ms=20)
    simulator = search.of("tutorial_search")
    connections = [search.start("tutorial_search") for _ in range(20)]
    wait_for(lambda: simulator.count("later_page") > 20, "later pages")
    simulator.revoke_tokens()
    wanted = ids_of(texts(search, "tutorial_search"))
    for connection in connections:
        assert ids(envelope_of(connection.read_response())) == wanted
    assert simulator.count("token") == 2


def test_a_reload_keeps_the_token(servers):
    search = start(servers)
    whole(search)
    for block in (search.block, "# a line that moves the platform\n" + search.block):
        search.reload(block=block)
        whole(search)
    assert search.of("tutorial_search").count("token") == 1


# --- secrets

def test_a_secret_that_rotates_needs_no_restart(servers):
    search = start(servers)
    simulator = search.of("tutorial_search")
    whole(search)
    simulator.settings(client_secret="another-secret")
    simulator.revoke_tokens()
    search.write_secret("another-secret")
    whole(search)
    assert simulator.count("token") == 2
    search.check_secrets()


def test_a_wrong_secret_is_said_once_and_asked_once(servers):
    search = start(servers, platform="breaker failures=5 time=1s;")
    simulator = search.of("tutorial_search")
    search.write_secret("wrong")
    for _ in range(10):
        response = search.post("tutorial_search")
        assert (response.status, response.json()["code"]) == (502, "dataaction.platform.credentials")
    assert simulator.count("token") < 10
    said = search.lines("[error]", "client is not accepted") or search.lines("[error]", "does not accept the client")
    assert len(said) == simulator.count("token") and "invalid_client" in said[0]
    search.write_secret(SECRET)
    wait_for(lambda: search.post("tutorial_search", limit=1).status == 200, "another try")
    search.check_secrets(response.body)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o602])
def test_a_secret_that_others_may_see_or_change_is_refused(servers, mode):
    search = start(servers)
    whole(search)
    search.secret_file.chmod(mode)
    status, output = daemon.check_conf(search.nginx.conf)
    assert status == 1 and str(search.secret_file) in output and SECRET not in output, output
    assert search.nginx.check_conf()[0] == 0, "nginx has no business with it"
    for simulator in search.simulators.values():
        simulator.revoke_tokens()
    response = search.post("tutorial_search")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.credentials")
    assert str(search.secret_file) in search.text() and str(search.secret_file) not in response.body.decode()
    search.secret_file.chmod(0o600)
    assert daemon.check_conf(search.nginx.conf)[0] == 0


@pytest.mark.parametrize("auth", ["basic", "body"])
def test_secrets_and_tokens_are_where_they_belong_alone(servers, auth):
    search = start(servers, platform=f"auth {auth};", credentials=auth, workers=2)
    answers = []
    for backend in ("tutorial_search", "details_query", "details_jobs"):
        for form in ("array", "envelope"):
            answers.append(search.post(backend, form).body)
    search.of("tutorial_search").fault("first_page", status=401, times="forever")
    search.of("details_query").fault("first_page", "html", times="forever")
    answers += [search.post("tutorial_search").body, search.post("details_query").body]
    search.check_secrets(*answers)
    # What was looked for is there to be found: the sidecar has it.
    memory = b"".join(memory_of(search.daemon.pid))
    assert any(token in memory for token in search.tokens())


# --- TLS

@pytest.fixture(scope="module")
def authority(module_servers):
    return make_authority(module_servers.directory())


def test_a_private_ca_by_ca_file(servers, authority):
    search = start(servers, tls=authority, platform=f"ca_file {authority[0]};")
    for backend in ("tutorial_search", "details_query", "details_jobs"):
        whole(search, backend)
    search.check_secrets()


@pytest.mark.parametrize("platform", ["", "ca_file {other};"])
def test_a_certificate_that_is_not_trusted_is_refused(servers, authority, platform):
    other = make_authority(servers.directory())[0]
    search = start(servers, tls=authority, platform=platform.format(other=other) + " breaker failures=1000;")
    response = search.post("tutorial_search")
    assert (response.status, response.json()["code"]) == (502, "dataaction.platform.unavailable")
    assert search.of("tutorial_search").requests() == []
    assert search.log_of(response, "request refused", "platform tutorial, token: ", "certificate", "attempt 1: ")
    counted = search.nginx.status()["sidecar"]["platforms"]["tutorial"]
    assert (counted["requests"], counted["retries"]) == (1, 0)
    search.check_secrets(response.body)
