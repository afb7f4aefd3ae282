"""`make install`, as the README tells it: into a stock nginx that runs, with one load_module and one include."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess

import pytest

from setup_support import BUILD, ROOT, answers, ask, free_port, wait_for

FILES = {
    "usr/lib/nginx/modules/ngx_http_dataaction_module.so",
    "usr/share/nginx/modules-available/mod-http-dataaction.conf",
    "usr/sbin/dataactiond",
    "usr/bin/dataactionctl",
    "usr/share/man/man1/dataactionctl.1",
    "usr/share/bash-completion/completions/dataactionctl",
    "usr/share/zsh/vendor-completions/_dataactionctl",
    "usr/share/fish/vendor_completions.d/dataactionctl.fish",
    "lib/systemd/system/dataactiond.service",
    "etc/nginx/dataaction.conf",
    "etc/nginx/snippets/dataaction_http.conf",
    "etc/nginx/snippets/dataaction_locations.conf",
    "etc/nginx/snippets/dataaction_error.conf",
} | {f"usr/share/doc/ngx-dataaction/{path.relative_to(ROOT)}"
     for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md"))} | {
         f"usr/share/ngx-dataaction/contracts/{path.name}" for path in ROOT.glob("conf.d/contracts/*.json")}


def make(target, destination):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    subprocess.run(["make", "-s", f"BUILD={BUILD}", f"DESTDIR={destination}", target], cwd=ROOT, check=True,
                   env=environment)


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def destination(tmp_path):
    # A worker of a root nginx is www-data; pytest's folders are for their owner alone.
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_dir() and folder != pathlib.Path("/") and folder.stat().st_uid == os.getuid() and \
                not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o111)
    make("install", tmp_path)
    return tmp_path


class StockNginx:
    """Debian's nginx with Debian's nginx.conf, moved to a folder and off its ports and logs."""

    def __init__(self, destination):
        self.conf = destination / "etc/nginx/nginx.conf"
        self.port = free_port()
        self.log = destination / "error.log"
        self.binary = shutil.which("nginx") or "/usr/sbin/nginx"
        prefix = destination / "usr/share/nginx"
        (prefix / "modules").symlink_to("../../lib/nginx/modules")
        self.command = [self.binary, "-p", f"{prefix}/", "-c", str(self.conf)]
        shutil.copy("/etc/nginx/mime.types", self.conf.parent)
        text = pathlib.Path("/etc/nginx/nginx.conf").read_text()
        for there, here in (("/etc/nginx/", f"{destination}/etc/nginx/"), ("/run/nginx.pid", f"{destination}/nginx.pid"),
                            ("/var/log/nginx/", f"{destination}/")):
            text = text.replace(there, here)
        temporary = "".join(f"{kind}_temp_path {destination}/tmp-{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.conf.write_text(text.replace("http {\n", f"http {{\n{temporary}", 1))
        self.process = subprocess.Popen([*self.command, "-g", "daemon off;"])
        wait_for((destination / "nginx.pid").exists, "nginx to start")

    def take_the_module(self):
        """The two lines of the README; the webhooks get a port of their own."""
        etc = self.conf.parent
        edit(etc / "snippets/dataaction_http.conf", "127.0.0.1:8088", f"127.0.0.1:{self.port}")
        load_module = (etc / "../../usr/share/nginx/modules-available/mod-http-dataaction.conf").read_text()
        edit(self.conf, "http {\n", "http {\ninclude snippets/dataaction_http.conf;\n")
        self.conf.write_text(load_module + self.conf.read_text())

    def run(self, *arguments):
        return subprocess.run([*self.command, *arguments], capture_output=True, text=True, check=False)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def stock_nginx(destination):
    nginx = StockNginx(destination)
    yield nginx
    nginx.stop()


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_installs_what_uninstall_takes_away(destination):
    assert files_in(destination) == FILES
    make("uninstall", destination)
    assert files_in(destination) == {"etc/nginx/dataaction.conf"}


def test_what_is_installed_has_no_debug_information(destination):
    for name in ("usr/sbin/dataactiond", "usr/bin/dataactionctl", "usr/lib/nginx/modules/ngx_http_dataaction_module.so"):
        assert b".debug_info" in (BUILD / pathlib.Path(name).name).read_bytes()
        assert b".debug_info" not in (destination / name).read_bytes()


def test_the_configuration_points_to_a_page_that_is_there(destination):
    (page,) = re.findall(r"# (/\S+\.md) ", (destination / "etc/nginx/dataaction.conf").read_text())
    assert (destination / page.lstrip("/")).is_file()


def test_leaves_a_configuration_that_exists_alone(destination):
    configuration = destination / "etc/nginx/dataaction.conf"
    configuration.write_text("dataaction { }  # mine\n")
    make("install", destination)
    assert configuration.read_text() == "dataaction { }  # mine\n"


def test_one_load_module_and_one_include_bring_the_webhook_up(destination, stock_nginx):
    stock_nginx.take_the_module()
    tested = stock_nginx.run("-t")
    assert tested.returncode == 0, tested.stderr
    assert stock_nginx.run("-s", "reload").returncode == 0
    wait_for(lambda: answers(stock_nginx.port), "the webhook's port")

    webhooks = f"http://127.0.0.1:{stock_nginx.port}/webhooks/dataaction"
    status, text = ask(f"{webhooks}/stream", {"limit": 3})
    answer = json.loads(text)
    assert (status, len(answer["records"]), answer["complete"]) == (200, 3, True)
    status, text = ask(f"{webhooks}/status")
    assert status == 200 and json.loads(text)
    status, text = ask(f"{webhooks}/stream")
    assert status == 405 and json.loads(text)["code"]
    assert "[alert]" not in stock_nginx.log.read_text()


def sidecar_test(destination):
    command = [destination / "usr/sbin/dataactiond", "-t", "-c", destination / "etc/nginx/dataaction.conf"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_sidecar_accepts_the_installed_configuration(destination):
    tested = sidecar_test(destination)
    assert tested.returncode == 0, tested.stderr


def test_the_examples_in_the_installed_configuration(destination, stock_nginx):
    """What stands in comments there is right as well, and finds what it names."""
    block, locations = destination / "etc/nginx/dataaction.conf", destination / "etc/nginx/snippets/dataaction_locations.conf"
    database = destination / "crm.db"
    with sqlite3.connect(database) as crm:
        crm.execute("CREATE TABLE tx (id INTEGER PRIMARY KEY, customer_id, amount)")
    examples = re.sub(r"^    # ?(?=(?:    |database|source|action|\}|$))", "    ", block.read_text(), flags=re.M)
    assert {"database", "source", "action"} <= set(re.findall(r"^    (\w+)", examples, re.M))
    ours = destination / "etc/dataaction"
    ours.mkdir()
    shutil.copy(destination / "usr/share/ngx-dataaction/contracts/fetch_post.json", ours)
    subprocess.run([destination / "usr/bin/dataactionctl", "key", "new", "flow", "--file", ours / "webhook.keys"], check=True,
                   stdout=subprocess.DEVNULL)
    block.write_text(examples.replace("/var/lib/crm/crm.db", str(database)).replace("/etc/dataaction/", f"{ours}/"))
    uncommented = re.sub(r"^# ?(?=(?:    |location|\}))", "", locations.read_text(), flags=re.M)
    locations.write_text(uncommented.replace("/etc/dataaction/", f"{ours}/"))
    assert re.findall(r"^    dataaction_call\s+(\w+);", locations.read_text(), re.M) == ["fetch_post"]

    tested = sidecar_test(destination)
    assert tested.returncode == 0, tested.stderr
    stock_nginx.take_the_module()
    tested = stock_nginx.run("-t")
    assert tested.returncode == 0, tested.stderr


def test_the_packages_have_what_is_installed():
    folders = [line for lists in ROOT.glob("debian/*.install") for line in lists.read_text().split()]
    for path in FILES - set((ROOT / "debian/not-installed").read_text().splitlines()):
        assert sum(path == folder or path.startswith(f"{folder}/") for folder in folders) == 1, path


def test_systemd_accepts_the_unit(destination):
    unit = destination / "lib/systemd/system/dataactiond.service"
    edit(unit, "/usr/sbin/dataactiond", f"{destination}/usr/sbin/dataactiond")
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True,
                              check=False)
    assert verified.returncode == 0 and "dataactiond.service" not in verified.stderr, verified.stderr
