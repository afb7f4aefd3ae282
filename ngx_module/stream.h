// Delivery: pulls records from a producer, shapes them and hands them to nginx's output filters, as
// fast as the client takes them and no faster.
//
// A state machine that runs in pump(), called on every event that may let it go on: the client can
// be written to, the producer has more, a timer. It holds one buffer (the producer's) and a bounded
// number of ngx_buf_t; while any of them waits for the client nothing is produced. It ends the
// answer exactly once: closed validly, or broken so that no client takes it for whole.

#pragma once

#include "ngx_module/ngx.h"

#include <memory>
#include <string>
#include <string_view>

#include "core/stream/record_shaper.h"
#include "core/webhook/error_reply.h"
#include "ngx_module/producer.h"

namespace dataaction {

class RequestContext;
struct DeliveryConf;

class Stream {
 public:
  // `deadline` is the time left, in milliseconds; 0: none.
  Stream(ngx_http_request_t* r, RequestContext& context, const RecordShaper& shaper,
         ngx_msec_t deadline);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void set_producer(std::unique_ptr<Producer> producer) { producer_ = std::move(producer); }
  Producer* producer() const { return producer_.get(); }

  // From here on the deadline runs, and the admission's place is given back at the end. The
  // producer may take its time before it calls begin().
  void arm();

  // Takes over the request's event handlers; pump() follows. `header_sent`: nginx's upstream has
  // sent the response header.
  void begin(bool header_sent);

  // Goes on. The request may be finalized, and this object gone, when it returns.
  void pump();
  // pump() as an event handler calls it: nothing is thrown.
  void resume() noexcept;
  // The same, from the event loop, when the current event is through.
  void pump_soon();

  // Ends a stream that has not begun with an error.
  void refuse(ErrorReply reply);

  bool begun() const { return begun_; }

  // Ends everything without a word to the client: the request is going away.
  void stop();

 private:
  enum class Step : uint8_t { kSend, kWait, kGone };

  void stop_with_request();
  void mark_unfinished();
  Step gather();
  Step end(Ending ending);
  Ending stopped_ending() const;
  void append(std::string_view bytes);
  bool send_header();
  bool send_out();
  bool send(ngx_chain_t* out);
  void wait_for_client();
  void wait_for_producer();
  bool flush_due() const;
  void finish();
  void abort();
  void finalize(ngx_int_t rc);
  void account(EndReason reason);
  void count();
  void on_deadline();
  template <typename Body>
  void on_event(Body&& body) noexcept;

  static void on_write(ngx_http_request_t* r) noexcept;
  static void on_timer(ngx_event_t* event) noexcept;
  static void on_deadline_event(ngx_event_t* event) noexcept;
  static void on_cleanup(void* data) noexcept;

  ngx_http_request_t* r_;
  RequestContext& context_;
  const DeliveryConf& conf_;
  RecordShaper shaper_;
  std::unique_ptr<Producer> producer_;
  RecordRun run_;  // what is left of the last run

  ngx_chain_t* free_ = nullptr;
  ngx_chain_t* busy_ = nullptr;
  ngx_chain_t* out_ = nullptr;  // appended and not handed to nginx yet
  ngx_chain_t** out_end_ = &out_;
  ngx_buf_t* out_last_ = nullptr;
  unsigned out_slices_ = 0;

  std::string tail_;
  ngx_event_t deadline_event_{};
  ngx_event_t flush_event_{};
  ngx_event_t soon_event_{};
  ngx_msec_t deadline_;
  ngx_msec_t last_send_ = 0;
  uint64_t counted_records_ = 0;  // what the status page has been told
  uint64_t counted_bytes_ = 0;
  size_t since_yield_ = 0;

  ngx_int_t result_ = NGX_OK;  // of the output filter

  ngx_http_cleanup_t* cleanup_ = nullptr;  // that stops this stream with its request
  bool armed_ = false;
  bool begun_ = false;
  bool header_sent_ = false;
  bool prefix_sent_ = false;
  bool ended_ = false;       // the tail is in out_, or out
  bool unfinished_ = false;  // a clean close of the connection would be a clean end
  bool stalled_ = false;
  bool stopped_ = false;
};

}  // namespace dataaction
