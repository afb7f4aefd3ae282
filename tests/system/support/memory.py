"""How much memory a process has, and how much more it may have taken for what should cost none."""

import pathlib
import re
import time

from support.process import PRELOAD

# AddressSanitizer keeps freed memory back, 256 MiB by default.
SLACK = 300 << 20 if PRELOAD else 8 << 20


def resident(pid):
    """Bytes."""
    return _field(pid, "VmRSS")


def highest(pid):
    """The most that it has had so far."""
    return _field(pid, "VmHWM")


def peak(process):
    """The most that a subprocess.Popen has had until its end, which is waited for; what was its parent's before it
    became another program, and is in ru_maxrss, is not in it."""
    most = 0
    while process.poll() is None:
        try:
            most = max(most, _field(process.pid, "VmHWM"))
        except (TypeError, FileNotFoundError, ProcessLookupError):  # at its very end it has no memory any more
            pass
        time.sleep(0.002)
    return most


def _field(pid, name):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+) kB", text)[1]) << 10
