"""Templates and hostile input, byte for byte as the API gets it: a value stays in the place that it was written for.
There is never another path, query field, header, request or receiver."""

import json
import re
import urllib.parse

import pytest

from support.actions import Actions, action, broken_rules, contract, error_of, object_of, schema

ALWAYS = ("output status $upstream_status;", "on_status 404 =200;")
ACTIONS = (
    action("path", 'GET "{api}/base/${v}/end"', *ALWAYS)
    + action("last_segment", 'GET "{api}/base/${v}"', *ALWAYS)
    + action("part_of_segment", 'GET "{api}/base/pre-${v}.json"', *ALWAYS)
    + action("two_in_segment", 'GET "{api}/base/${v}${w}"', *ALWAYS)
    + action("query", 'GET "{api}/base?a=${v}&b=1"', *ALWAYS)
    + action("query_name", 'GET "{api}/base?${v}=1"', *ALWAYS)
    + action("header", 'GET "{api}/base"', 'header X-Value "<${v}>";', *ALWAYS)
    + action("bare_header", 'GET "{api}/base"', 'header X-Value "${v}";', *ALWAYS)
    + action("json_string", 'POST "{api}/base"', "body '{\"text\": \"a${v}z\", \"end\": 1}';", *ALWAYS)
    + action("json_value", 'POST "{api}/base"', "body '{\"value\": ${v}, \"end\": 1}';", *ALWAYS)
    + action("whole", 'POST "{api}/base"', "body '{\"input\": ${*}, \"end\": 1}';", *ALWAYS)
    + action("form", 'POST "{api}/base"', "body 'a=${v}&b=1' type=form;", *ALWAYS)
    + action("text", 'POST "{api}/base"', "body 'a ${v} z' type=text;", *ALWAYS)
    + action("literal", 'POST "{api}/base"', "body '$${v} ${v}' type=text;", 'header X-Value "$${v}";', *ALWAYS)
    + action("nested", 'GET "{api}/base/${a.b.c}"', *ALWAYS)
    + action("typed", 'GET "{api}/base/${v}"', *ALWAYS, contract="typed")
)
CONTRACTS = {"typed": contract(schema({"v": "string"}))}

HOSTILE = [
    "../", "..", ".", "...", "..;", "..;/x", " ..", "%252e%252e%252f", "%25252e%2e", "..%5c..", "a/..", "..a", "a/./b",
    "../../control/reset", "..\\", "%2f", "%2F..", "%2e%2e", "%2e%2e/", "%", "%%", "%00", "%0d%0a",
    "/", "//", "//127.0.0.1:1/", "/etc/passwd", "a/b", "\\", "\\\\", "\\u0000", "\\n",
    "\r\n", "\r\nX-Injected: 1", "\r\n\r\nGET /control/reset HTTP/1.1\r\nHost: x\r\n\r\n", "\n", "\r", "\n X", "a\tb",
    "\0", "a\0b", "\x01", "\x1f", "\x7f", "\x85", "\u2028", "\ufeff",
    '"', "'", '","end":2,"x":"', '"}', '\\"', "}{", "]", "null", "<script>", "`", "$(id)", ";", "|",
    "?", "#", "&", "&b=2", "=", "a=b", "+", " ", "  a  ", "a b", ":", "@", "user@127.0.0.1:1", "http://127.0.0.1:1/",
    "${user_id}", "${v}", "$${v}", "${*}", "${", "}", "$", "$.id", "{api}",
    "é", "Grüße", "日本語", "😀", "👩‍👩‍👧‍👦", "\U0010ffff", "e\u0301", "\u202e", "a" * 5000,
]
each_value = pytest.mark.parametrize("value", HOSTILE, ids=[ascii(value)[:40] for value in HOSTILE])

HEADERS = ["Accept", "Accept-Encoding", "Host", "User-Agent", "X-Correlation-Id"]
WITH_BODY = sorted([*HEADERS, "Content-Length", "Content-Type"])


@pytest.fixture(scope="module")
def actions(module_servers):
    return Actions(module_servers, ACTIONS, CONTRACTS, location="client_max_body_size 8m;", get=("path", "header"))


