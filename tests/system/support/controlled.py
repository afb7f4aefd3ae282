"""A server of tests/ that is a process of a test's own, and is told over /control/ what to do."""

import http.client
import json
import pathlib
import signal
import urllib.parse

from support.process import ROOT, Server, wait_for

TESTS = ROOT / "tests"
TIMEOUT = 30  # bounds a failure; nothing is measured by it


class Controlled:
    """`MODULE` is what python3 -m runs. One that was stopped listens on the same ports when it is started again."""

    MODULE = ""

    def __init__(self, directory, options, settings, start):
        self.log = pathlib.Path(directory) / f"{self.MODULE}.log"
        self.options = options
        self.start_settings = settings
        self.ports = {}
        self.server = None
        self._begin = 0
        if start:
            self.start()

    def start(self):
        self._begin = self.log.stat().st_size if self.log.exists() else 0
        command = ["env", f"PYTHONPATH={TESTS}", "PYTHONDONTWRITEBYTECODE=1", "/usr/bin/python3", "-m", self.MODULE,
                   "--settings", json.dumps(self.start_settings), *self.options]
        for name, number in self.ports.items():
            command += ["--" + name.replace("_", "-"), number]
        self.server = Server(command, self.log)
        wait_for(lambda: not self.server.running() or "\n" in self.text(), f"the start of the {self.MODULE}")
        assert self.server.running(), f"the {self.MODULE} did not start:\n{self.text()}"
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

    def running(self):
        return self.server is not None and self.server.running()

    def text(self):
        """What it has written since it was started."""
        return self.log.read_bytes()[self._begin:].decode(errors="replace") if self.log.exists() else ""

    def check(self):
        """It says its ports, and nothing else: a traceback is a bug of its own."""
        rest = self.text().partition("\n")[2]
        assert not rest, rest

    def stop(self):
        """SIGTERM. Connections to its ports are refused from then on."""
        if self.server is None:
            return
        try:
            status = self.server.stop(signal.SIGTERM)
            self.check()
            assert status == 0, f"the {self.MODULE} ended with status {status}"
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
        """As at the start, except for connections, and for the simulator's tokens."""
        self.control("POST", "reset")

    def settings(self, **values):
        """Changes some, and returns all."""
        return self.control("POST", "settings", values)

    def faults(self):
        """Those that are left."""
        return self.control("GET", "faults")

    def clear_faults(self):
        self.control("DELETE", "faults")

    def state(self):
        """Counts and peaks, and what there is besides: the server's README.md."""
        return self.control("GET", "state")

    def release(self):
        """Ends every stall."""
        self.control("POST", "release")
