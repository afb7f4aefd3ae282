"""The documentation is true: its examples load, and its lists are the code's."""

import re
import shutil

import pytest

from support.nginx import check_conf
from support.process import MODULE, ROOT

DOCS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])


def examples(language):
    for path in DOCS:
        text = path.read_text()
        for match in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.M | re.S):
            line = text[:match.start()].count("\n") + 2
            yield pytest.param(match[1], id=f"{path.name}:{line}")


def first_word(text):
    return re.sub(r"^\s*(#.*\n\s*)*", "", text).split()[0]


def in_context(text):
    """A whole nginx.conf around an example: what it begins with says where it stands."""
    word = first_word(text)
    events = "" if re.search(r"^events\b", text, re.M) else "events { }\n"
    if word in ("http", "load_module", "events", "user", "worker_processes"):
        text = re.sub(r"^load_module .*;.*\n", "", text, flags=re.M)
        text = re.sub(r"^\s*# \.\.\.\n", "", text, flags=re.M)
        return events + text
    sources = ""
    if "dataaction {" not in text:
        names = set(re.findall(r"dataaction_stream\s+(\w+)", text))
        sources = "dataaction { %s }\n" % " ".join(f"source {name} {{ synthetic nested; }}" for name in sorted(names))
    if word in ("dataaction", "server", "upstream", "log_format", "map", "error_page"):
        return f"{events}http {{ {sources}{text} }}\n"
    if word in ("location",):
        return f"{events}http {{ {sources}server {{ {text} }} }}\n"
    if word in ("source", "database", "platform", "listen", "log") and "dataaction_" not in text:
        return f"{events}http {{ dataaction {{ {text} }} }}\n"
    return f"{events}http {{ {sources}server {{ location / {{ {text} }} }} }}\n"


@pytest.mark.parametrize("text", examples("nginx"))
def test_examples_load(directory, text):
    keys = directory / "webhook.keys"
    keys.write_text(f"{'a' * 64} somebody\n")
    shutil.copytree(ROOT / "conf.d", directory / "snippets")
    shutil.copy(ROOT / "conf.d" / "dataaction.conf", directory)
    text = in_context(text).replace("/etc/dataaction/webhook.keys", str(keys))
    conf = directory / "nginx.conf"
    conf.write_text(f'load_module "{MODULE}";\npid {directory}/pid;\nerror_log stderr;\n'
                    + text.replace("http {", "http { access_log off;", 1))
    assert check_conf(conf, directory) == (0, "")


def documented(path, pattern):
    return re.findall(pattern, (ROOT / path).read_text(), re.M)


def written(folder, pattern):
    return {match for path in [*(ROOT / folder).rglob("*.cpp"), *(ROOT / folder).rglob("*.h")]
            for match in re.findall(pattern, path.read_text())}


def test_every_directive_has_its_entry():
    block = set(re.findall(r'Directive\{"(\w+)"', (ROOT / "core/config/directives.h").read_text()))
    delivery = set(re.findall(r'ngx_string\("(dataaction\w*)"\)', (ROOT / "ngx_module/module.cpp").read_text()))
    entries = [name for heading in documented("docs/directives.md", r"^#### (.+)$") for name in heading.split(", ")]
    assert len(entries) == len(set(entries))
    assert set(entries) | {"dataaction"} == block | delivery


def test_every_directive_says_its_syntax_default_and_context():
    text = (ROOT / "docs/directives.md").read_text()
    for entry in re.split(r"^#### ", text, flags=re.M)[1:]:
        name = entry.split("\n", 1)[0].partition(",")[0]
        assert re.search(rf"^\| Syntax \| `{name}\b", entry, re.M), name


def test_every_variable_is_documented():
    variables = set(re.findall(r'ngx_string\("(dataaction_\w+)"\)', (ROOT / "ngx_module/variables.cpp").read_text()))
    assert variables and variables == {name for path in ("docs/directives.md", "docs/webhook.md")
                                       for name in documented(path, r"`\$(dataaction_\w+)`")}


def test_every_error_code_is_documented():
    code = r'"(dataaction\.[a-z]+(?:\.[a-z_]+)?)"'
    raised = written("core", code) | written("ngx_module", code) | written("sidecar", code)
    table = set(documented("docs/errors.md", r"^\| [\dx]+ \| `(dataaction[.\w]+)`"))
    assert table == raised
