"""API keys: one SHA-256 a line, several valid at once, read anew on a reload."""

import base64
import hashlib

import pytest

from support.twice import twice


def line(key, label):
    return f"{hashlib.sha256(key.encode()).hexdigest()} {label}\n"


LOCATIONS = """
location = / { dataaction_stream t; dataaction_api_key_file webhook.keys; }
location = /named { dataaction_stream t; dataaction_api_key_file webhook.keys header=Authorization; }
location = /off { dataaction_stream t; dataaction_api_key_file off; }
"""


@pytest.fixture
def nginx(servers):
    nginx = servers.nginx(locations=LOCATIONS, server="dataaction_api_key_file webhook.keys header=X-Server;",
                          start=False)
    keys = nginx.directory / "webhook.keys"
    keys.write_text("# of the platform\n" + line("first", "one") + "\n" + line("second", "two").upper().replace(
        "TWO", "two").replace("\n", "\r\n"))
    nginx.start()
    return nginx


def ask(nginx, key, path="/", header="X-API-Key"):
    return nginx.post(path, headers=[(header, key)] if key is not None else [])


@twice
def test_several_keys_are_valid(nginx):
    for key, label in (("first", "one"), ("second", "two")):
        assert ask(nginx, key).status == 200
        assert ask(nginx, key, header="x-api-KEY").status == 200
    assert {fields[9] for fields in nginx.access_lines(4)} == {"one", "two"}


@twice
def test_no_key_and_a_wrong_one_are_the_same(nginx):
    answers = []
    for key in (None, "", "wrong", "FIRST", "first second", hashlib.sha256(b"first").hexdigest(), "x" * 5000):
        response = ask(nginx, key)
        assert response.status == 403
        body = response.json()
        assert body["code"] == "dataaction.auth.key"
        body.pop("contextId")
        answers.append((body, [name for name, _ in response.headers]))
    assert all(answer == answers[0] for answer in answers)


def test_the_key_is_in_no_log(nginx):
    ask(nginx, "first")
    ask(nginx, "a-secret-that-is-wrong")
    nginx.wait_for_log(r"\[warn\] .* refused with 403 dataaction.auth.key")
    text = nginx.errors() + nginx.access_log.read_text()
    assert "first" not in text and "a-secret" not in text and hashlib.sha256(b"first").hexdigest() not in text


@twice
def test_header_by_name_and_off(nginx):
    assert ask(nginx, "first", "/named", "Authorization").status == 200
    assert ask(nginx, "first", "/named").status == 403
    assert ask(nginx, None, "/off").status == 200


def test_the_whole_value_is_the_key(nginx):
    keys = nginx.directory / "webhook.keys"
    basic = "Basic " + base64.b64encode(b"user:password").decode()
    keys.write_text(line("first", "one") + line(basic, "two"))
    nginx.reload()
    for value, status in (("first", 200), ("Bearer first", 403), (basic, 200), (basic.removeprefix("Basic "), 403)):
        assert ask(nginx, value, "/named", "Authorization").status == status, value


def test_the_key_comes_before_the_body(nginx):
    """Nobody without a key makes the worker read JSON."""
    assert nginx.post("/", b"{").status == 403
    assert nginx.post("/", b"{", headers=[("X-API-Key", "first")]).status == 400


def test_a_reload_reads_the_file_anew(nginx):
    keys = nginx.directory / "webhook.keys"
    keys.write_text(line("second", "two") + line("third", "three"))
    assert [ask(nginx, key).status for key in ("first", "second", "third")] == [200, 200, 403]
    nginx.reload()
    assert [ask(nginx, key).status for key in ("first", "second", "third")] == [403, 200, 200]


def test_a_worker_without_permission_has_the_keys(servers):
    """The file is read as the one who starts nginx; workers hold digests only."""
    nginx = servers.nginx(locations=LOCATIONS, user="www-data", start=False)
    keys = nginx.directory / "webhook.keys"
    keys.write_text(line("first", "one"))
    keys.chmod(0o600)
    nginx.start()
    assert ask(nginx, "first").status == 200
