"""A small client for the simulator's own tests: says what it wants byte by byte, retries nothing."""

import base64
import http.client
import json
import urllib.parse

TIMEOUT = 30  # bounds a failure; nothing is measured by it
FORM = "application/x-www-form-urlencoded"
JOBS = "/api/v2/analytics/conversations/details/jobs"
QUERY = "/api/v2/analytics/conversations/details/query"
SEARCH = "/api/v2/search"


class Reply:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def json(self):
        return json.loads(self.body)

    def error(self):
        """(status, code), after a look at the rest of an ErrorBody."""
        body = self.json
        assert body["status"] == self.status
        assert body["contextId"] == self.headers["ININ-Correlation-Id"]
        assert body["message"] and body["details"] == [] and body["errors"] == []
        return self.status, body["code"]


class Client:
    def __init__(self, simulator, scope=None, host=""):
        """`host`: "login_" for the one of a simulator whose hosts are apart."""
        self.simulator = simulator
        self.host = host
        self.scope = scope
        self.token = None

    def send(self, method, target, body=None, headers=()):
        """One request on a connection of its own; `headers` may name one twice."""
        connection = http.client.HTTPConnection("127.0.0.1", self.simulator.ports[f"{self.host}port"],
                                                timeout=TIMEOUT)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            body = body.encode() if isinstance(body, str) else body
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def ask_token(self, form=None, authorization=True, content_type=FORM, path="/oauth/token", raw=None):
        """A token request: right, but for what is given."""
        if form is None:
            form = {"grant_type": "client_credentials", **({"scope": self.scope} if self.scope else {})}
        headers = [("Content-Type", content_type)]
        if authorization is True:
            authorization = "Basic " + base64.b64encode(b"client:secret").decode()
        if authorization:
            headers.append(("Authorization", authorization))
        return self.send("POST", path, urllib.parse.urlencode(form) if raw is None else raw, headers)

    def bearer(self):
        if self.token is None:
            self.token = self.ask_token().json["access_token"]
        return ("Authorization", f"Bearer {self.token}")

    def get(self, target, method="GET"):
        return self.send(method, target, None, [self.bearer()])

    def post(self, target, body, content_type="application/json", method="POST"):
        """`body`: text and bytes as they stand, anything else as JSON."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.send(method, target, text, [self.bearer(), ("Content-Type", content_type)])

    def patch(self, target, body):
        return self.post(target, body, method="PATCH")

    # --- whole conversations

    def details(self, begin="2024-01-01", end="2024-01-02", size=100, number=1, **more):
        return self.post(QUERY, {"interval": f"{begin}T00:00:00.000Z/{end}T00:00:00.000Z",
                                 "paging": {"pageSize": size, "pageNumber": number}, **more})

    def all_details(self, **options):
        """Every page's conversations, until a page has none."""
        found, number = [], 1
        while True:
            page = self.details(number=number, **options).json
            if "conversations" not in page:
                return found
            found += page["conversations"]
            number += 1

    def search(self, query="*", page=None, **more):
        body = {"query": query, "type": "conversation", "size": 200, **more}
        return self.post(SEARCH, body if page is None else {**body, "page": page})

    def all_search(self, *arguments, **options):
        found, page = [], None
        while True:
            answer = self.search(*arguments, page=page, **options).json
            found += answer["results"]
            page = answer.get("nextPage")
            if page is None:
                return found

    def make_job(self, begin="2024-01-01", end="2024-01-02", **more):
        """A fulfilled one's path."""
        reply = self.post(JOBS, {"interval": f"{begin}T00:00:00.000Z/{end}T00:00:00.000Z", **more})
        assert reply.status == 202
        path = f"{JOBS}/{reply.json['jobId']}"
        while self.get(path).json["state"] != "FULFILLED":
            pass
        return path

    def results(self, path, cursor=None, size=100):
        query = {"pageSize": size, **({"cursor": cursor} if cursor else {})}
        return self.get(f"{path}/results?{urllib.parse.urlencode(query)}")

    def all_results(self, path, **options):
        found, cursor = [], None
        while True:
            answer = self.results(path, cursor, **options).json
            found += answer["conversations"]
            cursor = answer.get("cursor")
            if cursor is None:
                return found


# --- actions

ACTIONS = "/api/v2/integrations/actions"
INTEGRATION = "6f3a1c52-0b7e-4d7c-9a55-1e2f3a4b5c6d"  # that the simulator has from the start


def schema(required=(), **properties):
    return {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": list(required),
            "properties": {name: {"type": kind} for name, kind in properties.items()}}


def action_body(url="https://gateway.example/api/v1/fetch-post", method="POST", **more):
    """A PostActionInput that is right, but for what is given; `request`, `response` and `config` add members."""
    request = {"requestUrlTemplate": url, "requestType": method, "headers": {"Content-Type": "application/json"},
               "requestTemplate": "${input.rawRequest}", **more.pop("request", {})}
    response = {"translationMap": {}, "translationMapDefaults": {}, "successTemplate": "${rawResult}",
                **more.pop("response", {})}
    body = {"category": "Posts", "name": "Fetch post", "integrationId": INTEGRATION, "secure": False,
            "contract": {"input": {"inputSchema": schema(["user_id"], user_id="integer", query_text="string")},
                         "output": {"successSchema": schema([], title="string")}},
            "config": {"timeoutSeconds": 20, "request": request, "response": response, **more.pop("config", {})}}
    return {**body, **more}