@pytest.fixture(autouse=True)
def reset(actions):
    actions.reset()


def quoted(text):
    """RFC 3986, 2.3: all but the unreserved characters."""
    return urllib.parse.quote(text, safe="-._~")


def could_be_dots(segment):
    """Whether whoever decodes, once or more, might find a `.` or `..` in it that stands for a directory."""
    while (decoded := urllib.parse.unquote(segment)) != segment:
        segment = decoded
    ascii_space = "".join(map(chr, range(33))) + "\x7f"
    return any(part.partition(";")[0].strip(ascii_space) in (".", "..") for part in re.split(r"[/\\]", segment))


def has_control(text):
    return any(character < " " and character != "\t" or character == "\x7f" for character in text)


def the_one_request(actions, response, method, headers, target="/base"):
    """The API's journal: this request and no other, to nobody else, with these headers once each."""
    assert object_of(response) == {"status": 404}
    (asked,) = actions.api.requests()
    assert (asked["malformed"], asked["method"], asked["target"]) == (None, method, target)
    assert sorted(name for name, _ in asked["headers"]) == headers
    told = dict(asked["headers"])
    assert (told["Host"], told["X-Correlation-Id"]) == (actions.api.url.removeprefix("http://"), response.context)
    return asked


def refused(actions, response, rules):
    assert broken_rules(response, code="dataaction.request.invalid") == rules
    assert actions.api.requests() == []


@each_value
def test_in_a_path(actions, value):
    response = actions.post("path", {"v": value})
    if "\0" in value or could_be_dots(value):
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", HEADERS, f"/base/{quoted(value)}/end")


@each_value
def test_at_the_end_of_a_path(actions, value):
    response = actions.post("last_segment", {"v": value})
    if "\0" in value or could_be_dots(value):
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", HEADERS, f"/base/{quoted(value)}")


@each_value
def test_in_a_part_of_a_segment(actions, value):
    response = actions.post("part_of_segment", {"v": value})
    if "\0" in value or could_be_dots(f"pre-{value}.json"):
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", HEADERS, f"/base/pre-{quoted(value)}.json")


@each_value
def test_in_a_query(actions, value):
    response = actions.post("query", {"v": value})
    if "\0" in value:
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", HEADERS, f"/base?a={quoted(value)}&b=1")


@each_value
def test_as_the_name_in_a_query(actions, value):
    response = actions.post("query_name", {"v": value})
    if "\0" in value:
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", HEADERS, f"/base?{quoted(value)}=1")


@each_value
def test_in_a_header(actions, value):
    response = actions.post("header", {"v": value})
    if has_control(value):
        return refused(actions, response, {("v", "pattern")})
    asked = the_one_request(actions, response, "GET", sorted([*HEADERS, "X-Value"]))
    assert dict(asked["headers"])["X-Value"].encode("latin-1") == f"<{value}>".encode()


@each_value
def test_as_all_of_a_header(actions, value):
    response = actions.post("bare_header", {"v": value})
    if has_control(value):
        return refused(actions, response, {("v", "pattern")})
    wanted = value.strip(" \t")
    assert object_of(response) == {"status": 404}
    (asked,) = actions.api.requests()
    assert asked["malformed"] is None
    assert dict(asked["headers"]).get("X-Value", "").encode("latin-1") == wanted.encode()
    assert sorted({name for name, _ in asked["headers"]} - {"X-Value"}) == HEADERS


@each_value
def test_in_a_json_string(actions, value):
    asked = the_one_request(actions, actions.post("json_string", {"v": value}), "POST", WITH_BODY)
    assert json.loads(asked["body"], object_pairs_hook=list) == [("text", f"a{value}z"), ("end", 1)]
    assert asked["body"].startswith('{"text": "a') and asked["body"].endswith('z", "end": 1}')
    assert dict(asked["headers"])["Content-Type"] == "application/json"


@each_value
def test_as_a_json_value(actions, value):
    asked = the_one_request(actions, actions.post("json_value", {"v": value}), "POST", WITH_BODY)
    assert json.loads(asked["body"], object_pairs_hook=list) == [("value", value), ("end", 1)]


