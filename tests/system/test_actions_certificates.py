"""TLS towards an API: whom it trusts, and the certificate that it shows."""

import pytest

from support import daemon
from support.actions import Actions, action, error_of
from support.secretive import Secretive
from support.simulator import make_authority, make_client_certificate

ID = "output id $.id;"


@pytest.fixture(scope="module")
def authority(module_servers):
    return make_authority(module_servers.directory())


@pytest.fixture(scope="module")
def client(authority):
    return make_client_certificate(authority[0], "the action")


def test_a_private_ca_by_ca_file(servers, authority):
    actions = Actions(servers, action("a", 'GET "{tls}/posts/${id}"', ID, f"ca_file {authority[0]};"), tls=authority)
    assert actions.ask("a", id=3) == {"id": 3}


@pytest.mark.parametrize("ca_file", ["", "ca_file {other};"])
def test_a_server_that_is_not_trusted_is_not_asked(servers, authority, ca_file):
    other = make_authority(servers.directory())[0]
    actions = Secretive(servers, action("a", 'GET "{tls}/posts/${id}"', ID, ca_file.replace("{other}", str(other)),
                                        "header_file X-Api-Key {secrets}/key;"), tls=authority)
    response = actions.post("a", {"id": 3})
    error_of(response, 502, "dataaction.upstream.unreachable")
    assert actions.api.requests() == []
    assert actions.log_of(response, "request refused", "certificate")
    assert actions.state("a")["requests"] == 1, "another try would not help"


def test_a_client_certificate(servers, authority, client):
    certificate, key = client
    actions = Actions(servers, action("a", 'GET "{mtls}/posts/${id}"', ID, f"ca_file {authority[0]};",
                                      f"client_certificate {certificate} {key};")
                      + action("without", 'GET "{mtls}/posts/${id}"', ID, f"ca_file {authority[0]};"),
                      tls=authority, client_ca=authority[0])
    assert actions.ask("a", id=3) == {"id": 3}
    (asked,) = actions.api.requests()
    assert asked["client_certificate"] == "the action"
    # TLS 1.3 has the server's word on certificates after the first bytes of the request.
    error_of(actions.post("without", {"id": 3}), 502, "dataaction.upstream.broken_off")
    assert len(actions.api.requests()) == 1


def test_the_key_of_a_certificate_is_not_with_the_workers(servers, authority, client):
    certificate, key = client
    actions = Secretive(servers, action("a", 'GET "{mtls}/posts/${id}"', ID, f"ca_file {authority[0]};",
                                        f"client_certificate {certificate} {key};"),
                        tls=authority, client_ca=authority[0], nginx={"workers": 2})
    assert actions.ask("a", id=3) == {"id": 3}
    middle = "".join(key.read_text().splitlines()[1:-1]).encode()[10:60]
    for where, data in actions.seen_elsewhere():
        assert middle not in data, where


def test_the_certificates_of_two_actions_are_told_apart(servers, authority, client):
    """One connection is not lent to an action that may not have it."""
    lines = (ID, f"ca_file {authority[0]};", "retry attempts=1;", "breaker failures=1000;")
    actions = Actions(servers, action("with", 'GET "{mtls}/posts/${id}"', *lines,
                                      f"client_certificate {client[0]} {client[1]};")
                      + action("without", 'GET "{mtls}/posts/${id}"', *lines),
                      tls=authority, client_ca=authority[0])
    for number in range(1, 6):
        assert actions.ask("with", id=number) == {"id": number}
        error_of(actions.post("without", {"id": number}), 502, "dataaction.upstream.broken_off")


@pytest.mark.parametrize("files, said", [
    ("{cert} {cert}", "key"), ("{key} {key}", "certificate"), ("/nonexistent {key}", "/nonexistent"),
    ("{cert} /nonexistent", "/nonexistent")])
def test_a_certificate_that_is_none_is_found_by_t(servers, authority, client, files, said):
    text = action("a", 'GET "{api}/posts/1"', ID)
    actions = Actions(servers, text)
    files = files.replace("{cert}", str(client[0])).replace("{key}", str(client[1]))
    actions.nginx.write_conf(**actions.conf_of(text.replace(ID, f"{ID} client_certificate {files};")))
    status, output = daemon.check_conf(actions.nginx.conf)
    assert status == 1 and said in output and f"{actions.nginx.conf}:" in output, output
    assert actions.nginx.check_conf()[0] == 0, "nginx has no business with it"
