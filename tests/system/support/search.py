"""The whole way of a search: nginx, dataactiond, and a simulated platform for each dialect that is used."""

import base64
import itertools
import json
import mmap
import os
import pathlib
import re
import signal

from support import records
from support.link import read
from support.process import children, wait_for
from support.simulator import Simulator

BACKENDS = ("tutorial_search", "details_query", "details_jobs")
FORMATS = ("array", "batches", "ndjson", "envelope")
SECRET = "hush-5f0c3e9a1d"
# The simulator's conversations begin in the middle of it, and more may arrive at both ends.
FORTNIGHT = "2023-12-25T00:00:00Z/2024-01-08T00:00:00Z"

PLATFORM = """
    platform {name} {{
        dialect             {name};
        api_url             {url};
        client_id           client;
        client_secret_file  {secret};
        {more}
    }}
"""

contexts = itertools.count(1)


def dialect_of(backend):
    return "tutorial" if backend == "tutorial_search" else "genesys"


def source(name, backend, query="status:completed", more=""):
    """A source that knows its backend. Where `more` does not say otherwise, a page has 100 conversations and the
    search is about the fortnight."""
    lines = [f"search {dialect_of(backend)} '{query}';", f"backend {backend};", more]
    if "page_size" not in more:
        lines.append("page_size 100;")
    if backend != "tutorial_search" and not re.search(r"\b(interval|last)\b", more):
        lines.append(f"interval {FORTNIGHT};")
    return f"source {name} {{ {' '.join(lines)} }}\n"


def of_each_backend(query="status:completed", more=""):
    """Three sources, named by their backends."""
    return "".join(source(backend, backend, query, more) for backend in BACKENDS)


class Search:
    """Started at once, with a location /SOURCE/FORMAT for each.

    sources    text of the block, by source() for the most part
    platform   more directives of each platform; rate is not bounded unless they say so
    location   more directives of each location
    tls        (CA, certificate, key): TLS towards the platforms
    settings   of the simulators, which bound no rate unless told
    """

    def __init__(self, servers, sources, platform="", location="", block="", tls=None, workers=1, **settings):
        self.directory = servers.directory()
        secrets = servers.directory()  # apart from what is searched for secrets
        self.secret_file = secrets / "secret"
        self.write_secret(SECRET)
        self.simulators = {}
        platforms = ""
        for dialect in sorted(set(re.findall(r"search (genesys|tutorial) ", sources))):
            directory = servers.directory()
            genesys = dialect == "genesys"
            simulator = Simulator(directory, tls=tls and tls[1:], apart=genesys,
                                  **{"client_secret": SECRET, "rate": 0, "token_rate": 0, "job_polls": 1, **settings,
                                     "dialect": dialect})
            servers.running.append(simulator)
            self.simulators[dialect] = simulator
            more = platform
            if not re.search(r"\brate\b", platform):
                more += " rate 1000000;"
            if genesys:  # which has a host for tokens alone
                more += f" login_url {simulator.login_tls_url if tls else simulator.login_url};"
            else:
                more += " scope search:query;"
            platforms += PLATFORM.format(name=dialect, url=simulator.tls_url if tls else simulator.url,
                                         secret=self.secret_file, more=more)
        self.log = self.directory / "sidecar.log"
        names = re.findall(r"^source (\S+)", sources, re.M)
        locations = "".join(f"location = /{name}/{form} {{ dataaction_stream {name}; dataaction_format {form}; "
                            f"{location} }}\n" for name in names for form in FORMATS)
        self.block = f"log {self.log} level=debug;\nstate_path {secrets};\n{block}\n{platforms}{sources}"
        self.nginx = servers.nginx(self.directory, workers=workers, connections=1024, block=self.block,
                                   locations=locations + "location = /status { dataaction_status; }\n")
        self.daemon = servers.daemon(self.nginx)

    def write_secret(self, secret):
        self.secret_file.write_text(secret + "\n")
        self.secret_file.chmod(0o600)

    @property
    def simulator(self):
        """The only one."""
        (simulator,) = self.simulators.values()
        return simulator

    def of(self, backend):
        """The simulator that a backend asks."""
        return self.simulators[dialect_of(backend)]

    def reload(self, **changes):
        """dataactiond reads the configuration anew, with changes as of support.nginx.Nginx."""
        if changes:
            self.nginx.write_conf(**changes)
        before = len(self.lines("configuration reloaded"))
        self.daemon.signal(signal.SIGHUP)
        wait_for(lambda: len(self.lines("configuration reloaded")) > before, "the reload")

    def reset(self):
        for simulator in self.simulators.values():
            simulator.reset()

    # --- asking

    def start(self, name, form="envelope", **parameters):
        """A request on a connection of its own, whose answer is not read yet; `connection.context` is in the logs."""
        connection = self.nginx.connect()
        connection.context = f"search-{next(contexts)}"
        connection.send_request("POST", f"/{name}/{form}", parameters,
                                headers=[("ININ-Correlation-Id", connection.context)])
        return connection

    def post(self, name, form="envelope", **parameters):
        connection = self.start(name, form, **parameters)
        response = read(connection)
        response.context = connection.context
        return response

    def ask(self, name, **parameters):
        """The envelope of an answer that has one."""
        return envelope_of(self.post(name, **parameters))

    # --- what must be true

    def text(self):
        """The log of dataactiond."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def lines(self, *parts):
        """Lines of that log that have each of `parts`."""
        return [line for line in self.text().splitlines() if all(part in line for part in parts)]

    def log_of(self, asked, *parts):
        """The line about a request with each of `parts`, which must come."""
        return wait_for(lambda: self.lines(f"context={asked.context} ", *parts), f"a line of {asked.context}")[0]

    def check_secrets(self, *answers):
        """Neither secret nor token is where others look: logs, status, `answers`, the workers' memory."""
        hidden = [SECRET.encode(), base64.b64encode(f"client:{SECRET}".encode())]
        tokens = self.tokens()
        for where, data in self._seen(answers):
            assert not any(secret in data for secret in hidden), f"the secret is in {where}"
            assert not any(token in data for token in tokens), f"a token is in {where}"

    def tokens(self):
        """A piece of each token that was issued, from its middle: memory that is free has lost its begin."""
        return [token[20:60].encode() for simulator in self.simulators.values() for token in simulator.tokens()]

    def _seen(self, answers):
        for path in self.directory.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()
        for answer in answers:
            yield "an answer", answer
        for path in ("/status", "/status?format=prometheus"):
            yield path, self.nginx.get(path).body
        for pid in children(self.nginx.pid):
            for piece in memory_of(pid):
                yield f"the memory of a worker, {pid}", piece


