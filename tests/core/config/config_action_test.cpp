// What the directives of an `action` block mean. What they refuse is in
// config_action_messages_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/action_lines.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string rendered(const auto& part, const std::string& input = R"({"x":"a b","y":7})") {
  const auto out = part.render(*JsonTree::parse(input));
  return out ? *out : std::string(out.error().rule) + ' ' + out.error().field;
}

TEST(Action, HasDefaults) {
  const ActionConfig action = action_of("");
  EXPECT_EQ(action.name, "a");
  EXPECT_EQ(action.at, (Position{kMainFile, 2}));
  EXPECT_EQ(action.contract_file, "c");
  EXPECT_EQ(action.method, "GET");
  EXPECT_THAT(action.headers, IsEmpty());
  EXPECT_FALSE(action.body);
  EXPECT_THAT(action.secret_headers, IsEmpty());
  EXPECT_FALSE(action.basic);
  EXPECT_FALSE(action.oauth_at);
  EXPECT_FALSE(action.certificate);
  EXPECT_EQ(action.queue, 1024u);
  EXPECT_FALSE(action.coalesce);
  EXPECT_EQ(action.cache.life, milliseconds(0));
  EXPECT_EQ(action.cache.size, 4u << 20);
  EXPECT_FALSE(action.cache.cache_control);
  EXPECT_FALSE(action.idempotent);
  EXPECT_FALSE(action.idempotency);
  EXPECT_EQ(action.on_abort, OnAbort::kByMethod);
  EXPECT_EQ(action.outputs.size(), 1u);
  EXPECT_THAT(action.statuses, IsEmpty());
  EXPECT_FALSE(action.on_error_ok);
}

