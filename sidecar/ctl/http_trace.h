// `--trace`: shows each request on stderr as the curl command that would do the same, and how it
// was answered.
//
// Secrets become the names of shell variables: $TOKEN, $CLIENT_ID, $CLIENT_SECRET, $API_KEY, and
// those of a URL (shell_word.h).

#pragma once

#include <string>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

// One line, safe to be pasted into a shell. A body beyond kMaxTracedBody is left out.
inline constexpr size_t kMaxTracedBody = 16 << 10;
std::string curl_command(const HttpRequest& request);

class HttpTrace final : public HttpTransport {
 public:
  // Both outlive it. Not `enabled`: nothing is shown.
  HttpTrace(HttpTransport& inner, Clock& clock, bool enabled)
      : inner_(inner), clock_(clock), enabled_(enabled) {}

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) override;

 private:
  HttpTransport& inner_;
  Clock& clock_;
  const bool enabled_;
};

}  // namespace dataaction
