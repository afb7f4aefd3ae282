// What the configuration says about a search.

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction {

// Where a search finds conversations.
enum class SearchBackend : uint8_t { kTutorialSearch, kDetailsQuery, kDetailsJobs };
inline constexpr std::array<std::string_view, 3> kSearchBackendNames = {
    "tutorial_search", "details_query", "details_jobs"};
constexpr std::string_view name_of(SearchBackend backend) {
  return kSearchBackendNames[static_cast<size_t>(backend)];
}

// The span of time a search is about; the tutorial's dialect needs none.
struct SearchInterval {
  // Seconds since 1970 in UTC; 0 and 0 if it is not fixed.
  int64_t begin = 0;
  int64_t end = 0;
  std::chrono::seconds last{0};  // until now, where not 0
  std::string parameter;         // of the webhook, with `ISO/ISO`, where not empty

  bool given() const { return end != 0 || last.count() != 0 || !parameter.empty(); }
};

struct SearchSource {
  std::string platform;  // the name of one in Config::platforms
  // As written, or as in the file once that has been read; core/search/search_query.h reads it.
  std::string query;
  // As written, see resolve_path(); empty: the query is in the configuration.
  std::string body_file;
  SearchBackend backend = SearchBackend::kDetailsQuery;
  uint64_t max_results = 0;  // 0: all
  unsigned page_size = 100;
  std::string sort_field;  // empty: the backend's default
  bool ascending = false;
  SearchInterval interval;
  size_t dedup_window = 4'000'000;  // ids that are remembered
};

}  // namespace dataaction
