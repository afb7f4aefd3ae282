"""The contract at work: input that is not as agreed never gets to the sidecar, an answer that is not never leaves it,
and no input and no answer makes the check expensive."""

import json

import pytest

from support.actions import (DRAFT_4, DRAFT_7, Actions, action, broken_rules, contract, error_of, object_of, schema)
from support.memory import SLACK, highest
from support.twice import twice

TREE = {"definitions": {"node": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/definitions/node"}}}}}}
EXPLOSIVE = "^(a+)+$"
# What takes a backtracking matcher longer than anybody lives.
BAIT = "a" * 50_000 + "!"

SCHEMAS = {
    "post": schema({"user_id": {"type": "integer", "minimum": 1}, "query_text": {"type": "string", "maxLength": 5}},
                   ["user_id", "query_text"]),
    "closed": schema({"a": "string"}, additionalProperties=False),
    "deep": schema({"customer": {"type": "object", "required": ["id"], "properties": {
        "id": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}}}}),
    "draft_4": schema({"n": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.5},
                       "c": {"const": "x"}}),
    "draft_7": schema({"n": {"type": "number", "exclusiveMinimum": 0}, "c": {"const": "x"}, "i": "integer",
                       "k": {"if": {"type": "string"}, "then": {"minLength": 3}, "else": {"minimum": 3}},
                       "l": {"contains": {"const": 1}}}, draft=DRAFT_7, propertyNames={"maxLength": 8}),
    "tree": schema({"root": {"$ref": "#/definitions/node"}}, **TREE),
    "itself": schema({"next": {"$ref": "#"}}, minProperties=1),
    "formats": schema({"day": {"type": "string", "format": "date"}, "at": {"type": "string", "format": "date-time"},
                       "code": {"type": "string", "pattern": "^[A-Z]{2}\\d+$"}},
                      patternProperties={"^x_": {"type": "null"}}),
    "combined": schema({"v": {"anyOf": [{"type": "string", "minLength": 2}, {"type": "integer"}]},
                        "w": {"not": {"type": "null"}}, "o": {"oneOf": [{"minimum": 0}, {"maximum": 0}]}}),
    "explosive": schema({"text": {"type": "string", "pattern": EXPLOSIVE}, "short": "string"}),
    "explosive_names": schema({"short": "string"}, patternProperties={EXPLOSIVE: {"type": "null"}}),
    "everything": schema(dict.fromkeys(map("f{}".format, range(40)), "string"), map("f{}".format, range(40))),
    "unique": schema({"list": {"type": "array", "uniqueItems": True}}),
}
CALL = ('POST "{api}/posts"', "output created $.id;")
ACTIONS = "".join(action(name, *CALL, contract=name) for name in SCHEMAS)


@pytest.fixture(scope="module")
def actions(module_servers):
    asked = action("asked", 'GET "{api}/posts/1"', "output id $.id;", contract="closed")
    return Actions(module_servers, ACTIONS + asked, {name: contract(taken) for name, taken in SCHEMAS.items()},
                   get=["asked"])


@pytest.fixture(autouse=True)
def reset(request):
    if "actions" in request.fixturenames:
        request.getfixturevalue("actions").reset()


