// Lines of a head, as libcurl hands them out, into an HttpHead. Heads of 1xx answers and of
// redirects that are followed come before; each status line begins anew.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sidecar/runtime/http.h"

namespace dataaction {

class HttpHeadReader {
 public:
  static constexpr size_t kMaxBytes = 64 << 10;  // of all lines of a transfer, trailers included

  enum class State : uint8_t { kMore, kEnd, kTooLarge, kMalformed };

  // A line with its line break. kEnd: an empty one, after a head that is not 1xx.
  State add(std::string_view line);
  // A line behind the body counts, and is not kept.
  State add_trailer(std::string_view line);

  HttpHead& head() { return head_; }
  const HttpHead& head() const { return head_; }

 private:
  State add_status(std::string_view line);

  HttpHead head_;
  size_t bytes_ = 0;
};

}  // namespace dataaction
