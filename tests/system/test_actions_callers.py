"""Who may call: API keys, client certificates of the platform's CA, addresses: docs/callers.md as it stands."""

import hashlib
import json
import re
import ssl
import subprocess

import pytest

from support.actions import Actions, action, error_of, object_of
from support.http1 import Connection
from support.process import ROOT
from support.simulator import make_authority

FETCH = action("fetch", 'GET "{api}/posts/${user_id}?q=${query_text}"', "output external_id $.id;")
ERROR_SNIPPET = (ROOT / "conf.d" / "dataaction_error.conf").read_text()
BODY = {"user_id": 7, "query_text": "hello"}
DATA_ACTIONS = "/O=A platform/CN=dataactions.prod.us-east-1.mypurecloud.com"
# Subjects that the CA may give to others, or that somebody may have made up.
OTHERS = ["/CN=webhooks.prod.us-east-1.mypurecloud.com", "/CN=dataactions.prod.us-east-1.mypurecloud.com.example.com",
          "/CN=evil/O=x,CN=dataactions.prod.us-east-1.mypurecloud.com",
          "/CN=dataactions.prod.us-east-1.mypurecloud.com/CN=evil", "/CN=xdataactions.prod.us-east-1.mypurecloud.com",
          "/O=dataactions.prod.us-east-1.mypurecloud.com", "/CN=dataactions.mypurecloudxcom",
          "/CN=dataactions.prod us-east-1.mypurecloud.com"]


def documented(word):
    """The nginx example of docs/callers.md that has `word`."""
    (text,) = [text for text in re.findall(r"^```nginx\n(.*?)^```$", (ROOT / "docs/callers.md").read_text(),
                                           re.M | re.S) if word in text]
    return text


