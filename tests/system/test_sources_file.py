"""`file`: every kind of file, and files that change while they are read."""

import os

import pytest

from support.http1 import BROKEN
from support.process import wait_for
from support.twice import twice

LOCATIONS = """
location = /array { dataaction_stream s; }
location = /envelope { dataaction_stream s; dataaction_format envelope; }
location = /ndjson { dataaction_stream s; dataaction_format ndjson; }
location = /small { dataaction_stream s; dataaction_format envelope; dataaction_buffer_size 4k; }
location = /small/abort { dataaction_stream s; dataaction_buffer_size 4k; }
location = /trusted { dataaction_stream trusted; }
location = /small/trusted { dataaction_stream trusted; dataaction_format envelope; dataaction_buffer_size 4k; }
location = /trusted/envelope { dataaction_stream trusted; dataaction_format envelope; }
location = /status { dataaction_status; }
"""


@pytest.fixture
def path(directory):
    return directory / "s.ndjson"


@pytest.fixture
def start(servers, path):
    def go(content=None, block="", **options):
        if content is not None:
            path.write_bytes(content)
        return servers.nginx(block=f"source s {{ file {path}; }} source trusted {{ file {path} trusted; }}\n{block}",
                             locations=LOCATIONS, **options)
    return go


@pytest.mark.parametrize("content, values", [
    (b"", []), (b"1\n", [1]), (b"1", [1]),
    (b'{"a":1}\n[2]\n"x"\nnull\ntrue\n-1.5e3\n', [{"a": 1}, [2], "x", None, True, -1500.0]),
    (b"1\r\n2\r\n", [1, 2]), (b" 1 \n\t2\n", [1, 2]), ('{"é":"\\u0000\\ud83d\\ude00"}\n'.encode(), [{"é": "\0😀"}]),
])
@pytest.mark.parametrize("place", ["/array", "/trusted"])
def test_contents(start, content, values, place):
    nginx = start(content)
    for _ in range(2):
        response = nginx.post(place)
        assert (response.status, response.end) == (200, "complete")
        assert response.json() == values


@pytest.mark.parametrize("content, line, before", [
    (b"{\n1\n", 1, 0), (b"1\n\n2\n", 2, 1), (b"1\n2\n{]\n", 3, 2), (b"1\n2 3\n", 2, 1), (b"1\n\xff\n", 2, 1),
    (b"\n", 1, 0), (b"1\n{", 2, 1), (b"1\n\"\x00\"\n", 2, 1), (b"1\nNaN\n", 2, 1), (b"1\n   \n", 2, 1),
    (b'"x"\n' * 5000 + b"oops\n", 5001, 5000),
])
@twice
def test_a_line_that_is_not_json(start, path, content, line, before):
    nginx = start(content)
    response = nginx.post("/envelope", headers=[("ININ-Correlation-Id", "caller-7")])
    if before:
        answer = response.json()
        assert (response.status, answer["count"], answer["complete"], answer["reason"]) == (
            200, before, False, "invalid_record")
    else:
        assert (response.status, response.json()["code"]) == (502, "dataaction.source.invalid_record")
    nginx.wait_for_log(rf'\[error\] .* source file "{path}": line {line} is bad: byte \d+: .+, context: caller-7,')
    response = nginx.post("/array")
    assert response.status == 502 or response.end in BROKEN


def test_max_record_size_holds_within_the_buffer(start):
    nginx = start(b'"' + b"x" * 4094 + b'"\n' + b'"' + b"x" * 4095 + b'"\n', block="max_record_size 4k;")
    answer = nginx.post("/envelope").json()
    assert (answer["count"], answer["complete"], answer["reason"]) == (1, False, "invalid_record")
    nginx.wait_for_log(r"line 2 is bad: byte 4096: the line is longer than max_record_size")


@pytest.mark.parametrize("content, what", [(b"\n1\n", "the line is empty"),
                                           (b"\xef\xbb\xbf1\n", "a byte order mark, which JSON has none of")])
def test_what_an_editor_leaves_behind(start, content, what):
    nginx = start(content)
    assert nginx.post("/array").status == 502
    nginx.wait_for_log(f"line 1 is bad: byte 0: {what}")


def test_trusted_lines_are_not_checked(start):
    """Whoever says `trusted` answers for the file."""
    nginx = start(b'{"a":tru}\n1\n')
    assert nginx.post("/trusted").body == b'[{"a":tru},1]'


def test_but_an_unfinished_last_line_is(start):
    nginx = start(b'{"a":1}\n{"b":')
    answer = nginx.post("/trusted/envelope").json()
    assert (answer["records"], answer["complete"], answer["reason"]) == ([{"a": 1}], False, "invalid_record")


def test_no_file_is_no_reason_not_to_start(start, path):
    nginx = start()
    for _ in range(2):
        response = nginx.post("/array")
        assert (response.status, response.json()["code"]) == (502, "dataaction.source.unavailable")
        assert str(path) not in response.body.decode()
    nginx.wait_for_log(rf'cannot open "{path}" \(2: No such file')
    path.write_text("1\n")
    assert nginx.post("/array").json() == [1]


def test_a_directory(start, path):
    path.mkdir()
    nginx = start()
    response = nginx.post("/array")
    assert (response.status, response.json()["code"]) == (502, "dataaction.source.unavailable")


