// What the module knows of one request. Lives in the request's pool; found again after an internal
// redirect, where nginx forgets module contexts.

#pragma once

#include "ngx_module/ngx.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/stream/ending.h"
#include "core/webhook/error_reply.h"
#include "core/webhook/webhook_input.h"
#include "ngx_module/admission.h"

namespace dataaction {

class Call;
class Stream;

// What the variables show. Kept up to date while the answer goes out.
struct Outcome {
  std::string_view source;  // or action, of the configuration
  uint64_t records = 0;
  uint64_t bytes = 0;
  std::optional<EndReason> reason;            // set when the answer has ended
  std::optional<ngx_msec_t> first_byte_time;  // since the request's first byte
};

// Milliseconds since the request's first byte came.
ngx_msec_t elapsed_since_start(ngx_http_request_t* r);

class RequestContext {
 public:
  // nullptr without memory.
  static RequestContext* find_or_create(ngx_http_request_t* r);
  static RequestContext* find(ngx_http_request_t* r);

  explicit RequestContext(ngx_http_request_t* r);
  ~RequestContext();
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  // Forgets an earlier attempt at an answer: an `error_page` of one webhook may lead to another.
  void begin();

  const std::string& context_id() const { return context_id_; }

  // Remembers why the request was refused, for error_handler().
  const ErrorReply& refuse(ErrorReply reply);
  const ErrorReply* refusal() const { return refusal_ ? &*refusal_ : nullptr; }

  Outcome outcome;
  WebhookInput input;
  std::string_view key_label;      // of the key ring
  std::unique_ptr<Stream> stream;  // once the body has been read, where the location streams
  std::unique_ptr<Call> call;      // likewise, where it calls
  Waiter waiter;                   // for a place among dataaction_max_streams

 private:
  ngx_http_request_t* request_;
  std::string context_id_;
  std::optional<ErrorReply> refusal_;
};

}  // namespace dataaction
