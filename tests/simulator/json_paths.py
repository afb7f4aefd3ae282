"""Simple JSONPaths, as a translation map has them: $, .name, ['name'], [0], [-1], [*] and .*"""

import re

STEP = re.compile(r"""\.(?P<name>[A-Za-z_][\w-]*)|\[\s*(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\s*\]"""
                  r"""|\[\s*(?P<index>-?\d+)\s*\]|(?P<all>\.\*|\[\s*\*\s*\])""")


def parse(text):
    """Steps: a name, an index, or None for all; ValueError for what is not simulated."""
    if not text.startswith("$"):
        raise ValueError(f"{text} does not begin with $")
    steps, at = [], 1
    while at < len(text):
        step = STEP.match(text, at)
        if step is None:
            raise ValueError(f"{text}: {text[at:]} is not simulated, or not JSONPath")
        if step["index"] is not None:
            steps.append(int(step["index"]))
        else:
            steps.append(None if step["all"] else step["name"] or step["quoted"])
        at = step.end()
    return steps


def find(steps, value):
    """(Whether there is such a value, the value). All that a path with a wildcard finds is an array, perhaps empty."""
    found = [value]
    for step in steps:
        found = [inner for item in found for inner in _step(step, item)]
    if None in steps:
        return True, found
    return bool(found), found[0] if found else None


def _step(step, value):
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
