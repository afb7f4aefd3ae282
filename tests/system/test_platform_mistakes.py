"""Every mistake in a `platform` block or a `search` source is one message with file and line, the same from `nginx -t`
and `dataactiond -t`; files that only the sidecar may open are its business alone."""

import pytest

from support import daemon
from support.mistakes import expectation, said, whole_conf
from support.nginx import check_conf

# A platform of each dialect, each in one line.
NEEDED = "client_id i; client_secret_file s;"
GENESYS = f"platform g {{ region us-east-1; {NEEDED} }}"
TUTORIAL = f"platform t {{ dialect tutorial; api_url http://127.0.0.1:1; {NEEDED} }}"

RULE_OF_PATHS = 'it must be a path that starts with "/", without a query'

# (a directive in a platform with a region, message)
IN_PLATFORM = [
    ("colour red;", 'unknown directive "colour"'),
    ("sql_threads 4;", '"sql_threads" directive is not allowed here'),
    ("search a b;", '"search" directive is not allowed here'),
    ("platform a { }", '"platform" directive is not allowed here'),
    ("rate;", 'invalid number of arguments in "rate" directive'),
    ("path token;", 'invalid number of arguments in "path" directive'),
    ("retry attempts=1 max_wait=1 timeout=1 attempts=1;", 'invalid number of arguments in "retry" directive'),
    ("scope;", 'invalid number of arguments in "scope" directive'),
    ("rate 5; rate 5;", '"rate" directive is duplicate'),
    ("dialect klingon;", 'invalid value "klingon" in "dialect" directive, it must be "genesys" or "tutorial"'),
    ("auth header;", 'invalid value "header" in "auth" directive, it must be "basic" or "body"'),
    ('scope "a b";', 'invalid value "a b" in "scope" directive, '
                     'it must be visible ASCII characters without quote and backslash'),
    ('ca_file "";', 'invalid value "" in "ca_file" directive'),
    ("path media /a;", 'invalid value "media" in "path" directive, it must be "token", "search", "jobs", "execute", "actions" or "ipranges"'),
    ("path token a;", f'invalid value "a" in "path" directive, {RULE_OF_PATHS}'),
    ("path search /a?b=c;", f'invalid value "/a?b=c" in "path" directive, {RULE_OF_PATHS}'),
    ("path execute /a;",
     'invalid value "/a" in "path" directive, it must be a path with "{id}" in dialect "genesys"'),
    ("path execute /a/{id};", 'directive "path" is not terminated by ";"'),
    ("dialect tutorial; path jobs /a;", 'invalid value "jobs" in "path" directive, '
                                        'it must be "token", "search", "execute", "actions" or "ipranges" in dialect "tutorial"'),
    ("path token /a; path token /b;", 'duplicate route "token" in "path" directive'),
    ("rate 0;", 'invalid value "0" in "rate" directive, it must be between 1 and 1000000'),
    ("retry attempts=101;", 'invalid parameter "attempts=101", it must be between 1 and 100'),
    ("retry max_wait=25h;", 'invalid parameter "max_wait=25h", it must be between 1ms and 1d'),
    ("retry timeout=soon;", 'invalid parameter "timeout=soon", it must be a time, between 1ms and 1d'),
    ("retry 5;", 'invalid parameter "5"'),
    ("breaker failures=0;", 'invalid parameter "failures=0", it must be between 1 and 1000'),
    ("breaker time=1s time=2s;", 'duplicate parameter "time=2s"'),
    ("connect_timeout 2h;", 'invalid value "2h" in "connect_timeout" directive, it must be between 1ms and 1h'),
    ("read_timeout 0;", 'invalid value "0" in "read_timeout" directive, it must be between 1ms and 1h'),
    ("max_response_size 2g;", 'invalid value "2g" in "max_response_size" directive, it must be between 1k and 1g'),
]