@each_value
def test_in_the_whole_input(actions, value):
    asked = the_one_request(actions, actions.post("whole", {"v": value, value: [value]}), "POST", WITH_BODY)
    wanted = [("v", [value])] if value == "v" else [("v", value), (value, [value])]
    assert json.loads(asked["body"], object_pairs_hook=list) == [("input", wanted), ("end", 1)]


@each_value
def test_in_a_form(actions, value):
    response = actions.post("form", {"v": value})
    if "\0" in value:
        return refused(actions, response, {("v", "pattern")})
    asked = the_one_request(actions, response, "POST", WITH_BODY)
    assert asked["body"] == f"a={quoted(value)}&b=1"
    assert urllib.parse.parse_qsl(asked["body"], keep_blank_values=True, strict_parsing=True) == [
        ("a", value), ("b", "1")]
    assert dict(asked["headers"])["Content-Type"] == "application/x-www-form-urlencoded"


@each_value
def test_in_a_text(actions, value):
    response = actions.post("text", {"v": value})
    if "\0" in value:
        return refused(actions, response, {("v", "pattern")})
    asked = the_one_request(actions, response, "POST", WITH_BODY)
    assert asked["body"] == f"a {value} z"
    assert dict(asked["headers"])["Content-Type"] == "text/plain; charset=utf-8"


# --- what is no ordinary text

PLACES = ("path", "last_segment", "part_of_segment", "query", "header", "json_string", "json_value", "whole", "form",
          "text")
each_place = pytest.mark.parametrize("place", PLACES)


@each_place
@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\\udfff"', b'"\\udc00\\ud800"', b'"a\\ud83dz"', b'"\xed\xa0\x80"',
                                  b'"\xff"', b'"\xc0\xaf"', b'"\0"', b'"\n"', b'"\\x"', b'"\\u00"'])
def test_what_is_no_json_text_is_400(actions, place, text):
    error_of(actions.post(place, b'{"v":' + text + b"}"), 400, "dataaction.request.malformed")
    assert actions.api.requests() == []


@pytest.mark.parametrize("place", ["path", "last_segment", "part_of_segment", "query", "header"])
def test_a_megabyte_where_none_has_room(actions, place):
    refused(actions, actions.post(place, {"v": "x" * (1 << 20)}), {("v", "maxLength")})


