"""Rows of a search: through sidecar and worker beside the tutorial's generator, on the same replayed platform."""

import contextlib
import json
import os
import resource
import socket
import statistics
import subprocess
import time
import urllib.request

import rounds
from memory import rss
from rounds import Row
from servers import BENCH, BUILD, CLIENT_CORE, PYTHON, SERVER_CORE, TOOLS, on_core
from throughput import fetch

PAGE = 200
PAGES = 500
SLOW_PAGES, SLOW_MS = 60, 50
LARGE_PAGES = 10000
MANY, MANY_RATE = 1000, 600
ROUNDS = 5


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Ours:
    """A client that takes the whole of a search once; what it needs itself does not count."""

    def __init__(self, port, path, pages, pids):
        self._command = on_core(CLIENT_CORE, TOOLS / "first_byte", port, 1, "{}", path)
        self._records = pages * PAGE
        self._pids = pids
        lines = fetch(port, path, "{}").count(b"\n")
        if lines != self._records:
            raise SystemExit(f"tests/bench: {path} has {lines} records")
        self.cpu = []  # seconds a record

    def seconds(self):
        """Of one search: the tool makes two."""
        before = sum(map(cpu_seconds, self._pids))
        begin = time.monotonic()
        if subprocess.run(self._command, stdout=subprocess.DEVNULL).returncode != 0:
            raise SystemExit("tests/bench: a search failed")
        elapsed = (time.monotonic() - begin) / 2
        self.cpu.append((sum(map(cpu_seconds, self._pids)) - before) / 2 / self._records)
        return elapsed

    def records_per_second(self):
        return self._records / self.seconds() / 1000


class Program:
    """One that searches by itself and writes a record a line into a pipe. `waits`: it runs already when it is asked."""

    def __init__(self, pages, *command, waits=False):
        self._command = on_core(SERVER_CORE, *command, *(["wait"] if waits else []))
        self._records = pages * PAGE
        self._waits = waits
        self.cpu = []  # seconds a record

    def records_per_second(self):
        before = children_seconds()
        begin = time.monotonic()
        program = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._waits:
            program.stdout.readline()
            before += cpu_seconds(program.pid)
            begin = time.monotonic()
            program.stdin.write(b"\n")
        program.stdin.close()
        lines = 0
        while piece := program.stdout.read1(1 << 20):
            lines += piece.count(b"\n")
        elapsed = time.monotonic() - begin
        if program.wait() != 0 or lines != self._records:
            raise SystemExit(f"tests/bench: {self._command} wrote {lines} records")
        self.cpu.append((children_seconds() - before) / self._records)
        return self._records / elapsed / 1000


def compare(name, ours, generator):
    """Two rows: records a second, and CPU seconds a record."""
    yield rounds.compare(f"{name} / Python generator", ROUNDS, ours.records_per_second, generator.records_per_second,
                         10, "k records/s")
    micro = [value * 1e6 for value in ours.cpu], [value * 1e6 for value in generator.cpu]
    yield Row(f"{name}: CPU a record, generator / ours", *(f"{statistics.median(times):.2f} us" for times in micro),
              [theirs / own for own, theirs in zip(*micro)], 20)


def at_once(port):
    """MANY searches of one page each, begun together; when all have come whole."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(MANY):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=300))
            client.sendall(b"POST /many HTTP/1.0\r\nHost: bench\r\nContent-Length: 2\r\n\r\n{}")
            clients.append(client)
        for client in clients:
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
            lines = answer.partition(b"\r\n\r\n")[2].count(b"\n")
            if lines != PAGE:
                raise SystemExit(f"tests/bench: one of {MANY} searches has {lines} records")


def search(servers):
    fast, many = servers.replay_server(PAGES, 0), servers.replay_server(1, 0)
    port, worker, daemon = servers.search({"fast": fast, "slow": servers.replay_server(SLOW_PAGES, SLOW_MS),
                                           "large": servers.replay_server(LARGE_PAGES, 0), "many": many},
                                          {"many": MANY_RATE})
    generator = [PYTHON, BENCH / "search_generator.py", f"http://127.0.0.1:{fast}"]
    terminal = [BUILD / "dataactionctl", "search", "status:completed", "-c", servers.dir / "search_block.conf",
                "--platform", "fast", "--page-size", PAGE, "-q"]
    yield from compare("search", Ours(port, "/fast", PAGES, (worker, daemon)),
                       Program(PAGES, *generator, waits=True))
    yield from compare("search at the terminal", Program(PAGES, *terminal), Program(PAGES, *generator))

    slow = Ours(port, "/slow", SLOW_PAGES, (worker, daemon))
    limit = SLOW_PAGES * SLOW_MS / 1000
    taken = [slow.seconds() for _ in range(ROUNDS)]
    yield Row(f"search, {SLOW_MS} ms a page / {SLOW_PAGES} pages of it", rounds.rate_text([t * 1000 for t in taken], "ms"),
              f"{limit * 1000:.0f} ms", [t / limit for t in taken], 1.1, at_most=True)

    before = rss(daemon)
    growth = [0]
    client = subprocess.Popen(on_core(CLIENT_CORE, TOOLS / "first_byte", port, 1, "{}", "/large"),
                              stdout=subprocess.DEVNULL)
    while client.poll() is None:
        growth.append(rss(daemon) - before)
        time.sleep(0.02)
    if client.returncode != 0:
        raise SystemExit("tests/bench: the large search failed")
    yield Row(f"search of {LARGE_PAGES * PAGE} records: KiB of RSS", f"{before} -> {before + max(growth)} KiB", "",
              [max(growth)], 128 * 1024, at_most=True, form="{:.0f}")

    at_once(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{many}/asked") as answer:
        asked = json.load(answer)
    yield Row(f"{MANY} searches at once: requests for a token", str(asked["tokens"]), "", [asked["tokens"]], 1,
              at_most=True, form="{:.0f}")
    yield Row("... most requests in a minute / rate", str(asked["most_in_a_minute"]), str(MANY_RATE),
              [asked["most_in_a_minute"] / MANY_RATE], 1, at_most=True)
