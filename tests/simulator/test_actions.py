"""The life of a data action on the platform: made, listed, changed, published and removed, and all that is refused."""

import json

import pytest

from simulator.testing import ACTIONS, INTEGRATION, Client, action_body, schema

OTHER = {"input": {"inputSchema": schema([], other="string")}, "output": {"successSchema": schema()}}


def draft(client, **more):
    """The path of a new draft's action."""
    return f"{ACTIONS}/{client.post(f'{ACTIONS}/drafts', action_body(**more)).json['id']}"


def published(client, **more):
    return f"{ACTIONS}/{client.post(ACTIONS, action_body(**more)).json['id']}"


def names(reply):
    return [entity["name"] for entity in reply.json["entities"]]


# --- from a draft to its publication and beyond

def test_from_a_draft_to_the_action(client):
    path = draft(client)
    assert client.get(path).error() == (404, "not.found")
    made = client.get(f"{path}/draft").json
    assert (made["version"], made["selfUri"], made["secure"]) == (1, f"{path}/draft", False)
    assert client.patch(f"{path}/draft", {"version": 1, "name": "Renamed", "contract": OTHER}).json["version"] == 2
    assert client.get(f"{path}/draft/validation").json == {"valid": True, "errors": []}
    assert client.post(f"{path}/draft/publish", {"version": 1}).error() == (409, "request.conflict")
    action = client.post(f"{path}/draft/publish", {"version": 2}).json
    assert (action["version"], action["name"], action["selfUri"]) == (1, "Renamed", path)
    assert client.get(f"{path}/draft").error() == (404, "not.found")
    assert client.post(f"{path}/draft/publish", {"version": 2}).error() == (404, "not.found")


def test_a_draft_of_a_published_action(client):
    path = published(client)
    assert client.patch(path, {"version": 1, "category": "Else"}).json["version"] == 2
    made = client.send("POST", f"{path}/draft", None, [client.bearer()]).json
    assert (made["version"], made["category"]) == (1, "Else")
    assert client.get(f"{path}/draft", "POST").error() == (409, "request.conflict")
    config = action_body(url="https://other.example/")["config"]
    assert client.patch(f"{path}/draft", {"version": 1, "config": config}).json["version"] == 2
    assert client.get(f"{path}?includeConfig=true").json["config"]["request"]["requestUrlTemplate"] == (
        action_body()["config"]["request"]["requestUrlTemplate"])
    assert client.post(f"{path}/draft/publish", {"version": 2}).json["version"] == 3
    assert client.get(f"{path}?includeConfig=true").json["config"]["request"]["requestUrlTemplate"] == (
        "https://other.example/")


def test_a_contract_is_final_once_it_is_published(client):
    path = published(client)
    assert client.patch(path, {"version": 1, "contract": OTHER}).error() == (400, "invalid.property")
    client.get(f"{path}/draft", "POST")
    assert client.patch(f"{path}/draft", {"version": 1, "contract": OTHER}).error() == (400, "constraint.validation")
    same = {"version": 1, "contract": action_body()["contract"]}
    assert client.patch(f"{path}/draft", same).json["version"] == 2


def test_the_version_must_be_the_current_one(client):
    path = published(client)
    for version in (0, 2):
        assert client.patch(path, {"version": version, "name": "x"}).error() == (409, "request.conflict")
    for body in ({"name": "x"}, {"version": "1"}, {"version": True}, {"version": 1, "integrationId": INTEGRATION}):
        assert client.patch(path, body).error()[0] == 400
    assert client.get(path).json["version"] == 1


def test_removal(client):
    path = draft(client)
    assert client.get(f"{path}/draft", "DELETE").status == 204
    assert client.get(f"{path}/draft").status == 404
    path = published(client)
    client.get(f"{path}/draft", "POST")
    assert client.get(f"{path}/draft", "DELETE").status == 204
    assert client.get(path).status == 200
    assert client.get(path, "DELETE").status == 204
    for target, method in ((path, "GET"), (path, "DELETE"), (f"{path}/draft", "GET"), (f"{path}/draft", "POST")):
        assert client.get(target, method).error() == (404, "not.found")


def test_built_in_actions_cannot_be_changed(client):
    path = f"{ACTIONS}/static-echo"
    assert client.get(path).json["id"] == "static-echo"
    assert client.patch(path, {"version": 1, "name": "x"}).error() == (403, "not.authorized")
    assert client.get(path, "DELETE").error() == (403, "not.authorized")
    assert client.get(f"{path}/draft", "POST").error() == (403, "not.authorized")
    assert client.post(f"{path}/execute", {"a": 1}).json == {"a": 1}


# --- what is told

