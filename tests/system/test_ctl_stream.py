"""dataactionctl stream: the answers of real webhooks, whole and broken, to a pipe, a file and a terminal."""

import hashlib
import json
import os
import re
import subprocess

import pytest

from support.ctl import Running, ctl, environment, watched
from support.memory import peak
from support.process import DATAACTIONCTL, PRELOAD, free_port, wait_for

BLOCK = """
source t { synthetic transactions; records 1000; }
source endless { synthetic nested; records 1000000000000; }
"""
LOCATIONS = """
location = /array { dataaction_stream t; }
location = /batches { dataaction_stream t; dataaction_format batches; }
location = /ndjson { dataaction_stream t; dataaction_format ndjson; }
location = /envelope { dataaction_stream t; dataaction_format envelope; }
location = /short { dataaction_stream endless; dataaction_format envelope; dataaction_max_size 100k;
    dataaction_on_error truncate; }
location = /broken { dataaction_stream endless; dataaction_max_size 100k; }
location = /endless { dataaction_stream endless; dataaction_format ndjson; dataaction_deadline 1h; }
location = /slow { dataaction_stream endless; limit_rate 100k; }
location = /key { dataaction_stream t; dataaction_api_key_file webhook.keys; }
location = /cut { default_type application/json; return 200 '[{"a":1},{"a":'; }
location = /html { default_type text/html; return 200 '<html></html>'; }
location = /lines { default_type application/x-ndjson; return 200 '{"a":1}\\n{"a":2}'; }
location = /count { default_type application/json; return 200 '{"records":[1,2],"count":3,"complete":true}'; }
location = /busy { return 503; }
location = /moved { return 302 /array; }
"""
KEY = "key-9d8c7b6a5f4e"


@pytest.fixture(scope="module")
def nginx(module_servers):
    nginx = module_servers.nginx(block=BLOCK, locations=LOCATIONS, start=False)
    (nginx.directory / "webhook.keys").write_text(hashlib.sha256(KEY.encode()).hexdigest() + " one\n")
    nginx.start()
    return nginx


def stream(nginx, location, *words):
    return ctl("stream", location, "--nginx", f"http://127.0.0.1:{nginx.port}", *words)


def files(directory):
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("location", ["/array", "/batches", "/ndjson", "/envelope"])
def test_every_format_is_passed_on_and_counted(nginx, location):
    ran = stream(nginx, location, "-p", "limit=321", "-p", "batch_size=10")
    assert ran.status == 0, ran
    assert ran.out == nginx.post(location, {"limit": 321, "batch_size": 10}).body
    assert re.search(r"^dataactionctl: 321 records, [\d.]+ kB in [\d.]+ s, \d+ records/s$", ran.errors, re.M)
    assert stream(nginx, location, "--discard").out == b""
    assert stream(nginx, location, "--quiet").errors == ""


def test_there_is_more(nginx):
    ran = stream(nginx, "/envelope", "-p", "limit=10")
    assert ran.status == 0
    (cursor,) = re.findall(r"there is more: -p '(cursor=\"[^']+\")'", ran.errors)
    more = stream(nginx, "/envelope", "-p", "limit=1", "-p", cursor)
    assert [record["id"] for record in json.loads(more.out)["records"]] == [11]


def test_bodies(nginx, directory):
    body = directory / "body"
    body.write_text('{"limit": 2}')
    for words, given in ((["--body", body], b""), (["--body", "-"], b'{"limit":2}'), (["-p", "limit=2"], b"")):
        ran = ctl("stream", f"http://127.0.0.1:{nginx.port}/array", *words, stdin=given)
        assert (ran.status, len(json.loads(ran.out))) == (0, 2), ran


@pytest.mark.parametrize("words", [
    ["-p", "limit"], ["-p", "=1"], ["-p", "a=1", "-p", "a=2"], ["--body", "/nonexistent"], ["--body", "/dev/null"],
    ["-p", "a=1", "--body", "-"], ["-o", "x", "--discard"], ["--timeout", "0"], ["--key-file", "/nonexistent"],
    ["--nonsense"]])
def test_usage(nginx, words):
    ran = stream(nginx, "/array", *words)
    assert (ran.status, ran.out) == (2, b""), ran


@pytest.mark.parametrize("location, message", [
    ("/short", r"incomplete after \d+ records: it says that it is incomplete: size; go on with -p 'cursor=\"[^']+\"'"),
    ("/broken", r"incomplete after \d+ records: broken off after byte \d+: broken \(.*\); the text ends "),
    ("/cut", r"incomplete after 1 records: byte 14: the text ends inside record 2$"),
    ("/html", r"incomplete after 0 records: byte 0: a value expected$"),
    ("/lines", r"incomplete after 1 records: byte 15: the last line has no end$"),
    ("/count", r"incomplete after 2 records: it says that it has 3 records$")])
def test_what_is_incomplete_is_said_and_exit_1(nginx, directory, location, message):
    ran = stream(nginx, location)
    assert ran.status == 1
    assert re.search(message, ran.errors, re.M), ran.errors
    # Of a file that was there nothing changes, and nothing is left beside it.
    kept = directory / "kept"
    kept.write_text("before")
    assert stream(nginx, location, "-o", kept).status == 1
    assert stream(nginx, location, "-o", directory / "new").status == 1
    assert (files(directory), kept.read_text()) == (["kept"], "before")