# (schema, input, {(field, rule)}; none: it fits)
CHECKS = [
    ("post", {"user_id": 1, "query_text": "héllo"}, set()),
    ("post", {"user_id": 1, "query_text": "😀😀😀😀😀"}, set()),  # five characters
    ("post", {"user_id": 1, "query_text": "", "more": [1, {}]}, set()),
    ("post", {}, {("user_id", "required"), ("query_text", "required")}),
    ("post", {"user_id": "1", "query_text": "toolong"}, {("user_id", "type"), ("query_text", "maxLength")}),
    ("post", {"user_id": 0, "query_text": None}, {("user_id", "minimum"), ("query_text", "type")}),
    ("post", {"user_id": True, "query_text": ""}, {("user_id", "type")}),
    ("post", {"user_id": 1.5, "query_text": ""}, {("user_id", "type")}),
    ("closed", {"a": "x"}, set()),
    ("closed", {"a": "x", "b": 1}, {("b", "additionalProperties")}),
    ("deep", {"customer": {"id": 1, "tags": ["a", "b"]}}, set()),
    ("deep", {"customer": {"tags": ["a", "c", 5]}},
     {("customer.id", "required"), ("customer.tags[1]", "enum"), ("customer.tags[2]", "type"),
      ("customer.tags[2]", "enum")}),
    ("deep", {"customer": [1]}, {("customer", "type")}),
    ("draft_4", {"n": 1.5, "c": "not looked at"}, set()),
    ("draft_4", {"n": 0}, {("n", "exclusiveMinimum")}),
    ("draft_4", {"n": 0.3}, {("n", "multipleOf")}),
    ("draft_7", {"n": 0.1, "c": "x", "i": 1.0, "k": "abc", "l": [0, 1]}, set()),
    ("draft_7", {"n": 0, "c": "y", "i": 1.5}, {("n", "exclusiveMinimum"), ("c", "const"), ("i", "type")}),
    ("draft_7", {"l": [0]}, {("l", "contains")}),
    ("tree", {"root": {"name": "a", "children": [{"name": "b", "children": []}]}}, set()),
    ("tree", {"root": {"name": "a", "children": [{"name": "b", "children": [{"name": 5}, {}]}]}},
     {("root.children[0].children[0].name", "type"), ("root.children[0].children[1].name", "required")}),
    ("itself", {"next": {"next": {"x": 1}}}, set()),
    ("itself", {"next": {"next": {}}}, {("next.next", "minProperties")}),
    ("formats", {"day": "2024-02-29", "at": "2024-02-29T12:00:00.5+01:00", "code": "CH12", "x_a": None}, set()),
    ("formats", {"day": "2023-02-29", "at": "yesterday", "code": "ch", "x_a": 1},
     {("day", "format"), ("at", "format"), ("code", "pattern"), ("x_a", "type")}),
    ("combined", {"v": "ab", "w": 1, "o": 5}, set()),
    ("combined", {"v": 7, "o": -1}, set()),
    ("combined", {"v": "a", "w": None, "o": 0}, {("v", "anyOf"), ("w", "not"), ("o", "oneOf")}),
    ("unique", {"list": [1, "1", [1], {"a": 1}]}, set()),
    ("unique", {"list": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}, {("list[1]", "uniqueItems")}),
]


@pytest.mark.parametrize("name, given, rules", CHECKS, ids=[f"{row[0]}-{json.dumps(row[1])[:60]}" for row in CHECKS])
@twice
def test_input(actions, name, given, rules):
    connection = actions.nginx.connect()
    for body in (given, {"action_id": "a", "session_id": "s", "parameters": given}):
        response = actions.post(name, body, connection=connection)
        if not rules:
            assert object_of(response) == {"created": 101}
            assert json.loads(actions.api.requests()[-1]["body"]) == given
            continue
        found = broken_rules(response)
        assert found == rules
        message = response.json()["message"]
        assert all(f"{field} ({rule})" in message for field, rule in rules), message
        assert actions.api.requests() == []
        assert not actions.lines(f"context={response.context} ")  # a worker's own business
    actions.reset()


def test_at_most_so_many_details(actions):
    found = broken_rules(actions.post("everything"))
    assert len(found) == 16 and {rule for _, rule in found} == {"required"}


def test_a_field_is_named_as_it_is(actions):
    for field in ('a"b', "a.b", "é", "\n", "<b>", "x" * 60):
        (found,) = broken_rules(actions.post("closed", {field: 1}))
        assert found[1] == "additionalProperties" and found[0] == field


# --- what could be expensive

def hostile_list(size):
    """Equal at first sight, each of them."""
    return [{"a": "x" * 50, "b": number} for number in range(size)]


@pytest.mark.parametrize("name, given", [("explosive", {"text": BAIT}), ("explosive_names", {BAIT: None}),
                                         ("unique", {"list": hostile_list(8000)})], ids=["text", "name", "list"])
