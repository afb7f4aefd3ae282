// A contract, and an input that comes after it and a NUL. What is refused has a message, and lines
// that exist; a contract that is taken says the same twice; a check names at most so many fields;
// an input read from a query string is JSON.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/contract/contract.h"
#include "core/contract/query_input.h"
#include "core/json/json_reader.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

void check_schema(const JsonSchema& schema, std::string_view input) {
  const auto details = schema.check(input);
  require(details.size() <= JsonSchema::kMaxDetails);
  for (const ErrorDetail& detail : details) {
    require(!detail.code.empty() && detail.field.size() < 512);
  }
  require(details == schema.check(input));
  for (const std::string& name : schema.required()) {
    schema.type_of(name);
    schema.knows(name);
  }
  schema.type_of(input);
  schema.knows(input);
  if (const auto query = read_query_input(input, schema)) {
    require(!JsonChecker().check(*query));
    schema.check(*query);
  } else {
    require(query.error().status == 400 || query.error().status == 422);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view text = all.substr(0, all.find('\0'));
  const std::string_view input = all.substr(std::min(size, text.size() + 1));

  const auto contract = Contract::parse(text);
  if (contract) {
    check_schema(contract->input(), input);
    check_schema(contract->output(), input);
    require(!JsonChecker().check(contract->contract_text()));
  } else {
    require(!contract.error().message.empty() && contract.error().line >= 1);
  }
  // A schema alone is found sooner than one in a contract.
  if (const auto schema = JsonSchema::compile(text)) {
    check_schema(*schema, input);
  } else {
    require(!schema.error().message.empty());
  }
  return 0;
}
