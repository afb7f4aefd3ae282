// One run of a search: a page is a slice, without the conversations that came before. See
// search_source.h.
//
// Pages may overlap as long as they get somewhere: when all that is known has come again and again
// and nothing else, the search ends with an error.

#pragma once

#include <memory>
#include <string>

#include "core/search/id_set.h"
#include "sidecar/sources/pages_ahead.h"
#include "sidecar/sources/search_source.h"

namespace dataaction {

class SearchStream final : public SourceStream {
 public:
  // `platform` is kept while the pages refer to it; the rest outlives the stream.
  SearchStream(std::shared_ptr<Platform> platform, std::unique_ptr<SearchPages> pages,
               const SearchBackground& background, const SearchSource& config, uint64_t limit,
               SourceCounters& counters);
  ~SearchStream() override;

  Task<Fetched> fetch(Slice& slice) override;
  Task<> stop() override { return pages_.stop(); }
  bool held_elsewhere() const override { return !pages_.here().job.empty(); }
  Task<> close(bool complete) override;
  std::optional<uint64_t> total() const override;

  // An interval is halved 22 times at most, and each half may begin with what was read before
  // (details_query_pages.h).
  static constexpr uint64_t kMaxRounds = 40;
  static constexpr uint64_t kMinRepeated = 10'000;

 private:
  // Up to the limit. The index behind the last entry taken.
  size_t take_page(Slice& slice);
  bool is_new(std::string_view id);
  std::string sealed(const SearchCursor& cursor) const;

  const std::shared_ptr<Platform> platform_;
  PagesAhead pages_;
  const SearchBackground& background_;
  SourceCounters& counters_;
  IdSet seen_;
  const IsoInterval part_;                // of the interval, that it began in
  const std::optional<uint64_t> before_;  // records of it that it began behind, if that is known
  const uint64_t most_;                   // by `limit` and max_results
  uint64_t left_;                         // of those
  uint64_t repeated_ = 0;                 // in a row
  bool resumable_;                        // somebody may come back with a cursor
};

}  // namespace dataaction
