// An `action` block while it is open.

#pragma once

#include <string>
#include <vector>

#include "core/config/config_block.h"

namespace dataaction {

class ActionDraft final : public BlockDraft {
 public:
  ActionDraft(std::string name, Position at);

  ConfigResult set(DirectiveWords words, const Position& at) override;
  ConfigResult close(Config& config, std::vector<LateStep>& late) override;

 private:
  ConfigResult set_request(DirectiveWords words, const Position& at);
  ConfigResult set_credentials(DirectiveWords words, const Position& at);
  ConfigResult set_answer(DirectiveWords words, const Position& at);
  ConfigResult add_status_rule(StatusRule rule);
  ConfigResult set_limit(DirectiveWords words, const Position& at);
  ConfigResult check() const;
  ConfigResult check_headers() const;
  ConfigResult missing(std::string_view directive) const;

  ActionConfig action_;
  // Of directives that only some methods may have.
  std::optional<Position> coalesce_at_;
  std::optional<Position> cache_at_;
};

}  // namespace dataaction
