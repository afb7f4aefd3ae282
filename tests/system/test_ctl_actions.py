"""dataactionctl actions: from a file to an action of the platform, and back."""

import json
import os

import pytest

from support.ctl import SECRET, ctl, tutorials
from support.ctl_actions import (ACTIONS, INTEGRATION, SETTINGS, Service, definition, env, file, platform, publish,
                                 published, service, told, write, writes)
from support.simulator import Simulator


def conf(directory, platform, more):
    (directory / "secret").write_text(SECRET)
    (directory / "secret").chmod(0o600)
    path = directory / "dataaction.conf"
    path.write_text(f"dataaction {{ listen unix:{directory}/d; platform one {{ api_url {platform.url}; client_id client; "
                    f"client_secret_file secret; {more} }} }}")
    return path


# --- the life of an action

def test_from_the_file_to_the_flow_and_back(platform, env, file, service, directory):
    made = published(file, env)
    assert made == {"id": made["id"], "name": "Fetch post", "integrationId": INTEGRATION, "version": 1}
    ran = ctl("actions", "execute", made["id"], "-i", "user_id=7", "-i", "query_text=8", "--contract", file, env=env)
    assert (ran.status, json.loads(ran.out)["given"]) == (0, {"user_id": 7, "query_text": "8"}), ran
    assert ctl("actions", "diff", file, env=env).status == 0

    write(file, url=service, timeout=50)
    ran = ctl("actions", "diff", file, env=env)
    assert (ran.status, ran.out) == (1, b"~ config.timeoutSeconds: 40 -> 50\n"), ran
    assert ctl("actions", "diff", file, "--id", made["id"], env=env).out == ran.out
    assert published(file, env)["id"] == made["id"]
    assert ctl("actions", "diff", file, env=env).status == 0

    exported = directory / "exported.json"
    ran = ctl("actions", "export", made["id"], "-o", exported, env=env)
    assert (ran.status, ran.out) == (0, b""), ran
    found = json.loads(exported.read_text())
    assert found.pop("secure") is False
    expected = json.loads(file.read_text())
    found["config"]["response"].pop("translationMapDefaults", None)
    assert found == expected
    before = writes(platform)
    ran = publish(exported, env)
    assert ran.status == 0 and "nothing is sent" in ran.errors, ran
    assert json.loads(ran.out)["id"] == made["id"] and writes(platform) == before


def test_what_is_sent(platform, env, file, service):
    made = published(file, env)
    path = f"{ACTIONS}/{made['id']}"
    assert writes(platform) == [("POST", f"{ACTIONS}/drafts"), ("POST", f"{path}/draft/publish")]
    write(file, url=service, timeout=50)
    published(file, env)
    assert writes(platform)[2:] == [("POST", f"{path}/draft"), ("PATCH", f"{path}/draft"),
                                    ("POST", f"{path}/draft/publish")]


def test_show_and_list(platform, env, file, service, directory):
    names = [f"Post {number:03}" for number in range(103)]
    ids = {}
    write(file, url=service)
    for name in names[:2]:
        write(file, url=service, name=name)
        ids[name] = published(file, env)["id"]
    ran = ctl("actions", "list", env=env)
    assert ran.status == 0 and ran.lines()[0].split()[:3] == ["id", "name", "category"], ran
    assert all(any(ids[name] in line and name in line for line in ran.lines()) for name in names[:2])
    listed = [json.loads(line) for line in ctl("actions", "list", "--format", "ndjson", env=env).lines()]
    assert {one["name"] for one in listed} >= set(names[:2])
    one = ctl("actions", "list", "--name", "post 001", "--format", "json", "-o", directory / "out", env=env)
    assert (one.status, one.out) == (0, b"")
    assert [found["id"] for found in json.loads((directory / "out").read_text())] == [ids[names[1]]]
    shown = ctl("actions", "show", ids[names[0]], env=env)
    assert shown.status == 0 and json.loads(shown.out)["id"] == ids[names[0]]
    assert json.loads(shown.out)["config"]["request"]["requestTemplate"] == "${input.rawRequest}"
    for words in (["show", "none"], ["export", "none"], ["show", ids[names[0]], "--draft"]):
        ran = ctl("actions", *words, env=env)
        assert (ran.status, ran.out) == (6, b"") and "there is no " in ran.errors, ran


