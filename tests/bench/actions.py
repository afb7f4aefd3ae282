"""Rows of Data Actions: calls through worker and sidecar, beside a proxy, a bare client, and the tutorial's service.

A call needs three processes and the load, `proxy_pass` two and the load: the kernel places them all, on both cores. CPU is
measured with the sidecar, or the bare client, alone on a core: who shares one with the API wakes it for nothing.
"""

import subprocess

import rounds
from rounds import Row
from search import cpu_seconds
from servers import BOTH_CORES, CLIENT_CORE, ROOT, SERVER_CORE, TOOLS, move, on_core
from throughput import Target, fetch

CONNECTIONS = 64
ROUNDS = 9
CONTRACT = ROOT / "conf.d/contracts/fetch_post.json"
INPUT = '{"user_id":1,"query_text":"hello"}'
EACH_ITS_OWN = '{"user_id":%,"query_text":"hello"}'
DELAY_MS = 200
CALLERS = 500
CROWD = 1280


def times(port, path, body, callers, calls):
    """(median, 99th percentile) in ms, and calls a second."""
    command = on_core(BOTH_CORES, TOOLS / "call_times", port, path, body, callers, calls)
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"tests/bench: {path}: {run.stderr}")
    median, last, seconds = map(float, run.stdout.split())
    return median / 1000, last / 1000, calls / seconds


class CpuPerCall:
    """Microseconds a call, of a process that serves them."""

    def __init__(self, target, pid):
        self._target = target
        self._pid = pid

    def measure(self):
        before = cpu_seconds(self._pid)
        rate = self._target.answers_per_second(2)
        return (cpu_seconds(self._pid) - before) / (rate * 2.1) * 1e6


def bare_client(core, port, calls=40_000):
    run = subprocess.run(on_core(core, TOOLS / "curl_client", port, calls, CONNECTIONS), capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit("tests/bench: curl_client: " + run.stderr)
    return float(run.stdout) / calls * 1e6


def cpu_row(name, sidecar, bare_client, bound=None):
    ours, bare = rounds.pairs(5, sidecar.measure, bare_client)
    return Row(name, rounds.rate_text(ours, "us"), rounds.rate_text(bare, "us"), [a / b for a, b in zip(ours, bare)],
               bound, at_most=True)


def actions(servers):
    (api, api_pid), (slow_api, _) = servers.api_server(0), servers.api_server(DELAY_MS)
    port, worker, daemon = servers.actions(api, slow_api, CONTRACT)
    expected = fetch(port, "/call", INPUT)
    post = fetch(port, "/proxy", INPUT)

    def target(path, answer, core=BOTH_CORES, at=port):
        return Target(at, path, INPUT, answer, connections=CONNECTIONS, core=core)

    call, cached = target("/call", expected), target("/cached", expected)
    proxy, proxy_socket = target("/proxy", post), target("/proxy_socket", post)
    yield rounds.compare("call / proxy_pass", ROUNDS, call.answers_per_second, proxy.answers_per_second, 0.35, "calls/s")
    yield rounds.compare("cached call / proxy_pass to a Unix socket", ROUNDS, cached.answers_per_second,
                         proxy_socket.answers_per_second, 0.7, "calls/s")

    move(SERVER_CORE, daemon)
    move(CLIENT_CORE, worker, api_pid)
    alone = CpuPerCall(target("/call", expected, CLIENT_CORE), daemon)
    yield cpu_row("sidecar's CPU a call / bare libcurl on libuv", alone, lambda: bare_client(SERVER_CORE, api), 1.5)
    move(BOTH_CORES, daemon, worker)
    yield cpu_row("... anywhere / beside the API on its core", CpuPerCall(call, daemon),
                  lambda: bare_client(CLIENT_CORE, api))
    move(BOTH_CORES, api_pid)

    check = [float(subprocess.run(on_core(CLIENT_CORE, TOOLS / "check_loop", CONTRACT, INPUT, expected.decode()),
                                  capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    whole = [CpuPerCall(call, daemon).measure() + CpuPerCall(call, worker).measure() for _ in check]
    yield Row("both checks / CPU of a call", f"{min(check):.1f} us", rounds.rate_text(whole, "us"),
              [a / b for a, b in zip(check, whole)], 0.05, at_most=True)

    fastapi = target("/call", expected, at=servers.fastapi("fastapi_call:app", BOTH_CORES, API_PORT=str(api)))
    yield rounds.compare("call / FastAPI with httpx", 5, call.answers_per_second,
                         lambda: fastapi.answers_per_second(1), 15, "calls/s")

    ours, plain = rounds.pairs(3, lambda: times(port, "/slow", EACH_ITS_OWN, CALLERS, 5 * CALLERS)[1],
                               lambda: times(slow_api, "/posts/1", "", CALLERS, 5 * CALLERS)[1])
    yield Row(f"p99 of {CALLERS} callers, {DELAY_MS} ms / the API's own", rounds.rate_text(ours, "ms"),
              rounds.rate_text(plain, "ms"), [a / b for a, b in zip(ours, plain)], 1.2, at_most=True)

    alone = [times(port, "/slow_many", INPUT, CROWD, CROWD)[2] for _ in range(3)]
    for name, path in (("coalesced", "/coalesced"), ("cached", "/slow_cached")):
        shared = [times(port, path, INPUT, CROWD, 32 * CROWD)[2] for _ in range(3)]
        yield Row(f"{CROWD} callers, 64 at once, {name} / each its own", rounds.rate_text(shared, "calls/s"),
                  rounds.rate_text(alone, "calls/s"), [a / b for a, b in zip(shared, alone)], 20)
