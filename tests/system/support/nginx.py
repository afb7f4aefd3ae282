"""An nginx of a test's own: configuration, start, reload, and what must hold when the test is over."""

import pathlib
import re
import signal
import subprocess

from support import http1, http2
from support.process import (BUILD, MODULE, NGINX, SANITIZER_TEXT, Server, accepts, alive, children, free_port,
                             nginx_environment, wait_for)

TEMPLATE = """\
load_module  "{module}";
user         {user};
daemon       off;
pid          {directory}/nginx.pid;
error_log    {directory}/error.log {log_level};
worker_processes  {workers};
worker_shutdown_timeout  20s;
{main}
events {{
    worker_connections  {connections};
}}
http {{
    log_format  test  '{log_format}';
    access_log  {directory}/access.log  test;
    client_body_temp_path  {directory}/body;
    proxy_temp_path        {directory}/proxy;
    fastcgi_temp_path      {directory}/fastcgi;
    uwsgi_temp_path        {directory}/uwsgi;
    scgi_temp_path         {directory}/scgi;
{block}
{http}
    server {{
        listen  {listen};
{server}
{locations}
    }}
}}
"""

LOG_FORMAT = ("$request_method $uri $status $dataaction_source $dataaction_records $dataaction_bytes "
              "$dataaction_complete $dataaction_reason $dataaction_context_id $dataaction_key")

# The smallest thing that streams: for tests that are about something else.
BLOCK = "source t { synthetic transactions; records 10; }"