def test_pages_are_followed_to_their_end(platform, env):
    for _ in range(2):
        platform.fault("action_list", status=200, body={
            "entities": [{"id": f"a{number}", "name": "n"} for number in range(100)], "pageCount": 3})
    platform.fault("action_list", status=200, body={"entities": [{"id": "last", "name": "n"}], "pageCount": 3})
    ran = ctl("actions", "list", "--format", "ndjson", env=env)
    assert (ran.status, len(ran.lines())) == (0, 201), ran
    assert [request["query"]["pageNumber"] if isinstance(request["query"], dict) else request["query"]
            for request in platform.requests("action_list")]


def test_endless_pages_end(platform, directory):
    platform.fault("action_list", status=200, times="forever", body={"entities": [{"id": "a", "name": "n"}]})
    ran = ctl("actions", "list", "--format", "ndjson", "-c", conf(directory, platform, "rate 1000000;"))
    assert ran.status == 1 and "more than 200 pages" in ran.errors and len(ran.lines()) == 200, ran


# --- what cannot be

def test_a_contract_that_is_published(platform, env, file, service):
    made = published(file, env)
    before = writes(platform)
    write(file, url=service, inputs={"user_id": {"type": "string"}}, timeout=50)
    for words in ((), ("--dry-run",)):
        ran = publish(file, env, *words)
        assert (ran.status, ran.out) == (6, b""), ran
        assert f"the action {made['id']} has been published, and the contract of such a one cannot be changed" in ran.errors
        assert '~ contract.input.inputSchema.properties.user_id.type: "integer" -> "string"\n' in ran.errors
        assert "query_text" in ran.errors and "timeoutSeconds" not in told(ran)
        assert "Nothing has been sent" in ran.errors and "another name" in ran.errors and "delete" in ran.errors
    ran = ctl("actions", "test", file, "-i", "user_id=7", env=env)
    assert ran.status == 6 and "Nothing has been sent" in ran.errors, ran
    ran = ctl("actions", "diff", file, env=env)
    assert ran.status == 1 and "cannot be changed" in ran.errors and b"timeoutSeconds: 40 -> 50" in ran.out, ran
    assert writes(platform) == before


def test_a_new_action_needs_an_integration(platform, env, file):
    ran = ctl("actions", "publish", file, env=env)
    assert ran.status == 2 and "--integration has to say" in ran.errors, ran
    ran = ctl("actions", "publish", file, "--integration", "none", env=env)
    assert ran.status == 6 and "There is no integration none" in ran.errors, ran
    ran = ctl("actions", "diff", file, env=env)
    assert ran.status == 1 and "all of it is new" in ran.errors and b'+ name: "Fetch post"\n' in ran.out, ran
    ran = ctl("actions", "diff", file, "--id", "none", env=env)
    assert ran.status == 6 and "there is no action none" in ran.errors, ran


def test_what_is_built_in(platform, env, file):
    ran = ctl("actions", "publish", file, "--id", "static-echo", env=env)
    assert ran.status == 6 and "built in" in ran.errors and writes(platform) == [], ran


def test_several_of_a_name(platform, env, file):
    twice = [{"id": "one", "name": "Fetch post"}, {"id": "two", "name": "Fetch post"}]
    platform.fault("action_list", status=200, body={"entities": twice, "pageCount": 1})
    ran = ctl("actions", "diff", file, env=env)
    assert ran.status == 2 and "--id must say which: one two" in ran.errors, ran


@pytest.mark.parametrize("text, message", [
    ("{", ":1: "), ("[]", "object"), ("{}", ""), ('{\n"contract": 7}', ":2: "),
    (json.dumps({**definition("https://x.example/"), "contract": {"input": {}}}), "/contract"),
    (json.dumps(definition("https://x.example/", inputs={"a": {"type": "strange"}}), indent=1),
     "/contract/input/inputSchema/properties/a"),
    (json.dumps({name: value for name, value in definition("https://x.example/").items() if name != "config"}),
     "no /config")])
def test_a_bad_file(platform, env, directory, text, message):
    path = directory / "bad.json"
    path.write_text(text)
    for words in (["publish", path], ["diff", path], ["test", path], ["execute", "echo", "--contract", path]):
        ran = ctl("actions", *words, env=env)
        assert (ran.status, ran.out) == (1, b"") and f"{path}:" in ran.errors and message in ran.errors, ran
    assert platform.requests() == []
    assert ctl("actions", "publish", directory / "none", env=env).status == 1


