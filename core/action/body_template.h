// The body of an action's request: a text with holes (core/action/placeholder.h), of one of three
// types.
//
// json: JSON once the holes are filled. A hole in a string (`"text": "${query}"`) takes a string
// with JSON's escapes, of anything else its compact JSON, escaped; null and a missing member are
// nothing. A hole where a value stands (`"id": ${id}`) takes the value as the input has it, and
// null for a missing member. `${*}` is the whole input, so the template `${*}` passes it on. The
// name of a member has no holes, for a value could then take the place of another. Whatever the
// input is, the result is JSON of the same shape.
//
// form: application/x-www-form-urlencoded, as `a=${x}&b=c`: names and values are percent-encoded,
// a space is %20.
//
// text: as it is, in UTF-8. Nothing is escaped, so this is for bodies that mean nothing to their
// reader.
//
// Objects, arrays and a NUL are refused in a form and a text. Immutable; render() is re-entrant.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/action/placeholder.h"
#include "core/json/json_tree.h"

namespace dataaction {

enum class BodyType : uint8_t { kJson, kForm, kText };

class BodyTemplate {
 public:
  // Of a template.
  static constexpr size_t kMaxTemplate = 64 << 10;
  // Of a body, which may have the same field many times.
  static constexpr size_t kMaxSize = 16 << 20;

  // Where it is not JSON, the message says at which byte of the template.
  static std::expected<BodyTemplate, std::string> parse(std::string_view text, BodyType type);

  // For the Content-Type header.
  std::string_view content_type() const;
  // Those of the input that it takes, each once; "*" for the whole.
  const std::vector<std::string>& fields() const { return fields_; }

  // The error names the field that cannot stand where it should.
  std::expected<std::string, Misfit> render(const JsonTree& input) const;

 private:
  enum class Place : uint8_t { kJsonValue, kJsonString, kForm, kText };

  // A literal text, and the place of the hole behind it.
  struct Piece {
    TemplatePiece literal;
    Place place;
  };

  std::expected<void, std::string> find_places(std::vector<TemplatePiece> pieces);
  std::expected<void, std::string> find_json_places(std::vector<TemplatePiece> pieces);
  static std::expected<void, Misfit> append(std::string& out, const Piece& piece,
                                            const JsonTree& input);

  BodyType type_ = BodyType::kJson;
  std::vector<Piece> pieces_;
  std::vector<std::string> fields_;
};

}  // namespace dataaction
