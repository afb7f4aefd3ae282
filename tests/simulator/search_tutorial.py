"""The tutorial's `POST /api/v2/search`: a query in Lucene's manner, pages by an opaque `nextPage`.

Of Lucene there is what a search for conversations needs: `name:value` terms, all required, values in quotes
with backslash escapes, AND between them, and `*`. OR, NOT and parentheses are refused, so that a parameter
that became syntax is found out.
"""

import functools
import json
import re
import uuid

from simulator import cursors, strict
from simulator.conversations import PERIOD, Selection, Traits
from simulator.details import array, page_answer, page_of
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


def _order(body):
    sort = strict.array(body.get("sort", [{"field": "timestamp", "direction": "desc"}]), "sort")
    for item in sort:
        strict.fields(item, "sort", ("field", "direction"))
        strict.one_of(item["field"], "sort: field", ("timestamp",))
        strict.one_of(item["direction"], "sort: direction", ("asc", "desc"))
    if len(sort) > 1:
        raise invalid("sort: the same field twice")
    return sort[0]["direction"] if sort else "asc"


class Search:
    """What a body asks for; raises what is wrong with it."""

    def __init__(self, body, settings):
        strict.fields(body, "body", ("query", "type"), ("size", "sort", "page"))
        query = strict.text(body["query"], "query")
        self.residues = residues(query)
        strict.one_of(body["type"], "type", ("conversation",))
        self.size = strict.integer(body.get("size", DEFAULT_SIZE), "size", 1, settings.max_search_size)
        self.order = _order(body)
        self.digest = cursors.digest([query, self.size, self.order])
        page = body.get("page", 1)
        self.cursor = page if isinstance(page, str) else None
        if self.cursor is None:
            self.number = strict.integer(page, "page", 1, 2**31 - 1)
            self.offset = (self.number - 1) * self.size
        else:
            content = cursors.unseal(page, query=self.digest)
            self.number, self.offset = content["page"], content["offset"]


def search(call):
    if SCOPE not in call.token.scopes:
        raise ApiError(403, f"The token lacks the scope {SCOPE}", "app.not.authorized.for.scope")
    return functools.partial(_page, call, Search(call.json, call.platform.settings))


def _page(call, asked):
    conversations = call.platform.conversations
    selection = Selection(conversations.low, conversations.high, asked.residues, asked.order)
    total = len(selection)
    texts, after = page_of(call, selection, asked.offset, asked.size)
    following = None
    if call.page_fault == "repeat_cursor" and asked.cursor is not None:
        following = asked.cursor
    elif after < total:
        following = cursors.seal(query=asked.digest, page=asked.number + 1, offset=after, nonce=str(uuid.uuid4()))
    told = max(0, total + call.platform.settings.total_error)
    return page_answer(call, ("page", str(asked.number)), ("pageSize", str(asked.size)), ("total", str(told)),
                       ("nextPage", json.dumps(following) if following else None), ("results", array(texts)))
