// An HttpRequest as a libcurl easy handle: the options that every request of ours has, and those
// that come from the request. The rules for what is sent where are kept here.

#pragma once

#include <curl/curl.h>

#include <expected>
#include <memory>
#include <string>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

// An option that libcurl has, and a value that it takes.
template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) bug("libcurl refuses an option");
}

class CurlRequest {
 public:
  // Copies what libcurl needs of the request. The error is for HttpFailure::detail: the URL, the
  // method or a header is not one.
  static std::expected<CurlRequest, std::string> create(const HttpRequest& request,
                                                        const std::string& user_agent);

  CURL* easy() const { return easy_.get(); }

  bool has_answer_body() const { return has_answer_body_; }

  // Answers that libcurl does not hand out, but goes on from.
  bool follows(const HttpHead& head) const;

 private:
  struct CleanUp {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  CurlRequest() : easy_(curl_easy_init()) {}

  void set_method(const HttpRequest& request);
  bool set_headers(const HttpHeaders& headers);
  void set_transport(const HttpRequest& request);
  void add_header(const std::string& line);

  std::unique_ptr<curl_slist, CleanUp> headers_;
  std::unique_ptr<CURL, CleanUp> easy_;
  bool has_answer_body_ = true;
  bool follows_ = false;
};

}  // namespace dataaction
