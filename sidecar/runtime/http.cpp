#include "sidecar/runtime/http.h"

#include <algorithm>
#include <array>

namespace dataaction {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

void HttpHeaders::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
  const auto field = std::ranges::find_if(
      fields_, [&](const auto& each) { return equal_without_case(each.first, name); });
  if (field == fields_.end()) return std::nullopt;
  return field->second;
}

std::string_view name_of(HttpError error) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "name",  "connect", "tls",       "certificate", "timeout",
      "stall", "broken",  "too_large", "protocol",    "cancelled"};
  return kNames[static_cast<size_t>(error)];
}

Task<HttpResult<HttpReply>> fetch(HttpTransport& transport, const HttpRequest& request) {
  HttpResult<std::unique_ptr<HttpExchange>> exchange = co_await transport.open(request);
  if (!exchange) co_return std::unexpected(std::move(exchange.error()));

  HttpReply reply((*exchange)->head(), std::string());
  for (;;) {
    HttpResult<std::string> piece = co_await (*exchange)->read();
    if (!piece) {
      piece.error().head = std::move(reply.head);
      co_return std::unexpected(std::move(piece.error()));
    }
    if (piece->empty()) co_return reply;
    if (reply.body.empty()) {
      reply.body = std::move(*piece);
    } else {
      reply.body += *piece;
    }
  }
}

}  // namespace dataaction
