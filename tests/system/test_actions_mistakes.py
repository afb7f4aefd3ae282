"""Every mistake in an `action`, or in a location that calls it, is one message with file and line, the same from
`nginx -t` and `dataactiond -t`; files that only the sidecar may open are its business alone."""

import json

import pytest

from support import daemon
from support.actions import contract, schema
from support.mistakes import expectation, line_of, said, says_alike, whole_conf
from support.nginx import check_conf
from support.simulator import make_authority, make_client_certificate

URL = "https://api.example.com/posts"
CONTRACT, REQUEST, OUTPUT = "contract good.json;", f"request POST {URL};", "output id $.id;"
GOOD = contract(schema({"id": "integer", "address": {"type": "object", "properties": {"city": {"type": "string"}}}}),
                schema({"id": "integer", "name": "string", "flag": "boolean", "tags": "array",
                        "kind": {"enum": ["a", "b"]}, "words": {"type": "array", "items": {"type": "string"}},
                        "address": {
                    "type": "object", "properties": {"city": {"type": "string"}}}}, ["id"]))
NAMES = 'a field: names of letters, digits, "_" and "-" with dots between them, as "${user.id}"'
BETWEEN = "it must be between 1ms and 1h"
WORDS = ('is not known: $status, $upstream_status, $upstream_http_NAME, $error_code, $error_message, '
         'or a path as $.name')
OUTPUT_NAMES = 'names are as "id", "address.city", "items[]" or "items[].name"'
HEADER_NAME = "the name of a header is made of letters, digits and !#$%&'*+-.^_`|~"

