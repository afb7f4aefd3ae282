"""The link under what nginx does to a response, and under clients that are slow or go away."""

import gzip
import threading

import pytest

from support import fake_sidecar as fake
from support.fake_sidecar import KEEP
from support.link import BLOCK, Link, body_of, is_broken, is_whole, read, texts
from support.memory import SLACK, resident
from support.process import wait_for

FORMS = {"array/abort": "", "envelope/truncate": "dataaction_format envelope;"}
LOCATIONS = "".join(f"""
    location = /{form}          {{ dataaction_stream t; {format} }}
    location = /gzip/{form}     {{ dataaction_stream t; {format} gzip on; gzip_types application/json; }}
    location = /sub/{form}      {{ dataaction_stream t; {format} sub_filter '"n"' '"m"'; sub_filter_once off;
                                  sub_filter_types application/json; }}
    location = /limited/{form}  {{ dataaction_stream t; {format} limit_rate 200k; }}
    location = /trickling/{form} {{ dataaction_stream t; {format} limit_rate 4k; }}
    location = /deadline/{form} {{ dataaction_stream t; {format} dataaction_deadline 300ms; }}
    location = /sized/{form}    {{ dataaction_stream t; {format} dataaction_max_size 64k; }}
""" for form, format in FORMS.items()) + "location = /status { dataaction_status; }"

MANY = texts(20000)
WHOLE = fake.whole(MANY)
BROKEN = fake.head() + fake.data(fake.lines(MANY[:5000]))


@pytest.fixture(scope="module")
def link(module_servers):
    link = Link(module_servers, block=BLOCK, locations=LOCATIONS)
    yield link
    link.close()


@pytest.fixture(scope="module")
def h2_link(module_servers):
    link = Link(module_servers, block=BLOCK, locations=LOCATIONS, listen="http2")
    yield link
    link.close()


def endless(peer, _):
    """Records until nobody takes them."""
    peer.send(fake.head())
    piece = fake.data(fake.lines(texts(5000)))
    while True:
        peer.send(piece)


def closes(answer):
    def close(peer, _):
        peer.send(answer)
    return close


@pytest.mark.parametrize("form", FORMS)
def test_http_1_0(link, form):
    """The end of the connection is the end of the body; broken off it is a reset."""
    link.sidecar.says(WHOLE)
    response = link.ask(f"/{form}", version="1.0")
    assert (response.status, response.framing, response.end) == (200, "close", "eof")
    assert response.body == body_of(form, MANY)

    link.sidecar.says(closes(BROKEN))
    response = link.ask(f"/{form}", version="1.0")
    if form == "array/abort":
        assert response.end == "reset"
    else:
        assert response.end == "eof"
        body = response.json()
        assert (body["complete"], body["reason"], body["count"]) == (False, "upstream", 5000)


@pytest.mark.parametrize("form", FORMS)
def test_http_2(h2_link, form):
    h2_link.sidecar.says(WHOLE)
    connection = h2_link.nginx.connect_h2()
    response = connection.post(f"/{form}")
    assert (response.status, response.end, response.body) == (200, "complete", body_of(form, MANY))

    h2_link.sidecar.says(closes(BROKEN))
    response = connection.post(f"/{form}")
    if form == "array/abort":
        assert response.end == "reset"
    else:
        body = response.json()
        assert (response.end, body["complete"], body["reason"], body["count"]) == ("complete", False, "upstream", 5000)
    # Other streams of that connection go on.
    h2_link.sidecar.says(WHOLE)
    assert connection.post(f"/{form}").body == body_of(form, MANY)


@pytest.mark.parametrize("form", FORMS)
def test_gzip(link, form):
    headers = [("Accept-Encoding", "gzip")]
    link.sidecar.says(WHOLE)
    response = link.ask(f"/gzip/{form}", headers=headers)
    assert (response.header("Content-Encoding"), response.end) == ("gzip", "complete")
    assert gzip.decompress(response.body) == body_of(form, MANY)

    link.sidecar.says(closes(BROKEN))
    response = link.ask(f"/gzip/{form}", headers=headers)
    if form == "array/abort":
        assert response.end == "eof"
        with pytest.raises(EOFError):
            gzip.decompress(response.body or b"\x1f\x8b")
    else:
        response.body = gzip.decompress(response.body)
        is_broken(form, response, MANY[:5000])


