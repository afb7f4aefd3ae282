"""Makes support.external_api, the class that system tests use, known here too."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
pytest.register_assert_rewrite("support")

from support.external_api import ExternalApi
from support.simulator import make_authority, make_client_certificate


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """(CA, certificate, key)"""
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def client_certificate(authority):
    """(certificate, key) of a client, by the same CA."""
    return make_client_certificate(authority[0])


@pytest.fixture(scope="session")
def shared(tmp_path_factory, authority):
    server = ExternalApi(tmp_path_factory.mktemp("external_api"), tls=authority[1:], client_ca=authority[0])
    yield server
    server.stop()


@pytest.fixture
def api(shared):
    """As at the start, and without complaints afterwards."""
    shared.reset()
    yield shared
    shared.check()
