"""Webhooks that take GET: their input is the query string, by the types of the contract."""

import json

import pytest

from support.actions import DRAFT_7, Actions, action, broken_rules, contract, error_of, object_of, schema
from support.twice import twice

FIELDS = schema({
    "user_id": {"type": "integer", "minimum": 1}, "score": "number", "vip": "boolean", "nothing": "null",
    "text": {"type": "string", "maxLength": 20}, "tags": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "integer"}, "maxItems": 3}, "address": "object",
    "any": {}, "either": {"type": ["string", "integer"]}, "limit": "integer", "cursor": "string"}, ["user_id"])
CONTRACTS = {"fields": contract(FIELDS), "closed": contract(schema({"a": "string"}, additionalProperties=False)),
             "draft_7": contract(schema({"a": {"const": "x"}}, draft=DRAFT_7))}
# An idempotent POST, so that the API's journal has the whole input.
WHOLE = ('POST "{api}/posts"', "idempotent on;", "output created $.id;")
ACTIONS = (action("fields", *WHOLE, contract="fields") + action("closed", *WHOLE, contract="closed")
           + action("draft_7", *WHOLE, contract="draft_7")
           + action("fetch_post", 'GET "{api}/posts/${user_id}?q=${query_text}"', "output status_code $status;",
                    "output external_id $.id 0;", 'output title $.title "";', 'output body $.body "";',
                    'output error_message "";', contract="fetch_post")
           + action("head", 'HEAD "{api}/posts/1"', "output status $upstream_status;"))
LOCATIONS = "location = /get { dataaction_call fields; dataaction_methods GET; }\n"


@pytest.fixture(scope="module")
def actions(module_servers):
    return Actions(module_servers, ACTIONS, CONTRACTS, locations=LOCATIONS,
                   get=("fields", "closed", "draft_7", "fetch_post", "head"))


@pytest.fixture(autouse=True)
def reset(actions):
    actions.reset()


def sent(actions):
    """The body of the API's one request, as text."""
    (asked,) = actions.api.requests()
    actions.reset()
    return asked["body"]


@twice
def test_the_example(actions):
    answer = object_of(actions.get("fetch_post", "user_id=7&query_text=a+b%26c%3d%C3%A9"))
    assert (answer["external_id"], answer["title"]) == (7, "Title of post 7")
    (asked,) = actions.api.requests()
    assert asked["target"] == "/posts/7?q=a%20b%26c%3D%C3%A9"
    actions.reset()


# (query string, what it means)
MEANINGS = [
    ("user_id=7", '{"user_id":7}'),
    ("user_id=123456789012345678901234567890", '{"user_id":123456789012345678901234567890}'),
    ("user_id=7&score=1.50e3", '{"user_id":7,"score":1.50e3}'),
    ("user_id=7&score=-0", '{"user_id":7,"score":-0}'),
    ("user_id=7&vip=true", '{"user_id":7,"vip":true}'),
    ("user_id=7&nothing=null", '{"user_id":7,"nothing":null}'),
    ("user_id=7&text=", '{"user_id":7,"text":""}'),
    ("user_id=7&text", '{"user_id":7,"text":""}'),
    ("user_id=7&text=123", '{"user_id":7,"text":"123"}'),
    ("user_id=7&text=%22%5C%0A%00", '{"user_id":7,"text":"\\"\\\\\\n\\u0000"}'),
    ("user_id=7&text=a=b=c", '{"user_id":7,"text":"a=b=c"}'),
    ("user_id=7&text=%F0%9F%98%80", '{"user_id":7,"text":"😀"}'),
    ("tags=a&user_id=7&tags=b&tags=", '{"tags":["a","b",""],"user_id":7}'),
    ("user_id=7&tags=1", '{"user_id":7,"tags":["1"]}'),
    ("user_id=7&numbers=1&numbers=2", '{"user_id":7,"numbers":[1,2]}'),
    ("user_id=7&any=5", '{"user_id":7,"any":"5"}'),
    ("user_id=7&either=5", '{"user_id":7,"either":"5"}'),
    ("user_id=7&unknown=1&a.b=2&c%5B%5D=3", '{"user_id":7,"unknown":"1","a.b":"2","c[]":"3"}'),
    ("user_id=7&limit=5&cursor=c", '{"user_id":7,"limit":5,"cursor":"c"}'),
    ("%75ser%5fid=7", '{"user_id":7}'),
    ("&&user_id=7&&", '{"user_id":7}'),
]


@pytest.mark.parametrize("query, meaning", MEANINGS)
@twice
def test_what_it_means(actions, query, meaning):
    assert object_of(actions.get("fields", query)) == {"created": 101}
    assert sent(actions) == meaning
    assert object_of(actions.get("get", query)) == {"created": 101}
    assert sent(actions) == meaning


