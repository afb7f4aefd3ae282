#!/usr/bin/env python3
"""Checks that includes follow the arrows of CONTRIBUTING.md, and that includes are written from the root."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What a file of a folder may include of ours. The first folder that fits a path is its own.
MAY_INCLUDE = {
    "core/base": ("core/base",),
    "core/json": ("core/base", "core/json"),
    "core/webhook": ("core/base", "core/json", "core/webhook"),
    "core/stream": ("core/base", "core/json", "core/stream"),
    "core/link": ("core/base", "core/json", "core/webhook", "core/stream", "core/link"),
    "core/status": ("core/base", "core/json", "core/stream", "core/status"),
    "core/platform": ("core/base", "core/json", "core/webhook", "core/platform"),
    "core/search": ("core/base", "core/json", "core/webhook", "core/link", "core/search"),
    "core/contract": ("core/base", "core/json", "core/webhook", "core/contract"),
    "core/action": ("core/base", "core/json", "core/webhook", "core/platform", "core/contract", "core/action"),
    "core/config": ("core/base", "core/json", "core/webhook", "core/stream", "core/platform", "core/search",
                    "core/contract", "core/action", "core/config"),
    "ngx_module": ("core", "ngx_module"),
    "sidecar/runtime": ("core", "sidecar/runtime"),
    "sidecar/store": ("core", "sidecar/runtime", "sidecar/store"),
    "sidecar/platform": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform"),
    "sidecar/sources": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform", "sidecar/sources"),
    "sidecar/actions": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform", "sidecar/sources",
                        "sidecar/actions"),
    "sidecar/catalog": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform", "sidecar/sources",
                        "sidecar/actions", "sidecar/catalog"),
    "sidecar/link": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform", "sidecar/sources",
                     "sidecar/actions", "sidecar/catalog", "sidecar/link"),
    # Two programs stand on top: main.cpp and the tool.
    "sidecar/ctl": ("core", "sidecar", "sidecar/runtime", "sidecar/platform", "sidecar/sources", "sidecar/link",
                    "sidecar/ctl"),
    "sidecar": ("core", "sidecar/runtime", "sidecar/store", "sidecar/platform", "sidecar/sources", "sidecar/actions",
                "sidecar/catalog", "sidecar/link", "sidecar"),
    "tests": ("core", "sidecar", "tests"),
}

# What only some may include of others: I/O, clocks and threads stay out of core, nginx out of the sidecar.
NOT_IN = {
    "core": re.compile(r"(ngx_|uv\.h|sqlite3|curl/|spdlog|fmt/|openssl/|sys/|unistd\.h|fcntl\.h|poll\.h|pthread|time\.h"
                       r"|ctime|fstream|iostream|filesystem|thread|mutex|condition_variable|future|cstdio$)"),
    "ngx_module": re.compile(r"(uv\.h|sqlite3|curl/|spdlog|fmt/|thread|mutex|condition_variable|future|iostream)"),
    "sidecar": re.compile(r"ngx_"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def folder_of(path):
    fits = (folder for folder in MAY_INCLUDE if path.startswith(folder + "/"))
    return max(fits, key=len, default=None)


def complaints():
    for top in ("core", "ngx_module", "sidecar", "tests"):
        for path in sorted((ROOT / top).rglob("*.[ch]*")):
            if path.suffix not in (".h", ".cpp", ".c"):
                continue
            name = path.relative_to(ROOT).as_posix()
            folder = folder_of(name)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if match:
                    yield from check(f"{name}:{number}", folder, *match.groups())


def check(where, folder, quote, included):
    if quote == "<":
        rule = NOT_IN.get(folder) or NOT_IN.get(folder.split("/")[0])
        if rule and rule.match(included):
            yield f"{where}: {folder}/ may not include <{included}>"
        return
    if not (ROOT / included).is_file():
        yield f'{where}: "{included}" is not a path from the root of the repository'
        return
    target = folder_of(included)
    allowed = MAY_INCLUDE[folder]
    above = ("core",) if folder != "tests" else allowed  # of these, all that is in them
    if not any(target == one or (one in above and target.startswith(one + "/")) for one in allowed):
        yield f'{where}: {folder}/ may not include "{included}"'


found = list(complaints())
print("\n".join(found), end="\n" if found else "")
sys.exit(1 if found else 0)
