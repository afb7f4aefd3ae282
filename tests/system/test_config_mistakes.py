"""Every mistake in the configuration is one message with file and line from `nginx -t`; for the block, the
sidecar says the same in the same words."""

import signal

import pytest

from support import daemon
from support.mistakes import expectation, line_of, said, whole_conf
from support.nginx import check_conf

UNITS = [
    ('shutdown_timeout 5x;',
     'invalid value "5x" in "shutdown_timeout" directive, it must be a time, at most 1d'),
    ('shutdown_timeout 2d;', 'invalid value "2d" in "shutdown_timeout" directive, it must be at most 1d'),
    ('max_record_size 64q;',
     'invalid value "64q" in "max_record_size" directive, it must be a size, between 1k and 16m'),
    ('max_record_size 17m;', 'invalid value "17m" in "max_record_size" directive, it must be between 1k and 16m'),
    ('max_connections 0;', 'invalid value "0" in "max_connections" directive, it must be between 1 and 1000000'),
    ('max_connections -1;',
     'invalid value "-1" in "max_connections" directive, it must be a number, between 1 and 1000000'),
    ('sql_threads 65;', 'invalid value "65" in "sql_threads" directive, it must be between 1 and 64'),
    ('status_zone_size 1;', 'invalid value "1" in "status_zone_size" directive, it must be between 64k and 1g'),
    ('log stderr level=loud;', 'invalid parameter "level=loud", it must be one of nginx\'s, from "emerg" to "debug"'),
    ('log stderr format=xml;', 'invalid parameter "format=xml", it must be "plain" or "json"'),
    ('log stderr colour=red;', 'invalid parameter "colour=red"'),
    ('listen 127.0.0.1:80;',
     'invalid value "127.0.0.1:80" in "listen" directive, it must be "unix:" and an absolute path'),
    ('listen unix:/x mode=9;', 'invalid parameter "mode=9", it must be octal, at most 0777'),
    ('listen unix:/x mode=0660 mode=0600;', 'duplicate parameter "mode=0600"'),
    ('state_path "";', 'invalid value "" in "state_path" directive'),
    ('database d sqlite:d.db;', 'invalid value "sqlite:d.db" in "database" directive, '
                                'it must be "sqlite:" and an absolute path'),
    ('database d sqlite:/d busy_timeout=2y;', 'invalid parameter "busy_timeout=2y", it must be a time, at most 1h'),
    ('database "a b" sqlite:/d;',
     'invalid database name "a b", it must be 1 to 64 letters, digits, "_", "." or "-"'),
    ('source "a b" { file /x; }',
     'invalid source name "a b", it must be 1 to 64 letters, digits, "_", "." or "-"'),
    ('source s { synthetic moons; }',
     'invalid value "moons" in "synthetic" directive, it must be "transactions" or "nested"'),
    ('source s { synthetic nested; records many; }',
     'invalid value "many" in "records" directive, it must be a number, at most 9223372036854775807'),
    ('source s { synthetic nested; records -1; }',
     'invalid value "-1" in "records" directive, it must be a number, at most 9223372036854775807'),
    ('source s { synthetic nested; records 9223372036854775808; }',
     'invalid value "9223372036854775808" in "records" directive, '
     'it must be a number, at most 9223372036854775807'),
    ('source s { file /x doubtful; }', 'invalid parameter "doubtful"'),
]