# (what stands on a line of its own in an action that is right, message)
IN_ACTION = [
    # how directives are written
    ("colour red;", 'unknown directive "colour"'),
    ("listen unix:/x;", '"listen" directive is not allowed here'),
    ("search g x;", '"search" directive is not allowed here'),
    ("action b { }", '"action" directive is not allowed here'),
    ("contract good.json;", '"contract" directive is duplicate'),
    (REQUEST, '"request" directive is duplicate'),
    ("timeout 5s; timeout 5s;", '"timeout" directive is duplicate'),
    ("body a type=text; body b type=text;", '"body" directive is duplicate'),
    ("retry attempts=1; retry attempts=1;", '"retry" directive is duplicate'),
    ("concurrency 5; concurrency 5;", '"concurrency" directive is duplicate'),
    ("coalesce off; coalesce off;", '"coalesce" directive is duplicate'),
    ("idempotent on; cache 5s; cache 5s;", '"cache" directive is duplicate'),
    ("idempotent on; idempotent on;", '"idempotent" directive is duplicate'),
    ('idempotency_key "${id}" 5m; idempotency_key "${id}" 5m;', '"idempotency_key" directive is duplicate'),
    ("on_abort cancel; on_abort finish;", '"on_abort" directive is duplicate'),
    ("on_error 200; on_error 200;", '"on_error" directive is duplicate'),
    ("basic_auth u f; basic_auth u f;", '"basic_auth" directive is duplicate'),
    ("oauth https://a client_id=i client_secret_file=s; oauth https://a client_id=i client_secret_file=s;",
     '"oauth" directive is duplicate'),
    ("client_certificate c k; client_certificate c k;", '"client_certificate" directive is duplicate'),
    *((f"{name};", f'invalid number of arguments in "{name.split()[0]}" directive')
      for name in ("timeout", "retry", "concurrency", "coalesce", "cache", "idempotent", "idempotency_key",
                   "idempotency_key a", "on_abort", "on_error", "on_status", "output", "output id", "output a b c d",
                   "header", "header A", "header A b c", "header_file A", "basic_auth u", "basic_auth u f g",
                   "oauth https://a", "client_certificate c", "body", "body a type=text c", "breaker",
                   "ca_file", "connect_timeout", "max_response_size")),
    # requests, headers and bodies
    ('header "X Y" z;', f'invalid "header" directive: {HEADER_NAME}'),
    ('header "" z;', f'invalid "header" directive: {HEADER_NAME}'),
    *((f"header {name} z;", f'invalid "header" directive: the header "{name}" belongs to the connection, which sets it '
       "by itself") for name in ("Host", "content-length", "Transfer-Encoding", "Connection", "TE", "Upgrade",
                                 "Trailer", "Proxy-Authorization", "Expect")),
    ('header X "a\nb";', 'invalid "header" directive: its value has no line ends or other control characters'),
    ('header X "${*}";', 'invalid "header" directive: "${*}", the whole input, has no place in a header'),
    ('header X "${id";', 'invalid "header" directive: "${" without "}"; the text "${" itself is written "$${"'),
    ('header X "${}";', f'invalid "header" directive: "${{}}" is not {NAMES}'),
    ('header X "${a b}";', f'invalid "header" directive: "${{a b}}" is not {NAMES}'),
    ('header X "${nope}";', 'unknown field "nope" in "header" directive: the contract\'s input has none'),
    ('header X "${address.zip}";', 'unknown field "address.zip" in "header" directive: the contract\'s input has none'),
    ("header_file Host f;", 'invalid "header_file" directive: the header "Host" belongs to the connection, which sets '
                            "it by itself"),
    ('header_file A "";', 'invalid value "" in "header_file" directive'),
    ("body a type=xml;", 'invalid parameter "type=xml", it must be "json", "form" or "text"'),
    ("body a kind=text;", 'invalid parameter "kind=text"'),
    ("body {a};", 'directive "body" is not terminated by ";"'),
    ("body '{\"a\": }';", 'invalid "body" directive: byte 6: a value expected'),
    ("body '{\"a\": ${id}';", 'invalid "body" directive: byte 11: the text ends where \',\' or \'}\' should be'),
    ("body '{\"${id}\": 1}';", 'invalid "body" directive: byte 8: a name has no "${" in it'),
    ("body 'a=b c' type=form;", 'invalid "body" directive: a byte that is written "%20"'),
    ("body 'a=${*}' type=form;", 'invalid "body" directive: "${*}", the whole input, has no place in a form'),
    ("body '${nope}' type=text;", 'unknown field "nope" in "body" directive: the contract\'s input has none'),
    # credentials
    ('basic_auth "" f;', 'invalid value "" in "basic_auth" directive, it must be a user name without ":"'),
    ("basic_auth a:b f;", 'invalid value "a:b" in "basic_auth" directive, it must be a user name without ":"'),
    ('basic_auth a "";', 'invalid value "" in "basic_auth" directive'),
    ('client_certificate "" k;', 'invalid value "" in "client_certificate" directive'),
    ("oauth https://a client_id=i scope=a;",
     'invalid "oauth" directive: it needs "client_id=" and "client_secret_file="'),
    ("oauth https://a client_secret_file=s scope=a;",
     'invalid "oauth" directive: it needs "client_id=" and "client_secret_file="'),
    ("oauth https://a client_id=i client_secret_file=s colour=red;", 'invalid parameter "colour=red"'),
    ("oauth https://a client_id=i client_secret_file=s auth=post;",
     'invalid value "post" in "oauth" directive, it must be "basic" or "body"'),
    ("oauth http://example.com client_id=i client_secret_file=s;",
     'invalid URL in "oauth" directive, it must be an https URL; http is for addresses of this machine alone, '
     'as "http://127.0.0.1:8080"'),
    ("oauth https://a client_id=i client_secret_file=s; basic_auth u f;",
     '"oauth" directive conflicts with "basic_auth" at {file}:{line-0}'),
    # limits
    ("timeout 2h;", f'invalid value "2h" in "timeout" directive, {BETWEEN}'),
    ("timeout 0;", f'invalid value "0" in "timeout" directive, {BETWEEN}'),
    ("timeout soon;", 'invalid value "soon" in "timeout" directive, it must be a time, between 1ms and 1h'),
    ("connect_timeout 0;", f'invalid value "0" in "connect_timeout" directive, {BETWEEN}'),
    ("max_response_size 2g;", 'invalid value "2g" in "max_response_size" directive, it must be between 1k and 1g'),
    ("retry attempts=0;", 'invalid parameter "attempts=0", it must be between 1 and 100'),
    ("retry attempts=1 attempts=2;", 'duplicate parameter "attempts=2"'),
    ("retry max_wait=2h;", f'invalid parameter "max_wait=2h", {BETWEEN}'),
    ("retry timeout=5s;", 'invalid parameter "timeout=5s"'),
    ("breaker failures=0;", 'invalid parameter "failures=0", it must be between 1 and 1000'),
    ("concurrency 0;", 'invalid value "0" in "concurrency" directive, it must be between 1 and 4096'),
    ("concurrency many;", 'invalid value "many" in "concurrency" directive, it must be a number, between 1 and 4096'),
    ("concurrency 5 queue=65537;", 'invalid parameter "queue=65537", it must be between 0 and 65536'),
    ("concurrency 5 wait=1s;", 'invalid parameter "wait=1s"'),
    ("coalesce yes;", 'invalid value "yes" in "coalesce" directive, it must be "off" or "on"'),
    ("idempotent yes;", 'invalid value "yes" in "idempotent" directive, it must be "off" or "on"'),
    ("cache 31d;", 'invalid value "31d" in "cache" directive, it must be between 1ms and 30d'),
    ("cache 5s size=1k;", 'invalid parameter "size=1k", it must be between 4k and 1g'),
    ("cache 5s cache_control=off;", 'invalid parameter "cache_control=off"'),
    ("on_abort wait;", 'invalid value "wait" in "on_abort" directive, it must be "cancel" or "finish"'),
    ("coalesce on;",
     '"coalesce" directive is only for a GET or HEAD request, or with "idempotent on"'),
    ("cache 5s;", '"cache" directive is only for a GET or HEAD request, or with "idempotent on"'),
    ('idempotency_key "fixed" 5m;',
     'invalid value "fixed" in "idempotency_key" directive, it must be a text with a "${field}"'),
    ('idempotency_key "${id}" 31d;',
     'invalid value "31d" in "idempotency_key" directive, it must be between 1ms and 30d'),
    ('idempotency_key "${nope}" 5m;',
     'unknown field "nope" in "idempotency_key" directive: the contract\'s input has none'),
    ('idempotent on; idempotency_key "${id}" 5m; cache 5s;',
     '"cache" directive conflicts with "idempotency_key" at {file}:{line-0}'),
    # answers
    ("output id $.other;", 'invalid "output" directive: it is there already'),
    ("output id.x $.id;", 'invalid "output" directive: it cannot be beside "id"'),
    ('output "" $.id;', f'invalid "output" directive: {OUTPUT_NAMES}'),
    ("output a..b $.id;", f'invalid "output" directive: {OUTPUT_NAMES}'),
    ("output a[0] $.id;", f'invalid "output" directive: {OUTPUT_NAMES}'),
    ("output a $nope;", f'invalid "output" directive: "$nope" {WORDS}'),
    ("output a $upstream_http_;", f'invalid "output" directive: "$upstream_http_" {WORDS}'),
    ("output a $upstream_http_X;", f'invalid "output" directive: "$upstream_http_X" {WORDS}'),
    ("output a @.b;", 'invalid "output" directive: "@" is an element of an array, as for "items[].name"; a path into '
                      'the whole body begins with "$"'),
    ("output a[] $.b;", 'invalid "output" directive: an array is made of what a path finds that can find several, as '
                        '"$.data[*]"'),
    ("output a[].b @.b;", 'invalid "output" directive: there is no output "a[]", which would say what its elements are '
                          "made of"),
    ("output a $status 200;", 'invalid "output" directive: "$status" is never missing, and needs no default'),
    ("output a constant default;", 'invalid "output" directive: "constant" is never missing, and needs no default'),
    ("output flag $.flag yes;", 'invalid "output" directive: of "flag" the default "yes" is not a boolean'),
    ("output flag yes;", 'invalid "output" directive: of "flag" the constant "yes" is not a boolean'),
    ("output tags $.tags {};", 'directive "output" is not terminated by ";"'),
    ("output tags $.tags '{}';", 'invalid "output" directive: of "tags" the default "{}" is not an array'),
    ("output flag $status;",
     'invalid "output" directive: of "flag" "$status" is an integer, and the schema wants a boolean'),
    ("output flag $.a[*];", 'invalid "output" directive: of "flag" "$.a[*]" can find several values, which make an '
                            "array, and the schema wants a boolean"),
    ("output flag $error_code;",
     'invalid "output" directive: of "flag" "$error_code" is a string, and the schema wants a boolean'),
    ("output tags $upstream_http_x;",
     'invalid "output" directive: of "tags" a header is a text, and the schema wants an array'),
    ("output name.x $.id;", 'invalid "output" directive: "name" is no object, as the schema has it'),
    ("on_status 404;", 'invalid number of arguments in "on_status" directive'),
    ("on_status 404 410;",
     'invalid "on_status" directive: it must be as in "404 410 =200" or "5xx =503 MESSAGE"'),
    ("on_status =200 404;",
     'invalid "on_status" directive: it must be as in "404 410 =200" or "5xx =503 MESSAGE"'),
    ("on_status 404 =418 a b;",
     'invalid "on_status" directive: it must be as in "404 410 =200" or "5xx =503 MESSAGE"'),
    ("on_status 404 =201;",
     'invalid value "=201" in "on_status" directive, it must be "=200", or "=" and a status from 400 to 599'),
    ("on_status 404 =teapot;",
     'invalid value "=teapot" in "on_status" directive, it must be "=200", or "=" and a status from 400 to 599'),
    ("on_status 404 410 =200; on_status 410 =503;",
     '"on_status" directive for 410, which the one for 410 at {file}:{line-0} takes already'),
    ("on_status 5xx =503; on_status 504 =200;",
     '"on_status" directive for 504, which the one for 5xx at {file}:{line-0} takes already'),
    ("output kind $.kind '';",
     'the constant or default of output "kind" does not fit the contract: it is against "enum"'),
    ("output words[] $.w[*]; output words[].text @.t;",
     'invalid "output" directive: the elements of "words[]" have members, and are no objects, as the schema has it'),
    ("on_status 404 =200 fine;", 'invalid "on_status" directive: an answer of 200 has no message'),
    *((f"on_status {code} =418;", f'invalid value "{code}" in "on_status" directive, it must be a status from 300 to '
       '599, or a class as "5xx"') for code in ("200", "600", "2xx", "6xx", "40x", "04", "any")),
    ("on_error 404;", 'invalid value "404" in "on_error" directive, it must be "200"'),
    ("on_error 200;", '"on_error 200" needs a default for output "id", which the contract requires'),
    ("body '${*}' type=text;", 'invalid "body" directive: "${*}", the whole input, has no place in a text'),
]

