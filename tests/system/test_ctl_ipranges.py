"""dataactionctl ipranges: only addresses get into nginx's configuration, and never none."""

import fcntl
import json
import os
import re
import stat

import pytest

from support.ctl import SECRET, Running, ctl, official, tutorials
from support.nginx import check_conf
from support.process import wait_for
from support.simulator import Simulator

SETTINGS = {"client_secret": SECRET, "rate": 0, "token_rate": 0}


@pytest.fixture(params=["genesys", "tutorial"])
def dialect(request):
    return request.param


@pytest.fixture
def platform(servers, dialect):
    simulator = Simulator(servers.directory(), dialect=dialect, **SETTINGS)
    servers.running.append(simulator)
    return simulator


@pytest.fixture
def env(platform, dialect):
    return official(platform) if dialect == "genesys" else tutorials(platform)


def directives(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


def entry(cidr, service="data-actions", region="eu-west-1", direction="both"):
    return {"cidr": cidr, "service": service, "region": region, "direction": direction}


def answer(platform, *entries):
    platform.fault("ipranges", status=200, body={"entities": list(entries)})


def test_the_list(platform, env):
    ran = ctl("ipranges", env=env)
    assert ran.status == 0 and ran.errors == "", ran
    text = ran.out.decode()
    assert directives(text) == ["allow 198.51.100.7/32;", "allow 203.0.113.0/25;", "allow 2001:db8:40::/48;"]
    assert re.match(r"# Made by dataactionctl ipranges at \d{4}-\d\d-\d\dT[\d:.]+Z\n", text)
    assert f"# from {platform.url}/api/v2/ipranges:\n# service data-actions, all regions" in text
    assert "deny all" in text
    closed = ctl("ipranges", "--deny-all", "--region", "us-east-1", env=env)
    assert directives(closed.out.decode()) == ["allow 203.0.113.0/25;", "deny all;"]


def test_nginx_takes_it(platform, env, directory):
    assert ctl("ipranges", "--deny-all", "-o", directory / "ranges.conf", env=env).status == 0
    conf = directory / "nginx.conf"
    conf.write_text(f"pid {directory}/pid; error_log stderr; events {{ }} http {{ access_log off; "
                    "server { include ranges.conf; } }")
    assert check_conf(conf, directory) == (0, "")


def test_sorted_and_merged(platform, env):
    answer(platform, *map(entry, ("10.0.1.0/24", "10.0.0.0/24", "10.0.0.7", "10.0.0.7/32", "9.9.9.9", "::2/127", "::1",
                                  "::/127", "10.0.2.0/24")))
    assert directives(ctl("ipranges", env=env).out.decode()) == [
        "allow 9.9.9.9/32;", "allow 10.0.0.0/23;", "allow 10.0.2.0/24;", "allow ::/126;"]


def test_only_what_the_platform_calls_from(platform, env):
    answer(platform, entry("10.0.0.0/8", direction="inbound"), entry("11.0.0.0/8", direction="outbound"),
           entry("12.0.0.0/8", service="open-messaging"), {"cidr": 7, "more": [{}]})
    assert directives(ctl("ipranges", env=env).out.decode()) == ["allow 11.0.0.0/8;"]


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/15", "all", "", "10.0.0.0/33", "10.0.0.1/24", "10.0.0.0/8; allow all",
                                  "10.0.0.0/-1", "10.0.0.0/", "1.2.3", "01.2.3.4", "::g", "10.0.0.0/8\n", "fe80::1%eth0",
                                  "1.2.3.4\0", "::1/129", "/8", 7, None, {"a": 1}])
def test_nonsense_is_an_error(platform, env, directory, cidr):
    (directory / "list").write_text("allow 1.2.3.4;\n")
    answer(platform, entry("11.0.0.0/8"), entry(cidr))
    ran = ctl("ipranges", "-o", directory / "list", env=env)
    assert (ran.status, ran.out) == (1, b"") and "the platform gives " in ran.errors, ran
    assert (directory / "list").read_text() == "allow 1.2.3.4;\n"


@pytest.mark.parametrize("body", [{"entities": []}, {}, {"entities": None}, [], {"entities": [7]}, {"entities": {}}])
def test_no_list_is_an_error(platform, env, body):
    platform.fault("ipranges", status=200, body=body)
    ran = ctl("ipranges", env=env)
    assert (ran.status, ran.out) == (1, b"") and ran.errors.startswith("dataactionctl: "), ran


