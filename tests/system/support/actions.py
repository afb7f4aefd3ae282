"""The whole way of a Data Action: nginx, dataactiond, and a company's API behind it."""

import itertools
import json
import re
import signal

from support.external_api import ExternalApi
from support.link import read
from support.process import ROOT, wait_for

FETCH_POST = json.loads((ROOT / "conf.d" / "contracts" / "fetch_post.json").read_text())
DRAFT_4, DRAFT_7 = (f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 7))
ERROR_MEMBERS = {"message", "code", "status", "messageParams", "contextId", "details", "errors"}

contexts = itertools.count(1)


def schema(properties=None, required=(), draft=DRAFT_4, **more):
    """Of an object. `properties`: {name: a schema, or the word for its type}; none: any."""
    made = {"$schema": draft, "type": "object", **more}
    if properties is not None:
        made["properties"] = {name: {"type": value} if isinstance(value, str) else value
                              for name, value in properties.items()}
    if required:
        made["required"] = list(required)
    return made


def contract(taken=None, given=None):
    """A contract of these schemas, of any object where there is none."""
    return {"name": "An action", "category": "Tests", "contract": {
        "input": {"inputSchema": taken or schema()}, "output": {"successSchema": given or schema()}}}


def action(name, request, *lines, contract="any"):
    """`request` as in its directive: 'GET "{api}/posts/1"'. `contract`: the name of one that Actions is given; "any"
    takes and gives every object, "fetch_post" is the example that is shipped."""
    body = "".join(f"    {line}\n" for line in (f"contract {contract}.json;", f"request {request};", *lines))
    return f"action {name} {{\n{body}}}\n"


