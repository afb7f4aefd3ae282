#include "sidecar/runtime/curl_request.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/http_token.h"
#include "sidecar/runtime/bug.h"

namespace dataaction {

namespace {

// Load balancers close a connection after a minute without a request; a request that is sent at
// that moment is lost.
constexpr long kMaxIdleSeconds = 50;
// A page of a search in one or two reads; libcurl's own 16k make four turns of the loop of it.
constexpr long kReadSize = 64 << 10;
// libcurl keeps what it has read from a CA file; a new file shall count soon.
constexpr long kCaCacheSeconds = 60;

// What would end the line, or the string for libcurl, and begin something else (RFC 9110, 5.5).
bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool is_url(std::string_view url) {
  const auto scheme = url.substr(0, url.find("://"));
  return (equal_without_case(scheme, "http") || equal_without_case(scheme, "https")) &&
         std::ranges::none_of(url, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_https(std::string_view url) {
  return equal_without_case(url.substr(0, 6), "https:");
}

}  // namespace

std::expected<CurlRequest, std::string> CurlRequest::create(const HttpRequest& request,
                                                            const std::string& user_agent) {
  if (!is_url(request.url)) return std::unexpected("not an http or https URL");
  if (!is_http_token(request.method)) return std::unexpected("not a method");
  CurlRequest self;
  if (!self.easy_) bug("curl_easy_init");
  // libcurl parses it later; what it refuses now is too long.
  if (curl_easy_setopt(self.easy(), CURLOPT_URL, request.url.c_str()) != CURLE_OK) {
    return std::unexpected("the URL is too long");
  }
  self.set_method(request);
  if (!self.set_headers(request.headers)) return std::unexpected("not a header");
  set_option(self.easy(), CURLOPT_USERAGENT, user_agent.c_str());
  self.set_transport(request);
  return self;
}

bool CurlRequest::follows(const HttpHead& head) const {
  return follows_ && head.status >= 300 && head.status < 400 &&
         !head.headers.find("Location").value_or("").empty();
}

void CurlRequest::set_method(const HttpRequest& request) {
  CURL* easy = this->easy();
  if (request.method == "HEAD") {
    has_answer_body_ = false;
    set_option(easy, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    // As a POST that bears another name. An empty body is sent as such.
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set_option(easy, CURLOPT_COPYPOSTFIELDS, request.body.data());
    set_option(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  } else if (request.max_redirects > 0) {
    // libcurl sends our Authorization and Cookie headers to the first host, port and scheme only,
    // as long as CURLOPT_UNRESTRICTED_AUTH is off.
    follows_ = true;
    set_option(easy, CURLOPT_FOLLOWLOCATION, 1L);
    set_option(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
    set_option(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    // Nobody gets from https to what others can read and change.
    set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_https(request.url) ? "https" : "http,https");
  }
}

bool CurlRequest::set_headers(const HttpHeaders& headers) {
  add_header("Expect:");  // no waiting for a 100 (Continue)
  if (!headers.find("Content-Type")) add_header("Content-Type:");  // libcurl would say "form"
  for (const auto& [name, value] : headers) {
    if (!is_http_token(name) || !is_field_value(value)) return false;
    // "Name:" would take a header away.
    add_header(std::string(name).append(value.empty() ? ";" : ": ").append(value));
  }
  set_option(easy(), CURLOPT_HTTPHEADER, headers_.get());
  return true;
}

void CurlRequest::add_header(const std::string& line) {
  curl_slist* list = curl_slist_append(headers_.get(), line.c_str());
  if (list == nullptr) bug("curl_slist_append");
  static_cast<void>(headers_.release());  // the same list, or the first of one
  headers_.reset(list);
}

void CurlRequest::set_transport(const HttpRequest& request) {
  CURL* easy = this->easy();
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!request.ca_file.empty()) {
    set_option(easy, CURLOPT_CAINFO, request.ca_file.c_str());
    set_option(easy, CURLOPT_CAPATH, nullptr);  // this file, and not the system's CAs too
    set_option(easy, CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  }
  if (!request.certificate_file.empty()) {
    set_option(easy, CURLOPT_SSLCERT, request.certificate_file.c_str());
    set_option(easy, CURLOPT_SSLKEY, request.certificate_key_file.c_str());
  }

  // A proxy's answer to CONNECT is no answer to the request, and gets none of its headers.
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));

  set_option(
      easy, CURLOPT_HTTP_VERSION,
      static_cast<long>(request.own_connection ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  // Many requests at a time wait to see whether one connection is enough. Without TLS it never is.
  set_option(easy, CURLOPT_PIPEWAIT, !request.own_connection && is_https(request.url) ? 1L : 0L);
  if (request.direct) set_option(easy, CURLOPT_PROXY, "");
  set_option(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  set_option(easy, CURLOPT_BUFFERSIZE, kReadSize);

  // HttpBody decodes: libcurl decodes whatever coding comes, holds the result of a whole read when
  // paused, and takes a stream that ends in the middle for a complete one.
  set_option(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  set_option(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);

  // Ours is HttpTransfer's alarm; libcurl has to know how long it may try each address.
  if (request.limits.connect_timeout.count() > 0) {
    set_option(easy, CURLOPT_CONNECTTIMEOUT_MS,
               static_cast<long>(request.limits.connect_timeout.count()));
  }
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  // A transfer that ends while a name is looked up leaves the thread behind, instead of waiting for
  // getaddrinfo() on ours; the thread cleans up after itself.
  set_option(easy, CURLOPT_QUICK_EXIT, 1L);
}

}  // namespace dataaction
