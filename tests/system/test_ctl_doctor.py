"""dataactionctl doctor: everything in order, and each thing that is not."""

import pytest

from support.ctl import CLIENT, SECRET, Running, ctl, environment, official, tutorials
from support.nginx import nginx_environment
from support.process import free_port, wait_for
from support.simulator import Simulator, make_authority

SETTINGS = {"client_secret": SECRET, "rate": 0, "token_rate": 0}


def findings(ran):
    """{about: (state, what, remedy)}"""
    found = {}
    for line in ran.lines():
        if line.startswith(" "):
            found[about][2] = line.split("do: ", 1)[1]
        else:
            state, about, what = line.split(maxsplit=2)
            found[about] = [state, what, ""]
    return {about: tuple(rest) for about, rest in found.items()}


def wrong(ran):
    return {about: rest[1:] for about, rest in findings(ran).items() if rest[0] == "WRONG"}


@pytest.fixture
def platform(servers):
    return simulated(servers)


def simulated(servers, **more):
    simulator = Simulator(servers.directory(), **{"dialect": "genesys", **SETTINGS, **more})
    servers.running.append(simulator)
    return simulator


@pytest.fixture
def pair(servers):
    """nginx and dataactiond, whose configuration names a simulator, its hosts apart as the platform's are."""
    platform = simulated(servers, apart=True)
    nginx = servers.nginx(start=False)
    secret = nginx.directory / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    nginx.write_conf(block=f"platform main {{ api_url {platform.url}; login_url {platform.login_url}; "
                           f"client_id {CLIENT}; client_secret_file secret; }}\nsource t {{ synthetic transactions; }}")
    nginx.start()
    return nginx, servers.daemon(nginx)


def doctor(nginx, *words):
    return ctl("doctor", "-c", nginx.conf, "--nginx-conf", nginx.conf, *words, env=nginx_environment())


def test_all_is_well(pair):
    ran = doctor(pair[0], "--trace")
    assert ran.status == 0, ran
    assert {about: state for about, (state, _, _) in findings(ran).items()} == dict.fromkeys(
        ["platform", "api", "login", "clock", "token", "permissions", "sidecar", "nginx"], "ok")
    assert "eyJ" not in ran.errors + ran.out.decode()


def test_sidecar_and_nginx(pair):
    nginx, daemon = pair
    daemon.stop()
    (nginx.directory / "secret").unlink()
    ran = doctor(nginx)
    assert ran.status == 1
    assert set(wrong(ran)) == {"token", "sidecar"}
    assert "cannot connect to" in wrong(ran)["sidecar"][0] and "systemctl start" in wrong(ran)["sidecar"][1]
    nginx.conf.write_text(nginx.conf.read_text().replace("events {", "nonsense; events {"))
    ran = doctor(nginx)
    assert ran.status == 1 and 'unknown directive "nonsense"' in wrong(ran)["nginx"][0], ran


@pytest.mark.parametrize("skew, words", [(600, "behind"), (-600, "ahead of")])
def test_the_clock(platform, skew, words):
    platform.settings(date_skew=skew)
    ran = ctl("doctor", env=official(platform))
    assert ran.status == 1 and f" s {words} the platform's" in wrong(ran)["clock"][0], ran


def test_credentials(platform):
    ran = ctl("doctor", env=official(platform, GENESYSCLOUD_OAUTHCLIENT_SECRET="another"))
    assert ran.status == 1
    assert "invalid_client" in wrong(ran)["token"][0] and "check client id and secret" in wrong(ran)["token"][1]
    assert findings(ran)["permissions"][0] == "-"


def test_permissions(platform, servers):
    platform.settings(permissions=[])
    ran = ctl("doctor", env=official(platform))
    assert "analytics:conversationDetail:view" in wrong(ran)["permissions"][1], ran
    tutorial = simulated(servers, dialect="tutorial")
    assert "permissions" not in wrong(ctl("doctor", env=tutorials(tutorial)))
    ran = ctl("doctor", "--scope", "dataactions:execute", env=tutorials(tutorial))
    assert "scope" in wrong(ran)["permissions"][0] + wrong(ran)["permissions"][1], ran


def test_nobody_there():
    names = {"GENESYSCLOUD_REGION": f"http://127.0.0.1:{free_port()}", "GENESYSCLOUD_OAUTHCLIENT_ID": CLIENT,
             "GENESYSCLOUD_OAUTHCLIENT_SECRET": SECRET}
    ran = ctl("doctor", env=environment(**names))
    assert ran.status == 1 and "firewall" in wrong(ran)["api"][1], ran
    assert "see the connection above" in wrong(ran)["token"][1]


def test_a_name_that_is_none(directory):
    conf = directory / "dataaction.conf"
    conf.write_text("dataaction { platform p { api_url https://no-such-host.invalid; client_id a; retry attempts=1;"
                    " client_secret_file secret; } }")
    (directory / "secret").write_text(SECRET)
    (directory / "secret").chmod(0o600)
    ran = ctl("doctor", "-c", conf, env=environment(no_proxy="*"))
    assert ran.status == 1 and "name (" in wrong(ran)["api"][0] and "DNS" in wrong(ran)["api"][1], ran
    assert "see the connection above" in wrong(ran)["token"][1]


def test_a_region_that_is_none(platform):
    ran = ctl("doctor", env=official(platform, GENESYSCLOUD_REGION="eu-west-9"))
    assert ran.status == 1, ran
    what, remedy = wrong(ran)["platform"]
    assert 'unknown region "eu-west-9"' in what and "GENESYSCLOUD_REGION" in what and "GENESYSCLOUD_*" in remedy
    assert platform.requests() == []


@pytest.mark.parametrize("route, told", [("token", ["platform", "api", "clock"]),
                                         ("first_page", ["platform", "api", "clock", "token"])])
def test_interrupted(platform, route, told):
    platform.fault(route, "stall")
    running = Running("doctor", env=official(platform))
    wait_for(lambda: platform.requests(route), "the request")
    running.interrupt()
    ran = running.end()
    assert (ran.status, ran.errors) == (130, ""), ran
    # What was asked and not answered is nobody's fault.
    assert findings(ran).keys() == set(told) and wrong(ran) == {}


def test_a_certificate_that_is_not_trusted(servers, directory):
    _, certificate, key = make_authority(directory)
    platform = simulated(servers, tls=(certificate, key))
    ran = ctl("doctor", env=official(platform, GENESYSCLOUD_REGION=platform.tls_url))
    assert ran.status == 1 and "ca_file" in wrong(ran)["api"][1], ran


def test_no_platform(directory):
    ran = ctl("doctor", "-c", directory / "none")
    assert ran.status == 1 and {"platform", "sidecar"} <= set(wrong(ran)), ran
