"""The API does what it promises when all is well, and tells what it was asked."""

import base64
import http.client
import json
import subprocess
import threading

import pytest

from external_api.testing import TIMEOUT, ask, connect, get, parts, raw, read_all, send
from support.process import wait_for

FORM = ("Content-Type", "application/x-www-form-urlencoded")


def basic(name, password):
    return "Authorization", "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


# --- posts

def test_posts_are_always_the_same(api):
    post = get(api, "/posts/12").json
    assert set(post) == {"userId", "id", "title", "body"}
    assert (post["userId"], post["id"]) == (2, 12) and get(api, "/posts/12").json == post
    assert get(api, "/posts/100").json["userId"] == 10
    for target in ("/posts/0", "/posts/101", "/posts/01", "/posts/x", "/posts/-1", "/posts/%31", "/other"):
        reply = get(api, target)
        assert (reply.status, reply.json) == (404, {}), target
    assert [item["id"] for item in get(api, "/posts?userId=3").json] == list(range(21, 31))
    assert len(get(api, "/posts").json) == 100 and get(api, "/posts?userId=99").json == []


def test_a_head_has_the_length_of_its_body(api):
    reply = send(api, "HEAD", "/posts/1")
    assert int(reply.headers["Content-Length"]) == len(get(api, "/posts/1").body)
    assert parts(raw(api, ask("/posts/1", method="HEAD"))[0])[1] == b""


def test_what_is_made_is_counted_however_often_it_is_the_same(api):
    for number in range(3):
        reply = send(api, "POST", "/posts", json.dumps({"title": "x"}), [("Idempotency-Key", "the same")])
        assert (reply.status, reply.json) == (201, {"title": "x", "id": 101})
    assert api.state()["created"] == [{"title": "x"}] * 3 and api.count("/posts") == 3
    for body in ("", "[]", "{", b"\xff"):
        assert send(api, "POST", "/posts", body).status == 400
    assert len(api.state()["created"]) == 3


def test_changes(api):
    assert send(api, "PATCH", "/posts/5", '{"title": "new"}').json == {**get(api, "/posts/5").json, "title": "new"}
    assert send(api, "DELETE", "/posts/5").json == {} and get(api, "/posts/5").status == 200
    assert send(api, "PUT", "/posts/5", "x").status == 400 and send(api, "PUT", "/posts/101", "{}").status == 404
    reply = send(api, "POST", "/posts/5", "{}")
    assert reply.status == 405 and reply.headers["Allow"] == "DELETE, GET, HEAD, PATCH, PUT"


def test_an_echo_is_of_the_bytes_that_came(api):
    reply = send(api, "POST", "/echo?a=%2F&b=%zz", b"\x00\xff", [("X-A", "1"), ("x-a", "2")])
    assert reply.status == 400  # %zz is no target
    echoed = send(api, "POST", "/echo?a=%2F&b=+", b"\x00\xff", [("X-A", "1"), ("x-a", "2")]).json
    assert (echoed["method"], echoed["path"], echoed["query"]) == ("POST", "/echo", "a=%2F&b=+")
    assert echoed["body"] == "\x00\xff" and ["x-a", "2"] in echoed["headers"]


def test_a_slow_answer_takes_its_time_or_until_it_is_released(api):
    assert get(api, "/slow?ms=30").json == {"slept_ms": 30}
    link = connect(api)
    link.sendall(ask("/slow?ms=999999999").encode())
    wait_for(lambda: api.requests("/slow")[1:], "the request")
    api.release()
    assert read_all(link)[0].endswith(b'{"slept_ms": 999999999}')
    assert get(api, "/slow?ms=x").status == 400


# --- access