# (what stands in the block, message, line of the block that it names; the block's first line is 1)
BLOCK_MISTAKES = [(text, message, 2) for text, message in UNITS] + [
    ('frobnicate on;', 'unknown directive "frobnicate"', 2),
    ('source s {\n  frobnicate on;\n}', 'unknown directive "frobnicate"', 3),
    ('records 5;', '"records" directive is not allowed here', 2),
    ('source s {\n  listen unix:/x;\n}', '"listen" directive is not allowed here', 3),
    ('source s {\n  source t { }\n}', '"source" directive is not allowed here', 3),
    ('dataaction { }', '"dataaction" directive is not allowed here', 2),
    ('max_connections 5;\nmax_connections 6;', '"max_connections" directive is duplicate', 3),
    ('source s {\n  synthetic nested;\n  records 1;\n  records 2;\n}', '"records" directive is duplicate', 5),
    ('max_connections;', 'invalid number of arguments in "max_connections" directive', 2),
    ('max_connections 1 2;', 'invalid number of arguments in "max_connections" directive', 2),
    ('source {\n}', 'invalid number of arguments in "source" directive', 2),
    ('source a b {\n}', 'invalid number of arguments in "source" directive', 2),
    ('source s { file; }', 'invalid number of arguments in "file" directive', 2),
    ('source s { sql db; }', 'invalid number of arguments in "sql" directive', 2),
    ('source s { json; }', 'invalid number of arguments in "json" directive', 2),
    ('database d;', 'invalid number of arguments in "database" directive', 2),
    ('source s;', 'directive "source" has no opening "{"', 2),
    ('max_connections 5 {\n}', 'directive "max_connections" is not terminated by ";"', 2),
    ('max_connections 5\n}', 'unexpected "}"', 3),
    ('source s { }', 'source "s" has no "synthetic", "file", "sql" or "search" directive', 2),
    ('source s { synthetic nested;\n file /x; }',
     '"file" directive conflicts with "synthetic" at {file}:{line-1}', 3),
    ('source s { file /x;\n records 3; }', '"records" directive is only for "synthetic"', 3),
    ('source s { file /x;\n json a; }', '"json" directive is only for "sql"', 3),
    ('source s { sql nope "SELECT 1"; }', 'unknown database "nope" in "sql" directive', 2),
    ('database d sqlite:/d;\nsource s { sql d " ; "; }', 'empty statement in "sql" directive', 3),
    ('database d sqlite:/d;\nsource s { sql d "SELECT 1"; json a a; }',
     'duplicate column "a" in "json" directive', 3),
    ('database d sqlite:/d;\ndatabase d sqlite:/e;', 'duplicate database "d", first seen at {file}:{line-1}', 3),
    ('source s { file /x; }\n\nsource s { file /y; }', 'duplicate source "s", first seen at {file}:{line-2}', 4),
    ('source s { file "/x; }', 'unexpected end of file, expecting ";" or "}"', None),
    ('source s { file "/x"y; }', 'unexpected "y"', 2),
    ('include missing.conf;', 'open() "{directory}/missing.conf" failed (2: No such file or directory)', 2),
    ('include;', 'invalid number of arguments in "include" directive', 2),
]


block_mistakes = pytest.mark.parametrize("block, message, line", BLOCK_MISTAKES,
                                         ids=[text[:40].replace("\n", " ") for text, _, _ in BLOCK_MISTAKES])


@block_mistakes
def test_nginx_says_what_is_wrong_in_the_block(directory, block, message, line):
    conf = whole_conf(directory, block)
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [expectation(directory, conf, message, line)])


@block_mistakes
def test_the_sidecar_says_the_same(directory, block, message, line):
    conf = whole_conf(directory, block)
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, message, line)])


def test_a_directive_of_nginx_in_the_block(directory):
    """The one difference: the sidecar does not know what nginx and its modules call their directives."""
    conf = whole_conf(directory, "proxy_pass http://x;")
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [f'"proxy_pass" directive is not allowed here in {conf}:6'])
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [f'unknown directive "proxy_pass" in {conf}:6'])


