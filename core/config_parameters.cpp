#include "core/config_parameters.h"

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
