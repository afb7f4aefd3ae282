"""dataactionctl token, invoke, and how all commands find their platform."""

import json
import re
import socket
import stat

import pytest

from support.ctl import CLIENT, SECRET, Running, ctl, environment, official, tutorials
from support.process import free_port, wait_for
from support.simulator import Simulator, make_authority

SETTINGS = {"client_secret": SECRET, "rate": 0, "token_rate": 0}
ACTIONS = {"echo": {}, "many": {"records": 20000}}
BLOCK = """
dataaction {{
    listen unix:{directory}/d.sock;
    platform one {{
        dialect {dialect};
        api_url {url};
        client_id {client};
        client_secret_file secret;
        {more}
    }}
    {rest}
}}
"""


@pytest.fixture(params=["genesys", "tutorial"])
def dialect(request):
    return request.param


@pytest.fixture
def platform(servers, dialect):
    return simulated(servers, dialect)


def simulated(servers, dialect="genesys", **more):
    simulator = Simulator(servers.directory(), dialect=dialect, actions=ACTIONS, **SETTINGS, **more)
    servers.running.append(simulator)
    return simulator


@pytest.fixture
def env(platform, dialect):
    return official(platform) if dialect == "genesys" else tutorials(platform)


def write_conf(directory, url, dialect="genesys", more="", rest=""):
    conf = directory / "dataaction.conf"
    conf.write_text(BLOCK.format(directory=directory, url=url, dialect=dialect, client=CLIENT, more=more, rest=rest))
    secret = directory / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(stat.S_IRUSR)
    return conf


# --- which platform

def test_a_platform_of_the_configuration(platform, dialect, directory):
    scope = "scope dataactions:execute;" if dialect == "tutorial" else ""
    conf = write_conf(directory, platform.url, dialect, scope)
    for words in ((), ("--platform", "one")):
        ran = ctl("invoke", "echo", "-p", "a=1", "-c", conf, *words)
        assert ran.status == 0, ran
    # Named, it comes before the environment's.
    assert ctl("token", "-c", conf, env=official(platform, GENESYSCLOUD_REGION="eu-west-1")).status == 0


def test_which_of_several(directory):
    conf = write_conf(directory, "https://127.0.0.1", rest="platform two { region eu-west-1; client_id a; "
                      "client_secret_file b; }")
    ran = ctl("token", "-c", conf)
    assert ran.status == 1 and '--platform must say which: "one" "two"' in ran.errors, ran
    ran = ctl("token", "-c", conf, "--platform", "three")
    assert ran.status == 1 and 'unknown platform "three"; there are: "one" "two"' in ran.errors, ran
    ran = ctl("token", "-c", directory / "none")
    assert ran.status == 1 and "none" in ran.errors, ran
    assert ctl("token", "-c", "/dev/null").status == 1


@pytest.mark.parametrize("names, message", [
    ({"GENESYSCLOUD_OAUTHCLIENT_ID": "a", "GENESYS_BASE_URL": "x"}, "GENESYSCLOUD_REGION is not set"),
    ({"GENESYSCLOUD_REGION": "eu-west-1", "GENESYSCLOUD_OAUTHCLIENT_ID": "a"},
     "GENESYSCLOUD_OAUTHCLIENT_SECRET is not set"),
    ({"GENESYSCLOUD_REGION": "eu-west-9", "GENESYSCLOUD_ACCESS_TOKEN": "t"}, "in GENESYSCLOUD_REGION"),
    ({"GENESYS_BASE_URL": "http://example.com", "GENESYS_CLIENT_ID": "a", "GENESYS_CLIENT_SECRET": "b"},
     "in GENESYS_BASE_URL"),
    ({"GENESYS_CLIENT_ID": "a"}, "GENESYS_CLIENT_SECRET is not set")])
def test_half_a_platform_in_the_environment(names, message):
    ran = ctl("token", env=environment(**names))
    assert ran.status == 1 and message in ran.errors, ran


def test_the_tutorials_base_url_may_be_left_out():
    with socket.socket() as proxy:  # that refuses: nothing goes beyond this machine
        proxy.bind(("127.0.0.1", 0))
        ran = ctl("token", "--trace", env=environment(
            GENESYS_CLIENT_ID="a", GENESYS_CLIENT_SECRET="b", no_proxy="", NO_PROXY="",
            https_proxy=f"http://127.0.0.1:{proxy.getsockname()[1]}"))
    assert ran.status == 4 and "connect" in ran.errors, ran
    assert "curl -X POST 'https://api.mypurecloud.com/oauth/token' " in ran.errors


def test_an_access_token_of_the_environment(servers):
    platform = simulated(servers)
    token = ctl("token", "--show", env=official(platform)).out.decode().strip()
    given = environment(GENESYSCLOUD_REGION=platform.url, GENESYSCLOUD_ACCESS_TOKEN=token)
    before = platform.count("token")
    ran = ctl("invoke", "echo", "--trace", env=given)
    assert ran.status == 0 and token not in ran.errors, ran
    assert "not known" in ctl("token", env=given).out.decode()
    platform.expire_tokens()
    ran = ctl("invoke", "echo", env=given)
    assert ran.status == 5 and "the one given is not accepted" in ran.errors and token not in ran.errors, ran
    assert platform.count("token") == before


def test_a_private_ca(servers, directory):
    authority, certificate, key = make_authority(directory)
    platform = simulated(servers, tls=(certificate, key))
    assert ctl("token", "-c", write_conf(directory, platform.tls_url, more=f"ca_file {authority};")).status == 0
    ran = ctl("token", "-c", write_conf(directory, platform.tls_url))
    assert ran.status == 4 and "certificate" in ran.errors, ran


# --- token

