"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/"""

import re

LABEL = r'[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{{((?:{LABEL}(?:,|(?=\}})))*)\}})? (\d+(?:\.\d+)?)")


def parse_exposition(text):
    """Strict: {(name, labels): value}, {name: type}. Every metric is described before its samples, in one group, and
    named as what it is."""
    assert text.endswith("\n")
    samples, types, helps, current = {}, {}, set(), None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            _, _, current, description = line.split(" ", 3)
            assert current not in helps and description
            helps.add(current)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == current and name not in types and kind in ("counter", "gauge")
            assert (kind == "counter") == name.endswith("_total")
            types[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == current and current in types
            labels = tuple(sorted(re.findall(r'(\w+)="([^"]*)"', match[2] or "")))
            assert (current, labels) not in samples
            samples[current, labels] = float(match[3]) if "." in match[3] else int(match[3])
    assert helps == set(types)
    return samples, types
