#include "sidecar/runtime/curl_failure.h"

#include <algorithm>

namespace dataaction {

HttpError error_of(CURLcode code, bool connected) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpError::kName;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return HttpError::kConnect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return HttpError::kTls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return HttpError::kCertificate;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpError::kTimeout;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_ABORTED_BY_CALLBACK:
      // A proxy that says no to CONNECT, or goes away, has not connected us.
      return connected ? HttpError::kBroken : HttpError::kConnect;
    case CURLE_OUT_OF_MEMORY:
      return HttpError::kTooLarge;  // libcurl 7.88 says so of one line of more than 100 KiB
    default:
      return HttpError::kProtocol;
  }
}

std::string detail_of(CURLcode code, std::string_view text) {
  const bool quotes = text.contains("://") || text.contains('@');
  std::string detail(text.empty() || quotes ? curl_easy_strerror(code) : text);
  std::ranges::replace_if(detail, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return detail;
}

}  // namespace dataaction