# (request, message)
REQUESTS = [
    ("request GET;", 'invalid number of arguments in "request" directive'),
    (f"request FETCH {URL};", 'invalid value "FETCH" in "request" directive, it must be "GET", "HEAD", "POST", "PUT", '
                              '"PATCH" or "DELETE"'),
    (f"request get {URL};", 'invalid value "get" in "request" directive, it must be "GET", "HEAD", "POST", "PUT", '
                            '"PATCH" or "DELETE"'),
    *((f'request GET "{url}";', f'invalid URL in "request" directive: {message}') for url, message in (
        ("/posts", 'it must be an absolute URL, as "https://api.mypurecloud.com"'),
        ("http://api.example.com/", 'it must be an https URL; http is for addresses of this machine alone, as '
                                    '"http://127.0.0.1:8080"'),
        ("ftp://127.0.0.1/", 'it must be an https URL; http is for addresses of this machine alone, as '
                             '"http://127.0.0.1:8080"'),
        ("https://me:secret@host/", "it must be a URL without a user name or password"),
        ("https://host:0/", "it must be a URL with a port between 1 and 65535"),
        ("https:///x", "it must be a URL with a host name, an IPv4 address or an IPv6 address in []"),
        ("https://${id}/", 'scheme, host and port are literal: no "${" before the path begins'),
        ("https://api.${id}.example.com/", 'scheme, host and port are literal: no "${" before the path begins'),
        ("${id}://host/", 'scheme, host and port are literal: no "${" before the path begins'),
        ("https://host:${id}/", 'scheme, host and port are literal: no "${" before the path begins'),
        ("https://host${id}", 'scheme, host and port are literal: no "${" before the path begins'),
        ("https://host/a#b", "it must be a URL without a fragment"),
        ("https://host/a?b#${id}", "it must be a URL without a fragment"),
        ("https://host/a/../b", '"." and ".." are no parts of its path'),
        ("https://host/./b", '"." and ".." are no parts of its path'),
        ("https://host/%2e%2e/b", '"%2e" in a path, which some take for the character itself'),
        ("https://host/a%2Fb", '"%2F" in a path, which some take for the character itself'),
        ("https://host/a%", '"%" without two hexadecimal digits behind it'),
        ("https://host/a b", 'a byte that is written "%20"'),
        ("https://host/\xe9", 'a byte that is written "%C3"'),
        ("https://host/${*}", '"${*}", the whole input, has no place in a URL'),
        ("https://host/${id", '"${" without "}"; the text "${" itself is written "$${"'))),
    ('request GET "https://host/${nope}";',
     'unknown field "nope" in "request" directive: the contract\'s input has none'),
    ('request GET "https://host/?a=${address.zip}";',
     'unknown field "address.zip" in "request" directive: the contract\'s input has none'),
]

