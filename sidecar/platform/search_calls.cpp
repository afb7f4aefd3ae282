#include "sidecar/platform/search_calls.h"

#include <fmt/format.h>

namespace dataaction {

ApiRequest SearchCalls::request(Route route, std::string_view method, std::string_view path,
                                std::string body) const {
  ApiRequest request;
  request.route = route;
  request.method = method;
  request.path = platform_.config().paths[static_cast<size_t>(route)];
  request.path += path;
  request.body = std::move(body);
  request.context_id = run_.context_id;
  return request;
}

Task<std::expected<void, PlatformFailure>> SearchCalls::page(const ApiRequest& request,
                                                             Page& page) const {
  const PlatformReply reply = co_await platform_.call(request);
  if (!reply) co_return std::unexpected(reply.error());
  const auto read = read_page(run_.search.backend, reply->body, run_.max_record_size, page);
  if (read) co_return std::expected<void, PlatformFailure>();
  co_return std::unexpected(malformed(request.route, *reply, read.error()));
}

PlatformFailure SearchCalls::malformed(Route route, const HttpReply& reply,
                                       const JsonError& error) const {
  PlatformFailure failure = malformed(route, fmt::format("byte {}: {}", error.offset, error.what));
  failure.status = reply.head.status;
  failure.message += "; " + describe(reply);
  return failure;
}

PlatformFailure SearchCalls::malformed(Route route, std::string_view what) const {
  PlatformFailure failure;
  failure.fault = PlatformFault::kMalformed;
  failure.message = fmt::format("platform {}, {}: not what was asked for: {}",
                                platform_.config().name, name_of(route), what);
  return failure;
}

}  // namespace dataaction
