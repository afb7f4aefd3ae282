// Turns the directives of the `dataaction` block into a Config, one event at a time.
//
// Two parsers feed it: nginx's own, through the module's directive handlers, and the sidecar's
// (core/conf_parser.h). They have checked name, context, terminator and number of arguments against
// kDirectives; the builder checks everything else, so that both say the same. It takes the words of
// a directive as the lexer left them, the name first, and keeps copies: nothing passed in must
// outlive a call.
//
// The events of a file are open_block({"dataaction"}), then for each directive in the order of the
// file directive() or open_block() ... close_block(), then close_block() for the `dataaction`
// block. Includes are no events: what they include is. After an error only destruction makes sense.
//
// The digest (docs/protocol.md) covers what stands inside the `dataaction` block, not its own name
// and braces: each word and 0x00, then 0x01 after a directive, 0x02 where a block opens, 0x03 where
// it closes.

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/directives.h"
#include "core/fnv1a.h"

namespace dataaction {

class ConfigBuilder {
 public:
  using Words = std::span<const std::string_view>;
  using Result = std::expected<void, ConfigError>;

  Result directive(Words words, const Position& at);
  Result open_block(Words words, const Position& at);
  Result close_block();

  // Whether a `dataaction` block was opened.
  bool has_block() const { return has_block_; }

  // Once, after the `dataaction` block was closed.
  Config finish() &&;

 private:
  // A `source` block while it is open: its directives come in any order.
  struct Draft {
    std::string name;
    Position at;
    std::optional<decltype(SourceConfig::kind)> kind;
    std::string kind_name;
    Position kind_at;
    std::optional<uint64_t> records;
    Position records_at;
    std::vector<std::string> json_columns;
    Position json_at;
  };

  Result set_in_dataaction(Words words, const Position& at);
  Result set_in_source(Words words, const Position& at);
  Result add_database(Words words, const Position& at);
  template <typename Kind>
  Result set_kind(Words words, std::expected<Kind, std::string> kind, const Position& at);
  Result close_source();
  // A database may stand after the sources that use it.
  Result check_databases() const;

  Config config_;
  Fnv1a digest_;
  bool has_block_ = false;
  std::optional<Draft> source_;
  // The directives so far, of those that may stand once in a block.
  std::vector<std::string> seen_in_dataaction_;
  std::vector<std::string> seen_in_source_;
};

}  // namespace dataaction
