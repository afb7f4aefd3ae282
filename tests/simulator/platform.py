"""The state of one simulator: settings, clock, and all that follows."""

import asyncio
import copy
import dataclasses
import time

from simulator.action_store import ActionStore
from simulator.conversations import Conversations
from simulator.faults import Faults
from simulator.journal import Journal
from simulator.rates import Rates
from simulator.tokens import Tokens

ALLOWED = {"dialect": ("genesys", "tutorial"), "credentials": ("any", "basic", "body"),
           "job_end": ("FULFILLED", "FAILED", "CANCELLED", "EXPIRED")}


def echo_and_transactions():
    return {"echo": {"required": [], "answer": None},
            "transactions": {"required": ["customer_id"], "properties": ["customer_id", "batch_size"],
                             "records": 1000},
            "static-echo": {"required": [], "answer": None}}


@dataclasses.dataclass
class Settings:
    """What README.md explains. A limit of 0 is none."""
    dialect: str = "genesys"
    client_id: str = "client"
    client_secret: str = "secret"
    credentials: str = "any"
    scopes: list = dataclasses.field(default_factory=lambda: [
        "search:query", "integration:action:execute", "integration:read", "dataactions:execute", "api:read"])
    permissions: list = dataclasses.field(default_factory=lambda: [
        "analytics:conversationDetail:view",
        *(f"integrations:action:{what}" for what in ("add", "view", "edit", "delete", "execute"))])
    expires_in: int = 86399
    token_type: str = "bearer"
    live_tokens: int = 0
    token_rate: int = 300
    rate: int = 300
    prefixes: dict = dataclasses.field(default_factory=dict)
    date_skew: int = 0
    chunk_bytes: int = 8192
    page_delay_ms: int = 0
    count: int = 1000
    first_start: str = "2024-01-01T00:00:00.000Z"
    spacing_ms: int = 60_000
    duration_ms: int = 142_000
    arrive_first: int = 0
    arrive_last: int = 0
    changing: int = 0
    long_numbers: int = 0
    unusual: int = 0
    reversed_pages: bool = False
    total_error: int = 0
    max_search_size: int = 200
    max_page_size: int = 100
    max_job_page_size: int = 1000
    max_results: int = 100_000
    max_response_bytes: int = 0
    max_interval_days: int = 0
    job_polls: int = 3
    job_end: str = "FULFILLED"
    actions: dict = dataclasses.field(default_factory=echo_and_transactions)
    integration_credentials: dict = dataclasses.field(default_factory=dict)
    integrations: list = dataclasses.field(default_factory=lambda: ["6f3a1c52-0b7e-4d7c-9a55-1e2f3a4b5c6d"])
    allow_http: bool = False
    ca_file: str = ""
    certificate: list = dataclasses.field(default_factory=list)
    max_action_response_bytes: int = 512_000

    def update(self, values):
        """All of `values` or, with a ValueError, none."""
        for name, value in values.items():
            if name not in Settings.__dataclass_fields__:
                raise ValueError(f"no setting {name}")
            if type(value) is not type(getattr(self, name)):
                raise ValueError(f"{name} must be {type(getattr(self, name)).__name__}")
            if value not in ALLOWED.get(name, (value,)):
                raise ValueError(f"{name} must be one of {', '.join(ALLOWED[name])}")
        for name, value in values.items():
            setattr(self, name, copy.deepcopy(value))


class Platform:
    def __init__(self, start_settings):
        self.start_settings = start_settings
        self.settings = Settings()
        self.clock_offset = 0
        self.tokens = Tokens(self.clock)
        self.released = asyncio.Event()  # set when what stalls may end
        self.reset()

    def clock(self):
        return time.monotonic() + self.clock_offset

    def reset(self):
        """As at the start, except that tokens stay good."""
        self.settings = Settings()
        self.settings.update(self.start_settings)
        self.rates = Rates(self.clock)
        self.faults = Faults()
        self.journal = Journal()
        self.conversations = Conversations(self.settings)
        self.jobs = {}
        self.actions = ActionStore()
        self.dataactions = {}  # of the tutorial's dialect, by id
        self.release()

    def release(self):
        """Ends every stall."""
        self.released.set()
        self.released = asyncio.Event()
