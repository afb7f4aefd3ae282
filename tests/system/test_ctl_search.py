"""dataactionctl search, against the simulated platform: every backend, format and failure."""

import csv
import io
import json
import re
import signal

import pytest

from support.ctl import SECRET, Running, ctl, official, tutorials, watched
from support.process import wait_for
from support.simulator import Simulator

INTERVAL = ["--interval", "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"]
COUNT = 250
PAGE = 40  # conversations: less than a pipe holds
SETTINGS = {"client_secret": SECRET, "rate": 0, "token_rate": 0, "job_polls": 1, "count": COUNT}


@pytest.fixture(scope="module", params=["tutorial_search", "details_query", "details_jobs"])
def backend(request):
    return request.param


@pytest.fixture(scope="module")
def platform(module_servers, backend):
    dialect = "tutorial" if backend == "tutorial_search" else "genesys"
    simulator = Simulator(module_servers.directory(), dialect=dialect, **SETTINGS)
    module_servers.running.append(simulator)
    return simulator


@pytest.fixture
def genesys(servers):
    simulator = Simulator(servers.directory(), dialect="genesys", **SETTINGS)
    servers.running.append(simulator)
    return simulator


@pytest.fixture
def search(platform, backend):
    platform.reset()
    env = tutorials(platform) if backend == "tutorial_search" else official(platform)
    words = [] if backend == "tutorial_search" else INTERVAL

    def run(*more, query="status:completed", make=ctl):
        return make("search", query, "--backend", backend, "--page-size", PAGE, *words, *more, env=env)
    return run


def ids(text):
    return [json.loads(line)["conversationId"] for line in text.splitlines()]


def cursor_of(ran):
    (cursor,) = re.findall(r"go on with --resume ([\w-]+)$", ran.errors, re.M)
    return cursor


def test_all_of_them_once(search, platform):
    ran = search()
    assert ran.status == 0, ran
    got = ids(ran.out)
    assert len(got) == len(set(got)) > 200 and set(got) < {one["id"] for one in platform.conversations()}
    assert f"dataactionctl: {len(got)} records, " in ran.errors
    assert search("--quiet").errors == ""


def test_formats_say_the_same(search):
    records = [json.loads(line) for line in search("--max", "120").out.splitlines()]
    assert len(records) == 120
    assert json.loads(search("--max", "120", "--format", "json").out) == records
    rows = list(csv.DictReader(io.StringIO(search("--max", "120", "--format", "csv").out.decode())))
    names = [name for name, value in records[0].items() if not isinstance(value, dict | list)]
    assert list(rows[0]) == names
    for row, record in zip(rows, records, strict=True):
        assert row == {name: str(record.get(name, "")) for name in names}
    table = search("--max", "120", "--format", "table", "--columns", "conversationId,none").lines()
    assert table[0].split() == ["conversationId", "none"] and set(table[1]) == {"-", " "}
    assert [line.split()[0] for line in table[2:]] == [record["conversationId"] for record in records]


def test_nothing_found(search):
    words = {"query": "queueId:00000000-0000-0000-0000-000000000000"}
    assert search("--format", "json", **words).out == b"[]\n"
    for name in ("ndjson", "csv", "table"):
        ran = search("--format", name, **words)
        assert (ran.status, ran.out) == (0, b""), ran


def test_resume_behind_max(search, directory):
    whole = ids(search().out)
    first = search("--max", "70")
    assert first.status == 0 and ids(first.out) == whole[:70]
    cursor = cursor_of(first)
    assert ids(search("--resume", cursor).out) == whole[70:]
    cursor = cursor_of(search("--max", "70"))  # of a job that has not been read to its end, and deleted
    (directory / "cursor").write_text(cursor + "\n")
    assert ids(search("--resume", directory / "cursor").out) == whole[70:]
    ran = search("--resume", cursor[:-1] + ("A" if cursor[-1] != "A" else "B"))
    assert (ran.status, ran.out) == (6, b"") and "the cursor is damaged or of another search" in ran.errors
    assert search("--resume", cursor, query="direction:inbound").status == 6


@pytest.mark.parametrize("fault, status", [
    ({"status": 403}, 6), ({"status": 500}, 7), ({"do": "html"}, 1), ({"do": "truncate"}, 1)])
