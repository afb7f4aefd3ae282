"""Deadline and size: no answer is longer than agreed, and each says how it ended in the way its protocol has."""

import json

import pytest

from support import records
from support.certificate import make_certificate
from support.http1 import BROKEN
from support.twice import twice

BLOCK = """
source endless { synthetic transactions; records 1000000000000; }
source ten { synthetic transactions; records 10; }
"""
# The rate keeps an endless answer small; the deadline comes while nginx holds bytes back.
DEADLINE = "dataaction_deadline 80ms; limit_rate 8m;"
SIZE = "dataaction_max_size 300k;"
FORMS = ("array", "batches", "ndjson", "envelope")


def locations():
    for limit, directive in (("deadline", DEADLINE), ("size", SIZE)):
        for form in FORMS:
            for action in ("abort", "truncate"):
                yield (f"location = /{limit}/{form}/{action} {{ dataaction_stream endless; dataaction_format {form}; "
                       f"dataaction_batch_size 70; dataaction_on_error {action}; {directive} }}")
            yield (f"location = /{limit}/{form}/default {{ dataaction_stream endless; dataaction_format {form}; "
                   f"{directive} }}")
    yield "location = /tiny { dataaction_stream endless; dataaction_max_size 1k; }"
    yield ("location = /late { dataaction_stream ten; dataaction_deadline 20ms; }\n"
           "location = /none { dataaction_stream ten; dataaction_deadline 0; }")


@pytest.fixture(scope="module")
def nginx(module_servers):
    return module_servers.nginx(block=BLOCK, locations="\n".join(locations()))


@pytest.fixture(scope="module")
def nginx_tls(module_servers):
    directory = module_servers.directory()
    return module_servers.nginx(block=BLOCK, locations="\n".join(locations()), listen="ssl http2",
                                server=make_certificate(directory))


@pytest.fixture(scope="module")
def nginx_h2c(module_servers):
    return module_servers.nginx(block=BLOCK, locations="\n".join(locations()), listen="http2")


def check_truncated(form, body, reason):
    """A valid document of the first records, which says that it is not all where the format can say it."""
    if form == "ndjson":
        assert body.endswith(b"}\n")
        count = body.count(b"\n")
        assert body == records.ndjson(records.texts("transactions", count))
        return
    document = json.loads(body)
    if form == "batches":
        count = sum(len(batch) for batch in document)
        assert body == records.batches(records.texts("transactions", count), 70)
    elif form == "array":
        assert body == records.array(records.texts("transactions", len(document)))
    else:
        assert (document["complete"], document["reason"]) == (False, reason)
        assert document["next"]
        assert body == records.envelope(records.texts("transactions", document["count"]), False, f'"{reason}"',
                                        json.dumps(document["next"]))


def check_prefix(form, body):
    """Of a broken answer: what came is the beginning of the right one, and not a whole one."""
    count = body.count(b'"id":') + 1
    texts = records.texts("transactions", count)
    whole = records.batches(texts, 70) if form == "batches" else getattr(records, form)(texts)
    assert body and whole.startswith(body) and body != whole


def test_abort_sends_what_fits_before_it_breaks(servers):
    """As many records as a truncated answer has; less only where the client does not take them at once."""
    nginx = servers.nginx(block=BLOCK, locations="\n".join(
        f"location = /{action} {{ dataaction_stream endless; dataaction_format ndjson; dataaction_on_error {action}; "
        "dataaction_max_size 100k; }" for action in ("abort", "truncate")))
    whole, broken = nginx.post("/truncate"), nginx.post("/abort")
    assert (whole.end, whole.body) == ("complete", broken.body) and broken.end in BROKEN
    assert {fields[4] for fields in nginx.access_lines(2)} == {str(whole.body.count(b"\n"))}


both = pytest.mark.parametrize("limit", ["deadline", "size"])
forms = pytest.mark.parametrize("form", FORMS)


@both
@forms
@twice
def test_truncate(nginx, limit, form):
    response = nginx.post(f"/{limit}/{form}/truncate")
    assert (response.status, response.framing, response.end) == (200, "chunked", "complete")
    check_truncated(form, response.body, limit)


@both
@forms
@twice
def test_truncate_over_http_1_0(nginx, limit, form):
    response = nginx.post(f"/{limit}/{form}/truncate", version="1.0")
    assert (response.status, response.framing, response.end) == (200, "close", "eof")
    check_truncated(form, response.body, limit)


@both
@forms
@twice
def test_abort_leaves_the_last_chunk_out(nginx, limit, form):
    response = nginx.post(f"/{limit}/{form}/abort")
    assert (response.status, response.framing) == (200, "chunked") and response.end in BROKEN
    check_prefix(form, response.body)


@both
@forms
@twice
def test_abort_over_http_1_0_is_a_reset(nginx, limit, form):
    response = nginx.post(f"/{limit}/{form}/abort", version="1.0")
    assert (response.status, response.framing, response.end) == (200, "close", "reset")
    check_prefix(form, response.body)


@both
@twice
def test_abort_over_http_1_0_keepalive_is_a_reset(nginx, limit):
    response = nginx.post(f"/{limit}/array/abort", version="1.0", headers=[("Connection", "keep-alive")])
    assert (response.status, response.framing, response.end) == (200, "close", "reset")