# (what stands in the block, message, line of the block that it names; the block's first line is 1)
BLOCKS = [
    ("action a;", 'directive "action" has no opening "{"', 2),
    ("action {\n}", 'invalid number of arguments in "action" directive', 2),
    ('action "a b" { }', 'invalid action name "a b", it must be 1 to 64 letters, digits, "_", "." or "-"', 2),
    (f"action a {{ {REQUEST} {OUTPUT} }}", 'action "a" has no "contract" directive', 2),
    (f"action a {{ {CONTRACT} {OUTPUT} }}", 'action "a" has no "request" directive', 2),
    (f"action a {{ {CONTRACT} {REQUEST} }}", 'action "a" has no "output" directive', 2),
    (f"action a {{ {CONTRACT} {REQUEST} {OUTPUT} }}\naction a {{ {CONTRACT} {REQUEST} {OUTPUT} }}",
     'duplicate action "a", first seen at {file}:{line-1}', 3),
    (f"source a {{ synthetic nested; }}\naction a {{ {CONTRACT} {REQUEST} {OUTPUT} }}",
     'duplicate action "a", first seen at {file}:{line-1}', 3),
    (f"action a {{ {CONTRACT} {REQUEST} {OUTPUT} }}\nsource a {{ synthetic nested; }}",
     'duplicate source "a", first seen at {file}:{line-1}', 3),
    (f'action a {{ {CONTRACT} {REQUEST} {OUTPUT}\nidempotency_key "${{id}}" 5m; }}',
     '"idempotency_key" directive needs a "state_path"', 3),
    *((f"action a {{ {CONTRACT} request {method} {URL}; {OUTPUT}\nbody a type=text; }}", f'a {method} has no "body"', 3)
      for method in ("GET", "HEAD", "DELETE")),
    ("output a b;", '"output" directive is not allowed here', 2),
    ("source s {\nrequest GET https://a; }", '"request" directive is not allowed here', 3),
]

