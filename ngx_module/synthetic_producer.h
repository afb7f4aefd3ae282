// `synthetic` as a producer. The shape of its records is core/stream/synthetic.h's.

#pragma once

#include "ngx_module/ngx.h"

#include <expected>
#include <memory>

#include "core/config/config.h"
#include "core/stream/synthetic.h"
#include "core/webhook/error_reply.h"
#include "ngx_module/producer.h"
#include "ngx_module/stream_buffer.h"

namespace dataaction {

class SyntheticProducer : public Producer {
 public:
  // `identity` marks the cursors.
  static std::expected<std::unique_ptr<Producer>, ErrorReply> open(ngx_pool_t* pool,
                                                                   size_t buffer_size,
                                                                   const SyntheticSource& source,
                                                                   uint64_t identity,
                                                                   std::string_view cursor);

  SyntheticProducer(StreamBuffer buffer, const Synthetic& records, uint64_t identity)
      : buffer_(buffer), records_(records), identity_(identity) {}

  Pull pull(const Demand& demand, RecordRun& run) override;
  Ending ending() const override { return {}; }
  std::string cursor(uint64_t records, size_t unsent) const override;
  bool exhausted(size_t unsent) const override { return unsent == 0 && records_.finished(); }

 private:
  StreamBuffer buffer_;
  Synthetic records_;
  uint64_t identity_;
};

}  // namespace dataaction
