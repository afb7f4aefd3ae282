#!/usr/bin/env python3
"""Builds with gcov's counters, runs unit and system tests, and prints the lines covered per folder.

The tests' own verdict is `make test`'s business: here a failed one only makes a note.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

import run as suite

FOLDERS = ("core", "ngx_module", "sidecar/ctl", "sidecar/link", "sidecar/runtime", "sidecar/sources",
           "sidecar/store", "sidecar")


def folder_of(name):
    return next((folder for folder in FOLDERS if name.startswith(folder + "/")), None)


def forget_old_counts(build):
    for path in build.rglob("*.gcda"):
        path.unlink()


def lines_by_folder(build):
    """(lines, covered) of each folder. A line counts once, however many binaries contain it."""
    report = build / "coverage.json"
    subprocess.run(["gcovr", "--root", suite.ROOT, "--object-directory", build, "--json-summary", report,
                    *(word for folder in ("core", "ngx_module", "sidecar")
                      for word in ("--filter", f"{suite.ROOT}/{folder}/")),
                    build], cwd=suite.ROOT, check=True, stdout=subprocess.DEVNULL)
    totals = collections.Counter(), collections.Counter()
    for entry in json.loads(report.read_text())["files"]:
        folder = folder_of(entry["filename"])
        totals[0][folder] += entry["line_total"]
        totals[1][folder] += entry["line_covered"]
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    build = (suite.ROOT / parser.parse_args().build).resolve() / "coverage"
    parts = suite.Suite(build)
    if not parts.build_part("build, coverage", build, "all", "unit-tests", COVERAGE="1", OPT="-Og"):
        sys.exit(1)
    forget_old_counts(build)
    for name in suite.UNIT_TESTS:
        parts.part(name, suite.gtest(build / "tests" / name))
    parts.part("system", suite.pytest(build, "tests/system", 1200))

    lines, covered = lines_by_folder(build)
    print(f"\n{'folder':18} {'lines':>6} {'covered':>8} {'':>7}")
    for folder in [folder for folder in FOLDERS if lines[folder]] + [None]:
        total = lines[folder] if folder else sum(lines.values())
        hit = covered[folder] if folder else sum(covered.values())
        print(f"{folder or 'all':18} {total:6} {hit:8} {100 * hit / max(1, total):6.1f}%")


if __name__ == "__main__":
    main()