MISTAKES = ([(f"state_path state; action a {{ {CONTRACT} {REQUEST} {OUTPUT}\n{text}\n}}", message,
              4 if "\n" in text else 3) for text, message in IN_ACTION]
            + [(f"action a {{ {CONTRACT} {OUTPUT}\n{text}\n}}", message, 3) for text, message in REQUESTS] + BLOCKS)
ids = [f"{number}-{message[:50]}" for number, (_, message, _) in enumerate(MISTAKES)]
mistakes = pytest.mark.parametrize("block, message, line", MISTAKES, ids=ids)


def written(directory, block, **options):
    (directory / "good.json").write_text(json.dumps(GOOD))
    return whole_conf(directory, block, **options)


@mistakes
def test_both_say_what_is_wrong(directory, block, message, line):
    conf = written(directory, block)
    says_alike(directory, conf, expectation(directory, conf, message, line))


# --- locations

DELIVERY = [
    ("dataaction_call nope;", 'unknown action "nope"'),
    ("dataaction_call s;", 'unknown action "s"'),
    ("dataaction_stream a;", 'unknown source "a"'),
    ("dataaction_call;", 'invalid number of arguments in "dataaction_call" directive'),
    ("dataaction_call a b;", 'invalid number of arguments in "dataaction_call" directive'),
    ("dataaction_call a; dataaction_call a;", '"dataaction_call" directive is duplicate'),
    ("dataaction_call a; dataaction_stream s;",
     '"dataaction_stream" directive conflicts with another handler of this location'),
    ("dataaction_stream s; dataaction_call a;",
     '"dataaction_call" directive conflicts with another handler of this location'),
    ("dataaction_call a; dataaction_status;",
     '"dataaction_status" directive conflicts with another handler of this location'),
    ("dataaction_call a; proxy_pass http://127.0.0.1:1;",
     '"dataaction_call" directive conflicts with another handler of this location'),
    ("dataaction_call a; dataaction_methods;", 'invalid number of arguments in "dataaction_methods" directive'),
    ("dataaction_call a; dataaction_methods PUT;",
     'invalid value "PUT" in "dataaction_methods" directive, it must be "GET" or "POST"'),
    ("dataaction_call a; dataaction_methods get;",
     'invalid value "get" in "dataaction_methods" directive, it must be "GET" or "POST"'),
    ("dataaction_call a; dataaction_methods POST POST;",
     'invalid value "POST" in "dataaction_methods" directive, it must be named once'),
    ("dataaction_call a; dataaction_methods POST; dataaction_methods POST;",
     '"dataaction_methods" directive is duplicate'),
    ("dataaction_call a; dataaction_methods GET;", '"dataaction_methods GET" is only for an action with a GET or HEAD '
                                                   'request, or with "idempotent on"'),
    ("dataaction_methods GET POST; dataaction_call a;", '"dataaction_methods GET" is only for an action with a GET or '
                                                        'HEAD request, or with "idempotent on"'),
    ("dataaction_stream s; dataaction_methods POST;", '"dataaction_methods" directive is only for "dataaction_call"'),
    ("dataaction_methods GET;", '"dataaction_methods" directive is only for "dataaction_call"'),
    ("dataaction_methods GET; dataaction_status;", '"dataaction_methods" directive is only for "dataaction_call"'),
]


