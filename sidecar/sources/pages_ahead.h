// The pages of a search, one of them ahead: the next is on its way while this one is used.
//
//     while (const auto read = co_await pages.next()) {
//       co_await pages.ask_ahead();
//       ... pages.page() ...
//     }
//     co_await pages.stop();
//
// A failure of the page ahead is told by the next() that would have given it. Two pages are in
// memory at most, and the answer that one of them is made of. next() and ask_ahead() are called in
// one scope, and stop() on every path before that scope ends.

#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "sidecar/platform/search_pages.h"
#include "sidecar/runtime/task_group.h"

namespace dataaction {

class PagesAhead {
 public:
  using Read = std::expected<void, PlatformFailure>;

  explicit PagesAhead(std::unique_ptr<SearchPages> pages);

  // The first page, or the one behind page(). Not called again after a failure, or behind the last.
  Task<Read> next();

  // Good until the next next(): a page, where it began, and where the one behind it does, if any.
  const Page& page() const { return page_; }
  const SearchCursor& here() const { return here_; }
  const std::optional<SearchCursor>& after() const { return after_; }

  // Asks for the page behind page(), if there is one, and does not wait for the answer. A request
  // that may leave at once has left when it returns.
  Task<> ask_ahead();

  // What was asked ahead is not wanted any more.
  Task<> stop();

  // As those of SearchPages.
  PlatformFailure malformed(std::string_view what) const { return pages_->malformed(what); }
  Task<> close(bool resumable) { return pages_->close(resumable); }

 private:
  Task<> read_ahead();

  const std::unique_ptr<SearchPages> pages_;
  Page page_;
  SearchCursor here_;
  std::optional<SearchCursor> after_;
  Page ahead_;
  Read read_ = {};
  std::optional<TaskGroup> asked_;  // the page ahead is, or has come
};

}  // namespace dataaction
