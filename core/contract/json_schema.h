// A JSON Schema, compiled once and checked often: draft-04 and draft-07, as `$schema` says; without
// it draft-04, which is what the platform exports. https://json-schema.org/draft-04 and draft-07,
// "core" and "validation".
//
// Where the drafts leave room, or doubles do:
// * An integer is written without fraction and exponent, whatever its length; in draft-07 1.0 and
//   1e2 are integers too. Nothing is converted: "1" is no integer.
// * Integers of any length are compared with one another digit by digit, and divided so. The limits
//   of a schema (`maximum` and so on) are doubles: one beyond 2^53 is rounded, and an integer
//   beyond 64 bits is rounded before it is held against one.
// * `format` is checked for date, time and date-time (format.h), `pattern` as in pattern.h.
// * `$ref` leads to places in the same document (schema_reference.h), recursion included.
// * A draft's unknown keywords mean nothing: `const`, `if`, `contains`, `propertyNames` need
//   draft-07.
//
// The work of a check is bounded (kMaxEffort and more for each byte), as is all that a schema can
// ask for: what cannot be decided within that fails.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json_type.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

struct SchemaModel;

struct SchemaError {
  std::string message;
  std::string pointer;  // RFC 6901: the value that is wrong; empty: the whole schema
};

// Moves; otherwise nothing changes it, and it may be used from several threads.
class JsonSchema {
 public:
  static constexpr size_t kMaxText = size_t{256} * 1024;
  static constexpr size_t kMaxDepth = 64;  // of the schema's own text
  static constexpr size_t kMaxDetails = 16;
  // Units of about 20 ns, see effort.h. Enough for every honest schema that was tried, with a
  // margin of ten; a hostile MiB gets a few tenths of a second.
  static constexpr uint64_t kMaxEffort = 500'000;
  static constexpr uint64_t kEffortPerByte = 8;

  static std::expected<JsonSchema, SchemaError> compile(std::string_view text);
  JsonSchema(JsonSchema&&) noexcept;
  JsonSchema& operator=(JsonSchema&&) noexcept;
  ~JsonSchema();

  // What is wrong with a JSON text, at most kMaxDetails; nothing if it is as the schema says. The
  // code of a detail is the keyword that failed; its field is where: "user.name", "items[3]", the
  // missing member for `required`, the one too many for `additionalProperties`, empty for the whole
  // value. Besides keywords there are "false" (a schema that allows nothing), "effort" (more work
  // than is allowed) and "malformed": the text is no JSON, or has more than kMaxInputDepth levels
  // (core/webhook/webhook_input.h), or an object that has a name twice.
  std::vector<ErrorDetail> check(std::string_view json) const;
  // The same as if its conditions allowed everything: for a part of a value, where what decides
  // them may be missing.
  std::vector<ErrorDetail> check_without_conditions(std::string_view json) const;
  // Whether it has any (`if`).
  bool conditional() const;

  // Of a member, as schema_members.h names them: the type to read it as, if what the schema says of
  // it, also by alternatives, is exactly one.
  std::optional<JsonType> type_of(std::string_view member) const;
  // The same, if it can have no other.
  std::optional<JsonType> certain_type_of(std::string_view member) const;
  // Whether a member is declared, or could be there since the schema declares none at all.
  bool knows(std::string_view member) const;
  // The members that the root requires by itself.
  std::vector<std::string> required() const;

 private:
  explicit JsonSchema(std::unique_ptr<SchemaModel> model);

  std::unique_ptr<SchemaModel> model_;
};

}  // namespace dataaction
