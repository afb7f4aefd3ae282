// What a webhook's body becomes. What is refused is in webhook_refusal_test.cpp.

#include "core/webhook/webhook_input.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/json_reader.h"
#include "tests/core/webhook/webhook_bodies.h"

namespace dataaction {
namespace {

TEST(WebhookInput, FlatMembersAreParameters) {
  const WebhookInput input = taken(R"( { "customer_id" : 7, "name" : "a b" } )");
  EXPECT_EQ(input.parameters, R"({"customer_id":7,"name":"a b"})");
  EXPECT_EQ(input.batch_size, std::nullopt);
  EXPECT_EQ(input.limit, std::nullopt);
  EXPECT_EQ(input.cursor, "");
  EXPECT_EQ(taken("{}").parameters, "{}");
}

TEST(WebhookInput, ReservedMembersAreOurs) {
  const WebhookInput input = taken(R"({"a":1,"batch_size":10,"limit":0,"b":2,"cursor":"AQE-_"})");
  EXPECT_EQ(input.parameters, R"({"a":1,"b":2})");
  EXPECT_EQ(input.batch_size, 10u);
  EXPECT_EQ(input.limit, 0u);
  EXPECT_EQ(input.cursor, "AQE-_");
}

TEST(WebhookInput, ReservedMembersAloneLeaveNone) {
  EXPECT_EQ(taken(R"({"limit":5})").parameters, "{}");
  EXPECT_EQ(taken(R"({"limit":5,"a":1})").parameters, R"({"a":1})");
  EXPECT_EQ(taken(R"({"a":1,"limit":5})").parameters, R"({"a":1})");
}

TEST(WebhookInput, ReservedNamesMayBeEscaped) {
  EXPECT_EQ(taken(R"({"l\u0069mit":5})").limit, 5u);
}

TEST(WebhookInput, ReservedNamesAreOursAtTheTopOnly) {
  const WebhookInput input = taken(R"({"a":{"limit":"x","cursor":1}})");
  EXPECT_EQ(input.parameters, R"({"a":{"limit":"x","cursor":1}})");
  EXPECT_EQ(input.limit, std::nullopt);
}

TEST(WebhookInput, AnEmptyCursorIsTheBeginning) {
  EXPECT_EQ(taken(R"({"cursor":""})").cursor, "");
  EXPECT_EQ(taken(R"({"cursor":""})").parameters, "{}");
}

TEST(WebhookInput, Extremes) {
  EXPECT_EQ(taken(R"({"limit":18446744073709551615})").limit, UINT64_MAX);
  EXPECT_EQ(taken(R"({"batch_size":1})").batch_size, 1u);
  EXPECT_EQ(taken(R"({"batch_size":10000})").batch_size, kMaxBatch);
}

TEST(WebhookInput, EnvelopeHoldsParameters) {
  const WebhookInput input =
      taken(R"({"action_id":"a","session_id":"s","parameters":{"c":7,"limit":3,"x":{"y":[1]}}})");
  EXPECT_EQ(input.parameters, R"({"c":7,"x":{"y":[1]}})");
  EXPECT_EQ(input.limit, 3u);
}

TEST(WebhookInput, EnvelopeInAnyOrder) {
  EXPECT_EQ(taken(R"({"parameters":{"c":7},"session_id":"s","action_id":"a"})").parameters,
            R"({"c":7})");
}

TEST(WebhookInput, OtherKeysAreFlat) {
  for (const std::string body :
       {R"({"action_id":"a","parameters":{"c":7}})",
        R"({"action_id":"a","session_id":"s","parameters":{"c":7},"more":1})",
        R"({"action_id":"a","session_id":"s","Parameters":{"c":7}})",
        R"({"parameters":{"c":7}})"}) {
    EXPECT_EQ(taken(body).parameters, body);
  }
}

TEST(WebhookInput, ShapeCanBeFixed) {
  const std::string envelope = R"({"action_id":"a","session_id":"s","parameters":{"limit":7}})";
  EXPECT_EQ(taken(envelope, InputShape::kFlat).parameters, envelope);
  EXPECT_EQ(taken(envelope, InputShape::kFlat).limit, std::nullopt);
  EXPECT_EQ(taken(envelope, InputShape::kEnvelope).limit, 7u);
}

TEST(WebhookInput, FiftyLevelsAreGood) {
  const std::string body = nested_body(kMaxInputDepth);
  EXPECT_EQ(taken(body).parameters, body);
}

TEST(WebhookInput, NumbersStayAsWritten) {
  for (const std::string& number : {std::string("1.50"), std::string("-0"), std::string("1E+2"),
                                    std::string("123456789012345678901234567890"),
                                    '1' + std::string(307, '0'), "0." + std::string(10'000, '7')}) {
    const std::string body = "{\"n\":" + number + '}';
    EXPECT_EQ(taken(body).parameters, body);
  }
}

TEST(WebhookInput, StringsKeepTheirMeaning) {
  EXPECT_EQ(taken(R"({"\u00e4\n":"\ud83d\ude00\u0000\/"})").parameters,
            "{\"\xC3\xA4\\n\":\"\xF0\x9F\x98\x80\\u0000/\"}");
}

TEST(WebhookInput, LongStringsAndManyKeys) {
  const std::string text = "{\"s\":\"" + std::string(1 << 20, 'x') + "\"}";
  EXPECT_TRUE(taken(text).parameters == text);
  std::string keys = "{\"k\":0";
  for (int i = 0; i < 20'000; ++i) keys += ",\"k" + std::to_string(i) + "\":0";
  keys += '}';
  EXPECT_TRUE(taken(keys).parameters == keys);
}

TEST(WebhookInput, SameKeyInDifferentObjects) {
  const std::string body = R"({"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}})";
  EXPECT_EQ(taken(body).parameters, body);
}

TEST(WebhookInput, ParametersReadBackAsThemselves) {
  const WebhookInput first = taken(R"({"z":[1.0,"\u0041",{"b":null}],"y":"\"","limit":4})");
  const WebhookInput second = taken(first.parameters);
  EXPECT_EQ(second.parameters, first.parameters);
}

TEST(ContentType, SaysJson) {
  for (const char* good :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        " application/json ;x", "application/problem+json", "application/vnd.a+JSON"}) {
    EXPECT_TRUE(is_json_content_type(good)) << good;
  }
  for (const char* bad : {"", "text/plain", "text/json", "application/jsonp", "application/x-json",
                          "json", "application/", "application/json/x", "application/xml",
                          "text/plain; application/json", "application/x-www-form-urlencoded"}) {
    EXPECT_FALSE(is_json_content_type(bad)) << bad;
  }
}

}  // namespace
}  // namespace dataaction
