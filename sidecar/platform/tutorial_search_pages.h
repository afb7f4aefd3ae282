// A search in the tutorial's dialect. See search_pages.h.

#pragma once

#include "sidecar/platform/platform_cursors.h"
#include "sidecar/platform/search_calls.h"

namespace dataaction {

class TutorialSearchPages final : public SearchPages {
 public:
  TutorialSearchPages(Platform& platform, SearchRun run);

  Task<std::expected<void, PlatformFailure>> next(Page& page) override;
  SearchCursor here() const override { return here_; }
  std::optional<SearchCursor> after() const override { return after_; }
  PlatformFailure malformed(std::string_view what) const override { return calls_.malformed(what); }

 private:
  SearchCalls calls_;
  PlatformCursors cursors_;
  SearchCursor here_;
  std::optional<SearchCursor> after_;
};

}  // namespace dataaction
