"""The platform simulator of tests/simulator, as a process of a test's own."""

import http.client
import json
import pathlib
import signal
import subprocess
import urllib.parse

from support.process import ROOT, Server, wait_for

TESTS = ROOT / "tests"
TIMEOUT = 30  # bounds a failure; nothing is measured by it


def make_authority(directory):
    """A private CA, and a certificate of it for 127.0.0.1 and localhost: (CA, certificate, key). Made once a
    directory."""
    directory = pathlib.Path(directory)
    authority, certificate, key = (directory / name for name in ("ca.crt", "platform.crt", "platform.key"))
    if not certificate.exists():
        common = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                  "-days", "2"]
        for command in (["-subj", "/CN=A private CA", "-keyout", directory / "ca.key", "-out", authority],
                        ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                         "-addext", "basicConstraints=critical,CA:FALSE", "-CA", authority,
                         "-CAkey", directory / "ca.key", "-keyout", key, "-out", certificate]):
            subprocess.run(common + command, check=True, capture_output=True)
    return authority, certificate, key


class Simulator:
    """Started at once. `settings` hold until stop(), through every reset(); tests/simulator/README.md has them.

    `tls`: (certificate, key); `tls_url` is there then. `apart`: tokens are to be had at `login_url` alone, and
    nothing else is. A simulator that was stopped listens on the same ports when it is started again.
    """

    def __init__(self, directory, tls=None, apart=False, start=True, **settings):
        self.log = pathlib.Path(directory) / "simulator.log"
        self.tls = tls
        self.start_settings = settings
        self.apart = apart
        self.ports = {}
        self.server = None
        self._begin = 0
        if start:
            self.start()

    def start(self):
        self._begin = self.log.stat().st_size if self.log.exists() else 0
        command = ["env", f"PYTHONPATH={TESTS}", "PYTHONDONTWRITEBYTECODE=1", "/usr/bin/python3", "-m", "simulator",
                   "--settings", json.dumps(self.start_settings)]
        command += ["--tls", *self.tls] if self.tls else []
        command += ["--apart"] if self.apart else []
        for name, number in self.ports.items():
            command += ["--" + name.replace("_", "-"), number]
        self.server = Server(command, self.log)
        wait_for(lambda: not self.server.running() or "\n" in self.text(), "the simulator's start")
        assert self.server.running(), f"the simulator did not start:\n{self.text()}"
        self.ports = json.loads(self.text().partition("\n")[0])

    @property
    def port(self):
        return self.ports["port"]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self):
        return f"https://127.0.0.1:{self.ports['tls_port']}"

    @property
    def login_url(self):
        return f"http://127.0.0.1:{self.ports['login_port']}"

    @property
    def login_tls_url(self):
        return f"https://127.0.0.1:{self.ports['login_tls_port']}"

    def running(self):
        return self.server is not None and self.server.running()

    def text(self):
        """What it has written since it was started."""
        return self.log.read_bytes()[self._begin:].decode(errors="replace") if self.log.exists() else ""

    def check(self):
        """It says its ports, and nothing else: a traceback is a bug of the simulator."""
        rest = self.text().partition("\n")[2]
        assert not rest, rest

    def stop(self):
        """SIGTERM. Connections to its ports are refused from then on."""
        if self.server is None:
            return
        try:
            status = self.server.stop(signal.SIGTERM)
            self.check()
            assert status == 0, f"the simulator ended with status {status}"
        finally:
            self.server.kill()
            self.server = None

    close = stop

    # --- control

    def control(self, method, name, body=None, **query):
        """The JSON answer of /control/`name`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            target = f"/control/{name}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
            connection.request(method, target, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            return json.loads(text)
        finally:
            connection.close()

    def reset(self):
        """As at the start, except that tokens stay good."""
        self.control("POST", "reset")

    def settings(self, **values):
        """Changes some, and returns all."""
        return self.control("POST", "settings", values)

    def fault(self, route, do="answer", **options):
        """Queues a fault: fault("later_page", status=429, retry_after=1), fault("token", "stall")."""
        self.control("POST", "faults", {"route": route, "do": do, **options})

    def faults(self):
        """Those that are left."""
        return self.control("GET", "faults")

    def clear_faults(self):
        self.control("DELETE", "faults")

    def requests(self, route=None, since=0):
        """What it was asked, in order."""
        return self.control("GET", "requests", since=since, **({"route": route} if route else {}))

    def state(self):
        """Counts and peaks by route, connections, tokens, conversations, jobs."""
        return self.control("GET", "state")

    def count(self, route):
        return self.state()["counts"][route]

    def conversations(self, first=0, count=None, attributes=False):
        """The records as they stand now: [{index, id, text}]."""
        query = {"first": first, "attributes": str(attributes).lower()}
        return self.control("GET", "conversations", **query, **({} if count is None else {"count": count}))

    def tokens(self):
        """Each that it ever issued."""
        return self.control("GET", "tokens")

    def expire_tokens(self):
        self.control("POST", "tokens", {"do": "expire"})

    def revoke_tokens(self):
        self.control("POST", "tokens", {"do": "revoke"})

    def advance(self, seconds):
        """Moves its clock: tokens expire by it, and requests leave the minute."""
        self.control("POST", "clock", {"advance": seconds})

    def reset_rates(self):
        self.control("POST", "rates")

    def release(self):
        """Ends every stall."""
        self.control("POST", "release")
