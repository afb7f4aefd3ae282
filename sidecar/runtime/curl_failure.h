// What a CURLcode means to a flow.

#pragma once

#include <curl/curl.h>

#include <string>

#include "sidecar/runtime/http.h"

namespace dataaction {

// `connected`: the failure came after there was a connection that the request could be sent on.
HttpError error_of(CURLcode code, bool connected);

// libcurl's text (CURLOPT_ERRORBUFFER) in one line, or the code's own where the text is empty or
// may quote a URL: those of proxies come with passwords.
std::string detail_of(CURLcode code, std::string_view text);

}  // namespace dataaction