def test_token(platform, env):
    ran = ctl("token", "--scope", "search:query", env=env)
    assert ran.status == 0 and "eyJ" not in ran.out.decode() + ran.errors, ran
    assert re.fullmatch(rf"platform  environment\nlogin     {platform.url}\nkind      bearer\n"
                        r"expires   \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z \(in 86\d\d\d s\)\n", ran.out.decode())
    shown = ctl("token", "--show", "--trace", "--scope", "search:query", env=env)
    assert re.fullmatch(r"eyJ[\w.-]+\n", shown.out.decode()) and "eyJ" not in shown.errors


def test_a_secret_that_is_wrong(servers):
    platform = simulated(servers)
    ran = ctl("token", env=official(platform, GENESYSCLOUD_OAUTHCLIENT_SECRET="another"))
    assert ran.status == 5 and "invalid_client" in ran.errors and "another attempt" in ran.errors, ran
    assert platform.count("token") == 1


def test_a_secret_that_all_may_read(servers, directory):
    conf = write_conf(directory, "http://127.0.0.1")
    (directory / "secret").chmod(0o644)
    ran = ctl("token", "-c", conf)
    assert ran.status == 5 and "is readable by everybody" in ran.errors, ran


# --- invoke

def test_invoke(platform, env, dialect, directory):
    ran = ctl("invoke", "echo", "-p", "a=1", "-p", "b=x", "-p", 'c={"d": [null]}', env=env)
    assert ran.status == 0, ran
    expected = {"a": 1, "b": "x", "c": {"d": [None]}}
    assert json.loads(ran.out) == (expected if dialect == "genesys" else {"body": expected})
    (directory / "body").write_text(json.dumps(expected))
    again = ctl("invoke", "echo", "--body", directory / "body", "-o", directory / "out", env=env)
    assert (again.status, again.out) == (0, b"") and (directory / "out").read_bytes() == ran.out
    assert ctl("invoke", "echo", "--body", "-", env=env, stdin=json.dumps(expected).encode()).out == ran.out


def test_an_id_is_one_segment_of_the_path(platform, env):
    assert ctl("invoke", "../a b?", env=env).status == 6
    assert platform.requests()[-1]["path"].endswith("/..%2Fa%20b%3F/execute")


def test_invoke_by_integration(servers, directory):
    platform = simulated(servers, "tutorial")
    conf = write_conf(directory, platform.url, "tutorial", "scope integration:action:execute; "
                      "path execute /api/v2/integrations/actions;")
    ran = ctl("invoke", "echo", "-p", "a=1", "-c", conf)
    assert (ran.status, json.loads(ran.out)) == (0, {"a": 1}), ran


def test_the_answer_is_printed_as_it_arrives(platform, env):
    platform.fault("execute", "stall", after=100_000)
    running = Running("invoke", "many", env=env)
    wait_for(lambda: running.written() > 1000, "its beginning")
    running.interrupt()
    ran = running.end()
    assert ran.status == 130 and ran.errors == "", ran


@pytest.mark.parametrize("words, route", [(["token"], "token"), (["token", "--show"], "token"),
                                          (["invoke", "echo"], "token"), (["invoke", "echo"], "execute")])
def test_interrupted_before_anything_came(platform, env, words, route):
    platform.fault(route, "stall")
    running = Running(*words, env=env)
    wait_for(lambda: platform.requests(route), "the request")
    running.interrupt()
    ran = running.end()
    assert (ran.status, ran.out, ran.errors) == (130, b"", ""), ran


@pytest.mark.parametrize("fault, status, requests", [
    ({"status": 429, "retry_after": 0}, 0, 2),
    ({"status": 503, "retry_after": 0}, 0, 2),
    ({"status": 429, "retry_after": 3600}, 7, 1),
    ({"status": 500}, 7, 1), ({"status": 502}, 7, 1), ({"status": 503}, 7, 1), ({"status": 504}, 7, 1),
    ({"do": "revoke_tokens"}, 0, 2),
    ({"status": 401, "times": "forever"}, 5, 2),
    ({"status": 403}, 6, 1), ({"status": 400}, 6, 1),
    ({"do": "html"}, 1, 1), ({"do": "truncate"}, 1, 1), ({"do": "invalid_json", "after": 10}, 1, 1),
    ({"do": "reset", "after": 100}, 4, 1)])
def test_what_is_tried_again(platform, env, fault, status, requests):
    """An action may have been done: it is tried again only where it cannot have been."""
    platform.fault("execute", **fault)
    ran = ctl("invoke", "many", env=env)
    assert ran.status == status, ran
    assert platform.count("execute") == requests
    assert ran.errors == "" if status == 0 else ran.errors.startswith("dataactionctl: ")


def test_an_action_that_is_not_there(platform, env):
    ran = ctl("invoke", "nothing", env=env)
    assert (ran.status, ran.out) == (6, b"") and "Could not find the action nothing" in ran.errors, ran


def test_nobody_there():
    names = {"GENESYSCLOUD_OAUTHCLIENT_ID": CLIENT, "GENESYSCLOUD_OAUTHCLIENT_SECRET": SECRET}
    running = Running("token", env=environment(GENESYSCLOUD_REGION=f"http://127.0.0.1:{free_port()}", **names))
    ran = running.end()
    assert ran.status == 4 and "connect" in ran.errors, ran


def test_trace_does_the_same(platform, env):
    ran = ctl("invoke", "echo", "-p", "a=it's", "--trace", env=env)
    assert ran.status == 0 and "eyJ" not in ran.errors, ran
    assert ran.errors.count("curl -X POST ") == 2 and ran.errors.count("# 200 after ") == 2
    assert re.search(r"""--data-binary '.*it'\\''s.*'""", ran.errors)
