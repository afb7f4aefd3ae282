// What an action's caller gets: a JSON object, made of the upstream's answer as the `output`
// directives say, its members in their order.
//
// The name of an output says where it goes: `a` is a member, `a.b` a member of the object `a`,
// `a[]` an array with one element for each value that its path finds, `a[].b` a member of each of
// these, whose path `@...` begins at that value. Objects and arrays may be in each other. Without
// members `a[]` has the values themselves. core/action/output_value.h is about values.
//
// A value that is missing and has no default is left out, and so is an object of which nothing is
// left, unless it is an element. Values are written as the upstream wrote them, without white
// space.
//
// First add() and bind(), which take all that can be wrong in a configuration; then it is
// immutable, and write() re-entrant.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/action/action_facts.h"
#include "core/action/output_value.h"
#include "core/json/json_type.h"

namespace dataaction {

struct OutputProblem {
  size_t index;  // of the add()
  std::string message;
};

class OutputMap {
 public:
  static constexpr size_t kMaxOutputs = 1024;
  static constexpr size_t kMaxLevels = 16;

  // The type that the output schema gives a member ("a", "a.b", "a[].b"), if it gives exactly one:
  // as a hint, or for certain.
  using TypeOf = std::function<std::optional<JsonType>(std::string_view member)>;

  std::expected<void, std::string> add(std::string_view name, std::string_view value,
                                       std::optional<std::string_view> fallback);
  // Defaults and constants get their types; the first that does not fit is the problem, or an
  // `a[].b` without its `a[]`.
  std::expected<void, OutputProblem> bind(const TypeOf& type_of, const TypeOf& certain_type_of);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // For each output an object that has nothing else: its constant or default where it has one, or
  // null. For what a schema says of names and of those.
  struct Sample {
    std::string object;
    std::string name;   // of the output, as in a directive
    std::string place;  // of the value, as in an ErrorDetail; an element is the first
    bool literal;       // it is the output's own, and not null
    size_t index;       // of the add()
  };
  std::vector<Sample> samples() const;

  // Whether anything may make this member of the object.
  bool makes(std::string_view top_level_member) const;
  // Whether it is written whatever the answer.
  bool always(std::string_view top_level_member) const;

  // The object, or why it cannot be made: the answer is too large for what the paths ask of it.
  std::expected<std::string, std::string> write(const ActionFacts& facts) const;

 private:
  struct Member {
    enum class Kind : uint8_t { kObject, kArray, kValue };

    std::string name;       // in the object that it is in
    std::string full_name;  // as in a directive
    std::string key;        // as JSON, with its colon
    Kind kind = Kind::kValue;
    size_t index = 0;                       // of the add() that made it
    std::optional<OutputValue> value = {};  // of an array, what its elements are made of
    std::vector<Member> members = {};
  };
  struct Part;
  class Writer;

  static std::expected<std::vector<Part>, std::string> read_name(std::string_view name);
  static std::expected<void, std::string> check_value(const OutputValue& value, bool is_array,
                                                      bool in_array);
  static std::expected<void, OutputProblem> bind(std::vector<Member>& members,
                                                 const TypeOf& type_of,
                                                 const TypeOf& certain_type_of);
  static bool always(const Member& member);
  static void add_samples(const std::vector<Member>& members, const Sample& around,
                          std::vector<Sample>& out);

  std::vector<Member> members_;
  size_t size_ = 0;
};

}  // namespace dataaction
