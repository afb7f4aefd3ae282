"""`make run`: every line that it prints works, and Ctrl-C leaves nothing behind."""

import fcntl
import html
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import termios

import pytest

from setup_support import BUILD, ROOT, answers, ask, free_port, wait_for


class Demo:
    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.before = leftovers()
        # A test run in the background ignores these, and a shell cannot trap what was ignored when it began.
        demo = ["env", "--default-signal=INT,HUP", ROOT / "tools/demo", BUILD]
        self.process = subprocess.Popen(demo, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True,
                                        env={**os.environ, "DEMO_PORT": str(port)})
        self.printed = []
        while not any("Ctrl-C" in line for line in self.printed):
            line = self.process.stdout.readline()
            assert line, "the demo ended: " + "".join(self.printed)
            self.printed.append(line)

    def stop(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.communicate(timeout=30)
        return self.process.returncode

    def group_is_gone(self):
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


def leftovers():
    return set(pathlib.Path("/tmp").glob("dataaction-demo.*"))


@pytest.fixture
def demo():
    running = Demo(free_port())
    yield running
    running.stop()


def test_serves_real_data_from_every_source(demo):
    webhooks = f"{demo.url}/webhooks/dataaction"
    assert len(json.loads(ask(f"{webhooks}/stream", {})[1])) == 50_000
    batches = json.loads(ask(f"{webhooks}/nested", {"batch_size": 10, "limit": 25})[1])
    assert [len(batch) for batch in batches] == [10, 10, 5]

    answer = json.loads(ask(f"{webhooks}/subdivisions", {"country": "FR"})[1])
    assert answer["complete"] and answer["count"] == len(answer["records"]) > 100
    assert {"code": "FR-34", "type": "Metropolitan department", "name": "Hérault", "parent": "OCC"} in answer["records"]

    languages = [json.loads(line) for line in ask(f"{webhooks}/languages", {"type": "C"})[1].splitlines()]
    assert "Esperanto" in {language["name"] for language in languages}

    chats = json.loads(ask(f"{webhooks}/conversations", {"media": "chat"})[1])
    assert (chats["count"], chats["complete"], chats["next"]) == (1000, True, None)
    ids = [one["conversationId"] for one in chats["records"]]
    piece = json.loads(ask(f"{webhooks}/conversations", {"media": "chat", "limit": 150})[1])
    assert (piece["count"], piece["complete"], piece["reason"]) == (150, True, "limit")
    after = json.loads(ask(f"{webhooks}/conversations", {"media": "chat", "limit": 2, "cursor": piece["next"]})[1])
    assert [one["conversationId"] for one in after["records"]] == ids[150:152]

    first = json.loads(ask(f"{webhooks}/countries", {"limit": 2})[1])
    rest = json.loads(ask(f"{webhooks}/countries", {"cursor": first["next"]})[1])
    codes = [country["code"] for country in first["records"] + rest["records"]]
    assert len(codes) == 249 and codes == sorted(set(codes))


def run(command):
    return subprocess.run(["bash", "-c", re.sub(r"\bcurl ", "curl -sS ", command)], capture_output=True, text=True,
                          check=False, timeout=60)


def test_the_lines_to_try_work(demo):
    commands = re.findall(r"^ {4}(curl .*)$", "".join(demo.printed), re.M)
    assert len(commands) >= 6
    for command in commands:
        done = run(command)
        assert done.stdout.startswith(("[", "{")), f"{command}: {done.stdout}{done.stderr}"


def test_the_page_shows_the_same_webhooks(demo):
    status, page = ask(f"{demo.url}/")
    assert status == 200 and "@" not in re.sub(r"<style>.*</style>", "", page, flags=re.S).replace("@media", "")
    shown = set(re.findall(r"/webhooks/dataaction/\w+", page))
    configured = set(re.findall(r"= (/webhooks/dataaction/\w+)", (ROOT / "conf.d/demo/nginx.conf").read_text()))
    assert shown == configured


def test_the_lines_of_the_page_work(demo):
    pieces = [html.unescape(text) for text in re.findall(r"<pre>(.*?)</pre>", ask(f"{demo.url}/")[1], re.S)]
    assert len(pieces) >= 8
    for piece in pieces:
        done = run(piece)
        assert re.match(r"[\[{]|HTTP/1.1 4", done.stdout) or done.stdout.endswith("}"), f"{piece}: {done.stderr}"
    (following,) = [json.loads(run(piece).stdout) for piece in pieces if "next=" in piece]
    assert (following["count"], following["reason"]) == (2, "limit")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leaves_nothing_behind(how):
    demo = Demo(free_port())
    assert leftovers() - demo.before
    assert demo.stop(how) == 0
    assert demo.group_is_gone() and not answers(demo.port)
    assert leftovers() == demo.before


def test_goes_with_its_terminal():
    """As `make run` in a terminal of its own: the kernel tells make alone, which waits for its children."""
    port, before = free_port(), leftovers()
    terminal, inside = pty.openpty()
    make = ["make", "-f", "/dev/null", f"--eval=demo:; @{ROOT}/tools/demo {BUILD}", "demo"]
    running = subprocess.Popen(["env", "--default-signal=HUP", *make], stdin=inside, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True,
                               env={**os.environ, "DEMO_PORT": str(port)},
                               preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(inside)
    wait_for(lambda: answers(port), "the demo")
    os.close(terminal)
    wait_for(lambda: running.poll() is not None, "the end")
    assert not answers(port) and leftovers() == before


def test_children_go_with_a_killed_parent():
    demo = Demo(free_port())
    demo.stop(signal.SIGKILL)
    wait_for(demo.group_is_gone, "the servers to end")
    for folder in leftovers() - demo.before:
        subprocess.run(["rm", "-r", folder], check=True)


def test_a_second_one_says_that_the_port_is_taken(demo):
    second = subprocess.run([ROOT / "tools/demo", BUILD], capture_output=True, text=True, check=False, timeout=30,
                            env={**os.environ, "DEMO_PORT": str(demo.port)})
    assert second.returncode == 1
    assert f"port {demo.port} is taken" in second.stderr
    assert ask(f"{demo.url}/")[0] == 200
