"""/control/...: what a test sets, scripts and looks at. README.md has it."""

import json

from aiohttp import web

from simulator.faults import GROUPS, ROUTES, Fault
from simulator.records import record, record_id


def _reset(platform, _):
    platform.reset()


def _settings(platform, values):
    platform.settings.update(values)
    if not {"count", "first_start", "spacing_ms"}.isdisjoint(values):
        platform.conversations.start_over()
    return _get_settings(platform, None)


def _get_settings(platform, _):
    return vars(platform.settings)


def _add_faults(platform, faults):
    made = [Fault(**fault) for fault in (faults if isinstance(faults, list) else [faults])]
    platform.faults.queue += made


def _get_faults(platform, _):
    return [vars(fault) for fault in platform.faults.queue]


def _clear_faults(platform, _):
    platform.faults.queue.clear()


def _requests(platform, query):
    since = int(query.get("since", 0))
    names = GROUPS.get(query["route"], (query["route"],)) if "route" in query else None
    return [entry for entry in platform.journal.entries
            if entry["number"] > since and (names is None or entry["route"] in names)]


def _state(platform, _):
    journal, conversations = platform.journal, platform.conversations
    return {"counts": {name: journal.counts[name] for name in (*ROUTES, "unknown")},
            "peaks": dict(journal.peaks), "under_way": sum(journal.under_way.values()),
            "connections": len(journal.connections),
            "tokens": {"issued": len(platform.tokens.issued), "alive": len(platform.tokens.alive())},
            "conversations": {"low": conversations.low, "high": conversations.high,
                              "pages_served": conversations.pages_served},
            "jobs": {name: {"size": job.size, "polls": job.polls, "deleted": job.deleted}
                     for name, job in platform.jobs.items()}}


def _conversations(platform, query):
    first = int(query.get("first", platform.conversations.low))
    count = int(query.get("count", platform.conversations.high - first))
    dialect = platform.settings.dialect
    attributes = query.get("attributes") == "true"
    return [{"index": index, "id": record_id(index, dialect),
             "text": record(platform.conversations, index, dialect, attributes)}
            for index in range(first, first + count)]


def _actions(platform, _):
    """Those that clients made, whole."""
    def told(state):
        return None if state is None else {"version": state.version, **state.content}

    return {"actions": {name: {"published": told(stored.published), "draft": told(stored.draft)}
                        for name, stored in platform.actions.stored.items()},
            "dataactions": platform.dataactions}


def _delete_actions(platform, _):
    platform.actions.stored.clear()
    platform.dataactions.clear()


def _issued(platform, _):
    return list(platform.tokens.issued)


def _tokens(platform, what):
    {"expire": platform.tokens.expire_all, "revoke": platform.tokens.revoke_all}[what["do"]]()


def _clock(platform, what):
    platform.clock_offset += float(what["advance"])


def _rates(platform, _):
    platform.rates.clear()


def _release(platform, _):
    platform.release()


OPERATIONS = {
    ("POST", "reset"): _reset,
    ("POST", "settings"): _settings, ("GET", "settings"): _get_settings,
    ("POST", "faults"): _add_faults, ("GET", "faults"): _get_faults, ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): _requests, ("GET", "state"): _state, ("GET", "conversations"): _conversations,
    ("GET", "actions"): _actions, ("DELETE", "actions"): _delete_actions,
    ("GET", "tokens"): _issued, ("POST", "tokens"): _tokens, ("POST", "clock"): _clock, ("POST", "rates"): _rates,
    ("POST", "release"): _release,
}


async def handle(platform, request):
    """Answers 200 with JSON, or 400 with {"error"}."""
    name = request.rel_url.raw_path.removeprefix("/control/")
    operation = OPERATIONS.get((request.method, name))
    if operation is None:
        return web.json_response({"error": f"no {request.method} {name}"}, status=404)
    try:
        if request.method == "POST":
            given = json.loads(await request.read() or b"{}")
        else:
            given = request.rel_url.query
        result = operation(platform, given)
        return web.json_response({} if result is None else result)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        return web.json_response({"error": f"{type(problem).__name__}: {problem}"}, status=400)
