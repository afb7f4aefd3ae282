"""`sql` sources end to end: what SQLite has, byte by byte in JSON; parameters by type; locks; cancelled queries."""

import base64
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import threading

import pytest

from support.link import read
from support.memory import SLACK, resident
from support.process import wait_for

MILLION = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
           "SELECT i, 'row ' || i AS text FROM n")
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
QUERIES = {
    "types": "SELECT * FROM types ORDER BY id",
    "echo": "SELECT :a AS a, typeof(:a) AS type",
    "two": "SELECT :first AS f, :second AS s, :first AS again",
    "listed": "SELECT name FROM people WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
    "people": "SELECT id, name FROM people WHERE name = :name",
    "all": "SELECT id, name FROM people ORDER BY id",
    "million": MILLION,
    "forever": FOREVER,
}


def source(name, query, more=""):
    return f'source {name} {{ sql d "{query}"; {more} }}\n'


def block(directory, more=""):
    return (f"database d sqlite:{directory}/d.db busy_timeout=100ms;\n"
            f"database few sqlite:{directory}/d.db max_statements=2;\n"
            + "".join(source(name, query) for name, query in QUERIES.items())
            + source("documents", "SELECT id, document, plain FROM documents ORDER BY id", "json document;")
            + 'source held { sql few "SELECT i FROM (' + MILLION + ')"; }\n' + more)


LOCATIONS = "".join(
    f"location = /{name} {{ dataaction_stream {name}; dataaction_format envelope; }}\n"
    for name in [*QUERIES, "documents", "held"]) + """
location = /lines/million { dataaction_stream million; dataaction_format ndjson; }
location = /short/forever { dataaction_stream forever; dataaction_deadline 300ms; }
location = /huge          { dataaction_stream people; client_max_body_size 20m; }
location = /status        { dataaction_status; }
"""

