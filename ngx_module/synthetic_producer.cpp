#include "ngx_module/ngx.h"

#include <algorithm>

#include "core/stream/cursor.h"
#include "ngx_module/synthetic_producer.h"
#include "ngx_module/worker_sources.h"

namespace dataaction {

std::expected<std::unique_ptr<Producer>, ErrorReply> SyntheticProducer::open(
    ngx_pool_t* pool, size_t buffer_size, const SyntheticSource& source, uint64_t identity,
    std::string_view cursor) {
  uint64_t first = 0;
  if (!cursor.empty()) {
    const auto resume = decode_synthetic_cursor(identity, cursor);
    if (!resume || resume->position > source.records) return std::unexpected(bad_cursor());
    first = resume->position;
  }
  StreamBuffer buffer(pool);
  if (!buffer.reserve(buffer_size)) throw std::bad_alloc();
  return std::make_unique<SyntheticProducer>(buffer, Synthetic(source.kind, first, source.records),
                                             identity);
}

Pull SyntheticProducer::pull(const Demand& demand, RecordRun& run) {
  if (records_.finished()) return Pull::kEnd;
  if (demand.max_bytes < Synthetic::kMaxRecord) return Pull::kRun;  // with no record in it
  if (!demand.buffer_free) return Pull::kDrain;
  const size_t room = std::min<uint64_t>(buffer_.size(), demand.max_bytes);
  const auto filled = records_.fill(buffer_.begin(), room, demand.max_records, demand.separator);
  run = {buffer_.begin(), buffer_.begin() + filled.bytes, filled.records, true};
  return Pull::kRun;
}

std::string SyntheticProducer::cursor(uint64_t, size_t) const {
  // A separated run is taken whole or not at all, so what was made is what was taken.
  return encode_cursor(identity_, SyntheticCursor{records_.position()});
}

}  // namespace dataaction