@pytest.mark.parametrize("text, message", DELIVERY, ids=[text for text, _ in DELIVERY])
def test_delivery(directory, text, message):
    conf = written(directory, f"source s {{ synthetic nested; }} action a {{ {CONTRACT} {REQUEST} {OUTPUT} }}",
                   locations=f"location = /here {{ {text} }}")
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (1, [f"{message} in {conf}:{line_of(conf, '= /here')}"])


@pytest.mark.parametrize("place", ["server", "http"])
@pytest.mark.parametrize("text", ["dataaction_call a;", "dataaction_methods POST;"])
def test_only_in_locations(directory, place, text):
    conf = written(directory, f"action a {{ {CONTRACT} {REQUEST} {OUTPUT} }}", **{place: text})
    status, output = check_conf(conf, directory)
    assert (status, said(output)) == (
        1, [f'"{text.split()[0].rstrip(";")}" directive is not allowed here in {conf}:{line_of(conf, text)}'])


# --- secrets

CREDENTIALS = {"header_file": "header_file Authorization s;", "basic_auth": "basic_auth user s;",
               "oauth": "oauth https://a client_id=i client_secret_file=s;"}
# (the secret's text or nothing, its mode, what the sidecar says)
SECRETS = [
    (None, 0, 'cannot read the secret file "{directory}/s" (2: No such file or directory)'),
    ("", 0o600, 'the secret file "{directory}/s" is empty'),
    ("a\nb\n", 0o600, 'the secret file "{directory}/s" has more than one line, or control characters'),
    ("hunter2\n", 0o644, 'the secret file "{directory}/s" is readable by everybody'),
    ("hunter2\n", 0o660, 'the secret file "{directory}/s" is writable by others than its owner'),
]


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS)
@pytest.mark.parametrize("text, mode, message", SECRETS, ids=[message[-40:] for _, _, message in SECRETS])
def test_a_secret_is_the_sidecars_business(directory, credentials, text, mode, message):
    conf = written(directory, f"action a {{ {CONTRACT} {REQUEST} {OUTPUT}\n{credentials} }}")
    if text is not None:
        (directory / "s").write_text(text)
        (directory / "s").chmod(mode)
    assert check_conf(conf, directory) == (0, "")
    status, output = daemon.check_conf(conf)
    assert (status != 0, said(output)) == (True, [expectation(directory, conf, message, 3)])
    assert "hunter2" not in output