def test_contract_and_config_are_told_where_they_are_asked_for(client):
    path = published(client)
    bare = client.get(path).json
    assert set(bare) == {"id", "name", "integrationId", "category", "secure", "version", "selfUri", "contract"}
    assert set(bare["contract"]["input"]) == {"inputSchemaUri"}
    whole = client.get(f"{path}?expand=contract&includeConfig=true").json
    assert whole["contract"]["input"]["inputSchema"] == action_body()["contract"]["input"]["inputSchema"]
    assert whole["config"]["timeoutSeconds"] == 20 and "requestTemplate" not in whole["config"]["request"]
    for part, key, text in (("request", "requestTemplateUri", "${input.rawRequest}"),
                            ("response", "successTemplateUri", "${rawResult}")):
        template = client.get(whole["config"][part][key])
        assert (template.body.decode(), template.headers["Content-Type"]) == (text, "text/plain")
    assert client.get(bare["contract"]["output"]["successSchemaUri"]).json == schema([], title="string")
    assert client.get(f"{path}/templates/other.vm").error() == (404, "not.found")
    for query in ("expand=config", "flatten=true", "includeConfig=yes", "other=1"):
        assert client.get(f"{path}?{query}").error()[0] == 400


def test_lists(client):
    for number in range(5):
        published(client, name=f"Action {number}", category="ABC"[number % 3])
    assert draft(client, name="Only a draft")
    assert names(client.get(ACTIONS)) == ["static-echo", *(f"Action {number}" for number in range(5))]
    assert names(client.get(f"{ACTIONS}/drafts")) == ["Only a draft"]
    assert names(client.get(f"{ACTIONS}?category=A")) == ["Action 0", "Action 3"]
    assert names(client.get(f"{ACTIONS}?name=ACTION%201")) == ["Action 1"]
    assert names(client.get(f"{ACTIONS}?sortBy=name&sortOrder=DESC"))[:2] == ["static-echo", "Action 4"]
    assert "config" not in client.get(ACTIONS).json["entities"][1]
    assert "config" in client.get(f"{ACTIONS}?includeConfig=true").json["entities"][1]
    categories = client.get(f"{ACTIONS}/categories").json
    assert categories["entities"] == [{"name": name} for name in ("A", "B", "Built in", "C")]


def test_pages(client):
    for number in range(5):
        published(client, name=f"Action {number}")
    found, target = [], f"{ACTIONS}?pageSize=2&includeConfig=true"
    while target:
        page = client.get(target)
        assert client.get(page.json["selfUri"]).json == page.json and page.json["pageCount"] == 3
        found += names(page)
        target = page.json.get("nextUri")
    assert len(found) == len(set(found)) == page.json["total"] == 6
    assert "previousUri" in page.json and names(client.get(page.json["firstUri"])) == found[:2]
    assert client.get(f"{ACTIONS}?pageNumber=99").json["entities"] == []
    for query in ("pageSize=0", "pageSize=101", "pageNumber=0", "sortBy=version", "sortOrder=up", "nextPage=x"):
        assert client.get(f"{ACTIONS}?{query}").error()[0] == 400


# --- what is refused

