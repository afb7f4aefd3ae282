"""Fixtures of the system tests. After every test, every nginx and every dataactiond that is alive is checked
for alerts, sanitizer reports and restarted workers; and once more when it is stopped."""

import shutil
import tempfile
from pathlib import Path

import pytest

pytest.register_assert_rewrite("support")  # so that a failure there shows its values

from support.daemon import Daemon
from support.nginx import Nginx


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: takes long; run by `make soak`")


class Servers:
    """Starts servers for a test or for a module of tests; each nginx has a directory of its own."""

    def __init__(self):
        self.base = Path(tempfile.mkdtemp(prefix="da", dir="/tmp"))  # short: Unix sockets are in it
        self.running = []
        self.count = 0

    def directory(self):
        self.count += 1
        path = self.base / str(self.count)
        path.mkdir()
        return path

    def nginx(self, directory=None, **options):
        """Options are those of support.nginx.Nginx."""
        server = Nginx(directory or self.directory(), **{**options, "start": False})
        self.running.append(server)
        if options.get("start", True):
            server.start()
        else:
            server.port = server.write_conf()
        return server

    def daemon(self, nginx, **options):
        """A dataactiond on the configuration of `nginx`."""
        server = Daemon(nginx.conf, nginx.socket, nginx.directory, **{**options, "start": False})
        self.running.append(server)
        if options.get("start", True):
            server.start()
        return server

    def pair(self, **options):
        """nginx and its dataactiond."""
        nginx = self.nginx(**options)
        return nginx, self.daemon(nginx)

    def check(self):
        for server in self.running:
            server.check()

    def close(self):
        failures = []
        for server in self.running:
            try:
                server.close()
            except AssertionError as failure:
                failures.append(str(failure))
        shutil.rmtree(self.base)
        assert not failures, "\n".join(failures)


alive = []


def opened():
    servers = Servers()
    alive.append(servers)
    try:
        yield servers
    finally:
        alive.remove(servers)
        servers.close()


@pytest.fixture
def servers():
    yield from opened()


@pytest.fixture(scope="module")
def module_servers():
    yield from opened()


@pytest.fixture(autouse=True)
def check_servers():
    yield
    for servers in alive:
        servers.check()


@pytest.fixture
def directory():
    """For files of a test; short, and readable for a worker of any user."""
    path = Path(tempfile.mkdtemp(prefix="da", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
