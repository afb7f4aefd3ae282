#!/usr/bin/env python3
"""Builds the parts of the test suite, runs them, and counts.

Each part prints one line as it ends; the last line of all is "N passed, N failed". A part that cannot
be built, dies, runs out of time, skips a test or runs none has failed: silence proves nothing.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 1
SYSTEM_PROCESSES = 2 * CORES  # a system test waits half of its time: for nginx, for a timeout
SANITIZE = "address,undefined"
PYTHON = "/usr/bin/python3"  # Debian's, which sees Debian's python3-* packages
PARTS = ("unit", "compat", "simulator", "setup", "system", "asan", "clang", "fuzz", "soak")
UNIT_TESTS = ("core_tests", "sidecar_tests")


running = set()  # process groups


class Failure(Exception):
    """A part could not be built or did not report; says why, for a person."""


class Suite:
    """Runs parts, prints a line for each, and keeps the totals."""

    def __init__(self, build):
        self.build = build
        self.logs = build / "test-logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.passed = self.failed = 0

    def part(self, name, run):
        """`run` gets the path of the part's log and returns (passed, failed)."""
        log = self.log_of(name)
        began = time.monotonic()
        why = ""
        try:
            passed, failed = run(log)
            if passed + failed == 0:
                failed, why = 1, "ran no test"
        except Failure as failure:
            passed, failed, why = 0, 1, str(failure)
        self.passed += passed
        self.failed += failed
        print(f"{passed:5} passed, {failed:3} failed   {time.monotonic() - began:6.1f} s   {why}".rstrip())
        if failed:
            print_tail(log)
        sys.stdout.flush()
        return failed == 0

    def build_part(self, name, directory, *targets, **variables):
        """A build counts for nothing when it works and as one failure when it does not."""
        log = self.log_of(name)
        command = ["make", "-s", f"-j{CORES}", f"BUILD={directory}"]
        command += [f"{key}={value}" for key, value in variables.items()] + list(targets)
        began = time.monotonic()
        try:
            run(command, log, timeout=3600)
        except Failure as failure:
            self.failed += 1
            print(failure)
            print_tail(log)
            return False
        print(f"built{'':23}{time.monotonic() - began:6.1f} s", flush=True)
        return True

    def log_of(self, name):
        """Begins the line of a part, so that one sees what takes its time."""
        print(f"{name:32} ", end="", flush=True)
        return fresh(self.logs / (re.sub(r"\W+", "-", name) + ".log"))


def print_tail(log, lines=60):
    if not log.exists():
        return
    tail = log.read_text(errors="replace").splitlines()[-lines:]
    print("\n".join(f"  | {line}" for line in tail))
    print(f"  | whole log: {log}")


def run(command, log, timeout, env=None, check=True):
    """Runs a command in a process group of its own, which is gone when this returns."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    environment.update(env or {})
    with open(log, "ab") as out:
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=out, stderr=out,
                                   stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
        running.add(process.pid)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"not done after {timeout} s") from None
        finally:
            kill_group(process.pid)
            process.wait()
            running.discard(process.pid)
    if check and status != 0:
        raise Failure(f"exit status {status}")
    return status


def kill_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def stop(number, _frame):
    """What was started here does not outlive a `make test` that is stopped."""
    for group in list(running):
        kill_group(group)
    sys.exit(128 + number)


def fresh(path):
    path.unlink(missing_ok=True)
    return path


def count_gtest(report):
    """Of GoogleTest's JSON report."""
    try:
        suites = json.loads(report.read_text())["testsuites"]
    except (OSError, ValueError):
        raise Failure("died before its report") from None
    passed = failed = 0
    for test in (test for suite in suites for test in suite["testsuite"]):
        if test["status"] == "RUN" and test["result"] == "COMPLETED" and "failures" not in test:
            passed += 1
        else:
            failed += 1
    return passed, failed


def count_pytest(report):
    """Of pytest's JUnit report."""
    try:
        suites = xml.etree.ElementTree.parse(report).getroot().iter("testsuite")
    except (OSError, xml.etree.ElementTree.ParseError):
        raise Failure("died before its report") from None
    passed = failed = 0
    for suite in suites:
        bad = sum(int(suite.get(kind, 0)) for kind in ("failures", "errors", "skipped"))
        failed += bad
        passed += max(0, int(suite.get("tests", 0)) - bad)
    return passed, failed


def sanitizer_env(build, log):
    """Reports go to files, so that one from a process that a test killed or forgot is seen as well."""
    reports = log.with_suffix(".sanitizer")
    for old in reports.parent.glob(reports.name + ".*"):
        old.unlink()
    runtime = [subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True,
                              check=True).stdout.strip()
               for name in ("libasan.so", "libubsan.so", "libstdc++.so")]
    return reports, {
        "DATAACTION_BUILD": str(build),
        # Debian's nginx is not instrumented: who starts it puts these into its LD_PRELOAD.
        "DATAACTION_NGINX_PRELOAD": ":".join(os.path.realpath(path) for path in runtime),
        "ASAN_OPTIONS": f"log_path={reports}:detect_stack_use_after_return=1:strict_init_order=1",
        "UBSAN_OPTIONS": f"log_path={reports}:print_stacktrace=1",
    }


def check_sanitizer(reports, log):
    found = sorted(reports.parent.glob(reports.name + ".*"))
    if found:
        with open(log, "a", encoding="utf-8") as out:
            out.write("\n".join(path.read_text(errors="replace") for path in found))
        raise Failure(f"{len(found)} sanitizer reports")


