#include "core/contract/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/json/json_reader.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kContract = R"({
  "name": "Fetch Post",
  "integrationType": "custom-rest-actions",
  "actionType": "custom",
  "category": "Posts",
  "config": {
    "timeoutSeconds": 20,
    "request": {
      "requestUrlTemplate": "https://api.example/posts/${input.user_id}",
      "requestType": "POST",
      "headers": {"Content-Type": "application/json"},
      "requestTemplate": "${input.rawRequest}"
    },
    "response": {"successTemplate": "${rawResult}"}
  },
  "contract": {
    "input": {
      "inputSchema": {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Input",
        "type": "object",
        "required": ["user_id"],
        "properties": {"user_id": {"type": "integer"}},
        "additionalProperties": true
      }
    },
    "output": {
      "successSchema": {"properties": {"title": {"type": "string"}}}
    }
  }
}
)";

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kContract);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

ContractError error_of(const std::string& text) {
  const auto contract = Contract::parse(text);
  if (contract) {
    ADD_FAILURE() << text;
    return {};
  }
  return contract.error();
}

TEST(Contract, AsThePlatformExportsIt) {
  const auto contract = Contract::parse(kContract);
  ASSERT_TRUE(contract) << contract.error().pointer << contract.error().message;
  EXPECT_EQ(contract->name(), "Fetch Post");
  EXPECT_EQ(contract->category(), "Posts");
  EXPECT_EQ(contract->timeout_seconds(), 20u);
  EXPECT_EQ(contract->request_url(), "https://api.example/posts/${input.user_id}");
  EXPECT_EQ(contract->request_type(), "POST");
  EXPECT_EQ(contract->input().required(), std::vector<std::string>{"user_id"});
  EXPECT_EQ(contract->output().type_of("title"), JsonType::kString);
  EXPECT_EQ(contract->input().check(R"({"user_id":"7"})").size(), 1u);
}

TEST(Contract, KeepsTheTextForThePlatform) {
  const auto contract = Contract::parse(kContract);
  ASSERT_TRUE(contract);
  EXPECT_TRUE(contract->config_text().starts_with("{\n    \"timeoutSeconds\": 20"));
  EXPECT_TRUE(contract->config_text().ends_with("}\n  }"));
  EXPECT_TRUE(contract->contract_text().starts_with("{\n    \"input\""));
  EXPECT_FALSE(JsonChecker().check(contract->contract_text()));
  EXPECT_FALSE(JsonChecker().check(contract->config_text()));
}

TEST(Contract, ConfigMayBeMissing) {
  const auto contract = Contract::parse(
      R"({"name":"a","category":"b","contract":{"input":{"inputSchema":{}},"output":{"successSchema":{"type":["object","null"]}}}})");
  ASSERT_TRUE(contract);
  EXPECT_EQ(contract->timeout_seconds(), 0u);
  EXPECT_EQ(contract->request_url(), "");
  EXPECT_EQ(contract->config_text(), "");
}

// What is for somebody else to say.
TEST(Contract, ATimeoutMayBeTooLong) {
  EXPECT_EQ(Contract::parse(replaced(": 20,", ": 3600,"))->timeout_seconds(), 3600u);
}

struct Damage {
  const char* from;
  const char* to;
  const char* pointer;
  unsigned line;
  const char* what;
};

