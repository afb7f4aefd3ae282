// `file` as a producer: the lines of an NDJSON file, as long as it was when it was opened.
//
// Reads from the page cache at once; what is not there is read by nginx's thread pool, so that the
// worker does not wait for a disk.

#pragma once

#include "ngx_module/ngx.h"

#include <expected>
#include <memory>

#include "core/config/config.h"
#include "core/json/ndjson.h"
#include "core/webhook/error_reply.h"
#include "ngx_module/disk_reader.h"
#include "ngx_module/producer.h"
#include "ngx_module/stream_buffer.h"

namespace dataaction {

struct DeliveryConf;

class FileProducer : public Producer {
 public:
  static std::expected<std::unique_ptr<Producer>, ErrorReply> open(ngx_http_request_t* r,
                                                                   const DeliveryConf& conf,
                                                                   const FileSource& source,
                                                                   uint64_t identity,
                                                                   std::string_view cursor);

  FileProducer(ngx_http_request_t* r, DiskReader disk, StreamBuffer buffer, bool trusted,
               size_t max_record_size, uint64_t identity, uint64_t offset, uint64_t line);

  Pull pull(const Demand& demand, RecordRun& run) override;
  Ending ending() const override;
  std::string cursor(uint64_t records, size_t unsent) const override;
  bool exhausted(size_t unsent) const override;

 private:
  Pull read();
  Pull last_line(RecordRun& run);
  Pull hand_out(char* end, RecordRun& run);
  Pull stop(EndReason reason);
  void log_trouble(std::string_view what) const;

  ngx_http_request_t* r_;
  DiskReader disk_;
  StreamBuffer buffer_;
  NdjsonChecker checker_;
  bool trusted_;
  size_t max_record_size_;
  uint64_t identity_;
  uint64_t first_line_;
  uint64_t handed_out_;  // offset in the file behind the last run
  EndReason reason_ = EndReason::kNone;
  bool finished_ = false;
};

}  // namespace dataaction