def test_a_failure_in_the_middle(search, platform, backend, directory, fault, status):
    route = "job_results" if backend == "details_jobs" else "later_page"
    whole = ids(search().out)
    platform.fault(route, **{"skip": 2 if backend == "details_jobs" else 1, **fault})
    ran = search()
    assert ran.status == status, ran
    assert f"incomplete after {2 * PAGE} records: platform environment, " in ran.errors
    cursor = cursor_of(ran)
    platform.clear_faults()
    assert ids(search("--resume", cursor).out) == whole[2 * PAGE:]
    # As JSON it is not to be taken for all of it.
    platform.fault(route, **{"skip": 2 if backend == "details_jobs" else 1, **fault})
    with pytest.raises(json.JSONDecodeError):
        json.loads(search("--format", "json").out)


def test_interrupted(search, platform, backend):
    platform.fault("later_page" if backend != "details_jobs" else "job_results", "stall",
                   skip=0 if backend != "details_jobs" else 1)
    running = search(make=Running)
    wait_for(running.written, "the first page")
    running.interrupt()
    ran = running.end()
    assert ran.status == 130, ran
    assert len(ids(ran.out)) == PAGE and cursor_of(ran)


def test_interrupted_while_the_job_is_deleted(genesys):
    genesys.fault("job_poll", "stall")
    genesys.fault("job_delete", "stall")
    running = Running("search", "status:completed", "--backend", "details_jobs", *INTERVAL, env=official(genesys))
    wait_for(lambda: genesys.requests("job_poll"), "a job to wait for")
    running.interrupt()
    wait_for(lambda: genesys.requests("job_delete"), "its deletion")
    running.interrupt()
    ran = running.end()
    assert (ran.status, ran.out) == (-signal.SIGINT, b""), ran  # 130 to a shell
    assert re.fullmatch("dataactionctl: incomplete after 0 records: .*\n"
                        "dataactionctl: deleting the job; a second Ctrl-C leaves it to expire\n", ran.errors)


@pytest.mark.parametrize("words", [[], ["--quiet"]])
def test_interrupted_where_there_is_a_job(genesys, words):
    """It is deleted where nobody has a cursor of it, and that is said to who wants to hear it."""
    genesys.fault("job_poll", "stall")
    words = ["search", "status:completed", "--backend", "details_jobs", *INTERVAL, *words]
    running = Running(*words, env=official(genesys))
    wait_for(lambda: genesys.requests("job_poll"), "a job to wait for")
    running.interrupt()
    ran = running.end()
    assert ran.status == 130 and genesys.count("job_delete") == 1, ran
    assert ("deleting the job" in ran.errors) == ("--quiet" not in words)
    genesys.fault("job_results", "stall", skip=1)
    running = Running(*words, "--page-size", PAGE, env=official(genesys))
    wait_for(running.written, "the first page")
    running.interrupt()
    ran = running.end()
    assert ran.status == 130 and genesys.count("job_delete") == 1, ran
    assert cursor_of(ran) and "deleting the job" not in ran.errors


@pytest.mark.parametrize("give_up, status", [(Running.interrupt, 130),
                                             (lambda running: running.process.stdout.close(), 141)])
def test_given_up_while_the_first_page_is_written(genesys, give_up, status):
    """The page had a cursor, which nobody was told: the job is deleted."""
    running = Running("search", "status:completed", "--backend", "details_jobs", *INTERVAL, env=official(genesys))
    running.blocked()
    give_up(running)
    assert running.process.wait(30) == status
    assert genesys.count("job_delete") == 1
    errors = running.process.stderr.read().decode()
    assert "held open" not in errors and "--resume" not in errors, errors


def test_of_a_file_that_is_not_kept_there_is_no_cursor(genesys, directory):
    """Whoever followed it would have a file without its beginning."""
    genesys.fault("later_page", status=500)
    words = ["search", "status:completed", *INTERVAL, "-o", directory / "out"]
    ran = ctl(*words, env=official(genesys))
    assert ran.status == 7 and "incomplete after 100 records" in ran.errors and "--resume" not in ran.errors, ran
    assert not list(directory.iterdir())
    ran = ctl(*words, "--max", 100, env=official(genesys))
    assert ran.status == 0 and len((directory / "out").read_text().splitlines()) == 100
    genesys.fault("later_page", status=500)
    began = cursor_of(ran)
    ran = ctl(*words, "--resume", began, "--page-size", 100, env=official(genesys))
    assert ran.status == 7 and cursor_of(ran) == began, "where this part began"


