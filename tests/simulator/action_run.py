"""An action that a client made, as it is run: the input checked, the request really made, the answer mapped.

The steps are those of the platform's help: input schema, request templates, the call, the translation map with its
defaults, the success template, the success schema. A default stands in for what is missing, and not for a null.
"""

import inspect
import json

from simulator import json_paths, outbound, schemas, velocity
from simulator.errors import ApiError, invalid

RAW_INPUT = "${input.rawRequest}"
RAW_RESULT = "${rawResult}"
DEFAULT_TIMEOUT = 60


def parse(text, what):
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid(f"{outbound.INDICATED}: {what} is not JSON") from None
    if schemas.depth(value) > schemas.MAX_DEPTH:
        raise invalid(f"{what} is nested deeper than {schemas.MAX_DEPTH} levels", code="invalid.schema")
    return value


def fit(value, schema, what):
    found = schemas.problems(value, schema)
    if found:
        raise invalid(f"{what} does not fit the schema: {', '.join(found)}", code="invalid.schema")


def text_of(received):
    try:
        return received.decode()
    except ValueError:
        raise invalid(f"{outbound.INDICATED}: the response is not UTF-8") from None


class Run:
    """One execution; `operations` tells of the steps, as the platform's tests do."""

    def __init__(self, settings, content, text, given):
        self.settings = settings
        self.contract, self.config = content["contract"], content["config"]
        self.text, self.given = text, given  # the input, as it came and as JSON
        self.request = self.raw = self.values = self.rendered = self.result = None
        self.operations = []
        self.error = None

    async def go(self, context_id):
        for number, (name, step) in enumerate(STEPS, 1):
            operation = {"step": number, "name": name, "success": True}
            self.operations.append(operation)
            try:
                result = step(self)
                operation["result"] = await result if inspect.isawaitable(result) else result
            except ApiError as error:
                self.error = error
                operation.update(success=False, error=json.loads(error.text(context_id)))
                return

    def check_input(self):
        if schemas.depth(self.given) > schemas.MAX_DEPTH:
            raise invalid(f"The input is nested deeper than {schemas.MAX_DEPTH} levels", code="invalid.schema")
        fit(self.given, self.contract["input"]["inputSchema"], "The input")
        return self.given

    def render_request(self):
        asked, credentials = self.config["request"], self.settings.integration_credentials
        try:
            url, body, headers = self.rendered_request(credentials)
            shown_url, shown_body, _ = self.rendered_request({name: f"({name})" for name in credentials})
            self.request = outbound.Outbound(asked["requestType"], url, headers, body,
                                             self.config.get("timeoutSeconds", DEFAULT_TIMEOUT))
        except velocity.Unresolved as problem:
            raise invalid(str(problem), code="invalid.substitution") from None
        return {"method": self.request.method, "url": shown_url, "body": shown_body}

    def rendered_request(self, credentials):
        """URL, body, headers."""
        asked = self.config["request"]
        values = {"input": {**self.given, "rawRequest": self.text}, "credentials": credentials}
        body = None
        if asked["requestType"] in outbound.WITH_BODY:
            body = velocity.render(asked.get("requestTemplate") or RAW_INPUT, values)
        headers = {name: velocity.render(value, values) for name, value in (asked.get("headers") or {}).items()}
        return velocity.render(asked["requestUrlTemplate"], values), body, headers

    async def call(self):
        received = await outbound.call(self.settings, self.request)
        self.raw = text_of(received)
        return self.raw

    def translate(self):
        response = self.config["response"]
        document = parse(self.raw, "the response")
        defaults = response.get("translationMapDefaults") or {}
        self.values = {"rawResult": self.raw}
        for name, path in (response.get("translationMap") or {}).items():
            there, value = json_paths.find(json_paths.parse(path), document)
            if there:
                self.values[name] = json.dumps(value, ensure_ascii=False)
            elif name in defaults:
                self.values[name] = defaults[name]
        return self.values

    def render_answer(self):
        try:
            self.rendered = velocity.render(self.config["response"].get("successTemplate") or RAW_RESULT, self.values)
        except velocity.Unresolved as problem:
            raise ApiError(500, str(problem), "invalid.substitution") from None
        return self.rendered

    def check_answer(self):
        try:
            self.result = parse(self.rendered, "the answer")
        except ApiError as error:
            raise invalid(error.message, code="invalid.schema") from None
        fit(self.result, self.contract["output"]["successSchema"], "The answer")
        return self.result


STEPS = (("Validate the input against the schema", Run.check_input), ("Render the request", Run.render_request),
         ("Execute the request", Run.call), ("Apply the translation map", Run.translate),
         ("Apply the success template", Run.render_answer),
         ("Validate the answer against the schema", Run.check_answer))


async def execute(call, content):
    """The answer's text, or the error of the step that failed."""
    run = Run(call.platform.settings, content, call.body.decode(), call.json)
    await run.go(call.correlation_id)
    if run.error:
        raise run.error
    return run.rendered


async def test(call, content):
    """TestExecutionResult"""
    run = Run(call.platform.settings, content, call.body.decode(), call.json)
    await run.go(call.correlation_id)
    told = {"operations": run.operations, "success": run.error is None}
    return told | ({"error": run.operations[-1]["error"]} if run.error else {"finalResult": run.result})
