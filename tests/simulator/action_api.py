"""/api/v2/integrations/actions of the `genesys` dialect, but for executing: made, listed, read, changed, published."""

import functools
import json
import urllib.parse

from simulator import action_body, action_run, strict
from simulator.action_store import BUILT_IN, State, check_change, check_mutable
from simulator.calls import GENESYS, Answer, route
from simulator.errors import ApiError, invalid, missing_permission

ACTIONS = "/api/v2/integrations/actions"
MAX_PAGE, MAX_IDS, DEFAULT_SIZE = 100, 50, 25
BOOLEANS = ("true", "false")
SCHEMAS = {"inputschema.json": ("input", "inputSchema"), "successschema.json": ("output", "successSchema")}
TEMPLATES = {"requesttemplate.vm": ("request", "requestTemplate", action_run.RAW_INPUT),
             "successtemplate.vm": ("response", "successTemplate", action_run.RAW_RESULT)}


def need(call, what):
    permission = f"integrations:action:{what}"
    if permission not in call.platform.settings.permissions:
        raise missing_permission(permission)


def _flag(call, name):
    return strict.one_of(call.query(name) or "false", name, BOOLEANS) == "true"


def _uri(name, of):
    return f"{ACTIONS}/{name}" + ("/draft" if of == "draft" else "")


def _shown(name, of, state, config=False, contract=False):
    """An Action: what it is made of only where it was asked for, otherwise where to find it."""
    uri, content = _uri(name, of), state.content
    told = {"id": name, **{key: content[key] for key in ("name", "integrationId", "category", "secure")},
            "version": state.version, "selfUri": uri,
            "contract": {"input": {"inputSchemaUri": f"{uri}/schemas/inputschema.json"},
                         "output": {"successSchemaUri": f"{uri}/schemas/successschema.json"}}}
    if contract:
        for side, key in SCHEMAS.values():
            told["contract"][side][key] = content["contract"][side][key]
    if config:
        told["config"] = {**content["config"]}
        for file, (part, key, default) in TEMPLATES.items():
            rest = {member: value for member, value in content["config"][part].items() if member != key}
            told["config"][part] = {**rest, f"{key}Uri": f"{uri}/templates/{file}"}
    return told


def _answer(value):
    return Answer(json.dumps(value))


def _built_in(settings):
    """Those of the settings whose id says that they are the platform's."""
    content = {"integrationId": settings.integrations[0] if settings.integrations else "", "category": "Built in",
               "secure": False, "contract": {"input": {"inputSchema": {"type": "object"}},
                                             "output": {"successSchema": {"type": "object"}}},
               "config": {"request": {}, "response": {}}}
    return [(name, State({**content, "name": name})) for name in settings.actions if name.startswith(BUILT_IN)]


def _find(call, of):
    name = call.parameters[0]
    if of == "published":
        for built_in, state in _built_in(call.platform.settings):
            if name == built_in:
                return None, state
    return call.platform.actions.find(name, of)


# --- lists

def _selected(call, of):
    query = call.query
    entities = call.platform.actions.all(of)
    if of == "published":
        entities = _built_in(call.platform.settings) + entities
    if query("ids") is not None:
        ids = query("ids").split(",")
        if len(ids) > MAX_IDS:
            raise invalid(f"ids: at most {MAX_IDS}", code="invalid.query.param.value")
        entities = [item for item in entities if item[0] in ids]
    if query("category") is not None:
        entities = [item for item in entities if item[1].content["category"] == query("category")]
    if query("name") is not None:
        part = query("name").lower()
        entities = [item for item in entities if part in item[1].content["name"].lower()]
    if query("secure") is not None:
        entities = [item for item in entities if item[1].content["secure"] == _flag(call, "secure")]
    _flag(call, "includeAuthActions")
    return _sorted(call, entities, lambda item, key: item[0] if key == "id" else item[1].content[key],
                   ("id", "name", "category"))


def _sorted(call, items, key_of, keys):
    order = strict.one_of((call.query("sortOrder") or "asc").lower(), "sortOrder", ("asc", "desc"))
    by = call.query("sortBy")
    if by is not None:
        strict.one_of(by, "sortBy", keys)
        items = sorted(items, key=lambda item: key_of(item, by))
    return items[::-1] if order == "desc" else items


