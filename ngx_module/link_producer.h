// A source behind the sidecar as a producer: one request over the link (docs/protocol.md).
//
// nginx's upstream machinery picks the sidecar, connects, sends the request, reads as far as the
// first record and tries the next sidecar when that fails. From there on the connection is read
// here, at the pace of the stream: nginx's own unbuffered loop would ignore limit_rate, and could
// not end the answer in the ways that delivery promises.

#pragma once

#include "ngx_module/ngx.h"

#include <string>

#include "core/link/answer_reader.h"
#include "ngx_module/producer.h"
#include "ngx_module/stream_buffer.h"

namespace dataaction {

class RequestContext;
struct DeliveryConf;

// Asks the sidecar for the location's source. The context has a stream, armed; it begins when the
// first records come, or is refused.
void start_link(ngx_http_request_t* r, RequestContext& context, ngx_msec_t deadline);

class LinkProducer : public Producer {
 public:
  // `request` is the encoded REQUEST frame, in the request's pool.
  LinkProducer(ngx_http_request_t* r, RequestContext& context, const ngx_str_t& request,
               size_t max_record_size);

  Pull pull(const Demand& demand, RecordRun& run) override;
  Ending ending() const override { return ending_; }
  std::string cursor(uint64_t records, size_t unsent) const override;
  bool exhausted(size_t) const override { return false; }
  std::optional<uint64_t> announced() const override { return announced_; }
  void on_stall() override;
  void release() override;

 private:
  friend class LinkUpstream;

  Pull on_event(AnswerReader::Event event);
  Pull receive(bool buffer_free);
  Pull fail(std::string_view why, EndReason reason = EndReason::kUpstream);
  void end(const frame::End& end);
  void wait();

  ngx_http_request_t* r_;
  RequestContext& context_;
  ngx_str_t request_;
  size_t max_record_size_;
  StreamBuffer buffer_;
  AnswerReader reader_;
  RecordRun first_run_;    // found while nginx was still waiting for the header
  size_t limit_rate_ = 0;  // of the client's connection, while nginx's upstream has the request
  bool limit_rate_set_ = false;
  bool finished_ = false;
  Ending ending_;
  std::optional<uint64_t> announced_;
  // Why the sidecar that was asked last gave nothing, until another one has been reached.
  std::optional<ErrorReply> refusal_;
};

}  // namespace dataaction
