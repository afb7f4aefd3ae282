// What a directive's arguments are read with: values with bounds, one of several words, names,
// `name=value` parameters, and nginx's messages about them. Tools of core/config_*_values.cpp.
//
// Pure; views refer to the words of the directive. An error is the message without the position.

#pragma once

#include <algorithm>
#include <array>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/units.h"

namespace dataaction {

// The words of a directive, its name first, as many as the table in core/config/directives.h
// allows.
using DirectiveWords = std::span<const std::string_view>;

template <typename Value>
using Parsed = std::expected<Value, std::string>;

// `rule` says what the value must be; empty if it is no value at all.
std::unexpected<std::string> invalid_value(std::string_view value, std::string_view directive,
                                           std::string_view rule = {});
std::unexpected<std::string> invalid_parameter(std::string_view word, std::string_view rule = {});

// `"a", "b" or "c"`, for a rule.
std::string one_of(std::span<const std::string_view> words);

// A value with a unit and the bounds it has here; `rule` says them in words.
template <typename Value>
struct Bounds {
  std::optional<Value> (*parse)(std::string_view);
  Value least;
  Value most;
  std::string_view rule;

  // `refuse` makes the message of what the value must be.
  template <typename Refuse>
  Parsed<Value> read(std::string_view text, Refuse refuse) const {
    const std::optional<Value> value = parse(text);
    if (!value) return refuse(kind() + ", " + std::string(rule));
    if (*value < least || *value > most) return refuse(rule);
    return *value;
  }

  std::string kind() const {
    if constexpr (!std::is_arithmetic_v<Value>) {
      return "a time";
    } else {
      return parse == parse_size ? "a size" : "a number";
    }
  }
};

// The first argument of a directive, within bounds.
template <typename Result, typename Value>
Parsed<Result> read_value(DirectiveWords words, const Bounds<Value>& bounds) {
  const auto value = bounds.read(
      words[1], [&](std::string_view rule) { return invalid_value(words[1], words[0], rule); });
  if (!value) return std::unexpected(value.error());
  return static_cast<Result>(*value);
}

// The first argument of a directive as one of the words for an enumeration, in its order.
template <typename Enum, size_t kCount>
Parsed<Enum> read_choice(DirectiveWords words,
                         const std::array<std::string_view, kCount>& choices) {
  const auto found = std::ranges::find(choices, words[1]);
  if (found == choices.end()) return invalid_value(words[1], words[0], one_of(choices));
  return static_cast<Enum>(found - choices.begin());
}

// The first argument of a directive, which is not empty.
Parsed<std::string> read_text(DirectiveWords words);

// [A-Za-z0-9_.-]{1,64}. `what` is the kind of the thing, for the message.
Parsed<std::string> parse_name(std::string_view what, std::string_view name);

// The `name=value` words at a directive's end: each name at most once.
class Parameters {
 public:
  explicit Parameters(DirectiveWords words) : words_(words) {}

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
  Parsed<Result> done(Result result) && {
    if (error_) return std::unexpected(std::move(*error_));
    return result;
  }
  Parsed<void> done() && {
    if (error_) return std::unexpected(std::move(*error_));
    return {};
  }

 private:
  DirectiveWords words_;
  size_t at_ = 0;
  std::string_view word_, name_, value_;
  std::optional<std::string> error_;
};

}  // namespace dataaction
