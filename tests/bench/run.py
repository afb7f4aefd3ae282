#!/usr/bin/env python3
"""How fast, beside peers and limits that are measured in the same run: one table.

One nginx worker has core 0, the load has core 1 and four connections (of calls sixty-four, and both cores for all). Every
peer serves the same bytes, which is checked. Ends with status 1 if a bound is not met.
"""

import argparse
import os
import platform
import subprocess
import sys

import rounds
import servers
from actions import actions
from latency import first_byte
from memory import huge, memory
from search import search
from throughput import file, link, sql, synthetic
from unused import unused

PARTS = {part.__name__: part for part in (synthetic, file, sql, link, search, actions, first_byte, unused, huge, memory)}


def describe_machine():
    version = subprocess.run([servers.NGINX, "-v"], capture_output=True, text=True).stderr.strip()
    load = os.getloadavg()[0]
    print(f"{version}, Linux {platform.release()}, {os.cpu_count()} cores, load {load:.1f}")
    if load > 0.5:
        print("others are using this machine: figures will be low and far apart")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be given again")
    parts = parser.parse_args().only or PARTS
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("tests/bench: needs two cores")
    servers.build_tools()
    describe_machine()
    rows = []
    for name in parts:
        with servers.Servers() as environment:
            for row in PARTS[name](environment):
                rows.append(row)
                print("  ".join(cell for cell in row.cells() if cell), file=sys.stderr, flush=True)
    print()
    print(rounds.table(rows))
    sys.exit(any(row.met is False for row in rows))


if __name__ == "__main__":
    main()