class Actions:
    """Started at once, with a location /NAME for each action.

    actions    text of the block, by action() for the most part. In it, and in the other texts, {api} is the API's
               URL, {tls} and {mtls} are others of it, {directory} is nginx's own, {secrets} is one apart from it
    contracts  {name: contract()}
    location   more directives of each location
    locations  more locations
    get        names of actions whose location takes GET, too
    tls        (CA, certificate, key): the API has TLS, too; `client_ca` as of ExternalApi
    nginx      other options of support.nginx.Nginx
    settings   of the API
    """

    def __init__(self, servers, actions, contracts=None, location="", locations="", get=(), block="", tls=None,
                 client_ca=None, nginx=None, **settings):
        self.directory = servers.directory()
        self.secrets = servers.directory()
        self.state_path = servers.directory()
        self.log = self.directory / "sidecar.log"
        self.api = ExternalApi(servers.directory(), tls=tls and tls[1:], client_ca=client_ca, **settings)
        servers.running.append(self.api)
        for name, made in {"any": contract(), "fetch_post": FETCH_POST, **(contracts or {})}.items():
            self.write_contract(name, made)
        self._location, self._locations, self._get, self._block = location, locations, get, block
        options = {"connections": 1024, **(nginx or {})}
        self.nginx = servers.nginx(self.directory, start=False, **options, **self.conf_of(actions))
        self.daemon = servers.daemon(self.nginx)  # first: no worker ever meets a sidecar that is not there
        self.nginx.start()

    def conf_of(self, actions):
        """Options of support.nginx.Nginx for the text of these actions."""
        locations = "location = /status { dataaction_status; }\n" + self._locations
        for name in re.findall(r"^action (\S+)", actions, re.M):
            methods = "dataaction_methods GET POST;" if name in self._get else ""
            locations += f"location = /{name} {{ dataaction_call {name}; {methods} {self._location} }}\n"
        block = f"log {self.log} level=debug;\nstate_path {self.state_path};\n{self._block}\n{actions}"
        return {"block": self.filled(block), "locations": self.filled(locations)}

    def filled(self, text):
        """With the names in braces that the class explains."""
        names = {"{api}": self.api.url, "{directory}": str(self.directory), "{secrets}": str(self.secrets)}
        for name, port in (("{tls}", "tls_port"), ("{mtls}", "mtls_port")):
            if port in self.api.ports:
                names[name] = f"https://127.0.0.1:{self.api.ports[port]}"
        return re.sub("|".join(map(re.escape, names)), lambda match: names[match[0]], text)

    def write_contract(self, name, made):
        (self.directory / f"{name}.json").write_text(json.dumps(made))

    def write_secret(self, name, text, mode=0o600):
        """A file {secrets}/NAME. One that an action names must be there from the start."""
        path = self.secrets / name
        path.write_text(text + "\n")
        path.chmod(mode)
        return path

    def reload(self, actions=None, nginx=True):
        """The sidecar and then nginx read the configuration anew, with these actions instead."""
        if actions is not None:
            self.nginx.write_conf(**self.conf_of(actions))
        before = len(self.lines("configuration reloaded"))
        self.daemon.signal(signal.SIGHUP)
        wait_for(lambda: len(self.lines("configuration reloaded")) > before, "the reload")
        if nginx:
            self.nginx.reload()

    def begin_stop(self):
        """SIGTERM. New requests are refused from then on."""
        self.daemon.signal(signal.SIGTERM)
        wait_for(lambda: self.lines("stopping"), "the stop")

    def reset(self):
        self.api.reset()

    # --- asking

    def start(self, name, body=None, method="POST", headers=(), connection=None, **options):
        """A request whose answer is not read yet, on a connection of its own where none is given;
        `connection.context` is in the logs."""
        connection = connection or self.nginx.connect()
        connection.context = f"call-{next(contexts)}"
        body = {} if body is None and method == "POST" else body
        connection.send_request(method, f"/{name}", body,
                                headers=[("ININ-Correlation-Id", connection.context), *headers], **options)
        return connection

    def read(self, connection):
        """The answer to what start() asked."""
        response = read(connection)
        response.context = connection.context
        return response

    def post(self, name, body=None, **options):
        """The answer, with the request's `context`. `body`: an object, or bytes as they are."""
        return self.read(self.start(name, body, **options))

    def get(self, name, query="", **options):
        return self.post(name + (f"?{query}" if query else ""), method="GET", **options)

    def ask(self, name, **fields):
        """The object of an answer that has one."""
        return object_of(self.post(name, fields))

    # --- what must be true

    def text(self):
        """The log of dataactiond."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def lines(self, *parts):
        """Lines of that log that have each of `parts`."""
        return [line for line in self.text().splitlines() if all(part in line for part in parts)]

    def log_of(self, asked, *parts):
        """The line about a request with each of `parts`, which must come."""
        return wait_for(lambda: self.lines(f"context={asked.context} ", *parts), f"a line of {asked.context}")[0]

    def state(self, name):
        """What the sidecar counts of an action."""
        return self.nginx.status()["sidecar"]["actions"][name]


def object_of(response):
    """The one object of a 200, which is framed by its length."""
    assert (response.status, response.end, response.framing) == (200, "complete", "length"), response
    assert response.header("Content-Type") == "application/json", response
    return response.json()


def error_of(response, status, code):
    """The body of an error, of our shape."""
    assert (response.status, response.end) == (status, "complete"), response
    assert response.header("Content-Type") == "application/json", response
    body = response.json()
    assert set(body) == ERROR_MEMBERS, body
    assert (body["status"], body["code"]) == (status, code), body
    assert body["contextId"] == response.context, body
    return body


def broken_rules(response, status=422, code="dataaction.request.contract"):
    """What an error says of the input's fields: {(field, rule)}."""
    details = error_of(response, status, code)["details"]
    assert all(set(detail) == {"fieldName", "errorCode"} for detail in details), details
    codes = [detail["errorCode"].rpartition(".") for detail in details]
    assert all(area in ("dataaction.contract", "dataaction.request") for area, _, _ in codes), details
    found = {(detail["fieldName"], rule) for detail, (_, _, rule) in zip(details, codes)}
    assert len(found) == len(details), details
    return found
