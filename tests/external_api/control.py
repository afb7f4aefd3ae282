"""/control/...: what a test sets, scripts and looks at. README.md has it."""

import fnmatch
import json

from external_api.faults import Fault
from external_api.resources import query_of
from external_api.sending import answer_json


def _settings(api, values):
    api.settings.update(values)
    return vars(api.settings)


def _add_faults(api, faults):
    made = [Fault(**fault) for fault in (faults if isinstance(faults, list) else [faults])]
    api.faults.queue += made


def _requests(api, query):
    path, since = query.get("path", "*"), int(query.get("since", 0))
    return [entry for entry in api.journal.entries
            if entry["number"] > since and fnmatch.fnmatchcase(entry["path"], path)]


def _state(api, _):
    journal = api.journal
    return {"counts": {path: count for path, count in journal.counts.items() if path}, "requests": journal.number,
            "malformed": journal.malformed, "under_way": journal.under_way[""],
            "peaks": {path: peak for path, peak in journal.peaks.items() if path}, "peak": journal.peaks[""],
            "connections": len(journal.connections),
            "tokens": len(api.tokens), "created": api.created, "made": dict(api.made)}


OPERATIONS = {
    ("POST", "reset"): lambda api, _: api.reset(),
    ("POST", "settings"): _settings, ("GET", "settings"): lambda api, _: vars(api.settings),
    ("POST", "faults"): _add_faults, ("GET", "faults"): lambda api, _: [vars(fault) for fault in api.faults.queue],
    ("DELETE", "faults"): lambda api, _: api.faults.queue.clear(),
    ("GET", "requests"): _requests, ("GET", "state"): _state,
    ("DELETE", "tokens"): lambda api, _: api.tokens.clear(),
    ("POST", "release"): lambda api, _: api.release(),
}


def handle(api, request):
    """Answers 200 with JSON, or 400 with {"error"}."""
    operation = OPERATIONS.get((request.method, request.path.removeprefix("/control/")))
    if operation is None:
        return answer_json({"error": f"no {request.method} {request.path}"}, 404)
    try:
        given = json.loads(request.body or b"{}") if request.method == "POST" else query_of(request)
        result = operation(api, given)
        return answer_json({} if result is None else result)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        return answer_json({"error": f"{type(problem).__name__}: {problem}"}, 400)
