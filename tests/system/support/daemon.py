"""A dataactiond of a test's own. Foreground, one configuration with the nginx beside it."""

import pathlib
import signal
import subprocess

from support.process import DATAACTIOND, SANITIZER_TEXT, Server, accepts, wait_for


class Daemon:
    """Started at once; listens on `socket`, the path that the configuration's `listen` names."""

    def __init__(self, conf, socket, directory, start=True):
        self.conf = pathlib.Path(conf)
        self.socket = pathlib.Path(socket)
        self.log = pathlib.Path(directory) / "dataactiond.log"
        self.server = None
        self._checked = 0
        if start:
            self.start()

    def start(self):
        self.server = Server([DATAACTIOND, "-c", self.conf], self.log)
        wait_for(lambda: not self.server.running() or accepts(self.socket), "dataactiond's start")
        assert self.server.running(), f"dataactiond did not start:\n{self.text()}"

    @property
    def pid(self):
        return self.server.pid

    def running(self):
        return self.server is not None and self.server.running()

    def signal(self, number):
        self.server.signal(number)

    def kill(self):
        """SIGKILL, as a crash would be."""
        self.server.kill()
        self.server = None

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def check(self):
        text = self.text()
        new, self._checked = text[self._checked:], len(text)
        assert not SANITIZER_TEXT.search(new), new

    def stop(self):
        """SIGTERM, and its promises: drained, exit status 0, no socket left."""
        if self.server is None:
            return
        try:
            status = self.server.stop(signal.SIGTERM)
            self.check()
            assert status == 0, f"dataactiond ended with status {status}:\n{self.text()}"
            assert not self.server.group(), "a process is left"
            assert not self.socket.exists(), "the socket is left"
        finally:
            self.server.kill()
            self.server = None

    close = stop


def check_conf(conf):
    """`dataactiond -t`: (exit status, output)."""
    result = subprocess.run([DATAACTIOND, "-t", "-c", conf], capture_output=True, text=True, errors="replace",
                            timeout=60, check=False)
    return result.returncode, result.stdout + result.stderr
