"""Bodies of a webhook: both shapes, every way to send them, and the whole of what must be refused."""

import json

import pytest

from support import http1, records
from support.twice import twice

BLOCK = """
source t { synthetic transactions; records 5000; }
source other { synthetic nested; records 5000; }
"""
LOCATIONS = """
location = /auto { dataaction_stream t; }
location = /other { dataaction_stream other; dataaction_format envelope; }
location = /flat { dataaction_stream t; dataaction_input flat; }
location = /envelope { dataaction_stream t; dataaction_input envelope; dataaction_format envelope; }
location = /small { dataaction_stream t; client_max_body_size 1k; }
location = /disk { dataaction_stream t; client_body_buffer_size 1k; client_max_body_size 20m; }
location = /file { dataaction_stream t; client_body_in_file_only clean; }
location = /large { dataaction_stream t; client_max_body_size 20m; }
"""

ENVELOPE = {"action_id": "a", "session_id": "s", "parameters": {"limit": 2}}
TWO = records.array(records.texts("transactions", 2))


@pytest.fixture(scope="module")
def nginx(module_servers):
    return module_servers.nginx(block=BLOCK, locations=LOCATIONS)


def refused(response, status, code, message=None, fields=()):
    """Checks an error in the shape of Genesys Cloud's own."""
    body = response.json()
    assert response.status == status and response.end == "complete"
    assert response.header("Content-Type") == "application/json"
    assert list(body) == ["message", "code", "status", "messageParams", "contextId", "details", "errors"]
    assert (body["code"], body["status"], body["messageParams"], body["errors"]) == (code, status, {}, [])
    assert body["contextId"]
    assert body["details"] == [{"errorCode": code, "fieldName": field} for field in fields]
    if message is not None:
        assert body["message"] == message


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path, body", [
    ("/auto", {"limit": 2}), ("/auto", ENVELOPE), ("/flat", {"limit": 2}),
    ("/auto", {"customer_id": 7, "limit": 2, "more": {"a": [1, None, True, 1.5e3]}}),
    ("/disk", {"pad": "x" * 5000, "limit": 2}), ("/file", {"limit": 2}),
])
@twice
def test_shapes_and_framings(nginx, path, body, chunked):
    response = nginx.post(path, body, chunked=chunked)
    assert (response.status, response.body) == (200, TWO)


def test_envelope_shape(nginx):
    assert nginx.post("/envelope", ENVELOPE).json()["count"] == 2
    refused(nginx.post("/envelope", {"limit": 2}), 422, "dataaction.request.invalid",
            "the body must be an object of action_id, session_id and parameters")
    refused(nginx.post("/envelope", {**ENVELOPE, "more": 1}), 422, "dataaction.request.invalid")
    refused(nginx.post("/envelope", {**ENVELOPE, "action_id": 5}), 422, "dataaction.request.invalid",
            fields=["action_id"])
    refused(nginx.post("/envelope", {**ENVELOPE, "parameters": []}), 422, "dataaction.request.invalid",
            fields=["parameters"])
    # To a flat location the same body is three parameters, none of them reserved.
    assert nginx.post("/flat", ENVELOPE).body == records.array(records.texts("transactions", 5000))


@pytest.mark.parametrize("chunked", [False, True])
def test_byte_by_byte(nginx, chunked):
    connection = nginx.connect()
    for byte in http1.request("POST", "/auto", {"limit": 2}, chunked=chunked):
        connection.send(bytes([byte]))
    assert connection.read_response().body == TWO


@pytest.mark.parametrize("body, message", [
    (b"", "the body is empty; a JSON object is expected"),
    (b" \r\n\t ", "the body is empty; a JSON object is expected"),
    (b"{", "malformed JSON at byte 1: "),
    (b'{"a":1,}', "malformed JSON at byte 7: "),
    (b'{"a":tru}', "malformed JSON at byte "),
    (b'{"a":1} x', "malformed JSON at byte 8: "),
    (b'{"a":01}', "malformed JSON at byte "),
    (b"{'a':1}", "malformed JSON at byte 1: "),
    (b'{"a":NaN}', "malformed JSON at byte 5: "),
    (b'{"a":Infinity}', "malformed JSON at byte 5: "),
    (b'{"a":-Inf}', "malformed JSON at byte "),
    (b'{"a":"\xff"}', "malformed JSON at byte "),
    (b'{"a":"\xc0\x80"}', "malformed JSON at byte "),
    (b'{"a":"\xed\xa0\x80"}', "malformed JSON at byte "),
    (b'{"a":"\\ud800"}', "malformed JSON at byte "),
    (b'{"a":"\\udc00\\ud800"}', "malformed JSON at byte "),
    (b'{"a":"\x01"}', "malformed JSON at byte "),
    (b'\xef\xbb\xbf{"a":1}', "malformed JSON at byte 0: "),
    (b'{"a":1,"a":2}', 'malformed JSON at byte '),
    (b'{"a":{"b":1,"\\u0062":2}}', 'malformed JSON at byte '),
    (b"[" * 51 + b"]" * 51, "malformed JSON at byte 50: "),
    (b'{"a":' + b"[" * 50 + b"]" * 50 + b"}", "malformed JSON at byte 54: "),
])
@twice
def test_malformed(nginx, body, message):
    response = nginx.post("/auto", body)
    refused(response, 400, "dataaction.request.malformed")
    assert response.json()["message"].startswith(message)


