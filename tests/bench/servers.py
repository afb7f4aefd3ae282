"""What is measured, and what it is measured against: built, started, pinned, and cleaned up."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import records

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parents[1]
BUILD = pathlib.Path(os.environ.get("DATAACTION_BUILD", ROOT / "build"))
TOOLS = BUILD / "bench"

NGINX = "/usr/sbin/nginx"
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's FastAPI
SERVER_CORE, CLIENT_CORE = 0, 1
BOTH_CORES = "0-1"

_FLAGS = ["-O2", "-Wall", "-Wextra", "-I", str(ROOT)]
_SERVER = ["tests/bench/loopback.cpp", "tests/bench/http_drain.cpp"]
_PROGRAMS = {
    "load": ["g++", "-std=c++23", "tests/bench/load.cpp", "tests/bench/http_drain.cpp"],
    "first_byte": ["g++", "-std=c++23", "tests/bench/first_byte.cpp", "tests/bench/http_drain.cpp"],
    "copy_server": ["g++", "-std=c++23", "tests/bench/copy_server.cpp", *_SERVER],
    "replay_server": ["g++", "-std=c++23", "tests/bench/replay_server.cpp", *_SERVER],
    "link_peer": ["g++", "-std=c++23", "tests/bench/link_peer.cpp", "core/link/frame.cpp"],
    "api_server": ["g++", "-std=c++23", "tests/bench/api_server.cpp", *_SERVER],
    "call_times": ["g++", "-std=c++23", "tests/bench/call_times.cpp", "tests/bench/http_drain.cpp"],
    "curl_client": ["g++", "-std=c++23", "tests/bench/curl_client.cpp", "tests/bench/http_drain.cpp", "-lcurl", "-luv"],
    "check_loop": ["g++", "-std=c++23", "tests/bench/check_loop.cpp", "tests/bench/http_drain.cpp",
                   str(BUILD / "libcore.a"), "-lpcre2-8"],
    "sql_loop": ["gcc", "tests/bench/sql_loop.c", "-lsqlite3"],
}


def build_tools():
    TOOLS.mkdir(parents=True, exist_ok=True)
    jobs = [(name, subprocess.Popen([*command, *_FLAGS, "-o", TOOLS / name], cwd=ROOT))
            for name, command in _PROGRAMS.items()]
    for name, job in jobs:
        if job.wait() != 0:
            raise SystemExit(f"tests/bench: {name} does not build")


def on_core(core, *command):
    return ["taskset", "-c", str(core), *map(str, command)]


def move(cores, *pids):
    """Processes that run, with all of their threads."""
    for pid in pids:
        subprocess.run(["taskset", "-apc", str(cores), str(pid)], stdout=subprocess.DEVNULL, check=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"tests/bench: {what}: not within {seconds} s")
        time.sleep(0.01)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Servers(contextlib.ExitStack):
    """A directory of its own, and processes that end with it."""

    def __enter__(self):
        super().__enter__()
        self.pids = {}
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="dataaction-bench-"))
        self.callback(shutil.rmtree, self.dir, ignore_errors=True)
        self.dir.chmod(0o755)  # the worker is another user
        records.write_files(self.dir)
        self._write("dataaction.conf", "dataaction.conf", QUERY=records.QUERY)
        return self

    def _write(self, template, name, **values):
        text = (BENCH / template).read_text()
        for key, value in {"DIR": self.dir, "BENCH": BENCH, **values}.items():
            text = text.replace(f"@{key}@", str(value))
        (self.dir / name).write_text(text)
        return self.dir / name

    def start(self, name, *command):
        with (self.dir / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(list(map(str, command)), cwd=self.dir, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=subprocess.STDOUT)
        self.callback(self.stop, process)
        self.pids[name] = process.pid
        return process

    @staticmethod
    def stop(process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def nginx(self, name="nginx", conf="nginx.conf", **values):
        """(port, pid of the worker) of a new nginx with everything that is in `conf`."""
        port = free_port()
        conf = self._write(conf, f"{name}.conf", NAME=name, PORT=port,
                           MODULE=BUILD / "ngx_http_dataaction_module.so", **values)
        master = self.start(name, NGINX, "-c", conf, "-e", self.dir / f"{name}.log")
        self._wait_for_port(name, master, port)
        children = pathlib.Path(f"/proc/{master.pid}/task/{master.pid}/children")
        wait_for(children.read_text, "an nginx worker")
        return port, int(children.read_text().split()[0])

    def fastapi(self, app="fastapi_app:app", core=SERVER_CORE, **environment):
        port = free_port()
        name = app.partition(":")[0]
        server = self.start(name, "env", *(f"{key}={value}" for key, value in environment.items()), *on_core(
            core, PYTHON, "-m", "uvicorn", app, "--app-dir", BENCH, "--port", port,
            "--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log"))
        self._wait_for_port(name, server, port)
        return port

    def api_server(self, delay_ms):
        """(port, pid) of an API that answers so many milliseconds later; without delay also on api.sock."""
        path = [] if delay_ms else [self.dir / "api.sock"]
        name = f"api_{delay_ms}"
        port = self._tool(name, TOOLS / "api_server", delay_ms, *path)
        for each in path:
            each.chmod(0o666)
        return port, self.pids[name]

    def actions(self, api, slow_api, contract):
        """(port of an nginx, pid of its worker, pid of its dataactiond), on any core, with calls to both APIs."""
        outputs = """output status_code $status;  output external_id $.id 0;  output title $.title "";
            output body $.body "";  output error_message $error_message "";"""

        def action(name, port, more):
            return (f"action {name} {{ contract {contract}; {outputs} {more}\n"
                    f'request GET "http://127.0.0.1:{port}/posts/${{user_id}}"; }}\n')

        block = (action("call", api, "") + action("cached", api, "cache 1h;")
                 + action("slow", slow_api, "concurrency 1024;")
                 + action("slow_many", slow_api, "concurrency 64 queue=2048;")
                 + action("coalesced", slow_api, "concurrency 64 queue=2048; coalesce on;")
                 + action("slow_cached", slow_api, "concurrency 64 queue=2048; coalesce on; cache 1h;"))
        (self.dir / "actions_block.conf").write_text(
            f"dataaction {{ listen unix:{self.dir}/actions.sock backlog=4096; max_connections 4096; {block} }}\n")
        daemon = self.start("actions_daemon", BUILD / "dataactiond", "-c", self.dir / "actions_block.conf")
        path = self.dir / "actions.sock"
        wait_for(lambda: path.exists() or daemon.poll() is not None, "dataactiond")
        path.chmod(0o666)
        port, worker = self.nginx("actions", conf="actions.conf", API=api)
        return port, worker, daemon.pid

    def _tool(self, name, *command):
        """The port that a tool of ours prints."""
        self.start(name, *command)
        out = self.dir / f"{name}.out"
        wait_for(lambda: out.read_text().endswith("\n"), name)
        return int(out.read_text())

    def copy_server(self, name):
        """One that serves the file `name`."""
        return self._tool(f"copy_{name}", *on_core(SERVER_CORE, TOOLS / "copy_server", self.dir / name))

    def replay_server(self, pages, delay_ms):
        """A platform that answers searches of so many pages, each after so many milliseconds."""
        return self._tool(f"replay_{pages}_{delay_ms}",
                          *on_core(CLIENT_CORE, TOOLS / "replay_server", pages, delay_ms))

    def search(self, platforms, rates):
        """(port of an nginx, pid of its worker, pid of its dataactiond) with a location for each of `platforms`, a
        port by name. `rates`: of those that have one, requests a minute."""
        secret = self.dir / "secret"
        secret.write_text("secret")
        secret.chmod(0o600)
        blocks = "".join(f"""
            platform {name} {{
                dialect tutorial;  api_url http://127.0.0.1:{port};  client_id bench;
                client_secret_file {secret};  rate {rates.get(name, 1_000_000)};
                retry max_wait=5m timeout=10m;
            }}
            source {name} {{ search {name} "status:completed";  page_size 200; }}""" for name, port in platforms.items())
        (self.dir / "search_block.conf").write_text(
            f"dataaction {{ listen unix:{self.dir}/search.sock; {blocks} }}\n")
        daemon = self.start("search_daemon", *on_core(SERVER_CORE, BUILD / "dataactiond", "-c",
                                                      self.dir / "search_block.conf"))
        path = self.dir / "search.sock"
        wait_for(lambda: path.exists() or daemon.poll() is not None, "dataactiond")
        path.chmod(0o666)
        port, worker = self.nginx("search", conf="search.conf")
        return port, worker, daemon.pid

    def link_peer(self):
        sockets = [self.dir / "link_peer.sock", self.dir / "http_peer.sock"]
        self.start("link_peer", *on_core(CLIENT_CORE, TOOLS / "link_peer", sockets[0], self.dir / "lines.ndjson",
                                         sockets[1], self.dir / "array.json"))
        wait_for(lambda: all(path.exists() for path in sockets), "the link's peer")
        for path in sockets:
            path.chmod(0o666)

    def dataactiond(self):
        records.write_database(self.dir)
        conf = self.dir / "dataaction.conf"
        daemon = self.start("dataactiond", *on_core(CLIENT_CORE, BUILD / "dataactiond", "-c", conf))
        path = self.dir / "dataactiond.sock"
        wait_for(lambda: path.exists() or daemon.poll() is not None, "dataactiond")
        path.chmod(0o666)

    def _wait_for_port(self, name, process, port):
        wait_for(lambda: listens(port) or process.poll() is not None, name)
        if process.poll() is not None:
            raise SystemExit(f"tests/bench: {name} did not start:\n"
                             + (self.dir / f"{name}.out").read_text())
