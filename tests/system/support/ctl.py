"""dataactionctl, as somebody at a terminal runs it."""

import array
import fcntl
import os
import pty
import select
import signal
import subprocess
import termios

from support.process import DATAACTIONCTL, SANITIZER_TEXT, wait_for

CLIENT, SECRET = "client", "hush-5f0c3e9a1d"
TIMEOUT = 120  # bounds a failure; nothing is measured by it
PIPE = 65536  # bytes: pipe(7)


def environment(**names):
    """Ours, without any platform in it but that of `names`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENESYS")}
    return {**kept, **names}


def official(simulator, **names):
    return environment(**{"GENESYSCLOUD_REGION": simulator.url, "GENESYSCLOUD_OAUTHCLIENT_ID": CLIENT,
                          "GENESYSCLOUD_OAUTHCLIENT_SECRET": SECRET, **names})


def tutorials(simulator, **names):
    return environment(**{"GENESYS_BASE_URL": simulator.url, "GENESYS_CLIENT_ID": CLIENT,
                          "GENESYS_CLIENT_SECRET": SECRET, **names})


class Ran:
    """What came of it. A secret is nowhere in it unless it is expected."""

    def __init__(self, status, out, errors):
        self.status = status
        self.out = out
        self.errors = errors.decode()
        assert not SANITIZER_TEXT.search(self.errors), self.errors
        assert SECRET.encode() not in out and SECRET not in self.errors, self

    def lines(self):
        return self.out.decode().splitlines()

    def __repr__(self):
        return f"<{self.status} {self.out[:500]!r} {self.errors[-2000:]}>"


def ctl(*words, env=None, stdin=b"", out=subprocess.PIPE):
    """Runs it to its end. `out`: where its standard output goes instead of into what is returned."""
    done = subprocess.run([DATAACTIONCTL, *map(str, words)], input=stdin, stdout=out, stderr=subprocess.PIPE,
                          timeout=TIMEOUT, env=env or environment(), check=False)
    return Ran(done.returncode, done.stdout or b"", done.stderr)


def watched(*words, env=None):
    """Runs it to its end on a terminal: (status, what that was shown on standard error)."""
    main, terminal = pty.openpty()
    process = subprocess.Popen([DATAACTIONCTL, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=terminal, env={**(env or environment()), "TERM": "xterm"})
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(main, 4096):
            shown += piece
    except OSError:  # EIO: the other end is closed
        pass
    os.close(main)
    return process.wait(TIMEOUT), shown.decode()


class Running:
    """One that has been started. Standard output is a pipe that is read when the test reads it."""

    def __init__(self, *words, env=None):
        self.process = subprocess.Popen([DATAACTIONCTL, *map(str, words)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env or environment())

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def blocked(self):
        """Waits until it waits for somebody to read."""
        wait_for(lambda: self.written() >= PIPE - select.PIPE_BUF, "a full pipe")

    def written(self):
        """Bytes that have not been read yet."""
        size = array.array("i", [0])
        fcntl.ioctl(self.process.stdout.fileno(), termios.FIONREAD, size)
        return size[0]

    def end(self):
        out, errors = self.process.communicate(timeout=TIMEOUT)
        return Ran(self.process.returncode, out, errors)
