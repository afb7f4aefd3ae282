// Bodies that a webhook refuses: 400 with the byte offset for what is not JSON or not fit to be
// read, 422 naming the field for what is not as agreed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/webhook/webhook_bodies.h"

namespace dataaction {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ErrorReply refused(std::string_view body, InputShape shape = InputShape::kAuto) {
  auto input = read_body(body, shape);
  if (input) {
    ADD_FAILURE() << "taken: " << body.substr(0, 80);
    return {};
  }
  return std::move(input.error());
}

void expect_malformed(std::string_view body) {
  const ErrorReply reply = refused(body);
  EXPECT_EQ(reply.status, 400) << body.substr(0, 80);
  EXPECT_EQ(reply.code, "dataaction.request.malformed");
  EXPECT_THAT(reply.message, StartsWith("malformed JSON at byte "));
  EXPECT_TRUE(reply.details.empty());
}

std::string malformed_at(std::string_view body) {
  const std::string start = "malformed JSON at byte ";
  const std::string message = refused(body).message;
  return message.starts_with(start) ? message.substr(start.size()) : "not malformed: " + message;
}

void expect_invalid(std::string_view field, std::string_view body,
                    InputShape shape = InputShape::kAuto) {
  const ErrorReply reply = refused(body, shape);
  EXPECT_EQ(reply.status, 422) << body;
  EXPECT_EQ(reply.code, "dataaction.request.invalid") << body;
  if (field.empty()) {
    EXPECT_TRUE(reply.details.empty()) << body;
  } else {
    ASSERT_EQ(reply.details.size(), 1u) << body;
    EXPECT_EQ(reply.details[0].field, field) << body;
    EXPECT_EQ(reply.details[0].code, "dataaction.request.invalid") << body;
    EXPECT_THAT(reply.message, StartsWith(std::string(field) + ' '));
  }
}

TEST(WebhookRefusal, EmptyBody) {
  for (const char* body : {"", " ", "\r\n\t "}) {
    EXPECT_EQ(refused(body).status, 400);
    EXPECT_EQ(refused(body).message, "the body is empty; a JSON object is expected");
  }
}

TEST(WebhookRefusal, NotJson) {
  for (const std::string_view body : {"{",
                                      "}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{\"a\":[1,]}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{\"a\":NaN}",
                                      "{\"a\":Infinity}",
                                      "{\"a\":-Infinity}",
                                      "{\"a\":01}",
                                      "{\"a\":+1}",
                                      "{\"a\":.5}",
                                      "{\"a\":1.}",
                                      "{\"a\":tru}",
                                      "{\"a\":1}x",
                                      "{\"a\":1}{}",
                                      "{\"a\":1} // c",
                                      "/* c */{}",
                                      "{\"a\" 1}",
                                      "{\"a\":\"\n\"}",
                                      "{\"a\":\"\\x\"}",
                                      "{\"a\":\"",
                                      "\xEF\xBB\xBF{}",
                                      "a=1&b=2",
                                      "<a/>",
                                      "{\"a\":1e309}"}) {
    expect_malformed(body);
  }
}

TEST(WebhookRefusal, SaysWhere) {
  EXPECT_THAT(malformed_at("{\"a\":tru}"), StartsWith("8: "));
  EXPECT_THAT(malformed_at("{\"a\":1}x"), StartsWith("7: "));
  EXPECT_THAT(malformed_at("\xEF\xBB\xBF{}"), StartsWith("0: "));
  EXPECT_THAT(malformed_at({"{}\0", 3}), StartsWith("2: "));
}

TEST(WebhookRefusal, NulBytesAnywhere) {
  const std::string good = R"({"a":["b",1]})";
  for (size_t at = 0; at <= good.size(); ++at) {
    std::string body = good;
    expect_malformed(body.insert(at, 1, '\0'));
  }
}

TEST(WebhookRefusal, InvalidUtf8) {
  for (const std::string bytes :
       {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    expect_malformed("{\"a\":\"" + bytes + "\"}");
    expect_malformed("{\"" + bytes + "\":1}");
  }
}

TEST(WebhookRefusal, LoneSurrogates) {
  for (const std::string text :
       {R"(\ud800)", R"(\udbff)", R"(\udc00)", R"(\udfff)", R"(\ude00\ud83d)", R"(\ud83d\ud83d)",
        R"(\ud83dx)", R"(x\udfffx)"}) {
    expect_malformed("{\"a\":\"" + text + "\"}");
    expect_malformed("{\"" + text + "\":1}");
    expect_malformed("{\"a\":[{\"b\":\"" + text + "\"}]}");
  }
}

TEST(WebhookRefusal, MoreThanFiftyLevels) {
  EXPECT_THAT(malformed_at(nested_body(kMaxInputDepth + 1)), HasSubstr("more than 50 levels"));
  EXPECT_THAT(malformed_at(std::string(10 << 20, '[')), HasSubstr("more than 50 levels"));
  EXPECT_THAT(malformed_at("{\"a\":" + std::string(10 << 20, '[')),
              HasSubstr("more than 50 levels"));
}

TEST(WebhookRefusal, KeysTwice) {
  for (const std::string_view body :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":3})", R"({"a":1,"\u0061":1})", R"({"":1,"":2})",
        R"({"x":{"a":1,"a":2}})", R"({"x":[[{"y":{"a":1,"b":2,"a":3}}]]})",
        R"({"limit":1,"limit":1})",
        R"({"action_id":"a","session_id":"s","parameters":{},"parameters":{}})",
        R"({"\ud83d\ude00":1,"😀":2})"}) {
    expect_malformed(body);
    EXPECT_THAT(malformed_at(body), HasSubstr("appears twice"));
  }
  EXPECT_THAT(malformed_at(R"({"a\n":1,"a\n":1})"), HasSubstr(R"(the key "a\n" appears twice)"));
}

TEST(WebhookRefusal, CutAnywhere) {
  const std::string body =
      R"({"action_id":"a","session_id":"s","parameters":{"c":[1.5e3,true,null,"\u00e4"],"limit":3}})";
  ASSERT_TRUE(read_body(body));
  for (size_t size = 1; size < body.size(); ++size) {
    EXPECT_EQ(refused(body.substr(0, size)).status, 400) << size;
  }
}

TEST(WebhookRefusal, AnyByteChangedIsSurvived) {
  std::string body =
      R"({"action_id":"a","session_id":"s","parameters":{"c":[1.5,"\u00e4"],"limit":3}})";
  for (char& byte : body) {
    const char good = byte;
    for (int value = 0; value < 256; ++value) {
      byte = static_cast<char>(value);
      const auto input = read_body(body);
      if (input) {
        ASSERT_TRUE(read_body(input->parameters)) << body;
      } else {
        ASSERT_TRUE(input.error().status == 400 || input.error().status == 422) << body;
      }
    }
    byte = good;
  }
}

TEST(WebhookRefusal, NotAnObject) {
  for (const char* body : {"[]", "null", "1", "true", "\"a\"", "[{\"a\":1}]"})
    expect_invalid("", body);
}

TEST(WebhookRefusal, WrongBatchSize) {
  for (const std::string value : {"0", "10001", "-1", "1.0", "1e2", "\"10\"", "null", "true", "[]",
                                  "{}", "18446744073709551616"}) {
    expect_invalid("batch_size", "{\"batch_size\":" + value + '}');
  }
  EXPECT_EQ(refused(R"({"batch_size":0})").message,
            "batch_size must be a whole number from 1 to 10000");
}

TEST(WebhookRefusal, WrongLimit) {
  for (const std::string value :
       {"-1", "-0", "1.0", "1e2", "\"10\"", "null", "false", "[]", "{}", "18446744073709551616"}) {
    expect_invalid("limit", "{\"limit\":" + value + '}');
  }
}

TEST(WebhookRefusal, WrongCursor) {
  for (const std::string value :
       {"1", "true", "null", "[]", "{}", R"("a\"b")", R"("a\\b")", R"("\n")"}) {
    expect_invalid("cursor", "{\"cursor\":" + value + '}');
  }
}

TEST(WebhookRefusal, WrongInsideAnEnvelopeToo) {
  expect_invalid("limit", R"({"action_id":"a","session_id":"s","parameters":{"limit":"x"}})");
  expect_invalid("parameters", R"({"action_id":"a","session_id":"s","parameters":[]})");
  expect_invalid("parameters", R"({"action_id":"a","session_id":"s","parameters":null})");
  expect_invalid("action_id", R"({"action_id":1,"session_id":"s","parameters":{}})");
  expect_invalid("session_id", R"({"action_id":"a","session_id":null,"parameters":{}})");
  // Members of another object are never taken for parameters.
  expect_invalid("action_id", R"({"action_id":{"limit":1},"session_id":"s","parameters":{}})");
}

TEST(WebhookRefusal, EnvelopeWantedAndNotGiven) {
  for (const char* body : {"{}", R"({"c":7})", R"({"action_id":"a","session_id":"s"})",
                           R"({"action_id":"a","session_id":"s","parameters":{},"x":1})"}) {
    expect_invalid("", body, InputShape::kEnvelope);
  }
}

// A message goes to the client and, escaped, nowhere else: it is short and repeats no value.
TEST(WebhookRefusal, MessagesAreShort) {
  const std::string key(1 << 20, 'k');
  EXPECT_LT(refused("{\"" + key + "\":1,\"" + key + "\":2}").message.size(), 200u);
  EXPECT_LT(refused("{\"limit\":\"" + key + "\"}").message.size(), 200u);
  EXPECT_LT(refused("{\"a\":" + key + "}").message.size(), 200u);
}

}  // namespace
}  // namespace dataaction