# (directives of a source between the two platforms, message)
IN_SOURCE = [
    ("search g x y;", 'invalid number of arguments in "search" directive'),
    ("search g; last 1d;", 'source "s" has neither a query in its "search" directive nor a "body" one'),
    ("search g status:completed; last 1d; body a.json;",
     '"body" directive conflicts with "search" at {file}:{line-0}'),
    ("search nope x;", 'unknown platform "nope" in "search" directive'),
    ("search t x; search t x;", '"search" directive is duplicate'),
    ("search t x; json a;", '"json" directive is only for "sql"'),
    ("file /x; backend details_jobs;", '"backend" directive is only for "search"'),
    ("file /x; max_results 1;", '"max_results" directive is only for "search"'),
    ("file /x; page_size 1;", '"page_size" directive is only for "search"'),
    ("file /x; sort a;", '"sort" directive is only for "search"'),
    ("file /x; interval :a;", '"interval" directive is only for "search"'),
    ("file /x; last 1d;", '"last" directive is only for "search"'),
    ("file /x; dedup_window 5;", '"dedup_window" directive is only for "search"'),
    ("search t x; backend elastic;", 'invalid value "elastic" in "backend" directive, '
                                     'it must be "tutorial_search", "details_query" or "details_jobs"'),
    ("search t x; backend details_query;", 'invalid value "details_query" in "backend" directive, '
                                           'it must be "tutorial_search" in dialect "tutorial"'),
    ("search g status:completed; last 1d; backend tutorial_search;",
     'invalid value "tutorial_search" in "backend" directive, '
     'it must be "details_query" or "details_jobs" in dialect "genesys"'),
    ('search t "";', 'invalid query in "search" directive: the query is empty'),
    ("search t 'a \"b';", 'invalid query in "search" directive: a quote is not closed'),
    ('search g "a OR b"; last 1d;', 'invalid query in "search" directive: the term "a" is not NAME:VALUE'),
    ('search g "status:open"; last 1d;', 'invalid query in "search" directive: '
                                       'the term "status:open" can only be "status:completed"'),
    ('search t "id::batch_size";', 'parameter ":batch_size" in "search" directive is reserved'),
    ("search t x; max_results 0;", 'invalid value "0" in "max_results" directive, it must be at least 1'),
    ("search t x; page_size 0;", 'invalid value "0" in "page_size" directive, it must be between 1 and 1000'),
    ("search t x; page_size 201;",
     'invalid value "201" in "page_size" directive, it must be at most 200 for "tutorial_search"'),
    ("search g status:completed; last 1d; page_size 101;",
     'invalid value "101" in "page_size" directive, it must be at most 100 for "details_query"'),
    ("search t x; sort a-b;",
     'invalid value "a-b" in "sort" directive, it must be 1 to 64 letters, digits, "_" or "."'),
    ("search t x; sort a down;", 'invalid parameter "down", it must be "asc" or "desc"'),
    ("search g status:completed; last 1d; sort a;",
     'invalid value "a" in "sort" directive, it must be "conversationStart", "conversationEnd", '
     '"segmentStart" or "segmentEnd" for "details_query"'),
    ("search g status:completed;",
     'source "s" has no "interval" or "last" directive, which "details_query" needs'),
    ("search t x; last 1d;", '"last" directive is not for "tutorial_search"'),
    ("last 400d;", 'invalid value "400d" in "last" directive, it must be between 1s and 366d'),
    ("last 5y;", 'invalid value "5y" in "last" directive, it must be a time, between 1s and 366d'),
    ("interval 2024-01-02T00:00:00Z/2024-01-01T00:00:00Z;",
     'invalid value "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z" in "interval" directive, '
     'it must be an interval that begins before it ends'),
    ("interval :;", 'invalid value ":" in "interval" directive, it must be ":" and the name of a parameter'),
    ("interval :limit;", 'parameter ":limit" in "interval" directive is reserved'),
    ("dedup_window 0;", 'invalid value "0" in "dedup_window" directive, it must be between 1 and 100000000'),
]

# (what stands in the block, message, line of the block that it names; the block's first line is 1)
MISTAKES = (
    [(f"platform p {{ region us-east-1;\n{text}\n{NEEDED} }}", message, 3) for text, message in IN_PLATFORM]
    + [(f"{GENESYS}\nsource s {{ {text} }}\n{TUTORIAL}", message, 3) for text, message in IN_SOURCE]
    + [
        ("platform p;", 'directive "platform" has no opening "{"', 2),
        ("platform {\n}", 'invalid number of arguments in "platform" directive', 2),
        ('platform "a b" { }',
         'invalid platform name "a b", it must be 1 to 64 letters, digits, "_", "." or "-"', 2),
        (f"{GENESYS}\n{GENESYS}", 'duplicate platform "g", first seen at {file}:{line-1}', 3),
        (f"platform p {{ {NEEDED} }}", 'platform "p" has no "region" or "api_url" directive', 2),
        ("platform p { region us-east-1; client_secret_file s; }", 'platform "p" has no "client_id" directive', 2),
        ("platform p { region us-east-1; client_id i; }", 'platform "p" has no "client_secret_file" directive', 2),
        ("platform p { client_id a:b; }",
         'invalid value "a:b" in "client_id" directive, it must be 1 to 256 visible ASCII characters without ":"', 2),
        ("platform p { region eu-west-9; }", 'unknown region "eu-west-9" in "region" directive, it must be one of '
                                             'Genesys Cloud\'s, as in "eu-west-1" or "mypurecloud.ie"', 2),
        ("platform p { api_url https://me:secret@host; }",
         'invalid URL in "api_url" directive, it must be a URL without a user name or password', 2),
        ("platform p { region us-east-1;\n api_url https://a; }",
         '"api_url" directive conflicts with "region" at {file}:{line-1}', 3),
        ("source s { last 1d;\n interval :a; }", '"interval" directive conflicts with "last" at {file}:{line-1}', 3),
        ("source s { file /x;\n search g x; }", '"search" directive conflicts with "file" at {file}:{line-1}', 3),
    ])

