"""The sidecar's own counters on the status page, and what the page is when the sidecar cannot be asked."""

import json
import re

import pytest

from support import fake_sidecar as fake
from support.ctl import ctl
from support.exposition import parse_exposition
from support.link import BLOCK, Link
from support.process import ROOT, wait_for
from support.search import Search, source
from support.twice import twice

LOCATIONS = """
location = /array/abort  { dataaction_stream t; }
location = /status       { dataaction_status; }
location = /guarded      { auth_request /status; dataaction_stream t; }
"""
CHANGING = {"uptime", "connections"}  # from one look to the next


@pytest.fixture
def search(servers):
    return Search(servers, source("s", "tutorial_search"), platform="breaker failures=1; retry attempts=2;")


@pytest.fixture(scope="module")
def link(module_servers):
    link = Link(module_servers, locations=LOCATIONS)
    yield link
    link.close()


@pytest.fixture(autouse=True)
def quiet(request):
    """Nothing of a fake that hung is left for the next test."""
    yield
    if "link" in request.fixturenames:
        request.getfixturevalue("link").sidecar.disconnect()


def exposition(nginx):
    return parse_exposition(nginx.get("/status?format=prometheus").body.decode())


def test_what_it_counts(search):
    """As JSON and as Prometheus text, in nginx and at the terminal: the same."""
    search.ask("s")
    search.simulator.fault("search", status=500, times="forever")
    assert search.post("s").status == 502
    report = search.nginx.status()
    own = report["sidecar"]
    platform, counted = own["platforms"]["tutorial"], own["sources"]["s"]
    assert (platform["tokens"], platform["breaker_opened"], platform["breakers"]["search"]) == (1, 1, "open")
    assert platform["server_errors"] > 0
    assert (counted["requests"], counted["ends"]["complete"]) == (2, 1)
    assert counted["records"] == report["sources"]["s"]["records"] > 0
    assert own["digest"] == report["configuration"]["sidecar"] == report["configuration"]["worker"]

    samples, types = exposition(search.nginx)
    for name, value in platform.items():
        labels = (("platform", "tutorial"),)
        if name == "breakers":
            for route, state in value.items():
                labels = (("platform", "tutorial"), ("route", route))
                assert samples.pop(("dataaction_platform_breaker_open", labels)) == (state != "closed")
        elif name == "waited_ms":
            assert samples.pop(("dataaction_platform_waited_seconds_total", labels)) == value / 1000
        else:
            metric = f"dataaction_platform_{name}" + ("" if name in ("rate", "waiting") else "_total")
            assert samples.pop((metric, labels)) == value, name
    for name, value in counted.items():
        if name == "ends":
            for reason, ends in value.items():
                labels = (("reason", reason), ("source", "s"))
                assert samples.pop(("dataaction_sidecar_ends_total", labels)) == ends
        else:
            assert samples.pop((f"dataaction_sidecar_{name}_total", (("source", "s"),))) == value
    for name in ("generation", "streams"):
        assert samples.pop((f"dataaction_sidecar_{name}", ())) == own[name]
    for state, value in own["statements"].items():
        assert samples.pop(("dataaction_sidecar_statements", (("state", state),))) == value
    assert samples["dataaction_link_up", ()] == 1
    assert {name for name, _ in samples if re.match("dataaction_(sidecar|platform)_", name)} == {
        "dataaction_sidecar_uptime_seconds", "dataaction_sidecar_connections"}
    assert set(types) <= set(re.findall(r"dataaction_\w+", (ROOT / "docs" / "status.md").read_text()))

    terminal = json.loads(ctl("status", "-c", search.nginx.conf).out)
    assert {key: terminal[key] for key in terminal if key not in CHANGING} == {
        key: own[key] for key in own if key not in CHANGING}
    text = ctl("status", "-c", search.nginx.conf, "--format", "prometheus").out.decode()
    assert parse_exposition(text)[0].keys() <= exposition(search.nginx)[0].keys()
    assert ctl("status", "-c", search.nginx.conf, "--format", "xml").status == 2


