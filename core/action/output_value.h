// Where the value of an output comes from, and what it is when there is none:
//
//     $.a.b  $.a[*]  @.a      a JSONPath (core/action/json_path.h) into the upstream's body; one
//                             that can find several gives an array of what it finds
//     $status                 what the webhook answers with
//     $upstream_status        what the upstream answered with
//     $upstream_http_NAME     a header of its answer, in nginx's spelling
//     $error_code $error_message   missing where all went well
//     anything else           a constant
//
// A default, a constant and a header are texts: they are read as the output schema types the
// member, a string as the text itself, anything else as JSON. Without a type a header is a string,
// and the others are JSON if they are JSON, else strings. A header that cannot be read so is
// missing.
//
// Immutable once it is bound; append() is re-entrant.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/action/action_facts.h"
#include "core/action/json_path.h"
#include "core/json/json_tree.h"
#include "core/json/json_type.h"

namespace dataaction {

// What one answer's outputs share while they are written.
struct OutputRun {
  // Of all outputs together; a path may find the same value many times.
  static constexpr size_t kMaxSize = JsonTree::kMaxSize;

  const ActionFacts& facts;
  size_t visits = JsonPath::kMaxVisits;  // how much they may still look at
  bool exhausted = false;                // a bound was not enough, and what is written is not all

  bool stop_if_too_long(const std::string& out) { return exhausted |= out.size() > kMaxSize; }
};

class OutputValue {
 public:
  static std::expected<OutputValue, std::string> parse(std::string_view value,
                                                       std::optional<std::string_view> fallback);

  // The schema's type of the member. An error: what this is does not fit.
  std::expected<void, std::string> bind(std::optional<JsonType> type);

  // nullptr: it is no path.
  const JsonPath* path() const { return kind_ == Kind::kPath ? &path_ : nullptr; }
  // There is something to write, whatever the answer.
  bool always() const { return kind_ == Kind::kConstant || kind_ == Kind::kStatus || fallback_; }
  // The constant or default, as JSON; nothing: it has none.
  std::optional<std::string_view> literal() const {
    if (kind_ == Kind::kConstant) return constant_;
    return fallback_;
  }

  // What the path finds from `element` on; nothing, if there is no document.
  std::optional<std::vector<JsonTree::Node>> find(OutputRun& run, JsonTree::Node element) const;
  // The default, if there is one.
  bool append_fallback(std::string& out) const;
  // Appends the value, or the default. False: there is neither, or the run is exhausted.
  bool append(std::string& out, OutputRun& run, JsonTree::Node element) const;

 private:
  enum class Kind : uint8_t {
    kPath,
    kConstant,
    kStatus,
    kUpstreamStatus,
    kUpstreamHeader,
    kErrorCode,
    kErrorMessage,
  };

  std::expected<void, std::string> parse_word(std::string_view word);
  std::expected<void, std::string> check_type(JsonType type) const;
  bool append_found(std::string& out, OutputRun& run, JsonTree::Node element) const;
  bool append_present(std::string& out, OutputRun& run, JsonTree::Node element) const;

  Kind kind_ = Kind::kConstant;
  std::string text_;  // as it was written; of a header its name
  JsonPath path_;
  std::optional<JsonType> type_;
  std::string constant_;                      // as JSON
  std::optional<std::string> fallback_text_;  // as it was written
  std::optional<std::string> fallback_;       // as JSON
};

}  // namespace dataaction