def test_what_there_is_instead(platform, env):
    ran = ctl("ipranges", "--region", "ap-south-1", env=env)
    assert ran.status == 1 and ('no range of service "data-actions" in region "ap-south-1"; there are: '
                                "audiohook in eu-west-1, data-actions in eu-central-1, ") in ran.errors, ran
    assert ctl("ipranges", "--region", "a b", env=env).status == 2


def test_a_file_is_replaced_only_if_it_changes(platform, env, directory):
    path = directory / "list"
    ran = ctl("ipranges", "-o", path, env=env)
    assert (ran.status, ran.out) == (0, b"") and f"{path} has 3 ranges now; nginx has to be reloaded" in ran.errors, ran
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.write_text(re.sub(r" at \S+", " at noon", path.read_text()))
    path.chmod(0o600)
    before = path.stat()
    ran = ctl("ipranges", "-o", path, env=env)
    after = path.stat()  # to read it is no change, though it may have moved the time of access
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)
    assert ran.status == 0 and f"{path} stays as it is" in ran.errors, ran
    answer(platform, entry("11.0.0.0/8"))
    ran = ctl("ipranges", "-q", "-o", path, env=env)
    assert (ran.status, ran.errors) == (0, ""), ran
    assert directives(path.read_text()) == ["allow 11.0.0.0/8;"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and os.listdir(directory) == ["list"]


@pytest.mark.parametrize("fault, status, requests", [
    ({"status": 429, "retry_after": 0}, 0, 2), ({"status": 503}, 0, 2), ({"do": "revoke_tokens"}, 0, 2),
    ({"do": "reset", "after": 10}, 0, 2),
    ({"status": 401, "times": "forever"}, 5, 2), ({"status": 403}, 6, 1), ({"status": 404}, 6, 1),
    ({"status": 500}, 7, 1), ({"do": "html"}, 1, 1), ({"do": "truncate"}, 1, 1), ({"do": "error_body"}, 1, 1)])
def test_faults(platform, env, directory, fault, status, requests):
    platform.fault("ipranges", **fault)
    ran = ctl("ipranges", "-o", directory / "list", env=env)
    assert ran.status == status and (directory / "list").exists() == (status == 0), ran
    assert platform.count("ipranges") == requests


def test_interrupted(platform, env, directory):
    platform.fault("ipranges", "stall")
    running = Running("ipranges", "-o", directory / "list", env=env)
    wait_for(lambda: platform.requests("ipranges"), "the request")
    running.interrupt()
    ran = running.end()
    assert (ran.status, ran.errors) == (130, "") and os.listdir(directory) == [], ran


def test_a_file_that_cannot_be_written(platform, env, directory):
    for path in (directory, directory / "none" / "list", "/dev/null"):
        ran = ctl("ipranges", "-o", path, env=env)
        assert ran.status == 4 and str(path) in ran.errors, ran


def test_another_path(servers, directory):
    platform = Simulator(servers.directory(), dialect="genesys", prefixes={"/gateway": ""}, **SETTINGS)
    servers.running.append(platform)
    (directory / "secret").write_text(SECRET)
    (directory / "secret").chmod(0o600)
    conf = directory / "dataaction.conf"
    conf.write_text(f"dataaction {{ listen unix:{directory}/d; platform one {{ api_url {platform.url}; client_id client; "
                    "client_secret_file secret; path ipranges /gateway/api/v2/ipranges; } }")
    ran = ctl("ipranges", "-c", conf, "--trace")
    assert ran.status == 0 and "/gateway/api/v2/ipranges" in ran.errors and "eyJ" not in ran.errors, ran
    assert json.dumps(platform.requests("ipranges")) != "[]"


def test_interrupted_while_somebody_else_has_the_lock(platform, env, directory):
    handle = os.open(directory, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    running = Running("ipranges", "-o", directory / "list", env=env)

    def waits_for_the_lock():
        files = f"/proc/{running.process.pid}/fd"
        return any(os.path.realpath(f"{files}/{each}") == os.path.realpath(directory) for each in os.listdir(files))

    wait_for(waits_for_the_lock, "the wait")
    running.interrupt()
    ran = running.end()
    os.close(handle)
    assert (ran.status, ran.out) == (130, b""), ran
    assert not (directory / "list").exists()
