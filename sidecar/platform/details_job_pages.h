// A search by an asynchronous job. See search_pages.h.
//
// A job is made once: its request is not repeated unless it cannot have arrived. It is deleted when
// its results have been read or nobody can want them; a job whose cursor was given out is left to
// expire. A cursor whose job is not there any more is kGone.

#pragma once

#include "sidecar/platform/platform_cursors.h"
#include "sidecar/platform/search_calls.h"

namespace dataaction {

class DetailsJobPages final : public SearchPages {
 public:
  DetailsJobPages(Platform& platform, Clock& clock, SearchRun run);

  Task<std::expected<void, PlatformFailure>> next(Page& page) override;
  SearchCursor here() const override { return here_; }
  std::optional<SearchCursor> after() const override { return after_; }
  PlatformFailure malformed(std::string_view what) const override { return calls_.malformed(what); }
  Task<> close(bool resumable) override;

  // Between two looks at a job: from the first to the second, doubling.
  static constexpr std::chrono::milliseconds kFirstPoll{500};
  static constexpr std::chrono::milliseconds kMaxPoll{10'000};
  // A job that is not done by then never is.
  static constexpr std::chrono::hours kMaxJobTime{2};

 private:
  Task<std::expected<void, PlatformFailure>> submit();
  Task<std::expected<void, PlatformFailure>> wait_until_done();
  Task<std::expected<bool, PlatformFailure>> is_done();
  // Begun with a cursor, whose job may not be there any more.
  bool resumed() const { return !calls_.run().begin.job.empty(); }
  PlatformFailure gone_or(PlatformFailure failure) const;
  std::string path_of_job() const;
  std::string path_of_results() const;

  Clock& clock_;
  SearchCalls calls_;
  PlatformCursors cursors_;
  SearchCursor here_;
  std::optional<SearchCursor> after_;
  bool done_ = false;  // the job; its results can be read
};

}  // namespace dataaction