# --- dry runs, tests, warnings

def test_a_dry_run_sends_nothing(platform, env, file, service):
    write(file, url=service, headers={"X-API-Key": "in-the-open", "X-Other": "${credentials.key}"})
    ran = publish(file, env, "--dry-run")
    assert ran.status == 0 and writes(platform) == [], ran
    lines = ran.lines()
    assert [line for line in lines if not line.startswith("{")] == [
        f"POST {ACTIONS}/drafts", f"GET {ACTIONS}/{{id}}/draft/validation", f"POST {ACTIONS}/{{id}}/draft/publish"]
    body = json.loads(lines[1])
    assert body["integrationId"] == INTEGRATION and body["contract"] == definition("")["contract"]
    assert body["config"]["request"]["headers"] == {
        "Content-Type": "application/json", "X-API-Key": "(not shown)", "X-Other": "${credentials.key}"}
    assert json.loads(lines[4]) == {"version": "{version}"}
    assert b"in-the-open" not in ran.out

    write(file, url=service)
    made = published(file, env)
    before = writes(platform)
    write(file, url=service, timeout=50)
    ran = publish(file, env, "--dry-run")
    assert ran.status == 0 and writes(platform) == before
    path = f"{ACTIONS}/{made['id']}/draft"
    assert [line for line in ran.lines() if not line.startswith("{")] == [
        f"POST {path}", f"PATCH {path}", f"GET {path}/validation", f"POST {path}/publish"]


def test_a_test(platform, env, file):
    ran = ctl("actions", "test", file, "-i", "user_id=7", "--integration", INTEGRATION, env=env)
    assert ran.status == 0 and "it is not published" in ran.errors, ran
    lines = ran.lines()
    assert lines[0].startswith("ok      ") and "FAILED" not in ran.out.decode(), ran
    assert '"title": "post 7"' in ran.out.decode()
    Service.status = 500
    ran = ctl("actions", "test", file, "-i", "user_id=7", env=env)
    assert ran.status == 1 and "FAILED  " in ran.out.decode(), ran
    assert [path for _, path in writes(platform) if path.endswith("/publish")] == []
    assert ctl("actions", "list", "--name", "Fetch post", "--format", "ndjson", env=env).out == b""


@pytest.mark.parametrize("words, message", [
    (["-i", "user_id=x"], "user_id=x"), (["-i", "query_text=x"], "user_id (required)"), (["-i", "user_id"], "NAME=VALUE"),
    (["-i", "user_id=7.5"], "integer")])
def test_input_by_the_contract(platform, env, file, words, message):
    for command in (["test", file], ["execute", "echo", "--contract", file]):
        ran = ctl("actions", *command, *words, env=env)
        assert ran.status == 2 and message in ran.errors, ran
    assert platform.requests() == []


def test_input_files(platform, env, directory):
    (directory / "input").write_text('{"a": [1]}')
    for words, stdin in ((["--input-file", directory / "input"], b""), (["--input-file", "-"], b'{"a": [1]}')):
        ran = ctl("actions", "execute", "echo", *words, env=env, stdin=stdin)
        assert (ran.status, json.loads(ran.out)) == (0, {"a": [1]}), ran
    assert ctl("actions", "execute", "echo", "-i", "a=1", "--input-file", "-", env=env).status == 2


