// A call: one request of kind `call` over the link (docs/protocol.md), whose answer is one JSON
// object. It leaves whole, with its length, or an error does.
//
// A call that has been sent is not sent again, to this sidecar or another, unless its action may be
// done twice.

#pragma once

#include "ngx_module/ngx.h"

#include "core/link/frame.h"
#include "core/stream/ending.h"
#include "core/webhook/error_reply.h"
#include "ngx_module/whole_answer.h"

namespace dataaction {

class RequestContext;
struct DeliveryConf;

class Call final : public WholeAnswer {
 public:
  Call(ngx_http_request_t* r, RequestContext& context);
  ~Call() override;

  // `deadline` is the time left, in milliseconds; 0: none. The request has a place among
  // dataaction_max_streams. It may have been finalized when this returns.
  void start(ngx_msec_t deadline);

 private:
  void on_answer() override;
  void on_error(ErrorReply reply) override;
  bool asks_next(const frame::Error& error) const override;
  void on_failure(ngx_int_t rc, bool whole) override;
  void on_gone() override { stop(EndReason::kClient); }
  void on_deadline();
  bool is_one_object() const;
  bool is_small_enough() const;
  ngx_int_t send_object();

  void refuse(ErrorReply reply, EndReason reason);
  void stop(EndReason reason);

  RequestContext& context_;
  const DeliveryConf& delivery_;
  ngx_event_t deadline_event_{};
  bool running_ = false;
};

}  // namespace dataaction
