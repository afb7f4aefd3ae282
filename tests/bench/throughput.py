"""Rows in bytes, or records, a second: what the worker streams beside sendfile, generators and a proxy."""

import json
import subprocess
import time
import urllib.request

import records
import rounds
from servers import CLIENT_CORE, SERVER_CORE, TOOLS, on_core

CONNECTIONS = 4
SECONDS = 0.3
ROUNDS = 15
ENVELOPE = json.dumps({"action_id": "bench", "session_id": "bench", "parameters": {}})
MEGA = 1e6


def fetch(port, path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body.encode() or None,
                                     {"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


class Target:
    """One location under load. Its answer is compared with `expected` once; then its length counts."""

    def __init__(self, port, path, body, expected, same=lambda a, b: a == b, connections=CONNECTIONS,
                 core=CLIENT_CORE):
        answer = fetch(port, path, body)
        if not same(answer, expected):
            raise SystemExit(f"tests/bench: {path} serves other bytes")
        self._answer = len(answer)
        self._command = on_core(core, TOOLS / "load", port, path, body, len(answer), connections)

    def answers_per_second(self, seconds=SECONDS):
        run = subprocess.run([*self._command, str(seconds)], capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit("tests/bench: load: " + run.stderr)
        size, elapsed = run.stdout.split()
        return int(size) / self._answer / float(elapsed)

    def megabytes_per_second(self):
        return self.answers_per_second() * self._answer / MEGA


def same_json(answer, expected):
    return json.loads(answer) == json.loads(expected)


def synthetic(servers):
    array = (servers.dir / "array.json").read_bytes()
    port, _ = servers.nginx()
    ours = Target(port, "/synthetic", "{}", array)
    sendfile = Target(port, "/array.json", "", array)
    lua = Target(port, "/lua", "{}", array)
    yield rounds.compare("synthetic / sendfile", ROUNDS, ours.megabytes_per_second,
                         sendfile.megabytes_per_second, 1.2)
    limit = Target(servers.copy_server("array.json"), "/memory", "", array)
    yield rounds.compare("synthetic / write() from memory", ROUNDS, ours.megabytes_per_second,
                         limit.megabytes_per_second, None)
    yield rounds.compare("synthetic / Lua generator", ROUNDS, ours.megabytes_per_second,
                         lua.megabytes_per_second, 4)

    # FastAPI writes an amount of 101.50 as 101.5: the same records in fewer bytes. So records are compared.
    fastapi = Target(servers.fastapi(), "/fastapi", ENVELOPE, array, same_json)
    yield rounds.compare("synthetic / FastAPI", ROUNDS,
                         lambda: ours.answers_per_second() * records.COUNT / 1000,
                         lambda: fastapi.answers_per_second() * records.COUNT / 1000, 25, "k records/s")


def file(servers):
    array = (servers.dir / "array.json").read_bytes()
    lines = (servers.dir / "lines.ndjson").read_bytes()
    port, _ = servers.nginx()
    as_array = Target(port, "/array.json", "", array).megabytes_per_second
    as_lines = Target(port, "/lines.ndjson", "", lines).megabytes_per_second
    limit = Target(servers.copy_server("lines.ndjson"), "/disk", "", lines).megabytes_per_second
    for name, path, expected, peer, bound in (
            ("file, trusted, ndjson / sendfile", "/file_ndjson", lines, as_lines, 0.9),
            ("file, trusted, ndjson / read() and write()", "/file_ndjson", lines, limit, None),
            ("file, trusted, array / sendfile", "/file", array, as_array, 0.9),
            ("file, checked, array / sendfile", "/checked", array, as_array, None)):
        ours = Target(port, path, "{}", expected)
        yield rounds.compare(name, ROUNDS, ours.megabytes_per_second, peer, bound)


def link(servers):
    servers.link_peer()
    array = (servers.dir / "array.json").read_bytes()
    port, _ = servers.nginx()
    ours = Target(port, "/link", "{}", array)
    proxy = Target(port, "/proxy", "{}", array)
    yield rounds.compare("link / proxy_pass", ROUNDS, ours.megabytes_per_second,
                         proxy.megabytes_per_second, 0.8)


def loop_records_per_second(command):
    """The C loop into a pipe that another process drains."""
    begin = time.monotonic()
    loop = subprocess.Popen(command, stdout=subprocess.PIPE)
    drain = subprocess.Popen(on_core(SERVER_CORE, "dd", "of=/dev/null", "bs=64k", "status=none"),
                             stdin=loop.stdout)
    loop.stdout.close()
    if loop.wait() != 0 or drain.wait() != 0:
        raise SystemExit("tests/bench: sql_loop failed")
    return records.ROWS / (time.monotonic() - begin) / 1000


def sql(servers):
    servers.dataactiond()
    port, _ = servers.nginx()
    # The sidecar and the loop have the same core; the worker and the process that drains have the other.
    command = on_core(CLIENT_CORE, TOOLS / "sql_loop", servers.dir / "rows.db", records.QUERY)
    ours = Target(port, "/sql", "{}", subprocess.run(command, capture_output=True, check=True).stdout)
    yield rounds.compare("sql / plain C loop", ROUNDS,
                         lambda: ours.answers_per_second(1) * records.ROWS / 1000,
                         lambda: loop_records_per_second(command), 0.7, "k records/s")