@twice
def test_input_that_is_made_to_be_expensive_holds_nobody_up(actions, name, given):
    """Were it tried to its end, neither answer would ever come."""
    hostile = [actions.start(name, given) for _ in range(5)]
    assert object_of(actions.post("post", {"user_id": 1, "query_text": ""})) == {"created": 101}
    for connection in hostile:
        response = actions.read(connection)
        if name != "unique":
            (found,) = broken_rules(response)
            assert found[1] in ("pattern", "patternProperties", "effort")
        else:
            assert response.status in (200, 422)
    assert object_of(actions.post("explosive", {"text": "aaa"})) == {"created": 101}


def test_deep_input(actions):
    assert object_of(actions.post("itself", b'{"next":' * 49 + b'{"x":1}' + b"}" * 49)) == {"created": 101}
    assert broken_rules(actions.post("itself", b'{"next":' * 49 + b"{}" + b"}" * 49)) == {
        (".".join(["next"] * 49), "minProperties")}
    error_of(actions.post("itself", b'{"next":' * 50 + b'{"x":1}' + b"}" * 50), 400, "dataaction.request.malformed")


# --- answers

GIVEN = {
    "simple": schema({"id": "integer", "title": {"type": "string", "maxLength": 20}}, ["id", "title"],
                     additionalProperties=False),
    "copied": schema({"object": {"type": "object", "properties": {"id": {"type": "integer"}}}}),
    "tree_given": schema({"root": {"$ref": "#/definitions/node"}}, **TREE),
    "explosive_given": schema({"text": {"type": "string", "pattern": EXPLOSIVE}}),
    "drafted": schema({"text": {"const": "x"}}, draft=DRAFT_7),
    "undrafted": schema({"text": {"const": "x"}}, draft=DRAFT_4),
}
GET = 'GET "{api}/posts/1"'
GIVING = (action("simple", GET, "output id $.id;", "output title $.title;", contract="simple")
          + action("branching", GET, "output id $.id 0;", 'output title $.title "";', "on_error 200;",
                   contract="simple")
          + action("copied", GET, "output object $;", contract="copied")
          + action("tree_given", GET, "output root $;", contract="tree_given")
          + action("explosive_given", GET, "output text $.text;", contract="explosive_given")
          + action("drafted", GET, "output text $.text;", contract="drafted")
          + action("undrafted", GET, "output text $.text;", contract="undrafted"))


@pytest.fixture(scope="module")
def giving(module_servers):
    return Actions(module_servers, GIVING, {name: contract(given=given) for name, given in GIVEN.items()})


def answered(giving, name, answer):
    giving.reset()
    giving.api.fault(status=200, body=answer, times="forever")
    return giving.post(name)


# (action, the API's answer, what the log says; none: it fits)
ANSWERS = [
    ("simple", {"id": 1, "title": "T"}, ()), ("simple", {"id": 1}, ("title (required)",)),
    ("simple", {"id": "1", "title": 5}, ("id (type)", "title (type)")),
    ("simple", {"id": 1, "title": "T" * 21}, ("title (maxLength)",)),
    ("simple", [], ("id (required)", "title (required)")),
    ("tree_given", {"name": "a", "children": [{"name": "b"}]}, ()),
    ("tree_given", {"name": "a", "children": [{}]}, ("root.children[0].name (required)",)),
    ("drafted", {"text": "x"}, ()), ("drafted", {"text": "y"}, ("text (const)",)), ("undrafted", {"text": "y"}, ()),
    ("copied", {"id": 1}, ()), ("copied", {"id": "1"}, ("object.id (type)",)),
]


@pytest.mark.parametrize("name, answer, said", ANSWERS)
@twice
def test_an_answer(giving, name, answer, said):
    response = answered(giving, name, answer)
    if not said:
        return object_of(response)
    body = error_of(response, 502, "dataaction.upstream.contract")
    assert (body["details"], body["errors"]) == ([], [])
    line = giving.log_of(response, "[error]", "code=dataaction.upstream.contract", "status=502")
    assert all(each in line for each in said), line
    assert giving.api.count() == 1  # another attempt would make it no better


