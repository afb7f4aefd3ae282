// What the ways to search have in common: one call, and an answer that is what was asked for.

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sidecar/platform/search_pages.h"

namespace dataaction {

class SearchCalls {
 public:
  SearchCalls(Platform& platform, SearchRun run) : platform_(platform), run_(std::move(run)) {}

  const SearchRun& run() const { return run_; }
  const PlatformConfig& platform() const { return platform_.config(); }

  // A request of `route`; `path` is behind the route's own.
  ApiRequest request(Route route, std::string_view method, std::string_view path,
                     std::string body) const;

  // Until there is an answer of 2xx.
  Task<std::expected<void, PlatformFailure>> call(const ApiRequest& request);
  // The same, and reads it as a page.
  Task<std::expected<void, PlatformFailure>> page(const ApiRequest& request, Page& page);

  // The last answer. Of one that was a page the body is not kept.
  const HttpReply& reply() const { return reply_; }
  // It is not what was asked for.
  PlatformFailure malformed(std::string_view what) const;
  PlatformFailure malformed(const JsonError& error) const;

 private:
  Platform& platform_;
  const SearchRun run_;
  Route route_ = Route::kSearch;  // of the last answer
  HttpReply reply_;
};

}  // namespace dataaction
