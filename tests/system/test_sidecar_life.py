"""dataactiond's own life: start, the socket, signals, logs, the end, and the exit codes of docs/operations.md."""

import grp
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess

import pytest

from support.daemon import check_conf
from support.http1 import TIMEOUT
from support.process import DATAACTIOND, accepts, wait_for

OK, CONFIGURATION, USAGE, ALREADY_RUNNING, FAILURE = range(5)
ROWS = 1_000_000  # more than all buffers between a client and its query hold


@pytest.fixture
def database(directory):
    connection = sqlite3.connect(directory / "d.db")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return directory / "d.db"


def block(database, more=""):
    return f"""
        {more}
        database  d  sqlite:{database};
        source    one   {{ sql d "SELECT :v AS v"; }}
        source    many  {{ sql d "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
                           SELECT i FROM n"; }}
        source    stuck {{ sql d "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                           SELECT i FROM n WHERE i <= 100000"; }}
    """


LOCATIONS = """
location = /one       { dataaction_stream one; }
location = /many      { dataaction_stream many; dataaction_format ndjson; }
location = /stuck     { dataaction_stream stuck; dataaction_format ndjson; }
location = /envelope  { dataaction_stream stuck; dataaction_format envelope; }
location = /status    { dataaction_status; }
"""


@pytest.fixture
def pair(servers, database):
    return servers.pair(block=block(database), locations=LOCATIONS)


def run(*arguments, **options):
    """A dataactiond that is not expected to stay: (exit status, output)."""
    result = subprocess.run([DATAACTIOND, *[str(word) for word in arguments]], capture_output=True, text=True,
                            timeout=TIMEOUT, check=False, **options)
    return result.returncode, result.stdout + result.stderr


def waiting_stream(nginx, path="/many"):
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", path, b"{}")
    head = connection.read_head()
    assert head.status == 200
    return connection, head


# --- the command line

def test_usage():
    assert run("--nonsense")[0] == USAGE
    assert run("extra")[0] == USAGE
    assert run("-c")[0] == USAGE
    status, text = run("-v")
    assert status == OK and re.match(r"dataactiond/\d", text)
    status, text = run("--help")
    assert status == OK and "-t" in text


def test_no_configuration(directory):
    for arguments in (("-c", directory / "none.conf"), ("-t", "-c", directory / "none.conf")):
        status, text = run(*arguments)
        assert status == CONFIGURATION
        assert f"{directory}/none.conf" in text and "No such file or directory" in text


# --- what only dataactiond can check

@pytest.mark.parametrize("query, message", [
    ("SELEC 1", 'near "SELEC": syntax error'),
    ("SELECT absent", "no such column: absent"),
    ("SELECT * FROM absent", "no such table: absent"),
    ("SELECT 1 AS a, 2 AS a", 'two columns are named "a"'),
    ("DELETE FROM t", ""),
    ("INSERT INTO t VALUES (1)", ""),
    ("PRAGMA journal_mode=DELETE", ""),
    ("ATTACH DATABASE '/tmp/x' AS x", ""),
    ("SELECT 1; SELECT 2", ""),
    ("", ""),
    ("SELECT ?", "is not written as"),
    ("SELECT @a", "is not written as"),
    ("SELECT :limit", "is reserved"),
])
def test_sql_that_is_refused(servers, directory, query, message):
    with sqlite3.connect(directory / "d.db") as connection:
        connection.execute("CREATE TABLE t (i)")
    connection.close()
    nginx = servers.nginx(block=f'database d sqlite:{directory}/d.db;\nsource s {{\n    sql d "{query}";\n}}',
                          start=False)
    conf = nginx.conf.read_text().splitlines()
    line = next(number for number, text in enumerate(conf, 1) if "sql d" in text)
    status, text = check_conf(nginx.conf)
    assert status == CONFIGURATION, text
    assert f"{nginx.conf}:{line}" in text, text
    assert message in text, text
    # Its start says the same, and does not run half-configured.
    status, started = run("-c", nginx.conf)
    assert status == CONFIGURATION
    assert f"{nginx.conf}:{line}" in started
    assert not nginx.socket.exists()


