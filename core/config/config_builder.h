// Turns the directives of the `dataaction` block into a Config, one event at a time.
//
// Two parsers feed it: nginx's own, through the module's directive handlers, and the sidecar's
// (core/config/conf_parser.h). They have checked name, context, terminator and number of arguments
// against kDirectives; the builder checks everything else, so that both say the same. It takes the
// words of a directive as the lexer left them, the name first, and keeps copies: nothing passed in
// must outlive a call.
//
// The events of a file are open_block({"dataaction"}), then for each directive in the order of the
// file directive() or open_block() ... close_block(), then close_block() for the `dataaction`
// block. Includes are no events: what they include is. After an error only destruction makes sense.
//
// The digest (docs/protocol.md) covers what stands inside the `dataaction` block, not its own name
// and braces: each word and 0x00, then 0x01 after a directive, 0x02 where a block opens, 0x03 where
// it closes.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fnv1a.h"
#include "core/config/config.h"
#include "core/config/config_block.h"
#include "core/config/directives.h"

namespace dataaction {

class ConfigBuilder {
 public:
  using Words = DirectiveWords;
  using Result = ConfigResult;

  Result directive(Words words, const Position& at);
  Result open_block(Words words, const Position& at);
  Result close_block();

  // Whether a `dataaction` block was opened.
  bool has_block() const { return has_block_; }

  // Once, after the `dataaction` block was closed.
  Config finish() &&;

 private:
  Result set_in_dataaction(Words words, const Position& at);
  Result add_database(Words words, const Position& at);
  Result open_inner(Words words, const Position& at);

  Config config_;
  Fnv1a digest_;
  bool has_block_ = false;
  std::unique_ptr<BlockDraft> inner_;  // the block that is open inside `dataaction`
  std::vector<LateStep> late_;
  // The directives so far, of those that may stand once in a block.
  std::vector<std::string> seen_in_dataaction_;
  std::vector<std::string> seen_in_inner_;
};

}  // namespace dataaction