def test_fifty_levels_are_read(nginx):
    body = b'{"limit":2,"a":' + b"[" * 49 + b"]" * 49 + b"}"
    assert nginx.post("/auto", body).body == TWO


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null"])
def test_json_but_no_object(nginx, body):
    refused(nginx.post("/auto", body), 422, "dataaction.request.invalid", "the body must be a JSON object")


@pytest.mark.parametrize("field, value", [
    ("batch_size", "5"), ("batch_size", 0), ("batch_size", -1), ("batch_size", 1.5), ("batch_size", 10001),
    ("batch_size", None), ("batch_size", [1]), ("batch_size", 2 ** 70), ("batch_size", True),
    ("limit", "5"), ("limit", -1), ("limit", 0.5), ("limit", None), ("limit", {}), ("limit", 2 ** 64), ("limit", False),
    ("cursor", 5), ("cursor", {}), ("cursor", ["a"]), ("cursor", True), ("cursor", 'quo"ted'),
])
@pytest.mark.parametrize("shape", ["flat", "envelope"])
def test_reserved_members_of_a_wrong_type(nginx, shape, field, value):
    body = {field: value} if shape == "flat" else {**ENVELOPE, "parameters": {field: value}}
    refused(nginx.post("/auto", body), 422, "dataaction.request.invalid", fields=[field])


def test_numbers_at_the_edge(nginx):
    assert nginx.post("/auto", {"limit": 2 ** 64 - 1, "batch_size": 10000}).status == 200
    assert nginx.post("/auto", {"limit": 2, "cursor": ""}).body == TWO
    assert nginx.post("/auto", {"limit": 0}).body == b"[]"


def test_cursors_that_are_not_ours(nginx):
    cursor = nginx.post("/other", {"limit": 1}).json()["next"]
    assert nginx.post("/other", {"limit": 1, "cursor": cursor}).json()["records"] == [
        json.loads(records.nested(2))]
    damaged = [cursor[:-1], cursor + "A", "", "A", "!", cursor.swapcase(), "A" * 200]
    damaged += [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1:] for at in range(len(cursor))]
    for text in damaged:
        if text:
            refused(nginx.post("/other", {"cursor": text}), 422, "dataaction.request.cursor", fields=["cursor"])
    refused(nginx.post("/auto", {"cursor": cursor}), 422, "dataaction.request.cursor", fields=["cursor"])


def test_body_over_the_maximum(nginx):
    body = {"pad": "x" * 1024}
    for chunked in (False, True):
        assert nginx.post("/small", body, chunked=chunked).status == 413
        response = nginx.post("/small", {"limit": 2}, chunked=chunked)
        assert response.body == TWO


@pytest.mark.parametrize("content_type, status", [
    ("application/json", 200), ("application/json; charset=utf-8", 200), ("APPLICATION/JSON", 200),
    ("application/vnd.acme+json", 200), ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
    ("application/jsonx", 415), ("text/json", 415), ("", 415),
])
@twice
def test_content_type(nginx, content_type, status):
    response = nginx.post("/auto", {"limit": 2}, headers=[("Content-Type", content_type)])
    assert response.status == status
    if status == 415:
        refused(response, 415, "dataaction.request.content_type")


def test_no_content_type_is_accepted(nginx):
    assert nginx.post("/auto", {"limit": 2}, content_type=False).body == TWO


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
@twice
def test_other_methods(nginx, method):
    connection = nginx.connect()
    for body in (None, b"{}"):
        response = connection.request(method, "/auto", body)
        refused(response, 405, "dataaction.request.method")
        assert response.header("Allow") == "POST"
    assert connection.post("/auto", {"limit": 2}).body == TWO


def test_head(nginx):
    connection = nginx.connect()
    response = connection.request("HEAD", "/auto")
    assert (response.status, response.header("Allow"), response.body) == (405, "POST", b"")
    assert connection.post("/auto", {"limit": 2}).body == TWO


def test_a_client_that_vanishes_in_mid_body(nginx):
    for chunked in (False, True):
        connection = nginx.connect()
        connection.send(http1.request("POST", "/auto", b'{"limit":2}', chunked=chunked)[:-8])
        connection.reset()
    assert nginx.post("/auto", {"limit": 2}).body == TWO


def test_half_a_body_then_half_closed(nginx):
    connection = nginx.connect()
    connection.send(http1.request("POST", "/auto", b'{"limit":2}')[:-4])
    connection.half_close()
    assert connection.read_end()[1] in ("eof", "reset")
    assert nginx.post("/auto", {"limit": 2}).body == TWO


@pytest.mark.parametrize("path", ["/large", "/disk"])
@pytest.mark.parametrize("unit", [b"[", b'{"a":'])
def test_ten_megabytes_of_nesting(nginx, path, unit):
    body = unit * (10_000_000 // len(unit))
    response = nginx.post(path, body)
    refused(response, 400, "dataaction.request.malformed")
    assert len(response.body) < 1000


def test_ten_megabytes_of_an_unknown_parameter(nginx):
    assert nginx.post("/disk", {"limit": 2, "pad": "x" * 10_000_000}).body == TWO


def test_many_keys_twice(nginx):
    """Keys are an attacker's to choose: no quadratic time, no deep recursion."""
    keys = ",".join(f'"{number}":0' for number in range(200_000))
    refused(nginx.post("/large", f'{{{keys},"7":1}}'), 400, "dataaction.request.malformed")
