#include "sidecar/runtime/http_body.h"

#include <utility>

namespace dataaction {

namespace {

constexpr size_t kMaxPiece = 64 << 10;  // decoded

}  // namespace

void HttpBody::begin(const HttpHeaders& headers) {
  const std::string_view coding = headers.find("Content-Encoding").value_or("");
  // RFC 9110, 8.4.1.3
  if (equal_without_case(coding, "gzip") || equal_without_case(coding, "x-gzip")) gzip_.emplace();
}

std::expected<std::string, HttpError> HttpBody::take() {
  auto piece = gzip_ ? take_decoded() : std::exchange(waiting_, {});
  if (!piece) return piece;
  if (piece->size() > max_body_ - taken_) {
    taken_ = max_body_;  // whatever is left is too large as well
    return std::unexpected(HttpError::kTooLarge);
  }
  taken_ += piece->size();
  return piece;
}

std::expected<std::string, HttpError> HttpBody::take_decoded() {
  std::string_view input = waiting_;
  std::optional<size_t> size;
  std::string piece;
  piece.resize_and_overwrite(kMaxPiece, [&](char* data, size_t room) noexcept {
    size = gzip_->decode(input, {data, room});
    return size.value_or(0);
  });
  if (!size) return std::unexpected(HttpError::kProtocol);
  waiting_.erase(0, waiting_.size() - input.size());
  piece.shrink_to_fit();
  return piece;
}

}  // namespace dataaction
