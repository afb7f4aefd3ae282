"""What an answer is made of: paths, headers, constants and defaults, and what becomes of each status of the API."""

import json

import pytest

from support.actions import Actions, action, contract, error_of, object_of, schema

ANSWER = {"id": 1, "name": "Ann", "none": None, "tags": ["a", "b"], "a b": {"c.d": 5}, "price": 0.0,
          "address": {"city": "Bern", "geo": [46.9, 7.4]},
          "data": [{"label": "x", "address": {"city": "Bern"}, "marks": [1, 2]}, {"label": None}, {"address": {}}]}
TYPED = contract(given=schema({
    "text": "string", "whole": "integer", "number": "number", "flag": "boolean", "list": "array", "object": "object",
    "nothing": "null", "digits": "string", "inner": {"type": "object", "properties": {"zip": {"type": "string"}}}}))
CLOSED = contract(given=schema({"id": "integer", "items": {"type": "array", "items": {
    "type": "object", "required": ["name"]}}}, ["id"], additionalProperties=False))
GET = 'GET "{api}/posts/1"'

ACTIONS = (
    action("paths", GET, "output id $.id;", "output first $.tags[0];", "output last $.tags[-1];",
           "output city $.address.city;", "output quoted \"$['a b']['c.d']\";", "output tags $.tags;",
           "output all $.tags[*];", "output slice $.tags[1:];", "output labels $.data[*].label;",
           "output union \"$['id','name']\";", "output none $.none;", "output price $.price;")
    + action("deep", GET, "output cities $..city;", "output whole $;")
    + action("missing", GET, "output a $.nope;", "output b $.nope fallback;", "output c $.nope 5;",
             "output d $.none 7;", "output e $.tags[9] [];", "output f $.nope[*];", "output g $.nope[*] [1];",
             'output h $.name.first "";')
    + action("nested", GET, "output person.name $.name;", "output person.home.city $.address.city;",
             'output person.home.zip $.zip "";', "output person.kind human;", "output gone.a $.nope;",
             "output half.a $.nope;", "output half.b 1;")
    + action("arrays", GET, "output items[] $.data[*];", 'output items[].name @.label "";',
             'output items[].city @.address.city "";', "output items[].marks @.marks[*] [];",
             "output items[].kind row;", "output items[].id $.id;")
    + action("nothing_found", GET, "output items[] $.nope[*];", "output items[].name @.label;",
             "output others[] $.nope[*] [];", "output others[].name @.label;")
    + action("constants", GET, "output text 5;", "output whole 5;", "output number 1.50;", "output flag true;",
             "output list '[1, 2]';", "output object '{\"a\": 1}';", "output nothing null;", "output digits 007;",
             "output inner.zip 01234;", "output open word;", "output open_number 12345678901234567890;",
             contract="typed")
    + action("defaults", GET, "output text $.nope 5;", "output whole $.nope -5;", "output flag $.nope false;",
             "output list $.nope [];", "output object $.nope '{}';", "output inner.zip $.nope 01234;", contract="typed")
    + action("headers", GET, "output type $upstream_http_content_type;", "output count $upstream_http_x_count none;",
             "output gone $upstream_http_x_gone none;", "output status $upstream_status;", "output ours $status;")
    + action("typed_headers", GET, "output whole $upstream_http_x_count -1;", "output text $upstream_http_x_count;",
             "output flag $upstream_http_x_flag;", contract="typed")
    + action("strings_of_statuses", GET, "output digits $upstream_status;", "output text $status;", contract="typed")
    + action("closed", GET, "output id $.id;", "output items[] $.data[*];", "output items[].name @.label;",
             contract="closed")
    + action("statuses", GET, "output title $.title none;", "output status $status;",
             "output upstream $upstream_status;", "on_status 404 410 =200;",
             'on_status 409 422 =410 "no longer there";', "on_status 4xx =418;", "on_status 503 =200;",
             'on_status 5xx =503 "try again later";', "on_status 301 =404;",
             "retry attempts=1;")
    + action("branch", GET, 'output title $.title "";', "output status $status;", 'output code $error_code "";',
             'output message $error_message "";', "output upstream $upstream_status 0;", "on_error 200;",
             'on_status 409 =410 "gone";', "on_status 404 =200;", "retry attempts=1;", "timeout 1s;")
)


@pytest.fixture(scope="module")
def actions(module_servers):
    return Actions(module_servers, ACTIONS, {"typed": TYPED, "closed": CLOSED})


