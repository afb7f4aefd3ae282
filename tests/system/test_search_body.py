"""A search whose query is a document in a file of its own: `body FILE`."""

import json
import signal

import pytest

from support.ctl import ctl
from support.daemon import check_conf
from support.mistakes import said
from support.process import wait_for
from support.search import FORTNIGHT, Search, ids, ids_of, is_completed, source, texts

# What no NAME:VALUE terms can say.
DOCUMENT = {
    "segmentFilters": [{"type": "or", "predicates": [
        {"type": "dimension", "dimension": "mediaType", "operator": "matches", "value": ":media"},
        {"type": "dimension", "dimension": "mediaType", "operator": "matches", "value": "email"},
    ]}],
    "conversationFilters": [{"type": "and", "predicates": [
        {"type": "dimension", "dimension": "conversationEnd", "operator": "exists"}]}],
}

LARGE = "a document of more than 1 MiB"


@pytest.fixture(scope="module")
def search(module_servers):
    file = module_servers.directory() / "query.json"
    file.write_text(json.dumps(DOCUMENT, indent=4))
    sources = "".join(source(backend, backend, more=f"body {file};").replace("'status:completed'", "")
                      for backend in ("details_query", "details_jobs"))
    search = Search(module_servers, sources)
    search.file = file
    return search


@pytest.fixture(autouse=True)
def reset(search):
    search.reset()
    search.file.write_text(json.dumps(DOCUMENT, indent=4))


def wanted(search, backend, *media):
    return ids_of(texts(search, backend, lambda one: is_completed(one) and
                        one["participants"][0]["sessions"][0]["mediaType"] in media))


@pytest.mark.parametrize("backend", ["details_query", "details_jobs"])
def test_finds_what_the_document_says(search, backend):
    answer = search.ask(backend, media="chat")
    assert answer["complete"] and ids(answer) == wanted(search, backend, "chat", "email")
    route = "job_create" if backend == "details_jobs" else "first_page"
    (request,) = search.of(backend).requests(route)
    filled = json.loads(json.dumps(DOCUMENT).replace(":media", "chat"))
    assert {name: request["body"][name] for name in DOCUMENT} == filled


def test_a_value_is_nothing_but_a_value(search):
    value = 'chat"}]}],"interval":"x'
    assert search.ask("details_query", media=value)["complete"]
    (request,) = search.of("details_query").requests("first_page")
    assert request["body"]["segmentFilters"][0]["predicates"][0]["value"] == value


def test_a_parameter_that_is_missing_is_named(search):
    response = search.post("details_query")
    assert response.status == 422 and response.json()["details"][0]["fieldName"] == "media"


def test_a_reload_reads_the_file_again(search):
    search.file.write_text(json.dumps(DOCUMENT).replace(":media", "voice"))
    search.reload()
    answer = search.ask("details_query")
    assert ids(answer) == wanted(search, "details_query", "voice", "email")
    search.file.write_text("{")
    search.daemon.signal(signal.SIGHUP)
    wait_for(lambda: search.lines("invalid query in"), "the refusal")
    assert ids(search.ask("details_query")) == wanted(search, "details_query", "voice", "email"), "it goes on as it was"
    search.file.write_text(json.dumps(DOCUMENT))
    search.reload()


@pytest.mark.parametrize("text, message", [
    (None, 'open() "{file}" failed (2: No such file or directory)'),
    ("[]", 'invalid query in "{file}": byte 0: {{ expected'),
    ('{"interval": "x"}', 'invalid query in "{file}": byte 1: "interval" is what the directive "interval" is for'),
    ('{"a": ":limit"}', 'parameter ":limit" in "body" directive is reserved'),
    (LARGE, 'read() "{file}" failed (27: File too large)'),
])
def test_a_file_that_cannot_be_used_is_a_mistake_at_its_line(servers, text, message):
    directory = servers.directory()
    file = directory / "query.json"
    if text is not None:
        file.write_text(" " * (1 << 20) + "{}" if text is LARGE else text)
    secret = directory / "secret"
    secret.write_text("hush")
    secret.chmod(0o600)
    conf = directory / "nginx.conf"
    conf.write_text(f"dataaction {{\nplatform g {{ region us-east-1; client_id i; client_secret_file {secret}; }}\n"
                    f"source s {{ search g;\nlast 1d;\nbody query.json; }}\n}}\n")
    status, output = check_conf(conf)
    assert status != 0 and said(output) == [message.format(file=file) + f" in {conf}:5"]


def test_at_the_terminal(search):
    ran = ctl("search", "--query-file", search.file, "-p", "media=chat", "--interval", FORTNIGHT, "-q",
              "-c", search.nginx.conf, "--platform", "genesys")
    assert ran.status == 0, ran
    found = [json.loads(line)["conversationId"] for line in ran.lines()]
    assert found == wanted(search, "details_query", "chat", "email")


@pytest.mark.parametrize("arguments", [[], ["status:completed", "--query-file", "x"]])
def test_the_terminal_wants_one_query(search, arguments):
    ran = ctl("search", *arguments, "--last", "1d", "-c", search.nginx.conf, "--platform", "genesys")
    assert ran.status == 2 and "QUERY" in ran.errors and "--query-file" in ran.errors