mistakes = pytest.mark.parametrize("block, message, line", MISTAKES,
                                   ids=[message[:60] for _, message, _ in MISTAKES])


@mistakes
def test_nginx_says_what_is_wrong(directory, block, message, line):
    conf = whole_conf(directory, block)
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [expectation(directory, conf, message, line)])


@mistakes
def test_the_sidecar_says_the_same(directory, block, message, line):
    conf = whole_conf(directory, block)
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, message, line)])


# (the secret's text or nothing, its mode, what the sidecar says)
SECRETS = [
    (None, 0, 'cannot read the secret file "{directory}/s" (2: No such file or directory)'),
    ("", 0o600, 'the secret file "{directory}/s" is empty'),
    ("\n", 0o600, 'the secret file "{directory}/s" is empty'),
    ("x" * 4097, 0o600, 'the secret file "{directory}/s" is larger than 4096 bytes'),
    ("a\nb\n", 0o600, 'the secret file "{directory}/s" has more than one line, or control characters'),
    ("hunter2\n", 0o644, 'the secret file "{directory}/s" is readable by everybody'),
    ("hunter2\n", 0o660, 'the secret file "{directory}/s" is writable by others than its owner'),
]


@pytest.mark.parametrize("text, mode, message", SECRETS, ids=[message[-40:] for _, _, message in SECRETS])
def test_a_secret_is_the_sidecars_business(directory, text, mode, message):
    conf = whole_conf(directory, f"platform g {{ region us-east-1;\n{NEEDED} }}")
    if text is not None:
        (directory / "s").write_text(text)
        (directory / "s").chmod(mode)
    assert check_conf(conf, directory) == (0, "")
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, message, 3)])
    assert "hunter2" not in output


def test_a_ca_file_has_certificates(directory):
    conf = whole_conf(directory, f"platform g {{ region us-east-1; {NEEDED}\nca_file ca.pem; }}")
    (directory / "s").write_text("hunter2\n")
    (directory / "s").chmod(0o600)
    assert check_conf(conf, directory) == (0, "")
    missing = 'cannot read the CA file "{directory}/ca.pem" (2: No such file or directory)'
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, missing, 3)])
    (directory / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    status, output = daemon.check_conf(conf)
    none = 'no certificates in the CA file "{directory}/ca.pem"'
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, none, 3)])


def test_what_is_right_is_taken_by_both(directory):
    (directory / "s").write_text("hunter2\n")
    (directory / "s").chmod(0o400)
    conf = whole_conf(directory, f"""
        source a {{ interval :between; search g "status:completed channelType:voice"; backend details_jobs;
                    page_size 1000; sort conversationEnd asc; dedup_window 1000; max_results 5; }}
        source b {{ search t "status:completed AND queue::queue"; }}
        source c {{ last 1d; search g status:completed; }}
        {GENESYS} {TUTORIAL}
        platform quoted {{ region eu-west-1; path execute "/actions/{{id}}/execute"; {NEEDED} }}
        platform all {{ dialect tutorial; login_url https://login.example/a; api_url https://api.example/;
            streaming_url https://ws.example; auth body; scope a b; path token /api/v2/oauth/token;
            path execute /api/v2/integrations/actions; path search /find; rate 60;
            retry attempts=3 max_wait=30s timeout=1m; breaker failures=3 time=10s; connect_timeout 5s;
            read_timeout 10s; max_response_size 1m; {NEEDED} }}
        state_path state;""")
    assert check_conf(conf, directory) == (0, "")
    status, output = daemon.check_conf(conf)
    assert (status, said(output)) == (0, [f"dataactiond: the configuration file {conf} syntax is ok",
                                          f"dataactiond: configuration file {conf} test is successful"])
