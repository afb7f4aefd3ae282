#include "sidecar/platform/search_calls.h"

#include <fmt/format.h>

namespace dataaction {

ApiRequest SearchCalls::request(Route route, std::string_view method, std::string_view path,
                                std::string body) const {
  ApiRequest request;
  request.route = route;
  request.method = method;
  request.path = platform().paths[static_cast<size_t>(route)];
  request.path += path;
  request.body = std::move(body);
  request.context_id = run_.context_id;
  return request;
}

Task<std::expected<void, PlatformFailure>> SearchCalls::call(const ApiRequest& request) {
  PlatformReply reply = co_await platform_.call(request);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  route_ = request.route;
  reply_ = std::move(*reply);
  co_return std::expected<void, PlatformFailure>();
}

Task<std::expected<void, PlatformFailure>> SearchCalls::page(const ApiRequest& request,
                                                             Page& page) {
  auto called = co_await call(request);
  if (!called) co_return called;
  const auto read = read_page(run_.search.backend, reply_.body, run_.max_record_size, page);
  if (!read) co_return std::unexpected(malformed(read.error()));
  reply_.body = std::string();
  co_return called;
}

PlatformFailure SearchCalls::malformed(std::string_view what) const {
  PlatformFailure failure;
  failure.fault = PlatformFault::kMalformed;
  failure.status = reply_.head.status;
  failure.message = fmt::format("platform {}, {}: not what was asked for: {}; {}", platform().name,
                                name_of(route_), what, describe(reply_));
  return failure;
}

PlatformFailure SearchCalls::malformed(const JsonError& error) const {
  return malformed(fmt::format("byte {}: {}", error.offset, error.what));
}

}  // namespace dataaction
