"""Makes support.simulator, the class that system tests use, known here too."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
pytest.register_assert_rewrite("support")

from simulator.testing import Client
from support.simulator import Simulator, make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """(CA, certificate, key)"""
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory, authority):
    server = Simulator(tmp_path_factory.mktemp("simulator"), tls=authority[1:])
    yield server
    server.stop()


@pytest.fixture
def simulator(shared):
    """As at the start, and without complaints afterwards."""
    shared.revoke_tokens()
    shared.reset()
    yield shared
    shared.check()


@pytest.fixture
def client(simulator):
    return Client(simulator)


@pytest.fixture
def tutorial(simulator):
    simulator.settings(dialect="tutorial")
    return Client(simulator, scope="search:query integration:action:execute dataactions:execute")