@pytest.mark.parametrize("changes, more, message", [
    ({"timeout": 61}, {}, "config.timeoutSeconds has to be between 1 and 60"),
    ({"timeout": 28}, {}, "the action waits for 28000 ms and the webhook answers within 28000 ms"),
    ({"timeout": 40}, {"--deadline": "45s"}, "the webhook answers within 45000 ms"),
    ({}, {"url": "http://x.example/"}, "is no https URL"),
    ({"outputs": {"items": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
     {}, "nothing in contract.output.successSchema bounds items, items[].a"),
    ({"outputs": {"items": {"type": "array", "maxItems": 10000, "items": {"type": "string", "maxLength": 100}}}},
     {}, "an answer may have "),
    ({"headers": {"Authorization": "Basic abc"}}, {}, "config.request.headers.Authorization has a secret in it")])
def test_warnings(platform, env, directory, changes, more, message):
    path = directory / "file.json"
    write(path, **{"url": more.get("url", "https://x.example/"), **changes})
    words = [word for name, value in more.items() if name.startswith("--") for word in (name, value)]
    ran = publish(path, env, "--dry-run", *words)
    assert ran.status == 0 and f"dataactionctl: warning: {path}: " in ran.errors and message in ran.errors, ran
    assert ran.errors.count("warning") == 1, ran
    ran = publish(path, env, "--dry-run", "--strict", *words)
    assert (ran.status, ran.out) == (1, b"") and f"error: {path}: " in ran.errors, ran


def test_no_warning_without_a_reason(platform, env, directory):
    write(directory / "file.json", url="https://x.example/${input.user_id}")
    ran = publish(directory / "file.json", env, "--dry-run", "--strict")
    assert (ran.status, ran.errors) == (0, ""), ran


def test_trace(platform, env, file, service):
    write(file, url=service)
    ran = publish(file, env, "--trace")
    assert ran.status == 0 and "eyJ" not in ran.errors and f"{ACTIONS}/drafts' " in ran.errors, ran


# --- output, and other places

@pytest.mark.parametrize("words", [["list"], ["show", "static-echo"], ["export", "static-echo"], ["execute", "echo"]])
def test_output_that_takes_nothing(platform, env, directory, words):
    with open("/dev/full", "wb") as full:
        ran = ctl("actions", *words, env=env, out=full)
    assert (ran.status, ran.errors) == (4, "dataactionctl: cannot write: write: no space left on device\n")
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as out:
        assert ctl("actions", *words, env=env, out=out).status == 141
    ran = ctl("actions", *words, "-o", directory / "none" / "out", env=env)
    assert ran.status == 4 and "none" in ran.errors, ran


def test_another_path(servers, directory, file):
    platform = Simulator(servers.directory(), dialect="genesys", prefixes={"/gateway": ""}, **SETTINGS)
    servers.running.append(platform)
    path = conf(directory, platform, f"path actions /gateway{ACTIONS};")
    ran = ctl("actions", "publish", file, "--integration", INTEGRATION, "-c", path, "--platform", "one")
    assert ran.status == 0 and all(path.startswith("/gateway/") for _, path in writes(platform)), ran


# --- the tutorial's dialect

@pytest.fixture
def tutorial(servers):
    simulator = Simulator(servers.directory(), dialect="tutorial", **SETTINGS)
    servers.running.append(simulator)
    return simulator


def test_the_tutorials_way(tutorial, file, service):
    env = tutorials(tutorial)
    shown = ctl("actions", "publish", file, "--dry-run", env=env)
    assert shown.status == 0 and shown.lines()[0] == "POST /api/v2/dataactions" and writes(tutorial) == [], shown
    assert json.loads(shown.lines()[1]) == {
        "name": "Fetch post", "description": "Posts", "method": "POST", "url": service, "timeout": 40000,
        "inputs": [{"name": "user_id", "type": "integer", "description": ""},
                   {"name": "query_text", "type": "string", "description": ""}],
        "outputs": [{"name": "title", "type": "string", "description": ""}]}
    ran = ctl("actions", "publish", file, env=env)
    assert ran.status == 0 and writes(tutorial) == [("POST", "/api/v2/dataactions")], ran
    ran = ctl("actions", "execute", json.loads(ran.out)["id"], "-i", "user_id=7", "-i", "query_text=8",
              "--contract", file, env=env)
    assert (ran.status, json.loads(ran.out)["body"]["title"]) == (0, "post 7"), ran


@pytest.mark.parametrize("words", [["list"], ["show", "x"], ["export", "x"], ["diff", "FILE"],
                                   ["test", "FILE", "-i", "user_id=7"], ["publish", "FILE", "--id", "x"]])
def test_what_the_tutorial_knows_nothing_of(tutorial, file, words):
    ran = ctl("actions", *[file if word == "FILE" else word for word in words], env=tutorials(tutorial))
    assert (ran.status, ran.out) == (2, b"") and "the tutorial's dialect has " in ran.errors, ran
    assert writes(tutorial) == []


def test_a_template_in_the_tutorials_url(tutorial, file):
    write(file, url="https://x.example/${input.user_id}")
    ran = ctl("actions", "publish", file, env=tutorials(tutorial))
    assert ran.status == 2 and "is a template" in ran.errors, ran
