"""JSON schemas of a contract: the keywords that are simulated, and values checked against them.

The platform does not tell which keywords it knows. These are the ones of draft-04 that need no other document; any
other is refused where a contract is given, so that none is thought to have been checked.
"""

import re

from simulator import strict
from simulator.errors import invalid

TYPES = {"object": lambda value: isinstance(value, dict), "array": lambda value: isinstance(value, list),
         "string": lambda value: isinstance(value, str), "boolean": lambda value: isinstance(value, bool),
         "integer": strict.is_integer, "null": lambda value: value is None,
         "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)}
TELLING = ("id", "$id", "$schema", "title", "description", "default", "format")
# keyword: (what values it is for, whether a value is right)
BOUNDS = {"minimum": (TYPES["number"], lambda value, bound: value >= bound),
          "maximum": (TYPES["number"], lambda value, bound: value <= bound),
          "minLength": (TYPES["string"], lambda value, bound: len(value) >= bound),
          "maxLength": (TYPES["string"], lambda value, bound: len(value) <= bound),
          "minItems": (TYPES["array"], lambda value, bound: len(value) >= bound),
          "maxItems": (TYPES["array"], lambda value, bound: len(value) <= bound)}
MAX_DEPTH = 50  # of any JSON that an action takes or gives


def depth(value):
    """How deep arrays and objects are nested: 0 for a number."""
    level, found = [value], 0
    while level:
        inside = [item for item in level if isinstance(item, (dict, list))]
        found += bool(inside)
        level = [member for item in inside for member in (item.values() if isinstance(item, dict) else item)]
    return found


def contract_schema(schema, where):
    """A schema that a contract can have: of an object, in words that are known."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise invalid(f"{where} must be the schema of an object", code="invalid.schema")
    if depth(schema) > MAX_DEPTH:
        raise invalid(f"{where} is nested deeper than {MAX_DEPTH} levels", code="invalid.schema")
    _known(schema, where)


def _known(schema, where):
    def refuse(what):
        raise invalid(f"{where}: {what}", code="invalid.schema")

    if not isinstance(schema, dict):
        refuse("a schema must be an object")
    for name, value in schema.items():
        if name == "type":
            types = value if isinstance(value, list) else [value]
            if not types or not all(isinstance(kind, str) and kind in TYPES for kind in types):
                refuse(f"no type {value}")
        elif name == "properties":
            if not isinstance(value, dict):
                refuse("properties must be an object")
            for member, inner in value.items():
                _known(inner, f"{where}.{member}")
        elif name == "items" or name == "additionalProperties" and not isinstance(value, bool):
            _known(value, f"{where}.{name}")
        elif name == "required":
            if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
                refuse("required must be an array of names")
        elif name == "enum":
            if not isinstance(value, list) or not value:
                refuse("enum must be an array that is not empty")
        elif name == "pattern":
            try:
                re.compile(value)
            except (re.error, TypeError):
                refuse("pattern must be a regular expression")
        elif name in BOUNDS:
            if not TYPES["number"](value):
                refuse(f"{name} must be a number")
        elif name not in TELLING and name != "additionalProperties":
            refuse(f"{name} is not simulated")


def problems(value, schema, where="$"):
    """What is wrong with a value, in words."""
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(TYPES[kind](value) for kind in types):
            return [f"{where} is not of type {' or '.join(types)}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where} is none of the values that are allowed")
    for name, (applies, right) in BOUNDS.items():
        if name in schema and applies(value) and not right(value, schema[name]):
            found.append(f"{where} does not keep to {name}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{where} does not match the pattern")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += problems(item, schema["items"], f"{where}[{index}]")
    if isinstance(value, dict):
        found += _of_object(value, schema, where)
    return found


def _of_object(value, schema, where):
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    found = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, member in value.items():
        if name in properties:
            found += problems(member, properties[name], f"{where}.{name}")
        elif others is False:
            found.append(f"{where}.{name} is not in the schema")
        elif others is not True:
            found += problems(member, others, f"{where}.{name}")
    return found
