"""Everything in conf.d/ is loaded, and does what its comments say."""

import configparser
import re
import shutil

import pytest

from support.nginx import Nginx, check_conf
from support.process import DATAACTIOND, MODULE, ROOT, free_port
from support.twice import twice

CONF_D = ROOT / "conf.d"


def test_every_file_is_known_here():
    assert {str(path.relative_to(CONF_D)) for path in CONF_D.rglob("*") if path.is_file()} == {
        "dataaction.conf", "dataaction_error.conf", "dataaction_http.conf", "dataaction_locations.conf",
        "dataactiond.service", "mod-http-dataaction.conf", "demo/dataaction.conf", "demo/index.html",
        "demo/nginx.conf", "demo/world.sql", "contracts/fetch_post.json", "contracts/conversations_page.json"}


class Installed(Nginx):
    """The snippets as `make install` lays them out: http { } has the one line that the README says."""

    def write_conf(self, **changes):
        port = self.port or free_port()
        snippets = self.directory / "snippets"
        snippets.mkdir(exist_ok=True)
        for name in ("dataaction_http.conf", "dataaction_locations.conf", "dataaction_error.conf"):
            shutil.copy(CONF_D / name, snippets)
        shutil.copy(CONF_D / "dataaction.conf", self.directory)
        http = snippets / "dataaction_http.conf"
        assert http.read_text().count("127.0.0.1:8088;") == 1
        http.write_text(http.read_text().replace("127.0.0.1:8088;", f"127.0.0.1:{port};"))
        module = (CONF_D / "mod-http-dataaction.conf").read_text()
        assert module == "load_module modules/ngx_http_dataaction_module.so;\n"
        (self.directory / "modules").mkdir(exist_ok=True)
        shutil.copy(MODULE, self.directory / "modules")
        super().write_conf(**changes)
        text = re.sub(r"load_module .*\n", lambda _: module, self.conf.read_text())
        text = re.sub(r"    server \{.*\}\n", "    include snippets/dataaction_http.conf;\n}\n", text, flags=re.S)
        self.conf.write_text(text)
        return port


@pytest.fixture
def installed(servers):
    nginx = Installed(servers.directory(), block=None, start=False)
    servers.running.append(nginx)
    nginx.start()
    return nginx


@twice
def test_the_one_line(installed):
    answer = installed.post("/webhooks/dataaction/stream", {"limit": 3}).json()
    assert (answer["count"], answer["reason"]) == (3, "limit")
    assert installed.post("/webhooks/dataaction/stream").json()["count"] == 1000
    assert set(installed.get("/webhooks/dataaction/status").json()["sources"]) == {"demo"}
    response = installed.get("/elsewhere")
    assert (response.status, response.json()["code"]) == (404, "dataaction.request.not_found")


@twice
def test_the_error_location_is_not_for_clients(installed):
    response = installed.get("/dataaction_error")
    assert (response.status, response.json()["code"]) == (404, "dataaction.request.not_found")


def test_the_demo(directory):
    """`make run` itself is tested in tests/setup; here the files alone are read."""
    for name in ("nginx.conf", "dataaction.conf"):
        text = (CONF_D / "demo" / name).read_text()
        for mark, value in (("@BUILD@", MODULE.parent), ("@LOGS@", directory), ("@PORT@", free_port()),
                            ("@LISTEN@", f"unix:{directory}/d.sock"), ("@DATABASE@", directory / "world.db"),
                            ("@PLATFORM@", f"http://127.0.0.1:{free_port()}"), ("@DIRECTORY@", directory),
                            ("@API@", f"http://127.0.0.1:{free_port()}"), ("@CONTRACTS@", CONF_D / "contracts")):
            text = text.replace(mark, str(value))
        assert not re.search(r"@\w+@", text)
        (directory / name).write_text(text)
    shutil.copy(CONF_D / "dataaction_error.conf", directory)
    (directory / "html").mkdir()
    assert check_conf(directory / "nginx.conf", directory) == (0, "")


def test_the_service_starts_what_is_installed():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(CONF_D / "dataactiond.service")
    makefile = (ROOT / "Makefile").read_text()
    commands = [value for key, value in unit["Service"].items() if key.startswith("Exec")]
    for command in commands:
        program = command.lstrip("-+!@:").split()[0]
        if program.startswith("/usr/sbin/dataaction"):
            assert f"$(DESTDIR){program}" in makefile
    assert any(command.startswith(f"/usr/sbin/{DATAACTIOND.name} ") or command == f"/usr/sbin/{DATAACTIOND.name}"
               for command in commands)
