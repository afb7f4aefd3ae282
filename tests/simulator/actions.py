"""Data actions: run as the platform runs them, and in the tutorials' two ways.

An action of the settings is {"required": [names], "properties": [names] or absent for any, "answer": JSON or
null to echo the input, "records": number of records to answer with instead}.
"""

import json

from simulator import strict
from simulator.calls import Answer
from simulator.errors import ApiError, invalid

PERMISSION = "integrations:action:execute"


def _run(call, name, given):
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
        raise ApiError(403, f"Unable to perform the requested action. You are missing the following permission(s): "
                            f"{PERMISSION}", "missing.permissions", messageParams={"permissions": PERMISSION})
    if call.query("flatten") not in (None, "true", "false"):
        raise invalid("flatten must be true or false", code="invalid.query.param.value")
    return Answer(_run(call, call.parameters[0], call.json))


def execute_by_integration(call):
    """POST /api/v2/integrations/actions {"integrationId", "parameters"}: the streaming tutorial's way."""
    _need_scope(call, "integration:action:execute")
    body = strict.fields(call.json, "body", ("integrationId", "parameters"))
    parameters = strict.fields(body["parameters"], "parameters", (), body["parameters"])
    return Answer(_run(call, strict.text(body["integrationId"], "integrationId"), parameters))


def execute_with_inputs(call):
    """POST /api/v2/dataactions/{id}/execute {"inputs": [{name, value}]}: the data action tutorial's way."""
    _need_scope(call, "dataactions:execute")
    body = strict.fields(call.json, "body", ("inputs",))
    given = {}
    for item in strict.array(body["inputs"], "inputs"):
        if "value" not in strict.fields(item, "input", ("name",), ("value",)):
            raise invalid("input: value is required")
        if given.setdefault(strict.text(item["name"], "name"), item["value"]) is not item["value"]:
            raise invalid(f"the input {item['name']} is there twice")
    return Answer('{"body":' + _run(call, call.parameters[0], given) + "}")
