"""`POST /api/v2/analytics/conversations/details/query`: pages by number, and nothing past the end."""

import functools

from simulator import strict
from simulator.calls import Answer
from simulator.conversations import Selection
from simulator.errors import ApiError, invalid
from simulator.query_body import Query
from simulator.records import record

PERMISSIONS = ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view")
DEFAULT_SIZE = 25


def page_name(call):
    """The route's name for faults: by what the body seems to ask, before it is checked."""
    paging = call.json.get("paging") if isinstance(call.json, dict) else None
    number = paging.get("pageNumber") if isinstance(paging, dict) else None
    return "later_page" if strict.is_integer(number) and number > 1 else "first_page"


def need_permission(call):
    if not any(permission in call.platform.settings.permissions for permission in PERMISSIONS):
        raise ApiError(403, f"Unable to perform the requested action. You must have at least one of the following "
                            f"permissions assigned: [{', '.join(PERMISSIONS)}]", "missing.any.permissions",
                       messageParams={"permissions": ", ".join(PERMISSIONS)})


def _paging(body, settings):
    paging = body.get("paging", {"pageSize": DEFAULT_SIZE, "pageNumber": 1})
    strict.fields(paging, "paging", ("pageSize", "pageNumber"))
    size = strict.integer(paging["pageSize"], "pageSize", 1, settings.max_page_size)
    number = strict.integer(paging["pageNumber"], "pageNumber", 1, 2**31 - 1)
    if size * number > settings.max_results:
        raise invalid(f"Pagination may not exceed {settings.max_results} results")
    return (number - 1) * size, size


def page_of(call, selection, offset, size, **options):
    """The texts of a page's records, as far as a fault lets them be, and the index of the next one."""
    fault = call.page_fault
    if fault == "empty_page":
        return [], offset
    begin = max(0, offset - size) if fault == "previous_page" else offset
    dialect = call.platform.settings.dialect
    texts = [record(call.platform.conversations, index, dialect, **options) for index in selection.page(begin, size)]
    return [text for text in texts for _ in range(2 if fault == "duplicates" else 1)], offset + size


def page_answer(call, *members, max_bytes=0):
    """A page, served by that; which member comes first is nobody's promise."""
    ordered = reversed(members) if call.platform.settings.reversed_pages else members
    text = "{" + ",".join(f'"{name}":{value}' for name, value in ordered if value is not None) + "}"
    if max_bytes and len(text.encode()) > max_bytes:
        raise ApiError(413, "The response payload was too large", "payload.too.large")
    if call.page_fault != "empty_page":
        call.platform.conversations.page_served()
    return Answer(text)


def array(texts):
    return f"[{','.join(texts)}]"


def query(call):
    settings = call.platform.settings
    need_permission(call)
    asked = Query(call.json, ("paging", "aggregations"), settings)
    return functools.partial(_page, call, asked, *_paging(call.json, settings))


def _page(call, asked, offset, size):
    settings, conversations = call.platform.settings, call.platform.conversations
    selection = Selection(*conversations.started_on_days_of(asked.begin, asked.end), asked.residues, asked.order,
                          asked.last)
    total = len(selection)
    texts, _ = page_of(call, selection, offset, size)
    found = array(texts) if texts or call.page_fault == "empty_page" else None
    return page_answer(call, ("conversations", found), ("totalHits", max(0, total + settings.total_error)),
                       max_bytes=settings.max_response_bytes)
