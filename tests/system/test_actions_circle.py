"""The full circle: a contract published on the platform, executed there, which calls our webhook, which calls an API."""

import copy
import hashlib
import json

import pytest

from support.actions import FETCH_POST, Actions, action
from support.ctl import SECRET, ctl, official
from support.process import ROOT
from support.simulator import Simulator

INTEGRATION = "6f3a1c52-0b7e-4d7c-9a55-1e2f3a4b5c6d"
KEY = "key-of-the-integration"
PAGE = json.loads((ROOT / "conf.d/contracts/conversations_page.json").read_text())
LOCATIONS = """
    location = /page {
        dataaction_stream    many;
        dataaction_format    envelope;
        dataaction_max_size  4k;
        dataaction_api_key_file webhook.keys;
    }
"""


@pytest.fixture
def flow(servers):
    """A platform, and our webhooks, which want its key: /fetch_post, and /page over a file of 200 records."""
    platform = Simulator(servers.directory(), client_secret=SECRET, rate=0, token_rate=0, allow_http=True,
                         integrations=[INTEGRATION], integration_credentials={"API_Key": KEY})
    servers.running.append(platform)
    lines = servers.directory() / "many.ndjson"
    lines.write_text("".join(json.dumps({"conversationId": f"c-{i:04d}", "more": "x" * (i % 97)}) + "\n"
                             for i in range(200)))
    keys = servers.directory() / "webhook.keys"
    keys.write_text(f"{hashlib.sha256(KEY.encode()).hexdigest()} platform\n")
    ours = Actions(servers, action("fetch_post", 'GET "{api}/posts/${user_id}"', "output status_code $status;",
                                   "output external_id $.id 0;", 'output title $.title "";', 'output body $.body "";',
                                   'output error_message $error_message "";', contract="fetch_post"),
                   block=f"source many {{ file {lines}; }}", location=f"dataaction_api_key_file {keys};",
                   locations=LOCATIONS.replace("webhook.keys", str(keys)))
    return platform, ours


def publish(platform, directory, contract, url):
    """The id of the action that is made of the contract, with our webhook's address."""
    made = copy.deepcopy(contract)
    made["config"]["request"]["requestUrlTemplate"] = url
    file = directory / "contract.json"
    file.write_text(json.dumps(made))
    ran = ctl("actions", "publish", file, "--integration", INTEGRATION, env=official(platform))
    assert ran.status == 0, ran
    (number,) = platform.actions()["actions"]
    return number


def test_an_action_is_published_and_executed(flow):
    platform, ours = flow
    number = publish(platform, ours.directory, FETCH_POST, f"http://127.0.0.1:{ours.nginx.port}/fetch_post")
    ran = ctl("actions", "execute", number, "-i", "user_id=7", "-i", "query_text=hello", env=official(platform))
    assert ran.status == 0, ran
    answer = json.loads(ran.out)
    assert (answer["status_code"], answer["external_id"], answer["error_message"]) == (200, 7, "")
    assert [one["target"] for one in ours.api.requests()] == ["/posts/7"]
    assert ours.post("fetch_post", {"user_id": 7, "query_text": "hello"}).status == 403
    # What the contract does not let pass fails on the platform, and never reaches the API.
    ran = ctl("actions", "execute", number, "-i", "user_id=0", "-i", "query_text=", env=official(platform))
    assert ran.status != 0 and len(ours.api.requests()) == 1, ran


def test_a_long_list_comes_a_page_at_a_time(flow):
    platform, ours = flow
    number = publish(platform, ours.directory, PAGE, f"http://127.0.0.1:{ours.nginx.port}/page")
    ids, cursor, pages = [], "", 0
    while True:
        ran = ctl("actions", "execute", number, "-i", "limit=100", "-i", f"cursor={cursor}", env=official(platform))
        assert ran.status == 0, ran
        page = json.loads(ran.out)
        assert len(page["ids"]) == page["count"]
        ids += page["ids"]
        pages += 1
        if page["next"] is None:
            assert page["complete"]
            break
        cursor = page["next"]
    assert ids == [f"c-{i:04d}" for i in range(200)] and pages > 3