DELIVERY = [
    ("dataaction_stream nope;", 'unknown source "nope" in {at}'),
    ("dataaction_stream s; dataaction_stream s;", '"dataaction_stream" directive is duplicate in {at}'),
    ("dataaction_stream;", 'invalid number of arguments in "dataaction_stream" directive in {at}'),
    ("dataaction_stream s; return 204; dataaction_status;",
     '"dataaction_status" directive conflicts with another handler of this location in {at}'),
    ("dataaction_stream s; proxy_pass http://127.0.0.1:1;",
     '"dataaction_stream" directive conflicts with another handler of this location in {at}'),
    ("proxy_pass http://127.0.0.1:1; dataaction_stream s;",
     '"dataaction_stream" directive conflicts with another handler of this location in {at}'),
    ("dataaction_status; stub_status;",
     '"dataaction_status" directive conflicts with another handler of this location in {at}'),
    ("dataaction_error; empty_gif;",
     '"dataaction_error" directive conflicts with another handler of this location in {at}'),
    ("dataaction_status now;", 'invalid number of arguments in "dataaction_status" directive in {at}'),
    ("dataaction_error 500;", 'invalid number of arguments in "dataaction_error" directive in {at}'),
    ("dataaction_format xml;", 'invalid value "xml" in "dataaction_format" directive, '
     'it must be "array", "batches", "ndjson" or "envelope" in {at}'),
    ("dataaction_format array; dataaction_format array;", '"dataaction_format" directive is duplicate in {at}'),
    ("dataaction_batch_size 0;",
     'invalid value "0" in "dataaction_batch_size" directive, it must be a whole number, 1 or more in {at}'),
    ("dataaction_batch_size ten;",
     'invalid value "ten" in "dataaction_batch_size" directive, it must be a whole number, 1 or more in {at}'),
    ("dataaction_batch_size 10001;", 'invalid value "10001" in "dataaction_batch_size" directive, '
     'it must be at most 10000 where no "max=" is given in {at}'),
    ("dataaction_batch_size 10 max=9;", 'invalid parameter "max=9", it must be at least the batch size in {at}'),
    ("dataaction_batch_size 10 min=9;", 'invalid parameter "min=9", it must be "max=" and a number in {at}'),
    ("dataaction_batch_size 10; dataaction_batch_size 10;", '"dataaction_batch_size" directive is duplicate in {at}'),
    ("dataaction_deadline soon;", '"dataaction_deadline" directive invalid value in {at}'),
    ("dataaction_deadline 1s; dataaction_deadline 1s;", '"dataaction_deadline" directive is duplicate in {at}'),
    ("dataaction_max_size 1x;",
     'invalid value "1x" in "dataaction_max_size" directive, it must be at least 1k, or "off" in {at}'),
    ("dataaction_max_size 1023;",
     'invalid value "1023" in "dataaction_max_size" directive, it must be at least 1k, or "off" in {at}'),
    ("dataaction_max_size 1k; dataaction_max_size off;", '"dataaction_max_size" directive is duplicate in {at}'),
    ("dataaction_on_error panic;",
     'invalid value "panic" in "dataaction_on_error" directive, it must be "abort" or "truncate" in {at}'),
    ("dataaction_on_error abort; dataaction_on_error abort;",
     '"dataaction_on_error" directive is duplicate in {at}'),
    ("dataaction_input xml;", 'invalid value "xml" in "dataaction_input" directive, '
     'it must be "auto", "flat" or "envelope" in {at}'),
    ("dataaction_api_key_file off header=X;", 'invalid parameter "header=X", it must be left out in {at}'),
    ("dataaction_api_key_file off; dataaction_api_key_file off;",
     '"dataaction_api_key_file" directive is duplicate in {at}'),
    ("dataaction_api_key_file none.keys;",
     'cannot read the key file "{directory}/none.keys" (2: No such file or directory) in {at}'),
    ("dataaction_api_key_file .;", 'cannot read the key file "{directory}/." (21: Is a directory) in {at}'),
    ("dataaction_max_streams 0;", 'invalid value "0" in "dataaction_max_streams" directive, '
     'it must be a whole number, 1 or more, or "off" in {at}'),
    ("dataaction_max_streams 1 queue=x;", 'invalid parameter "queue=x", it must be "queue=" and a number in {at}'),
    ("dataaction_max_streams 1 timeout=x;",
     'invalid parameter "timeout=x", it must be "queue=" and a number or "timeout=" and a time in {at}'),
    ("dataaction_max_streams 1 wait=1;",
     'invalid parameter "wait=1", it must be "queue=" and a number or "timeout=" and a time in {at}'),
    ("dataaction_max_streams off queue=1;", 'invalid parameter "queue=1", it must be left out in {at}'),
    ("dataaction_max_streams 1; dataaction_max_streams 1;",
     '"dataaction_max_streams" directive is duplicate in {at}'),
    ("dataaction_buffer_size 4095;",
     'invalid value in "dataaction_buffer_size" directive: 4k to 16m is possible in {at}'),
    ("dataaction_buffer_size 17m;",
     'invalid value in "dataaction_buffer_size" directive: 4k to 16m is possible in {at}'),
    ("dataaction_buffer_size big;", '"dataaction_buffer_size" directive invalid value in {at}'),
    ("dataaction_flush_interval 5y;", '"dataaction_flush_interval" directive invalid value in {at}'),
    ("dataaction_connect_timeout x;", '"dataaction_connect_timeout" directive invalid value in {at}'),
    ("dataaction_send_timeout x;", '"dataaction_send_timeout" directive invalid value in {at}'),
    ("dataaction_read_timeout x;", '"dataaction_read_timeout" directive invalid value in {at}'),
    ("dataaction_pass unix:;", 'no path in the unix domain socket in upstream "unix:" in {at}'),
    ("dataaction_pass unix:run/d.sock;", 'invalid value "unix:run/d.sock" in "dataaction_pass" directive, '
     'it must be "unix:" and an absolute path, or an upstream in {at}'),
    ("dataaction_pass unix:/x; dataaction_pass unix:/y;", '"dataaction_pass" directive is duplicate in {at}'),
    ("dataaction_pass nobody.invalid;", 'no port in upstream "nobody.invalid" in {at}'),
    ("dataaction_nonsense on;", 'unknown directive "dataaction_nonsense" in {at}'),
    ("source s { }", '"source" directive is not allowed here in {at}'),
    ("dataaction { }", '"dataaction" directive is not allowed here in {at}'),
]


