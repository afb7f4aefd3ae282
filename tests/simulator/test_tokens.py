"""Which token requests and which bearers the simulator must refuse, and when tokens end."""

import base64
import json

import pytest

from simulator.testing import JOBS, QUERY, Client

INTERVAL = "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"
GRANT = {"grant_type": "client_credentials"}


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


# --- tokens

@pytest.mark.parametrize("change, error", [
    ({"authorization": basic("client:wrong")}, "invalid_client"),
    ({"authorization": basic("other:secret")}, "invalid_client"),
    ({"authorization": None, "form": {**GRANT, "client_id": "client", "client_secret": "x"}}, "invalid_client"),
    ({"authorization": None, "form": {**GRANT, "client_id": "client"}}, "invalid_client"),
    ({"authorization": None}, "invalid_request"),
    ({"authorization": "Basic !"}, "invalid_request"),
    ({"authorization": "Bearer abc"}, "invalid_request"),
    ({"form": {**GRANT, "client_id": "client", "client_secret": "secret"}}, "invalid_request"),
    ({"form": {}}, "invalid_request"),
    ({"form": {"grant_type": "password"}}, "unsupported_grant_type"),
    ({"form": {**GRANT, "scope": "search:query"}}, "invalid_scope"),
    ({"form": {**GRANT, "more": "x"}}, "invalid_request"),
    ({"raw": "grant_type=client_credentials&grant_type=client_credentials"}, "invalid_request"),
    ({"raw": "grant_type"}, "invalid_request"),
    ({"raw": b"\xff"}, "invalid_request"),
    ({"raw": json.dumps(GRANT), "content_type": "application/json"}, "invalid_request"),
    ({"content_type": "text/plain"}, "invalid_request"),
])
def test_token_requests_that_are_refused(client, change, error):
    answer = client.ask_token(**change)
    assert (answer.status, answer.json["error"]) == (400, error)
    assert answer.json["description"] == answer.json["error_description"] != ""


def test_where_credentials_belong(simulator, client):
    in_body = {"form": {**GRANT, "client_id": "client", "client_secret": "secret"}, "authorization": None}
    simulator.settings(credentials="basic")
    assert (client.ask_token().status, client.ask_token(**in_body).status) == (200, 400)
    simulator.settings(credentials="body")
    assert (client.ask_token().status, client.ask_token(**in_body).status) == (400, 200)


def test_too_many_token_requests(simulator, client):
    simulator.settings(token_rate=2)
    assert [client.ask_token().status for _ in range(2)] == [200, 200]
    answer = client.ask_token()
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert answer.json["error_description"].startswith("rate limit exceeded;")
    assert "Retry-After" not in answer.headers
    simulator.settings(dialect="tutorial")
    answer = client.ask_token()
    assert answer.status == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60
    simulator.advance(60)
    assert client.ask_token().status == 200


def test_the_tutorials_token_path_is_not_the_platforms(client):
    assert client.ask_token(path="/api/v2/oauth/token").error() == (404, "not.found")
    assert client.get("/oauth/token").error() == (405, "method.not.allowed")


# --- bearers

def test_bearers_that_are_refused(client):
    good = client.bearer()[1]
    for values, code in (([], "authentication.required"), (["Bearer nonsense"], "bad.credentials"),
                         ([good.replace("Bearer ", "bearer ")], "bad.credentials"),
                         ([good.replace(" ", "  ")], "bad.credentials"), ([good[len("Bearer "):]], "bad.credentials"),
                         ([basic("client:secret")], "bad.credentials"), ([good, good], "bad.credentials")):
        answer = client.send("GET", "/api/v2/ipranges", None, [("Authorization", value) for value in values])
        assert answer.error() == (401, code)


def test_tokens_end(simulator, client):
    def status():
        return client.get("/api/v2/ipranges").status

    simulator.settings(expires_in=300, live_tokens=2)
    assert status() == 200
    simulator.advance(299)
    assert status() == 200
    simulator.advance(1)
    assert status() == 401
    for end in (simulator.expire_tokens, simulator.revoke_tokens):
        client.token = None
        assert status() == 200
        end()
        assert status() == 401
    client.token = None
    assert status() == 200
    client.ask_token()
    assert status() == 200
    client.ask_token()
    assert status() == 401  # the third token alive ended the first


@pytest.mark.parametrize("target", [QUERY, JOBS])
def test_permissions(simulator, client, target):
    simulator.settings(permissions=[])
    assert client.post(target, {"interval": INTERVAL}).error() == (403, "missing.any.permissions")
    assert client.post("/api/v2/integrations/actions/echo/execute", {}).error() == (403, "missing.permissions")


def test_scopes(simulator, tutorial):
    bare = Client(simulator)
    wrong = (403, "app.not.authorized.for.scope")
    assert bare.search().error() == wrong
    assert bare.post("/api/v2/integrations/actions", {"integrationId": "echo", "parameters": {}}).error() == wrong
    assert bare.post("/api/v2/dataactions/echo/execute", {"inputs": []}).error() == wrong
    simulator.settings(scopes=["api:read"])  # the client lost the scope that it goes on to ask for
    assert Client(simulator, scope="search:query").search().error() == wrong
    assert tutorial.get("/api/v2/ipranges").status == 200
