#include "sidecar/runtime/curl_handles.h"

#include <algorithm>
#include <utility>

namespace dataaction {
namespace {

// Load balancers close a connection after a minute without a request; a request that is sent at
// that moment is lost.
constexpr long kMaxIdleSeconds = 50;
// A page of a search in one or two reads; libcurl's own 16k make four turns of the loop of it.
constexpr long kReadSize = 64 << 10;
// libcurl keeps what it has read from a CA file; a new file shall count soon.
constexpr long kCaCacheSeconds = 60;

}  // namespace

bool is_https(std::string_view url) {
  return equal_without_case(url.substr(0, 6), "https:");
}

CurlTransport::CurlTransport(const HttpRequest& request)
    : https(is_https(request.url)),
      direct(request.direct),
      own_connection(request.own_connection),
      connect_timeout(request.limits.connect_timeout),
      ca_file(request.ca_file),
      certificate_file(request.certificate_file),
      certificate_key_file(request.certificate_key_file) {}

void CurlTransport::apply_to(CURL* easy) const {
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set_option(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) {
    set_option(easy, CURLOPT_CAINFO, ca_file.c_str());
    set_option(easy, CURLOPT_CAPATH, nullptr);  // this file, and not the system's CAs too
    set_option(easy, CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  }
  if (!certificate_file.empty()) {
    set_option(easy, CURLOPT_SSLCERT, certificate_file.c_str());
    set_option(easy, CURLOPT_SSLKEY, certificate_key_file.c_str());
  }

  // A proxy's answer to CONNECT is no answer to the request, and gets none of its headers.
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));

  set_option(easy, CURLOPT_HTTP_VERSION,
             static_cast<long>(own_connection ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  // Many requests at a time wait to see whether one connection is enough. Without TLS it never is.
  set_option(easy, CURLOPT_PIPEWAIT, !own_connection && https ? 1L : 0L);
  if (direct) set_option(easy, CURLOPT_PROXY, "");
  set_option(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  set_option(easy, CURLOPT_BUFFERSIZE, kReadSize);

  // HttpBody decodes: libcurl decodes whatever coding comes, holds the result of a whole read when
  // paused, and takes a stream that ends in the middle for a complete one.
  set_option(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);

  // Ours is HttpTransfer's alarm; libcurl has to know how long it may try each address.
  if (connect_timeout.count() > 0) {
    set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
  }
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  // A transfer that ends while a name is looked up leaves the thread behind, instead of waiting for
  // getaddrinfo() on ours; the thread cleans up after itself.
  set_option(easy, CURLOPT_QUICK_EXIT, 1L);
}

CurlHandle CurlHandles::take(const HttpRequest& request) {
  CurlTransport transport(request);
  const auto used = std::find_if(idle_.rbegin(), idle_.rend(), [&](const CurlHandle& handle) {
    return handle.transport == transport;
  });
  if (used != idle_.rend()) {
    CurlHandle handle = std::move(*used);
    idle_.erase(std::next(used).base());
    return handle;
  }
  CurlHandle handle{std::move(transport), {}};
  handle.easy.reset(curl_easy_init());
  if (!handle.easy) bug("curl_easy_init");
  handle.transport.apply_to(handle.easy.get());
  // For a proxy, which gets none of our headers. To the server it goes as one of these: for the
  // option libcurl would format it twice.
  if (!request.direct) set_option(handle.easy.get(), CURLOPT_USERAGENT, user_agent_.c_str());
  return handle;
}

void CurlHandles::give(CurlHandle handle) {
  if (idle_.size() == kMaxIdle) idle_.pop_front();
  idle_.push_back(std::move(handle));
}

}  // namespace dataaction