@pytest.mark.parametrize("location, words, status, message", [
    ("/array", ["-p", "limit=x"], 6, 'status 422, code dataaction.request.invalid, "limit must be '),
    ("/nothing", [], 6, "status 404"),
    ("/moved", [], 6, "status 302"),
    ("/key", [], 6, "status 403"),
    ("/busy", [], 7, "status 503")])
def test_refusals(nginx, location, words, status, message):
    ran = stream(nginx, location, *words)
    assert (ran.status, ran.out) == (status, b""), ran
    assert message in ran.errors


def test_nobody_there():
    ran = ctl("stream", "/x", "--nginx", f"http://127.0.0.1:{free_port()}")
    assert ran.status == 4 and "no answer: connect (" in ran.errors, ran
    ran = ctl("stream", "ftp://127.0.0.1/x")
    assert ran.status == 4 and "no answer: protocol (" in ran.errors, ran


def test_a_file_appears_when_it_is_whole(nginx, directory):
    target = directory / "out"
    link = directory / "link"
    target.write_text("before")
    link.symlink_to(target)
    assert stream(nginx, "/array", "-o", link).status == 0
    assert files(directory) == ["link", "out"] and link.is_symlink()
    assert len(json.loads(target.read_text())) == 1000
    # Not there before, with the permissions that any new file has.
    assert stream(nginx, "/ndjson", "-o", directory / "new").status == 0
    assert (directory / "new").stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o22))
    for bad in (directory, "/dev/null", directory / "no" / "such"):
        ran = stream(nginx, "/array", "-o", bad)
        assert ran.status == 4, ran


def test_interrupted_in_the_middle(nginx, directory):
    running = Running("stream", f"http://127.0.0.1:{nginx.port}/slow", "-o", directory / "out")
    wait_for(lambda: files(directory) and (directory / files(directory)[0]).stat().st_size > 0, "its beginning")
    running.interrupt()
    assert running.end().status == 130
    assert files(directory) == []


def test_interrupted_while_nobody_reads(nginx):
    running = Running("stream", f"http://127.0.0.1:{nginx.port}/endless")
    running.blocked()
    running.interrupt()
    assert running.process.wait(30) == 130
    running.end()


def test_nobody_reads_any_more(nginx):
    running = Running("stream", f"http://127.0.0.1:{nginx.port}/endless")
    assert running.process.stdout.readline().startswith(b"{")
    running.process.stdout.close()
    assert running.process.wait(30) == 141
    assert running.process.stderr.read() == b""
    running.process.stderr.close()


def test_a_full_disk(nginx):
    with open("/dev/full", "wb") as full:
        ran = ctl("stream", f"http://127.0.0.1:{nginx.port}/array", out=full)
    assert (ran.status, ran.errors) == (4, "dataactionctl: cannot write: write: no space left on device\n")


def test_the_answer_is_not_held(nginx):
    """100 MB, in the memory of a few pieces."""
    process = subprocess.Popen([DATAACTIONCTL, "stream", f"http://127.0.0.1:{nginx.port}/endless", "-p",
                                "limit=1000000", "--discard"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env=environment())
    most = peak(process)
    with process.stderr as stderr:
        errors = stderr.read().decode()
    assert process.returncode == 0 and "1000000 records, " in errors, errors
    assert 0 < most
    if not PRELOAD:
        assert most < 64 << 20


def test_progress_on_a_terminal_only(nginx):
    # limit_rate gives it a second: long enough for a line to be drawn.
    words = ["stream", f"http://127.0.0.1:{nginx.port}/slow", "-p", "limit=1500", "--discard"]
    status, shown = watched(*words)
    assert status == 0
    assert re.search(r"\r\[[= ]{20}\] \d+% \d+ of 1500 records, \d+/s", shown), shown
    assert shown.endswith(" records/s\r\n")
    quiet = ctl(*words)
    assert quiet.status == 0 and "\r" not in quiet.errors


def test_the_key_is_sent_and_shown_nowhere(nginx, directory):
    key = directory / "key"
    key.write_text(KEY + "\n")
    key.chmod(0o600)
    ran = stream(nginx, "/key", "--key-file", key, "--trace", "-p", "limit=1")
    assert ran.status == 0
    assert KEY not in ran.errors and KEY.encode() not in ran.out
    assert '-H "X-API-Key: $API_KEY"' in ran.errors
    assert re.search(r"^# 200 after \d+ ms$", ran.errors, re.M)
    # What is shown does the same.
    command = ran.errors.splitlines()[0]
    again = subprocess.run(["bash", "-c", command.replace("curl", "curl -s", 1)], capture_output=True, timeout=60,
                           env={**os.environ, "API_KEY": KEY}, check=True)
    assert again.stdout == ran.out


def test_the_secrets_of_a_url_are_shown_nowhere(nginx):
    url = f"http://127.0.0.1:{nginx.port}/array?a=b&access_token=hunter2"
    ran = ctl("stream", url, "--trace", "-p", "limit=1")
    assert ran.status == 0 and "hunter2" not in ran.errors
    command = ran.errors.splitlines()[0]
    again = subprocess.run(["bash", "-c", "set -u; " + command.replace("curl", "curl -s", 1)], capture_output=True,
                           timeout=60, env={**os.environ, "URL_ACCESS_TOKEN": "hunter2"}, check=True)
    assert again.stdout == ran.out
    # Those with a user are for no request, but shown as well as the others.
    ran = ctl("stream", url.replace("//", "//bob:hunter2@"), "--trace")
    assert (ran.status, ran.out) == (4, b"") and "hunter2" not in ran.errors, ran
    assert """'http://'"$USERINFO"'@127.0.0.1:""" in ran.errors