REALS = [0.1, 1.5, 100.0, 1e300, 5e-324, 1 / 3, -0.0, 123456789.123456789, 1.7976931348623157e308, 2.0**53]
TEXTS = ["", "plain", 'quote " and \\',
         "tab\tline\n\r\b\f", "\u0001\u001f\u007f", "h\u00e9 \u4e16 \U0001F600", "\u2028"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sql")
    database = sqlite3.connect(directory / "d.db")
    with database:
        database.executescript("""
            PRAGMA journal_mode=WAL;
            CREATE TABLE types (id INTEGER PRIMARY KEY, v);
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE documents (id INTEGER PRIMARY KEY, document TEXT, plain TEXT);
        """)
        values = [0, 1, -1, 2**53 + 1, 2**63 - 1, -2**63, *REALS, *TEXTS, None, b"", b"\0\1\2\xff", b"x" * 1000]
        database.executemany("INSERT INTO types (v) VALUES (?)", ((value,) for value in values))
        database.execute("INSERT INTO types (v) VALUES (CAST(x'61ff62c328' AS TEXT)), (CAST(x'610062' AS TEXT))")
        database.execute("INSERT INTO types (v) VALUES (9e999), (-9e999)")
        database.executemany("INSERT INTO people VALUES (?, ?)",
                             ((number, f"name {number}") for number in range(1, 101)))
        database.execute("INSERT INTO people VALUES (101, 'Robert''); DROP TABLE people;--')")
        database.executemany("INSERT INTO documents VALUES (?, ?, ?)",
                             [(1, ' { "a" : [ 1 , 2.50 ] ,\n "b" : null } ', '{"a":1}'), (2, "null", None),
                              (3, None, ""), (4, '"text"', "x"), (5, "12345678901234567890", "y")])
    database.close()
    return directory


@pytest.fixture(scope="module")
def pair(module_servers, files):
    return module_servers.pair(block=block(files), locations=LOCATIONS)


@pytest.fixture(scope="module")
def nginx(pair):
    return pair[0]


def records(nginx, path, parameters=None):
    response = nginx.post(path, parameters or {})
    assert (response.status, response.end) == (200, "complete"), response
    body = response.json()
    assert body["complete"] is True and body["count"] == len(body["records"])
    return body["records"]


def raw_records(response):
    """The records' own bytes."""
    text = response.body.decode()
    return text[len('{"records":['):text.rindex('],"count"')]


def test_every_type(nginx):
    values = [record["v"] for record in records(nginx, "/types")]
    integers = [0, 1, -1, 2**53 + 1, 2**63 - 1, -2**63]
    assert values[:6] == integers
    assert values[6:6 + len(REALS)] == REALS
    at = 6 + len(REALS)
    assert values[at:at + len(TEXTS)] == TEXTS
    at += len(TEXTS)
    assert values[at:at + 4] == [None, "", base64.b64encode(b"\0\1\2\xff").decode(),
                                 base64.b64encode(b"x" * 1000).decode()]
    assert values[at + 4:at + 6] == ["a\ufffdb\ufffd(", "a\0b"]
    assert values[at + 6:] == [None, None], "JSON has no infinity"


def test_reals_are_as_short_as_can_be(nginx):
    text = raw_records(nginx.post("/types"))
    found = re.findall(r'"id":(\d+),"v":([-0-9.e+]+)\}', text)
    texts = {int(number): value for number, value in found}
    assert texts[7] == "0.1" and texts[12] == "0.3333333333333333"
    for number, real in enumerate(REALS, 7):
        assert float(texts[number]) == real
        assert len(texts[number].replace("+", "")) <= len(repr(real)), (texts[number], real)


def test_json_columns(nginx):
    text = raw_records(nginx.post("/documents"))
    assert text == ('{"id":1,"document":{"a":[1,2.50],"b":null},"plain":"{\\"a\\":1}"},'
                    '{"id":2,"document":null,"plain":null},{"id":3,"document":null,"plain":""},'
                    '{"id":4,"document":"text","plain":"x"},{"id":5,"document":12345678901234567890,"plain":"y"}')


INJECTIONS = ["'; DROP TABLE people; --", "1 OR 1=1", "\" OR \"\"=\"", "') UNION SELECT * FROM types --", ":a", "?1",
              "\0", "%", "x" * 100_000]


@pytest.mark.parametrize("value, kind, expected", [
    ("text", "text", "text"), ("", "text", ""), (7, "integer", 7), (-2**63, "integer", -2**63),
    (2**63 - 1, "integer", 2**63 - 1), (1.5, "real", 1.5), (1e3, "real", 1000.0), (True, "integer", 1),
    (False, "integer", 0), (None, "null", None), ([1, "a", None], "text", '[1,"a",null]'),
    ({"k": [{}]}, "text", '{"k":[{}]}'), ("h\u00e9 \U0001F600", "text", "h\u00e9 \U0001F600"),
    *((text, "text", text) for text in INJECTIONS)], ids=range(13 + len(INJECTIONS)))
def test_parameters_keep_their_types(nginx, value, kind, expected):
    assert records(nginx, "/echo", {"a": value}) == [{"a": expected, "type": kind}]


@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
def test_values_are_values(nginx, value):
    assert records(nginx, "/people", {"name": value}) == []


def test_a_name_that_looks_like_sql(nginx):
    assert records(nginx, "/people", {"name": "Robert'); DROP TABLE people;--"}) == [
        {"id": 101, "name": "Robert'); DROP TABLE people;--"}]
    assert len(records(nginx, "/all")) == 101


def test_an_array_for_json_each(nginx):
    assert [record["name"] for record in records(nginx, "/listed", {"ids": [3, 1, 2]})] == [
        "name 1", "name 2", "name 3"]
    assert records(nginx, "/listed", {"ids": []}) == []


def test_missing_parameters_are_named(nginx):
    response = nginx.post("/two", {"second": 1, "third": 2})
    assert response.status == 422
    body = response.json()
    assert (body["code"], body["message"]) == ("dataaction.request.parameter", 'parameter "first" is missing')
    assert body["details"] == [{"errorCode": "dataaction.request.parameter", "fieldName": "first"}]
    assert len(nginx.post("/two").json()["details"]) == 2
    assert records(nginx, "/two", {"first": 1, "second": None}) == [{"f": 1, "s": None, "again": 1}]


def test_more_parameters_than_a_frame_holds(nginx):
    response = nginx.post("/huge", {"name": "x" * (17 << 20)})
    assert (response.status, response.json()["code"]) == (413, "dataaction.request.too_large")
    assert records(nginx, "/people", {"name": "x"}) == []


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "1e999"])
def test_numbers_that_no_type_holds(nginx, text):
    response = nginx.post("/echo", f'{{"a":{text}}}')
    assert response.status in (400, 422), response
    assert nginx.post("/echo", {"a": 1}).status == 200


@pytest.mark.parametrize("limit", [0, 1, 100, 101, 102])
def test_limit(nginx, limit):
    body = nginx.post("/all", {"limit": limit}).json()
    assert [record["id"] for record in body["records"]] == list(range(1, min(limit, 101) + 1))
    assert (body["complete"], body["next"]) == (True, None)
    assert body["reason"] == ("limit" if limit < 101 else None)


