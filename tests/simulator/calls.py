"""A request on its way through the simulator, and the answer to it."""

import dataclasses
import re
import uuid

GENESYS, TUTORIAL = ("genesys",), ("tutorial",)
HOSTS = ("login", "api")  # whose names the platform's addresses begin with


@dataclasses.dataclass
class Answer:
    """`text` is JSON unless `content_type` says otherwise."""
    text: str
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    content_type: str = "application/json"

    @property
    def counted(self):
        """Whether it comes from where requests are counted: not from what asks for the bearer, or stands in front."""
        return self.status != 401 and self.content_type == "application/json"


@dataclasses.dataclass(frozen=True)
class Route:
    """`name` is what faults and the journal call it, or a function of the call that tells. `form`: how the
    body is taken, "none", "json" or "own" (the handler's own business). `handler` checks a call and changes nothing;
    it returns the answer or, where to answer is to change something, what does that and returns it."""
    method: str
    path: re.Pattern
    name: object
    handler: object
    dialects: tuple = ("genesys", "tutorial")
    form: str = "none"
    query: tuple = ()
    bearer: bool = True
    paged: bool = False
    host: str = "api"

    def name_of(self, call):
        return self.name(call) if callable(self.name) else self.name


def route(method, path, *arguments, **options):
    """{name} in a path is one segment of it, and a parameter of the call."""
    return Route(method, re.compile(re.sub(r"\{\w+\}", "([^/]+)", path)), *arguments, **options)


class Call:
    def __init__(self, platform, hosts, request, body):
        self.platform = platform
        self.hosts = hosts  # that the port it came to is
        self.request = request
        self.body = body  # bytes
        self.json = None
        self.route = None
        self.parameters = ()  # what the route's path matched
        self.token = None
        self.page_fault = None
        self.correlation_id = str(uuid.uuid4())
        self.headers = {"ININ-Correlation-Id": self.correlation_id}
        self.rate_headers = {}

    def query(self, name):
        return self.request.rel_url.query.get(name)
