#include "sidecar/actions/rendered_request.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/sidecar/actions/action_blocks.h"

namespace dataaction {
namespace {

constexpr const char* kOutput = " output id 1; ";

RenderedRequest rendered(const std::string& lines, std::string_view input) {
  const CheckedAction action = checked_action(lines + kOutput);
  auto request = render_request(action.config, input);
  EXPECT_TRUE(request) << request.error().message;
  return request ? std::move(*request) : RenderedRequest();
}

// "status code field: message"
std::string refusal(const std::string& lines, std::string_view input) {
  const CheckedAction action = checked_action(lines + kOutput);
  const auto request = render_request(action.config, input);
  if (request) return "";
  const ErrorReply& reply = request.error();
  const std::string detail =
      reply.details.empty() ? "" : reply.details[0].code + ' ' + reply.details[0].field;
  return std::to_string(reply.status) + ' ' + detail + ": " + reply.message;
}

TEST(RenderedRequest, HasTheInputInAllItsParts) {
  const RenderedRequest request = rendered(
      "request POST 'https://api.example/${x}?q=${y}'; header X-One '${x}'; header X-Two two;"
      "body '{\"y\": ${y}}'; idempotency_key '${x}/${y}' 1m;",
      R"({"x":"a b","y":[1, 2.50],"y":7})");
  EXPECT_EQ(request.url, "https://api.example/a%20b?q=7");
  ASSERT_EQ(request.headers.size(), 2U);
  EXPECT_EQ(request.headers[0], std::pair(std::string("X-One"), std::string("a b")));
  EXPECT_EQ(request.headers[1], std::pair(std::string("X-Two"), std::string("two")));
  EXPECT_EQ(request.body, R"({"y": 7})");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(request.idempotency_key, "a b/7");
}

TEST(RenderedRequest, TheWholeInputIsTheBody) {
  const std::string input = R"({"n":1.50,"s":"\u0000","l":[{}]})";
  for (const std::string method : {"POST", "PUT", "PATCH"}) {
    const RenderedRequest request = rendered("request " + method + " https://b/;", input);
    EXPECT_EQ(request.body, input);
    EXPECT_EQ(request.content_type, "application/json");
    EXPECT_EQ(request.idempotency_key, "");
  }
  for (const std::string method : {"GET", "HEAD", "DELETE"}) {
    const RenderedRequest request = rendered("request " + method + " https://b/;", input);
    EXPECT_EQ(request.body, "");
    EXPECT_EQ(request.content_type, "");
  }
}

TEST(RenderedRequest, AnEmptyBodyHasAType) {
  const RenderedRequest request = rendered("request POST https://b/; body '${x}' type=text;", "{}");
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.content_type, "text/plain; charset=utf-8");
}

TEST(RenderedRequest, WhatCannotStandIsNamed) {
  EXPECT_EQ(refusal("request GET 'https://b/${x}';", "{}"),
            "422 dataaction.request.required x: x cannot be used in the URL: a part of the path "
            "would be empty");
  EXPECT_EQ(refusal("request GET 'https://b/${x.y}';", R"({"x":{"y":".."}})"),
            "422 dataaction.request.pattern x.y: x.y cannot be used in the URL: a part of the path "
            "would be \".\" or \"..\"");
  EXPECT_EQ(refusal("request GET https://b/; header X '${x}';", R"({"x":"a\nb"})"),
            "422 dataaction.request.pattern x: x cannot be used in the header \"X\": it has a line "
            "feed");
  EXPECT_EQ(refusal("request POST https://b/; body 'a=${x}' type=form;", R"({"x":[1]})"),
            "422 dataaction.request.type x: x cannot be used in the body: it is an array");
  EXPECT_TRUE(refusal("request GET https://b/;", "{").starts_with("400 "));
}

std::string with_key(size_t size) {
  return R"({"x":")" + std::string(size, 'k') + R"("})";
}

TEST(RenderedRequest, AKeyHasBounds) {
  const std::string lines = "request POST https://b/; idempotency_key '${x}' 1m;";
  EXPECT_EQ(rendered(lines, with_key(1)).idempotency_key, "k");
  EXPECT_EQ(rendered(lines, with_key(1024)).idempotency_key, std::string(1024, 'k'));
  const std::string place = " x: x cannot be used in the idempotency key: ";
  EXPECT_EQ(refusal(lines, with_key(1025)),
            "422 dataaction.request.maxLength" + place + "the key has more than 1024 bytes");
  const std::string empty = "422 dataaction.request.required" + place + "the key would be empty";
  EXPECT_EQ(refusal(lines, with_key(0)), empty);
  EXPECT_EQ(refusal(lines, "{}"), empty);
  EXPECT_EQ(refusal(lines, R"({"x":null})"), empty);
  EXPECT_EQ(refusal(lines, R"({"x":"a\u0000b"})"),
            "422 dataaction.request.pattern" + place + "it has a NUL");
}

RenderedRequest request_of(std::string url, std::string body,
                           std::vector<std::pair<std::string, std::string>> headers) {
  RenderedRequest request;
  request.url = std::move(url);
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

TEST(RequestIdentity, IsTheSameForTheSame) {
  const std::string lines = "request POST 'https://b/${x}'; header X '${y}'; body '{\"z\": ${z}}';";
  const std::string one = rendered(lines, R"({"x":"1","y":"2","z":3,"more":4})").identity();
  EXPECT_EQ(one, rendered(lines, R"({"z":3,"y":2,"x":1})").identity());
  EXPECT_NE(one, rendered(lines, R"({"z":3,"y":2,"x":2})").identity());
  EXPECT_NE(one, rendered(lines, R"({"z":3,"y":3,"x":1})").identity());
  EXPECT_NE(one, rendered(lines, R"({"z":"3","y":2,"x":1})").identity());
}

// The key is not sent.
TEST(RequestIdentity, DoesNotHaveTheKey) {
  const std::string lines = "request POST https://b/; body '{}'; idempotency_key '${x}' 1m;";
  EXPECT_EQ(rendered(lines, R"({"x":"1"})").identity(), rendered(lines, R"({"x":"2"})").identity());
}

// No part can pretend to be the end of itself and the beginning of the next.
TEST(RequestIdentity, IsAnothersForNoOther) {
  using namespace std::string_literals;
  const std::vector<std::string> parts = {"",      "0:",     "1:a",   "a",          "a1:",  "1",
                                          "1:",    ":",      "11:a",  "0:0:",       "a\0"s, "\0a"s,
                                          "2:1:a", "1:a1:a", "3:1:a", "1:a0:1:b1:", "\0"s,  "10:"};
  std::set<std::string> seen;
  size_t requests = 0;
  const auto add = [&](const RenderedRequest& request) {
    ++requests;
    EXPECT_TRUE(seen.insert(request.identity()).second) << request.identity();
  };
  for (const std::string& one : parts) {
    for (const std::string& two : parts) {
      add(request_of(one, two, {}));
      for (const std::string& three : parts) {
        add(request_of(one, two, {{"X", three}}));
        add(request_of(one, "", {{two + 'n', three}}));
        add(request_of(one, "b", {{"X", two}, {"Y", three}}));
        add(request_of(one, "b", {{"Y", two}, {"X", three}}));
      }
    }
  }
  add(request_of("", "", {{"n1", "a"}, {"Y", "1234567"}}));
  add(request_of("", "", {{"n", "aY7:1234567"}}));
  EXPECT_EQ(seen.size(), requests);
}

}  // namespace
}  // namespace dataaction
