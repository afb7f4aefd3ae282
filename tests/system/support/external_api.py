"""The external API of tests/external_api, as a process of a test's own."""

from support.controlled import Controlled


class ExternalApi(Controlled):
    """Started at once. `settings` hold until stop(), through every reset(); tests/external_api/README.md has them.

    `tls`: (certificate, key); `tls_url` is there then. `client_ca`: a CA's certificate; what is at `mtls_url` needs
    one of its certificates.
    """

    MODULE = "external_api"

    def __init__(self, directory, tls=None, client_ca=None, start=True, **settings):
        options = [*(["--tls", *tls] if tls else []), *(["--client-ca", client_ca] if client_ca else [])]
        super().__init__(directory, options, settings, start)

    @property
    def mtls_url(self):
        return f"https://127.0.0.1:{self.ports['mtls_port']}"

    def fault(self, do="answer", path="*", **options):
        """Queues a fault: fault("reset", "/posts/*", after="body"), fault(status=503, retry_after=1)."""
        self.control("POST", "faults", {"do": do, "path": path, **options})

    def requests(self, path="*", since=0):
        """What it was asked, in order; `path` may have wildcards."""
        return self.control("GET", "requests", path=path, since=since)

    def count(self, path=None):
        """How many requests there were, of all or of one path."""
        state = self.state()
        return state["requests"] if path is None else state["counts"].get(path, 0)

    def revoke_tokens(self):
        self.control("DELETE", "tokens")