@both
@forms
@twice
def test_tls(nginx_tls, limit, form):
    truncated = nginx_tls.connect(tls=True).post(f"/{limit}/{form}/truncate")
    assert truncated.end == "complete"
    check_truncated(form, truncated.body, limit)
    aborted = nginx_tls.connect(tls=True).post(f"/{limit}/{form}/abort")
    assert (aborted.framing, aborted.end != "complete") == ("chunked", True)
    check_prefix(form, aborted.body)


@both
@twice
def test_tls_over_http_1_0_has_no_clean_end(nginx_tls, limit):
    truncated = nginx_tls.connect(tls=True).post(f"/{limit}/envelope/truncate", version="1.0")
    assert (truncated.framing, truncated.end) == ("close", "eof")
    aborted = nginx_tls.connect(tls=True).post(f"/{limit}/envelope/abort", version="1.0")
    assert aborted.framing == "close" and aborted.end in ("reset", "ragged")


@pytest.mark.parametrize("tls", [False, True])
@both
@forms
@twice
def test_http2(nginx_h2c, nginx_tls, tls, limit, form):
    nginx = nginx_tls if tls else nginx_h2c
    connection = nginx.connect_h2(tls=tls)
    aborted = connection.post(f"/{limit}/{form}/abort")
    assert (aborted.status, aborted.end) == (200, "reset") and aborted.error != 0
    check_prefix(form, aborted.body)
    # The connection and its other streams go on.
    truncated = connection.post(f"/{limit}/{form}/truncate")
    assert (truncated.status, truncated.end) == (200, "complete")
    check_truncated(form, truncated.body, limit)


@forms
def test_the_default_is_by_format(nginx, form):
    response = nginx.post(f"/size/{form}/default")
    assert response.end in (("complete",) if form == "envelope" else BROKEN)


def test_out_of_time_before_the_first_byte(nginx):
    connection = nginx.connect()
    connection.send("POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert connection.read_head().status == 100  # the request has begun
    # On the worker's own clock more than 20 ms pass: another request ends by its deadline of 80 ms.
    assert nginx.post("/deadline/envelope/truncate").json()["reason"] == "deadline"
    connection.send("{}")
    response = connection.read_response()
    assert (response.status, response.json()["code"]) == (504, "dataaction.deadline")


@twice
def test_out_of_room_before_the_first_byte(nginx):
    """What would be broken off, and has not begun, is better said by a status."""
    response = nginx.post("/tiny")
    assert (response.status, response.json()["code"]) == (502, "dataaction.source.too_large")


def test_no_deadline(nginx):
    assert len(nginx.post("/none").json()) == 10


class TestEverySize:
    """dataaction_max_size holds to the byte, with the tail, whatever the size."""

    SIZES = range(1024, 1024 + 260)

    @pytest.fixture(scope="class")
    def nginx(self, module_servers):
        path = module_servers.directory() / "endless.ndjson"
        path.write_bytes(records.ndjson(records.texts("transactions", 100)))
        return module_servers.nginx(block=f"{BLOCK}\nsource file {{ file {path}; }}", locations="\n".join(
            f"location = /{source}/{form}/{size} {{ dataaction_stream {source}; dataaction_format {form}; "
            f"dataaction_batch_size 3; dataaction_on_error truncate; dataaction_max_size {size}; }}"
            for source in ("endless", "file") for form in FORMS for size in self.SIZES))

    @forms
    @pytest.mark.parametrize("batch_size", [3, 1000])
    @pytest.mark.parametrize("source", ["endless", "file"])
    def test_to_the_byte(self, nginx, source, form, batch_size):
        connection = nginx.connect()
        longest = 0
        # A record and its separator; the synthetic source keeps room for its longest record.
        record = 124 if source == "file" else 320
        tail = 200 if form == "envelope" else 3
        for size in self.SIZES:
            body = connection.post(f"/{source}/{form}/{size}", {"batch_size": batch_size}).body
            assert size - record - tail < len(body) <= size
            longest = max(longest, len(body))
            if form == "ndjson":
                assert body.endswith(b"}\n")
            else:
                json.loads(body)
        if source == "file" and form != "envelope":
            assert longest > max(self.SIZES) - 124

    @forms
    def test_an_answer_that_just_fits_is_whole(self, servers, directory, form):
        texts = records.texts("transactions", 10)
        whole = records.batches(texts, 3) if form == "batches" else getattr(records, form)(texts)
        path = directory / "ten.ndjson"
        path.write_bytes(records.ndjson(texts))
        directives = (f"dataaction_stream ten; dataaction_format {form}; dataaction_batch_size 3; "
                      "dataaction_on_error truncate;")
        # Room is kept for the longest tail that may become necessary.
        reserve = 200 if form == "envelope" else 3
        nginx = servers.nginx(block=f"source ten {{ file {path}; }}", locations=(
            f"location = /fits {{ {directives} dataaction_max_size {len(whole) + reserve}; }}\n"
            f"location = /short {{ {directives} dataaction_max_size {len(whole) - 1}; }}"))
        assert nginx.post("/fits").body == whole
        assert nginx.post("/short").body.count(b'"id"') < 10
