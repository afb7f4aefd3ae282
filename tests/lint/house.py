#!/usr/bin/env python3
"""Checks the rules of the house that no other tool knows."""

import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 500
FOR_NGINX = ("core", "ngx_module")
INCLUDE = re.compile(r'^#include "((?:core|ngx_module)/[\w./]+)"', flags=re.M)


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path, path.relative_to(ROOT).as_posix()


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S)


def needed_by_nginx():
    """The module's own files, and what they include of core: headers, and the sources of the same name."""
    found, todo = set(), [name for _, name in sources("ngx_module")]
    while todo:
        name = todo.pop()
        if name in found or not (ROOT / name).is_file():
            continue
        found.add(name)
        todo += INCLUDE.findall((ROOT / name).read_text())
        todo.append(name.removesuffix(".h") + ".cpp")
    return found


def addon_lists():
    """nginx compiles what `config` lists, and rebuilds when a listed header changes: no more and no less."""
    config = re.sub(r"^\s*#.*$", "", (ROOT / "config").read_text(), flags=re.M)
    listed = collections.Counter(re.findall(r"\b((?:core|ngx_module)/[\w./]+\.(?:cpp|h))\b", config))
    needed = needed_by_nginx()
    for name in sorted(needed - listed.keys()):
        yield f"config: {name} is not listed"
    for name in sorted(listed.keys() - needed):
        yield f"config: {name} is not used by the module"
    for name, count in listed.items():
        if count > 1:
            yield f"config: {name} is listed {count} times"


def unique_for_nginx():
    """nginx's makefile names an object after its source and that one's last folder, and stumbles over dots."""
    seen = collections.Counter()
    for path, name in sources(*FOR_NGINX):
        if path.suffix == ".cpp":
            seen[f"{path.parent.name}/{path.name}"] += 1
        if "." in path.stem:
            yield f"{name}: no dots in file names"
    for name, count in seen.items():
        if count > 1:
            yield f"{name}: {count} files of this name, as nginx sees it"


def operand(text, start):
    """The expression that begins at `start`, without the bodies of lambdas in it."""
    depth, at, kept = 0, start, []
    while at < len(text):
        char = text[at]
        if char == "[" and not re.search(r"[\w)\]]\s*$", text[start:at]):
            at = skip_braces(text, text.index("{", at))
            continue
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(char, 0)
        if depth < 0 or (depth == 0 and char == ";"):
            break
        kept.append(char)
        at += 1
    return "".join(kept)


def skip_braces(text, at):
    depth = 0
    while at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            break
    return at


def no_braces_in_co_await():
    """g++ 12 destroys an aggregate temporary inside a co_await expression twice. A type with a
    constructor is made with (), so that what is made with {} is seen here."""
    for path, name in sources("sidecar", "tests"):
        text = without_comments(path.read_text())
        for match in re.finditer(r"\bco_await\b", text):
            if re.search(r"(?:\b[A-Z]\w*(?:<[^;{}]*>)?|[(,])\s*\{", operand(text, match.end())):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: a braced temporary inside co_await: name it first, or give it a constructor"


def short_files():
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                           check=True).stdout.splitlines()
    for name in names:
        path = ROOT / name
        if not path.is_file() or path.suffix not in (".h", ".cpp", ".py", ".c", ".mk"):
            continue
        lines = path.read_text().count("\n")
        if lines > MAX_LINES:
            yield f"{name}: {lines} lines; over {MAX_LINES}, a file wants splitting"


def one_class_a_name():
    """Two classes of one name in one program are one to the linker, whatever is in them. Those in a namespace without a
    name, or in one of their own, are no trouble."""
    seen = {}
    for path, name in sources("core", "sidecar"):
        inner = 0  # namespaces besides the project's
        for line in path.read_text().splitlines():
            if re.match(r"namespace(?! dataaction \{)\b.*\{$", line):
                inner += 1
            elif re.match(r"\}  // namespace(?! dataaction$)", line):
                inner -= 1
            match = re.match(r"(?:class|struct|union|enum class) (?:\[\[\w+\]\] )?(\w+)[^;:]*(?::[^:].*)?\{", line)
            if match and not inner and seen.setdefault(match[1], name) != name:
                yield f"{name}: {seen[match[1]]} has a {match[1]}, too"


def headers_begin_with_a_comment():
    for path, name in sources("core", "ngx_module", "sidecar"):
        if path.suffix == ".h":
            lines = path.read_text().splitlines()
            if not lines or not lines[0].startswith("// "):
                yield f"{name}: begins with a comment: what for, who owns what, which lifetime"
            if "#pragma once" not in lines:
                yield f"{name}: no #pragma once"


found = [complaint
         for rule in (addon_lists, unique_for_nginx, no_braces_in_co_await, one_class_a_name, short_files,
                      headers_begin_with_a_comment)
         for complaint in rule()]
print("\n".join(found), end="\n" if found else "")
sys.exit(1 if found else 0)