def test_resume_with_a_file_that_is_not_there(search):
    ran = search("--resume", "./none")
    assert ran.status == 2 and 'open() "./none" failed (2: No such file or directory)' in ran.errors, ran


def test_nobody_reads_any_more(search):
    running = search(make=Running)
    running.process.stdout.close()
    assert running.process.wait(30) == 141
    assert running.process.stderr.read() == b""
    running.process.stderr.close()


def drawn(search, *words):
    """What the bar said: [(of how many, percent)], or (None, None) where it did not know."""
    status, shown = search(*words, make=watched)
    lines = re.findall(r"\r(?:\[[= ]{20}\] (\d+)% \d+ of (\d+) records|\d+ records, [\d.]+ \w+), \d+/s", shown)
    assert status == 0 and lines, shown
    return [(int(total), int(percent)) if total else (None, None) for percent, total in lines]


def test_progress_on_a_terminal(search, platform, backend):
    # Long enough for a line to be drawn with each page.
    platform.settings(page_delay_ms=150)
    all_of_them = len(ids(search().out))
    for words, most in ([], all_of_them), (["--max", 3 * PAGE], 3 * PAGE), (["--max", 1000], all_of_them):
        lines = drawn(search, *words)
        if backend == "details_jobs":  # does not say how many there are
            assert set(lines) == {(None, None)}
            continue
        assert {total for total, _ in lines} == {most}
        percents = [percent for _, percent in lines]
        assert percents[0] == 100 * PAGE // most and percents == sorted(percents) and percents[-1] <= 100


def test_progress_of_what_is_left(search, platform, backend):
    platform.settings(page_delay_ms=150)
    whole = len(ids(search().out))
    cursor = cursor_of(search("--max", 2 * PAGE))
    totals = {total for total, _ in drawn(search, "--resume", cursor)}
    # The place of a page's number is known, that of the platform's own cursor is not.
    assert totals == ({whole - 2 * PAGE} if backend == "details_query" else {None})


def test_parameters_of_the_query(search):
    assert ids(search("-p", "d=inbound", "--max", "5", query="originatingDirection::d").out) == ids(
        search("--max", "5", query="originatingDirection:inbound").out)
    ran = search(query="originatingDirection::d")
    assert ran.status == 2 and ", d" in ran.errors


def test_trace_has_no_secret_and_no_token(search):
    ran = search("--trace", "--max", "60")
    assert ran.status == 0
    assert 'Authorization: Bearer $TOKEN' in ran.errors and '-u "$CLIENT_ID:$CLIENT_SECRET"' in ran.errors
    assert "eyJ" not in ran.errors


@pytest.mark.parametrize("words, message", [
    (["nonsense:1", *INTERVAL], "nonsense"),
    (["status:completed"], "interval"),
    (["status:completed", "--interval", "yesterday"], '"interval"'),
    (["status:completed", *INTERVAL, "--last", "1d"], "excludes"),
    (["status:completed", *INTERVAL, "--page-size", "101"], "at most 100"),
    (["status:completed", *INTERVAL, "--sort", "nonsense"], '"sort"'),
    (["status:completed", *INTERVAL, "--sort", "conversationStart:up"], '"asc" or "desc"'),
    (["status:completed", *INTERVAL, "--max", "0"], '"max_results"'),
    (["status:completed", *INTERVAL, "--backend", "tutorial_search"], "details_query"),
    (["status:completed", *INTERVAL, "--format", "xml"], "--format"),
    ([], "QUERY")])
def test_usage(genesys, words, message):
    ran = ctl("search", *words, env=official(genesys))
    assert (ran.status, ran.out) == (2, b"") and message in ran.errors, ran
    assert genesys.requests() == []


def test_sort_and_last(genesys):
    ran = ctl("search", "status:completed", *INTERVAL, "--sort", "conversationStart:desc", env=official(genesys))
    starts = [json.loads(line)["conversationStart"] for line in ran.lines()]
    assert len(starts) > 100 and starts == sorted(starts, reverse=True)
    ran = ctl("search", "status:completed", "--last", "1h", "--trace", env=official(genesys))
    assert ran.status == 0 and re.search(r'"interval":"20\d\d-[^"]+Z/20\d\d-[^"]+Z"', ran.errors), ran


def test_a_permanent_429_is_an_error(genesys):
    genesys.fault("search", status=429, retry_after=3600, times="forever")
    ran = ctl("search", "status:completed", *INTERVAL, env=official(genesys))
    assert ran.status == 7 and "429" in ran.errors, ran
