"""The tutorial's way to read a search: a generator over pages, a session, a set of ids. Writes a record a line.

usage: search_generator.py URL [wait]

With `wait` it says when it is ready, and begins when it is sent a line: its start is not what is measured.
"""

import json
import sys

import requests


def conversations(url):
    session = requests.Session()
    token = session.post(f"{url}/oauth/token", data={"grant_type": "client_credentials"}).json()["access_token"]
    session.headers.update({"Authorization": f"Bearer {token}"})
    seen, page = set(), None
    while True:
        query = {"query": "status:completed", "type": "conversation", "size": 200}
        if page:
            query["page"] = page
        answer = session.post(f"{url}/api/v2/search", json=query)
        answer.raise_for_status()
        body = answer.json()
        for record in body["results"]:
            name = record.get("conversationId") or record.get("id")
            if name not in seen:
                seen.add(name)
                yield record
        page = body.get("nextPage")
        if not page:
            return


if __name__ == "__main__":
    if "wait" in sys.argv:
        print("ready", flush=True)
        sys.stdin.readline()
    for conversation in conversations(sys.argv[1]):
        sys.stdout.write(json.dumps(conversation, separators=(",", ":")) + "\n")