class Nginx:
    """Started at once. Ends with close(), which checks what no test should have to ask for.

    block        what stands in dataaction { }; None: no block at all
    locations    in server { }, after `server`
    listen       more parameters of listen, such as "http2" or "ssl"
    """

    def __init__(self, directory, block=BLOCK, locations="", server="", http="", main="", listen="", workers=1,
                 user="root", connections=256, log_format=LOG_FORMAT, log_level="info", start=True):
        self.directory = pathlib.Path(directory)
        self.conf = self.directory / "nginx.conf"
        self.error_log = self.directory / "error.log"
        self.access_log = self.directory / "access.log"
        self.socket = self.directory / "d.sock"  # what the block's `listen` names
        self.port = 0
        self.expected_alerts = []  # regular expressions of [alert] and [emerg] lines that a test means to cause
        self.connections = []
        self.server = None
        self._options = {"block": block, "locations": locations, "server": server, "http": http, "main": main,
                         "listen": listen, "workers": workers, "user": user, "connections": connections,
                         "log_format": log_format, "log_level": log_level}
        self._checked = 0  # bytes of the error log that were looked at
        self._workers = []
        if start:
            self.start()

    # --- configuration

    def write_conf(self, **changes):
        """Writes nginx.conf, with changed options; a reload reads it."""
        self._options.update(changes)
        options = dict(self._options)
        block = options.pop("block")
        if block is not None:
            listen = "" if re.search(r"^\s*listen\s", block, re.M) else f"listen unix:{self.socket};\n"
            block = f"dataaction {{\n{listen}{block}\n}}"
        port = self.port or free_port()
        options["listen"] = f"127.0.0.1:{port} {options['listen']}"
        self.conf.write_text(TEMPLATE.format(module=MODULE, directory=self.directory, block=block or "", **options))
        return port

    def check_conf(self, conf=None):
        """`nginx -t`: (exit status, output)."""
        return check_conf(conf or self.conf, self.directory)

    # --- life

    def start(self):
        for _ in range(5):
            port = self.write_conf()
            self.server = Server([NGINX, "-p", self.directory, "-c", self.conf, "-e", self.directory / "stderr"],
                                 self.directory / "stderr", nginx_environment())
            wait_for(lambda: not self.server.running() or self._ready(port), "nginx's start")
            if self.server.running():
                self.port = port
                self._workers = self.workers()
                return
            text = self.errors()
            if "Address already in use" not in text:
                raise AssertionError(f"nginx did not start:\n{text}")
            self.error_log.unlink()  # another process was faster: take another port
        raise AssertionError("no free port in five tries")

    def _ready(self, port):
        return len(self.workers()) == self._options["workers"] and accepts(port)

    @property
    def pid(self):
        return self.server.pid

    def workers(self):
        """Pids of the workers that accept connections: one that is shutting down does not."""
        found = []
        for pid in children(self.server.pid):
            try:
                title = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"worker process" in title and b"shutting down" not in title:
                found.append(pid)
        return found

    @property
    def worker(self):
        (pid,) = self.workers()
        return pid

    def reload(self, **changes):
        """HUP, and back when the new workers serve. Old ones may still finish what they have."""
        if changes:
            self.write_conf(**changes)
        old = set(self.workers())
        self.server.signal(signal.SIGHUP)
        wait_for(lambda: not old & set(self.workers()) and len(self.workers()) == self._options["workers"],
                 "new workers after a reload")
        self._workers = self.workers()
        return old

    def workers_may_change(self):
        """For a test that kills a worker itself."""
        self._workers = self.workers()

    # --- talking to it

    def connect(self, **options):
        """An HTTP/1 connection, closed when the test is over."""
        connection = http1.Connection(self.port, **options)
        self.connections.append(connection)
        return connection

    def connect_h2(self, **options):
        connection = http2.Connection(self.port, **options)
        self.connections.append(connection)
        return connection

    def post(self, path="/", body=b"{}", **options):
        """One request on a connection of its own: http1.Response."""
        return self.connect().post(path, body, **options)

    def get(self, path="/", **options):
        return self.connect().request("GET", path, **options)

    def status(self, path="/status"):
        """dataaction_status as an object, for a location of that path."""
        return self.get(path).json()

    # --- looking at it

    def errors(self):
        return "".join(path.read_text(errors="replace") for path in (self.directory / "stderr", self.error_log)
                       if path.exists())

    def wait_for_log(self, pattern, count=1):
        """Waits for so many lines of the error log that match, and returns them."""
        expression = re.compile(pattern)

        def lines():
            found = [line for line in self.errors().splitlines() if expression.search(line)]
            return found if len(found) >= count else None
        return wait_for(lines, f"{count} lines of error.log with {pattern!r}")

    def access_lines(self, count):
        """Waits until so many requests have been logged: [[field, ...], ...]."""
        def lines():
            text = self.access_log.read_text() if self.access_log.exists() else ""
            return text.splitlines() if text.count("\n") >= count else None
        return [line.split(" ") for line in wait_for(lines, f"{count} lines of access.log")]

    # --- the end

    def check(self):
        """What holds after every test, whatever it was about."""
        text = self.errors()
        new, self._checked = text[self._checked:], len(text)
        bad = [line for line in new.splitlines() if re.search(r"\[(alert|emerg)\]", line)
               and not any(re.search(pattern, line) for pattern in self.expected_alerts)]
        assert not bad, "in error.log:\n" + "\n".join(bad[:10])
        assert not SANITIZER_TEXT.search(new), new
        assert not re.search(r"exited with code [1-9]", new), new
        if self.server is not None and self.server.running():
            before, self._workers = self._workers, self.workers()
            assert self._workers == before, "a worker has restarted"

    def close(self):
        for connection in self.connections:
            connection.close()
        if self.server is None:
            return
        try:
            self.check()
            workers = children(self.server.pid)
            status = self.server.stop(signal.SIGQUIT)
            self.check()
            assert status == 0, f"nginx ended with status {status}:\n{self.errors()}"
            assert not [pid for pid in workers if alive(pid)], "a worker outlived its master"
            assert not self.server.group(), "a process is left"
        finally:
            self.server.kill()
            self.server = None


def check_conf(conf, directory):
    """`nginx -t` on a file: (exit status, output without nginx's own two last lines)."""
    result = subprocess.run([NGINX, "-t", "-q", "-p", directory, "-c", conf, "-e", "stderr"], capture_output=True,
                            text=True, errors="replace", timeout=60, env=nginx_environment(), check=False)
    return result.returncode, result.stderr


assert BUILD.is_dir(), f"{BUILD}: build first, or set DATAACTION_BUILD"
