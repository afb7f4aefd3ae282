#include "core/config/config_parameters.h"

namespace dataaction {

std::unexpected<std::string> invalid_value(std::string_view value, std::string_view directive,
                                           std::string_view rule) {
  std::string message = "invalid value \"";
  message += value;
  message += "\" in \"";
  message += directive;
  message += "\" directive";
  if (!rule.empty()) message.append(", it must be ").append(rule);
  return std::unexpected(std::move(message));
}

std::unexpected<std::string> invalid_parameter(std::string_view word, std::string_view rule) {
  std::string message = "invalid parameter \"";
  message += word;
  message += '"';
  if (!rule.empty()) message.append(", it must be ").append(rule);
  return std::unexpected(std::move(message));
}

std::string one_of(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " or ";
    text.append(1, '"').append(words[i]).append(1, '"');
  }
  return text;
}

Parsed<std::string> read_text(DirectiveWords words) {
  if (words[1].empty()) return invalid_value(words[1], words[0]);
  return std::string(words[1]);
}

Parsed<std::string> parse_name(std::string_view what, std::string_view name) {
  static constexpr size_t kMaxName = 64;
  static constexpr auto is_name_char = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  if (name.empty() || name.size() > kMaxName || !std::ranges::all_of(name, is_name_char)) {
    std::string message = "invalid ";
    message.append(what).append(" name \"").append(name);
    message += "\", it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\"";
    return std::unexpected(std::move(message));
  }
  return std::string(name);
}

bool Parameters::next() {
  if (error_ || at_ == words_.size()) return false;
  word_ = words_[at_++];
  const size_t equals = word_.find('=');
  name_ = word_.substr(0, equals);
  value_ = equals == std::string_view::npos ? std::string_view() : word_.substr(equals + 1);
  if (value_.empty()) {
    refuse();
    return false;
  }
  for (const std::string_view earlier : words_.first(at_ - 1)) {
    if (earlier.starts_with(name_) && earlier.substr(name_.size()).starts_with('=')) {
      error_ = "duplicate parameter \"" + std::string(word_) + '"';
      return false;
    }
  }
  return true;
}

}  // namespace dataaction