constexpr Damage kDamages[] = {
    {"\"name\"", "\"nome\"", "", 1, "\"name\" is missing"},
    {"\"Fetch Post\"", "7", "/name", 2, "\"name\" must be a string"},
    {"\"Fetch Post\"", "\"\"", "/name", 2, "\"name\" is empty"},
    {"\"category\"", "\"x\"", "", 1, "\"category\" is missing"},
    {"\"Posts\"", "null", "/category", 5, "must be a string"},
    {"20,", "\"20\",", "/config/timeoutSeconds", 7, "must be a whole number"},
    {"20,", "0,", "/config/timeoutSeconds", 7, "must be a whole number"},
    {"20,", "-1,", "/config/timeoutSeconds", 7, "must be a whole number"},
    {"20,", "2.5,", "/config/timeoutSeconds", 7, "must be a whole number"},
    {"20,", "99999999999,", "/config/timeoutSeconds", 7, "must be a whole number"},
    {"\"POST\"", "1", "/config/request/requestType", 10, "must be a string"},
    {"\"https://api.example/posts/${input.user_id}\"", "{}", "/config/request/requestUrlTemplate",
     9, "must be a string"},
    {"\"contract\"", "\"contrakt\"", "", 1, "\"contract\" is missing"},
    {"\"input\"", "\"inputs\"", "/contract", 16, "\"input\" is missing"},
    {"\"inputSchema\"", "\"schema\"", "/contract/input", 17, "\"inputSchema\" is missing"},
    {"\"output\"", "\"x\"", "/contract", 16, "\"output\" is missing"},
    {"\"successSchema\"", "\"x\"", "/contract/output", 27, "\"successSchema\" is missing"},
    {"{\"properties\": {\"title\": {\"type\": \"string\"}}}", "\"{}\"",
     "/contract/output/successSchema", 28, "must be an object"},
    {"draft-04", "draft-05", "/contract/input/inputSchema/$schema", 19, "neither"},
    {"[\"user_id\"]", "\"user_id\"", "/contract/input/inputSchema/required", 22,
     "must be an array"},
    {"\"integer\"", "\"int\"", "/contract/input/inputSchema/properties/user_id/type", 23,
     "no type"},
    {"\"type\": \"object\"", "\"type\": \"array\"", "/contract/input/inputSchema", 18,
     "must be of objects"},
    {"{\"properties\": {\"title\"", "{\"type\": [\"string\"], \"properties\": {\"title\"",
     "/contract/output/successSchema", 28, "must be of objects"},
    {"\"actionType\"", "\"name\"", "", 1, "the key \"name\" appears twice"},
    {"\"title\": \"Input\"", "\"type\": 1", "/contract/input/inputSchema", 18, "appears twice"},
    {"\"Posts\",", "\"Posts\"", "", 6, "malformed JSON"},
    {"\"Posts\"", "\"\\uDC00\"", "", 5, "surrogate"},
};

TEST(Contract, ErrorsHavePlaceAndLine) {
  for (const Damage& damage : kDamages) {
    const ContractError error = error_of(replaced(damage.from, damage.to));
    EXPECT_EQ(error.pointer, damage.pointer) << damage.from << damage.to;
    EXPECT_EQ(error.line, damage.line) << damage.from << damage.to;
    EXPECT_THAT(error.message, HasSubstr(damage.what)) << damage.from << damage.to;
  }
}

TEST(Contract, NotAnObject) {
  EXPECT_EQ(error_of("[]").message, "the contract must be an object");
  EXPECT_EQ(error_of("\n\n7").line, 3u);
  EXPECT_THAT(error_of("").message, HasSubstr("malformed JSON"));
  EXPECT_THAT(error_of(std::string(Contract::kMaxText + 1, ' ')).message, HasSubstr("1048576"));
  EXPECT_THAT(error_of(std::string(100'000, '[')).message, HasSubstr("more than 67 levels"));
}

// No damage does harm; what still parses has all that a contract has.
void expect_sound(const std::string& text) {
  const auto contract = Contract::parse(text);
  if (!contract) {
    EXPECT_FALSE(contract.error().message.empty());
    EXPECT_LE(contract.error().line, 34u);
    EXPECT_LT(contract.error().message.size(), 1024u);
  } else {
    EXPECT_FALSE(contract->name().empty());
    contract->input().check(R"({"user_id":1})");
    contract->output().check("{}");
  }
}

TEST(Contract, EveryTruncation) {
  const std::string text(kContract.substr(0, kContract.size() - 1));
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Contract::parse(text.substr(0, size))) << size;
  }
}

TEST(Contract, EveryByteFlipped) {
  std::string text(kContract);
  for (char& byte : text) {
    for (const int mask : {0x01, 0x02, 0x20, 0x80, 0xFF}) {
      byte = static_cast<char>(byte ^ mask);
      expect_sound(text);
      byte = static_cast<char>(byte ^ mask);
    }
  }
}

}  // namespace
}  // namespace dataaction
