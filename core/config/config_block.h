// What ConfigBuilder gives the directives of a block inside `dataaction` to while it is open, and
// what those who take them share. A kind of block is a class that implements BlockDraft.

#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/config.h"
#include "core/config/config_parameters.h"

namespace dataaction {

using ConfigResult = std::expected<void, ConfigError>;

// Done at the end of the `dataaction` block: what a block names may stand after it.
using LateStep = std::move_only_function<ConfigResult(Config&)>;

class BlockDraft {
 public:
  virtual ~BlockDraft() = default;

  // Each directive that core/config/directives.h has for the block, in any order; `words` are good
  // until set() returns.
  virtual ConfigResult set(DirectiveWords words, const Position& at) = 0;

  // At the block's end, once: puts what was made into `config`, and what has to wait into `late`.
  virtual ConfigResult close(Config& config, std::vector<LateStep>& late) = 0;
};

inline std::unexpected<ConfigError> config_failure(std::string message, const Position& at) {
  return std::unexpected(ConfigError{std::move(message), at});
}

inline std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

// Two directives of which one alone may stand.
inline std::unexpected<ConfigError> config_conflict(std::string_view name, const Position& at,
                                                    std::string_view other,
                                                    const Position& other_at) {
  return config_failure(
      quoted(name) + " directive conflicts with " + quoted(other) + " at " + describe(other_at),
      at);
}

// Takes a parsed value, or gives its message a position.
template <typename Value, typename Target>
ConfigResult take(Parsed<Value> value, Target& target, const Position& at) {
  if (!value) return config_failure(std::move(value.error()), at);
  target = std::move(*value);
  return {};
}

// The same, with the position.
template <typename Value>
ConfigResult take(Parsed<Value> value, std::optional<Placed<Value>>& target, const Position& at) {
  if (!value) return config_failure(std::move(value.error()), at);
  target.emplace(std::move(*value), at);
  return {};
}

inline ConfigResult take(Parsed<void> taken, const Position& at) {
  if (!taken) return config_failure(std::move(taken.error()), at);
  return {};
}

}  // namespace dataaction