def test_a_fifo_does_not_hang_the_worker(start, path):
    os.mkfifo(path)
    nginx = start()
    response = nginx.post("/array")
    assert (response.status, response.json()["code"]) == (502, "dataaction.source.unavailable")


def test_no_permission(start, path):
    nginx = start(b"1\n", user="www-data")
    path.chmod(0o600)
    response = nginx.post("/array")
    assert (response.status, response.json()["code"]) == (502, "dataaction.source.unavailable")
    nginx.wait_for_log(r"\(13: Permission denied\)")
    path.chmod(0o644)
    assert nginx.post("/array").json() == [1]


@pytest.mark.parametrize("size", [4095, 4096, 4097, 65535, 65536, 65537, 300_000, 1 << 20])
@pytest.mark.parametrize("ending", [b"\n", b""])
def test_records_around_the_size_of_a_buffer(start, size, ending):
    record = b'"' + b"x" * (size - 2) + b'"'
    nginx = start(b'"first"\n' + record + b'\n"between"\n' + record + ending)
    for place in ("/small", "/envelope"):
        answer = nginx.post(place).json()
        assert (answer["count"], answer["complete"]) == (4, True)
        assert answer["records"] == ["first", record[1:-1].decode(), "between", record[1:-1].decode()]


@pytest.mark.parametrize("place, line", [("/small", "line 2"), ("/small/trusted", "the line at byte 8")])
@pytest.mark.parametrize("ending", [b"\n", b""])
def test_a_record_above_the_maximum(start, place, line, ending):
    nginx = start(b'"first"\n"' + b"x" * 5000 + b'"' + ending, block="max_record_size 4k;")
    answer = nginx.post(place).json()
    assert (answer["records"], answer["complete"], answer["reason"]) == (["first"], False, "invalid_record")
    nginx.wait_for_log(f"{line} is longer than max_record_size")


def test_a_record_of_just_the_maximum(start):
    record = b'"' + b"x" * 4094 + b'"'
    nginx = start(record + b"\n" + record, block="max_record_size 4k;")
    for place in ("/small", "/trusted"):
        response = nginx.post(place)
        assert response.status == 200 and response.body.count(b"x" * 4094) == 2


# --- files that change while they are read: the client holds the answer back

LINES = [f'{{"n":{number},"pad":"{"p" * 80}"}}' for number in range(40000)]  # more than sockets hold


def hold(nginx, place):
    """An answer that has begun and that waits for its client."""
    before = nginx.status()["sources"]["s"]["stalls"]
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", place, {})
    head = connection.read_head()
    wait_for(lambda: nginx.status()["sources"]["s"]["stalls"] > before, "a full socket")
    return connection, head


@pytest.fixture
def big(start, path):
    return start(("\n".join(LINES) + "\n").encode())


@twice
def test_a_file_that_grows_ends_where_it_ended(big, path):
    connection, head = hold(big, "/envelope")
    with path.open("a") as out:
        out.write('{"n":"late"}\n')
    answer = connection.read_body(head).json()
    assert (answer["complete"], answer["count"] % 10000) in ((True, 0), (True, 1))
    assert [record["n"] for record in answer["records"][:40000]] == list(range(40000))
    path.write_text("\n".join(LINES) + "\n")


@pytest.mark.parametrize("place, end", [("/small", ("complete",)), ("/small/abort", BROKEN)])
@twice
def test_a_file_that_shrinks(big, path, place, end):
    path.write_text("\n".join(LINES) + "\n")
    connection, head = hold(big, place)
    with path.open("r+") as file:
        file.truncate(10)
    response = connection.read_body(head)
    assert response.status == 200 and response.end in end
    if place == "/small":
        answer = response.json()
        assert (answer["complete"], answer["reason"]) == (False, "source_changed")
        assert [record["n"] for record in answer["records"]] == list(range(answer["count"]))
    big.wait_for_log("became shorter while it was read")


@twice
def test_a_file_that_is_replaced_is_read_to_its_end(big, path):
    path.write_text("\n".join(LINES) + "\n")
    connection, head = hold(big, "/envelope")
    (path.parent / "new").write_text('{"n":"new"}\n')
    (path.parent / "new").rename(path)
    answer = connection.read_body(head).json()
    assert (answer["complete"], answer["count"]) == (True, 40000)
    assert big.post("/array").json() == [{"n": "new"}]


def test_an_unfinished_line_of_a_file_that_grows_is_left_out(start, path):
    """The writer is in the middle of a line: it was not there yet."""
    nginx = start(("\n".join(LINES) + "\n" + '{"n":').encode())
    connection, head = hold(nginx, "/envelope")
    with path.open("a") as out:
        out.write('"late"}\n')
    answer = connection.read_body(head).json()
    assert (answer["complete"], answer["count"]) == (True, 40000)


@pytest.mark.parametrize("place", ["/envelope", "/small"])
@twice
def test_from_a_cold_cache(big, path, place):
    path.write_text("\n".join(LINES) + "\n")
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    response = big.post(place)
    assert (response.end, response.json()["count"]) == ("complete", 40000)


def test_clients_that_go_while_the_disk_is_read(big, path):
    for _ in range(20):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        connection = big.connect()
        connection.send_request("POST", "/small", {})
        connection.reset()
    wait_for(lambda: big.status()["sources"]["s"]["active"] == 0, "the end of all")
    assert big.post("/envelope").json()["count"] == 40000
