// What each mistake in an `action` block is answered with, byte for byte.

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/action_lines.h"

namespace dataaction {
namespace {

class ActionMessage : public testing::TestWithParam<Mistake> {};

// Beside what every action needs.
TEST_P(ActionMessage, IsExact) {
  EXPECT_EQ(in_block(action_block(GetParam().text)),
            std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ActionMessage,
    testing::Values(
        Mistake{"log stderr;", "\"log\" directive is not allowed here"},
        Mistake{"read_timeout 1s;", "\"read_timeout\" directive is not allowed here"},
        Mistake{"rate 1;", "\"rate\" directive is not allowed here"},
        Mistake{"client_id i;", "\"client_id\" directive is not allowed here"},
        Mistake{"sql a b;", "\"sql\" directive is not allowed here"},
        Mistake{"source b { }", "\"source\" directive is not allowed here"},
        Mistake{"action b { }", "\"action\" directive is not allowed here"},
        Mistake{"colour red;", "unknown directive \"colour\""},
        Mistake{"output a;", "invalid number of arguments in \"output\" directive"},
        Mistake{"output a b c d;", "invalid number of arguments in \"output\" directive"},
        Mistake{"header X-A;", "invalid number of arguments in \"header\" directive"},
        Mistake{"header X-A a b;", "invalid number of arguments in \"header\" directive"},
        Mistake{"header_file X-A;", "invalid number of arguments in \"header_file\" directive"},
        Mistake{"basic_auth a;", "invalid number of arguments in \"basic_auth\" directive"},
        Mistake{"client_certificate a;",
                "invalid number of arguments in \"client_certificate\" directive"},
        Mistake{"oauth https://a client_id=i;",
                "invalid number of arguments in \"oauth\" directive"},
        Mistake{"retry;", "invalid number of arguments in \"retry\" directive"},
        Mistake{"on_status 404;", "invalid number of arguments in \"on_status\" directive"},
        Mistake{"on_error;", "invalid number of arguments in \"on_error\" directive"},
        Mistake{"idempotency_key a;",
                "invalid number of arguments in \"idempotency_key\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Duplicate, ActionMessage,
    testing::Values(
        Mistake{"timeout 1s; timeout 1s;", "\"timeout\" directive is duplicate"},
        Mistake{"on_error 200; on_error 200;", "\"on_error\" directive is duplicate"},
        Mistake{"contract d;", "\"contract\" directive is duplicate"},
        Mistake{"request GET https://b/;", "\"request\" directive is duplicate"},
        Mistake{"basic_auth a b; basic_auth a b;", "\"basic_auth\" directive is duplicate"},
        Mistake{"retry attempts=1 attempts=2;", "duplicate parameter \"attempts=2\""},
        Mistake{"output b 1; output b 2;", "invalid \"output\" directive: it is there already"}));

INSTANTIATE_TEST_SUITE_P(
    Value, ActionMessage,
    testing::Values(
        Mistake{"timeout 0;",
                "invalid value \"0\" in \"timeout\" directive, it must be between 1ms and 1h"},
        Mistake{"timeout 2h;",
                "invalid value \"2h\" in \"timeout\" directive, it must be between 1ms and 1h"},
        Mistake{"timeout soon;",
                "invalid value \"soon\" in \"timeout\" directive, it must be a time, between 1ms "
                "and 1h"},
        Mistake{"connect_timeout 0;",
                "invalid value \"0\" in \"connect_timeout\" directive, it must be between 1ms and "
                "1h"},
        Mistake{"max_response_size 1;",
                "invalid value \"1\" in \"max_response_size\" directive, it must be between 1k "
                "and 1g"},
        Mistake{"concurrency 0;",
                "invalid value \"0\" in \"concurrency\" directive, it must be between 1 and 4096"},
        Mistake{"concurrency 4097;",
                "invalid value \"4097\" in \"concurrency\" directive, it must be between 1 and "
                "4096"},
        Mistake{"concurrency 1 queue=65537;",
                "invalid parameter \"queue=65537\", it must be between 0 and 65536"},
        Mistake{"concurrency 1 wait=1;", "invalid parameter \"wait=1\""},
        Mistake{"retry attempts=0;",
                "invalid parameter \"attempts=0\", it must be between 1 and 100"},
        Mistake{"retry max_wait=2h;",
                "invalid parameter \"max_wait=2h\", it must be between 1ms and 1h"},
        Mistake{"retry timeout=1s;", "invalid parameter \"timeout=1s\""},
        Mistake{"breaker failures=0;",
                "invalid parameter \"failures=0\", it must be between 1 and 1000"},
        Mistake{"coalesce yes;",
                "invalid value \"yes\" in \"coalesce\" directive, it must be \"off\" or \"on\""},
        Mistake{"idempotent 1;",
                "invalid value \"1\" in \"idempotent\" directive, it must be \"off\" or \"on\""},
        Mistake{"cache 0;",
                "invalid value \"0\" in \"cache\" directive, it must be between 1ms and 30d"},
        Mistake{"cache 31d;",
                "invalid value \"31d\" in \"cache\" directive, it must be between 1ms and 30d"},
        Mistake{"cache 1s size=4095;",
                "invalid parameter \"size=4095\", it must be between 4k and 1g"},
        Mistake{"cache 1s cache_control=off;", "invalid parameter \"cache_control=off\""},
        Mistake{"on_abort stop;",
                "invalid value \"stop\" in \"on_abort\" directive, it must be \"cancel\" or "
                "\"finish\""},
        Mistake{"on_error 500;",
                "invalid value \"500\" in \"on_error\" directive, it must be \"200\""},
        Mistake{"ca_file '';", "invalid value \"\" in \"ca_file\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Status, ActionMessage,
    testing::Values(
        Mistake{"on_status 404 410;",
                "invalid \"on_status\" directive: it must be as in \"404 410 =200\" or \"5xx =503 "
                "MESSAGE\""},
        Mistake{"on_status =200 404;",
                "invalid \"on_status\" directive: it must be as in \"404 410 =200\" or \"5xx =503 "
                "MESSAGE\""},
        Mistake{"on_status 404 =503 a b;",
                "invalid \"on_status\" directive: it must be as in \"404 410 =200\" or \"5xx =503 "
                "MESSAGE\""},
        Mistake{"on_status 404 =200 fine;",
                "invalid \"on_status\" directive: an answer of 200 has no message"},
        Mistake{"on_status 404 =201;",
                "invalid value \"=201\" in \"on_status\" directive, it must be \"=200\", or \"=\" "
                "and a status from 400 to 599"},
        Mistake{"on_status 404 =600;",
                "invalid value \"=600\" in \"on_status\" directive, it must be \"=200\", or \"=\" "
                "and a status from 400 to 599"},
        Mistake{"on_status 404 =;",
                "invalid value \"=\" in \"on_status\" directive, it must be \"=200\", or \"=\" "
                "and a status from 400 to 599"},
        Mistake{"on_status 200 =503;",
                "invalid value \"200\" in \"on_status\" directive, it must be a status from 300 to "
                "599, or a class as \"5xx\""},
        Mistake{"on_status 404 2xx =503;",
                "invalid value \"2xx\" in \"on_status\" directive, it must be a status from 300 to "
                "599, or a class as \"5xx\""},
        Mistake{"on_status 0404 =503;",
                "invalid value \"0404\" in \"on_status\" directive, it must be a status from 300 "
                "to 599, or a class as \"5xx\""},
        Mistake{"on_status 5XX =503;",
                "invalid value \"5XX\" in \"on_status\" directive, it must be a status from 300 to "
                "599, or a class as \"5xx\""}));

INSTANTIATE_TEST_SUITE_P(
    Part, ActionMessage,
    testing::Values(
        Mistake{"header 'X A' b;",
                "invalid \"header\" directive: the name of a header is made of letters, digits and "
                "!#$%&'*+-.^_`|~"},
        Mistake{"header Host b;",
                "invalid \"header\" directive: the header \"Host\" belongs to the connection, "
                "which sets it by itself"},
        Mistake{"header_file Content-Length b;",
                "invalid \"header_file\" directive: the header \"Content-Length\" belongs to the "
                "connection, which sets it by itself"},
        Mistake{"header_file X-A '';", "invalid value \"\" in \"header_file\" directive"},
        Mistake{"basic_auth a:b c;",
                "invalid value \"a:b\" in \"basic_auth\" directive, it must be a user name without "
                "\":\""},
        Mistake{"basic_auth '' c;",
                "invalid value \"\" in \"basic_auth\" directive, it must be a user name without "
                "\":\""},
        Mistake{"basic_auth a '';", "invalid value \"\" in \"basic_auth\" directive"},
        Mistake{"client_certificate '' b;",
                "invalid value \"\" in \"client_certificate\" directive"},
        Mistake{"client_certificate a '';",
                "invalid value \"\" in \"client_certificate\" directive"},
        Mistake{
            "output a $.[;",
            "invalid \"output\" directive: \"$.[\": byte 2: a name expected; what is not made of "
            "letters, digits and \"_\" is written ['name']"},
        Mistake{"output a $.b[*] 1; output a.c 2;",
                "invalid \"output\" directive: it cannot be beside \"a\""},
        Mistake{"output a @.b;",
                "invalid \"output\" directive: \"@\" is an element of an array, as for "
                "\"items[].name\"; a path into the whole body begins with \"$\""},
        Mistake{"idempotency_key fixed 1m;",
                "invalid value \"fixed\" in \"idempotency_key\" directive, it must be a text with "
                "a \"${field}\""},
        Mistake{"idempotency_key '${x}' 31d;",
                "invalid value \"31d\" in \"idempotency_key\" directive, it must be between 1ms "
                "and 30d"},
        Mistake{"idempotency_key '${x y}' 1m;",
                "invalid \"idempotency_key\" directive: \"${x y}\" is not a field: names of "
                "letters, digits, \"_\" and \"-\" with dots between them, as \"${user.id}\""}));

INSTANTIATE_TEST_SUITE_P(
    Oauth, ActionMessage,
    testing::Values(
        Mistake{"oauth https://a client_id=i scope=s;",
                "invalid \"oauth\" directive: it needs \"client_id=\" and \"client_secret_file=\""},
        Mistake{"oauth https://a client_id=i client_secret_file=;",
                "invalid parameter \"client_secret_file=\""},
        Mistake{"oauth https://a client_id=i secret=s;", "invalid parameter \"secret=s\""},
        Mistake{"oauth https://a client_id=a:b client_secret_file=s;",
                "invalid value \"a:b\" in \"oauth\" directive, it must be 1 to 256 visible ASCII "
                "characters without \":\""},
        Mistake{"oauth https://a client_id=i client_secret_file=s auth=digest;",
                "invalid value \"digest\" in \"oauth\" directive, it must be \"basic\" or "
                "\"body\""},
        // Without the URL: there may be a password in it.
        Mistake{"oauth https://me:hunter2@a client_id=i client_secret_file=s;",
                "invalid URL in \"oauth\" directive, it must be a URL without a user name or "
                "password"}));

class ActionPostMessage : public testing::TestWithParam<Mistake> {};

TEST_P(ActionPostMessage, IsExact) {
  EXPECT_EQ(in_block(action_block(GetParam().text, kPost)),
            std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ActionPostMessage,
    testing::Values(
        Mistake{"body '{}' type=xml;",
                "invalid parameter \"type=xml\", it must be \"json\", \"form\" or \"text\""},
        Mistake{"body '{}' kind=json;", "invalid parameter \"kind=json\""},
        Mistake{"body '{}' type=json type=json;",
                "invalid number of arguments in \"body\" directive"},
        Mistake{"body '${*}' type=form;",
                "invalid \"body\" directive: \"${*}\", the whole input, has no place in a form"},
        Mistake{"coalesce on;",
                "\"coalesce\" directive is only for a GET or HEAD request, or with \"idempotent "
                "on\""},
        Mistake{"cache 1s;",
                "\"cache\" directive is only for a GET or HEAD request, or with \"idempotent "
                "on\""},
        Mistake{"idempotency_key '${x}' 1m;",
                "\"idempotency_key\" directive needs a \"state_path\""}));

}  // namespace
}  // namespace dataaction