def test_on_error_200_is_about_a_misfit_too(giving):
    """Of an answer that does not fit, nothing is used."""
    response = answered(giving, "branching", {"id": 1, "title": "T" * 21})
    assert object_of(response) == {"id": 0, "title": ""}
    assert object_of(answered(giving, "branching", {"id": 5})) == {"id": 5, "title": ""}
    giving.reset()
    giving.api.fault(status=500, body={"id": 7})
    assert object_of(giving.post("branching")) == {"id": 7, "title": ""}


@pytest.mark.parametrize("text", ['{"id":1,"id":"x"}', '{"id":"x","id":1}', '{"a":{"b":1,"b":2}}'])
def test_names_that_come_twice_are_not_passed_on(giving, text):
    """What is checked would not be what the flow reads."""
    response = answered(giving, "copied", text)
    assert response.status == 502, response


@twice
def test_an_answer_that_is_made_to_be_expensive_holds_nobody_up(giving):
    giving.reset()
    giving.api.fault(status=200, body={"text": BAIT}, times=5)
    hostile = [giving.start("explosive_given") for _ in range(5)]
    giving.api.fault(status=200, body={"text": "x"}, times="forever")
    for connection in hostile:
        error_of(giving.read(connection), 502, "dataaction.upstream.contract")
    assert object_of(giving.post("drafted")) == {"text": "x"}


def test_a_large_answer_costs_no_more_than_it_has(giving):
    giving.reset()
    before = highest(giving.daemon.pid)
    body = json.dumps([[number, str(number), {}] for number in range(40_000)])
    for _ in range(3):
        response = answered(giving, "copied", body)
        assert response.status == 502  # no object
    assert highest(giving.daemon.pid) - before < SLACK + 64 * len(body)


# --- changes

def test_a_changed_contract_counts_after_a_reload(servers):
    own = Actions(servers, action("a", *CALL, contract="mine"), {"mine": contract(schema({"v": "string"}))})
    assert broken_rules(own.post("a", {"v": 5})) == {("v", "type")}
    own.write_contract("mine", contract(schema({"v": "integer"})))
    assert broken_rules(own.post("a", {"v": 5})) == {("v", "type")}
    own.reload()
    assert object_of(own.post("a", {"v": 5})) == {"created": 101}
    assert broken_rules(own.post("a", {"v": "x"})) == {("v", "type")}


def test_a_damaged_contract_keeps_what_was(servers):
    own = Actions(servers, action("a", *CALL, contract="mine"), {"mine": contract(schema({"v": "string"}))})
    (own.directory / "mine.json").write_text('{"name": "x",\n')
    own.daemon.signal(1)
    own.nginx.expected_alerts.append(r"\[emerg\] .*invalid contract")
    own.nginx.server.signal(1)
    own.nginx.wait_for_log("invalid contract")
    assert object_of(own.post("a", {"v": "x"})) == {"created": 101}
    assert broken_rules(own.post("a", {"v": 5})) == {("v", "type")}


def test_a_sidecar_that_does_not_know_the_action_yet(servers):
    own = Actions(servers, action("a", *CALL))
    own.nginx.reload(**own.conf_of(action("a", *CALL) + action("b", *CALL)))
    error_of(own.post("b"), 503, "dataaction.config.stale")
    own.reload(nginx=False)
    assert object_of(own.post("b")) == {"created": 101}


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_name_writes_no_line_of_its_own(actions, method):
    forged = "x\n2030/01/01 00:00:00 [notice] 1#1: forged \x1b[31m\x7f"
    if method == "POST":
        response = actions.post("closed", {forged: 1})
        assert broken_rules(response) == {(forged, "additionalProperties")}
    else:
        query = "".join(f"%{byte:02x}" for byte in forged.encode())
        response = actions.get("asked", f"{query}=1&{query}=2")
        assert response.status == 422, response
    lines = actions.nginx.wait_for_log("forged")
    assert all("refused with 422" in line for line in lines), lines
    text = actions.nginx.error_log.read_text()
    assert "\x1b" not in text and "\x7f" not in text
