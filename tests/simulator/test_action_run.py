"""A created action is really run: its request leaves as it was written, and the answer is mapped and checked."""

import http.client
import json

import pytest

from simulator.testing import ACTIONS, Client, action_body, schema
from support.external_api import ExternalApi
from support.process import free_port, wait_for
from support.simulator import make_client_certificate

GIVEN = {"user_id": 12, "query_text": "a"}


@pytest.fixture(scope="module")
def shared_api(tmp_path_factory, authority):
    server = ExternalApi(tmp_path_factory.mktemp("external_api"), tls=authority[1:], client_ca=authority[0])
    yield server
    server.stop()


@pytest.fixture
def api(simulator, shared_api):
    simulator.settings(allow_http=True)
    shared_api.reset()
    yield shared_api
    shared_api.check()


def contract(output=None, **properties):
    return {"input": {"inputSchema": schema(**(properties or {"user_id": "integer", "query_text": "string"}))},
            "output": {"successSchema": output or schema()}}


def run(client, *arguments, given=None, what="execute", **options):
    """Creates an action and runs it."""
    made = client.post(ACTIONS, action_body(*arguments, **options))
    assert made.status == 200, made.body
    return client.post(f"{ACTIONS}/{made.json['id']}/{what}", GIVEN if given is None else given)


def sent(api):
    """(Method, target, headers but those of the framing, body) of the one request."""
    entry, = api.requests()
    return (entry["method"], entry["target"], [header for header in entry["headers"] if header[0] not in (
        "Host", "Transfer-Encoding", "Content-Length", "Connection")], entry["body"])


# --- the request

def test_the_input_goes_out_as_it_came_in(client, api):
    text = '{ "query_text" : "\\u00fc",\n"user_id":1 }'
    run(client, f"{api.url}/echo", given=text)
    assert sent(api) == ("POST", "/echo", [["Content-Type", "application/json"]], text)
    names = [name for name, _ in api.requests()[0]["headers"]]
    assert "Transfer-Encoding" in names and "Content-Length" not in names


def test_a_buffered_body_has_a_length(client, api):
    run(client, f"{api.url}/echo", request={"headers": {"Transfer-Encoding": "buffered"}})
    headers = dict(api.requests()[0]["headers"])
    assert headers["Content-Length"] == str(len(json.dumps(GIVEN))) and "Transfer-Encoding" not in headers


def test_templates(client, api):
    request = {"headers": {"X-Query": "q ${input.query_text}"},
               "requestTemplate": '{"id": ${input.user_id}, "text": "${input.query_text}", "no": "$!{input.none}"}'}
    run(client, f"{api.url}/echo?id=${{input.user_id}}", "PUT", request=request)
    assert sent(api) == ("PUT", "/echo?id=12", [["X-Query", "q a"]], '{"id": 12, "text": "a", "no": ""}')


def test_credentials_of_the_integration(client, api, simulator):
    simulator.settings(integration_credentials={"API_Key": "k"})
    request = {"headers": {"X-API-Key": "${credentials.API_Key}"}}
    told = run(client, f"{api.url}/echo?key=${{credentials.API_Key}}", request=request, what="test").json
    method, target, headers, _ = sent(api)
    assert (method, target, headers) == ("POST", "/echo?key=k", [["X-API-Key", "k"]])
    assert told["operations"][1]["result"]["url"] == f"{api.url}/echo?key=(API_Key)"
    simulator.settings(integration_credentials={})
    assert run(client, f"{api.url}/echo", request=request).error() == (400, "invalid.substitution")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_methods_without_a_body(client, api, method):
    run(client, f"{api.url}/posts/${{input.user_id}}", method, request={"headers": {}})
    assert sent(api) == (method, "/posts/12", [], "")


@pytest.mark.parametrize("given, code", [({"query_text": "a"}, "invalid.substitution"),
                                         ({"user_id": "x"}, "invalid.schema"), ({"user_id": 1.5}, "invalid.schema")])
def test_inputs_that_do_not_do(client, api, given, code):
    assert run(client, f"{api.url}/posts/${{input.user_id}}", "GET", contract=contract(), given=given).error() == (
        400, code)
    assert api.count() == 0


