"""New configurations while requests run: nginx by HUP and by a new binary, dataactiond by HUP, and one of the two
without the other."""

import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import threading

import pytest

from support import http1
from support.fake_sidecar import whole
from support.link import Link, is_whole, read, texts
from support.process import NGINX, alive, children, nginx_environment, wait_for

ROWS = 3000


def block(directory, more=""):
    return f"""
        database  d  sqlite:{directory}/rows.db;
        source    rows  {{ sql d "SELECT id FROM rows ORDER BY id"; }}
        source    made  {{ synthetic transactions; records {ROWS}; }}
        {more}
    """


LOCATIONS = """
location = /rows  { dataaction_stream rows; dataaction_format ndjson; }
location = /made  { dataaction_stream made; dataaction_format ndjson; }
location = /status { dataaction_status; }
"""
EXTRA = 'source extra { sql d "SELECT 1 AS one"; }'
EXTRA_LOCATION = "location = /extra { dataaction_stream extra; }\n"


@pytest.fixture
def pair(servers, directory):
    database = sqlite3.connect(directory / "rows.db")
    database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY)")
    with database:
        database.executemany("INSERT INTO rows VALUES (?)", ((number,) for number in range(ROWS)))
    database.close()
    return servers.pair(block=block(directory), locations=LOCATIONS, workers=2, connections=512)


class Load:
    """Clients that accept nothing but whole answers. On a kept connection one that nginx closes before any byte
    of the response is nginx 1.22's own race: the request is sent again, and counted."""

    def __init__(self, port, kept, paths=("/rows", "/made")):
        self.port = port
        self.kept = kept
        self.stopping = threading.Event()
        self.answers = self.retries = 0
        self.failures = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(path,)) for path in paths * 2]

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
        assert self.answers > 10
        assert self.kept or self.retries == 0

    def _run(self, path):
        connection, used = http1.Connection(self.port), 0
        try:
            while not self.stopping.is_set():
                response = self._ask(connection, path)
                if response is None:
                    assert self.kept and used > 0, "a fresh connection was closed without an answer"
                    self.retries += 1
                    connection, used = http1.Connection(self.port), 0
                    continue
                assert (response.status, response.end) == (200, "complete"), response
                assert response.body.count(b"\n") == ROWS, response
                used += 1
                with self.lock:
                    self.answers += 1
                if not self.kept or response.header("Connection") == "close":
                    connection.close()
                    connection, used = http1.Connection(self.port), 0
        except (AssertionError, OSError) as failure:
            self.failures.append(failure)

    def _ask(self, connection, path):
        try:
            connection.send_request("POST", path, b"{}")
        except (BrokenPipeError, ConnectionResetError):
            return None
        response = read(connection)
        return response if response.status else None


@pytest.mark.parametrize("kept", [False, True], ids=["a-connection-each", "kept"])
def test_fifty_reloads_under_load(pair, kept):
    nginx, _ = pair
    with Load(nginx.port, kept):
        for _ in range(50):
            nginx.reload()
    line = nginx.status()["sources"]
    assert line["rows"]["ends"]["complete"] + line["made"]["ends"]["complete"] > 50, "counters survive a reload"


def test_reloads_of_both_under_load(pair, directory):
    nginx, daemon = pair
    with Load(nginx.port, kept=False):
        for number in range(10):
            nginx.write_conf(block=block(directory, EXTRA if number % 2 else ""))
            reload_daemon(daemon)
            nginx.reload()


def reload_daemon(daemon, text="configuration reloaded"):
    before = daemon.text().count(text)
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: daemon.text().count(text) > before, f"{text!r} in the log")


def slow_stream(nginx, path="/rows"):
    """A stream that has begun and does not get on, because its client does not read."""
    connection = nginx.connect(receive_buffer=2048)
    connection.send_request("POST", path, b"{}")
    head = connection.read_head()
    assert head.status == 200
    return connection, head


def test_a_reload_of_dataactiond_drops_no_stream(pair):
    nginx, daemon = pair
    streams = [slow_stream(nginx) for _ in range(5)]
    for _ in range(3):
        reload_daemon(daemon)
    for connection, head in streams:
        response = connection.read_body(head)
        assert (response.end, response.body.count(b"\n")) == ("complete", ROWS)


def test_a_bad_configuration_is_refused_by_both(pair, directory):
    """And what ran goes on."""
    nginx, daemon = pair
    nginx.expected_alerts.append("unknown directive")
    nginx.write_conf(block=block(directory, "nonsense on;"))
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: "new configuration refused" in daemon.text(), "dataactiond's refusal")
    assert re.search(r"refused.*unknown directive.*nonsense.* in .*nginx\.conf:\d+", daemon.text())
    workers = nginx.workers()
    nginx.server.signal(signal.SIGHUP)
    nginx.wait_for_log(r'\[emerg\].*unknown directive "nonsense"')
    assert nginx.workers() == workers
    for path in ("/rows", "/made"):
        assert nginx.post(path).body.count(b"\n") == ROWS


@pytest.mark.parametrize("bad", ['source x { sql d "SELEC 1"; }', 'source x { sql d "SELECT 1 FROM nothing"; }',
                                 'source x { sql d "DELETE FROM rows"; }',
                                 "database gone sqlite:/nonexistent/x.db;"])