SHADOW = 256 << 20  # AddressSanitizer's maps, and nothing else's, are larger


def memory_of(pid):
    """What a process may write to: its heap, stack and data."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end = (int(number, 16) for number in line.split()[0].split("-"))
            if line.split()[1].startswith("rw") and "[v" not in line and end - begin < SHADOW:
                yield b"".join(pieces_of(memory.fileno(), begin, end))


def pieces_of(memory, at, end):
    """What is there of a range: the process goes on meanwhile, and gives memory back."""
    while at < end:
        try:
            piece = os.pread(memory, min(end - at, 1 << 20), at)
        except OSError:
            piece = b""
        yield piece
        at += len(piece) or mmap.PAGESIZE


def envelope_of(response):
    assert (response.status, response.end) == (200, "complete"), response
    return response.json()


# --- what an answer must hold, from the simulator's own records

def compact(text):
    """JSON without the white space between its tokens, otherwise byte for byte."""
    return re.sub(r'("(?:[^"\\]|\\.)*")|\s+', lambda match: match[1] or "", text)


def exact(text):
    """Parsed with numbers as their text, and members in their order, twice or not."""
    def number(digits):
        return ("number", digits)
    return json.loads(text, parse_int=number, parse_float=number, parse_constant=number,
                      object_pairs_hook=lambda pairs: ("object", pairs))


def is_completed(conversation):
    return "conversationEnd" in conversation or conversation.get("fields", {}).get("status") == "completed"


def texts(search, backend, keep=is_completed, **which):
    """The records that a search delivers, in its order."""
    found = search.of(backend).conversations(attributes=backend == "details_jobs", **which)
    kept = [compact(item["text"]) for item in found if keep(json.loads(item["text"]))]
    return kept[::-1] if backend == "tutorial_search" else kept


def body_of(form, wanted):
    """The bytes of a complete answer."""
    made = {"array": records.array, "ndjson": records.ndjson, "envelope": records.envelope,
            "batches": lambda texts: records.batches(texts, 1000)}
    return made[form](wanted)


def ids(answer):
    return [record["conversationId"] for record in answer["records"]]


def ids_of(wanted):
    return [json.loads(text)["conversationId"] for text in wanted]
