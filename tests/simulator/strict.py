"""JSON bodies checked field by field: what the platform does not know, it does not take."""

import json

from simulator.errors import invalid


def _pairs(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice")
    return found


def _constant(text):
    raise ValueError(f"{text} is not JSON")


def parse_object(body):
    """The JSON object that a request's body must be."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as problem:
        raise invalid(f"The request body is not valid JSON: {problem}") from None
    if not isinstance(value, dict):
        raise invalid("The request body is not a JSON object")
    return value


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def fields(value, where, required=(), optional=()):
    """`value` is an object with all of `required` and nothing beyond `optional`."""
    if not isinstance(value, dict):
        raise invalid(f"{where} must be an object")
    for name in required:
        if value.get(name) is None:
            raise invalid(f"{where}: {name} is required")
    for name in value:
        if name not in required and name not in optional:
            raise invalid(f'{where}: unrecognized field "{name}"', code="invalid.property")
    return value


def text(value, where):
    if not isinstance(value, str) or not value:
        raise invalid(f"{where} must be a string that is not empty")
    return value


def integer(value, where, least, most):
    if not is_integer(value) or not least <= value <= most:
        raise invalid(f"{where} must be an integer from {least} to {most}", code="invalid.value")
    return value


def one_of(value, where, allowed):
    if value not in allowed or not isinstance(value, str):
        raise invalid(f"{where} must be one of {', '.join(allowed)}", code="invalid.value")
    return value


def array(value, where):
    if not isinstance(value, list):
        raise invalid(f"{where} must be an array")
    return value


def decimal(value, where, default, least, most):
    """A query parameter that is a number."""
    if value is None:
        return default
    if not value.isascii() or not value.isdigit():
        raise invalid(f"{where} must be a number", code="invalid.query.param.value")
    return integer(int(value), where, least, most)
