#include "sidecar/ctl/http_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "sidecar/ctl/shell_word.h"

namespace dataaction {
namespace {

// Headers that hold a secret, and what stands for it.
std::string header_option(std::string_view name, std::string_view value) {
  if (equal_without_case(name, "Authorization")) {
    if (value.starts_with("Basic ")) return R"(-u "$CLIENT_ID:$CLIENT_SECRET")";
    return R"(-H "Authorization: Bearer $TOKEN")";
  }
  if (equal_without_case(name, "X-API-Key")) return R"(-H "X-API-Key: $API_KEY")";
  return "-H " + shell_word(fmt::format("{}: {}", name, value));
}

bool is_form(const HttpRequest& request) {
  const auto type = request.headers.find("Content-Type");
  return type && type->starts_with("application/x-www-form-urlencoded");
}

constexpr std::array<std::string_view, 3> kOpenFields = {"grant_type", "scope", "client_id"};

// A field each, so that a secret can be a variable.
std::string form_options(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    const std::string_view name = field.substr(0, field.find('='));
    if (std::ranges::find(kOpenFields, name) != kOpenFields.end()) {
      out += " -d " + shell_word(field);
    } else {
      out += fmt::format(R"( --data-urlencode "{}=$CLIENT_SECRET")", name);
    }
  }
  return out;
}

}  // namespace

std::string curl_command(const HttpRequest& request) {
  std::string out = fmt::format("curl -X {} {}", request.method, shell_url(request.url));
  for (const auto& [name, value] : request.headers) out += ' ' + header_option(name, value);
  if (!request.ca_file.empty()) out += " --cacert " + shell_word(request.ca_file);
  if (request.body.empty()) return out;
  if (request.body.size() > kMaxTracedBody) {
    return out + fmt::format(" --data-binary @-  # {} bytes", request.body.size());
  }
  return out + (is_form(request) ? form_options(request.body)
                                 : " --data-binary " + shell_word(request.body));
}

Task<HttpResult<std::unique_ptr<HttpExchange>>> HttpTrace::open(const HttpRequest& request) {
  if (!enabled_) co_return co_await inner_.open(request);
  std::fprintf(stderr, "%s\n", curl_command(request).c_str());
  const Clock::TimePoint begin = clock_.now();
  auto exchange = co_await inner_.open(request);
  const std::string answer = exchange ? std::to_string((*exchange)->head().status)
                                      : std::string(name_of(exchange.error().error));
  const auto ms = (clock_.now() - begin).count();
  std::fprintf(stderr, "# %s after %lld ms\n", answer.c_str(), static_cast<long long>(ms));
  co_return exchange;
}

}  // namespace dataaction
