"""How much memory a process has, and how much more it may have taken for what should cost none."""

import pathlib
import re

from support.process import PRELOAD

# AddressSanitizer keeps freed memory back, 256 MiB by default.
SLACK = 300 << 20 if PRELOAD else 8 << 20


def resident(pid):
    """Bytes."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) << 10
