#include "sidecar/platform/details_query_pages.h"

#include "core/search/search_request.h"

namespace dataaction {
namespace {

constexpr int kPayloadTooLarge = 413;

bool is_too_much(const PlatformFailure& failure) {
  return failure.status == kPayloadTooLarge ||
         (failure.status == 400 && failure.message.contains("Pagination may not exceed"));
}

}  // namespace

DetailsQueryPages::DetailsQueryPages(Platform& platform, SearchRun run)
    : calls_(platform, std::move(run)), here_(calls_.run().begin) {
  if (here_.page == 0) {
    here_.part = here_.rest;
    here_.page = 1;
  }
  after_ = here_;
}

Task<std::expected<void, PlatformFailure>> DetailsQueryPages::next(Page& page) {
  here_ = *after_;
  const SearchRun& run = calls_.run();
  for (;;) {
    const ApiRequest request =
        calls_.request(Route::kSearch, "POST", "",
                       details_query_body(run.search, run.query, here_.part, here_.page));
    auto read = co_await calls_.page(request, page);
    const bool too_much = read ? page.total.value_or(0) > kMaxHits : is_too_much(read.error());
    if (too_much && split_part()) continue;
    if (!read) {
      if (read.error().status == kPayloadTooLarge) {
        read.error().message += "; a smaller page_size may do, or backend details_jobs";
      }
      co_return read;
    }
    if (too_much) {
      co_return std::unexpected(
          calls_.malformed("more of one day than can be paged through, which "
                           "backend details_jobs can"));
    }
    const bool last = is_last_of_part(page);
    if (const auto wrong = last ? std::nullopt : empty_pages_.check(page)) {
      co_return std::unexpected(calls_.malformed(*wrong));
    }
    go_on(last);
    co_return read;
  }
}

bool DetailsQueryPages::split_part() {
  const auto halves = split_by_day(here_.part);
  if (!halves) return false;
  here_.part = downwards() ? halves->second : halves->first;
  here_.page = 1;
  here_.skip = 0;
  return true;
}

// A short page is not the last one, nor is an empty one while the total says that there are more.
// Where it tells no total, it is asked for one page too many, and says by that whether the part is
// too large.
bool DetailsQueryPages::is_last_of_part(const Page& page) const {
  const uint64_t behind = here_.page * calls_.run().search.page_size;
  if (page.total && behind >= kMaxHits) return true;
  return page.size() == 0 && behind >= page.total.value_or(0);
}

bool DetailsQueryPages::downwards() const {
  const SearchSource& search = calls_.run().search;
  return !search.sort_field.empty() && !search.ascending;
}

void DetailsQueryPages::go_on(bool part_is_done) {
  after_ = here_;
  after_->skip = 0;
  ++after_->page;
  if (!part_is_done) return;
  IsoInterval& rest = after_->rest;
  if (downwards()) {
    rest.end = here_.part.begin;
  } else {
    rest.begin = here_.part.end;
  }
  if (rest.begin >= rest.end) {
    after_.reset();
    return;
  }
  after_->part = rest;
  after_->page = 1;
}

}  // namespace dataaction