def test_a_url_that_is_none_any_more(client, api):
    reply = run(client, f"{api.url}/posts/${{input.query_text}}", "GET", given={"user_id": 1, "query_text": "a b"})
    assert reply.error() == (400, "invalid.substitution") and api.count() == 0


def test_an_input_that_is_too_deep(client, api):
    for levels, status in ((49, 200), (50, 400)):
        given = json.loads('{"user_id":' + "[" * levels + "]" * levels + "}")
        assert run(client, f"{api.url}/echo", contract=contract(other="string"), given=given).status == status


# --- the answer

def test_the_whole_answer_as_it_came(client, api):
    api.fault(status=201, body='{ "title" : 1E400 }')
    assert run(client, f"{api.url}/posts/1", "GET", contract=contract()).body == b'{ "title" : 1E400 }'


def test_the_translation_map(client, api):
    api.fault(status=200, body={"a": {"b": [1, {"c": "x"}]}, "none": None, "all": [{"n": 1}, {"n": 2}, {}]})
    paths = {"first": "$.a.b[0]", "c": "$['a'].b[-1].c", "none": "$.none", "missing": "$.a.x", "names": "$.all[*].n",
             "whole": "$.a"}
    template = "{" + ",".join(f'"{name}":${{{name}}}' for name in paths) + "}"
    reply = run(client, f"{api.url}/posts/1", "GET", contract=contract(), response={
        "translationMap": paths, "translationMapDefaults": {"missing": '"dflt"', "none": '"not used"'},
        "successTemplate": template})
    assert reply.json == {"first": 1, "c": "x", "none": None, "missing": "dflt", "names": [1, 2],
                          "whole": {"b": [1, {"c": "x"}]}}


def test_what_is_missing_without_a_default(client, api):
    reply = run(client, f"{api.url}/posts/1", "GET", response={"translationMap": {"k": "$.nothing"},
                                                               "successTemplate": '{"k": ${k}}'})
    assert reply.error() == (500, "invalid.substitution")


