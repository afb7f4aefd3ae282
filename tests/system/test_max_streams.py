"""dataaction_max_streams: how many run at once, how many wait, and that no place is ever lost."""

import pytest

from support.process import wait_for
from support.twice import twice

BLOCK = """
source endless { synthetic nested; records 1000000000000; }
source ten { synthetic nested; records 10; }
"""
LOCATIONS = """
location = /one { dataaction_max_streams 1; dataaction_stream endless; }
location = /queue { dataaction_max_streams 1 queue=2 timeout=1h; dataaction_stream endless; }
location = /short { dataaction_max_streams 1 queue=1 timeout=50ms; dataaction_stream endless; }
location /shared/ { dataaction_max_streams 1; location = /shared/a { dataaction_stream endless; }
    location = /shared/b { dataaction_stream ten; } }
location = /status { dataaction_status; }
"""


@pytest.fixture(scope="module")
def nginx(module_servers):
    return module_servers.nginx(block=BLOCK, locations=LOCATIONS)


def active(nginx):
    return nginx.status()["sources"]["endless"]["active"]


def hold(nginx, path):
    connection = nginx.connect(receive_buffer=4096)
    connection.send_request("POST", path, {})
    assert connection.read_head().status == 200
    return connection


def overloaded(response):
    assert (response.status, response.json()["code"], response.header("Retry-After"), response.end) == (
        503, "dataaction.overloaded", "1", "complete")


@pytest.fixture(autouse=True)
def _all_places_are_free_again(nginx):
    yield
    for connection in nginx.connections:
        connection.close()
    wait_for(lambda: active(nginx) == 0, "the end of all streams")


@twice
def test_without_a_queue(nginx):
    first = hold(nginx, "/one")
    connection = nginx.connect()
    for _ in range(3):
        overloaded(connection.post("/one"))
    first.close()
    wait_for(lambda: active(nginx) == 0, "the first's end")
    hold(nginx, "/one").close()
    wait_for(lambda: active(nginx) == 0, "the second's end")


@twice
def test_the_queue_is_served_in_order(nginx):
    first = hold(nginx, "/queue")
    waiting = []
    for _ in range(2):
        waiting.append(nginx.connect(receive_buffer=4096))
        waiting[-1].send_request("POST", "/queue", {})
        # The next is sent when this one is known to wait: an answer on the same worker came after it.
        assert active(nginx) == 1
    overloaded(nginx.post("/queue"))
    for connection in (first, *waiting):
        if connection is not first:
            assert connection.read_head().status == 200
        assert active(nginx) == 1
        connection.close()
    wait_for(lambda: active(nginx) == 0, "the end")


@twice
def test_who_leaves_the_queue_takes_no_place(nginx):
    first = hold(nginx, "/queue")
    for _ in range(3):
        for _ in range(2):
            waiting = nginx.connect()
            waiting.send_request("POST", "/queue", {})
            assert active(nginx) == 1
            waiting.close()
    last = nginx.connect(receive_buffer=4096)
    last.send_request("POST", "/queue", {})
    first.close()
    assert last.read_head().status == 200
    last.close()
    wait_for(lambda: active(nginx) == 0, "the end")


@twice
def test_the_queue_has_a_timeout(nginx):
    hold(nginx, "/short")
    overloaded(nginx.post("/short"))
    for connection in nginx.connections:
        connection.close()
    wait_for(lambda: active(nginx) == 0, "the end")


@twice
def test_locations_share_what_they_inherit(nginx):
    first = hold(nginx, "/shared/a")
    overloaded(nginx.post("/shared/b"))
    first.close()
    wait_for(lambda: active(nginx) == 0, "the end")
    for _ in range(5):
        assert len(nginx.post("/shared/b").json()) == 10


@twice
def test_refusals_take_no_place(nginx):
    for body in (b"{", b'{"cursor":"A"}', b'{"limit":-1}'):
        for _ in range(3):
            assert nginx.post("/one", body).status in (400, 422)
    hold(nginx, "/one").close()
    wait_for(lambda: active(nginx) == 0, "the end")
