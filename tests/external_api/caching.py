"""GET /cached/{id}: an answer that says how long it is good, and how often it was made."""

from external_api.resources import query_of
from external_api.sending import Answer, answer_json

# Of the query: which header it becomes.
HEADERS = {"control": "Cache-Control", "age": "Age", "vary": "Vary", "etag": "ETag", "expires": "Expires",
           "pragma": "Pragma", "last_modified": "Last-Modified"}


def cached(call, name):
    """?control=max-age=60&age=5&vary=Accept&etag="a": 304 where If-None-Match has the ETag."""
    query = query_of(call.request)
    headers = [[header, query[key]] for key, header in HEADERS.items() if key in query]
    if any(key not in HEADERS for key in query) or not "".join(query.values()).isprintable():
        return answer_json({"error": f"the query may have {', '.join(HEADERS)}"}, 400)
    call.api.made[name] += 1
    if "etag" in query and call.request.header("If-None-Match") == query["etag"]:
        return Answer(304, headers=headers)
    return answer_json({"id": name, "made": call.api.made[name]}, headers=headers)
