"""Where nginx's upstream and the module hand a request to each other, or to another location."""

import pytest

from support import fake_sidecar as fake
from support.link import BLOCK, LOCATIONS, Link, body_of, is_refused, texts
from support.process import wait_for

MORE = """
location = /first  { dataaction_stream t; dataaction_format envelope; error_page 502 503 504 = @second; }
location @second   { dataaction_stream made; dataaction_format envelope; }
location = /both   { dataaction_stream t; error_page 502 = @again; }
location @again    { dataaction_stream t; }
location = /mirrored { mirror /mirror; mirror_request_body on; dataaction_stream made; dataaction_format envelope;
                       limit_rate 200k; }
location = /mirror { internal; dataaction_deadline 100ms; dataaction_stream t; }
location = /small  { dataaction_stream t; dataaction_buffer_size 4k; }
location = /patient { dataaction_stream t; dataaction_format ndjson; dataaction_read_timeout 200ms;
                      dataaction_deadline 0; }
location = /clock  { dataaction_stream t; dataaction_read_timeout 400ms; }
"""


@pytest.fixture
def link(servers):
    link = Link(servers, block=BLOCK + "source made { synthetic transactions; records 2000; }\n",
                locations=LOCATIONS + MORE,
                log_format="$uri $dataaction_source $dataaction_records $dataaction_complete $dataaction_reason")
    yield link
    link.close()


def test_a_webhook_may_be_the_error_page_of_another(link):
    for refusal, keep in ((fake.error(502), True), (fake.error(503), True), (b"", False)):
        link.sidecar.says(refusal, keep)
        body = link.ask("/first").json()
        assert (body["count"], body["complete"]) == (2000, True)
    sources = link.nginx.status()["sources"]
    assert (sources["made"]["ends"]["complete"], sources["made"]["active"], sources["t"]["active"]) == (3, 0, 0)


def test_the_last_refusal_counts(link):
    answers = iter([fake.error(502, code="dataaction.a"), fake.error(504, code="dataaction.b")])
    link.sidecar.says(lambda peer, request: peer.send(next(answers)) or fake.KEEP)
    is_refused(link.ask("/both"), 504, "dataaction.b")


def test_a_mirror_does_not_end_its_request(link):
    link.sidecar.says(fake.whole(texts(3)))
    body = link.ask("/mirrored").json()
    assert (body["count"], body["complete"]) == (2000, True)
    assert link.active() == 0


@pytest.mark.parametrize("end", [fake.end(2, complete=0), fake.end(2, complete=0, reason=b"limit"),
                                 fake.end(2, complete=1, reason=b"deadline"), fake.end(2, complete=0, reason=b"client"),
                                 fake.end(2, complete=0, reason=b"refused")])
def test_an_end_that_contradicts_itself(link, end):
    link.sidecar.says(fake.head() + fake.data(fake.lines(texts(2))) + end)
    body = link.ask("/envelope/truncate").json()
    assert (body["count"], body["complete"]) == (2, False)
    assert body["reason"] in ("upstream", "deadline")


def test_a_refusal_larger_than_the_buffer(link):
    details = [("dataaction.request.parameter", "p" * 200)] * 32
    link.sidecar.says(fake.error(422, code="dataaction.request.parameter", details=details))
    response = link.ask("/small")
    is_refused(response, 422, "dataaction.request.parameter")
    assert len(response.json()["details"]) == 32


def test_the_time_of_the_client_is_not_the_sidecars(link):
    """The client stops reading until the sidecar's timeout has passed; the sidecar had more all the time."""
    expected = texts(600000)
    answer = fake.whole(expected)  # made now: it takes longer than /patient waits
    answers = iter([lambda peer: peer.send(answer), lambda peer: peer.receive(1)])
    link.sidecar.says(lambda peer, request: next(answers)(peer))
    connection = link.nginx.connect()
    connection.send_request("POST", "/patient", b"{}")
    wait_for(lambda: link.nginx.status()["sources"]["t"]["stalls"], "a client that does not read")
    assert link.ask("/clock").status == 504, "which takes longer than /patient's timeout"
    response = connection.read_body(connection.read_head())
    assert (response.status, response.end) == (200, "complete")
    assert response.body == body_of("/ndjson/abort", expected)
