"""Configurations with one mistake, and what `nginx -t` and `dataactiond -t` say of it."""

import re

from support import daemon
from support.nginx import check_conf
from support.process import MODULE

FIRST = 5  # the line of `dataaction {` in a test's nginx.conf


def whole_conf(directory, block, locations="", server="", http=""):
    """An nginx.conf whose `dataaction` stands in line 5, and its locations each in one line of their own."""
    conf = directory / "nginx.conf"
    block = "" if block is None else f"dataaction {{\n{block}\n}}"
    conf.write_text(f'load_module "{MODULE}";\npid {directory}/pid;\nevents {{ }}\nhttp {{ access_log off;\n'
                    f"{block}\n{http}\nserver {{ listen unix:{directory}/s;\n{server}\n{locations}\n}}\n}}\n")
    return conf


def line_of(conf, text):
    """The one line of the file that holds `text`."""
    (number,) = [number for number, line in enumerate(conf.read_text().splitlines(), 1) if text in line]
    return number


def said(output):
    """What -t said, without time, severity and pid, and without the last line that counts it all as failed."""
    lines = [re.sub(r"^.*\[emerg\] (\d+#\d+: )?", "", line) for line in output.splitlines()]
    return [line for line in lines if not re.fullmatch(r"\w+: .* test failed", line)]


def expectation(directory, conf, message, line):
    at = FIRST + line - 1 if line else len(conf.read_text().splitlines()) + 1
    message = message.replace("{file}", str(conf)).replace("{directory}", str(directory))
    message = re.sub(r"\{line-(\d)\}", lambda match: str(at - int(match[1])), message)
    return f"{message} in {conf}:{at}"


def says_alike(directory, conf, expected):
    """nginx and dataactiond say this, and nothing else."""
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [expected])
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expected])
