// HTTP as a flow sees it: a request, its head, then its body in pieces. HttpClient
// (http_client.h) does it with libcurl; a test may do it with anything. Semantics are those of RFC
// 9110.
//
// A failure says whether the server can have seen the request, because that decides whether a
// request that must not happen twice may be sent again. Neither requests nor failures are ever
// logged here: they may hold secrets.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sidecar/runtime/task.h"

namespace dataaction {

// ASCII letters of either case are the same: names of headers and of codings (RFC
// 9110, 5.1, 8.4.1).
bool equal_without_case(std::string_view a, std::string_view b);

// In the order in which they came; names compare without case.
class HttpHeaders {
 public:
  void add(std::string name, std::string value);
  // The first one of that name; good until the next add().
  std::optional<std::string_view> find(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Of time: 0 is none but the scope's.
struct HttpLimits {
  // Until the request can be sent: name, TCP and TLS, where no connection was kept.
  std::chrono::milliseconds connect_timeout{10'000};
  // Then without a byte either way, while the reader wants one.
  std::chrono::milliseconds stall_timeout{30'000};
  std::chrono::milliseconds total_timeout{0};  // all of it, read or not
  size_t max_body = 16 << 20;                  // bytes of the answer, decoded
};

struct HttpRequest {
  HttpRequest() = default;  // a constructor: see "g++ 12" in CONTRIBUTING.md

  std::string method = "GET";
  std::string url;  // http or https, without user and password; anything else fails
  HttpHeaders headers;
  std::string body;
  std::string ca_file;           // instead of the system's CAs; empty: those
  std::string certificate_file;  // the client's own, in PEM; empty: none
  std::string certificate_key_file;
  bool direct = false;  // by no proxy, whatever the environment says
  HttpLimits limits;
  // Followed for GET alone; Authorization and Cookie do not go to another host, port or scheme.
  unsigned max_redirects = 0;
  // For an answer that may be read slower than it comes: a connection that no other request shares.
  // On a shared one (HTTP/2) libcurl 7.88 may stop reading for all while this answer is paused.
  bool own_connection = false;
};

struct HttpHead {
  int status = 0;
  HttpHeaders headers;
  std::string url;  // of the last redirect, or of the request
};

enum class HttpError : uint8_t {
  kName,         // the host's name cannot be resolved
  kConnect,      // refused, unreachable
  kTls,          // the handshake, other than for a certificate
  kCertificate,  // not to be trusted, another host's; a ca_file that cannot be used
  kTimeout,      // connect_timeout or total_timeout
  kStall,        // stall_timeout
  kBroken,       // reset, or closed in the middle
  kTooLarge,     // max_body, or headers without end
  kProtocol,     // not HTTP, a bad URL, too many redirects
  kCancelled,    // the scope's; `cancelled` has the reason
};

std::string_view name_of(HttpError error);

struct HttpFailure {
  HttpError error = HttpError::kProtocol;
  // A byte of the request may have reached the server.
  bool sent = false;
  // For the log: libcurl's words, without URL, headers or bodies.
  std::string detail;
  std::optional<Error> cancelled;
  HttpHead head = {};  // from fetch(), where it had come before the body failed
};

template <typename T>
using HttpResult = std::expected<T, HttpFailure>;

// An answer on its way. Its destruction closes the transfer (HTTP/2: the stream). Used by one
// coroutine. While nobody reads, the transfer is paused and holds a bounded amount of memory.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  virtual const HttpHead& head() const = 0;
  // A piece of the body, decoded; empty: the end. A failure here is not the end of a body.
  virtual Task<HttpResult<std::string>> read() = 0;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  // Waits for the head. `request` outlives the call, not the exchange.
  virtual Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) = 0;
};

struct HttpReply {
  HttpHead head;
  std::string body;
};

// The head and the whole body.
Task<HttpResult<HttpReply>> fetch(HttpTransport& transport, const HttpRequest& request);

}  // namespace dataaction
