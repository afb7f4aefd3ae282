"""dataactionctl key new, list, revoke: the file stays one that nginx loads, whatever happens."""

import json
import os
import re
import stat
import subprocess
import threading

import pytest

from support.ctl import ctl
from support.process import DATAACTIONCTL


@pytest.fixture
def keys(directory):
    return directory / "webhook.keys"


def new(label, keys):
    ran = ctl("key", "new", label, "--file", keys)
    assert ran.status == 0 and re.fullmatch(r"[\w-]{43}\n", ran.out.decode()), ran
    assert f'"{label}" is shown this once' in ran.errors and "nginx -s reload" in ran.errors, ran
    return ran.out.decode().strip()


def listed(keys):
    ran = ctl("key", "list", "--file", keys, "--format", "ndjson")
    assert ran.status == 0, ran
    return [json.loads(line) for line in ran.lines()]


def test_from_the_first_key_to_the_reload(servers):
    nginx = servers.nginx(locations="location = / { dataaction_stream t; dataaction_api_key_file webhook.keys; }",
                          start=False)
    keys = nginx.directory / "webhook.keys"
    one, two = new("one", keys), new("two", keys)
    nginx.start()

    def statuses():
        return [nginx.post("/", headers=[("X-API-Key", key)]).status for key in (one, two)]
    assert statuses() == [200, 200]
    ran = ctl("key", "revoke", "one", "--file", keys)
    assert (ran.status, ran.out) == (0, b"") and "good until nginx is reloaded" in ran.errors, ran
    assert statuses() == [200, 200]
    nginx.reload()
    assert statuses() == [403, 200]


def test_without_a_file_the_line_is_printed():
    ran = ctl("key", "new", "crm")
    assert ran.status == 0 and re.fullmatch(r"[0-9a-f]{64} crm\n", ran.out.decode()), ran
    assert re.search(r"send it as X-API-Key:\n[\w-]{43}\n$", ran.errors), ran


def test_list(keys):
    secret = new("one", keys)
    keys.write_text(f"# by hand\n{'ab' * 32} two\r\n\n" + keys.read_text())
    two, one = listed(keys)
    assert two == {"label": "two", "sha256": "abababab..."}
    assert one["label"] == "one" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["made"])
    table = ctl("key", "list", "--file", keys)
    assert table.status == 0 and table.lines()[0].split() == ["label", "made", "sha256"], table
    digests = re.findall(r"[0-9a-f]{64}", keys.read_text())
    assert len(digests) == 2 and not any(text in table.out.decode() for text in (*digests, secret))


def test_what_else_is_in_the_file_stays(keys):
    before = f"# of the platform\n{'ab' * 32} two  \n\n  # done"
    keys.write_text(before)
    keys.chmod(0o640)
    os.chown(keys, 33, 33)
    new("one", keys)
    assert keys.read_text().startswith(before + "\n# one: made ")
    assert ctl("key", "revoke", "one", "--file", keys).status == 0
    assert keys.read_text() == before + "\n"
    status = keys.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o640, 33, 33)
    assert os.listdir(keys.parent) == [keys.name]


def test_a_new_file_is_its_owners_alone(keys):
    new("one", keys)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_a_link_stays_one(directory, keys):
    new("one", keys)
    (directory / "link").symlink_to(keys)
    new("two", directory / "link")
    assert (directory / "link").is_symlink() and listed(keys)[1]["label"] == "two"


@pytest.mark.parametrize("words, status, message", [
    (["new", "one"], 2, 'webhook.keys: line 6: the label "one" is taken'),
    (["new", "a b"], 2, 'label "a b"'),
    (["revoke", "none"], 2, 'webhook.keys: there is no key "none"')])
def test_mistakes(keys, words, status, message):
    new("one", keys)
    new("two", keys)
    before = keys.read_bytes()
    ran = ctl("key", *words, "--file", keys)
    assert (ran.status, ran.out) == (status, b"") and message in ran.errors, ran
    assert keys.read_bytes() == before and os.listdir(keys.parent) == [keys.name]


def test_the_only_key_stays(keys):
    new("one", keys)
    ran = ctl("key", "revoke", "one", "--file", keys)
    assert ran.status == 2 and '"one" is the only key' in ran.errors, ran
    assert len(listed(keys)) == 1


@pytest.mark.parametrize("text, message", [("nonsense\n", "line 1: a SHA-256"), (f"\n{'a' * 64}\n", "line 2: a label")])
def test_a_file_that_is_damaged(keys, text, message):
    keys.write_text(text)
    for words in (["new", "one"], ["revoke", "one"], ["list"]):
        ran = ctl("key", *words, "--file", keys)
        assert (ran.status, ran.out) == (1, b"") and f"webhook.keys: {message}" in ran.errors, ran
    assert keys.read_text() == text


def test_files_that_cannot_be_written(directory):
    for path in (directory, directory / "none" / "keys", "/dev/null"):
        ran = ctl("key", "new", "one", "--file", path)
        assert (ran.status, ran.out) == (4, b"") and str(path) in ran.errors, ran
    assert ctl("key", "list", "--file", directory / "none").status == 4


def test_many_at_once(keys):
    new("first", keys)
    threads = [threading.Thread(target=new, args=(f"key{number}", keys)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key["label"] for key in listed(keys)) == ["first", *(f"key{number}" for number in range(8))]


def test_a_key_that_nobody_saw_is_told(keys):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([DATAACTIONCTL, "key", "new", "one", "--file", keys], stdout=full,
                              stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 4 and b'nobody has seen the key "one": revoke it' in done.stderr
