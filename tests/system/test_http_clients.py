"""What curl makes of the answers: a broken one is an error to it, over every protocol."""

import subprocess

import pytest

from support import records
from support.certificate import make_certificate

BLOCK = """
source t { synthetic transactions; records 5000; }
source endless { synthetic transactions; records 1000000000000; }
"""
LOCATIONS = """
location = /t { dataaction_stream t; }
location = /abort { dataaction_stream endless; dataaction_max_size 300k; }
location = /truncate { dataaction_stream endless; dataaction_max_size 300k; dataaction_format envelope; }
"""
# curl's exit codes: 18 a partial file, 56 a failure in receiving, 92 an HTTP/2 stream that was reset
PROTOCOLS = [("--http1.1", False, {18}), ("--http1.0", False, {56}), ("--http2-prior-knowledge", False, {92}),
             ("--http1.1", True, {18, 56}), ("--http1.0", True, {56}), ("--http2", True, {92})]


@pytest.fixture(scope="module")
def ports(module_servers):
    plain = module_servers.nginx(block=BLOCK, locations=LOCATIONS)
    h2c = module_servers.nginx(block=BLOCK, locations=LOCATIONS, listen="http2")
    tls = module_servers.nginx(block=BLOCK, locations=LOCATIONS, listen="ssl http2",
                               server=make_certificate(module_servers.directory()))
    return lambda protocol, secure: (tls if secure else h2c if "http2" in protocol else plain).port


def curl(ports, protocol, secure, path, *options):
    url = f"http{'s' if secure else ''}://127.0.0.1:{ports(protocol, secure)}{path}"
    result = subprocess.run(["curl", "-q", "-s", "-k", "--noproxy", "*", protocol, "--json", "{}", *options, url],
                            capture_output=True, timeout=60, check=False)
    return result.returncode, result.stdout


@pytest.mark.parametrize("protocol, secure, broken", PROTOCOLS)
def test_curl(ports, protocol, secure, broken):
    for _ in range(2):
        assert curl(ports, protocol, secure, "/t") == (0, records.array(records.texts("transactions", 5000)))
        status, body = curl(ports, protocol, secure, "/truncate")
        assert status == 0 and b'"complete":false,"reason":"size"' in body
        status, body = curl(ports, protocol, secure, "/abort")
        assert status in broken and body
        status, body = curl(ports, protocol, secure, "/t", "--compressed", "-H", "Transfer-Encoding: chunked") \
            if protocol == "--http1.1" else curl(ports, protocol, secure, "/t", "--compressed")
        assert (status, body) == (0, records.array(records.texts("transactions", 5000)))
