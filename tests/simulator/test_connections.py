"""Connections that break, stall and end as they were told to, and the process that serves them."""

import json
import os
import socket
import ssl
import subprocess

import pytest

from simulator.testing import JOBS, QUERY, TIMEOUT, Client
from support.process import ROOT, wait_for
from support.simulator import Simulator


def connect(simulator, client, tls=False):
    """A connection on which a details query was just sent."""
    body = json.dumps({"interval": "2024-01-01T00:00Z/2024-01-02T00:00Z",
                       "paging": {"pageSize": 100, "pageNumber": 1}})
    head = (f"POST {QUERY} HTTP/1.1\r\nHost: x\r\n{': '.join(client.bearer())}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    link = socket.create_connection(("127.0.0.1", simulator.ports["tls_port" if tls else "port"]), TIMEOUT)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        link = context.wrap_socket(link)
    link.sendall((head + body).encode())
    if tls:  # Python says of a reset within TLS that it was an end: what is read is what is on the wire
        link = socket.socket(fileno=link.detach())
        link.settimeout(TIMEOUT)
    return link


def read_all(link):
    """(Bytes, how the connection ended)"""
    received = b""
    with link:
        while True:
            try:
                piece = link.recv(65536)
            except ConnectionResetError:
                return received, "reset"
            if not piece:
                return received, "end"
            received += piece


@pytest.mark.parametrize("tls", [False, True])
def test_a_reset_in_the_middle_of_a_body(simulator, client, tls):
    simulator.fault("first_page", "reset", after=1000)
    received, end = read_all(connect(simulator, client, tls))
    assert end == "reset" and len(received) > 1000
    assert simulator.requests("first_page")[0]["outcome"] == "reset"


def test_a_reset_before_anything(simulator, client):
    simulator.fault("first_page", "reset", after="nothing")
    assert read_all(connect(simulator, client)) == (b"", "reset")


def test_an_end_in_the_middle_of_a_body(simulator, client):
    simulator.fault("first_page", "close")
    received, end = read_all(connect(simulator, client))
    assert end == "end" and received.startswith(b"HTTP/1.1 200") and not received.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("after", ["nothing", 0, 1000])
def test_a_stall(simulator, client, after):
    simulator.fault("first_page", "stall", after=after)
    link = connect(simulator, client)
    wait_for(lambda: simulator.state()["under_way"] == 1, "the request")
    if after != "nothing":
        assert link.recv(12) == b"HTTP/1.1 200"
    assert simulator.requests("first_page")[0]["outcome"] == "under way"
    assert client.get("/api/v2/ipranges").status == 200  # others go on
    simulator.release()
    received, _ = read_all(link)
    assert (len(received) > 1000) == (after == 1000)
    wait_for(lambda: simulator.state()["under_way"] == 0, "the end of the request")
    assert simulator.requests("first_page")[0]["outcome"] == "stall"


def test_a_client_that_goes_is_seen(simulator, client):
    simulator.fault("first_page", "stall", times=2)
    simulator.fault("first_page", "oversize", bytes=1 << 30)
    for _ in range(3):
        connect(simulator, client).close()
    wait_for(lambda: simulator.state()["under_way"] == 0, "the end of the requests")
    assert [entry["outcome"] for entry in simulator.requests("first_page")] == ["client gone"] * 3


def test_a_client_that_goes_within_its_request(simulator, client):
    with socket.create_connection(("127.0.0.1", simulator.port), TIMEOUT) as link:
        link.sendall(f"POST {QUERY} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{".encode())
    assert client.details().status == 200


def test_delays_hold_back_one_answer(simulator, client):
    simulator.fault("first_page", "delay", delay_ms=3_600_000)
    link = connect(simulator, client)
    wait_for(lambda: simulator.state()["under_way"] == 1, "the request")
    assert client.details().status == 200
    link.close()


def test_the_ports_stay_over_a_restart(shared, simulator):
    url = shared.url
    shared.fault("ipranges", "stall")
    client = Client(shared)
    link = connect(shared, client)
    shared.stop()
    with pytest.raises(ConnectionRefusedError):
        client.send("GET", "/")
    link.close()
    shared.start()
    assert shared.url == url and Client(shared).details().status == 200


@pytest.mark.parametrize("dialect, path", [("genesys", "/oauth/token"), ("tutorial", "/oauth/token"),
                                           ("tutorial", "/api/v2/oauth/token")])
def test_hosts_apart(tmp_path, authority, dialect, path):
    """A request that comes to the wrong one is none that the platform knows."""
    simulator = Simulator(tmp_path, apart=True, tls=authority[1:], dialect=dialect)
    try:
        login, api = Client(simulator, host="login_"), Client(simulator)
        for _ in range(2):
            login.token = api.token = login.ask_token(path=path).json["access_token"]
            assert api.get("/api/v2/ipranges").status == 200
            assert api.ask_token(path=path).error() == (404, "not.found")
            for target in ("/api/v2/ipranges", "/api/v2/tokens/me", QUERY, JOBS):
                assert login.get(target).error() == login.post(target, {}).error() == (404, "not.found")
            assert [entry["status"] for entry in simulator.requests()] == [200, 200] + [404] * 9
            ports = simulator.ports
            simulator.stop()
            simulator.start()
            assert simulator.ports == ports and set(ports) == {"port", "tls_port", "login_port", "login_tls_port"}
    finally:
        simulator.stop()


def test_it_ends_with_its_standard_input():
    process = subprocess.Popen(["/usr/bin/python3", "-m", "simulator", "--stdin"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONPATH": str(ROOT / "tests")})
    assert json.loads(process.stdout.readline())["port"]
    process.stdin.close()
    assert process.wait(TIMEOUT) == 0
    process.stdout.close()
