"""dataactionctl where standard output takes nothing: each command says so, and none is a success."""

import os
import shlex
import subprocess

import pytest

from support.ctl import SECRET, ctl, official
from support.process import DATAACTIONCTL
from support.simulator import Simulator

COMMANDS = [["--help"], ["--version"], ["search", "--help"], ["key", "new", "crm"], ["completion", "bash"],
            ["completion", "zsh"], ["completion", "fish"], ["token"], ["token", "--show"], ["ipranges"],
            ["doctor"], ["status"]]
every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


@pytest.fixture(scope="module")
def run(module_servers):
    simulator = Simulator(module_servers.directory(), dialect="genesys", client_secret=SECRET, token_rate=0, rate=0)
    module_servers.running.append(simulator)
    nginx, _ = module_servers.pair(block="source t { synthetic nested; }")
    more = {"doctor": ["-c", nginx.conf, "--platform", "none"], "status": ["-c", nginx.conf]}

    def run(words, out):
        ran = ctl(*words, *more.get(words[0], []), env=official(simulator), out=out)
        if words[0] == "key":  # of a line that is lost the key is not shown
            assert ran.errors.startswith("The line for "), ran
            ran.errors = ran.errors.partition("\n")[2]
        return ran
    return run


@every_command
def test_a_full_disk(run, words):
    with open("/dev/full", "wb") as full:
        ran = run(words, full)
    assert (ran.status, ran.errors) == (4, "dataactionctl: cannot write: write: no space left on device\n")


@every_command
def test_nobody_reads(run, words):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as out:
        ran = run(words, out)
    assert (ran.status, ran.errors) == (141, "")


def test_a_key_that_nobody_saw():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([DATAACTIONCTL, "key", "new", "crm"], stdout=subprocess.DEVNULL, stderr=full, timeout=60,
                              check=False)
    assert done.returncode == 4


@pytest.fixture(scope="module")
def platform(module_servers):
    simulator = Simulator(module_servers.directory(), dialect="genesys", client_secret=SECRET, token_rate=0, rate=0)
    module_servers.running.append(simulator)
    return simulator


SEARCH = ["search", "status:completed", "--interval", "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z", "--max", "3", "-q"]


def closed(platform, words, *redirections):
    """As somebody starts it who leaves descriptors closed."""
    command = " ".join(["exec", shlex.join([str(DATAACTIONCTL), *map(str, words)]), *redirections])
    return subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, env=official(platform), check=False)


@pytest.mark.parametrize("words", [["token"], SEARCH], ids=["token", "search"])
def test_standard_output_is_closed(platform, words):
    done = closed(platform, words, ">&-")
    assert (done.returncode, done.stderr) == (4, b"dataactionctl: cannot write: write: bad file descriptor\n")


@pytest.mark.parametrize("redirections", [["<&-"], ["2>&-"], ["<&-", "2>&-"]], ids=" ".join)
def test_other_descriptors_are_closed(platform, redirections):
    done = closed(platform, SEARCH, *redirections)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 3, done.stderr


def test_all_are_closed_and_there_is_a_file(platform, directory):
    done = closed(platform, [*SEARCH, "-o", directory / "out"], "<&-", ">&-", "2>&-")
    assert done.returncode == 0 and len((directory / "out").read_text().splitlines()) == 3
