"""/api/v2/dataactions of the `tutorial` dialect: an action is an address that gets the flat input and answers with the
outputs. What the tutorial leaves open is in README.md."""

import functools
import json
import uuid

from simulator import action_run, actions, outbound, strict
from simulator.calls import TUTORIAL, Answer, route
from simulator.errors import ApiError, invalid

PATH = "/api/v2/dataactions"
SCOPES = ("api:read", "dataactions:execute")
TYPES = ("string", "integer", "number", "boolean")
MAX_NAME = 256
MAX_TIMEOUT, DEFAULT_TIMEOUT = 60_000, 30_000  # ms


def _need_a_scope(call):
    if not any(scope in call.token.scopes for scope in SCOPES):
        raise ApiError(403, f"The token lacks the scope {' or '.join(SCOPES)}", "app.not.authorized.for.scope")


def _taken(call):
    settings = call.platform.settings
    body = strict.fields(call.json, "body", ("name", "method", "url", "inputs", "outputs"),
                         ("description", "timeout"))
    if len(strict.text(body["name"], "name")) > MAX_NAME:
        raise invalid(f"name may have {MAX_NAME} characters", code="constraint.validation")
    if not isinstance(body.get("description", ""), str):
        raise invalid("description must be a string")
    strict.one_of(body["method"], "method", outbound.WITH_BODY)
    outbound.check_url(strict.text(body["url"], "url"), settings, "url")
    strict.integer(body.get("timeout", DEFAULT_TIMEOUT), "timeout", 1, MAX_TIMEOUT)
    for name in ("inputs", "outputs"):
        _parameters(strict.array(body[name], name), name)
    return {"description": "", "timeout": DEFAULT_TIMEOUT, **body}


def _parameters(items, where):
    for item in items:
        strict.fields(item, where, ("name", "type"), ("description",))
        strict.text(item["name"], f"{where}: name")
        strict.one_of(item["type"], f"{where}: type", TYPES)
        if not isinstance(item.get("description", ""), str):
            raise invalid(f"{where}: description must be a string")
    if len({item["name"] for item in items}) != len(items):
        raise invalid(f"{where}: a name is there twice")


def _find(call):
    action = call.platform.dataactions.get(call.parameters[0])
    if action is None:
        raise ApiError(404, f"Could not find the action {call.parameters[0]}")
    return action


def _answer(name, action, status=200):
    return Answer(json.dumps({"id": name, **action}), status)


def add(call):
    _need_a_scope(call)
    return functools.partial(_put, call, str(uuid.uuid4()), _taken(call), 201)


def put(call):
    _need_a_scope(call)
    _find(call)
    return functools.partial(_put, call, call.parameters[0], _taken(call), 200)


def _put(call, name, action, status):
    call.platform.dataactions[name] = action
    return _answer(name, action, status)


def list_actions(call):
    _need_a_scope(call)
    return Answer(json.dumps({"entities": [{"id": name, **action}
                                           for name, action in call.platform.dataactions.items()]}))


def get(call):
    _need_a_scope(call)
    return _answer(call.parameters[0], _find(call))


def delete(call):
    _need_a_scope(call)
    _find(call)
    return functools.partial(_delete, call)


def _delete(call):
    _find(call)
    del call.platform.dataactions[call.parameters[0]]
    return Answer("", 204)


def execute(call):
    """POST {id}/execute {"inputs": [{name, value}]}"""
    given = actions.inputs_of(call)
    action = call.platform.dataactions.get(call.parameters[0])
    if action is None:
        return Answer('{"body":' + actions.run(call, call.parameters[0], given) + "}")
    action_run.fit(given, _schema(action["inputs"], additionalProperties=False), "The input")
    return functools.partial(_execute, call, action, given)


async def _execute(call, action, given):
    request = outbound.Outbound(action["method"], action["url"], {"Content-Type": "application/json"},
                                json.dumps(given, ensure_ascii=False), action["timeout"] / 1000)
    text = action_run.text_of(await outbound.call(call.platform.settings, request))
    action_run.fit(action_run.parse(text, "the response"), _schema(action["outputs"]), "The response")
    return Answer('{"body":' + text + "}")


def _schema(parameters, **more):
    return {"type": "object", "properties": {item["name"]: {"type": item["type"]} for item in parameters}, **more}


ROUTES = (
    route("POST", PATH, "dataaction_add", add, TUTORIAL, form="json"),
    route("GET", PATH, "dataaction_list", list_actions, TUTORIAL),
    route("GET", f"{PATH}/{{id}}", "dataaction_get", get, TUTORIAL),
    route("PUT", f"{PATH}/{{id}}", "dataaction_put", put, TUTORIAL, form="json"),
    route("DELETE", f"{PATH}/{{id}}", "dataaction_delete", delete, TUTORIAL),
    route("POST", f"{PATH}/{{id}}/execute", "execute", execute, TUTORIAL, form="json"),
)
