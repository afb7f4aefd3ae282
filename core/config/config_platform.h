// A `platform` block while it is open.

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config_block.h"

namespace dataaction {

class PlatformDraft final : public BlockDraft {
 public:
  PlatformDraft(std::string name, Position at);

  ConfigResult set(DirectiveWords words, const Position& at) override;
  ConfigResult close(Config& config, std::vector<LateStep>& late) override;

 private:
  // A directive that says where the platform is.
  struct Address {
    std::string directive;
    Position at;
  };

  ConfigResult set_address(DirectiveWords words, const Position& at);
  ConfigResult set_path(DirectiveWords words, const Position& at);
  ConfigResult set_limit(DirectiveWords words, const Position& at);
  ConfigResult missing(std::string_view directives) const;
  ConfigResult finish_addresses();
  ConfigResult finish_paths();

  PlatformConfig platform_;
  std::optional<Address> address_;                        // the first of them
  std::array<std::optional<Position>, kRoutes> path_at_;  // of those that are written
};

}  // namespace dataaction