def test_certificates_are_the_sidecars_business(directory):
    _, certificate, key = make_authority(directory)
    client, client_key = make_client_certificate(directory / "ca.crt")
    for files, message in ((f"none.pem {client_key}", 'no certificate can be read from "{directory}/none.pem"'),
                           (f"{client} none.key",
                            'no key of the certificate can be read from "{directory}/none.key"'),
                           (f"{client} {key}", f'no key of the certificate can be read from "{key}"'),
                           (f"{key} {client_key}", f'no certificate can be read from "{key}"')):
        conf = written(directory, f"action a {{ {CONTRACT} {REQUEST} {OUTPUT}\nclient_certificate {files}; }}")
        assert check_conf(conf, directory) == (0, "")
        status, output = daemon.check_conf(conf)
        assert (status != 0, said(output)) == (True, [expectation(directory, conf, message, 3)])
    conf = written(directory, f"action a {{ {CONTRACT} {REQUEST} {OUTPUT}\n"
                   f"client_certificate {client} {client_key}; }}")
    assert daemon.check_conf(conf)[0] == 0
    conf = written(directory, f"action a {{ {CONTRACT} {REQUEST} {OUTPUT}\nca_file none.pem; }}")
    missing = 'cannot read the CA file "{directory}/none.pem" (2: No such file or directory)'
    assert said(daemon.check_conf(conf)[1]) == [expectation(directory, conf, missing, 3)]
    assert certificate.exists()


# --- what is right

def test_what_is_right_is_taken_by_both(directory):
    for name in ("s", "t"):
        (directory / name).write_text("hunter2\n")
        (directory / name).chmod(0o400)
    conf = written(directory, f"""
        state_path state;
        action a {{ {CONTRACT} {REQUEST} {OUTPUT} }}
        action b {{ output id $.id 0; request GET "{URL}/${{id}}?a=${{address.city}}&b=$%7B"; contract good.json;
            header Accept text/xml; header X-City "${{address.city}}, $${{x}}"; header X-Empty "";
            header_file Authorization s; header_file X-Key t; timeout 500ms; connect_timeout 1s; retry attempts=100;
            max_response_size 1k; breaker failures=5 time=1s; concurrency 4096 queue=0; coalesce on;
            cache 30d size=1g cache_control=on; on_abort finish; on_status 404 4xx 301 =200;
            on_status 503 =599 "try ${{again}}"; on_status 5xx =418; on_error 200; output name word;
            output flag $.flag true; output tags $.tags[?] ; }}
        action c {{ {CONTRACT} request PATCH http://127.0.0.1:1; body 'a=${{id}}&b' type=form; {OUTPUT}
            oauth https://a/token client_id=i client_secret_file=s "scope=a b" auth=body;
            idempotency_key "${{id}}-${{address.city}}" 1ms; idempotent on; coalesce on; }}
        """.replace("output tags $.tags[?] ;", "output tags $.tags[*];"),
                   locations="location /a { dataaction_call a; } location /b { dataaction_call b; "
                             "dataaction_methods GET POST; } location /c { dataaction_methods GET; "
                             "dataaction_call c; }")
    assert check_conf(conf, directory) == (0, "")
    status, output = daemon.check_conf(conf)
    assert (status, said(output)) == (0, [f"dataactiond: the configuration file {conf} syntax is ok",
                                          f"dataactiond: configuration file {conf} test is successful"])
