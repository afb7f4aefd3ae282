"""dataactionctl where standard output takes nothing: each command says so, and none is a success."""

import os
import subprocess

import pytest

from support.ctl import SECRET, ctl, official
from support.process import DATAACTIONCTL
from support.simulator import Simulator

COMMANDS = [["--help"], ["--version"], ["search", "--help"], ["key", "crm"], ["completion", "bash"],
            ["completion", "zsh"], ["completion", "fish"], ["token"], ["token", "--show"], ["doctor"], ["status"]]
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
        done = subprocess.run([DATAACTIONCTL, "key", "crm"], stdout=subprocess.DEVNULL, stderr=full, timeout=60,
                              check=False)
    assert done.returncode == 4