def _paged(call, items):
    """(Those of the page that was asked for, the listing's members without its entities)"""
    size = strict.decimal(call.query("pageSize"), "pageSize", DEFAULT_SIZE, 1, MAX_PAGE)
    number = strict.decimal(call.query("pageNumber"), "pageNumber", 1, 1, 2**31 - 1)
    pages = -(-len(items) // size)
    return items[(number - 1) * size:number * size], {"pageSize": size, "pageNumber": number, "total": len(items),
                                                      "pageCount": pages}


def _uris(call, listing):
    def uri(number):
        query = {**dict(call.request.rel_url.query), "pageSize": listing["pageSize"], "pageNumber": number}
        return f"{call.request.rel_url.raw_path}?{urllib.parse.urlencode(query)}"

    number, last = listing["pageNumber"], max(1, listing["pageCount"])
    return {"firstUri": uri(1), "lastUri": uri(last), "selfUri": uri(number),
            **({"nextUri": uri(number + 1)} if number < last else {}),
            **({"previousUri": uri(number - 1)} if 1 < number <= last + 1 else {})}


def list_actions(call, of):
    need(call, "view")
    config = _flag(call, "includeConfig")
    page, listing = _paged(call, _selected(call, of))
    return _answer({"entities": [_shown(name, of, state, config) for name, state in page], **listing,
                    **_uris(call, listing)})


def categories(call):
    need(call, "view")
    names = {state.content["category"] for _, state in _selected(call, "published")}
    page, listing = _paged(call, _sorted(call, sorted(names), lambda name, _: name, ("name",)))
    return _answer({"entities": [{"name": name} for name in page], **listing})


# --- one action: `of` is "published" or "draft"

def get(call, of):
    need(call, "view")
    if call.query("expand") is not None:
        strict.one_of(call.query("expand"), "expand", ("contract",))
    _, state = _find(call, of)
    if _flag(call, "flatten"):
        raise invalid("flatten: not simulated", code="invalid.query.param.value")
    return _answer(_shown(call.parameters[0], of, state, _flag(call, "includeConfig"), call.query("expand")))


def file(call, of, kind):
    """Schemas and templates by the names that an Action tells."""
    need(call, "view")
    _, state = _find(call, of)
    name = call.parameters[1]
    if kind == "schemas" and name in SCHEMAS:
        side, key = SCHEMAS[name]
        return _answer(state.content["contract"][side][key])
    if kind == "templates" and name in TEMPLATES:
        part, key, default = TEMPLATES[name]
        return Answer(state.content["config"][part].get(key) or default, content_type="text/plain")
    raise ApiError(404, f"No file {name}")


def add(call, of):
    need(call, "add")
    content = action_body.added(call.json, call.platform.settings)
    return functools.partial(_add, call, of, content)


def _add(call, of, content):
    state = State(content)
    return _answer(_shown(call.platform.actions.add(**{of: state}), of, state))


def patch(call, of):
    need(call, "edit")
    check_mutable(call.parameters[0])
    found = call.platform.actions.find(call.parameters[0], of)
    take = action_body.updated if of == "published" else action_body.updated_draft
    version, changes = take(call.json, call.platform.settings)
    check_change(*found, version, changes)
    return functools.partial(_patch, call, of, version, changes)


def _patch(call, of, version, changes):
    """Somebody else may have been here meanwhile."""
    stored, state = call.platform.actions.find(call.parameters[0], of)
    check_change(stored, state, version, changes)
    state.change(changes)
    return _answer(_shown(call.parameters[0], of, state))


def delete(call, of):
    need(call, "delete")
    check_mutable(call.parameters[0])
    call.platform.actions.find(call.parameters[0], of)
    return functools.partial(_delete, call, of)


def _delete(call, of):
    call.platform.actions.find(call.parameters[0], of)
    call.platform.actions.remove(call.parameters[0], of)
    return Answer("", 204)


def make_draft(call):
    need(call, "edit")
    check_mutable(call.parameters[0])
    call.platform.actions.find(call.parameters[0], "published")
    return functools.partial(_make_draft, call)


def _make_draft(call):
    stored, state = call.platform.actions.find(call.parameters[0], "published")
    if stored.draft:
        raise ApiError(409, "There is a draft already")
    stored.draft = State(json.loads(json.dumps(state.content)))
    return _answer(_shown(call.parameters[0], "draft", stored.draft))


def validation(call):
    """What can be wrong with a draft was refused when it was given, but for an integration that is gone."""
    need(call, "edit")
    _, state = call.platform.actions.find(call.parameters[0], "draft")
    errors = []
    if state.content["integrationId"] not in call.platform.settings.integrations:
        error = invalid(f"There is no integration {state.content['integrationId']}")
        errors.append(json.loads(error.text(call.correlation_id)))
    return _answer({"valid": not errors, "errors": errors})


def publish(call):
    need(call, "edit")
    check_mutable(call.parameters[0])
    _, state = call.platform.actions.find(call.parameters[0], "draft")
    version = action_body.published(call.json)
    action_body.need_version(version, state.version)
    return functools.partial(_publish, call, version)


def _publish(call, version):
    stored, state = call.platform.actions.find(call.parameters[0], "draft")
    action_body.need_version(version, state.version)
    if state.content["integrationId"] not in call.platform.settings.integrations:
        raise invalid(f"There is no integration {state.content['integrationId']}")
    stored.publish()
    return _answer(_shown(call.parameters[0], "published", stored.published))


def test(call, of):
    need(call, "execute")
    if _flag(call, "flatten"):
        raise invalid("flatten: not simulated", code="invalid.query.param.value")
    _, state = call.platform.actions.find(call.parameters[0], of)
    return functools.partial(_test, call, state.content)


async def _test(call, content):
    return _answer(await action_run.test(call, content))


# --- routes

LISTED = ("pageSize", "pageNumber", "sortBy", "sortOrder", "category", "name", "ids", "secure", "includeAuthActions",
          "includeConfig")
READ = ("expand", "flatten", "includeConfig")


def _of_one(of, path):
    def bound(handler, *arguments):
        return functools.partial(handler, of=of, **dict(arguments))

    name = {"published": "action", "draft": "draft"}[of]
    return (
        route("GET", path, f"{name}_get", bound(get), GENESYS, query=READ),
        route("PATCH", path, f"{name}_patch", bound(patch), GENESYS, form="json"),
        route("DELETE", path, f"{name}_delete", bound(delete), GENESYS),
        route("POST", f"{path}/test", f"{name}_test", bound(test), GENESYS, form="json", query=("flatten",)),
        route("GET", f"{path}/schemas/{{file}}", f"{name}_file", bound(file, ("kind", "schemas")), GENESYS),
        route("GET", f"{path}/templates/{{file}}", f"{name}_file", bound(file, ("kind", "templates")), GENESYS),
    )


ROUTES = (
    route("GET", ACTIONS, "action_list", functools.partial(list_actions, of="published"), GENESYS, query=LISTED),
    route("POST", ACTIONS, "action_add", functools.partial(add, of="published"), GENESYS, form="json"),
    route("GET", f"{ACTIONS}/categories", "action_categories", categories, GENESYS,
          query=("pageSize", "pageNumber", "sortBy", "sortOrder", "secure")),
    route("GET", f"{ACTIONS}/drafts", "draft_list", functools.partial(list_actions, of="draft"), GENESYS,
          query=LISTED),
    route("POST", f"{ACTIONS}/drafts", "draft_add", functools.partial(add, of="draft"), GENESYS, form="json"),
    route("POST", f"{ACTIONS}/{{id}}/draft", "draft_make", make_draft, GENESYS),
    route("GET", f"{ACTIONS}/{{id}}/draft/validation", "draft_validation", validation, GENESYS),
    route("POST", f"{ACTIONS}/{{id}}/draft/publish", "draft_publish", publish, GENESYS, form="json"),
    *_of_one("published", f"{ACTIONS}/{{id}}"),
    *_of_one("draft", f"{ACTIONS}/{{id}}/draft"),
)
