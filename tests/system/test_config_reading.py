"""What a correct configuration means: includes, quotes, escapes, units, inheritance."""

import hashlib
import re

import pytest

from support import records
from support.process import wait_for
from support.twice import twice


def test_includes_with_globs_in_both_blocks(servers, directory):
    (directory / "b.conf").write_text("source b { include kind.conf; records 2; }")
    (directory / "a.conf").write_text("source a { synthetic transactions; records 1; }")
    (directory / "none").mkdir()
    nginx = servers.nginx(block=f"include {directory}/[ab].conf;\ninclude {directory}/none/*.conf;", start=False)
    (nginx.directory / "kind.conf").write_text("synthetic nested;")
    nginx.write_conf(locations="location = /a { dataaction_stream a; } location = /b { dataaction_stream b; }")
    nginx.start()
    assert nginx.post("/a").body == records.array(records.texts("transactions", 1))
    assert nginx.post("/b").body == records.array(records.texts("nested", 2))


@pytest.mark.parametrize("name, written", [
    ("with space", '"{path}"'),
    ("with 'quotes\"", "'{directory}/with \\'quotes\"'"),
    ("a;b{c}", '"{path}"'),
    ("back\\slash", '"{directory}/back\\\\slash"'),
    ("plain", "{path}"),
    ("semi", "{directory}/se\\mi"),
    ("$dollar", "{path}"),
])
def test_quotes_and_escapes(servers, directory, name, written):
    if name == "semi":
        name = "se\\mi"  # nginx keeps the backslash before what needs none
    path = directory / name
    path.write_text('{"here":1}\n')
    nginx = servers.nginx(
        block=f"# a comment with {{ and ;\nsource s{{file {written.format(path=path, directory=directory)};}}# more",
        locations="location / { dataaction_stream s; }")
    assert nginx.post().body == b'[{"here":1}]'


def test_a_relative_file_is_beside_the_configuration(servers):
    nginx = servers.nginx(block="source s { file data/x.ndjson; }", locations="location / { dataaction_stream s; }",
                          start=False)
    (nginx.directory / "data").mkdir()
    (nginx.directory / "data" / "x.ndjson").write_text('{"here":1}\n')
    nginx.start()
    assert nginx.post().body == b'[{"here":1}]'


@pytest.mark.parametrize("text", ["28s", "500ms", "10m", "1h 30m", "1d", "0", "90"])
def test_times(servers, text):
    nginx = servers.nginx(block=f'shutdown_timeout "{text}"; source s {{ synthetic nested; }}', start=False)
    assert nginx.check_conf() == (0, "")


def test_no_block_at_all(servers):
    nginx = servers.nginx(block=None, locations="location / { return 200 ok; } location = /e { dataaction_error; }")
    assert nginx.get().body == b"ok"
    assert nginx.get("/e").status == 404


def test_status_without_a_block(servers):
    nginx = servers.nginx(block=None, locations="location / { dataaction_status; }")
    response = nginx.get()
    assert response.status == 200 and response.json()["sources"] == {}


def test_an_empty_block(servers):
    nginx = servers.nginx(block="", locations="location / { dataaction_status; }")
    assert nginx.get().json()["sources"] == {}


# Each delivery directive: (what to write, what a request then shows).

def form_of(nginx, path):
    body = nginx.post(path, {"limit": 2}).body
    beginnings = ((b"[[", "batches"), (b"[{", "array"), (b'{"records"', "envelope"), (b'{"id"', "ndjson"))
    return next(name for beginning, name in beginnings if body.startswith(beginning))


@twice
def check_inheritance(nginx, probe, expected):
    assert {path: probe(nginx, path) for path in expected} == expected


def inherit(servers, name, values, probe, shown, extra="", more="", count=2000, block=None):
    """`values` and `shown`: of http, of server, of the location that says otherwise."""
    stream = "dataaction_stream t;"
    at_http, at_server, at_location = (f"{name} {value};" if value else "" for value in values)
    nginx = servers.nginx(
        http=f"{at_http}\n{extra}",
        server=at_server,
        locations=f"location = /inherits {{ {stream} }}\n"
                  f"location = /own {{ {stream} {at_location} }}\n"
                  f"location /above/ {{ {at_location} location = /above/nested {{ {stream} }} }}\n" + more,
        block=block or f"source t {{ synthetic transactions; records {count}; }}")
    check_inheritance(nginx=nginx, probe=probe, expected={
        "/inherits": shown[1] if at_server else shown[0], "/own": shown[2], "/above/nested": shown[2]})


