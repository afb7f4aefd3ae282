"""Secrets for an API: sent where they belong, found nowhere else, exchanged without a restart."""

import base64
import itertools
import pathlib

import pytest

from support import daemon
from support.actions import action, error_of, object_of
from support.external_api import ExternalApi
from support.held import hold, let_go, wait_counter, wait_held
from support.process import wait_for
from support.search import memory_of
from support.secretive import (ALL, FILES, KEY, LINES, NEXT, OAUTH, OAUTH_LINE, SECRET, SETTINGS, Secretive)

each = pytest.mark.parametrize("name", FILES)


def another_api(servers):
    api = ExternalApi(servers.directory())
    servers.running.append(api)
    return api


def refused(actions, name="oauth"):
    response = actions.post(name, {"id": 1})
    error_of(response, 502, "dataaction.upstream.credentials")
    return response


# --- what is sent

@each
def test_it_is_sent(servers, name):
    actions = Secretive(servers)
    assert actions.ask(name, id=7) == {"id": 7}


def test_the_bytes_of_each_header(servers):
    actions = Secretive(servers, action("a", 'GET "{api}/echo"', "output headers $.headers;", "header X-Plain plain;",
                                        "header_file X-Api-Key {secrets}/key;", "basic_auth me {secrets}/password;"))
    headers = {}
    for name, value in actions.ask("a")["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    assert headers["x-api-key"] == [SECRET]
    assert headers["authorization"] == ["Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()]
    assert headers["x-plain"] == ["plain"]


@pytest.mark.parametrize("auth", ["basic", "body"])
def test_oauth_asks_as_it_is_told(servers, auth):
    actions = Secretive(servers, OAUTH.replace("us ", f'us auth={auth} "scope=a b" '))
    assert actions.ask("oauth", id=7) == {"id": 7}
    (asked,) = actions.api.requests("/oauth/token")
    assert ("authorization" in {name.lower() for name, _ in asked["headers"]}) == (auth == "basic")
    assert "grant_type=client_credentials" in asked["body"] and "scope=a" in asked["body"]
    assert (f"client_secret={SECRET}" in asked["body"]) == (auth == "body")


def test_a_secret_is_one_actions_alone(servers):
    echo = 'GET "{api}/echo"'
    actions = Secretive(servers, action("a", echo, "output headers $.headers;", "header_file X-Api-Key {secrets}/key;")
                        + action("b", echo, "output headers $.headers;"))
    assert SECRET in str(actions.ask("a"))
    assert SECRET not in str(actions.ask("b"))


# --- one token

def test_one_token_for_all_calls_at_once(servers):
    actions = Secretive(servers, nginx={"workers": 2})
    hold(actions.api, "/oauth/token")
    connections = [actions.start("oauth", {"id": number}) for number in range(1, 51)]
    wait_for(lambda: actions.nginx.status()["sidecar"]["streams"] == 50, "all of them")
    wait_held(actions.api, 1)
    let_go(actions.api)
    assert [object_of(actions.read(connection))["id"] for connection in connections] == list(range(1, 51))
    assert actions.api.count("/oauth/token") == 1 and len(actions.bearers()) == 1


def test_who_goes_while_it_is_fetched_leaves_it_to_the_others(servers):
    actions = Secretive(servers)
    hold(actions.api, "/oauth/token", times=1)
    first = actions.start("oauth", {"id": 1})
    wait_held(actions.api, 1)
    others = [actions.start("oauth", {"id": number}) for number in (2, 3)]
    wait_for(lambda: actions.nginx.status()["sidecar"]["streams"] == 3, "all of them")
    first.reset()
    assert [object_of(actions.read(connection))["id"] for connection in others] == [2, 3]
    assert actions.api.count("/oauth/token") == 2


def test_it_is_renewed_before_it_expires(servers):
    actions = Secretive(servers, expires_in=5)

    def renewed():
        actions.ask("oauth", id=1)
        return actions.api.count("/oauth/token") == 2
    wait_for(renewed, "a new token")
    assert {entry["status"] for entry in actions.api.requests("/oauth/posts/*")} == {200}


def test_one_that_was_revoked_is_replaced_unseen(servers):
    actions = Secretive(servers)
    assert actions.ask("oauth", id=1) == {"id": 1}
    for number in range(2, 5):
        actions.api.revoke_tokens()
        assert actions.ask("oauth", id=number) == {"id": number}
    statuses = [entry["status"] for entry in actions.api.requests("/oauth/posts/*")]
    assert statuses == [200] + [401, 200] * 3
    assert actions.api.count("/oauth/token") == 4


def test_many_calls_replace_a_revoked_one_once(servers):
    actions = Secretive(servers)
    actions.ask("oauth", id=1)
    actions.api.revoke_tokens()
    hold(actions.api, "/oauth/posts/*")
    connections = [actions.start("oauth", {"id": number}) for number in range(1, 21)]
    wait_held(actions.api, 20)
    let_go(actions.api)
    assert [object_of(actions.read(connection))["id"] for connection in connections] == list(range(1, 21))
    assert actions.api.count("/oauth/token") == 2


def test_a_401_for_ever_is_passed_on_after_one_more_try(servers):
    actions = Secretive(servers)
    actions.api.fault(status=401, path="/oauth/posts/*", times="forever")
    error_of(actions.post("oauth", {"id": 1}), 401, "dataaction.upstream.status")
    assert actions.api.count("/oauth/posts/1") == 2 and actions.api.count("/oauth/token") == 2


def test_a_post_is_sent_again_with_another_token(servers):
    """401 is the one answer that says for certain that nothing was done."""
    actions = Secretive(servers, action("a", 'POST "{api}/posts"', OAUTH_LINE, *LINES))
    actions.api.fault(status=401, path="/posts")
    assert actions.ask("a", n=1) == {"id": 101}
    assert actions.api.state()["created"] == [{"n": 1}]


def test_without_oauth_a_401_is_passed_on(servers):
    actions = Secretive(servers, ALL, secret="wrong")
    error_of(actions.post("basic", {"id": 1}), 401, "dataaction.upstream.status")
    error_of(actions.post("key", {"id": 1}), 403, "dataaction.upstream.status")
    assert actions.api.count() == 2


def test_a_wrong_secret(servers):
    actions = Secretive(servers, OAUTH.replace("breaker failures=1000;", "breaker failures=5 time=1s;"), secret="wrong")
    for _ in range(5):
        response = refused(actions)
    assert actions.api.count("/oauth/token") < 5 and actions.api.count("/oauth/posts/1") == 0
    assert actions.lines("[error]", "no token: the client is not accepted")
    actions.write_secret("secret", SECRET)
    wait_for(lambda: actions.post("oauth", {"id": 1}).status == 200, "another try")
    actions.check_secrets(response.body)


@pytest.mark.parametrize("fault, status, code", [
    ({"status": 500}, 502, "dataaction.upstream.unreachable"), ({"do": "html"}, 502, "dataaction.upstream.invalid"),
    ({"do": "reset"}, 502, "dataaction.upstream.unreachable"),
    ({"status": 400}, 502, "dataaction.upstream.credentials"),
    ({"do": "stall"}, 504, "dataaction.upstream.timeout")])
def test_a_token_endpoint_in_trouble(servers, fault, status, code):
    """It is not the API that answers, so its status is nobody's."""
    actions = Secretive(servers, OAUTH.replace("retry attempts=1;", "retry attempts=1; timeout 300ms;"))
    actions.api.fault(path="/oauth/token", **fault)
    response = actions.post("oauth", {"id": 1})
    error_of(response, status, code)
    assert actions.api.count("/oauth/posts/1") == 0
    actions.check_secrets(response.body)


# --- exchanged

@each
def test_a_secret_that_rotates_needs_no_restart(servers, name):
    actions = Secretive(servers)
    assert actions.ask(name, id=1) == {"id": 1}
    actions.api.settings(**{SETTINGS[name]: NEXT})
    actions.api.revoke_tokens()
    actions.write_secret(FILES[name], NEXT)
    wait_for(lambda: actions.post(name, {"id": 1}).status == 200, "the new secret")
    actions.check_secrets()


@each
def test_a_file_that_others_may_see_or_change_is_refused(servers, name):
    actions = Secretive(servers)
    path = actions.secrets / FILES[name]
    for mode in (0o644, 0o604, 0o620, 0o602):
        path.chmod(mode)
        status, output = daemon.check_conf(actions.nginx.conf)
        assert status == 1 and str(path) in output and SECRET not in output, output
    assert actions.nginx.check_conf()[0] == 0, "nginx has no business with it"
    response = refused(actions, name)
    assert str(path) in actions.text() and str(path) not in response.body.decode()
    path.chmod(0o600)
    assert daemon.check_conf(actions.nginx.conf)[0] == 0


@each
def test_a_file_with_something_else_is_refused(servers, name):
    actions = Secretive(servers)
    for text in ("", "two\nlines", "a\ttab", "x" * 5000):
        actions.write_secret(FILES[name], text)
        status, output = daemon.check_conf(actions.nginx.conf)
        assert status == 1 and str(actions.secrets / FILES[name]) in output
    response = refused(actions, name)
    assert actions.api.count() == 0
    actions.check_secrets(response.body)


# --- nowhere else

def test_secrets_and_tokens_are_where_they_belong_alone(servers):
    faults = [{"status": 401, "path": "/oauth/posts/*"}, {"status": 500}, {"do": "html"}, {"do": "reset"},
              {"status": 400, "body": {"echo": SECRET}}, {"do": "redirect", "location": f"/x?{SECRET}"}]
    actions = Secretive(servers, nginx={"workers": 2, "log_level": "debug"})
    answers = [actions.post(name, {"id": number}).body for name in FILES for number in range(1, 5)]
    for fault in faults:
        for name in FILES:
            actions.api.fault(**fault)
            answers.append(actions.post(name, {"id": 1}).body)
            actions.api.clear_faults()
    actions.check_secrets(*answers)
    # What was looked for is there to be found: the sidecar has it.
    memory = b"".join(memory_of(actions.daemon.pid))
    assert SECRET.encode() in memory


def test_a_worker_has_neither_the_files_nor_what_is_in_them(servers):
    """So that a core of one has nothing to tell."""
    actions = Secretive(servers)
    for name in FILES:
        actions.ask(name, id=1)
    worker = actions.nginx.worker
    opened = [str(path.readlink()) for path in pathlib.Path(f"/proc/{worker}/fd").iterdir()]
    assert not [path for path in opened if path.startswith(str(actions.secrets))]
    assert not any(SECRET.encode() in piece for piece in memory_of(worker))


def test_a_redirect_is_not_followed_with_anything(servers):
    actions = Secretive(servers)
    elsewhere = another_api(servers)
    for status, name in itertools.product((301, 302, 303, 307, 308), FILES):
        for location in (f"{elsewhere.url}/echo", "/echo"):
            actions.api.fault("redirect", f"/{name}/posts/*", location=location, status=status)
            error_of(actions.post(name, {"id": 1}), 502, "dataaction.upstream.status")
    assert elsewhere.requests() == []
    assert actions.api.count("/echo") == 0


def test_a_redirect_of_the_token_endpoint_is_not_followed_either(servers):
    actions = Secretive(servers)
    elsewhere = another_api(servers)
    actions.api.fault("redirect", "/oauth/token", location=f"{elsewhere.url}/oauth/token", times="forever")
    assert actions.post("oauth", {"id": 1}).status == 502
    assert elsewhere.requests() == []


def test_a_cache_and_a_shared_call_hold_no_secret(servers):
    actions = Secretive(servers, KEY.replace("retry", "cache 1h; coalesce on; retry"))
    hold(actions.api)
    connections = [actions.start("key", {"id": 1}) for _ in range(5)]
    wait_counter(actions, "key", "coalesced", 4)
    let_go(actions.api)
    answers = [actions.read(connection).body for connection in connections]
    assert actions.ask("key", id=1) == {"id": 1}
    assert actions.api.count() == 1
    actions.check_secrets(*answers)
