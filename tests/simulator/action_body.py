"""What an action is made of, as clients give it: the models PostActionInput, UpdateActionInput, UpdateDraftInput and
PublishDraftInput of the platform's swagger, member by member."""

import re

from simulator import json_paths, schemas, strict, velocity
from simulator.errors import ApiError, invalid
from simulator.outbound import check_url

MAX_NAME = 256
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
OF_THE_INPUT = ("input", "credentials", "authResponse")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
JSON_TYPE = re.compile(r"application/(?:[\w.-]+\+)?json\s*(?:;.*)?", re.I)


def added(body, settings):
    """PostActionInput"""
    strict.fields(body, "body", ("category", "name", "integrationId", "contract", "config"), ("secure",))
    if body["integrationId"] not in settings.integrations:
        raise invalid(f"There is no integration {body['integrationId']}")
    _check(body, settings)
    return {"secure": False, **body}


def updated(body, settings):
    """UpdateActionInput: (version, what changes)."""
    return _update(body, settings, ("category", "name", "config"))


def updated_draft(body, settings):
    """UpdateDraftInput: (version, what changes)."""
    return _update(body, settings, ("category", "name", "config", "contract", "secure"))


def published(body):
    """PublishDraftInput: its version."""
    return _version(strict.fields(body, "body", ("version",)))


def _version(body):
    return strict.integer(body["version"], "version", 0, 2**31 - 1)


def _update(body, settings, names):
    strict.fields(body, "body", ("version",), names)
    changes = {name: value for name, value in body.items() if name != "version" and value is not None}
    _check(changes, settings)
    return _version(body), changes


def _check(body, settings):
    for name in ("category", "name"):
        if name in body and len(strict.text(body[name], name)) > MAX_NAME:
            raise invalid(f"{name} may have {MAX_NAME} characters", code="constraint.validation")
    if not isinstance(body.get("secure", False), bool):
        raise invalid("secure must be true or false", code="invalid.value")
    if "contract" in body:
        _contract(body["contract"])
    if "config" in body:
        _config(body["config"], settings)


def _contract(contract):
    strict.fields(contract, "contract", ("input", "output"))
    strict.fields(contract["input"], "contract.input", ("inputSchema",))
    strict.fields(contract["output"], "contract.output", ("successSchema",))
    schemas.contract_schema(contract["input"]["inputSchema"], "inputSchema")
    schemas.contract_schema(contract["output"]["successSchema"], "successSchema")


def _config(config, settings):
    strict.fields(config, "config", ("request", "response"), ("timeoutSeconds",))
    if "timeoutSeconds" in config:
        strict.integer(config["timeoutSeconds"], "timeoutSeconds", 1, 60)
    _request(config["request"], settings)
    _response(config["response"])


def _request(request, settings):
    strict.fields(request, "request", ("requestUrlTemplate", "requestType"), ("headers", "requestTemplate"))
    strict.one_of(request["requestType"], "requestType", METHODS)
    velocity.check(strict.text(request["requestUrlTemplate"], "requestUrlTemplate"), "requestUrlTemplate",
                   OF_THE_INPUT)
    check_url(request["requestUrlTemplate"], settings, "requestUrlTemplate")
    velocity.check(request.get("requestTemplate") or "", "requestTemplate", OF_THE_INPUT)
    headers = _strings(request.get("headers") or {}, "headers")
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or re.search(r"[\x00-\x1f\x7f]", value):
            raise invalid(f"headers: {name} is not a header")
        velocity.check(value, f"headers: {name}", OF_THE_INPUT)
        if name.lower() == "accept" and "$" not in value and not JSON_TYPE.fullmatch(value):
            raise invalid("headers: Accept must be a JSON media type", code="invalid.value")
        if name.lower() == "transfer-encoding":
            strict.one_of(value, "headers: Transfer-Encoding", ("chunked", "buffered"))


def _response(response):
    strict.fields(response, "response", (), ("translationMap", "translationMapDefaults", "successTemplate"))
    paths = _strings(response.get("translationMap") or {}, "translationMap")
    for name, path in paths.items():
        try:
            json_paths.parse(path)
        except ValueError as problem:
            raise invalid(f"translationMap: {name}: {problem}", code="invalid.value") from None
    for name in _strings(response.get("translationMapDefaults") or {}, "translationMapDefaults"):
        if name not in paths:
            raise invalid(f"translationMapDefaults: {name} is not in the translationMap", code="invalid.value")
    velocity.check(response.get("successTemplate") or "", "successTemplate", ("rawResult", *paths))


def _strings(value, where):
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise invalid(f"{where} must be an object of strings")
    return value


def need_version(given, current):
    if given != current:
        raise ApiError(409, f"The version is {current}, not {given}")