@pytest.mark.parametrize("at_server", [True, False])
class TestInheritance:
    """http to server to location to a location inside it; the innermost wins."""

    def values(self, at_server, first, second, third):
        return first, second if at_server else "", third

    def test_format(self, servers, at_server):
        inherit(servers, "dataaction_format", self.values(at_server, "ndjson", "envelope", "batches"), form_of,
                ("ndjson", "envelope", "batches"))

    def test_batch_size(self, servers, at_server):
        def probe(nginx, path):
            body = nginx.post(path, {"limit": 100}).json()
            return len(body[0]), nginx.post(path, {"batch_size": 21}).status
        inherit(servers, "dataaction_batch_size", self.values(at_server, "3 max=20", "4 max=21", "5"), probe,
                ((3, 422), (4, 200), (5, 200)), extra="dataaction_format batches;")

    def test_max_size(self, servers, at_server):
        def probe(nginx, path):
            return len(nginx.post(path).body) // 1024
        inherit(servers, "dataaction_max_size", self.values(at_server, "9k", "20k", "off"), probe,
                (8, 19, len(records.array(records.texts("transactions", 2000))) // 1024),
                extra="dataaction_on_error truncate;")

    def test_on_error(self, servers, at_server):
        def probe(nginx, path):
            return nginx.post(path).end == "complete"
        values = ("truncate", "abort", "truncate") if at_server else ("truncate", "", "abort")
        shown = (True, False, True) if at_server else (True, None, False)
        inherit(servers, "dataaction_on_error", values, probe, shown,
                extra="dataaction_max_size 100k; dataaction_buffer_size 4k;")

    def test_input(self, servers, at_server):
        def probe(nginx, path):
            envelope = nginx.post(path, {"action_id": "a", "session_id": "s", "parameters": {"limit": 1}})
            return envelope.body.count(b'"id"'), nginx.post(path, {"limit": 1}).status
        inherit(servers, "dataaction_input", self.values(at_server, "flat", "envelope", "auto"), probe,
                ((2000, 200), (1, 422), (1, 200)))

    def test_api_key_file(self, servers, at_server, directory):
        for name in ("one", "two"):
            (directory / name).write_text(f"{hashlib.sha256(name.encode()).hexdigest()} {name}\n")

        def probe(nginx, path):
            return tuple(nginx.post(path, {"limit": 1}, headers=[(header, key)]).status
                         for header, key in (("X-API-Key", "one"), ("X-Mine", "two"), ("X-No", "")))
        values = self.values(at_server, f"{directory}/one", f"{directory}/two header=X-Mine", "off")
        inherit(servers, "dataaction_api_key_file", values, probe,
                ((200, 403, 403), (403, 200, 403), (200, 200, 200)))

    def test_deadline(self, servers, at_server):
        def probe(nginx, path):
            return nginx.post(path).json()["reason"]
        values = ("50ms", "1h", "60ms") if at_server else ("50ms", "", "0")
        shown = ("", "size", "deadline") if at_server else ("deadline", "", "size")
        # The rate lets 3 MB through at once and then makes the answer wait, but not for as long as an hour.
        inherit(servers, "dataaction_deadline", values, probe, shown, count=100_000,
                extra="dataaction_format envelope; limit_rate 3m; dataaction_max_size 3200k;")

    def test_pass(self, servers, at_server):
        def probe(nginx, path):
            seen = len(nginx.errors())
            assert nginx.post(path).status == 502
            return re.search(r"connect\(\) to unix:/none/(\w+) failed", nginx.errors()[seen:])[1]
        inherit(servers, "dataaction_pass", self.values(at_server, "unix:/none/a", "unix:/none/b", "unix:/none/c"),
                probe, ("a", "b", "c"), block='database d sqlite:/none/d; source t { sql d "SELECT 1"; }')

    def test_max_streams(self, servers, at_server):
        def probe(nginx, path):
            """How many streams run at once."""
            held = []
            while True:
                connection = nginx.connect(receive_buffer=4096)
                connection.send_request("POST", path, {})
                response = connection.read_head()
                if response.status == 503:
                    break
                held.append(connection)
            for connection in held:
                connection.close()
            wait_for(lambda: nginx.status("/zone")["sources"]["t"]["active"] == 0, "the end of all")
            return len(held)
        inherit(servers, "dataaction_max_streams", self.values(at_server, "1", "2", "3"), probe, (1, 2, 3),
                count=1_000_000_000, more="location = /zone { dataaction_status; }")
