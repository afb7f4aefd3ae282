"""dataactionctl's help, manual page, completion and documented exit codes are those of the program."""

import os
import re
import subprocess

import pytest

from support.ctl import ctl
from support.process import DATAACTIONCTL, ROOT

COMMANDS = ["stream", "search", "invoke", "actions", "token", "ipranges", "doctor", "check", "status", "key", "completion"]
BEHIND = {"actions": ["list", "show", "diff", "publish", "test", "execute", "export"], "key": ["new", "list", "revoke"]}
EVERY = [[command, *behind] for command in COMMANDS for behind in [[], *([inner] for inner in BEHIND.get(command, []))]]
MANUAL = (ROOT / "docs/dataactionctl.1").read_text()
GUIDE = (ROOT / "docs/dataactionctl.md").read_text()


def options(command):
    """[[short or long name, ...], ...]"""
    ran = ctl(*command, "--help")
    assert ran.status == 0
    names = re.findall(r"^  (-[\w,-]+)", ran.out.decode(), re.M)
    return [name.split(",") for name in names]


def test_commands():
    ran = ctl("--help")
    assert ran.status == 0
    assert re.findall(r"^  (\w+)  ", ran.out.decode().partition("Subcommands:")[2], re.M) == COMMANDS
    table = re.findall(r"^\| `(\w+)", GUIDE.partition("## Exit codes")[0], re.M)
    assert list(dict.fromkeys(table)) == COMMANDS
    synopsis = re.findall(r"^\.B dataactionctl (\w+)(?: (\w+))?$", MANUAL.partition(".SH DESC")[0], re.M)
    assert sorted([word for word in words if word] for words in synopsis) == sorted(
        words for words in EVERY if words[-1] not in BEHIND)


@pytest.mark.parametrize("command", BEHIND)
def test_commands_behind_another(command):
    ran = ctl(command, "--help")
    assert ran.status == 0
    assert re.findall(r"^  (\w+)  ", ran.out.decode().partition("Subcommands:")[2], re.M) == BEHIND[command]
    assert {f"{command} {inner}" for inner in BEHIND[command]} <= set(re.findall(r"`(\w+ \w+)", GUIDE))


@pytest.mark.parametrize("words", [[], ["nonsense"], ["--nonsense"], ["completion"], ["completion", "sh"], ["key"],
                                   ["key", "crm"], ["key", "new"], ["key", "list"], ["key", "revoke", "crm"],
                                   ["actions"], ["actions", "show"], ["actions", "publish"]])
def test_usage(words):
    assert ctl(*words).status == 2


def test_the_manual_has_every_option():
    manual = MANUAL.replace("\\-", "-")
    there = {name for command in EVERY for names in options(command) for name in names}
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", manual.partition(".SH OPTIONS")[2].partition(".SH ENV")[0]))
    assert there <= told, there - told
    assert told - there <= {"-t", "-v", "--version"}, told - there


def test_exit_codes_are_told_twice_the_same():
    codes = {"0", "1", "2", "4", "5", "6", "7", "130", "143", "129", "141"}
    table = GUIDE.partition("## Exit codes")[2].partition("##")[0]
    assert set(re.findall(r"\d+", " ".join(re.findall(r"^\| ([\d, ]+) \|", table, re.M)))) == codes
    section = MANUAL.partition(".SH EXIT STATUS")[2].partition(".SH")[0]
    assert set(re.findall(r"\d+", " ".join(re.findall(r"^\.BR? (\d.*)$", section, re.M)))) == codes


def test_the_manual_is_well_formed():
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", ROOT / "docs/dataactionctl.1"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def complete(*words):
    """What bash offers for the last word."""
    script = subprocess.run([DATAACTIONCTL, "completion", "bash"], capture_output=True, text=True, timeout=60,
                            check=True).stdout
    script += "COMPREPLY=(); COMP_WORDS=(dataactionctl \"$@\"); COMP_CWORD=$#; _dataactionctl; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    done = subprocess.run(["bash", "-uc", script, "bash", *words], capture_output=True, text=True, timeout=60,
                          cwd=ROOT, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_completes():
    assert complete("") == set(COMMANDS)
    assert complete("st") == {"stream", "status"}
    assert complete("search", "--re") == {"--resume"}
    assert complete("stream", "-o", "READ") == {"README.md"}
    assert complete("search", "--max", "") == set()
    assert complete("key", "") == {*BEHIND["key"], "-h", "--help"}
    assert complete("key", "list", "--file", "READ") == {"README.md"}
    for command in EVERY:
        assert complete(*command, "-") == {name for names in options(command) for name in names}


@pytest.mark.parametrize("command", [["bash", "-n"], ["zsh", "-fn"], ["fish", "--no-config", "--no-execute"]],
                         ids=lambda command: command[0])
def test_each_shell_can_read_its_completion(directory, command):
    script = directory / "script"
    script.write_bytes(ctl("completion", command[0]).out)
    done = subprocess.run([*command, script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_fish_completes(directory):
    script = directory / "script"
    script.write_bytes(ctl("completion", "fish").out)

    def complete(line):
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
                              capture_output=True, text=True, timeout=60, cwd=ROOT, check=True,
                              env={**os.environ, "HOME": str(directory)})
        assert done.stderr == ""
        return {offer.split("\t")[0] for offer in done.stdout.splitlines()}
    assert complete("dataactionctl ") == set(COMMANDS)
    assert complete("dataactionctl search --re") == {"--resume"}
    assert complete("dataactionctl stream -o READ") == {"README.md"}
    assert complete("dataactionctl key ") == set(BEHIND["key"])
    for command in EVERY:
        long_names = {name for names in options(command) for name in names if name.startswith("--")}
        assert complete(f"dataactionctl {' '.join(command)} --") == long_names


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_others_have_every_option(shell):
    script = ctl("completion", shell).out.decode()
    for command in EVERY:
        assert command[-1] in script
        for names in options(command):
            for name in names:
                assert (name if shell == "zsh" else f"{'-l' if name.startswith('--') else '-s'} {name.lstrip('-')}"
                        ) in script