def test_a_cursor_is_refused(nginx):
    response = nginx.post("/all", {"cursor": "anything"})
    assert response.status == 422
    assert response.json()["code"] == "dataaction.request.cursor"
    assert response.json()["details"][0]["fieldName"] == "cursor"


@pytest.mark.parametrize("value", ["{", "", "[1,]", "{} {}", '{"a":NaN}'])
def test_a_json_column_that_holds_none(nginx, files, value):
    """The rows before it are delivered; then the answer says what happened."""
    with sqlite3.connect(files / "d.db") as database:
        database.execute("INSERT INTO documents VALUES (6, ?, '')", (value,))
    try:
        response = nginx.post("/documents")
        if response.status == 200:
            body = response.json()
            assert (body["complete"], body["reason"]) == (False, "invalid_record")
            assert [record["id"] for record in body["records"]] == [1, 2, 3, 4, 5]
        else:
            assert (response.status, response.json()["code"]) == (502, "dataaction.source.invalid_record")
    finally:
        with sqlite3.connect(files / "d.db") as database:
            database.execute("DELETE FROM documents WHERE id = 6")


def test_a_million_rows_in_constant_memory(pair):
    nginx, daemon = pair
    nginx.post("/lines/million", {"limit": 1000})
    before = resident(nginx.worker), resident(daemon.pid)
    response = nginx.post("/lines/million")
    assert response.end == "complete"
    assert response.body.count(b"\n") == 1_000_000
    assert response.body.endswith(b'{"i":1000000,"text":"row 1000000"}\n')
    after = resident(nginx.worker), resident(daemon.pid)
    assert after[0] - before[0] < SLACK and after[1] - before[1] < SLACK, (before, after)


def cpu_ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def rests(pid):
    """Whether a process uses no time any more."""
    seen = [cpu_ticks(pid)]

    def look():
        seen.append(cpu_ticks(pid))
        return len(seen) > 10 and seen[-1] == seen[-11]
    wait_for(look, "a daemon that rests")


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_query_without_a_row_is_cancelled_with_its_client(pair, how):
    nginx, daemon = pair
    connection = nginx.connect()
    connection.send_request("POST", "/forever", b"{}")
    began = cpu_ticks(daemon.pid)
    wait_for(lambda: cpu_ticks(daemon.pid) > began + 5, "the query to run")
    getattr(connection, how)()
    wait_for(lambda: nginx.status()["sources"]["forever"]["active"] == 0, "no active stream")
    rests(daemon.pid)


def test_a_query_without_a_row_is_cancelled_by_the_deadline(pair):
    nginx, daemon = pair
    response = nginx.post("/short/forever")
    assert (response.status, response.json()["code"]) == (504, "dataaction.deadline")
    rests(daemon.pid)


def test_a_slow_client_holds_no_thread(pair):
    """More streams that wait for their clients than there are threads, and another one runs."""
    nginx, daemon = pair
    waiting = []
    for _ in range(12):
        connection = nginx.connect(receive_buffer=4096)
        connection.send_request("POST", "/million", b"{}")
        waiting.append(connection)
    wait_for(lambda: nginx.status()["sources"]["million"]["active"] == 12, "twelve streams")
    assert len(records(nginx, "/all")) == 101
    rests(daemon.pid)
    for connection in waiting:
        connection.reset()
    wait_for(lambda: nginx.status()["sources"]["million"]["active"] == 0, "no active stream")


