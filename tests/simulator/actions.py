"""Data actions run: those of the settings, which answer by themselves, and those that clients made.

One of the settings is {"required": [names], "properties": [names] or absent for any, "answer": JSON or
null to echo the input, "records": number of records to answer with instead}.
"""

import functools
import json

from simulator import action_run, strict
from simulator.calls import Answer
from simulator.errors import ApiError, invalid, missing_permission

PERMISSION = "integrations:action:execute"


def run(call, name, given):
    """The text that the action gives."""
    action = call.platform.settings.actions.get(name)
    if action is None:
        raise ApiError(404, f"Could not find the action {name}")
    missing = [field for field in action.get("required", []) if field not in given]
    unknown = [field for field in given if field not in action.get("properties", given)]
    if missing or unknown:
        raise invalid(f"The input does not fit the schema: missing {missing}, unknown {unknown}",
                      code="invalid.schema")
    if "records" in action:
        return "[" + ",".join(_transaction(number) for number in range(1, action["records"] + 1)) + "]"
    answer = action.get("answer")
    return json.dumps(given if answer is None else answer)


def _transaction(number):
    return json.dumps({"id": number, "customer_id": f"CUST-{number:08d}",
                       "transaction_amount": round(100 + number % 500 * 0.75, 2), "status": "completed",
                       "timestamp": "2024-01-15T10:30:00Z"})


def _need_scope(call, scope):
    if scope not in call.token.scopes:
        raise ApiError(403, f"The token lacks the scope {scope}", "app.not.authorized.for.scope")


def execute(call):
    """POST /api/v2/integrations/actions/{id}/execute: the bare input, and the bare answer."""
    if PERMISSION not in call.platform.settings.permissions:
        raise missing_permission(PERMISSION)
    if call.query("flatten") not in (None, "true", "false"):
        raise invalid("flatten must be true or false", code="invalid.query.param.value")
    if call.parameters[0] in call.platform.actions.stored:
        _, state = call.platform.actions.find(call.parameters[0], "published")
        return functools.partial(_execute, call, state.content)
    return Answer(run(call, call.parameters[0], call.json))


async def _execute(call, content):
    return Answer(await action_run.execute(call, content))


def execute_by_integration(call):
    """POST /api/v2/integrations/actions {"integrationId", "parameters"}: the streaming tutorial's way."""
    _need_scope(call, "integration:action:execute")
    body = strict.fields(call.json, "body", ("integrationId", "parameters"))
    parameters = strict.fields(body["parameters"], "parameters", (), body["parameters"])
    return Answer(run(call, strict.text(body["integrationId"], "integrationId"), parameters))


def inputs_of(call):
    """{"inputs": [{name, value}]}, the data action tutorial's way, as an object."""
    _need_scope(call, "dataactions:execute")
    body = strict.fields(call.json, "body", ("inputs",))
    given = {}
    for item in strict.array(body["inputs"], "inputs"):
        if "value" not in strict.fields(item, "input", ("name",), ("value",)):
            raise invalid("input: value is required")
        if given.setdefault(strict.text(item["name"], "name"), item["value"]) is not item["value"]:
            raise invalid(f"the input {item['name']} is there twice")
    return given
