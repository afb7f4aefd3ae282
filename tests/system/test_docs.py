"""The documentation is true: its examples load, and its lists are the code's."""

import json
import re
import shutil

import pytest

from support.certificate import make_certificate
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


def named(text, kind):
    """What the locations of an example deliver."""
    return sorted(set(re.findall(rf"dataaction_{kind}\s+(\w+)", text)))


def outputs_of(action):
    """What its contract requires, where one is shipped."""
    shipped = ROOT / "conf.d" / "contracts" / f"{action}.json"
    given = json.loads(shipped.read_text())["contract"]["output"]["successSchema"] if shipped.exists() else {}
    return " ".join(f"output {name} $.{name};" for name in given.get("required", ["n"]))


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
        made = [f"source {name} {{ synthetic nested; }}" for name in named(text, "stream")]
        made += [f'action {name} {{ contract /etc/dataaction/{name}.json; request GET "https://api.example.com"; '
                 f"{outputs_of(name)} }}" for name in named(text, "call")]
        sources = f"dataaction {{ {' '.join(made)} }}\n"
    if word in ("dataaction", "server", "upstream", "log_format", "map", "error_page"):
        return f"{events}http {{ {sources}{text} }}\n"
    if word in ("location",):
        return f"{events}http {{ {sources}server {{ {text} }} }}\n"
    if word in ("source", "action", "database", "platform", "listen", "log") and "dataaction_" not in text:
        return f"{events}http {{ dataaction {{ state_path /var/lib/dataaction; {text} }} }}\n"
    return f"{events}http {{ {sources}server {{ location / {{ {text} }} }} }}\n"


ANYTHING = {"name": "x", "category": "y", "contract": {"input": {"inputSchema": {"type": "object"}},
                                                      "output": {"successSchema": {"type": "object"}}}}


def with_files(directory, text):
    """The files that an example names, made here."""
    (directory / "webhook.keys").write_text(f"{'a' * 64} somebody\n")
    (directory / "genesys_ranges.conf").write_text("allow 203.0.113.0/25;\n")
    for name in re.findall(r"/etc/dataaction/(\w+\.json)", text):
        shipped = ROOT / "conf.d" / "contracts" / name
        (directory / name).write_text(shipped.read_text() if shipped.exists() else json.dumps(ANYTHING))
    if "/etc/nginx/ssl/" in text:
        make_certificate(directory)
        for name in re.findall(r"/etc/nginx/ssl/([\w.]+)", text):
            made = directory / ("tls.key" if name.endswith(".key") else "tls.crt")
            shutil.copy(made, directory / name)
    return re.sub(r"/etc/(?:dataaction|nginx(?:/ssl)?)/(?=[\w.]+(?:\.json|\.keys|\.crt|\.key|\.pem|_ranges\.conf)\b)",
                  f"{directory}/", text)


@pytest.mark.parametrize("text", examples("nginx"))
def test_examples_load(directory, text):
    shutil.copytree(ROOT / "conf.d", directory / "snippets")
    shutil.copy(ROOT / "conf.d" / "dataaction.conf", directory)
    text = with_files(directory, in_context(text))
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
    names = {name.removesuffix(" (of an action)") for name in entries}
    assert names | {"dataaction"} == block | delivery


def test_every_directive_says_its_syntax_default_and_context():
    text = (ROOT / "docs/directives.md").read_text()
    for entry in re.split(r"^#### ", text, flags=re.M)[1:]:
        name = entry.split("\n", 1)[0].partition(",")[0].removesuffix(" (of an action)")
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
