"""Rows in bytes of a worker's memory."""

import contextlib
import socket
import subprocess
import time

from rounds import Row
from servers import CLIENT_CORE, TOOLS, on_core, wait_for
from throughput import fetch

CLIENTS = 1000
FLAT_SECONDS = 60
HUGE = 4 << 30


def rss(pid):
    """KiB resident, as the kernel counts them page by page."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))


def silent_client(port, path):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", port))
    client.sendall(f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: 2\r\n\r\n{{}}".encode())
    return client


def settled(pid):
    """Whether the worker has had nothing to do for a while."""
    def ticks():
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[11:13]
    before = ticks()
    time.sleep(0.5)
    return ticks() == before


def memory(servers):
    servers.link_peer()
    workers = {}
    with contextlib.ExitStack() as clients:
        for kind, path in (("synthetic", "/huge"), ("link", "/link")):
            port, pid = servers.nginx(kind)
            fetch(port, "/synthetic" if kind == "synthetic" else path, "{}")
            before = rss(pid)
            silent = [clients.enter_context(silent_client(port, path)) for _ in range(CLIENTS)]
            for client in silent:
                if client.recv(12, socket.MSG_PEEK) != b"HTTP/1.1 200":
                    raise SystemExit(f"tests/bench: {kind}: a client got no stream")
            wait_for(lambda: settled(pid), f"{kind}: all clients stalled")
            workers[kind] = pid, before, []
        end = time.monotonic() + FLAT_SECONDS
        while time.monotonic() < end:
            for pid, _, samples in workers.values():
                samples.append(rss(pid))
            time.sleep(1)
    for kind, (_, before, samples) in workers.items():
        each = [(sample - before) / CLIENTS for sample in samples]
        yield Row(f"{CLIENTS} silent clients, {kind}: KiB each", f"{before} -> {samples[-1]} KiB", "", each, 80,
                  at_most=True, form="{:.1f}")
        yield Row(f"  the same, change in {FLAT_SECONDS} s: KiB", "", "", [max(samples) - min(samples)], 1023,
                  at_most=True, form="{:.0f}")


def huge(servers):
    port, pid = servers.nginx()
    fetch(port, "/synthetic", "{}")
    before = rss(pid)
    growth = [0]
    client = subprocess.Popen(on_core(CLIENT_CORE, TOOLS / "first_byte", port, 1, "{}", "/huge"),
                              stdout=subprocess.PIPE, text=True)
    while client.poll() is None:
        growth.append(rss(pid) - before)
        time.sleep(0.02)
    if client.returncode != 0 or int(client.stdout.read().split()[2]) < HUGE:
        raise SystemExit("tests/bench: the huge answer failed")
    yield Row("one answer of 4 GiB: KiB of RSS", f"{before} -> {before + max(growth)} KiB", "", [max(growth)], 1023,
              at_most=True, form="{:.0f}")
