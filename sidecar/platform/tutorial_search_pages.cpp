#include "sidecar/platform/tutorial_search_pages.h"

#include "core/search/search_request.h"

namespace dataaction {

TutorialSearchPages::TutorialSearchPages(Platform& platform, SearchRun run)
    : calls_(platform, std::move(run)),
      cursors_(calls_.run().hash_key, calls_.run().begin.position),
      here_(calls_.run().begin),
      after_(calls_.run().begin) {}

Task<std::expected<void, PlatformFailure>> TutorialSearchPages::next(Page& page) {
  here_ = *after_;
  const SearchRun& run = calls_.run();
  const ApiRequest request = calls_.request(
      Route::kSearch, "POST", "", tutorial_search_body(run.search, run.query, here_.position));
  auto read = co_await calls_.page(request, page);
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
  co_return std::expected<void, PlatformFailure>();
}

}  // namespace dataaction
