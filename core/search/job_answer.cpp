#include "core/search/job_answer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

constexpr size_t kMaxJobId = 128;
constexpr std::array<std::string_view, 6> kStateNames = {"QUEUED",    "PENDING",   "FAILED",
                                                         "CANCELLED", "FULFILLED", "EXPIRED"};

constexpr bool is_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

struct Text {
  std::string_view name;
  std::optional<std::string> value = std::nullopt;  // if it is there and a string
};

// Reads an object and takes the strings that are asked for; of two members of a name the first.
std::optional<JsonError> read_texts(std::string_view body, std::initializer_list<Text*> wanted) {
  JsonScanner scanner(body);
  scanner.open('{');
  for (bool first = true; scanner.more(first); first = false) {
    JsonScanner::String name;
    JsonScanner::String text;
    if (!scanner.key(name)) break;
    const auto* const found = std::ranges::find_if(
        wanted, [&](const Text* one) { return !one->value && name.is(one->name); });
    if (found == wanted.end() || scanner.peek() != '"') {
      if (!scanner.value()) break;
    } else {
      if (!scanner.string(text)) break;
      (*found)->value = text.unescaped();
    }
  }
  if (scanner.end()) return std::nullopt;
  return scanner.error();
}

}  // namespace

std::string_view name_of(JobState state) {
  return kStateNames[static_cast<size_t>(state)];
}

std::expected<std::string, JsonError> read_job_id(std::string_view body) {
  Text id{"jobId"};
  if (auto error = read_texts(body, {&id})) return std::unexpected(std::move(*error));
  if (!id.value) return std::unexpected(JsonError{0, "no \"jobId\""});
  if (id.value->empty() || id.value->size() > kMaxJobId ||
      !std::ranges::all_of(*id.value, is_id_char)) {
    return std::unexpected(JsonError{0, "\"jobId\" is not an id"});
  }
  return std::move(*id.value);
}

std::expected<JobStatus, JsonError> read_job_status(std::string_view body) {
  Text state{"state"};
  Text message{"errorMessage"};
  if (auto error = read_texts(body, {&state, &message})) return std::unexpected(std::move(*error));
  if (!state.value) return std::unexpected(JsonError{0, "no \"state\""});
  const auto* const found = std::ranges::find(kStateNames, *state.value);
  if (found == kStateNames.end()) return std::unexpected(JsonError{0, "\"state\" is not known"});
  return JobStatus{static_cast<JobState>(found - kStateNames.begin()),
                   message.value.value_or(std::string())};
}

}  // namespace dataaction
