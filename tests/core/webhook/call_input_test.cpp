// What the body of a call becomes: as any webhook's, but that no member is about the delivery.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/core/webhook/webhook_bodies.h"

namespace dataaction {
namespace {

std::expected<WebhookInput, ErrorReply> read_call(std::string_view body,
                                                  InputShape shape = InputShape::kAuto) {
  const auto memory = std::make_unique<char[]>(body.size());
  body.copy(memory.get(), body.size());
  return read_call_input({memory.get(), body.size()}, shape);
}

// The parameters of a body that must be good, after a look at all that a call does not have.
std::string parameters_of(std::string_view body, InputShape shape = InputShape::kAuto) {
  const auto input = read_call(body, shape);
  if (!input) return input.error().message;
  EXPECT_EQ(input->batch_size, std::nullopt);
  EXPECT_EQ(input->limit, std::nullopt);
  EXPECT_EQ(input->cursor, "");
  return input->parameters;
}

TEST(CallInput, KeepsWhatIsReservedElsewhere) {
  const std::string body = R"({"a":1,"limit":5,"cursor":"AQE-_","batch_size":10,"b":2})";
  EXPECT_EQ(parameters_of(body), body);
}

TEST(CallInput, DoesNotMindWhatItIs) {
  for (const std::string body :
       {R"({"limit":-1})", R"({"limit":"all"})", R"({"limit":99999999999999999999999999})",
        R"({"batch_size":0})", R"({"batch_size":1000000})", R"({"batch_size":[1]})",
        R"({"cursor":7})", R"({"cursor":"a\"b"})", R"({"cursor":{"limit":null}})"}) {
    EXPECT_EQ(parameters_of(body), body);
  }
}

TEST(CallInput, InAnEnvelopeToo) {
  const std::string envelope =
      R"({"action_id":"a","session_id":"s","parameters":{"limit":5,"cursor":[],"batch_size":0}})";
  EXPECT_EQ(parameters_of(envelope), R"({"limit":5,"cursor":[],"batch_size":0})");
  EXPECT_EQ(parameters_of(envelope, InputShape::kEnvelope),
            R"({"limit":5,"cursor":[],"batch_size":0})");
  EXPECT_EQ(parameters_of(envelope, InputShape::kFlat), envelope);
}

TEST(CallInput, IsCompact) {
  EXPECT_EQ(parameters_of(" { \"l\\u0069mit\" : [ 1.50 , \"\\u0041\" ] } "),
            R"({"limit":[1.50,"A"]})");
  EXPECT_EQ(parameters_of("{}"), "{}");
}

// The same refusals, word by word.
TEST(CallInput, IsRefusedAsAnyWebhooks) {
  for (const std::string& body :
       {std::string(), std::string(" \n"), std::string("[]"), std::string("7"), std::string("{"),
        std::string(R"({"limit":1,"limit":2})"), std::string(R"({"a":"\ud800"})"),
        std::string("{\"a\":\"\xFF\"}"), std::string(R"({"a":1}x)"),
        nested_body(kMaxInputDepth + 1)}) {
    const auto call = read_call(body);
    const auto stream = read_body(body);
    ASSERT_FALSE(call) << body;
    ASSERT_FALSE(stream) << body;
    EXPECT_EQ(call.error(), stream.error()) << body;
  }
  EXPECT_EQ(read_call(R"({"limit":1})", InputShape::kEnvelope).error().status, 422);
}

}  // namespace
}  // namespace dataaction
