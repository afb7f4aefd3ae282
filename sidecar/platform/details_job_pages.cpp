#include "sidecar/platform/details_job_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/excerpt.h"
#include "core/base/form_encoding.h"
#include "core/search/job_answer.h"
#include "core/search/search_request.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

constexpr int kNotFound = 404;
// Of what the platform says of a job: as of its errors, core/platform/platform_error.h.
constexpr size_t kMaxMessage = 256;
constexpr size_t kLongestWord = 40;

}  // namespace

using Done = std::expected<void, PlatformFailure>;

DetailsJobPages::DetailsJobPages(Platform& platform, Clock& clock, SearchRun run)
    : clock_(clock),
      calls_(platform, std::move(run)),
      cursors_(calls_.run().hash_key, calls_.run().begin.position),
      here_(calls_.run().begin),
      after_(calls_.run().begin) {}

Task<Done> DetailsJobPages::next(Page& page) {
  here_ = *after_;
  if (here_.job.empty()) {
    if (Done submitted = co_await submit(); !submitted) co_return submitted;
  }
  if (!done_) {
    if (Done ready = co_await wait_until_done(); !ready) co_return ready;
  }
  const ApiRequest request = calls_.request(Route::kJobs, "GET", path_of_results(), "");
  Done read = co_await calls_.page(request, page);
  if (!read) co_return read;
  if (const auto wrong = cursors_.check(page)) {
    co_return std::unexpected(calls_.malformed(*wrong));
  }
  after_.reset();
  if (!page.cursor.empty()) {
    after_ = here_;
    after_->position = page.cursor;
    after_->skip = 0;
  }
  co_return read;
}

Task<Done> DetailsJobPages::submit() {
  const SearchRun& run = calls_.run();
  ApiRequest request =
      calls_.request(Route::kJobs, "POST", "", details_job_body(run.search, run.query, here_.rest));
  request.idempotent = false;
  Done called = co_await calls_.call(request);
  if (!called) co_return called;
  auto job = read_job_id(calls_.reply().body);
  if (!job) {
    co_return std::unexpected(calls_.malformed(job.error()));
  }
  here_.job = std::move(*job);
  after_->job = here_.job;  // for close(), should what follows fail
  co_return Done();
}

Task<Done> DetailsJobPages::wait_until_done() {
  const Clock::TimePoint give_up = clock_.now() + kMaxJobTime;
  for (auto pause = kFirstPoll;; pause = std::min(2 * pause, kMaxPoll)) {
    const auto done = co_await is_done();
    if (!done) co_return std::unexpected(done.error());
    if (*done) break;
    if (clock_.now() >= give_up) {
      PlatformFailure failure;
      failure.fault = PlatformFault::kTimeout;
      failure.message = fmt::format("platform {}, jobs: not done in {} hours",
                                    calls_.platform().name, kMaxJobTime.count());
      co_return std::unexpected(std::move(failure));
    }
    const Result<void> slept = co_await sleep_for(clock_, pause);
    if (!slept) co_return std::unexpected(cancelled(slept.error()));
  }
  done_ = true;
  co_return Done();
}

Task<std::expected<bool, PlatformFailure>> DetailsJobPages::is_done() {
  const ApiRequest request = calls_.request(Route::kJobs, "GET", path_of_job(), "");
  const Done called = co_await calls_.call(request);
  if (!called) co_return std::unexpected(gone_or(called.error()));
  const auto status = read_job_status(calls_.reply().body);
  if (!status) {
    co_return std::unexpected(calls_.malformed(status.error()));
  }
  if (status->pending()) co_return false;
  if (status->state == JobState::kFulfilled) co_return true;
  PlatformFailure failure;
  const bool expired = status->state == JobState::kExpired && resumed();
  failure.fault = expired ? PlatformFault::kGone : PlatformFault::kServer;
  const std::string why = excerpt(status->error_message, kMaxMessage, kLongestWord);
  failure.message =
      fmt::format("platform {}, jobs: the job is {}{}{}; {}", calls_.platform().name,
                  name_of(status->state), why.empty() ? "" : ": ", why, describe(calls_.reply()));
  co_return std::unexpected(std::move(failure));
}

PlatformFailure DetailsJobPages::gone_or(PlatformFailure failure) const {
  if (failure.status == kNotFound && resumed()) failure.fault = PlatformFault::kGone;
  return failure;
}

Task<> DetailsJobPages::close(bool resumable) {
  if (here_.job.empty() || resumable) co_return;
  ApiRequest request = calls_.request(Route::kJobs, "DELETE", path_of_job(), "");
  request.tidies_up = true;
  // It expires by itself if this fails.
  static_cast<void>(co_await calls_.call(request));
}

std::string DetailsJobPages::path_of_job() const {
  return '/' + here_.job;
}

std::string DetailsJobPages::path_of_results() const {
  std::string query;
  append_form_field(query, "pageSize", std::to_string(calls_.run().search.page_size));
  if (!here_.position.empty()) append_form_field(query, "cursor", here_.position);
  return path_of_job() + "/results?" + query;
}

}  // namespace dataaction