TEST(Action, AsksWithLessPatienceThanAPlatform) {
  const ActionConfig action = action_of("");
  EXPECT_EQ(action.upstream.name, "a");
  EXPECT_EQ(action.upstream.concurrency, 64u);
  EXPECT_EQ(action.upstream.max_attempts, 2u);
  EXPECT_EQ(action.upstream.max_wait, milliseconds(1'000));
  EXPECT_EQ(action.upstream.request_timeout, milliseconds(10'000));
  EXPECT_EQ(action.upstream.read_timeout, milliseconds(0));
  EXPECT_EQ(action.upstream.connect_timeout, milliseconds(5'000));
  EXPECT_EQ(action.upstream.max_response_size, 1u << 20);
  EXPECT_EQ(action.upstream.breaker_failures, 5u);
  EXPECT_EQ(action.upstream.breaker_time, milliseconds(30'000));
  EXPECT_EQ(action.upstream.ca_file, "");
}

TEST(Action, TakesEveryDirectiveInAnyOrder) {
  const Config config = config_of(R"(action fetch {
      on_error 200;
      on_status 404 =200; on_status 5xx =503 later;
      output id $.id 0;
      output all[] $.data[*];
      on_abort finish;
      idempotent on; coalesce on; cache 30s size=64k cache_control=on;
      concurrency 7 queue=0;
      breaker failures=3 time=1m; retry attempts=4 max_wait=250ms;
      max_response_size 2k; connect_timeout 300ms; timeout 1m30s;
      ca_file ca.pem; client_certificate client.pem client.key;
      basic_auth me password;
      header_file X-Key key; header_file X-More more;
      body '{"text": "${x}"}';
      header X-Text "${x}"; header X-Other two;
      request PUT "https://api.example:8443/${x}?y=${y}";
      contract dir/c.json;
    })");
  const ActionConfig* action = config.find_action("fetch");
  ASSERT_TRUE(action);
  EXPECT_EQ(config.find_action("other"), nullptr);
  EXPECT_EQ(config.find_source("fetch"), nullptr);
  EXPECT_EQ(action->contract_file, "dir/c.json");
  EXPECT_EQ(action->contract_at, (Position{kMainFile, 18}));
  EXPECT_EQ(action->method, "PUT");
  EXPECT_EQ(action->request_at, (Position{kMainFile, 17}));
  EXPECT_EQ(rendered(*action->url), "https://api.example:8443/a%20b?y=7");
  ASSERT_EQ(action->headers.size(), 2u);
  EXPECT_EQ(action->headers[0].value.name(), "X-Text");
  EXPECT_EQ(rendered(action->headers[0].value), "a b");
  EXPECT_EQ(rendered(action->headers[1].value), "two");
  EXPECT_EQ(action->headers[1].at, (Position{kMainFile, 16}));
  ASSERT_TRUE(action->body);
  EXPECT_EQ(rendered(action->body->value), R"({"text": "a b"})");
  EXPECT_EQ(action->body->at, (Position{kMainFile, 15}));
  ASSERT_EQ(action->secret_headers.size(), 2u);
  EXPECT_EQ(action->secret_headers[0].name, "X-Key");
  EXPECT_EQ(action->secret_headers[1].file, "more");
  EXPECT_EQ(action->secret_headers[1].at, (Position{kMainFile, 14}));
  ASSERT_TRUE(action->basic);
  EXPECT_EQ(action->basic->user, "me");
  EXPECT_EQ(action->basic->password_file, "password");
  EXPECT_EQ(action->basic->at, (Position{kMainFile, 13}));
  ASSERT_TRUE(action->certificate);
  EXPECT_EQ(action->certificate->file, "client.pem");
  EXPECT_EQ(action->certificate->key_file, "client.key");
  EXPECT_EQ(action->certificate->at, (Position{kMainFile, 12}));
  EXPECT_EQ(action->upstream.ca_file, "ca.pem");
  EXPECT_EQ(action->upstream.ca_file_at, (Position{kMainFile, 12}));
  EXPECT_EQ(action->upstream.request_timeout, milliseconds(90'000));
  EXPECT_EQ(action->upstream.read_timeout, milliseconds(0));
  EXPECT_EQ(action->upstream.connect_timeout, milliseconds(300));
  EXPECT_EQ(action->upstream.max_response_size, 2048u);
  EXPECT_EQ(action->upstream.max_attempts, 4u);
  EXPECT_EQ(action->upstream.max_wait, milliseconds(250));
  EXPECT_EQ(action->upstream.breaker_failures, 3u);
  EXPECT_EQ(action->upstream.breaker_time, milliseconds(60'000));
  EXPECT_EQ(action->upstream.concurrency, 7u);
  EXPECT_EQ(action->queue, 0u);
  EXPECT_TRUE(action->idempotent);
  EXPECT_TRUE(action->coalesce);
  EXPECT_EQ(action->cache.life, milliseconds(30'000));
  EXPECT_EQ(action->cache.size, 64u << 10);
  EXPECT_TRUE(action->cache.cache_control);
  EXPECT_EQ(action->on_abort, OnAbort::kFinish);
  EXPECT_EQ(action->outputs.size(), 2u);
  EXPECT_THAT(action->output_at, ElementsAre(Position{kMainFile, 5}, Position{kMainFile, 6}));
  EXPECT_EQ(action->on_error_ok, (Position{kMainFile, 3}));
}

TEST(Action, WhatMayBeRepeatedShortened) {
  EXPECT_EQ(action_of("retry max_wait=2s;").upstream.max_attempts, 2u);
  EXPECT_EQ(action_of("retry attempts=1;").upstream.max_wait, milliseconds(1'000));
  EXPECT_EQ(action_of("concurrency 4096;").queue, 1024u);
  EXPECT_EQ(action_of("cache 1ms;").cache.size, 4u << 20);
  EXPECT_EQ(action_of("on_abort cancel;").on_abort, OnAbort::kCancel);
  EXPECT_FALSE(action_of("coalesce off;", kPost).coalesce);
  EXPECT_FALSE(action_of("idempotent off;", kPost).idempotent);
}

TEST(ActionBody, HasAType) {
  const auto type = [](const std::string& body) {
    return std::string(action_of(body, kPost).body->value.content_type());
  };
  EXPECT_EQ(type("body '[\"${x}\"]';"), "application/json");
  EXPECT_EQ(type("body '[\"${x}\"]' type=json;"), "application/json");
  EXPECT_EQ(type("body 'a=${x}' type=form;"), "application/x-www-form-urlencoded");
  EXPECT_EQ(type("body 'a=${x}' type=text;"), "text/plain; charset=utf-8");
}

TEST(ActionOauth, IsAPlatformsTokenEndpoint) {
  const ActionConfig action =
      action_of("oauth https://login.example/a/token client_id=me client_secret_file=s;");
  EXPECT_EQ(action.oauth_at, (Position{kMainFile, 2}));
  EXPECT_EQ(action.upstream.login_url, "https://login.example");
  EXPECT_EQ(action.upstream.paths[static_cast<size_t>(Route::kToken)], "/a/token");
  EXPECT_EQ(action.upstream.client_id, "me");
  EXPECT_EQ(action.upstream.client_secret_file, "s");
  EXPECT_EQ(action.upstream.client_secret_file_at, (Position{kMainFile, 2}));
  EXPECT_EQ(action.upstream.scope, "");
  EXPECT_EQ(action.upstream.auth, ClientAuth::kBasic);
}

TEST(ActionOauth, TakesAllItsParameters) {
  const ActionConfig action = action_of(
      "oauth http://127.0.0.1:9/ auth=body 'scope=read write' client_secret_file=s client_id=i;");
  EXPECT_EQ(action.upstream.login_url, "http://127.0.0.1:9");
  EXPECT_EQ(action.upstream.paths[static_cast<size_t>(Route::kToken)], "/");
  EXPECT_EQ(action.upstream.scope, "read write");
  EXPECT_EQ(action.upstream.auth, ClientAuth::kBody);
}

TEST(ActionStatus, HasARuleForEachCode) {
  const auto rules = action_of(
                         "on_status 300 404 599 =200; on_status 5xx =410 \"no more\";"
                         "on_status 3xx 4xx =599;")
                         .statuses;
  ASSERT_EQ(rules.size(), 6u);
  const auto is = [&](size_t i, int least, int most, int answer, const char* message) {
    EXPECT_EQ(rules[i].least, least);
    EXPECT_EQ(rules[i].most, most);
    EXPECT_EQ(rules[i].answer, answer);
    EXPECT_EQ(rules[i].message, message);
  };
  is(0, 300, 300, 200, "");
  is(1, 404, 404, 200, "");
  is(2, 599, 599, 200, "");
  is(3, 500, 599, 410, "no more");
  is(4, 300, 399, 599, "");
  is(5, 400, 499, 599, "");
}

TEST(ActionIdempotency, IsAKeyAndATime) {
  const ActionConfig action = action_of("idempotency_key \"b-${x}-${y}\" 10m;", kPost);
  ASSERT_TRUE(action.has_idempotency_key());
  EXPECT_EQ(rendered(action.idempotency->key), "b-a b-7");
  EXPECT_EQ(action.idempotency->life, milliseconds(600'000));
  EXPECT_EQ(action.idempotency->at, (Position{kMainFile, 2}));
}

struct MethodCase {
  const char* method;
  bool safe;
  bool repeatable;
  bool has_body;
};

// RFC 9110, 9.2.1 and 9.2.2.
TEST(ActionMethod, SaysWhatMayBeDone) {
  for (const MethodCase& each :
       {MethodCase{"GET", true, true, false}, MethodCase{"HEAD", true, true, false},
        MethodCase{"POST", false, false, true}, MethodCase{"PUT", false, true, true},
        MethodCase{"PATCH", false, false, true}, MethodCase{"DELETE", false, true, false}}) {
    const std::string request = "request " + std::string(each.method) + " https://api.example/;";
    const ActionConfig action = action_of("", request);
    EXPECT_EQ(action.method, each.method);
    EXPECT_EQ(action.is_safe(), each.safe) << each.method;
    EXPECT_EQ(action.may_be_repeated(), each.repeatable) << each.method;
    EXPECT_EQ(action.has_body(), each.has_body) << each.method;
    EXPECT_TRUE(action_of("idempotent on;", request).may_be_repeated()) << each.method;
  }
}

}  // namespace
}  // namespace dataaction