def test_an_answer_must_fit_the_contract(client, api):
    output = {"type": "object", "required": ["title"], "additionalProperties": False,
              "properties": {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}
    for body, status in (({"title": "x"}, 200), ({}, 400), ({"title": 1}, 400), ({"title": "x", "y": 1}, 400),
                         ({"title": "x", "tags": ["a", 1]}, 400), ([], 400), ({"title": None}, 400)):
        api.fault(status=200, body=body)
        reply = run(client, f"{api.url}/posts/1", "GET", contract=contract(output))
        assert reply.status == status, body
        assert status == 200 or reply.error() == (400, "invalid.schema")


@pytest.mark.parametrize("status", [300, 302, 400, 401, 404, 429, 500, 503])
def test_a_third_party_that_refuses(client, api, status):
    api.fault(status=status, headers={"Location": f"{api.url}/posts/1"}, body={"title": "x"})
    reply = run(client, f"{api.url}/posts/1", "GET")
    assert reply.error() == (400, "bad.request")
    assert reply.json["message"].startswith("The 3rd party indicated an issue with the request")
    assert api.count() == 1  # no redirect is followed, and nothing is tried again


@pytest.mark.parametrize("fault", [{"do": "html"}, {"do": "empty"}, {"do": "not_utf8"}, {"do": "truncated_json"},
                                   {"do": "reset", "after": "body"}, {"do": "close", "after": "head"},
                                   {"do": "bad_chunk"}, {"do": "length", "by": 5}])
def test_answers_that_are_none(client, api, fault):
    api.fault(**fault)
    assert run(client, f"{api.url}/posts/1", "GET").error() == (400, "bad.request")


def test_nobody_there(client, api):
    assert run(client, f"http://127.0.0.1:{free_port()}/", "GET").error() == (400, "bad.request")


def test_an_answer_that_is_too_deep(client, api):
    for size, status in ((49, 200), (50, 400)):
        api.fault("deep", size=size)
        assert run(client, f"{api.url}/posts/1", "GET", contract=contract()).status == status


def test_the_largest_answer(simulator, client, api):
    simulator.settings(max_action_response_bytes=1000)
    for size, status in ((1000, 200), (1001, 400)):
        api.fault("big_body", size=size)
        reply = run(client, f"{api.url}/posts/1", "GET")
        assert reply.status == status
    assert reply.error() == (400, "response.entity.too.large")
    api.fault("big_body")
    assert run(client, f"{api.url}/posts/1", "GET").error() == (400, "response.entity.too.large")
    wait_for(lambda: not api.state()["under_way"], "the end of the large answer")


def test_the_time_that_an_action_has(client, api):
    api.fault("stall")
    assert run(client, f"{api.url}/posts/1", "GET", config={"timeoutSeconds": 1}).error() == (504, "request.timeout")
    wait_for(lambda: not api.state()["under_way"], "the end of the request")
    assert api.requests()[0]["outcome"] == "client gone"


# --- TLS

def test_only_https_unless_it_is_allowed(simulator, client, api, authority):
    simulator.settings(allow_http=False)
    assert client.post(ACTIONS, action_body(api.url)).error() == (400, "invalid.value")
    target = f"{api.tls_url}/posts/1"
    assert run(client, target, "GET").error() == (400, "bad.request")  # an authority that is not known
    simulator.settings(ca_file=str(authority[0]))
    assert run(client, target, "GET").json["id"] == 1


def test_a_certificate_of_the_platform(simulator, client, api, authority):
    simulator.settings(ca_file=str(authority[0]))
    target = f"{api.mtls_url}/posts/1"
    assert run(client, target, "GET").error() == (400, "bad.request") and api.count() == 0
    simulator.settings(certificate=[str(path) for path in make_client_certificate(authority[0], "dataactions.test")])
    assert run(client, target, "GET").json["id"] == 1
    assert api.requests()[0]["client_certificate"] == "dataactions.test"


# --- tests of actions and drafts

@pytest.mark.parametrize("of", ["published", "draft"])
def test_a_test_tells_of_its_steps(client, api, of):
    path = ACTIONS if of == "published" else f"{ACTIONS}/drafts"
    name = client.post(path, action_body(f"{api.url}/posts/${{input.user_id}}", "GET")).json["id"]
    target = f"{ACTIONS}/{name}" + ("/test" if of == "published" else "/draft/test")
    good = client.post(target, GIVEN).json
    assert good["success"] and good["finalResult"]["id"] == 12 and "error" not in good
    assert [step["step"] for step in good["operations"]] == [1, 2, 3, 4, 5, 6]
    assert all(step["success"] and step["name"] and "result" in step for step in good["operations"])
    api.fault(status=500)
    bad = client.post(target, GIVEN).json
    assert not bad["success"] and bad["error"]["code"] == "bad.request" and "finalResult" not in bad
    assert [step["success"] for step in bad["operations"]] == [True, True, False]
    assert bad["operations"][-1]["error"] == bad["error"]
    assert client.post(f"{ACTIONS}/{name}/draft/execute", {}).error() == (404, "not.found")


def test_a_draft_is_not_executed(client, api):
    name = client.post(f"{ACTIONS}/drafts", action_body(api.url + "/echo")).json["id"]
    assert client.post(f"{ACTIONS}/{name}/execute", GIVEN).error() == (404, "not.found")
    client.post(f"{ACTIONS}/{name}/draft/publish", {"version": 1})
    assert client.post(f"{ACTIONS}/{name}/execute", GIVEN).status == 200 and api.count() == 1


def test_a_fault_before_an_action_is_run(simulator, client, api):
    simulator.fault("execute", status=503)
    assert run(client, api.url + "/echo").error() == (503, "service.unavailable") and api.count() == 0
    simulator.fault("execute", "reset", after="half")
    with pytest.raises((OSError, http.client.HTTPException)):
        run(client, api.url + "/echo")
    assert api.count() == 1  # what it does was done


# --- the tutorial's dialect

DATAACTIONS = "/api/v2/dataactions"


@pytest.fixture
def scoped(simulator, api):
    simulator.settings(dialect="tutorial")
    return Client(simulator, scope="api:read dataactions:execute")


def tutorial_body(target, **more):
    return {"name": "Fetch External Post Data", "description": "Calls external API to retrieve post details",
            "method": "POST", "url": target,
            "inputs": [{"name": "user_id", "type": "integer", "description": "the user"},
                       {"name": "query_text", "type": "string", "description": "optional"}],
            "outputs": [{"name": "title", "type": "string"}], "timeout": 30000, **more}


def test_the_tutorials_action(scoped, api):
    made = scoped.post(DATAACTIONS, tutorial_body(api.url + "/echo"))
    assert made.status == 201 and {**tutorial_body(api.url + "/echo"), "id": made.json["id"]} == made.json
    path = f"{DATAACTIONS}/{made.json['id']}"
    assert scoped.get(path).json == made.json and scoped.get(DATAACTIONS).json == {"entities": [made.json]}
    inputs = {"inputs": [{"name": "user_id", "value": 1}, {"name": "query_text", "value": "Test"}]}
    reply = scoped.post(f"{path}/execute", inputs).json
    assert json.loads(reply["body"]["body"]) == {"user_id": 1, "query_text": "Test"}
    assert sent(api)[2] == [["Content-Type", "application/json"]]
    renamed = scoped.post(path, tutorial_body(api.url + "/echo", name="Other"), method="PUT").json
    assert renamed["name"] == "Other" and renamed["id"] == made.json["id"]
    assert scoped.get(path, "DELETE").status == 204 and scoped.get(path).error() == (404, "not.found")


def test_what_the_tutorials_action_refuses(scoped, api):
    for wrong in ({"name": ""}, {"method": "GET"}, {"url": "ftp://x/"}, {"timeout": 0}, {"timeout": 60_001},
                  {"inputs": [{"name": "a"}]}, {"inputs": [{"name": "a", "type": "date"}]}, {"outputs": None},
                  {"inputs": [{"name": "a", "type": "string"}] * 2}, {"more": 1}):
        assert scoped.post(DATAACTIONS, tutorial_body(api.url, **wrong)).error()[0] == 400, wrong
    name = scoped.post(DATAACTIONS, tutorial_body(api.url + "/echo")).json["id"]
    for inputs in ([{"name": "user_id", "value": "1"}], [{"name": "other", "value": 1}]):
        assert scoped.post(f"{DATAACTIONS}/{name}/execute", {"inputs": inputs}).error() == (400, "invalid.schema")
    assert api.count() == 0


def test_what_the_tutorials_action_gets(scoped, api):
    body = tutorial_body(api.url + "/posts", timeout=200)
    path = f"{DATAACTIONS}/{scoped.post(DATAACTIONS, body).json['id']}/execute"
    for fault, error in (({"status": 500}, (400, "bad.request")), ({"do": "html"}, (400, "bad.request")),
                         ({"status": 200, "body": {"title": 5}}, (400, "invalid.schema")),
                         ({"do": "stall"}, (504, "request.timeout"))):
        api.fault(**fault)
        assert scoped.post(path, {"inputs": []}).error() == error


def test_the_tutorials_scopes(simulator, api):
    other = Client(simulator, scope="search:query")
    simulator.settings(dialect="tutorial")
    for method, rest in (("GET", ""), ("GET", "/x"), ("DELETE", "/x")):
        assert other.get(DATAACTIONS + rest, method).error() == (403, "app.not.authorized.for.scope")


# --- address ranges

def test_ranges_of_every_kind(client):
    entities = client.get("/api/v2/ipranges").json["entities"]
    ours = [item for item in entities if item["service"] == "data-actions"]
    assert {item["direction"] for item in ours} == {"inbound", "outbound", "both"}
    assert len({item["service"] for item in entities}) > 3
    assert {":" in item["cidr"] for item in ours} == {True, False}
    assert len({json.dumps(item) for item in ours}) < len(ours) and len({item["cidr"] for item in ours}) < len(ours)
