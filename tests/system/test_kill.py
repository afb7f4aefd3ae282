"""dataactiond killed by SIGKILL in mid-stream, under load: every answer is whole, or ended as configured, the
workers do not notice, and the next dataactiond serves.

CI runs 100 rounds; `make soak` runs 1,000.
"""

import json
import sqlite3
import threading

import pytest

from support import http1
from support.link import read
from support.process import wait_for

ROWS = 6000
PADDING = "." * 1000  # an answer is more than what buffers on its way to a client hold
FORMS = {"/array": "", "/ndjson": "dataaction_format ndjson;", "/envelope": "dataaction_format envelope;"}
LOCATIONS = "".join(f"location = {path} {{ dataaction_stream rows; {form} }}\n" for path, form in FORMS.items())
LOCATIONS += "location = /status { dataaction_status; }\n"


@pytest.fixture
def pair(servers, directory):
    database = sqlite3.connect(directory / "rows.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
    with database:
        database.executemany("INSERT INTO rows VALUES (?, ?)",
                             ((number, f"row {number} {PADDING}") for number in range(ROWS)))
    database.close()
    block = f"""
        database  d  sqlite:{directory}/rows.db;
        source    rows {{ sql d "SELECT id, text FROM rows ORDER BY id"; }}
    """
    return servers.pair(block=block, locations=LOCATIONS, workers=2)


class Load:
    """Clients that ask again and again, and judge each answer."""

    def __init__(self, nginx, clients=3):
        self.nginx = nginx
        self.stopping = threading.Event()
        self.counts = {"whole": 0, "broken": 0, "refused": 0}
        self.failures = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(number,)) for number in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client hangs"
        assert not self.failures, self.failures[0]

    def _run(self, number):
        path = list(FORMS)[number % len(FORMS)]
        while not self.stopping.is_set():
            connection = http1.Connection(self.nginx.port)
            try:
                connection.send_request("POST", path, b"{}")
                outcome = judge(path, read(connection))
            except AssertionError as failure:
                self.failures.append(failure)
                return
            finally:
                connection.close()
            with self.lock:
                self.counts[outcome] += 1


def judge(path, response):
    """whole, broken or refused; an assertion for anything else."""
    if response.status in (502, 503, 504):
        assert response.end == "complete" and response.json()["status"] == response.status, response
        return "refused"
    if response.end != "complete":
        assert path != "/envelope", f"an envelope is closed validly: {response}"
        assert (response.status, response.end) in ((200, "eof"), (0, "eof")), response
        return "broken"
    assert response.status == 200, response
    if path == "/ndjson":
        records = response.lines()
    else:
        body = response.json()
        records = body if path == "/array" else body["records"]
    assert [record["id"] for record in records] == list(range(len(records)))
    if path == "/envelope":
        assert body["count"] == len(records)
        if not body["complete"]:
            assert body["reason"] == "upstream" and len(records) < ROWS
            return "broken"
    assert len(records) == ROWS
    return "whole"


def kill_rounds(nginx, daemon, rounds):
    with Load(nginx) as load:
        for _ in range(rounds):
            wait_for(lambda: nginx.status()["sources"]["rows"]["active"] >= 1, "streams that run")
            daemon.kill()
            # A worker may ask in vain now; it never waits for longer than it takes to say so.
            daemon.start()
            served = nginx.post("/envelope")
            assert judge("/envelope", served) == "whole", served
    assert load.counts["broken"] > rounds / 4, load.counts  # the kills did hit streams
    assert load.counts["whole"] > 0, load.counts
    wait_for(lambda: nginx.status()["sources"]["rows"]["active"] == 0, "no active stream")
    return load.counts


def test_a_hundred_kills(pair):
    kill_rounds(*pair, 100)


@pytest.mark.soak
def test_a_thousand_kills(pair):
    kill_rounds(*pair, 1000)


def test_without_a_sidecar_it_is_an_error_and_then_it_serves(pair):
    """From the instant at which the socket accepts, every request is answered."""
    nginx, daemon = pair
    for _ in range(5):
        daemon.kill()
        response = nginx.post("/array")
        assert (response.status, response.json()["code"]) == (502, "dataaction.link.unavailable")
        daemon.start()
        assert len(json.loads(nginx.post("/array").body)) == ROWS


def test_a_kill_while_a_client_does_not_read(pair):
    """What the worker still holds goes out whole, and then the answer ends honestly."""
    nginx, daemon = pair
    connections = []
    for path in FORMS:
        connection = nginx.connect(receive_buffer=4096)
        connection.send_request("POST", path, b"{}")
        connections.append((path, connection))
    wait_for(lambda: nginx.status()["sources"]["rows"]["stalls"] >= 3, "streams that wait for their clients")
    daemon.kill()
    for path, connection in connections:
        assert judge(path, read(connection)) in ("whole", "broken")
