// The holes of a template: `${user_id}` is the member `user_id` of an action's input, `${a.b}` the
// member `b` of the object `a`, `${*}` the whole input. `$${` is the text `${`; any other `$` is
// itself. What a hole is filled with is never looked at again.
//
// A name is made of letters, digits, `_`, `-` and what is not ASCII: what JSON could have besides
// (a dot, a quote, a space) cannot be named.

#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json_tree.h"

namespace dataaction {

class Placeholder {
 public:
  // `name`: what stands between the braces.
  static std::expected<Placeholder, std::string> parse(std::string_view name);

  const std::string& name() const { return name_; }
  bool is_whole_input() const { return parts_.empty(); }
  // Nothing: the input has no such member.
  std::optional<JsonTree::Node> find(const JsonTree& input) const;

 private:
  std::string name_;
  std::vector<std::string> parts_;
};

// A literal text, and the hole behind it; the last piece of a template has none.
struct TemplatePiece {
  std::string text;
  size_t at = 0;  // where the text stands in the template
  std::optional<Placeholder> hole = {};
};

// At least one piece. The message has no position of its own.
std::expected<std::vector<TemplatePiece>, std::string> parse_template(std::string_view text);

// Appends `piece`'s field to `fields`, unless it is there.
void add_field(std::vector<std::string>& fields, const TemplatePiece& piece);

// What is wrong with the value of a field, in the words of JSON Schema where those fit.
inline constexpr std::string_view kWrongType = "type";       // an object or array
inline constexpr std::string_view kWrongText = "pattern";    // characters that may not stand there
inline constexpr std::string_view kWrongSize = "maxLength";  // the whole is too long
inline constexpr std::string_view kMissing = "required";     // nothing, where something must be

// A value that cannot stand where it should.
struct Misfit {
  std::string_view rule;  // one of those above
  std::string field;
  std::string why;  // for a message, without the value: `it has a line feed`
};

Misfit wrong_field(std::string_view rule, const Placeholder& hole, std::string_view why);
// Of a template whose result has more than `most` bytes: the field with the longest value.
Misfit longest_field(const std::vector<std::string>& fields, const JsonTree& input, size_t most);

// What a hole is filled with where a text stands: a string is what it says, a number or boolean is
// as it is written, null and a missing member are nothing. Objects, arrays and a NUL are refused.
std::expected<std::string, Misfit> text_of(const Placeholder& hole, const JsonTree& input);

}  // namespace dataaction