def test_a_sidecar_that_goes_and_comes(search):
    pid = search.nginx.status()["sidecar"]["pid"]
    search.daemon.kill()
    report = search.nginx.status()
    assert report["sidecar"] is None and report["link"]["failures"] == 0 and list(report["sources"]) == ["s"]
    assert report["link"]["state"] == "down"
    samples, _ = exposition(search.nginx)
    assert samples["dataaction_link_up", ()] == 0 and ("dataaction_sidecar_streams", ()) not in samples
    search.daemon.start()
    report = search.nginx.status()
    assert report["sidecar"]["pid"] != pid and report["link"]["state"] == "up"


def test_each_sidecar_has_a_location(servers):
    """Two of them: `dataaction_pass` says which is asked."""
    first, second = servers.directory(), servers.directory()
    nginx = servers.nginx(directory=first, block=BLOCK, locations=LOCATIONS + f"""
        location = /other {{ dataaction_status; dataaction_pass unix:{second}/d.sock; }}""")
    one = fake.FakeSidecar(first / "d.sock")
    other = fake.FakeSidecar(second / "d.sock")
    other.status = fake.whole(['{"other":1}'])
    try:
        assert nginx.status()["sidecar"] == {"fake": True}
        assert nginx.status("/other")["sidecar"] == {"other": 1}
    finally:
        one.close()
        other.close()


RECORD = '{"fake":"%s"}' % ("x" * 3_000_000)


@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_one_that_is_large(link, pieces):
    """Larger than any buffer, in frames of every size."""
    text = RECORD.encode() + b"\n"
    size = min(fake.MAX_DATA - 2, len(text) // pieces + 1)
    frames = [fake.data(text[at:at + size]) for at in range(0, len(text), size)]
    link.sidecar.status = fake.head() + b"".join(frames) + fake.end(1)
    assert link.nginx.status()["sidecar"] == json.loads(RECORD)


GOOD = fake.whole(['{"a":1}'])
TOO_LARGE = fake.head() + fake.data(b"x" * 1_000_000) * 17 + fake.data(b"\n") + fake.end(1)


@pytest.mark.parametrize("answer", [
    b"", GOOD[:-1], GOOD[:3], fake.head(), fake.head() + fake.data(b'{"a":1}') + fake.end(1),
    fake.head(version=9) + GOOD[len(fake.head()):], fake.error(503), b"HTTP/1.1 400 Bad Request\r\n\r\n",
    fake.data(b"{}\n"), TOO_LARGE], ids=range(10))
def test_one_that_is_not_whole(link, answer):
    """It hangs, or says what nobody understands: the page is there without it."""
    link.sidecar.status = answer
    link.sidecar.says(fake.whole(["1"]))
    report = link.nginx.status()
    assert report["sidecar"] is None and list(report["sources"]) == ["t"]
    assert report["link"]["state"] == "down"
    samples, _ = exposition(link.nginx)
    assert not any("sidecar" in name for name, _ in samples)
    assert link.nginx.post("/array/abort").body == b"[1]"


def test_a_client_that_does_not_wait(link):
    link.sidecar.status = b""
    connection = link.nginx.connect()
    connection.send_request("GET", "/status")
    wait_for(lambda: link.sidecar.peers, "the question")
    connection.close()
    link.sidecar.status = GOOD
    assert link.nginx.status()["sidecar"] == {"a": 1}


@twice
def test_methods(link):
    """All of it on one connection."""
    link.sidecar.status = GOOD
    connection = link.nginx.connect()
    response = connection.request("HEAD", "/status")
    assert (response.status, response.body) == (200, b"") and int(response.header("Content-Length")) > 0
    response = connection.request("GET", "/status", headers=[("If-Match", '"x"')])
    assert response.status == 200 and response.json()["sidecar"] == {"a": 1}
    response = connection.request("GET", "/status?format=prometheus")
    assert response.header("Content-Type") == "text/plain; version=0.0.4"
    assert connection.post("/status").status == 405
    assert connection.request("GET", "/status?format=xml").status == 422


@twice
def test_as_a_subrequest(link):
    link.sidecar.says(fake.whole(["1"]))
    for status, code in ((GOOD, 200), (fake.error(503), 500)):
        link.sidecar.status = status
        connection = link.nginx.connect()
        response = connection.post("/guarded", {})
        assert response.status == code


def test_a_sidecar_that_closes_behind_its_answer(link):
    link.sidecar.status = GOOD
    link.sidecar.status_keeps = False
    try:
        for _ in range(20):
            assert link.nginx.status()["sidecar"] == {"a": 1}
    finally:
        link.sidecar.status_keeps = True
