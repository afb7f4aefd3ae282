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
  if (bytes_.capacity() > kKept) bytes_ = {};
  bytes_.clear();
  const Result<size_t> first = co_await read_more().in(idle);
  if (!first || *first == 0) co_return std::unexpected(End());

  auto read = co_await with_deadline(clock_, kRequestTime, read_frame());
  if (!read) co_return std::unexpected(std::move(read.error()));
  auto request = frame::decode_request(std::string_view(bytes_).substr(frame::kHeaderSize));
  if (!request) co_return std::unexpected(std::move(request.error()));
  co_return *request;
}

Task<std::expected<void, RequestReader::End>> RequestReader::read_frame() {
  size_t wanted = frame::kHeaderSize;
  bool header = true;
  for (;;) {
    while (bytes_.size() < wanted) {
      const Result<size_t> size = co_await read_more();
      if (!size) co_return std::unexpected(size.error().message());
      if (*size == 0) co_return std::unexpected("closed within a REQUEST");
    }
    if (!std::exchange(header, false)) break;
    const auto decoded = frame::decode_header(bytes_);
    if (!decoded) co_return std::unexpected(decoded.error());
    if (decoded->type != frame::Type::kRequest)
      co_return std::unexpected("a frame is not a REQUEST");
    wanted += decoded->length;
  }
  // One request is in flight at a time.
  if (bytes_.size() > wanted) co_return std::unexpected("bytes after a REQUEST");
  co_return {};
}

Task<Result<size_t>> RequestReader::read_more() {
  const size_t before = bytes_.size();
  // Twice as much each time, so that a long request is not copied for every piece of it.
  bytes_.resize(before + std::max(kPiece, before));
  const Result<size_t> size =
      co_await stream_.read_some(std::span<char>(bytes_.data() + before, bytes_.size() - before));
  bytes_.resize(before + size.value_or(0));
  co_return size;
}

}  // namespace dataaction
