#include "sidecar/sources/search_body.h"

#include "core/config/config_search.h"
#include "sidecar/runtime/disk_file.h"

namespace dataaction {

std::expected<void, std::string> load_search_body(SearchSource& search) {
  if (search.body_file.empty()) return {};
  auto text = read_disk_file(search.body_file, kMaxSearchBody);
  if (!text) return std::unexpected(std::move(text.error()));
  search.query = std::move(*text);
  return check_query(search);
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
