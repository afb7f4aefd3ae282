#include "tests/sidecar/platform/fault_cell.h"

#include <algorithm>
#include <cctype>

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SearchBackend backend_of(Place place) {
  if ((place & kQuery) != 0) return SearchBackend::kDetailsQuery;
  const bool job = (place & (kResults | kSubmit | kPoll)) != 0;
  return job ? SearchBackend::kDetailsJobs : SearchBackend::kTutorialSearch;
}

std::string_view name_of(Place place) {
  switch (place) {
    case kToken:
      return "Token";
    case kTutorialFirst:
      return "TutorialFirstPage";
    case kTutorialLater:
      return "TutorialLaterPage";
    case kQueryFirst:
      return "QueryFirstPage";
    case kQueryLater:
      return "QueryLaterPage";
    case kSubmit:
      return "JobSubmit";
    case kPoll:
      return "JobPoll";
    case kResultsFirst:
      return "JobFirstPage";
    case kResultsLater:
      return "JobLaterPage";
  }
  return "";
}

std::string prefix_of(Place place) {
  if (place == kToken) return "platform main, token: ";
  const bool job = backend_of(place) == SearchBackend::kDetailsJobs;
  return job ? "platform main, jobs: " : "platform main, search: ";
}

std::string replace_all(std::string text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string name_of_outcome(std::optional<PlatformFault> fault) {
  return fault ? std::string(name_of(*fault)) : "done";
}

// Remembers why there was no page: a stream tells its client less.
class WatchedPages final : public SearchPages {
 public:
  WatchedPages(std::unique_ptr<SearchPages> pages, std::optional<PlatformFailure>& failure)
      : pages_(std::move(pages)), failure_(failure) {}

  Task<std::expected<void, PlatformFailure>> next(Page& page) override {
    auto got = co_await pages_->next(page);
    if (!got) failure_ = got.error();
    co_return got;
  }
  SearchCursor here() const override { return pages_->here(); }
  std::optional<SearchCursor> after() const override { return pages_->after(); }
  PlatformFailure malformed(std::string_view what) const override {
    return pages_->malformed(what);
  }
  Task<> close(bool resumable) override { co_await pages_->close(resumable); }

 private:
  const std::unique_ptr<SearchPages> pages_;
  std::optional<PlatformFailure>& failure_;
};

}  // namespace

std::string name_of(const Cell& cell) {
  std::string name(name_of(cell.place));
  name += '_' + cell.row->fault.name + (cell.row->times == kForEver ? "_ForEver" : "_Once");
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

FaultTest::FaultTest() {
  search.backend = backend_of(place_);
  fake.fill(6, kBegin);
  api = [this](const HttpRequest& request) {
    return strike(request, [&] { return fake.answer(request); });
  };
  token = [this](const HttpRequest& request) {
    return strike(request, [&] { return make_reply(200, token_json()); });
  };
}

bool FaultTest::is_at_place(const HttpRequest& request) const {
  const std::string& url = request.url;
  const bool results = url.contains("/results");
  switch (place_) {
    case kToken:
      return url.ends_with("/oauth/token");
    case kTutorialFirst:
      return url.ends_with("/search") && body_member(request.body, "page").empty();
    case kTutorialLater:
      return body_member(request.body, "page") == FakeSearch::cursor_to(2);
    case kQueryFirst:
      return body_member(request.body, "pageNumber") == "1";
    case kQueryLater:
      return body_member(request.body, "pageNumber") == "2";
    case kSubmit:
      return request.method == "POST" && url.ends_with("/jobs");
    case kPoll:
      return request.method == "GET" && url.contains("/jobs/") && !results;
    case kResultsFirst:
      return results && !url.contains("cursor=");
    case kResultsLater:
      return results && url.contains("cursor=") && url.ends_with('2');
  }
  return false;
}

HttpResult<HttpReply> FaultTest::strike(const HttpRequest& request,
                                        const std::function<HttpReply()>& right) {
  const bool behind = row_.fault.spreads && attempts_ > 0 && request.method != "DELETE";
  if (!(is_at_place(request) || behind) || ++attempts_ > row_.times) return right();
  http.latency = Clock::Duration(row_.fault.latency_ms);
  return row_.fault.answer(right);
}

void FaultTest::run_and_check() {
  Read read;
  auto watched = std::make_unique<WatchedPages>(pages(run_from_the_beginning()), read.failure);
  SearchStream stream(share(), std::move(watched), background, search, UINT64_MAX, *counters);
  run_through(read_stream(stream, read));
  check(read);
}

void FaultTest::check(const Read& read) const {
  const std::string message = read.failure ? read.failure->message : "";
  const std::optional<PlatformFault> fault =
      read.failure ? std::optional(read.failure->fault) : std::nullopt;
  EXPECT_EQ(name_of_outcome(fault), name_of_outcome(row_.outcome)) << message;
  EXPECT_EQ(attempts_, row_.attempts);
  std::vector<int> waited;
  for (const Clock::Duration wait : read.waits) {
    // After a 429 pacing, fast as it is here, wants a millisecond between two requests.
    const bool paced = wait.count() == 1 && row_.fault.name.starts_with("429");
    if (!paced) waited.push_back(static_cast<int>(wait.count()));
  }
  EXPECT_EQ(waited, row_.waits);
  EXPECT_EQ(message, replace_all(row_.message, "@", prefix_of(place_)));

  EXPECT_EQ(read.ids, expected_ids());  // each once, in their order
  EXPECT_EQ(http.under_way, 0);
  check_jobs();
  for (const std::string_view secret : {"s3cret", "Bearer", "t1"}) {
    EXPECT_THAT(message, Not(HasSubstr(secret)));
    EXPECT_THAT(log_text(), Not(HasSubstr(secret)));
  }
}

std::vector<std::string> FaultTest::expected_ids() const {
  std::string numbers = row_.delivered;
  if (numbers.empty()) numbers = !row_.outcome ? "012345" : (place_ & kLater) != 0 ? "01" : "-";
  std::vector<std::string> ids;
  for (const char number : numbers) {
    if (number != '-') ids.push_back(std::string("c") + number);
  }
  return ids;
}

// A job is left behind where somebody has a cursor of it, where its name did not arrive, and where
// the platform is to be left alone for longer than close() may take.
void FaultTest::check_jobs() const {
  const bool has_cursor = row_.outcome && place_ == kResultsLater;
  const bool left_alone = shared->attempts().breaker(Route::kJobs) == BreakerState::kOpen ||
                          row_.outcome == PlatformFault::kRateLimited;
  if (place_ == kSubmit || left_alone) return;
  EXPECT_EQ(fake.jobs.size(), has_cursor ? 1U : 0U);
}

}  // namespace dataaction