WRONG = {
    "no name": {"name": None}, "a long name": {"name": "x" * 257}, "a long category": {"category": "x" * 257},
    "an unknown member": {"actionType": "custom"}, "another integration": {"integrationId": "other"},
    "no timeout": {"config": {"timeoutSeconds": 0}}, "a long timeout": {"config": {"timeoutSeconds": 61}},
    "part of a second": {"config": {"timeoutSeconds": 1.5}}, "another method": {"method": "HEAD"},
    "http": {"url": "http://gateway.example/"}, "no host": {"url": "https:///path"}, "a host from the input": {
        "url": "https://${input.host}/"}, "an unknown reference": {"url": "https://a.example/${other}"},
    "a directive": {"request": {"requestTemplate": "#if(true)x#end"}},
    "a call": {"request": {"requestTemplate": "$esc.jsonString(1)"}},
    "a template's URI": {"request": {"requestTemplateUri": "/x"}},
    "a header that is none": {"request": {"headers": {"A b": "c"}}},
    "a line in a header": {"request": {"headers": {"A": "b\r\nC: d"}}},
    "Accept of no JSON": {"request": {"headers": {"Accept": "text/html"}}},
    "a path that is none": {"response": {"translationMap": {"k": "title"}}},
    "a default of nothing": {"response": {"translationMapDefaults": {"k": "1"}}},
    "a success template of nothing": {"response": {"successTemplate": "${k}"}},
    "an array's contract": {"contract": {"input": {"inputSchema": {"type": "array"}},
                                         "output": {"successSchema": schema()}}},
    "a contract without output": {"contract": {"input": {"inputSchema": schema()}}},
    "a keyword beyond": {"contract": {"input": {"inputSchema": {"type": "object", "$ref": "#"}},
                                      "output": {"successSchema": schema()}}},
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("path", [ACTIONS, f"{ACTIONS}/drafts"])
def test_actions_that_cannot_be(simulator, client, path, what):
    assert client.post(path, action_body(**WRONG[what])).error()[0] == 400
    assert simulator.control("GET", "actions")["actions"] == {}


def test_a_contract_that_is_too_deep(client):
    deep = {"type": "string"}
    for _ in range(30):
        deep = {"type": "object", "properties": {"a": deep}}
    contract = {"input": {"inputSchema": deep}, "output": {"successSchema": schema()}}
    assert client.post(ACTIONS, action_body(contract=contract)).error() == (400, "invalid.schema")


def test_an_integration_that_is_gone(simulator, client):
    path = draft(client)
    simulator.settings(integrations=["other"])
    told = client.get(f"{path}/draft/validation").json
    assert not told["valid"] and told["errors"][0]["status"] == 400
    assert client.post(f"{path}/draft/publish", {"version": 1}).error() == (400, "bad.request")


def test_a_large_action(client):
    body = json.dumps(action_body())
    assert client.post(ACTIONS, body.ljust(512_000)).status == 200
    assert client.post(ACTIONS, body.ljust(512_001)).error() == (413, "request.entity.too.large")


@pytest.mark.parametrize("permission, asked", [
    ("view", [("GET", ""), ("GET", "/drafts"), ("GET", "/categories"), ("GET", "/{id}"), ("GET", "/{id}/draft"),
              ("GET", "/{id}/schemas/inputschema.json"), ("GET", "/{id}/templates/requesttemplate.vm")]),
    ("add", [("POST", ""), ("POST", "/drafts")]),
    ("edit", [("PATCH", "/{id}"), ("POST", "/{id}/draft"), ("PATCH", "/{id}/draft"),
              ("GET", "/{id}/draft/validation"), ("POST", "/{id}/draft/publish")]),
    ("delete", [("DELETE", "/{id}"), ("DELETE", "/{id}/draft")]),
    ("execute", [("POST", "/{id}/test"), ("POST", "/{id}/draft/test"), ("POST", "/{id}/execute")]),
])
def test_permissions(simulator, client, permission, asked):
    path = published(client)
    simulator.settings(permissions=[f"integrations:action:{name}" for name in ("view", "add", "edit", "delete",
                                                                              "execute") if name != permission])
    for method, rest in asked:
        target = ACTIONS + rest.replace("{id}", path.rpartition("/")[2])
        takes_body = method == "PATCH" or method == "POST" and target != f"{path}/draft"
        reply = client.post(target, {}, method=method) if takes_body else client.get(target, method)
        assert reply.error() == (403, "missing.permissions"), (method, rest)


def test_the_other_dialect_has_none(simulator, client):
    path = published(client)
    simulator.settings(dialect="tutorial")
    tutorial = Client(simulator, "api:read dataactions:execute integration:action:execute")
    assert tutorial.get(path).error() == (404, "not.found")
    assert tutorial.get(ACTIONS).error() == (405, "method.not.allowed")


# --- faults and what a test may look at

@pytest.mark.parametrize("route, method, rest, body", [
    ("action_list", "GET", "", None), ("action_get", "GET", "/{id}", None), ("draft_list", "GET", "/drafts", None),
    ("draft_add", "POST", "/drafts", action_body()), ("action_add", "POST", "", action_body()),
    ("action_patch", "PATCH", "/{id}", {"version": 1}), ("action_delete", "DELETE", "/{id}", None),
    ("draft_make", "POST", "/{id}/draft", None), ("action_categories", "GET", "/categories", None),
    ("action_file", "GET", "/{id}/schemas/inputschema.json", None),
])
def test_faults_change_nothing(simulator, client, route, method, rest, body):
    path = published(client)
    before = simulator.control("GET", "actions")
    target = ACTIONS + rest.replace("{id}", path.rpartition("/")[2])
    simulator.fault(route, status=503)
    reply = client.get(target, method) if body is None else client.post(target, body, method=method)
    assert reply.error() == (503, "service.unavailable")
    assert simulator.control("GET", "actions") == before
    assert simulator.requests(route)[-1]["fault"] == "answer" and simulator.faults() == []


def test_a_fault_of_any_action_spoils_the_answer(simulator, client):
    path = draft(client)
    simulator.fault("actions", "html")
    assert client.get(f"{path}/draft").headers["Content-Type"].startswith("text/html")
    simulator.fault("actions", "truncate")
    reply = client.post(f"{path}/draft/publish", {"version": 1})
    with pytest.raises(ValueError):
        json.loads(reply.body)
    assert client.get(path).json["version"] == 1  # it was published nevertheless


def test_control_knows_the_actions(simulator, client):
    path = draft(client)
    known = simulator.control("GET", "actions")["actions"][path.rpartition("/")[2]]
    assert known["published"] is None and known["draft"]["config"] == action_body()["config"]
    simulator.control("DELETE", "actions")
    assert client.get(f"{path}/draft").status == 404
