"""The tutorial's `POST /api/v2/search`: a query in Lucene's manner, pages by an opaque `nextPage`.

Of Lucene there is what a search for conversations needs: `name:value` terms, all required, values in quotes
with backslash escapes, AND between them, and `*`. OR, NOT and parentheses are refused, so that a parameter
that became syntax is found out.
"""

import json
import re
import uuid

from simulator import cursors, strict
from simulator.calls import Answer
from simulator.conversations import PERIOD, Selection, Traits
from simulator.details import array, page_of, page_text
from simulator.errors import ApiError, invalid

SCOPE = "search:query"
DEFAULT_SIZE = 25
QUOTED = r'"((?:[^"\\]|\\.)*)"'
BARE = r'((?:[^\s"\\():\[\]{}^~?*!|&+/-]|\\.)(?:[^\s"\\():\[\]{}^~?*!|&]|\\.)*)'
TERM = re.compile(rf"([A-Za-z_][\w.]*):(?:{QUOTED}|{BARE})(?=\s|$)")
BETWEEN = re.compile(r"(?:\s+AND(?=\s))?\s*")
NAMES = {"channelType": lambda traits: traits.media, "status": lambda traits: traits.status,
         "direction": lambda traits: traits.direction, "queueId": lambda traits: traits.queue}


def page_name(call):
    page = call.json.get("page") if isinstance(call.json, dict) else None
    return "later_page" if isinstance(page, str) or strict.is_integer(page) and page > 1 else "first_page"


def residues(query):
    """Of the indices that a query matches."""
    found, at = set(range(PERIOD)), 0
    query = query.strip()
    if query in ("*", "*:*"):
        return found
    while at < len(query):
        term = TERM.match(query, at)
        if not term:
            raise invalid(f"Failed to parse query [{query}] at {at}")
        name = term[1]
        value = re.sub(r"\\(.)", r"\1", term[2] if term[2] is not None else term[3])
        if name not in NAMES:
            raise invalid(f"No field [{name}]")
        found &= {residue for residue in range(PERIOD) if NAMES[name](Traits(residue)) == value}
        at = BETWEEN.match(query, term.end()).end()
    return found


def _descending(body):
    sort = strict.array(body.get("sort", [{"field": "timestamp", "direction": "desc"}]), "sort")
    for item in sort:
        strict.fields(item, "sort", ("field", "direction"))
        strict.one_of(item["field"], "sort: field", ("timestamp",))
        strict.one_of(item["direction"], "sort: direction", ("asc", "desc"))
    if len(sort) > 1:
        raise invalid("sort: the same field twice")
    return bool(sort) and sort[0]["direction"] == "desc"


def search(call):
    settings = call.platform.settings
    if SCOPE not in call.token.scopes:
        raise ApiError(403, f"The token lacks the scope {SCOPE}", "app.not.authorized.for.scope")
    body = strict.fields(call.json, "body", ("query", "type"), ("size", "sort", "page"))
    query = strict.text(body["query"], "query")
    strict.one_of(body["type"], "type", ("conversation",))
    size = strict.integer(body.get("size", DEFAULT_SIZE), "size", 1, settings.max_search_size)
    descending = _descending(body)
    mine = cursors.digest([query, size, descending])
    page = body.get("page", 1)
    if isinstance(page, str):
        cursor = cursors.unseal(page, query=mine)
        number, offset = cursor["page"], cursor["offset"]
    else:
        number = strict.integer(page, "page", 1, 2**31 - 1)
        offset = (number - 1) * size
    conversations = call.platform.conversations
    selection = Selection(conversations.low, conversations.high, residues(query), descending)
    total = len(selection)
    texts, after = page_of(call, selection, offset, size)
    following = None
    if call.page_fault == "repeat_cursor" and isinstance(page, str):
        following = page
    elif after < total:
        following = cursors.seal(query=mine, page=number + 1, offset=after, nonce=str(uuid.uuid4()))
    return Answer(page_text(call, ("page", str(number)), ("pageSize", str(size)),
                            ("total", str(max(0, total + settings.total_error))),
                            ("nextPage", json.dumps(following) if following else None), ("results", array(texts))))