def test_databases_that_do_not_open(servers, directory):
    (directory / "text.db").write_text("this is not a database, and long enough to be seen as none\n" * 20)
    whole = sqlite3.connect(directory / "torn.db")
    whole.executescript("CREATE TABLE t (i); CREATE TABLE u (i);")
    whole.close()
    data = bytearray((directory / "torn.db").read_bytes())
    data[100:200] = b"\xff" * 100
    (directory / "torn.db").write_bytes(data)
    (directory / "folder.db").mkdir()
    for name in ("missing.db", "text.db", "torn.db", "folder.db", "no/such/folder.db"):
        nginx = servers.nginx(block=f'database d sqlite:{directory}/{name};\nsource s {{ sql d "SELECT 1"; }}',
                              start=False)
        status, text = check_conf(nginx.conf)
        assert status == CONFIGURATION, (name, text)
        assert f'cannot open database "{directory}/{name}"' in text
        assert re.search(rf"{nginx.conf}:\d+", text)
    assert not (directory / "missing.db").exists(), "made by looking at it"


@pytest.mark.parametrize("closed", ["", "<&- >&-", "<&- >&- 2>&-"])
def test_a_state_path_that_is_not_there(directory, closed):
    """`-t` does not miss it: systemd makes it. Whatever else is closed, it is that which is said."""
    conf = directory / "d.conf"
    conf.write_text(f"dataaction {{ listen unix:{directory}/s.sock;\nstate_path {directory}/none; }}\n")
    assert check_conf(conf)[0] == OK
    done = subprocess.run(["bash", "-c", f"exec {DATAACTIOND} -c {conf} {closed}"], capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    assert done.returncode == FAILURE, done
    if "2>&-" not in closed:
        assert f'cannot create \\"{directory}/none/cursor.key\\": No such file or directory in {conf}:2' in done.stderr


def test_a_state_path_that_is_none(servers, directory):
    """One that is not there yet is made by systemd."""
    (directory / "file").write_text("")
    for name, good in (("file", False), ("file/x", True), ("absent", True), (".", True)):
        nginx = servers.nginx(block=f"state_path {directory}/{name};", start=False)
        status, text = check_conf(nginx.conf)
        assert status == (OK if good else CONFIGURATION), text
        assert good or re.search(rf'"{directory}/file" is not a directory in {nginx.conf}:\d+', text)


def test_a_good_configuration(pair):
    nginx, _ = pair
    status, text = check_conf(nginx.conf)
    assert status == OK and "test is successful" in text
    assert accepts(nginx.socket), "-t beside a running one disturbs it"
    assert nginx.post("/one", {"v": 1}).json() == [{"v": 1}]


# --- the socket

def test_a_second_instance_is_refused(pair):
    nginx, _ = pair
    status, text = run("-c", nginx.conf)
    assert status == ALREADY_RUNNING, text
    assert "already running" in text
    assert nginx.post("/one", {"v": 1}).status == 200


def test_a_stale_socket_is_replaced(pair):
    nginx, daemon = pair
    daemon.kill()
    assert stat.S_ISSOCK(nginx.socket.stat().st_mode)
    daemon.start()
    assert nginx.post("/one", {"v": 1}).status == 200


@pytest.mark.parametrize("make", ["file", "directory", "link"])
def test_what_is_not_a_socket_is_left_alone(servers, database, make):
    nginx = servers.nginx(block=block(database), start=False)
    if make == "file":
        nginx.socket.write_text("precious")
    elif make == "directory":
        nginx.socket.mkdir()
    else:
        nginx.socket.symlink_to(database)
    status, text = run("-c", nginx.conf)
    assert status == FAILURE, text
    assert "is not a socket" in text
    assert nginx.socket.is_symlink() or nginx.socket.is_dir() or nginx.socket.read_text() == "precious"


@pytest.mark.parametrize("options, mode, group", [("", 0o660, None), ("mode=0600", 0o600, None),
                                                  ("mode=0666 group=www-data", 0o666, "www-data")])
def test_mode_and_group(servers, database, options, mode, group):
    directory = servers.directory()
    nginx = servers.nginx(directory=directory, locations=LOCATIONS,
                          block=block(database, f"listen unix:{directory}/d.sock {options};"))
    servers.daemon(nginx)
    status = nginx.socket.stat()
    assert stat.S_IMODE(status.st_mode) == mode
    assert status.st_gid == (grp.getgrnam(group).gr_gid if group else os.getegid())
    assert nginx.post("/one", {"v": 1}).status == 200


def test_an_unknown_group(servers, database):
    directory = servers.directory()
    nginx = servers.nginx(directory=directory, start=False,
                          block=block(database, f"listen unix:{directory}/d.sock group=nobody-has-this;"))
    status, text = check_conf(nginx.conf)
    assert status == CONFIGURATION and "nobody-has-this" in text


def test_max_connections(servers, database):
    """Above it 503, not silence."""
    nginx, daemon = servers.pair(block=block(database, "max_connections 2;"), locations=LOCATIONS)
    streams = [waiting_stream(nginx) for _ in range(2)]
    response = nginx.post("/one", {"v": 1})
    assert (response.status, response.json()["code"]) == (503, "dataaction.overloaded")
    assert response.header("Retry-After")
    for connection, head in streams:
        assert connection.read_body(head).body.count(b"\n") == ROWS
    wait_for(lambda: nginx.post("/one", {"v": 1}).status == 200, "a free connection")
    assert daemon.running()


# --- the end

def test_sigterm_drains(pair):
    """What runs is finished, what comes is told to come back, then it ends by itself."""
    nginx, daemon = pair
    assert nginx.post("/one", {"v": 1}).status == 200  # leaves an idle connection behind
    connection, head = waiting_stream(nginx)
    daemon.signal(signal.SIGTERM)
    wait_for(lambda: nginx.post("/one", {"v": 1}).status != 200, "the first refusal")
    for _ in range(5):
        refused = nginx.post("/one", {"v": 1})
        assert (refused.status, refused.json()["code"]) == (503, "dataaction.link.shutdown")
        assert int(refused.header("Retry-After")) > 0
    assert run("-c", nginx.conf)[0] == ALREADY_RUNNING
    assert daemon.running() and nginx.socket.exists()
    response = connection.read_body(head)
    assert (response.end, response.body.count(b"\n")) == ("complete", ROWS)
    wait_for(lambda: not daemon.running(), "the end")
    assert daemon.server.process.returncode == OK
    assert not nginx.socket.exists()


def test_a_stream_goes_to_the_sidecar_that_stays(servers, database):
    """Of two, one is stopping: nobody notices."""
    first, second = servers.directory(), servers.directory()
    locations = LOCATIONS.replace("{ dataaction_stream", "{ dataaction_pass both; dataaction_stream")
    nginx = servers.nginx(directory=first, block=block(database), locations=locations,
                          http=f"upstream both {{ server unix:{first}/d.sock; server unix:{second}/d.sock backup; }}")
    other = servers.nginx(directory=second, block=block(database), start=False)
    leaving, _ = servers.daemon(nginx), servers.daemon(other)
    connection, head = waiting_stream(nginx)
    leaving.signal(signal.SIGTERM)
    wait_for(lambda: "stopping" in leaving.text(), "the signal's effect")
    for value in range(5):
        assert nginx.post("/one", {"v": value}).json() == [{"v": value}]
    assert leaving.running()
    assert connection.read_body(head).body.count(b"\n") == ROWS


def test_a_signal_behind_the_end_changes_nothing(servers, database):
    for _ in range(3):
        _, daemon = servers.pair(block=block(database), locations=LOCATIONS)
        while daemon.running():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
                daemon.signal(number)
        daemon.stop()  # checks the exit status


@pytest.mark.parametrize("path", ["/stuck", "/envelope"])
def test_shutdown_timeout(servers, database, path):
    """A query that goes on for ever keeps nobody: its answer ends with the reason."""
    nginx, daemon = servers.pair(block=block(database, "shutdown_timeout 200ms;"), locations=LOCATIONS)
    connection, head = waiting_stream(nginx, path)
    daemon.signal(signal.SIGTERM)
    response = connection.read_body(head)
    ended_early(path, response, ["shutdown"])
    wait_for(lambda: not daemon.running(), "the end")
    assert daemon.server.process.returncode == OK


def test_shutdown_timeout_of_a_client_that_does_not_read(servers, database):
    """There is no room to say the reason in."""
    nginx, daemon = servers.pair(block=block(database, "shutdown_timeout 200ms;"), locations=LOCATIONS)
    connection, head = waiting_stream(nginx, "/many")
    daemon.signal(signal.SIGTERM)
    wait_for(lambda: not daemon.running(), "the end")
    assert daemon.server.process.returncode == OK
    response = connection.read_body(head)
    assert response.end == "eof" and response.body.count(b"\n") < ROWS


def ended_early(path, response, reasons):
    if path != "/envelope":
        assert response.end == "eof", response
        return
    body = response.json()
    assert body["complete"] is False and body["reason"] in reasons
    assert [record["i"] for record in body["records"]] == list(range(1, body["count"] + 1))


def test_a_second_sigterm_hurries(servers, database):
    nginx, daemon = servers.pair(block=block(database, "shutdown_timeout 1h;"), locations=LOCATIONS)
    connection, head = waiting_stream(nginx, "/envelope")
    daemon.signal(signal.SIGTERM)
    wait_for(lambda: "stopping" in daemon.text(), "the first one's effect")
    daemon.signal(signal.SIGTERM)
    wait_for(lambda: not daemon.running(), "the end")
    assert daemon.server.process.returncode == OK
    assert connection.read_body(head).json()["reason"] == "shutdown"


def test_sigint_is_a_sigterm(pair):
    _, daemon = pair
    daemon.signal(signal.SIGINT)
    wait_for(lambda: not daemon.running(), "the end")
    assert daemon.server.process.returncode == OK


# --- the log

@pytest.mark.parametrize("form", ["plain", "json"])
def test_the_log_and_its_rotation(servers, database, directory, form):
    log = directory / "d.log"
    nginx, daemon = servers.pair(block=block(database, f"log {log} level=debug format={form};"), locations=LOCATIONS)
    secret = "s3cr3t-value"
    assert nginx.post("/one", {"v": secret}).json() == [{"v": secret}]
    assert nginx.post("/one", {"w": secret}).status == 422
    wait_for(lambda: "started" in log.read_text(), "the first line")

    log.rename(directory / "d.log.1")
    daemon.signal(signal.SIGUSR1)
    wait_for(log.exists, "the new log")
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: "configuration reloaded" in log.read_text(), "a line in the new log")
    old, new = (directory / "d.log.1").read_text(), log.read_text()
    assert "started" in old and "started" not in new and "configuration reloaded" not in old
    for line in (old + new).splitlines():
        if form == "json":
            entry = json.loads(line)
            assert isinstance(entry, dict) and entry
        else:
            assert line.isprintable() and line
    assert secret not in old + new + daemon.text()


