// A `source` block while it is open.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/config_block.h"
#include "core/config/config_search.h"

namespace dataaction {

class SourceDraft final : public BlockDraft {
 public:
  SourceDraft(std::string name, Position at) : name_(std::move(name)), at_(std::move(at)) {}

  ConfigResult set(DirectiveWords words, const Position& at) override;
  ConfigResult close(Config& config, std::vector<LateStep>& late) override;

 private:
  // A directive that goes with one kind of source.
  struct Extra {
    std::string directive;
    Position at;
  };

  template <typename Kind>
  ConfigResult set_kind(DirectiveWords words, Parsed<Kind> kind, const Position& at);
  ConfigResult set_extra(DirectiveWords words, const Position& at);

  std::string name_;
  Position at_;
  std::optional<decltype(SourceConfig::kind)> kind_;
  std::string kind_name_;
  Position kind_at_;
  std::vector<Extra> extras_;
  std::optional<uint64_t> records_;
  std::vector<std::string> json_columns_;
  SearchDraft search_;
};

}  // namespace dataaction
