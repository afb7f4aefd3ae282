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
  Platform& platform() const { return platform_; }

  // A request of `route`; `path` is behind the route's own.
  ApiRequest request(Route route, std::string_view method, std::string_view path,
                     std::string body) const;

  // Calls, and reads the answer as a page.
  Task<std::expected<void, PlatformFailure>> page(const ApiRequest& request, Page& page) const;

  // An answer of 2xx that is not one.
  PlatformFailure malformed(Route route, const HttpReply& reply, const JsonError& error) const;
  PlatformFailure malformed(Route route, std::string_view what) const;

 private:
  Platform& platform_;
  const SearchRun run_;
};

}  // namespace dataaction
