"""What the servers under test share: waiting for conditions, stopping, sanitizers."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("DATAACTION_BUILD", ROOT / "build")).resolve()
MODULE = BUILD / "ngx_http_dataaction_module.so"
DATAACTIOND = BUILD / "dataactiond"
DATAACTIONCTL = BUILD / "dataactionctl"
NGINX = "/usr/sbin/nginx"

SANITIZER_TEXT = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:")


def wait_for(condition, what, seconds=20):
    """Polls until `condition()` is true, and returns its value; the time only bounds a failure."""
    end = time.monotonic() + seconds
    pause = 0.001
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(address):
    """Whether something listens: a port on the loopback address, or a Unix socket's path."""
    family = socket.AF_INET if isinstance(address, int) else socket.AF_UNIX
    with socket.socket(family) as probe:
        return probe.connect_ex(("127.0.0.1", address) if isinstance(address, int) else str(address)) == 0


def sanitizer_preload():
    """What a stock nginx must load before an instrumented module; empty in a plain build."""
    if "DATAACTION_NGINX_PRELOAD" in os.environ:
        return os.environ["DATAACTION_NGINX_PRELOAD"]
    if not MODULE.exists() or b"libasan.so" not in MODULE.read_bytes():
        return ""
    return ":".join(os.path.realpath(subprocess.run(["g++", f"-print-file-name={name}"], check=True,
                                                    capture_output=True, text=True).stdout.strip())
                    for name in ("libasan.so", "libubsan.so", "libstdc++.so"))


PRELOAD = sanitizer_preload()


def nginx_environment():
    environment = dict(os.environ)
    if PRELOAD:
        environment["LD_PRELOAD"] = PRELOAD
        suppressions = pathlib.Path(__file__).with_name("lsan.supp")
        environment["LSAN_OPTIONS"] = f"suppressions={suppressions}:print_suppressions=0"
    return environment


def alive(pid):
    """A zombie is not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid):
    try:
        return sorted(int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        return []


class Server:
    """A process in a group of its own, with its standard error in a file."""

    def __init__(self, command, errors, env=None):
        self.errors = pathlib.Path(errors)
        with open(self.errors, "ab") as out:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, env=env, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, number, seconds=30):
        """Ends it with a signal and returns its exit status."""
        if self.running():
            self.signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"pid {self.pid} did not end within {seconds} s of signal {number}") from None

    def kill(self):
        """Nothing of the group is left afterwards."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        wait_for(lambda: not self.group(), f"the end of the process group {self.pid}")

    def group(self):
        """Living processes of the group."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(group) == self.pid and state != "Z":
                found.append(int(entry.name))
        return found
