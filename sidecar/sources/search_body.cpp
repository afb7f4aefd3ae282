#include "sidecar/sources/search_body.h"

#include <algorithm>

#include "core/config/config_search_values.h"
#include "core/search/search_query.h"
#include "core/webhook/reserved_parameters.h"
#include "sidecar/runtime/disk_file.h"

namespace dataaction {

std::expected<void, std::string> load_search_body(SearchSource& search) {
  if (search.body_file.empty()) return {};
  auto text = read_disk_file(search.body_file, kMaxSearchBody);
  if (!text) return std::unexpected(std::move(text.error()));
  search.query = std::move(*text);
  const auto query = SearchQuery::parse(search);
  if (!query) {
    return std::unexpected("invalid query in \"" + search.body_file + "\": " + query.error());
  }
  const auto reserved = std::ranges::find_if(query->parameters(), is_reserved_parameter);
  if (reserved == query->parameters().end()) return {};
  return std::unexpected(reserved_parameter(*reserved, "body"));
}

std::expected<void, ConfigError> load_search_bodies(Config& config) {
  for (SourceConfig& source : config.sources) {
    auto* search = std::get_if<SearchSource>(&source.kind);
    if (search == nullptr) continue;
    if (auto loaded = load_search_body(*search); !loaded) {
      return std::unexpected(ConfigError{std::move(loaded.error()), source.body_at});
    }
  }
  return {};
}

}  // namespace dataaction
