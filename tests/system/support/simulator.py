"""The platform simulator of tests/simulator, as a process of a test's own."""

import pathlib
import subprocess

from support.controlled import Controlled


def make_authority(directory):
    """A private CA, and a certificate of it for 127.0.0.1 and localhost: (CA, certificate, key). Made once a
    directory."""
    directory = pathlib.Path(directory)
    authority, certificate, key = (directory / name for name in ("ca.crt", "platform.crt", "platform.key"))
    if not certificate.exists():
        common = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                  "-days", "2"]
        for command in (["-subj", "/CN=A private CA", "-keyout", directory / "ca.key", "-out", authority],
                        ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                         "-addext", "basicConstraints=critical,CA:FALSE", "-CA", authority,
                         "-CAkey", directory / "ca.key", "-keyout", key, "-out", certificate]):
            subprocess.run(common + command, check=True, capture_output=True)
    return authority, certificate, key


def make_client_certificate(authority, name="a client"):
    """Of the CA that make_authority made: (certificate, key), in its directory."""
    certificate, key = (authority.with_name(f"client.{suffix}") for suffix in ("crt", "key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-CA", authority, "-CAkey", authority.with_name("ca.key"), "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class Simulator(Controlled):
    """Started at once. `settings` hold until stop(), through every reset(); tests/simulator/README.md has them.

    `tls`: (certificate, key); `tls_url` is there then. `apart`: tokens are to be had at `login_url` alone, and
    nothing else is.
    """

    MODULE = "simulator"

    def __init__(self, directory, tls=None, apart=False, start=True, **settings):
        options = [*(["--tls", *tls] if tls else []), *(["--apart"] if apart else [])]
        super().__init__(directory, options, settings, start)

    @property
    def login_url(self):
        return f"http://127.0.0.1:{self.ports['login_port']}"

    @property
    def login_tls_url(self):
        return f"https://127.0.0.1:{self.ports['login_tls_port']}"

    def fault(self, route, do="answer", **options):
        """Queues a fault: fault("later_page", status=429, retry_after=1), fault("token", "stall")."""
        self.control("POST", "faults", {"route": route, "do": do, **options})

    def requests(self, route=None, since=0):
        """What it was asked, in order."""
        return self.control("GET", "requests", since=since, **({"route": route} if route else {}))

    def count(self, route):
        return self.state()["counts"][route]

    def actions(self):
        """Those that clients made: {"actions": {id: {"published", "draft"}}, "dataactions": {id: ...}}"""
        return self.control("GET", "actions")

    def conversations(self, first=0, count=None, attributes=False):
        """The records as they stand now: [{index, id, text}]."""
        query = {"first": first, "attributes": str(attributes).lower()}
        return self.control("GET", "conversations", **query, **({} if count is None else {"count": count}))

    def tokens(self):
        """Each that it ever issued."""
        return self.control("GET", "tokens")

    def expire_tokens(self):
        self.control("POST", "tokens", {"do": "expire"})

    def revoke_tokens(self):
        self.control("POST", "tokens", {"do": "revoke"})

    def advance(self, seconds):
        """Moves its clock: tokens expire by it, and requests leave the minute."""
        self.control("POST", "clock", {"advance": seconds})

    def reset_rates(self):
        self.control("POST", "rates")
