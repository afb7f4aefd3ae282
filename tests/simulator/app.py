"""Routes, and what happens to every request: recorded, perhaps a fault, checked, answered.

In this order: the path and the method, the size of the body, the bearer, the rate, the query, the content type and
the body, the operation's own checks, a scripted fault. A request that is wrong is told so whatever is scripted, and
one that meets a fault has changed nothing but counts.
"""

import inspect

from aiohttp import web

from simulator import (action_api, actions, control, dataactions, details, faults, jobs, reference, search_tutorial,
                       strict, tokens, wire)
from simulator.calls import GENESYS, TUTORIAL, Answer, Call, route
from simulator.errors import ApiError, invalid

MAX_BODY = 512_000  # request.bytes.max
JOBS = "/api/v2/analytics/conversations/details/jobs"

ROUTES = (
    route("POST", "/oauth/token", "token", tokens.issue, form="own", bearer=False, host="login"),
    route("POST", "/api/v2/oauth/token", "token", tokens.issue, TUTORIAL, form="own", bearer=False, host="login"),
    route("GET", "/api/v2/tokens/me", "token_info", tokens.information, query=("preserveIdleTTL",)),
    route("HEAD", "/api/v2/tokens/me", "token_info", tokens.information, query=("preserveIdleTTL",)),
    route("DELETE", "/api/v2/tokens/me", "token_info", tokens.revoke),
    route("GET", "/api/v2/ipranges", "ipranges", reference.ipranges),
    route("POST", "/api/v2/search", search_tutorial.page_name, search_tutorial.search, TUTORIAL, form="json",
          paged=True),
    route("POST", "/api/v2/search", "unknown", reference.directory_search, GENESYS, form="json"),
    route("POST", "/api/v2/analytics/conversations/details/query", details.page_name, details.query, GENESYS,
          form="json", paged=True),
    route("POST", JOBS, "job_create", jobs.create, GENESYS, form="json"),
    route("GET", f"{JOBS}/availability", "job_availability", jobs.availability, GENESYS),
    route("GET", f"{JOBS}/{{id}}", "job_poll", jobs.poll, GENESYS),
    route("DELETE", f"{JOBS}/{{id}}", "job_delete", jobs.delete, GENESYS),
    route("GET", f"{JOBS}/{{id}}/results", "job_results", jobs.results, GENESYS, query=("cursor", "pageSize"),
          paged=True),
    route("POST", "/api/v2/integrations/actions/{id}/execute", "execute", actions.execute, GENESYS, form="json",
          query=("flatten",)),
    route("POST", "/api/v2/integrations/actions", "execute", actions.execute_by_integration, TUTORIAL, form="json"),
    *action_api.ROUTES,
    *dataactions.ROUTES,
)


def _find_route(call):
    """Sets the call's route, or raises what the platform says where there is none."""
    settings = call.platform.settings
    path = call.request.rel_url.raw_path
    for prefix, instead in settings.prefixes.items():
        if path.startswith(prefix):
            path = instead + path[len(prefix):]
            break
    methods = set()
    for candidate in ROUTES:
        match = candidate.path.fullmatch(path)
        if match is None or settings.dialect not in candidate.dialects or candidate.host not in call.hosts:
            continue
        if candidate.method == call.request.method:
            call.route, call.parameters = candidate, match.groups()
            return
        methods.add(candidate.method)
    if methods:
        raise ApiError(405, headers={"Allow": ", ".join(sorted(methods))})
    raise ApiError(404, f"No {path} in the {settings.dialect} dialect, at {' and '.join(call.hosts)}")


async def _read_body(request):
    """The body, as far as it is allowed to go."""
    body = b""
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > MAX_BODY:
            break
    return body


def _count_request(call):
    settings = call.platform.settings
    if not settings.rate:
        return
    count, reset, wait = call.platform.rates.count(call.token.number, settings.rate)
    if settings.dialect == "genesys":
        call.rate_headers = {"inin-ratelimit-count": str(count), "inin-ratelimit-allowed": str(settings.rate),
                             "inin-ratelimit-reset": str(reset)}
    if wait:
        limit = {"key": "token.rate.per.minute", "namespace": "platform.api", "value": settings.rate}
        raise ApiError(429, f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds",
                       headers={"Retry-After": str(wait)}, limit=limit)


