// A JSON text as a tree, for what is looked at in no particular order: schemas, and what is checked
// against them. (RapidJSON's own document does not compile with every clang, and forgets how a
// number was written.)
//
// Reading does not recurse; the depth is bounded, so whoever walks the tree may. Strings are those
// of the text, where they have no escapes in them; all other memory is the document's, which frees
// it at once. Values are valid for as long as both live, and where they are is who they are: they
// are referred to, not copied.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

class JsonValue {
 public:
  enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  // Holds every int64_t, uint64_t and double.
  using Number = long double;

  JsonValue() = default;
  explicit JsonValue(Kind kind) : kind_(kind) {}
  // A string that is nobody's member; `text` outlives it.
  explicit JsonValue(std::string_view text)
      : kind_(Kind::kString), size_(static_cast<uint32_t>(text.size())), text_(text.data()) {}
  // `text` as JSON writes numbers, within the range of doubles. It outlives an is_large() one.
  static JsonValue number_of(std::string_view text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_false() const { return kind_ == Kind::kFalse; }
  bool is_true() const { return kind_ == Kind::kTrue; }
  bool is_bool() const { return is_false() || is_true(); }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }

  // Of a member of an object.
  std::string_view name() const { return {name_, name_size_}; }
  // Of a string, and the digits of a number that is_large().
  std::string_view text() const { return {text_, size_}; }
  // Of a number: exact up to 64 bits, the nearest double beyond.
  Number number() const;
  double real() const { return static_cast<double>(number()); }
  // Whether it was written without fraction and exponent.
  bool is_written_whole() const { return form_ != Form::kFraction; }
  // Whether it was written so, and is beyond 64 bits.
  bool is_large() const { return is_number() && form_ == Form::kLarge; }
  // Elements of an array, values of an object's members.
  std::span<const JsonValue> children() const { return {children_, size_}; }
  size_t size() const { return size_; }

 private:
  friend class JsonTreeBuilder;
  enum class Form : uint8_t { kSigned, kUnsigned, kLarge, kFraction };

  Kind kind_ = Kind::kNull;
  Form form_ = Form::kSigned;
  uint32_t size_ = 0;
  uint32_t name_size_ = 0;
  const char* name_ = nullptr;
  union {
    const char* text_;
    const JsonValue* children_ = nullptr;
    int64_t signed_;
    uint64_t unsigned_;
    double real_;
  };
};

class JsonDocument {
 public:
  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // The whole of `text`, which outlives the document, is one JSON value of at most `max_depth`
  // levels, with no number beyond what a double can hold. Once, before all else.
  std::optional<JsonError> read(std::string_view text, size_t max_depth);

  const JsonValue& root() const { return root_; }

 private:
  std::array<std::byte, 4096> first_;  // enough for most inputs of webhooks
  std::pmr::monotonic_buffer_resource memory_{first_.data(), first_.size()};
  JsonValue root_;
};

// The value of the member `name` of an object; nullptr if it has none.
const JsonValue* find_member(const JsonValue& object, std::string_view name);

// An object that has one name twice, and that name: with either value it means something else.
// nullptr if there is none.
const JsonValue* find_repeated_name(const JsonValue& root, std::string& name);

}  // namespace dataaction