def gtest(binary, timeout=300, env=None):
    """A share of the tests for each core."""
    def share(log, index):
        report = fresh(log.with_suffix(f".{index}.json"))
        shards = {"GTEST_TOTAL_SHARDS": str(CORES), "GTEST_SHARD_INDEX": str(index)}
        run([binary, f"--gtest_output=json:{report}"], log, timeout, {**shards, **(env or {})}, check=False)
        return count_gtest(report)

    def go(log):
        with ThreadPoolExecutor(CORES) as pool:
            counts = list(pool.map(lambda index: share(log, index), range(CORES)))
        return tuple(map(sum, zip(*counts)))
    return go


def sanitized_gtest(build, name):
    def go(log):
        reports, env = sanitizer_env(build, log)
        counts = gtest(build / "tests" / name, 600, env)(log)
        check_sanitizer(reports, log)
        return counts
    return go


def pytest(build, folder, timeout, marks="not soak", processes=1, sanitize=False):
    def go(log):
        report = fresh(log.with_suffix(".xml"))
        reports, env = sanitizer_env(build, log) if sanitize else (None, {"DATAACTION_BUILD": str(build)})
        run([PYTHON, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", marks,
             f"--numprocesses={processes}", "--dist=loadfile", f"--junitxml={report}", folder],
            log, timeout, env, check=False)
        counts = count_pytest(report)
        if sanitize:
            check_sanitizer(reports, log)
        return counts
    return go


def compat(build):
    """Compares with libcmocka; the target itself ends with "N passed, N failed"."""
    def go(log):
        status = run(["make", "-s", f"BUILD={build}", "cmocka-compat"], log, 600, check=False)
        counts = re.findall(r"^(\d+) passed, (\d+) failed$", log.read_text(errors="replace"), re.M)
        if not counts:
            raise Failure(f"exit status {status}, no count")
        passed, failed = (int(count) for count in counts[-1])
        return passed, max(failed, int(status != 0))
    return go


def fuzz(build, seconds):
    """Each target is one test: its corpus, then new inputs, no finding."""
    def one(target):
        name = target.stem
        found = build / "fuzz" / name
        found.mkdir(parents=True, exist_ok=True)
        corpus = ROOT / "tests/fuzz/corpus" / name.removesuffix("_fuzz")
        log = fresh(found.parent / f"{name}.log")
        if not any(corpus.iterdir() if corpus.is_dir() else ()):
            log.write_text(f"{corpus}: no starter corpus\n")
            return log, False
        try:
            run([build / "tests" / name, found, corpus, f"-max_total_time={seconds}", "-timeout=10",
                 "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={found}-"],
                log, seconds + 120)
        except Failure:
            return log, False
        return log, True

    def go(log):
        with ThreadPoolExecutor(CORES) as pool:
            results = list(pool.map(one, sorted((ROOT / "tests/fuzz").glob("*_fuzz.cpp"))))
        with open(log, "w", encoding="utf-8") as out:
            for part_log, good in results:
                if not good:
                    out.write(f"{part_log.name}:\n{part_log.read_text(errors='replace')}\n")
        good = sum(good for _, good in results)
        return good, len(results) - good
    return go


def build_asan(suite):
    """The programs alone: clang's build has the unit tests under both sanitizers."""
    return suite.build_part("build, asan + ubsan", suite.build / "asan", "all", SANITIZE=SANITIZE, OPT="-Og",
                            DEBUG="-g1")


def build_clang(suite):
    """One build serves the unit tests, under another compiler and both sanitizers, and the fuzz targets."""
    return suite.build_part("build, clang", suite.build / "clang", "unit-tests", "fuzz-targets",
                            CXX="clang++-19", SANITIZE=f"{SANITIZE},fuzzer-no-link", OPT="-O1", DEBUG="-g1")


def run_parts(suite, parts):
    build = suite.build
    if "simulator" in parts:
        suite.part("simulator", pytest(build, "tests/simulator", 300))
        suite.part("external API", pytest(build, "tests/external_api", 300))
    if {"unit", "compat", "setup", "system", "soak"} & parts:
        plain = suite.build_part("build", build, "all", "unit-tests")
        if plain and "unit" in parts:
            for name in UNIT_TESTS:
                suite.part(name, gtest(build / "tests" / name))
        if plain and "compat" in parts:
            suite.part("cmocka-compat", compat(build))
        if plain and "setup" in parts:
            suite.part("install and demo", pytest(build, "tests/setup", 300))
        if plain and "system" in parts:
            suite.part("system", pytest(build, "tests/system", 1800, processes=SYSTEM_PROCESSES))
        if plain and "soak" in parts:
            suite.part("system, soak", pytest(build, "tests/system", 4 * 3600, marks="soak"))
    if "asan" in parts and build_asan(suite):
        suite.part("system, asan + ubsan", pytest(build / "asan", "tests/system", 1800,
                                                         processes=SYSTEM_PROCESSES, sanitize=True))
    if {"clang", "fuzz", "soak"} & parts and build_clang(suite):
        if "clang" in parts:
            for name in UNIT_TESTS:
                suite.part(f"{name}, clang", sanitized_gtest(build / "clang", name))
        if "fuzz" in parts:
            suite.part("fuzz, 10 s each", fuzz(build / "clang", 10))
        if "soak" in parts:
            seconds = int(os.environ.get("SOAK_SECONDS", "600"))
            suite.part(f"fuzz, {seconds} s each", fuzz(build / "clang", seconds))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("parts", nargs="+", choices=PARTS)
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    suite = Suite((ROOT / arguments.build).resolve())
    run_parts(suite, set(arguments.parts))
    print(f"{suite.passed} passed, {suite.failed} failed")
    sys.exit(1 if suite.failed or not suite.passed else 0)


if __name__ == "__main__":
    main()