@pytest.mark.parametrize("place", ["json_string", "json_value", "whole", "form", "text"])
@pytest.mark.parametrize("character", ["x", "\\", '"', "é", "\x01"])
def test_a_megabyte_where_there_is_room(actions, place, character):
    value = character * ((1 << 20) // 6)  # 1 MB as JSON at most
    value += "x" * ((1 << 20) - len(json.dumps(value)))
    asked = the_one_request(actions, actions.post(place, {"v": value}), "POST", WITH_BODY)
    wanted = {"json_string": [("text", f"a{value}z"), ("end", 1)], "json_value": [("value", value), ("end", 1)],
              "whole": [("input", [("v", value)]), ("end", 1)]}
    if place in wanted:
        assert json.loads(asked["body"], object_pairs_hook=list) == wanted[place]
    else:
        assert asked["body"] == (f"a={quoted(value)}&b=1" if place == "form" else f"a {value} z")


@pytest.mark.parametrize("values", [(".", "."), ("", ".."), ("", "."), ("..", ""), (".", "")])
def test_dots_from_two_fields(actions, values):
    response = actions.post("two_in_segment", dict(zip("vw", values)))
    assert {rule for _, rule in broken_rules(response, code="dataaction.request.invalid")} == {"pattern"}
    assert actions.api.requests() == []


def test_what_is_wrong_is_said_and_logged(actions):
    response = actions.post("header", {"v": "a\nb"})
    body = error_of(response, 422, "dataaction.request.invalid")
    assert body["details"] == [{"errorCode": "dataaction.request.pattern", "fieldName": "v"}]
    assert body["message"] == 'v cannot be used in the header "X-Value": it has a line feed'
    assert actions.log_of(response, "request refused", "it has a line feed")


def test_nothing_in_a_segment(actions):
    for fields in ({"v": ""}, {"v": None}, {}):
        refused(actions, actions.post("path", fields), {("v", "required")})


# (value, as a text, as JSON text)
VALUES = [(b"5", "5", "5"), (b"-0.50e+3", "-0.50e+3", "-0.50e+3"), (b"true", "true", "true"),
          (b"false", "false", "false"),
          (b"123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"),
          (b'"\\u0041"', "A", '"A"'), (b"null", "", "null"), (None, "", "null")]


@pytest.mark.parametrize("value, text, as_json", VALUES)
def test_values_that_are_no_texts(actions, value, text, as_json):
    body = b"{}" if value is None else b'{"v":' + value + b"}"
    for place, method, target in (("part_of_segment", "GET", f"/base/pre-{quoted(text)}.json"),
                                  ("query", "GET", f"/base?a={quoted(text)}&b=1")):
        the_one_request(actions, actions.post(place, body), method, HEADERS, target)
        actions.reset()
    for place, sent in (("json_string", f'{{"text": "a{text}z", "end": 1}}'),
                        ("json_value", f'{{"value": {as_json}, "end": 1}}'), ("form", f"a={quoted(text)}&b=1"),
                        ("text", f"a {text} z")):
        assert the_one_request(actions, actions.post(place, body), "POST", WITH_BODY)["body"] == sent
        actions.reset()
    asked = the_one_request(actions, actions.post("header", body), "GET", sorted([*HEADERS, "X-Value"]))
    assert dict(asked["headers"])["X-Value"] == f"<{text}>"


@pytest.mark.parametrize("value", [{}, {"a": "../"}, [], ["a", "b"], [[]]])
def test_objects_and_arrays(actions, value):
    for place in ("path", "part_of_segment", "query", "header", "form"):
        refused(actions, actions.post(place, {"v": value}), {("v", "type")})
    for place, key, wanted in (("json_value", "value", value),
                               ("json_string", "text", f"a{json.dumps(value, separators=(',', ':'))}z")):
        asked = the_one_request(actions, actions.post(place, {"v": value}), "POST", WITH_BODY)
        assert json.loads(asked["body"]) == {key: wanted, "end": 1}
        actions.reset()


def test_a_literal_is_none(actions):
    asked = the_one_request(actions, actions.post("literal", {"v": "x"}), "POST", sorted([*WITH_BODY, "X-Value"]))
    assert asked["body"] == "${v} x" and dict(asked["headers"])["X-Value"] == "${v}"


def test_a_field_in_objects(actions):
    the_one_request(actions, actions.post("nested", {"a": {"b": {"c": "x/y"}}}), "GET", HEADERS, "/base/x%2Fy")
    actions.reset()
    for fields in ({"a.b.c": "x"}, {"a": {"b": "c"}}, {"a": {"b": {}}}, {"a": [{"b": {"c": "x"}}]}):
        refused(actions, actions.post("nested", fields), {("a.b.c", "required")})


@pytest.mark.parametrize("value", ["../", "\r\nX-Injected: 1", "&b=2", "?", "#", "\0", "😀", "%2e%2e", "a+b c"])
def test_by_a_query_string(actions, value):
    response = actions.get("path", f"v={quoted(value)}")
    if "\0" in value or could_be_dots(value):
        refused(actions, response, {("v", "pattern")})
    else:
        the_one_request(actions, response, "GET", HEADERS, f"/base/{quoted(value)}/end")
    actions.reset()
    response = actions.get("header", f"v={quoted(value)}")
    if has_control(value):
        return refused(actions, response, {("v", "pattern")})
    the_one_request(actions, response, "GET", sorted([*HEADERS, "X-Value"]))


@pytest.mark.parametrize("context", ["a b", "../", "é", "a\tb", "x" * 200, "%0d%0aX-Injected: 1", '"', "${v}"])
def test_a_context_id_of_a_callers_own(actions, context):
    """Goes out in a header, so nothing else may come with it."""
    connection = actions.nginx.connect()
    connection.send_request("POST", "/typed", {"v": "x"}, headers=[("ININ-Correlation-Id", context)])
    assert connection.read_response().status == 200
    (asked,) = actions.api.requests()
    assert asked["malformed"] is None and sorted(name for name, _ in asked["headers"]) == HEADERS
