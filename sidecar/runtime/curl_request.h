// An HttpRequest as a libcurl easy handle: what every request sets, on a handle that others have
// used before. The rules for what is sent where are kept here.

#pragma once

#include <curl/curl.h>

#include <expected>
#include <memory>
#include <string>

#include "sidecar/runtime/curl_handles.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

class CurlRequest {
 public:
  // Copies what libcurl needs of the request. The error is for HttpFailure::detail: the URL, the
  // method or a header is not one. `handles` outlives the request.
  static std::expected<CurlRequest, std::string> create(const HttpRequest& request,
                                                        CurlHandles& handles);

  CURL* easy() const { return handle_.easy.get(); }

  bool has_answer_body() const { return has_answer_body_; }

  // Answers that libcurl does not hand out, but goes on from.
  bool follows(const HttpHead& head) const;

  // All went well, and libcurl has let go: another request may have the handle. Without this it
  // ends with the request, and with it whatever state a failure has left.
  void give_back() noexcept;

 private:
  struct CleanUp {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  CurlRequest(CurlHandles& handles, CurlHandle handle)
      : handles_(&handles), handle_(std::move(handle)) {}

  void set_method(const HttpRequest& request);
  bool set_headers(const HttpRequest& request);
  void add_header(const std::string& line);

  CurlHandles* handles_;
  std::unique_ptr<curl_slist, CleanUp> headers_;
  CurlHandle handle_;
  bool has_answer_body_ = true;
  bool follows_ = false;
};

}  // namespace dataaction