def make_client(authority, name, subject, days="2"):
    """Of the CA that make_authority made."""
    certificate, key = (authority.with_name(f"{name}.{suffix}") for suffix in ("crt", "key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", days, "-subj", subject, "-addext", "basicConstraints=critical,CA:FALSE", "-CA", authority,
                    "-CAkey", authority.with_name("ca.key"), "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class Shown(Connection):
    """A connection with a client certificate, or without."""

    def __init__(self, port, certificate=None):
        super().__init__(port)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(self.socket, suppress_ragged_eofs=False)


@pytest.fixture(scope="module")
def authority(module_servers):
    """(CA, certificate and key of the server)"""
    return make_authority(module_servers.directory())


@pytest.fixture(scope="module")
def platform(module_servers, authority):
    """nginx as docs/callers.md has it, but for names of files and its port."""
    text = documented("ssl_verify_client")
    http, server = text[:text.index("server {")], re.search(r"server \{\n(.*)^\}", text, re.M | re.S)[1]
    server = re.sub(r"^\s*listen .*\n", "", server, flags=re.M).replace("fetch_post;", "fetch;")
    for name, path in (("/etc/nginx/ssl/webhooks.crt", authority[1]), ("/etc/nginx/ssl/webhooks.key", authority[2]),
                       ("/etc/nginx/ssl/data_actions_ca.pem", authority[0])):
        assert name in server
        server = server.replace(name, str(path))
    assert "include  snippets/dataaction_error.conf;" in server
    server = server.replace("include  snippets/dataaction_error.conf;", ERROR_SNIPPET)
    return Actions(module_servers, FETCH, nginx={"listen": "ssl", "http": http, "server": server})


def call(actions, certificate=None, path="api/v1/fetch-post"):
    connection = Shown(actions.nginx.port, certificate)
    actions.nginx.connections.append(connection)
    return actions.post(path, BODY, connection=connection)


# --- client certificates

def test_the_platforms_certificate(platform, authority):
    shown = make_client(authority[0], "data-actions", DATA_ACTIONS)
    assert object_of(call(platform, shown)) == {"external_id": 7}
    another = make_client(authority[0], "renewed", DATA_ACTIONS.replace("us-east-1", "eu-west-1"))
    assert object_of(call(platform, another)) == {"external_id": 7}, "trust the CA, not the certificate"


def refused_400(actions, certificate):
    """The shape of all errors, but with a context of its own: nginx has read no header."""
    response = call(actions, certificate)
    response.context = response.json()["contextId"]
    error_of(response, 400, "dataaction.request.malformed")


def test_none(platform):
    before = platform.api.count()
    refused_400(platform, None)
    assert platform.api.count() == before


def test_one_of_another_ca(platform, module_servers):
    other = make_authority(module_servers.directory())[0]
    refused_400(platform, make_client(other, "data-actions", DATA_ACTIONS))


def test_one_that_signed_itself(platform, directory):
    certificate, key = directory / "own.crt", directory / "own.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", DATA_ACTIONS, "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    refused_400(platform, (certificate, key))


@pytest.mark.parametrize("subject", OTHERS)
def test_another_name_of_the_same_ca(platform, authority, subject):
    before = platform.api.count()
    shown = make_client(authority[0], f"other{OTHERS.index(subject)}", subject)
    error_of(call(platform, shown), 403, "dataaction.auth.forbidden")
    assert platform.api.count() == before


def test_http_on_the_port_of_https(platform):
    connection = platform.nginx.connect()
    response = platform.post("api/v1/fetch-post", BODY, connection=connection)
    response.context = response.json()["contextId"]
    error_of(response, 400, "dataaction.request.malformed")


def test_other_paths_are_behind_the_certificate_too(platform, authority):
    refused_400(platform, None)
    shown = make_client(authority[0], "status", DATA_ACTIONS)
    error_of(call(platform, shown, "nowhere"), 404, "dataaction.request.not_found")


# --- API keys

KEY, OTHER_KEY = "a key of somebody", "a key of somebody else"


def line(key, label):
    return f"{hashlib.sha256(key.encode()).hexdigest()} {label}\n"


def keyed(servers, text):
    directory = servers.directory()
    (directory / "webhook.keys").write_text(text)
    return Actions(servers, FETCH, location=f"dataaction_api_key_file {directory}/webhook.keys;"), directory


def with_key(actions, key, name="X-API-Key", **options):
    return actions.post("fetch", BODY, headers=[] if key is None else [(name, key)], **options)


def test_calls_with_keys(servers):
    actions, directory = keyed(servers, line(KEY, "somebody"))
    assert object_of(with_key(actions, KEY)) == {"external_id": 7}
    for wrong in (None, "", KEY + "x", KEY.upper(), hashlib.sha256(KEY.encode()).hexdigest()):
        error_of(with_key(actions, wrong), 403, "dataaction.auth.key")
    error_of(actions.post("fetch", b"{not json", headers=[]), 403, "dataaction.auth.key")
    assert actions.api.count() == 1
    assert [fields[9] for fields in actions.nginx.access_lines(2) if fields[1] == "/fetch"][0] == "somebody"
    (directory / "webhook.keys").write_text(line(KEY, "somebody") + line(OTHER_KEY, "else"))
    actions.nginx.reload()
    assert object_of(with_key(actions, OTHER_KEY)) == {"external_id": 7}
    (directory / "webhook.keys").write_text(line(OTHER_KEY, "else"))
    actions.nginx.reload()
    error_of(with_key(actions, KEY), 403, "dataaction.auth.key")


def test_a_key_does_not_reach_the_api_nor_a_log(servers):
    actions, _ = keyed(servers, line(KEY, "somebody"))
    object_of(with_key(actions, KEY))
    error_of(with_key(actions, OTHER_KEY), 403, "dataaction.auth.key")
    assert KEY not in json.dumps(actions.api.requests())
    logged = actions.text() + actions.nginx.errors() + actions.nginx.access_log.read_text()
    assert KEY not in logged and OTHER_KEY not in logged


# --- addresses

def addressed(servers, ranges):
    directory = servers.directory()
    (directory / "genesys_ranges.conf").write_text(ranges)
    text = documented("genesys_ranges.conf").replace("/etc/nginx/", f"{directory}/").replace("fetch_post;", "fetch;")
    return Actions(servers, FETCH, locations=text, nginx={"server": ERROR_SNIPPET})


def test_addresses_that_are_allowed(servers):
    actions = addressed(servers, "allow 203.0.113.0/25;\nallow 127.0.0.0/8;\nallow 2001:db8::/32;\n")
    assert object_of(actions.post("api/v1/fetch-post", BODY)) == {"external_id": 7}


def test_addresses_that_are_not(servers):
    actions = addressed(servers, "allow 203.0.113.0/25;\nallow 2001:db8::/32;\n")
    error_of(actions.post("api/v1/fetch-post", BODY), 403, "dataaction.auth.forbidden")
    assert actions.api.count() == 0
    assert object_of(actions.post("fetch", BODY)) == {"external_id": 7}
