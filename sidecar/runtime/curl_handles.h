// libcurl easy handles, to be used again: making one and giving it all of its options costs as much
// as a small request does.
//
// A handle keeps what does not change from request to request (CurlTransport), and is only given to
// requests that want the same. What is a request's own is CurlRequest's to set, and to take back.
// TLS sessions are not kept: libcurl knows certificates and CAs by the names of their files, and a
// session would outlive what was in them.

#pragma once

#include <curl/curl.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

// An option that libcurl has, and a value that it takes.
template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) bug("libcurl refuses an option");
}

bool is_https(std::string_view url);

// How requests get to their server.
struct CurlTransport {
  explicit CurlTransport(const HttpRequest& request);

  bool operator==(const CurlTransport&) const = default;
  void apply_to(CURL* easy) const;

  bool https;
  bool direct;
  bool own_connection;
  std::chrono::milliseconds connect_timeout;
  std::string ca_file;
  std::string certificate_file;
  std::string certificate_key_file;
};

struct CurlHandle {
  struct CleanUp {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };

  CurlTransport transport;
  std::unique_ptr<CURL, CleanUp> easy;
};

class CurlHandles {
 public:
  explicit CurlHandles(std::string user_agent) : user_agent_(std::move(user_agent)) {}

  const std::string& user_agent() const { return user_agent_; }

  // One that has been used, or a new one.
  CurlHandle take(const HttpRequest& request);
  // For others; beyond kMaxIdle the one that has waited longest ends.
  void give(CurlHandle handle);

  static constexpr size_t kMaxIdle = 128;

 private:
  const std::string user_agent_;
  std::deque<CurlHandle> idle_;  // the last used one last
};

}  // namespace dataaction
