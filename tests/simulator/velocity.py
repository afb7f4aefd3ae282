"""Templates of an action: of Velocity there are references, ${name} and ${input.name.inner}, and nothing else.

$!{name} is nothing where there is no such value, ${name} an error. A string stands for itself, anything else for its
JSON. What begins a directive or a call is refused where a template is given, so that none is sent as text.
"""

import json
import re

from simulator.errors import invalid

NAME = r"[A-Za-z][\w-]*"
REFERENCE = re.compile(rf"\$(!?)\{{({NAME}(?:\.{NAME})*)\}}")
BEYOND = re.compile(r"\$!?\{|\$!?[A-Za-z]|#(?:if|else|elseif|end|set|foreach|macro|parse|include|\{|\[\[|#|\*)")


class Unresolved(Exception):
    """A reference to what there is not."""




def check(template, where, roots):
    """A template that can be rendered: its references begin with one of `roots`; None allows any."""
    if not isinstance(template, str):
        raise invalid(f"{where} must be a string")
    beyond = BEYOND.search(REFERENCE.sub("", template))
    if beyond:
        raise invalid(f"{where}: {beyond[0]} is not simulated, or not Velocity", code="invalid.substitution")
    for reference in REFERENCE.finditer(template):
        if roots is not None and reference[2].partition(".")[0] not in roots:
            raise invalid(f"{where}: there is no {reference[0]}", code="invalid.substitution")


def render(template, values):
    return REFERENCE.sub(lambda match: _value(match[0], match[2], match[1], values), template)


def _value(reference, path, quiet, values):
    for name in path.split("."):
        if not isinstance(values, dict) or name not in values:
            if quiet:
                return ""
            raise Unresolved(f"{reference} has no value")
        values = values[name]
    return values if isinstance(values, str) else json.dumps(values, ensure_ascii=False)
