// The contract of a Data Action: a file in the shape that the platform exports and imports.
//
//     {"name": "...", "category": "...",
//      "contract": {"input": {"inputSchema": {...}}, "output": {"successSchema": {...}}},
//      "config": {"timeoutSeconds": 20,
//                 "request": {"requestUrlTemplate": "...", "requestType": "POST", ...}, ...}}
//
// `config` and what is in it may be missing; other members (`integrationType`, `actionType`) pass.
// Both schemas describe objects, as the platform wants them. What the platform would not take
// although it can be read (a timeout of more than a minute) is not looked for here.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "core/contract/json_schema.h"

namespace dataaction {

// `line` begins at 1; `pointer` (RFC 6901) is the value that is wrong, or the object that lacks
// something; empty for the whole file, and where it is no JSON.
struct ContractError {
  std::string message;
  std::string pointer;
  unsigned line = 1;
};

// Owns all that it gives. Nothing changes it.
class Contract {
 public:
  static constexpr size_t kMaxText = size_t{1024} * 1024;

  static std::expected<Contract, ContractError> parse(std::string_view text);

  const std::string& name() const { return name_; }
  const std::string& category() const { return category_; }
  const JsonSchema& input() const { return input_; }
  const JsonSchema& output() const { return output_; }

  // 0: not said.
  unsigned timeout_seconds() const { return timeout_seconds_; }
  // Of the platform's request to its web service; empty: not said.
  const std::string& request_url() const { return request_url_; }
  const std::string& request_type() const { return request_type_; }

  // The values of `contract` and `config` as they are written in the file, for who publishes them;
  // `config` may be empty.
  const std::string& contract_text() const { return contract_text_; }
  const std::string& config_text() const { return config_text_; }

 private:
  friend class ContractReader;
  Contract(JsonSchema input, JsonSchema output)
      : input_(std::move(input)), output_(std::move(output)) {}

  std::string name_;
  std::string category_;
  JsonSchema input_;
  JsonSchema output_;
  unsigned timeout_seconds_ = 0;
  std::string request_url_;
  std::string request_type_;
  std::string contract_text_;
  std::string config_text_;
};

}  // namespace dataaction