@pytest.fixture(autouse=True)
def reset(actions):
    actions.reset()


def answered(actions, name, answer=None, **fault):
    """The text that an action makes of an answer of the API."""
    actions.api.fault(**{"status": 200, "body": ANSWER if answer is None else answer, **fault})
    response = actions.post(name)
    object_of(response)
    return response.body.decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


# (action, what it makes of ANSWER)
MADE = [
    ("paths", {"id": 1, "first": "a", "last": "b", "city": "Bern", "quoted": 5, "tags": ["a", "b"], "all": ["a", "b"],
               "slice": ["b"], "labels": ["x", None], "union": [1, "Ann"], "none": None, "price": 0.0}),
    ("deep", {"cities": ["Bern", "Bern"], "whole": ANSWER}),
    ("missing", {"b": "fallback", "c": 5, "d": None, "e": [], "f": [], "g": [1], "h": ""}),
    ("nested", {"person": {"name": "Ann", "home": {"city": "Bern", "zip": ""}, "kind": "human"}, "half": {"b": 1}}),
    ("arrays", {"items": [{"name": "x", "city": "Bern", "marks": [1, 2], "kind": "row", "id": 1},
                          {"name": None, "city": "", "marks": [], "kind": "row", "id": 1},
                          {"name": "", "city": "", "marks": [], "kind": "row", "id": 1}]}),
    ("nothing_found", {"items": [], "others": []}),
    ("defaults", {"text": "5", "whole": -5, "flag": False, "list": [], "object": {}, "inner": {"zip": "01234"}}),
    ("strings_of_statuses", {"digits": "200", "text": "200"}),
]


@pytest.mark.parametrize("name, made", MADE)
def test_what_is_made(actions, name, made):
    assert answered(actions, name) == compact(made)


def test_constants(actions):
    """As they are written, byte for byte, and typed by the contract."""
    assert answered(actions, "constants") == (
        '{"text":"5","whole":5,"number":1.50,"flag":true,"list":[1,2],"object":{"a":1},"nothing":null,"digits":"007",'
        '"inner":{"zip":"01234"},"open":"word","open_number":12345678901234567890}')


@pytest.mark.parametrize("number", ["0", "-0", "1.0", "1.50", "1E+2", "1e-999999999", "0.1000000000000000055511151231",
                                    "9" * 308, "-" + "1" * 100 + "." + "2" * 100, "9007199254740993"],
                         ids=lambda text: text[:20])
def test_numbers_pass_as_they_are(actions, number):
    assert answered(actions, "paths", f'{{ "id" : {number} , "tags" : [ {number} ] }}').startswith(
        f'{{"id":{number},"first":{number},"last":{number},"tags":[{number}]')


@pytest.mark.parametrize("number", ["9" * 310, "1e309"], ids=lambda text: text[:20])
def test_a_number_that_no_double_holds_is_none(actions, number):
    actions.api.fault(status=200, body=f'{{"id":{number}}}')
    error_of(actions.post("paths", {}), 502, "dataaction.upstream.contract")


@pytest.mark.parametrize("text", ['"\\u0000\\u001f\\"\\\\\\/"', '"é"', '"\\u00e9"', '"\\ud83d\\ude00"', '"😀"',
                                  '"</script>"', '"' + "x" * 200_000 + '"'], ids=lambda text: ascii(text)[:20])
def test_strings_pass(actions, text):
    assert json.loads(answered(actions, "paths", f'{{"id":{text}}}'))["id"] == json.loads(text)


def test_a_body_is_any_json(actions):
    for body in ("5", '"text"', "[]", "null", "true"):
        assert answered(actions, "missing", body) == compact(
            {"b": "fallback", "c": 5, "d": 7, "e": [], "f": [], "g": [1], "h": ""})


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204, 205, 206, 299])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_no_body_is_no_mistake(actions, status, framing):
    made = answered(actions, "headers", "", status=status, framing=framing)
    assert json.loads(made)["status"] == status and json.loads(made)["ours"] == 200


def test_headers(actions):
    made = json.loads(answered(actions, "headers", headers={"X-Count": " 5 "}))
    assert made == {"type": "application/json; charset=utf-8", "count": "5", "gone": "none", "status": 200, "ours": 200}
    made = json.loads(answered(actions, "headers", headers={"x-cOUNT": 'a"b\\'}))
    assert made["count"] == 'a"b\\'


