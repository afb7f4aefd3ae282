"""dataactionctl actions: drafts, others who change them, and what goes wrong between two requests."""

import json
import re

import pytest

from support.ctl import Running, ctl
from support.ctl_actions import INTEGRATION, env, file, platform, publish, published, service, told, write, writes
from support.process import wait_for


def test_a_draft_that_stayed_is_gone_on_from(platform, env, file):
    platform.fault("draft_publish", status=500)
    ran = publish(file, env)
    assert (ran.status, ran.out) == (7, b""), ran
    found = re.search(r"cannot publish the draft: .*the draft of action (\S+) stays as it is: --id \1", ran.errors)
    assert found and "the next run goes on from what is there" in ran.errors, ran
    assert published(file, env)["id"] == found[1]
    assert [method for method, path in writes(platform) if path.endswith("/drafts")] == ["POST"]


@pytest.mark.parametrize("route", ["draft_patch", "draft_publish"])
def test_somebody_else_was_faster(platform, env, file, service, route):
    made = published(file, env)
    write(file, url=service, timeout=50)
    platform.fault(route, status=409)
    ran = publish(file, env)
    assert (ran.status, ran.out) == (6, b""), ran
    assert "somebody else changed it meanwhile: the draft is at version" in ran.errors and "actions diff" in ran.errors
    assert f"the draft of action {made['id']} stays" in ran.errors
    assert published(file, env)["id"] == made["id"]
    assert ctl("actions", "diff", file, env=env).status == 0


def test_a_draft_of_somebody_else_is_told_of(platform, env, file, service):
    platform.fault("draft_publish", status=403)
    assert publish(file, env).status == 6
    write(file, url=service, timeout=50)
    ran = publish(file, env)
    assert ran.status == 0 and "the draft that is there is replaced, version 1" in ran.errors, ran


def test_a_draft_of_what_is_published_stays(platform, env, file, service):
    """Whoever has nothing to publish has nothing to take away either."""
    made = published(file, env)
    write(file, url=service, timeout=50)
    platform.fault("draft_publish", status=403)
    assert publish(file, env).status == 6
    write(file, url=service)
    before = writes(platform)
    ran = publish(file, env)
    assert ran.status == 0 and json.loads(ran.out)["id"] == made["id"] and writes(platform) == before, ran
    assert "nothing is sent" in ran.errors and f"stays as it is: actions show --draft {made['id']}" in ran.errors
    draft = json.loads(ctl("actions", "show", made["id"], "--draft", env=env).out)
    assert draft["config"]["timeoutSeconds"] == 50


def test_somebody_else_published_meanwhile(platform, env, file, service):
    """Before the draft is made, which is of what is published then."""
    made = published(file, env)
    theirs = json.loads(ctl("actions", "show", made["id"], env=env).out)
    theirs["config"]["timeoutSeconds"] = 45
    write(file, url=service, timeout=50)
    platform.fault("draft_get", status=200, times=2, body=theirs | {"version": 7})
    ran = publish(file, env)
    assert (ran.status, ran.out) == (6, b""), ran
    assert "somebody else changed it meanwhile" in ran.errors and f"the draft of action {made['id']} stays" in ran.errors
    assert not [path for method, path in writes(platform) if method == "PATCH"]


def test_a_draft_without_a_version_is_not_changed(platform, env, file, service):
    made = published(file, env)
    theirs = json.loads(ctl("actions", "show", made["id"], env=env).out)
    del theirs["version"]
    write(file, url=service, timeout=50)
    platform.fault("draft_publish", status=403)
    assert publish(file, env).status == 6
    write(file, url=service, timeout=51)
    before = writes(platform)
    platform.fault("draft_get", status=200, body=theirs)
    ran = publish(file, env)
    assert (ran.status, ran.out) == (1, b"") and 'the draft has no "version"' in ran.errors, ran
    assert writes(platform) == before


def test_an_id_that_a_terminal_would_obey(platform, env, file):
    made = published(file, env)
    shown = json.loads(ctl("actions", "show", made["id"], env=env).out)
    platform.fault("action_list", status=200, body={
        "entities": [shown | {"id": f"{number}\u009b2J\u001b[2J"} for number in range(2)], "pageCount": 1})
    ran = publish(file, env)
    assert (ran.status, ran.out) == (1, b"") and "one that is not of visible ASCII" in ran.errors, ran
    assert "\x1b" not in ran.errors and "\x9b" not in ran.errors


def test_the_platform_finds_it_invalid(platform, env, file):
    platform.fault("draft_validation", status=200, body={"valid": False, "errors": [
        {"message": "No such credential", "code": "invalid.value"}, {"message": "no " * 9000}]})
    ran = publish(file, env)
    assert (ran.status, ran.out) == (6, b""), ran
    assert "the platform does not take the action; No such credential (invalid.value); no no" in ran.errors
    assert "stays as it is" in ran.errors and len(ran.errors) < 2000


@pytest.mark.parametrize("route, fault, status, requests", [
    ("draft_add", {"status": 429, "retry_after": 0}, 0, 2), ("draft_add", {"do": "revoke_tokens"}, 0, 2),
    ("draft_add", {"status": 401, "times": "forever"}, 5, 2),
    ("draft_add", {"status": 403}, 6, 1), ("draft_add", {"status": 404}, 6, 1), ("draft_add", {"status": 409}, 6, 1),
    ("draft_add", {"status": 500}, 7, 1), ("draft_add", {"status": 502}, 7, 1),
    ("draft_add", {"do": "reset", "after": 10}, 4, 1), ("draft_add", {"do": "html"}, 1, 1),
    ("draft_add", {"do": "truncate"}, 1, 1), ("draft_add", {"do": "error_body"}, 1, 1),
    ("draft_publish", {"status": 429, "retry_after": 3600}, 7, 1), ("draft_publish", {"do": "html"}, 1, 1),
    ("draft_validation", {"status": 503}, 0, 2), ("draft_validation", {"do": "html"}, 1, 1),
    ("action_list", {"status": 503}, 0, 2), ("action_list", {"status": 403}, 6, 1),
    ("action_list", {"do": "truncate"}, 1, 1), ("draft_list", {"do": "html"}, 1, 1)])
def test_faults(platform, env, file, route, fault, status, requests):
    """What changes something is sent once, unless the platform says that it has not been done."""
    platform.fault(route, **fault)
    ran = publish(file, env)
    assert ran.status == status, ran
    assert platform.count(route) == requests
    assert status == 0 or (ran.out == b"" and "dataactionctl: " in told(ran))


@pytest.mark.parametrize("route", ["action_list", "draft_add", "draft_publish", "token"])
def test_interrupted(platform, env, file, route):
    platform.fault(route, "stall")
    running = Running("actions", "publish", file, "--integration", INTEGRATION, env=env)
    wait_for(lambda: platform.requests(route), "the request")
    running.interrupt()
    ran = running.end()
    assert (ran.status, ran.out) == (130, b""), ran
    if route == "draft_publish":
        assert re.fullmatch(r"dataactionctl: interrupted; the draft of action (\S+) stays as it is: --id \1", told(ran))
    else:
        assert told(ran) == "", ran
