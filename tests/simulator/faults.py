"""What a test scripted to go wrong: queues of faults, one a route, each used a number of times."""

import dataclasses
import email.utils
import json
import re
import time

from simulator.calls import Answer
from simulator.errors import ApiError, OAuthError
from simulator.tokens import rate_limited

ACTIONS = ("action_list", "action_add", "action_get", "action_patch", "action_delete", "action_test", "action_file",
           "action_categories", "draft_list", "draft_add", "draft_make", "draft_get", "draft_patch", "draft_delete",
           "draft_validation", "draft_publish", "draft_test", "draft_file", "dataaction_add", "dataaction_list",
           "dataaction_get", "dataaction_put", "dataaction_delete")
ROUTES = ("token", "token_info", "first_page", "later_page", "job_create", "job_poll", "job_results", "job_delete",
          "job_availability", "execute", "ipranges", *ACTIONS)
GROUPS = {"any": ROUTES, "search": ("first_page", "later_page"), "actions": ACTIONS}
INSTEAD = ("answer", "rate_limit", "html", "error_body", "delay", "expire_tokens", "revoke_tokens")
OF_A_PAGE = ("repeat_cursor", "duplicates", "previous_page", "empty_page")
OF_A_BODY = ("stall", "reset", "close", "truncate", "invalid_json", "oversize")
FOREVER = "forever"
STATUSES = (200, 599)  # what an answer can end with: 101 would be another protocol, 100 and 103 no end
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\x20-\x7e]*")


def _is_header(name, value):
    return isinstance(value, str) and HEADER.fullmatch(f"{name}: {value}") is not None


def _integer(name, value, least, most=None, otherwise=""):
    if isinstance(value, bool) or not isinstance(value, int) or value < least or most is not None and value > most:
        bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be an integer {bounds}{otherwise}")


def _is_retry_after(value):
    if isinstance(value, dict):
        return set(value) == {"date"} and isinstance(value["date"], (int, float))
    return _is_header("Retry-After", str(value))


@dataclasses.dataclass(eq=False)
class Fault:
    """README.md explains `do`, and what the others mean to it."""
    route: str
    do: str = "answer"
    times: object = 1
    skip: int = 0
    status: int | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    body: object = None
    retry_after: object = None
    after: object = None
    bytes: int = 64 << 20
    delay_ms: int = 0

    def __post_init__(self):
        if self.route not in ROUTES and self.route not in GROUPS:
            raise ValueError(f"no route {self.route}")
        if self.do not in INSTEAD + OF_A_PAGE + OF_A_BODY:
            raise ValueError(f"no fault {self.do}")
        if self.status is None and self.do == "answer":
            raise ValueError("an answer needs a status")
        if self.status is not None:
            _integer("status", self.status, *STATUSES)
        for name, least in (("skip", 0), ("bytes", 0), ("delay_ms", 0)):
            _integer(name, getattr(self, name), least)
        if self.times != FOREVER:
            _integer("times", self.times, 1, otherwise=f" or {FOREVER}")
        if self.after is None:
            self.after = "nothing" if self.do == "stall" else "half"
        if self.after not in ("nothing", "half"):
            _integer("after", self.after, 0, otherwise=", nothing or half")
        if not isinstance(self.headers, dict) or not all(map(_is_header, self.headers, self.headers.values())):
            raise ValueError("headers must be an object of names and values that HTTP can have")
        if not _is_retry_after(self.retry_after):
            raise ValueError('retry_after must be what a header can have, or {"date": seconds from now}')
        if self.after == "nothing" and self.do not in ("stall", "reset", "close"):
            raise ValueError(f"{self.do} needs an answer")

    def matches(self, route):
        return route == self.route or route in GROUPS.get(self.route, ())

    @property
    def silent(self):
        """Ends the request before a byte of an answer."""
        return self.do in ("stall", "reset", "close") and self.after == "nothing"


class Faults:
    def __init__(self):
        self.queue = []

    def take(self, route):
        """The fault for this request, or None. One that did not come to be used is given back."""
        for fault in self.queue:
            if not fault.matches(route):
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

    def give_back(self, fault):
        if fault.times != FOREVER:
            fault.times += 1
            if fault not in self.queue:
                self.queue.insert(0, fault)


def instead(call, fault, route):
    """The answer that a fault gives in the place of the real one, or None."""
    if fault.do == "expire_tokens":
        call.platform.tokens.expire_all()
    elif fault.do == "revoke_tokens":
        call.platform.tokens.revoke_all()
    elif fault.do == "rate_limit":
        raise _rate_limit(call, route)
    elif fault.do == "html":
        page = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Be right back</body></html>"
        return Answer(page, fault.status or 200, content_type="text/html; charset=utf-8")
    elif fault.do == "error_body":
        error = OAuthError(400, code="invalid_client") if route == "token" else ApiError(500)
        return Answer(error.text(call.correlation_id), fault.status or 200)
    elif fault.do == "answer":
        return _answer(call, fault, route)
    return None


def _rate_limit(call, route):
    settings = call.platform.settings
    if route == "token":
        return rate_limited(settings, 60)
    return ApiError(429, headers={"Retry-After": "60"})


def _answer(call, fault, route):
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = _retry_after(fault.retry_after)
    if fault.body is None:
        error = OAuthError(fault.status) if route == "token" else ApiError(fault.status)
        text = error.text(call.correlation_id)
    else:
        text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
    return Answer(text, fault.status, headers)


def _retry_after(value):
    """{"date": seconds from now} as an HTTP date, anything else as it stands."""
    if isinstance(value, dict):
        return email.utils.formatdate(time.time() + value["date"], usegmt=True)
    return str(value)
