"""Data Actions of a simulated platform, as dataactionctl makes them: fixtures to import, and what is done with them."""

import http.server
import json
import threading

import pytest

from support.ctl import SECRET, ctl, official
from support.simulator import Simulator

INTEGRATION = "6f3a1c52-0b7e-4d7c-9a55-1e2f3a4b5c6d"
SETTINGS = {"client_secret": SECRET, "rate": 0, "token_rate": 0, "allow_http": True, "integrations": [INTEGRATION]}
ACTIONS = "/api/v2/integrations/actions"


class Service(http.server.BaseHTTPRequestHandler):
    """What the action calls: answers with what it was sent, and with `status`."""
    status = 200

    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"]))
                           if "Content-Length" in self.headers else self.chunks())
        body = json.dumps({"title": f"post {given.get('user_id')}", "given": given}).encode()
        self.send_response(type(self).status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    Service.status = 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1/fetch-post"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def platform(servers):
    simulator = Simulator(servers.directory(), dialect="genesys", **SETTINGS)
    servers.running.append(simulator)
    return simulator


@pytest.fixture
def env(platform):
    return official(platform)


@pytest.fixture
def file(directory, service):
    path = directory / "fetch_post.json"
    write(path, url=service)
    return path


def definition(url, name="Fetch post", timeout=40, inputs=None, outputs=None, headers=None):
    inputs = inputs or {"user_id": {"type": "integer"}, "query_text": {"type": "string"}}
    outputs = outputs or {"title": {"type": "string", "maxLength": 100}}
    return {"name": name, "category": "Posts", "integrationType": "custom-rest-actions", "actionType": "custom",
            "contract": {"input": {"inputSchema": {"type": "object", "required": ["user_id"], "properties": inputs}},
                         "output": {"successSchema": {"type": "object", "properties": outputs}}},
            "config": {"timeoutSeconds": timeout,
                       "request": {"requestUrlTemplate": url, "requestType": "POST",
                                   "headers": {"Content-Type": "application/json", **(headers or {})},
                                   "requestTemplate": "${input.rawRequest}"},
                       "response": {"translationMap": {}, "successTemplate": "${rawResult}"}}}


def write(path, **changes):
    path.write_text(json.dumps(definition(**changes), indent=2))


def publish(file, env, *words):
    return ctl("actions", "publish", file, "--integration", INTEGRATION, *words, env=env)


def published(file, env, *words):
    ran = publish(file, env, *words)
    assert ran.status == 0, ran
    return json.loads(ran.out)


def writes(platform):
    return [(request["method"], request["path"]) for request in platform.requests()
            if request["method"] != "GET" and request["route"] != "token"]


def told(ran):
    """Without warnings."""
    return "\n".join(line for line in ran.errors.splitlines() if not line.startswith("dataactionctl: warning: "))
