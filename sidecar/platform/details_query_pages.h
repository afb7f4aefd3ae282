// A search by page number. See search_pages.h.
//
// The platform gives no more than kMaxHits conversations of one interval, by which it means the
// days that the interval touches. One that holds more is left, whatever has been read of it, for
// the first half of its days, in the order of the search; what was in both comes twice and is for
// the caller to know (conversations are told apart by their id). An answer that is too large for
// the platform (413) is treated likewise.

#pragma once

#include "sidecar/platform/empty_pages.h"
#include "sidecar/platform/search_calls.h"

namespace dataaction {

class DetailsQueryPages final : public SearchPages {
 public:
  DetailsQueryPages(Platform& platform, SearchRun run);

  Task<std::expected<void, PlatformFailure>> next(Page& page) override;
  SearchCursor here() const override { return here_; }
  std::optional<SearchCursor> after() const override { return after_; }
  PlatformFailure malformed(std::string_view what) const override { return calls_.malformed(what); }

  // "Pagination may not exceed 100000 results"
  static constexpr uint64_t kMaxHits = 100'000;

 private:
  bool split_part();
  bool is_last_of_part(const Page& page) const;
  bool downwards() const;
  void go_on(bool part_is_done);

  SearchCalls calls_;
  EmptyPages empty_pages_;
  SearchCursor here_;
  std::optional<SearchCursor> after_;
};

}  // namespace dataaction