def _check_form(call):
    request = call.request
    query = list(request.rel_url.query)
    if len(set(query)) != len(query) or any(name not in call.route.query for name in query):
        raise invalid("A query parameter is unknown or there twice", code="invalid.query.param.value")
    if call.route.form == "none" and call.body:
        raise invalid(f"{request.method} takes no body")
    if call.route.form == "json":
        if request.content_type != "application/json" or (request.charset or "utf-8").lower() != "utf-8":
            raise ApiError(415)
        call.json = strict.parse_object(call.body)


def _peek_json(call):
    """What the body seems to be, for the route's name; whether it is right is checked in its turn."""
    if call.route.form == "json":
        try:
            call.json = strict.parse_object(call.body)
        except ApiError:
            call.json = None


def _check_bearer(call):
    if call.route.bearer:
        call.token = call.platform.tokens.bearer(call.request.headers.getall("Authorization", []))


def _check(call):
    """All that can be wrong with a request; what its route's handler returns."""
    if len(call.body) > MAX_BODY:
        call.headers["Connection"] = "close"  # the rest of it was not read
        raise ApiError(413)
    _check_bearer(call)
    if call.route.bearer:
        _count_request(call)
    _check_form(call)
    return call.route.handler(call)


class App:
    """The handler of a low-level aiohttp server: routing, 404 and 405 are the simulator's own."""

    def __init__(self, platform):
        self.platform = platform

    async def handle(self, hosts, request):
        """`hosts`: those of the platform's that the request's port is."""
        if request.rel_url.raw_path.startswith("/control/"):
            return await control.handle(self.platform, request)
        try:
            call = Call(self.platform, hosts, request, await _read_body(request))
        except ConnectionError:
            return web.Response()  # for aiohttp: there is nobody to answer
        problem = None
        try:
            _find_route(call)
            _peek_json(call)
        except ApiError as error:
            problem = error
        name = call.route.name_of(call) if call.route else "unknown"
        journal = self.platform.journal
        entry = journal.begin(call, name)
        answer = None
        outcome = "client gone"
        try:
            response, answer, outcome = await self._answer(call, name, entry, problem)
            return response
        finally:
            journal.end(entry, answer.status if answer else 0, outcome)

    async def _answer(self, call, name, entry, problem):
        """(What aiohttp must have, the answer if there was one, how it ended)"""
        fault = None
        try:
            if problem is not None:
                raise problem
            checked = _check(call)
            fault = self.platform.faults.take(name)
            await self._hold(call, entry, fault)
            if fault is not None and fault.silent:
                return web.Response(), None, await wire.end(call, fault.do)
            answer = await self._decide(call, name, fault, checked)
        except ApiError as error:
            answer = Answer(error.text(call.correlation_id), error.status, error.headers)
            if fault is not None and fault.do not in faults.INSTEAD:
                self.platform.faults.give_back(fault)
                entry["fault"], fault = None, None
        spoils = fault is not None and fault.do not in faults.INSTEAD
        response, outcome = await wire.send(call, answer, fault if spoils else None)
        return response, answer, outcome

    async def _hold(self, call, entry, fault):
        if fault is not None:
            entry["fault"] = fault.do
            await wire.hold(call, fault.delay_ms / 1000)
        if call.route.paged:
            await wire.hold(call, self.platform.settings.page_delay_ms / 1000)

    @staticmethod
    async def _decide(call, name, fault, checked):
        if fault is not None and fault.do in faults.INSTEAD:
            answer = faults.instead(call, fault, name)
            if answer is not None:
                return answer
        _check_bearer(call)  # which the fault, or somebody while it was held, may have ended
        call.page_fault = fault.do if fault is not None and fault.do in faults.OF_A_PAGE else None
        answer = checked() if callable(checked) else checked
        return await answer if inspect.isawaitable(answer) else answer