@pytest.mark.parametrize("count, flag, made", [("5", "true", {"whole": 5, "text": "5", "flag": True}),
                                               ("many", "yes", {"whole": -1, "text": "many"}),
                                               ("5 6", "1", {"whole": -1, "text": "5 6"})])
def test_headers_by_the_types_of_the_contract(actions, count, flag, made):
    assert json.loads(answered(actions, "typed_headers", headers={"X-Count": count, "X-Flag": flag})) == made


def test_a_header_that_is_not_utf8_harms_nobody(actions):
    actions.api.fault(status=200, body={}, headers={"X-Count": "caf\xe9"})
    response = actions.post("headers")
    assert response.status in (200, 502), response
    response.body.decode()


# (answer of the API, what the log says of it)
NOT_AS_AGREED = [({"data": []}, "id (required)"), ({"id": "1", "data": []}, "id (type)"),
                 ({"id": 1.5, "data": []}, "id (type)"), ({"id": None}, "id (type)"),
                 ({"id": 1, "data": [{"label": "x"}, {}]}, "items[1].name (required)")]


@pytest.mark.parametrize("answer, said", NOT_AS_AGREED)
def test_an_answer_that_is_not_as_agreed_never_leaves(actions, answer, said):
    actions.api.fault(status=200, body={**answer, "secret": "hush-1"})
    response = actions.post("closed")
    body = error_of(response, 502, "dataaction.upstream.contract")
    assert body["details"] == [] and "items" not in body["message"] and "hush" not in response.body.decode()
    line = actions.log_of(response, "code=dataaction.upstream.contract")
    assert said in line and "[error]" in line and "hush" not in line


def test_an_answer_that_is_as_agreed(actions):
    assert answered(actions, "closed", {"id": 1, "data": [{"label": "x"}]}) == '{"id":1,"items":[{"name":"x"}]}'


# --- statuses

# (status of the API, status of ours, message or outputs)
RULES = [(404, 200, None), (410, 200, None), (409, 410, "no longer there"), (422, 410, "no longer there"),
         (400, 418, "the API answered 400"), (451, 418, "the API answered 451"), (503, 200, None),
         (500, 503, "try again later"), (599, 503, "try again later"), (301, 404, None),
         (302, 502, "the API answered with a status that is no answer")]


@pytest.mark.parametrize("status, ours, said", RULES)
def test_on_status(actions, status, ours, said):
    actions.api.fault(status=status, body={"title": "T"})
    response = actions.post("statuses")
    if ours == 200:
        assert object_of(response) == {"title": "T", "status": 200, "upstream": status}
        return
    body = error_of(response, ours, "dataaction.upstream.status")
    assert said is None or body["message"] == said


def test_on_status_takes_the_defaults_where_there_is_no_json(actions):
    actions.api.fault("html", status=404)
    assert actions.ask("statuses") == {"title": "none", "status": 200, "upstream": 404}


# (fault, status of ours it would have been, code)
BRANCHES = [({"status": 404, "body": {"title": "T"}}, 200, ""),
            ({"status": 409, "body": {"title": "T"}}, 410, "status"),
            ({"status": 500, "body": "no JSON"}, 500, "status"), ({"do": "html"}, 502, "invalid"),
            ({"do": "reset"}, 502, "broken_off"), ({"do": "stall"}, 504, "timeout"),
            ({"do": "redirect", "location": "http://127.0.0.1:1/"}, 502, "status")]


@pytest.mark.parametrize("fault, status, code", BRANCHES, ids=[str(row[0]) for row in BRANCHES])
def test_on_error_200(actions, fault, status, code):
    actions.api.fault(**fault)
    answer = actions.ask("branch")
    assert answer["status"] == status
    assert answer["code"] == (f"dataaction.upstream.{code}" if code else "")
    assert bool(answer["message"]) == bool(code)
    assert answer["title"] == ("T" if fault.get("body") == {"title": "T"} else "")
    if status == 410:
        assert (answer["message"], answer["upstream"]) == ("gone", 409)


def test_on_error_200_is_about_the_call_alone(actions):
    """A mistake of the caller's stays one."""
    error_of(actions.post("branch", b"{"), 400, "dataaction.request.malformed")


def test_on_error_200_where_all_goes_well(actions):
    assert actions.ask("branch") == {"title": "Title of post 1", "status": 200, "code": "", "message": "",
                                     "upstream": 200}
