"""What the simulator tells of what it was asked, and what may be asked of it."""

import http.client
import json
import socket
import threading

import pytest

from simulator.testing import TIMEOUT


def test_the_journal(simulator, client):
    client.ask_token({"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}, None)
    client.details(size=3)
    client.get("/api/v2/nothing?a=b&a=c")
    client.send("GET", "/api/v2/ipranges", None, [("Authorization", "Bearer wrong"), ("X-A", "1"), ("X-A", "2")])
    entries = simulator.requests()
    assert [(entry["route"], entry["status"]) for entry in entries] == [
        ("token", 200), ("token", 200), ("first_page", 200), ("unknown", 404), ("ipranges", 401)]
    assert entries[0]["body"] == [["grant_type", "client_credentials"], ["client_id", "client"],
                                  ["client_secret", "(secret)"]]
    assert ["Authorization", "Basic client"] in entries[1]["headers"]
    number = [value for name, value in entries[2]["headers"] if name == "Authorization"][0].split()[-1]
    assert int(number) == simulator.state()["tokens"]["issued"]
    assert entries[2]["body"]["paging"] == {"pageSize": 3, "pageNumber": 1}
    assert (entries[3]["path"], entries[3]["query"]) == ("/api/v2/nothing", [["a", "b"], ["a", "c"]])
    assert ["Authorization", "Bearer unknown"] in entries[4]["headers"]
    assert [value for name, value in entries[4]["headers"] if name == "X-A"] == ["1", "2"]
    assert [entry["number"] for entry in simulator.requests(since=3)] == [4, 5]
    assert "secret" not in json.dumps(entries).replace("client_secret", "").replace("(secret)", "")
    state = simulator.state()
    assert (state["counts"]["token"], state["counts"]["first_page"], state["peaks"]["token"]) == (2, 1, 1)
    assert state["connections"] == 5


def test_one_connection_carries_many(simulator, client):
    client.bearer()
    connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=TIMEOUT)
    for _ in range(3):
        connection.request("GET", "/api/v2/ipranges", headers=dict([client.bearer()]))
        assert connection.getresponse().read()
    connection.close()
    assert len({entry["connection"] for entry in simulator.requests("ipranges")}) == 1


def test_peaks_count_what_is_under_way_at_once(simulator, client):
    simulator.settings(page_delay_ms=200)
    client.bearer()
    threads = [threading.Thread(target=client.details) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert simulator.state()["peaks"]["first_page"] >= 2


# --- control

@pytest.mark.parametrize("name, body", [
    ("settings", {"nothing": 1}), ("settings", {"count": "5"}), ("settings", {"count": True}),
    ("settings", {"dialect": "other"}), ("faults", {"route": "other"}), ("faults", {"route": "token"}),
    ("faults", {"route": "token", "do": "other"}), ("faults", {"route": "token", "status": 500, "times": 0}),
    ("faults", {"route": "token", "status": 500, "more": 1}), ("tokens", {"do": "other"}), ("clock", {}),
    ("faults", {"route": "token", "do": "stall", "after": "x"}),
    ("faults", {"route": "token", "do": "truncate", "after": "nothing"}),
])
def test_control_says_what_it_does_not_know(simulator, client, name, body):
    before = simulator.settings()
    with pytest.raises(AssertionError, match="error"):
        simulator.control("POST", name, body)
    assert simulator.settings() == before and simulator.faults() == []


@pytest.mark.parametrize("field, values", [
    ("status", [42, -5, 0, 100, 101, 199, 600, 1000, True, "500", 500.5]), ("times", [0, -1, True, "twice", 1.5]),
    ("skip", [-1, "1", True]), ("delay_ms", [-1, "1"]), ("bytes", [-1, "1"]), ("after", [-1, 1.5, True]),
    ("headers", [[], {"A": 5}, {"A": "b\r\nC: d"}, {"A b": "c"}, {"": "a"}, {"A": "ü"}]),
    ("retry_after", ["1\r\nA: b", {"date": "x"}, {}]),
])
def test_a_fault_that_cannot_be_is_named(simulator, field, values):
    for value in values:
        fault = {"route": "first_page", "status": 500, field: value}
        with pytest.raises(AssertionError, match=field):
            simulator.control("POST", "faults", fault)
        with pytest.raises(AssertionError, match=field):
            simulator.control("POST", "faults", [{"route": "token", "status": 500}, {**fault, "do": "html"}])
    assert simulator.faults() == []


@pytest.mark.parametrize("status", [200, 205, 226, 299, 308, 418, 451, 599])
def test_any_other_status_is_one(simulator, client, status):
    client.bearer()
    simulator.fault("ipranges", status=status)
    assert client.get("/api/v2/ipranges").status == status


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(simulator, client, status):
    """What comes after its head is the next answer."""
    simulator.fault("ipranges", status=status)
    request = f"GET /api/v2/ipranges HTTP/1.1\r\nHost: x\r\n{': '.join(client.bearer())}\r\n"
    with socket.create_connection(("127.0.0.1", simulator.port), TIMEOUT) as link:
        link.sendall(f"{request}\r\n{request}Connection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: link.recv(65536), b""))
    first, second = received.split(b"\r\n\r\n")[:2]
    assert first.startswith(b"HTTP/1.1 %d " % status) and second.startswith(b"HTTP/1.1 200 ")


def test_reset_leaves_only_tokens(simulator, client):
    client.details()
    simulator.settings(count=5, dialect="tutorial")
    simulator.fault("token", status=500)
    simulator.reset()
    assert simulator.requests() == [] and simulator.faults() == []
    assert client.details().json["totalHits"] == 1000
    assert simulator.count("token") == 0
