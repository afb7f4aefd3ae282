"""The state of one API, its settings, and what becomes of a request."""

import asyncio
import collections
import copy
import dataclasses
import inspect
import re

from external_api import access, caching, resources
from external_api.faults import Faults
from external_api.journal import Journal
from external_api.sending import answer_json

ROUTES = tuple((methods, re.compile(re.sub(r"\{\w+\}", "([^/]+)", path)), handler) for methods, path, handler in (
    (("GET", "HEAD"), "/posts/{id}", resources.get_post),
    (("PUT", "PATCH", "DELETE"), "/posts/{id}", resources.change_post),
    (("GET", "HEAD"), "/posts", resources.list_posts),
    (("POST",), "/posts", resources.make_post),
    (("GET",), "/slow", resources.slow),
    (("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), "/echo", resources.echo),
    (("POST",), "/oauth/token", access.token),
    (("GET",), "/oauth/posts/{id}", access.oauth_post),
    (("GET",), "/basic/posts/{id}", access.basic_post),
    (("GET",), "/key/posts/{id}", access.key_post),
    (("GET", "HEAD"), "/cached/{id}", caching.cached),
))


@dataclasses.dataclass
class Settings:
    """What README.md explains."""
    client_id: str = "client"
    client_secret: str = "secret"
    expires_in: int = 3600
    user: str = "user"
    password: str = "password"
    key: str = "key"

    def update(self, values):
        """All of `values` or, with a ValueError, none."""
        for name, value in values.items():
            if name not in Settings.__dataclass_fields__:
                raise ValueError(f"no setting {name}")
            if type(value) is not type(getattr(self, name)):
                raise ValueError(f"{name} must be {type(getattr(self, name)).__name__}")
        for name, value in values.items():
            setattr(self, name, copy.deepcopy(value))


@dataclasses.dataclass
class Call:
    api: object
    request: object
    link: object


class Api:
    def __init__(self, start_settings):
        self.start_settings = start_settings
        self.connections = 0  # ever, so that a number is of one
        self.held = asyncio.Event()  # set when what is held may end
        self.reset()

    def reset(self):
        """As at the start; connections stay."""
        self.settings = Settings()
        self.settings.update(self.start_settings)
        self.faults = Faults()
        self.journal = Journal()
        self.tokens = {}  # until when each is good
        self.created = []  # by POST /posts
        self.made = collections.Counter()  # by /cached
        self.release()

    def release(self):
        """Ends what stalls and what is slow."""
        self.held.set()
        self.held = asyncio.Event()

    async def answer(self, call):
        """The right one."""
        methods = set()
        for allowed, path, handler in ROUTES:
            match = path.fullmatch(call.request.path)
            if match and call.request.method in allowed:
                answer = handler(call, *match.groups())
                return await answer if inspect.isawaitable(answer) else answer
            if match:
                methods.update(allowed)
        if methods:
            return answer_json({"error": "method not allowed"}, 405, [("Allow", ", ".join(sorted(methods)))])
        return answer_json({}, 404)