@pytest.mark.parametrize("text, message", DELIVERY, ids=[text for text, _ in DELIVERY])
def test_delivery(directory, text, message):
    conf = whole_conf(directory, "source s { synthetic nested; }", f"location = /here {{ {text} }}")
    at = f"{conf}:{line_of(conf, '= /here')}"
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [message.replace("{at}", at).replace("{directory}", str(directory))])


def test_another_handler_inside_is_no_conflict(directory):
    conf = whole_conf(directory, "source s { synthetic nested; }", "location = /here { dataaction_stream s; "
                      "if ($arg_other) { proxy_pass http://127.0.0.1:1; } }")
    assert check_conf(conf, directory) == (0, "")


@pytest.mark.parametrize("place", ["server", "http"])
@pytest.mark.parametrize("text", ["dataaction_stream s;", "dataaction_status;", "dataaction_error;"])
def test_handlers_only_in_locations(directory, place, text):
    conf = whole_conf(directory, "source s { synthetic nested; }", **{place: text})
    name = text.split()[0].rstrip(";")
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (
        1, [f'"{name}" directive is not allowed here in {conf}:{line_of(conf, text)}'])


def test_two_blocks(directory):
    conf = whole_conf(directory, "source s { synthetic nested; }", http="dataaction { }")
    line = line_of(conf, "dataaction { }")
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [f'"dataaction" directive is duplicate in {conf}:{line}'])
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [f'"dataaction" directive is duplicate in {conf}:{line}'])


def test_a_stream_without_the_block(directory):
    conf = whole_conf(directory, None, "location = /here { dataaction_stream s; }")
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [f'unknown source "s" in {conf}:{line_of(conf, "= /here")}'])


GOOD = "a" * 64
KEY_FILES = [
    (f"{GOOD} one\n\n# two\nzz two\n", "a SHA-256 of 64 hexadecimal digits is expected", 4),
    (f"{GOOD[1:]} one\n", "a SHA-256 of 64 hexadecimal digits is expected", 1),
    (f"{GOOD}\n", "a label without spaces is expected after the SHA-256", 1),
    (f"{GOOD} two words\n", "a label without spaces is expected after the SHA-256", 1),
    (f"{GOOD} one\n{GOOD.upper()} two\n", 'the same key as "one"', 2),
    (f"{GOOD} one\n{'b' * 64} one\n", 'the label "one" is taken', 2),
]


@pytest.mark.parametrize("text, message, line", KEY_FILES)
def test_key_file_with_a_mistake(directory, text, message, line):
    keys = directory / "webhook.keys"
    keys.write_text(text)
    conf = whole_conf(directory, "source s { synthetic nested; }", server="dataaction_api_key_file webhook.keys;")
    status, output = check_conf(conf, directory)
    at = f"{conf}:{line_of(conf, 'dataaction_api_key_file')}"
    assert (status, said(output)) == (1, [f"bad key file: {message} in {keys}:{line} in {at}"])
    assert "aaaa" not in output


def test_key_file_without_a_key(directory):
    keys = directory / "webhook.keys"
    keys.write_text("# later\n")
    conf = whole_conf(directory, "source s { synthetic nested; }", server="dataaction_api_key_file webhook.keys;")
    status, output = check_conf(conf, directory)
    at = f"{conf}:{line_of(conf, 'dataaction_api_key_file')}"
    assert (status, said(output)) == (1, [f"bad key file: no keys in {keys}:1 in {at}"])


def test_the_mistake_in_an_included_file_has_its_position(directory):
    (directory / "sources").mkdir()
    (directory / "sources" / "a.conf").write_text("source a { synthetic nested; }\n")
    bad = directory / "sources" / "b.conf"
    bad.write_text("source b { synthetic nested; }\n\nsource a { file /x; }\n")
    conf = whole_conf(directory, "include sources/*.conf;")
    message = f'duplicate source "a", first seen at {directory}/sources/a.conf:1 in {bad}:3'
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [message])
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [message])


def test_a_reload_with_a_mistake_keeps_the_old_configuration(servers):
    nginx = servers.nginx(locations="location / { dataaction_stream t; }")
    nginx.write_conf(block="source t { synthetic nested; frobnicate; }")
    nginx.expected_alerts.append(r'\[emerg\] .* unknown directive "frobnicate"')
    nginx.server.signal(signal.SIGHUP)
    nginx.wait_for_log("frobnicate")
    response = nginx.post()
    assert response.status == 200 and response.body.startswith(b'[{"id":1')
