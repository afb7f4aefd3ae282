#include "sidecar/link/request_reader.h"

#include <algorithm>
#include <utility>

#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

constexpr size_t kPiece = 16 << 10;
// What a connection keeps for the next request.
constexpr size_t kKept = 64 << 10;

}  // namespace

Task<std::expected<frame::Request, RequestReader::End>> RequestReader::next(CancelScope& idle) {
  if (space_.size() > kKept) space_ = {};
  held_ = 0;
  const Result<size_t> first = co_await read_more().in(idle);
  if (!first || *first == 0) co_return std::unexpected(End());

  // Most requests come in one piece.
  auto size = wanted();
  if (size && held_ < *size) {
    auto read = co_await with_deadline(clock_, kRequestTime, read_frame());
    if (!read) co_return std::unexpected(std::move(read.error()));
    size = wanted();
  }
  if (!size) co_return std::unexpected(std::move(size.error()));
  // One request is in flight at a time.
  if (held_ > *size) co_return std::unexpected("bytes after a REQUEST");
  auto request = frame::decode_request(
      std::string_view(space_).substr(frame::kHeaderSize, *size - frame::kHeaderSize));
  if (!request) co_return std::unexpected(std::move(request.error()));
  co_return *request;
}

std::expected<size_t, RequestReader::End> RequestReader::wanted() const {
  if (held_ < frame::kHeaderSize) return frame::kHeaderSize;
  const auto header = frame::decode_header(space_);
  if (!header) return std::unexpected(header.error());
  if (header->type != frame::Type::kRequest) return std::unexpected("a frame is not a REQUEST");
  return frame::kHeaderSize + header->length;
}

Task<std::expected<void, RequestReader::End>> RequestReader::read_frame() {
  for (;;) {
    const auto size = wanted();
    if (!size) co_return std::unexpected(size.error());
    if (held_ >= *size) co_return {};
    const Result<size_t> more = co_await read_more();
    if (!more) co_return std::unexpected(more.error().message());
    if (*more == 0) co_return std::unexpected("closed within a REQUEST");
  }
}

Task<Result<size_t>> RequestReader::read_more() {
  // Twice as much each time, so that a long request is not copied for every piece of it.
  if (space_.size() - held_ < kPiece) space_.resize(held_ + std::max(kPiece, held_));
  const Result<size_t> size =
      co_await stream_.read_some(std::span<char>(space_.data() + held_, space_.size() - held_));
  held_ += size.value_or(0);
  co_return size;
}

}  // namespace dataaction
