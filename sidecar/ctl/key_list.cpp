#include "sidecar/ctl/key_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/webhook/api_key.h"

namespace dataaction {
namespace {

constexpr size_t kShownDigits = 8;
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kMade = ": made ";

using Keys = std::vector<ApiKey>;

std::unexpected<KeyListError> failure(const KeyFileError& error, bool damaged) {
  std::string message =
      error.line == 0 ? error.what : fmt::format("line {}: {}", error.line, error.what);
  return std::unexpected(KeyListError{std::move(message), damaged});
}

std::unexpected<KeyListError> refusal(std::string message) {
  return std::unexpected(KeyListError{std::move(message), false});
}

std::expected<Keys, KeyListError> read_keys(std::string_view text) {
  auto keys = read_key_file(text);
  if (!keys) return failure(keys.error(), true);
  return std::move(*keys);
}

// With its LF, if it has one.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Of a line with a key; of any other nothing.
std::string_view label_in(std::string_view line) {
  line = trim(line);
  if (line.starts_with('#')) return {};
  const size_t gap = line.find_last_of(kBlank);
  return gap == std::string_view::npos ? std::string_view() : line.substr(gap + 1);
}

// When the key `label` was made, of the line above it; of any other nothing.
std::string_view made_in(std::string_view line, std::string_view label) {
  line = trim(line);
  const std::string begin = fmt::format("# {}{}", label, kMade);
  return line.starts_with(begin) ? line.substr(begin.size()) : std::string_view();
}

}  // namespace

std::expected<std::vector<ListedKey>, KeyListError> list_keys(std::string_view text) {
  if (auto keys = read_keys(text); !keys) return std::unexpected(std::move(keys.error()));
  std::vector<ListedKey> listed;
  std::string_view above;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (const std::string_view label = label_in(line); !label.empty()) {
      listed.emplace_back(std::string(label), std::string(trim(line).substr(0, kShownDigits)),
                          std::string(made_in(above, label)));
    }
    above = line;
  }
  return listed;
}

std::expected<std::string, KeyListError> add_key(std::string_view text, std::string_view line,
                                                 std::string_view made) {
  std::string out(text);
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  out += fmt::format("# {}{}{}\n{}\n", label_in(line), kMade, made, line);
  const auto added = std::ranges::count(out, '\n');
  if (const auto keys = read_key_file(out); !keys) {
    return failure(keys.error(), keys.error().line != static_cast<size_t>(added));
  }
  return out;
}

std::expected<std::string, KeyListError> remove_key(std::string_view text, std::string_view label) {
  auto keys = read_keys(text);
  if (!keys) return std::unexpected(std::move(keys.error()));
  if (std::ranges::find(*keys, label, &ApiKey::label) == keys->end()) {
    return refusal(fmt::format("there is no key \"{}\"", label));
  }
  if (keys->size() == 1) {
    return refusal(
        fmt::format("\"{}\" is the only key, and nginx loads no file without one: make another "
                    "first, or take dataaction_api_key_file away",
                    label));
  }
  std::string out;
  size_t above = 0;  // where the line before begins in `out`
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (label_in(line) == label) {
      if (!made_in(std::string_view(out).substr(above), label).empty()) out.resize(above);
      continue;
    }
    above = out.size();
    out += line;
  }
  return out;
}

}  // namespace dataaction
