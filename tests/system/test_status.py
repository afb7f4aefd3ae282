"""dataaction_status: what it counts, in JSON and in Prometheus's text format, over reloads."""

import json
import re

import pytest

from support.exposition import parse_exposition
from support.process import ROOT, wait_for
from support.twice import twice

BLOCK = """
source t { synthetic transactions; records 100; }
source endless { synthetic nested; records 1000000000000; }
source file { file /nonexistent; }
"""
LOCATIONS = """
location = /t { dataaction_stream t; }
location = /envelope { dataaction_stream t; dataaction_format envelope; }
location = /size { dataaction_stream endless; dataaction_max_size 200k; }
location = /deadline { dataaction_stream endless; dataaction_deadline 50ms; limit_rate 1m;
    dataaction_on_error truncate; }
location = /endless { dataaction_stream endless; }
location = /file { dataaction_stream file; }
location = /status { dataaction_status; }
"""
REASONS = ["complete", "limit", "deadline", "size", "upstream", "shutdown", "source_changed", "invalid_record",
           "client", "refused"]


@pytest.fixture(params=[1, 3], ids=["one worker", "three workers"])
def nginx(request, servers):
    return servers.nginx(block=BLOCK, locations=LOCATIONS, workers=request.param)


def source(nginx, name="t"):
    return nginx.status()["sources"][name]


def ends(**counts):
    return {reason: counts.get(reason, 0) for reason in REASONS}


def test_at_the_beginning(nginx):
    report = nginx.status()
    assert list(report) == ["configuration", "link", "sources", "sidecar"]
    assert re.fullmatch(r"[0-9a-f]{16}", report["configuration"]["worker"])
    assert report["configuration"]["sidecar"] is None
    assert report["link"] == {"state": "unused", "connects": 0, "reuses": 0, "failures": 0, "last_answer": 0,
                              "last_failure": 0}
    assert report["sidecar"] is None  # no source needs one
    nothing = {"requests": 0, "active": 0, "records": 0, "bytes": 0, "stalls": 0, "ends": ends()}
    assert report["sources"] == {"t": nothing, "endless": nothing, "file": nothing}


def test_counts(nginx):
    whole = nginx.post("/t").body
    limited = nginx.post("/envelope", {"limit": 7}).body
    nginx.post("/t", b"{")
    wait_for(lambda: source(nginx)["active"] == 0, "the end of both")
    got = source(nginx)
    assert got == {"requests": 2, "active": 0, "records": 107, "bytes": len(whole) + len(limited),
                   "stalls": got["stalls"], "ends": ends(complete=1, limit=1)}
    nginx.post("/size")
    nginx.post("/deadline")
    nginx.post("/file")
    wait_for(lambda: source(nginx, "endless")["active"] == 0, "the end of both")
    assert source(nginx, "endless")["ends"] == ends(size=1, deadline=1)
    assert source(nginx, "file")["requests"] == 1 and source(nginx, "file")["ends"] == ends(refused=1)


def test_bytes_are_those_of_the_body(nginx):
    total = 0
    for limit in (0, 1, 50, 99):
        total += len(nginx.post("/envelope", {"limit": limit}).body)
        assert source(nginx)["bytes"] == total


def test_active_returns_to_zero(nginx):
    connections = []
    for count in range(1, 6):
        connections.append(nginx.connect(receive_buffer=4096))
        connections[-1].send_request("POST", "/endless", {})
        connections[-1].read_head()
        assert source(nginx, "endless")["active"] == count
    for connection in connections:
        connection.close()
    wait_for(lambda: source(nginx, "endless")["active"] == 0, "the end of all")
    assert source(nginx, "endless")["ends"] == ends(client=5)