# (query string, field, rule, code)
REFUSED = [
    ("", "user_id", "required", "contract"),
    ("user_id=0", "user_id", "minimum", "contract"),
    ("user_id=1.5", "user_id", "type", "contract"),
    ("user_id=7&text=" + "x" * 21, "text", "maxLength", "contract"),
    ("user_id=7&numbers=1&numbers=2&numbers=3&numbers=4", "numbers", "maxItems", "contract"),
    ("user_id=7&numbers=1&numbers=2.5", "numbers[1]", "type", "contract"),
    ("user_id=", "user_id", "type", "invalid"),
    ("user_id=abc", "user_id", "type", "invalid"),
    ("user_id=0x10", "user_id", "type", "invalid"),
    ("user_id=+7", "user_id", "type", "invalid"),
    ("user_id=%2B7", "user_id", "type", "invalid"),
    ("user_id=7,8", "user_id", "type", "invalid"),
    ("user_id=[7]", "user_id", "type", "invalid"),
    ("user_id=7&user_id=8", "user_id", "type", "invalid"),
    ("user_id=7&vip=yes", "vip", "type", "invalid"),
    ("user_id=7&vip=True", "vip", "type", "invalid"),
    ("user_id=7&nothing=", "nothing", "type", "invalid"),
    ("user_id=7&numbers=a", "numbers", "type", "invalid"),
    ("user_id=7&address=%7B%7D", "address", "type", "invalid"),
    ("user_id=7&text=a&text=b", "text", "type", "invalid"),
]


@pytest.mark.parametrize("query, field, rule, code", REFUSED)
@twice
def test_fields_that_are_not_as_agreed(actions, query, field, rule, code):
    connection = actions.nginx.connect()
    response = actions.get("fields", query, connection=connection)
    assert broken_rules(response, code=f"dataaction.request.{code}") == {(field, rule)}
    assert actions.api.requests() == []
    assert object_of(actions.get("fields", "user_id=7", connection=connection)) == {"created": 101}
    actions.reset()


@pytest.mark.parametrize("query", ["user_id=%", "user_id=%7", "user_id=%zz", "user_id=7&text=%FF", "%C3=1",
                                   "user_id=7&text=%ED%A0%80", "user_id=7&text=%C0%AF", "user_id=7&text=100%"])
@twice
def test_what_is_no_query_string(actions, query):
    error_of(actions.get("fields", query), 400, "dataaction.request.malformed")
    assert actions.api.requests() == []


def test_bytes_as_they_are(actions):
    """nginx lets them through, though RFC 3986 has none of them."""
    connection = actions.nginx.connect()
    for text, status in ((b"\xc3\xa9", 200), (b"\xc3", 400)):
        connection.send(b"GET /fields?user_id=7&text=" + text + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.read_response().status == status
    assert json.loads(sent(actions)) == {"user_id": 7, "text": "é"}


def test_more_than_anybody_has(actions):
    response = actions.get("fields", "user_id=7&" + "&".join(f"f{number}=" for number in range(3000)))
    assert response.status in (400, 414), response
    assert actions.api.requests() == []


def test_unknown_fields_where_there_may_be_none(actions):
    assert broken_rules(actions.get("closed", "a=x&b=y")) == {("b", "additionalProperties")}
    assert broken_rules(actions.get("draft_7", "a=y")) == {("a", "const")}


@twice
def test_both_methods_at_one_location(actions):
    connection = actions.nginx.connect()
    assert object_of(actions.get("fields", "user_id=7", connection=connection)) == {"created": 101}
    assert sent(actions) == '{"user_id":7}'
    assert object_of(actions.post("fields", {"user_id": 8}, connection=connection)) == {"created": 101}
    assert sent(actions) == '{"user_id":8}'


def test_a_post_does_not_look_at_the_query(actions):
    response = actions.read(actions.start("fields?user_id=1", {"text": "x"}))
    assert broken_rules(response) == {("user_id", "required")}


@pytest.mark.parametrize("name, allow, methods", [("fields", "GET, POST", ("HEAD", "PUT", "DELETE", "OPTIONS")),
                                                  ("get", "GET", ("POST", "HEAD", "PUT"))])
@twice
def test_other_methods(actions, name, allow, methods):
    connection = actions.nginx.connect()
    for method in methods:
        response = connection.request(method, f"/{name}?user_id=7", b"{}" if method in ("POST", "PUT") else None)
        assert (response.status, response.end, response.header("Allow")) == (405, "complete", allow)
    assert actions.api.requests() == []


def test_get_with_a_body_is_get(actions):
    connection = actions.nginx.connect()
    for _ in range(2):
        response = actions.post("fields?user_id=7", b'{"user_id":9}', method="GET", connection=connection)
        assert object_of(response) == {"created": 101}
        assert sent(actions) == '{"user_id":7}'


@twice
def test_a_head_request_to_the_api(actions):
    assert object_of(actions.get("head")) == {"status": 200}
    (asked,) = actions.api.requests()
    assert (asked["method"], asked["body"]) == ("HEAD", "")
    actions.reset()


@twice
def test_http_1_0(actions):
    connection = actions.start("fields?user_id=7", method="GET", version="1.0")
    assert object_of(actions.read(connection)) == {"created": 101}
    assert connection.read_end() == (b"", "eof")
