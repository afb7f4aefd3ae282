// Values with bounds and `name=value` parameters of a directive, and nginx's messages about them:
// tools of core/config_values.cpp. Views refer to the words of the directive.

#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dataaction {

// `rule` says what the value must be; empty if it is no value at all.
std::unexpected<std::string> invalid_value(std::string_view value, std::string_view directive,
                                           std::string_view rule = {});
std::unexpected<std::string> invalid_parameter(std::string_view word, std::string_view rule = {});

// A value with a unit and the bounds it has here; `rule` says them in words.
template <typename Value>
struct Bounds {
  std::optional<Value> (*parse)(std::string_view);
  Value least;
  Value most;
  std::string_view rule;

  // `refuse` makes the message: its argument is the rule, empty if the text is no value at all.
  template <typename Refuse>
  std::expected<Value, std::string> read(std::string_view text, Refuse refuse) const {
    const std::optional<Value> value = parse(text);
    if (!value) return refuse(std::string_view());
    if (*value < least || *value > most) return refuse(rule);
    return *value;
  }
};

// The `name=value` words at a directive's end: each name at most once.
class Parameters {
 public:
  explicit Parameters(std::span<const std::string_view> words) : words_(words) {}

  // The next one; false at the end and on an error.
  bool next();

  std::string_view name() const { return name_; }
  std::string_view value() const { return value_; }

  template <typename Value, typename Target>
  void read(const Bounds<Value>& bounds, Target& target) {
    const auto value = bounds.read(
        value_, [this](std::string_view rule) { return invalid_parameter(word_, rule); });
    if (value) {
      target = static_cast<Target>(*value);
    } else {
      error_ = value.error();
    }
  }

  void refuse(std::string_view rule = {}) { error_ = invalid_parameter(word_, rule).error(); }

  template <typename Result>
  std::expected<Result, std::string> done(Result result) && {
    if (error_) return std::unexpected(std::move(*error_));
    return result;
  }

 private:
  std::span<const std::string_view> words_;
  size_t at_ = 0;
  std::string_view word_, name_, value_;
  std::optional<std::string> error_;
};

}  // namespace dataaction