def test_counters_survive_a_reload(nginx):
    nginx.post("/t")
    wait_for(lambda: source(nginx)["active"] == 0, "the end of the first")
    holder = nginx.connect(receive_buffer=4096)
    holder.send_request("POST", "/endless", {})
    holder.read_head()
    before = source(nginx)
    nginx.reload(block=BLOCK.replace("source file", "source more { synthetic nested; }\nsource file"))
    assert source(nginx) == before
    assert source(nginx, "more")["requests"] == 0
    assert source(nginx, "endless")["active"] == 1  # the old worker's
    nginx.post("/t")
    assert source(nginx)["requests"] == before["requests"] + 1
    holder.close()
    wait_for(lambda: source(nginx, "endless")["active"] == 0, "the end of the old worker's stream")


def test_a_source_that_is_gone_and_back(nginx):
    nginx.post("/t")
    changed = LOCATIONS.replace("location = /file { dataaction_stream file; }", "")
    nginx.reload(block=BLOCK.replace("source file { file /nonexistent; }", ""), locations=changed)
    assert set(nginx.status()["sources"]) == {"t", "endless"}
    nginx.reload(block=BLOCK, locations=LOCATIONS)
    assert source(nginx)["requests"] == 1 and source(nginx, "file")["requests"] == 0


def test_the_digest_is_of_the_words_alone(servers):
    digests = []
    for block in ("source t { synthetic nested; }", "# x\nsource  t{synthetic\n'nested'  ;}",
                  "source u { synthetic nested; }"):
        nginx = servers.nginx(block=f"listen unix:/tmp/none.sock;\n{block}", locations=LOCATIONS.split("\n")[-2])
        digests.append(nginx.status()["configuration"]["worker"])
    assert digests[0] == digests[1] != digests[2]


def test_prometheus(nginx):
    nginx.post("/t")
    nginx.post("/envelope", {"limit": 7})
    wait_for(lambda: source(nginx)["active"] == 0, "the end of both")
    response = nginx.get("/status?format=prometheus")
    assert response.header("Content-Type") == "text/plain; version=0.0.4"
    samples, types = parse_exposition(response.body.decode())
    report = nginx.status()
    for name, got in report["sources"].items():
        label = (("source", name),)
        for key, metric in (("requests", "dataaction_requests_total"), ("records", "dataaction_records_total"),
                            ("bytes", "dataaction_bytes_total"), ("stalls", "dataaction_stalls_total"),
                            ("active", "dataaction_active_streams")):
            assert samples.pop((metric, label)) == got[key]
        for reason, count in got["ends"].items():
            assert samples.pop(("dataaction_ends_total", (("reason", reason), ("source", name)))) == count
    # No dataaction_link_up: nobody has asked the sidecar, so it is not down.
    assert samples == {("dataaction_link_connects_total", ()): 0,
                       ("dataaction_link_reuses_total", ()): 0, ("dataaction_link_failures_total", ()): 0,
                       ("dataaction_configuration_stale", ()): 0}
    documented = set(re.findall(r"dataaction_\w+", (ROOT / "docs" / "status.md").read_text()))
    assert set(types) <= documented


@twice
def test_methods(nginx):
    connection = nginx.connect()
    response = connection.request("HEAD", "/status")
    assert (response.status, response.body) == (200, b"") and int(response.header("Content-Length")) > 0
    response = connection.post("/status")
    assert (response.status, response.header("Allow")) == (405, "GET, HEAD")
    response = connection.request("GET", "/status?format=json")
    assert response.header("Content-Type") == "application/json"
    json.loads(response.body)
    assert connection.request("GET", "/status?format=xml").status == 422


def test_the_link_that_fails(servers):
    nginx = servers.nginx(block='database d sqlite:/x; source s { sql d "SELECT 1"; }',
                          locations="location = /s { dataaction_stream s; }\nlocation = /status { dataaction_status; }")
    assert nginx.post("/s").status == 502
    link = nginx.status()["link"]
    assert (link["state"], link["failures"], link["last_answer"]) == ("down", 1, 0) and link["last_failure"] > 1.7e9
    samples, _ = parse_exposition(nginx.get("/status?format=prometheus").body.decode())
    assert samples["dataaction_link_up", ()] == 0
