"""What a test scripted to go wrong: a queue of faults, each used a number of times. README.md explains `do`."""

import base64
import dataclasses
import fnmatch
import re

from external_api import bodies

INSTEAD = ("answer", "redirect")  # of what the API would have done; all others come after it was done
BREAKING = ("delay", "reset", "close", "stall", "slow_head", "slow_body", "informational", "bad_chunk", "length")
AFTER = ("nothing", "head", "body")
CHUNKS = ("size", "negative", "huge", "no_end", "no_crlf", "trailing")
FRAMINGS = ("length", "chunked", "close")
FOREVER = "forever"
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\x20-\x7e\x80-\xff]*")


def _integer(name, value, least, most=None, otherwise=""):
    if isinstance(value, bool) or not isinstance(value, int) or value < least or most is not None and value > most:
        bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be an integer {bounds}{otherwise}")


@dataclasses.dataclass(eq=False)
class Fault:
    do: str = "answer"
    path: str = "*"
    method: str | None = None
    times: object = 1
    skip: int = 0
    delay_ms: int = 0
    status: int | None = None
    headers: list = dataclasses.field(default_factory=list)
    body: object = None
    body_base64: str | None = None
    framing: str = "length"
    retry_after: object = None
    location: str | None = None
    statuses: list = dataclasses.field(default_factory=lambda: [103])
    after: object = "nothing"
    every_ms: int = 20
    how: str = "size"
    by: int = 10
    size: int | None = None

    def __post_init__(self):
        if self.do not in (*INSTEAD, *bodies.WRONG, *bodies.ENDLESS, *BREAKING):
            raise ValueError(f"no fault {self.do}")
        if self.do == "answer" and self.status is None:
            raise ValueError("an answer needs a status")
        if self.do == "redirect" and not self.location:
            raise ValueError("a redirect needs a location")
        if self.status is not None:
            _integer("status", self.status, 100, 999)
        for name in ("skip", "delay_ms", "every_ms"):
            _integer(name, getattr(self, name), 0)
        if self.size is not None:
            _integer("size", self.size, 0)
        _integer("by", self.by, -1 << 30)
        for status in self.statuses:
            _integer("statuses", status, 100, 199)
            if status == 101:
                raise ValueError("statuses: 101 is no end of waiting, but another protocol")
        if self.times != FOREVER:
            _integer("times", self.times, 1, otherwise=f" or {FOREVER}")
        if self.after not in AFTER:
            _integer("after", self.after, 0, otherwise=f", or one of {', '.join(AFTER)}")
        for name, allowed in (("how", CHUNKS), ("framing", FRAMINGS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}")
        if isinstance(self.headers, dict):
            self.headers = [[name, value] for name, value in self.headers.items()]
        if self.retry_after is not None:
            self.headers = [*self.headers, ["Retry-After", str(self.retry_after)]]
        if not all(HEADER.fullmatch(f"{name}: {value}") for name, value in self.headers):
            raise ValueError("headers must be names and values that HTTP can have")
        if self.body_base64 is not None:
            base64.b64decode(self.body_base64, validate=True)

    def matches(self, request):
        return fnmatch.fnmatchcase(request.path, self.path) and self.method in (None, request.method)


class Faults:
    def __init__(self):
        self.queue = []

    def take(self, request):
        """The fault for this request, or None."""
        for fault in self.queue:
            if not fault.matches(request):
                continue
            if fault.skip:
                fault.skip -= 1
                return None
            if fault.times != FOREVER:
                fault.times -= 1
                if not fault.times:
                    self.queue.remove(fault)
            return fault
        return None
