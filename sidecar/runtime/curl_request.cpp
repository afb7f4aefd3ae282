#include "sidecar/runtime/curl_request.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/http_token.h"
#include "sidecar/runtime/bug.h"

namespace dataaction {

namespace {

// What would end the line, or the string for libcurl, and begin something else (RFC 9110, 5.5).
bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool is_url(std::string_view url) {
  const auto scheme = url.substr(0, url.find("://"));
  return (equal_without_case(scheme, "http") || equal_without_case(scheme, "https")) &&
         std::ranges::none_of(url, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

// What libcurl sends as a POST, whatever its name.
bool sends_body(const HttpRequest& request) {
  return request.method != "HEAD" && (request.method != "GET" || !request.body.empty());
}

}  // namespace

std::expected<CurlRequest, std::string> CurlRequest::create(const HttpRequest& request,
                                                            CurlHandles& handles) {
  if (!is_url(request.url)) return std::unexpected("not an http or https URL");
  if (!is_http_token(request.method)) return std::unexpected("not a method");
  CurlRequest self(handles, handles.take(request));
  // libcurl parses it later; what it refuses now is too long.
  if (curl_easy_setopt(self.easy(), CURLOPT_URL, request.url.c_str()) != CURLE_OK) {
    return std::unexpected("the URL is too long");
  }
  self.set_method(request);
  if (!self.set_headers(request)) return std::unexpected("not a header");
  return self;
}

bool CurlRequest::follows(const HttpHead& head) const {
  return follows_ && head.status >= 300 && head.status < 400 &&
         !head.headers.find("Location").value_or("").empty();
}

void CurlRequest::give_back() noexcept {
  CURL* easy = this->easy();
  set_option(easy, CURLOPT_HTTPHEADER, nullptr);
  set_option(easy, CURLOPT_ERRORBUFFER, nullptr);
  set_option(easy, CURLOPT_CUSTOMREQUEST, nullptr);
  set_option(easy, CURLOPT_COPYPOSTFIELDS, nullptr);
  set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(easy, CURLOPT_HTTPGET, 1L);  // after all that makes it another method
  handles_->give(std::move(handle_));
}

void CurlRequest::set_method(const HttpRequest& request) {
  CURL* easy = this->easy();
  if (request.method == "HEAD") {
    has_answer_body_ = false;
    set_option(easy, CURLOPT_NOBODY, 1L);
  } else if (sends_body(request)) {
    // As a POST that bears another name. An empty body is sent as such.
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set_option(easy, CURLOPT_COPYPOSTFIELDS, request.body.data());
    set_option(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
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

bool CurlRequest::set_headers(const HttpRequest& request) {
  // As headers of ours: libcurl's options for these two have it format each of them twice.
  if (!request.headers.find("User-Agent")) add_header("User-Agent: " + handles_->user_agent());
  if (!request.headers.find("Accept-Encoding")) add_header("Accept-Encoding: gzip");
  if (sends_body(request)) {
    add_header("Expect:");  // no waiting for a 100 (Continue)
    // libcurl would say "form".
    if (!request.headers.find("Content-Type")) add_header("Content-Type:");
  }
  for (const auto& [name, value] : request.headers) {
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

}  // namespace dataaction
