"""Actions with secrets, and where these must not be found."""

import base64

from support.actions import Actions, action
from support.process import children
from support.search import memory_of

SECRET, NEXT = "hush-5f0c3e9a1d", "hush-27b8e4d6c0"
LINES = ("output id $.id;", "retry attempts=1;", "breaker failures=1000;")
KEY = action("key", 'GET "{api}/key/posts/${id}"', "header_file X-Api-Key {secrets}/key;", *LINES)
BASIC = action("basic", 'GET "{api}/basic/posts/${id}"', "basic_auth me {secrets}/password;", *LINES)
OAUTH_LINE = "oauth {api}/oauth/token client_id=us client_secret_file={secrets}/secret;"
OAUTH = action("oauth", 'GET "{api}/oauth/posts/${id}"', OAUTH_LINE, *LINES)
ALL = KEY + BASIC + OAUTH
FILES = {"key": "key", "basic": "password", "oauth": "secret"}  # of each action, in {secrets}
SETTINGS = {"key": "key", "basic": "password", "oauth": "client_secret"}  # of the API, for each action


class Secretive(Actions):
    """Actions with the secrets that the API wants."""

    def __init__(self, servers, actions=ALL, secret=SECRET, **options):
        self.first = secret
        settings = {"key": SECRET, "user": "me", "password": SECRET, "client_id": "us", "client_secret": SECRET}
        super().__init__(servers, actions, **{**settings, **options})

    def filled(self, text):
        for name in FILES.values():
            if not (self.secrets / name).exists():
                self.write_secret(name, self.first)
        return super().filled(text)

    def bearers(self):
        """Tokens that were sent to the API."""
        return {value.removeprefix("Bearer ") for entry in self.api.requests("/oauth/posts/*")
                for name, value in entry["headers"] if name.lower() == "authorization"}

    def check_secrets(self, *answers):
        """Neither secret nor token is where others look: logs, status, `answers`, the workers' memory."""
        hidden = [SECRET.encode(), NEXT.encode(), base64.b64encode(f"me:{SECRET}".encode()),
                  base64.b64encode(f"us:{SECRET}".encode())]
        # Of a token a piece from its middle: memory that is free has lost its begin.
        hidden += [token[12:34].encode() for token in self.bearers()]
        for where, data in self.seen_elsewhere(answers):
            assert not any(secret in data for secret in hidden), f"a secret is in {where}"

    def seen_elsewhere(self, answers=()):
        """(Where, bytes) of all that others than the sidecar may look at."""
        for path in self.directory.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()
        for answer in answers:
            yield "an answer", answer
        for path in ("/status", "/status?format=prometheus"):
            yield path, self.nginx.get(path).body
        for pid in children(self.nginx.pid):
            for piece in memory_of(pid):
                yield f"the memory of a worker, {pid}", piece