def test_a_log_that_cannot_be_opened(servers, database, directory):
    nginx = servers.nginx(block=block(database, f"log {directory}/no/such/d.log;"), start=False)
    status, text = run("-c", nginx.conf)
    assert status == CONFIGURATION
    assert f"{directory}/no/such/d.log" in text and re.search(rf"{nginx.conf}:\d+", text)


@pytest.mark.parametrize("why", ["runs already", "no socket"])
def test_a_start_that_fails_says_so_where_it_was_started(servers, database, directory, why):
    """Whoever types the command sees it, wherever the log goes; and each line once."""
    log = directory / "d.log"
    home = servers.directory()
    listen = f"listen unix:{home}/{'d.sock' if why == 'runs already' else 'none/d.sock'};"
    nginx = servers.nginx(directory=home, block=block(database, f"{listen} log {log};"), start=False)
    if why == "runs already":
        servers.daemon(nginx)
    status, text = run("-c", nginx.conf)
    assert status == (ALREADY_RUNNING if why == "runs already" else FAILURE)
    assert text.startswith("dataactiond: [emerg] cannot listen: "), text
    assert re.search(rf"{nginx.conf}:\d+\n$", text) and text.count("\n") == 1
    assert "[emerg] cannot listen" in log.read_text()
    nginx.conf.write_text(nginx.conf.read_text().replace(f"log {log};", ""))
    assert run("-c", nginx.conf)[1].count("cannot listen") == 1
