"""Rows of waiting: the first byte of a stream beside that of `return 200`."""

import subprocess

from rounds import Row
from servers import CLIENT_CORE, TOOLS, on_core

ROUNDS = 9
REQUESTS = 300  # of each kind in a round, in turns
BOUND = 1.5
PATHS = ("/synthetic", "/return")


def first_byte(servers):
    port, _ = servers.nginx()
    command = on_core(CLIENT_CORE, TOOLS / "first_byte", port, REQUESTS, "{}", *PATHS)
    rounds = []
    for _ in range(ROUNDS):
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        rounds.append([[int(word) / 1000 for word in line.split()[:2]] for line in lines])
    for index, name in enumerate(("median", "p99")):
        ours, plain = ([kind[index] for kind in column] for column in zip(*rounds))
        yield Row(f"first byte / return 200, {name}", text(ours), text(plain),
                  [a / b for a, b in zip(ours, plain)], BOUND, at_most=True)


def text(values):
    return f"{sorted(values)[len(values) // 2]:.0f} us ({min(values):.0f}-{max(values):.0f})"