def test_what_only_dataactiond_can_know_keeps_the_old_one(pair, directory, bad):
    nginx, daemon = pair
    nginx.reload(block=block(directory, bad))  # nginx checks the syntax
    reload_daemon(daemon, "new configuration refused, the old one stays")
    assert "nginx.conf:" in daemon.text()
    assert nginx.post("/rows").body.count(b"\n") == ROWS


def test_nginx_reloaded_and_dataactiond_not(pair, directory):
    nginx, daemon = pair
    assert nginx.post("/rows").status == 200
    digests = nginx.status()["configuration"]
    assert digests["worker"] == digests["sidecar"]
    nginx.reload(block=block(directory, EXTRA), locations=LOCATIONS + EXTRA_LOCATION)
    response = nginx.post("/extra")
    assert (response.status, response.json()["code"]) == (503, "dataaction.config.stale")
    assert nginx.post("/rows").body.count(b"\n") == ROWS
    digests = nginx.status()["configuration"]
    assert digests["worker"] != digests["sidecar"]
    assert b"dataaction_configuration_stale 1" in nginx.get("/status?format=prometheus").body
    reload_daemon(daemon)
    assert nginx.post("/extra").json() == [{"one": 1}]
    digests = nginx.status()["configuration"]
    assert digests["worker"] == digests["sidecar"]
    assert b"dataaction_configuration_stale 0" in nginx.get("/status?format=prometheus").body


def test_dataactiond_reloaded_and_nginx_not(pair, directory):
    nginx, daemon = pair
    nginx.write_conf(block=block(directory).replace("source    rows", "source    other"),
                     locations="")
    reload_daemon(daemon)
    response = nginx.post("/rows")
    assert (response.status, response.json()["code"]) == (503, "dataaction.config.stale")
    digests = nginx.status()["configuration"]
    assert digests["worker"] != digests["sidecar"]


def test_streams_of_old_workers_are_finished(pair):
    """A reload waits for nobody, and cuts nobody off."""
    nginx, _ = pair
    streams = [slow_stream(nginx, path) for path in ("/rows", "/made")]
    old = nginx.reload()
    for connection, head in streams:
        response = connection.read_body(head)
        assert (response.end, response.body.count(b"\n")) == ("complete", ROWS)
        connection.close()
    wait_for(lambda: not any(alive(pid) for pid in old), "the end of the old workers")


def test_a_hung_sidecar_does_not_keep_a_worker(servers):
    """An idle connection to a sidecar is no reason for an old worker to stay."""
    link = Link(servers)
    link.sidecar.says(whole(texts(3)))
    is_whole("/array/abort", link.ask(), texts(3))
    assert len(link.sidecar.peers) == 1
    (worker,) = link.nginx.reload()
    wait_for(lambda: not alive(worker), "the end of the old worker")
    link.sidecar.wait_no_peers()
    link.close()


def workers_of(master):
    """Those that accept connections."""
    titles = {pid: pathlib.Path(f"/proc/{pid}/cmdline") for pid in children(master)}
    return [pid for pid, title in titles.items() if title.exists() and b"worker process" in (text := title.read_bytes())
            and b"shutting down" not in text]


def test_a_new_binary(servers, directory):
    """USR2, WINCH, and back, and forth again with QUIT: no request fails. An nginx that does not daemonize
    refuses USR2, so this one has no parent."""
    # nginx clears the environment for a new binary; an instrumented module needs what it was started with.
    kept = "".join(f"env {name};\n" for name in ("LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"))
    nginx = servers.nginx(block=block(directory), locations=LOCATIONS, workers=2, main=kept, start=False)
    nginx.conf.write_text(nginx.conf.read_text().replace("daemon       off;", "daemon on;"))
    subprocess.run([NGINX, "-p", nginx.directory, "-c", nginx.conf, "-e", nginx.directory / "stderr"], check=True,
                   env=nginx_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60)
    pid_file = nginx.directory / "nginx.pid"

    def master(other=None):
        text = pid_file.read_text().strip() if pid_file.exists() else ""
        return int(text) if text and int(text) != other else None

    def upgraded(old):
        os.kill(old, signal.SIGUSR2)
        new = wait_for(lambda: master(old), "the new master")
        wait_for(lambda: len(workers_of(new)) == 2, "the new workers")
        os.kill(old, signal.SIGWINCH)
        wait_for(lambda: not children(old) or children(old) == [new], "the end of the old workers")
        return new

    old = wait_for(master, "nginx's start")
    wait_for(lambda: len(workers_of(old)) == 2, "its workers")
    masters = [old]
    try:
        with Load(nginx.port, kept=False, paths=("/made",)):
            new = upgraded(old)
            masters.append(new)
            os.kill(old, signal.SIGHUP)
            wait_for(lambda: len(workers_of(old)) == 2, "workers of the old master")
            os.kill(new, signal.SIGQUIT)
            wait_for(lambda: not alive(new) and master() == old, "the end of the new master")
            new = upgraded(old)
            masters.append(new)
            os.kill(old, signal.SIGQUIT)
            wait_for(lambda: not alive(old), "the end of the old master")
        os.kill(new, signal.SIGQUIT)
        wait_for(lambda: not alive(new), "the end")
        nginx.check()
    finally:
        for pid in filter(alive, masters):
            for child in children(pid):
                os.kill(child, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