@pytest.mark.parametrize("where", ["basic", "body"])
def test_a_bearer(api, where):
    form = "grant_type=client_credentials"
    headers = [FORM, basic("client", "secret")] if where == "basic" else [FORM]
    form += "" if where == "basic" else "&client_id=client&client_secret=secret"
    token = send(api, "POST", "/oauth/token", form, headers).json
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    bearer = [("Authorization", f"Bearer {token['access_token']}")]
    assert get(api, "/oauth/posts/3", headers=bearer).json["id"] == 3
    api.revoke_tokens()
    reply = get(api, "/oauth/posts/3", headers=bearer)
    assert reply.status == 401 and reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("form, headers, error", [
    ("grant_type=client_credentials", [FORM, basic("client", "wrong")], "invalid_client"),
    ("grant_type=password", [FORM, basic("client", "secret")], "unsupported_grant_type"),
    ("grant_type=client_credentials&client_id=client", [FORM, basic("client", "secret")], "invalid_request"),
    ("grant_type=client_credentials", [FORM], "invalid_request"), ("{}", [basic("client", "secret")],
                                                                  "invalid_request"),
    ("grant_type=client_credentials&grant_type=x", [FORM, basic("client", "secret")], "invalid_request"),
])
def test_tokens_that_are_refused(api, form, headers, error):
    assert send(api, "POST", "/oauth/token", form, headers).json["error"] == error
    assert api.state()["tokens"] == 0


def test_tokens_expire(api):
    api.settings(expires_in=0)
    token = send(api, "POST", "/oauth/token", "grant_type=client_credentials",
                 [FORM, basic("client", "secret")]).json["access_token"]
    assert get(api, "/oauth/posts/3", headers=[("Authorization", f"Bearer {token}")]).status == 401


def test_basic_credentials_and_keys(api):
    assert get(api, "/basic/posts/3", headers=[basic("user", "password")]).json["id"] == 3
    for headers in ([], [basic("user", "wrong")], [("Authorization", "Basic x")], [basic("user", "password")] * 2):
        assert get(api, "/basic/posts/3", headers=headers).status == 401
    assert get(api, "/key/posts/3", headers=[("x-api-key", "key")]).json["id"] == 3
    for headers in ([], [("X-Api-Key", "wrong")], [("X-Api-Key", "key")] * 2):
        assert get(api, "/key/posts/3", headers=headers).status == 403


def test_answers_that_say_how_long_they_are_good(api):
    reply = get(api, "/cached/a?control=max-age=60,+public&age=5&vary=Accept&etag=%22v1%22")
    assert [reply.headers[name] for name in ("Cache-Control", "Age", "Vary", "ETag")] == [
        "max-age=60, public", "5", "Accept", '"v1"']
    assert reply.json == {"id": "a", "made": 1}
    again = get(api, "/cached/a?etag=%22v1%22", headers=[("If-None-Match", '"v1"')])
    assert (again.status, again.body) == (304, b"")
    assert get(api, "/cached/b").json["made"] == 1 and api.state()["made"] == {"a": 2, "b": 1}
    for query in ("?other=1", "?control=a%0d%0ab:c"):
        assert get(api, "/cached/a" + query).status == 400


# --- what it tells

def test_the_journal_has_every_byte(api):
    head = "GET /posts/1?a=%2f HTTP/1.1\r\nHost: x\r\nX-A:  b \r\nx-A: c\r\nAuthorization: Bearer secret\r\n"
    raw(api, head + "Content-Length: 3\r\nConnection: close\r\n\r\nab\0")
    raw(api, b"POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\n\xff")
    first, second = api.requests()
    assert (first["method"], first["target"], first["path"]) == ("GET", "/posts/1?a=%2f", "/posts/1")
    assert first["headers"] == [["Host", "x"], ["X-A", "b"], ["x-A", "c"], ["Authorization", "Bearer secret"],
                                ["Content-Length", "3"], ["Connection", "close"]]
    assert (first["body"], first["body_base64"], first["outcome"]) == ("ab\0", None, "sent")
    assert (second["body"], second["body_base64"], second["version"]) == (None, "/w==", "1.0")
    assert [entry["number"] for entry in api.requests(since=1)] == [2]
    assert api.requests("/po*") == [first] and api.count() == 2 and api.count("/echo") == 1


