// What a `source` block says of its search, besides `search` itself. Much of it depends on the
// platform, which may stand after the source: it is kept until all of the block has been read.

#pragma once

#include <optional>
#include <string>

#include "core/config/config_block.h"
#include "core/config/config_search_values.h"

namespace dataaction {

// Of a search whose file, if it has one, has been read. The error is without the position.
Parsed<void> check_query(const SearchSource& search);

class SearchDraft {
 public:
  // A directive that goes with `search`.
  ConfigResult set(DirectiveWords words, const Position& at);

  // Checks that the platform's dialect can do what `source`, a search, asks for, and completes it.
  ConfigResult finish(const Config& config, SourceConfig& source) const;

 private:
  ConfigResult set_interval(DirectiveWords words, Parsed<SearchInterval> interval,
                            const Position& at);
  ConfigResult finish_page_size(SearchSource& search) const;
  ConfigResult finish_sort(SearchSource& search) const;
  ConfigResult finish_interval(SearchSource& search, const SourceConfig& source) const;

  ConfigResult finish_query(SearchSource& search, SourceConfig& source) const;

  std::optional<Placed<SearchBackend>> backend_;
  std::optional<Placed<std::string>> body_;
  std::optional<Placed<unsigned>> page_size_;
  std::optional<Placed<SearchSort>> sort_;
  std::optional<Placed<SearchInterval>> interval_;
  std::string interval_directive_;  // `interval` or `last`
  std::optional<uint64_t> max_results_;
  std::optional<size_t> dedup_window_;
};

}  // namespace dataaction