def test_max_statements(pair):
    nginx, _ = pair
    waiting = []
    for _ in range(2):
        connection = nginx.connect(receive_buffer=4096)
        connection.send_request("POST", "/held", b"{}")
        assert connection.read_head().status == 200
        waiting.append(connection)
    response = nginx.post("/held")
    assert (response.status, response.json()["code"]) == (503, "dataaction.database.busy")
    assert response.header("Retry-After") == "1"
    waiting[0].reset()
    wait_for(lambda: nginx.post("/held", {"limit": 1}).status == 200, "a free statement")
    waiting[1].reset()


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
database.execute("INSERT INTO t VALUES (1000000)")
print("locked", flush=True)
sys.stdin.read()
database.execute("ROLLBACK")
"""


class Writer:
    """Another process that holds a write lock until it is told to go."""

    def __init__(self, path):
        self.process = subprocess.Popen([sys.executable, "-c", WRITER, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "locked\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate("", timeout=30)
        assert self.process.returncode == 0


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_writer_that_locks(servers, directory, mode):
    """Without WAL a writer keeps readers out: 503, for as long as `busy_timeout` says. With it, it does not."""
    path = directory / "w.db"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode={mode}")
    with database:
        database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO t VALUES (?)", ((number,) for number in range(1000)))
    nginx, _ = servers.pair(
        block=f'database d sqlite:{path} busy_timeout=50ms; source t {{ sql d "SELECT i FROM t"; }}',
        locations="location = / { dataaction_stream t; }")
    assert len(nginx.post("/").json()) == 1000
    with Writer(path):
        response = nginx.post("/")
        if mode == "DELETE":
            assert (response.status, response.json()["code"]) == (503, "dataaction.database.busy")
            assert response.header("Retry-After") == "1"
        else:
            assert len(response.json()) == 1000
    assert len(nginx.post("/").json()) == 1000
    database.close()


def test_a_lock_that_goes_in_time(servers, directory):
    """The statement waits for it, up to `busy_timeout`, and holds no thread meanwhile."""
    path = directory / "w.db"
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)")
    other = sqlite3.connect(directory / "other.db")
    other.execute("PRAGMA user_version = 1")
    other.close()
    nginx, _ = servers.pair(
        block=f"""
            sql_threads  1;
            database  d  sqlite:{path} busy_timeout=20s;
            database  o  sqlite:{directory}/other.db;
            source    t      {{ sql d "SELECT i FROM t"; }}
            source    other  {{ sql o "SELECT 1 AS one"; }}
        """,
        locations="""
            location = /       { dataaction_stream t; }
            location = /other  { dataaction_stream other; }
            location = /status { dataaction_status; }
        """)
    with Writer(path):
        connection = nginx.connect()
        connection.send_request("POST", "/", b"{}")
        wait_for(lambda: nginx.status()["sources"]["t"]["active"] == 1, "the stream")
        assert nginx.post("/other").json() == [{"one": 1}]
    assert read(connection).json() == []
    database.close()


def test_writers_in_mid_stream_do_not_disturb(servers, directory):
    """A stream sees one state of the database, whatever is written meanwhile (WAL)."""
    path = directory / "w.db"
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    with database:
        database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT)")
        database.executemany("INSERT INTO t VALUES (?, 'old')", ((number,) for number in range(100_000)))
    nginx, _ = servers.pair(block=f'database d sqlite:{path}; source t {{ sql d "SELECT i, v FROM t ORDER BY i"; }}',
                            locations="location = / { dataaction_stream t; dataaction_format ndjson; }")
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", "/", b"{}")
    head = connection.read_head()
    with database:
        database.execute("UPDATE t SET v = 'new'")
        database.execute("DELETE FROM t WHERE i > 50000")
    response = connection.read_body(head)
    assert response.end == "complete"
    assert response.body == "".join(f'{{"i":{number},"v":"old"}}\n' for number in range(100_000)).encode()
    assert nginx.post("/").body.count(b'"v":"new"') == 50_001
    database.close()


def test_a_schema_that_changes_between_requests(servers, directory):
    path = directory / "w.db"
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE t (a INTEGER)")
        database.execute("INSERT INTO t VALUES (1)")
    nginx, _ = servers.pair(block=f'database d sqlite:{path}; source t {{ sql d "SELECT * FROM t"; }}',
                            locations="location = / { dataaction_stream t; }")
    assert nginx.post("/").json() == [{"a": 1}]
    with database:
        database.execute("ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'")
    assert nginx.post("/").json() == [{"a": 1, "b": "x"}]
    with database:
        database.execute("DROP TABLE t")
    response = nginx.post("/")
    assert (response.status, response.json()["code"]) == (502, "dataaction.database.error")
    assert "no such table" not in response.body.decode()
    with database:
        database.execute("CREATE TABLE t (c REAL)")
        database.execute("INSERT INTO t VALUES (0.5)")
    assert nginx.post("/").json() == [{"c": 0.5}]
    database.close()


def test_many_clients_at_once(nginx):
    failures = []

    def client(number):
        for _ in range(10):
            got = nginx.post("/echo", {"a": number}).json()["records"]
            if got != [{"a": number, "type": "integer"}]:
                failures.append((number, got))
    clients = [threading.Thread(target=client, args=(number,)) for number in range(16)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join(60)
    assert not failures, json.dumps(failures[:3])