@pytest.mark.parametrize("form", FORMS)
def test_sub_filter(link, form):
    link.sidecar.says(WHOLE)
    response = link.ask(f"/sub/{form}")
    assert (response.end, response.body) == ("complete", body_of(form, MANY).replace(b'"n"', b'"m"'))


@pytest.mark.parametrize("form", FORMS)
def test_limit_rate(link, form):
    """nginx's unbuffered upstream would ignore it. That it holds shows in the sidecar: what it could write is far
    less than what a client that does not read takes up in buffers."""
    link.sidecar.says(WHOLE)
    is_whole(form, link.ask(f"/limited/{form}"), MANY)
    link.sidecar.says(endless)
    connection = link.nginx.connect()
    connection.send_request("POST", f"/trickling/{form}", b"{}")
    wait_for(lambda: link.sidecar.served, "the request")
    (peer,) = link.sidecar.served
    counts = []
    wait_for(lambda: counts.append(peer.sent) or len(counts) >= 20, "twenty looks")
    assert 0 < counts[-1] < 1 << 20
    connection.reset()
    wait_for(lambda: peer not in link.sidecar.peers, "the end of the sidecar's connection")


def stuck(peer):
    """Whether the sidecar could not write for a while: each look finds the same count."""
    counts = []

    def same():
        counts.append(peer.sent)
        return len(counts) >= 20 and len(set(counts[-20:])) == 1
    wait_for(same, "a sidecar that cannot write")
    return counts[-1]


@pytest.mark.parametrize("form", FORMS)
def test_a_client_that_does_not_read_stops_the_sidecar(link, form):
    """And costs the worker next to nothing; and when it reads after all, everything is there."""
    total = 400
    piece = fake.data(fake.lines(texts(5000)))

    def answer(peer, _):
        peer.send(fake.head())
        for _ in range(total):
            peer.send(piece)
        peer.send(fake.end(5000 * total))
        return KEEP
    link.sidecar.says(WHOLE)
    link.ask()
    link.sidecar.disconnect()
    before = resident(link.nginx.worker)
    link.sidecar.says(answer)
    connection = link.nginx.connect(receive_buffer=4096)
    connection.send_request("POST", f"/{form}", b"{}")
    wait_for(lambda: link.sidecar.served, "the request")
    (peer,) = link.sidecar.served
    sent = stuck(peer)
    assert sent < 8 << 20 < total * len(piece)
    response = read(connection)
    assert response.end == "complete"
    assert response.body.count(b"{") == 5000 * total + (form != "array/abort")
    assert resident(link.nginx.worker) - before < SLACK
    assert link.nginx.status()["sources"]["t"]["stalls"] > 0


@pytest.mark.parametrize("form", FORMS)
def test_a_client_that_reads_a_little_at_a_time(link, form):
    link.sidecar.says(fake.whole(MANY[:2000]))
    connection = link.nginx.connect(receive_buffer=2048)
    connection.send_request("POST", f"/{form}", b"{}")
    raw = b""
    while not raw.endswith(b"0\r\n\r\n"):
        raw += connection.receive(97)
    connection.buffer = raw
    is_whole(form, read(connection), MANY[:2000])