def test_connections_have_numbers(api):
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=TIMEOUT)
    for _ in range(3):
        get(api, "/posts/1", connection=connection)
    get(api, "/posts/1")
    numbers = [entry["connection"] for entry in api.requests()]
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3] and api.state()["connections"] == 2
    api.reset()
    get(api, "/posts/1", connection=connection)
    assert api.requests()[0]["connection"] == numbers[0]
    connection.close()


def test_peaks(api):
    api.fault("stall", times=3)
    threads = [threading.Thread(target=raw, args=(api, ask(f"/posts/{number}"))) for number in (1, 1, 2)]
    for thread in threads:
        thread.start()
    wait_for(lambda: api.state()["under_way"] == 3, "three requests")
    api.release()
    for thread in threads:
        thread.join()
    state = api.state()
    assert (state["peak"], state["peaks"]["/posts/1"], state["under_way"]) == (3, 2, 0)


def test_a_client_that_goes_is_told_of(api):
    link = connect(api)
    link.sendall(b"GET /slow?ms=999999999 HTTP/1.1\r\nHost: x\r\n\r\n")
    wait_for(lambda: api.requests("/slow"), "the request")
    link.close()
    wait_for(lambda: not api.state()["under_way"], "the request's end")
    entry, = api.requests("/slow")
    assert (entry["outcome"], entry["status"]) == ("client gone", 0)


def test_chunked_bodies_and_expectations(api):
    chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    received, _ = raw(api, chunked + "Expect: 100-continue\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n")
    interim, _, rest = received.partition(b"\r\n\r\n")
    assert interim == b"HTTP/1.1 100 Continue" and json.loads(parts(rest)[1])["body"] == "abcde"


# --- what is no request

@pytest.mark.parametrize("data", [
    "GET /posts/1\r\n\r\n", "GET  /posts/1 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /posts/1 HTTP/2.0\r\nHost: x\r\n\r\n", "GET /posts/1 HTTP/1.1\nHost: x\n\n", "GET /posts/1 HTTP/1.1\r\n\r\n",
    "GET /posts/1 HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "GET posts HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a{b} HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
])
def test_what_is_no_request_is_recorded(api, data):
    received, _ = raw(api, data)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert api.requests()[0]["malformed"] and api.state()["malformed"] == 1


def test_a_request_that_ends_too_early(api):
    for data in (b"GET /posts/1 HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"):
        link = connect(api)
        link.sendall(data)
        link.close()
    wait_for(lambda: api.state()["malformed"] == 2 and not api.state()["under_way"], "two records")
    assert all("ended within" in entry["malformed"] for entry in api.requests())


# --- TLS

def curl(*arguments):
    return subprocess.run(["curl", "-s", "--max-time", str(TIMEOUT), *map(str, arguments)], capture_output=True,
                          check=False)


def test_tls(api, authority):
    assert json.loads(curl("--cacert", authority[0], f"{api.tls_url}/posts/1").stdout)["id"] == 1
    assert curl(f"{api.tls_url}/posts/1").returncode == 60  # an authority that is not known


def test_a_client_certificate(api, authority, client_certificate):
    certificate, key = client_certificate
    good = curl("--cacert", authority[0], "--cert", certificate, "--key", key, f"{api.mtls_url}/posts/1")
    assert json.loads(good.stdout)["id"] == 1 and api.requests()[0]["client_certificate"] == "a client"
    assert curl("--cacert", authority[0], f"{api.mtls_url}/posts/1").returncode != 0 and api.count() == 1


def test_control_says_what_it_does_not_know(api):
    for method, name, body in (("POST", "settings", {"nothing": 1}), ("POST", "settings", {"key": 5})):
        with pytest.raises(AssertionError, match="error"):
            api.control(method, name, body)
    assert get(api, "/control/nothing").status == 404
    assert api.settings()["key"] == "key" and api.count() == 0