@pytest.mark.parametrize("how", ["reset", "close", "half_close"])
@pytest.mark.parametrize("form", FORMS)
def test_a_client_that_goes_cancels_the_work(link, form, how):
    link.sidecar.says(endless)
    connection = link.nginx.connect(receive_buffer=4096)
    connection.send_request("POST", f"/{form}", b"{}")
    connection.receive()
    (peer,) = link.sidecar.served
    stuck(peer)
    getattr(connection, how)()
    wait_for(lambda: peer not in link.sidecar.peers, "the end of the sidecar's connection")
    wait_for(lambda: link.active() == 0, "no active stream")


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("said", [b"", fake.head(), fake.head() + fake.data(b"{}\n")])
def test_a_client_that_goes_while_the_sidecar_thinks(link, said, how):
    thinking = threading.Event()

    def answer(peer, _):
        peer.send(said)
        thinking.set()
        peer.wait_closed()
    link.sidecar.says(answer)
    connection = link.nginx.connect()
    connection.send_request("POST", "/array/abort", b"{}")
    assert thinking.wait(fake.TIMEOUT)
    getattr(connection, how)()
    wait_for(lambda: not link.sidecar.served[0] in link.sidecar.peers, "the end of the sidecar's connection")
    wait_for(lambda: link.active() == 0, "no active stream")


def test_a_stream_of_http_2_that_is_reset(h2_link):
    h2_link.sidecar.says(endless)
    connection = h2_link.nginx.connect_h2(window=65535, acknowledge=False)
    stream = connection.send_request("POST", "/array/abort", b"{}")
    while not connection.responses[stream].body:
        connection.read_some()
    (peer,) = h2_link.sidecar.served
    assert stuck(peer) < 8 << 20
    connection.reset_stream(stream)
    wait_for(lambda: peer not in h2_link.sidecar.peers, "the end of the sidecar's connection")


@pytest.mark.parametrize("form", FORMS)
def test_the_deadline_ends_an_endless_stream(link, form):
    link.sidecar.says(endless)
    response = link.ask(f"/deadline/{form}")
    if form == "array/abort":
        assert response.end == "eof"
    else:
        body = response.json()
        assert (response.end, body["complete"], body["reason"]) == ("complete", False, "deadline")
        assert len(body["records"]) == body["count"]
    link.sidecar.wait_no_peers()


@pytest.mark.parametrize("form", FORMS)
def test_the_deadline_of_a_client_that_does_not_read(link, form):
    link.sidecar.says(endless)
    connection = link.nginx.connect(receive_buffer=4096)
    connection.send_request("POST", f"/deadline/{form}", b"{}")
    wait_for(lambda: link.sidecar.served and link.sidecar.served[0] not in link.sidecar.peers,
             "the end of the sidecar's connection")
    response = read(connection)
    if form == "array/abort":
        assert response.end in ("eof", "reset")
    else:
        assert response.end == "complete" and response.json()["complete"] is False


@pytest.mark.parametrize("form", FORMS)
def test_the_size_budget(link, form):
    link.sidecar.says(endless)
    response = link.ask(f"/sized/{form}")
    assert len(response.body) <= 64 << 10
    assert link.sidecar.requests[0].budget == 64 << 10
    if form == "array/abort":
        assert response.end == "eof"
    else:
        body = response.json()
        assert (response.end, body["complete"], body["reason"]) == ("complete", False, "size")
        assert len(response.body) > (64 << 10) - 1024  # the tail might have had a cursor
    link.sidecar.wait_no_peers()


def test_many_at_once(link):
    """Each gets its own answer; half of them are broken off and none of the others notices."""
    def answer(peer, request):
        records = texts(300, request.parameters["first"])
        for piece in range(0, 300, 50):
            peer.send((fake.head() if piece == 0 else b"") + fake.data(fake.lines(records[piece:piece + 50])))
            if piece == 150 and request.parameters["first"] % 2:
                return None
        peer.send(fake.end(300))
        return KEEP
    link.sidecar.says(answer)
    failures = []

    def client(first):
        try:
            for _ in range(5):
                response = link.ask("/envelope/truncate", {"first": first})
                if first % 2:
                    is_broken("/envelope/truncate", response, texts(200, first))
                else:
                    is_whole("/envelope/truncate", response, texts(300, first))
        except AssertionError as failure:
            failures.append(failure)
    clients = [threading.Thread(target=client, args=(1000 + number,)) for number in range(16)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join(60)
    assert not failures, failures[0]
