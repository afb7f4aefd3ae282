#include "ngx_module/ngx.h"

#include <algorithm>
#include <string>

#include "core/link/answer_reader.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/sidecar_status.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/stream_buffer.h"

namespace dataaction {
namespace {

// The page has to come, with the workers' own counters, when the sidecar hangs.
constexpr ngx_msec_t kMaxWait = 2000;
constexpr size_t kMaxText = 16 << 20;

class SidecarStatus {
 public:
  SidecarStatus(ngx_http_request_t* r, std::string_view form, SendStatus send);
  SidecarStatus(const SidecarStatus&) = delete;
  SidecarStatus& operator=(const SidecarStatus&) = delete;
  ~SidecarStatus();

  void start();

 private:
  ngx_int_t create_request();
  ngx_int_t reinit_request();
  ngx_int_t process_header();
  ngx_int_t need_more();
  bool take_whole();
  void answer();
  void finalize(ngx_int_t rc);
  void begin_answer();

  static SidecarStatus& of(ngx_http_request_t* r) {
    return *static_cast<SidecarStatus*>(r->upstream->input_filter_ctx);
  }
  template <ngx_int_t (SidecarStatus::*kStep)()>
  static ngx_int_t step(ngx_http_request_t* r) noexcept {
    return guarded(
        r->connection->log, [] { return ngx_int_t{NGX_ERROR}; }, [r] { return (of(r).*kStep)(); });
  }

  ngx_http_request_t* r_;
  SendStatus send_;
  ngx_http_upstream_conf_t conf_;
  std::string form_;
  StreamBuffer buffer_;
  AnswerReader reader_{kMaxText};
  std::string text_;
  ngx_event_t whole_{};  // posted when the answer is
};

SidecarStatus::SidecarStatus(ngx_http_request_t* r, std::string_view form, SendStatus send)
    : r_(r), send_(send), conf_(delivery_conf(r)->upstream), form_(form), buffer_(r->pool) {
  if (conf_.upstream == nullptr) conf_.upstream = main_conf(r)->default_upstream;
  for (ngx_msec_t* const timeout :
       {&conf_.connect_timeout, &conf_.send_timeout, &conf_.read_timeout}) {
    *timeout = std::min(*timeout, kMaxWait);
  }
  conf_.next_upstream_timeout = kMaxWait;
  whole_.handler = [](ngx_event_t* event) noexcept {
    auto& self = *static_cast<SidecarStatus*>(event->data);
    ngx_connection_t* const c = self.r_->connection;
    ngx_http_set_log_request(c->log, self.r_);
    guarded(c->log, [&] { ngx_http_finalize_request(self.r_, NGX_ERROR); }, [&] { self.answer(); });
    ngx_http_run_posted_requests(c);
  };
  whole_.data = this;
  whole_.log = r->connection->log;
}

SidecarStatus::~SidecarStatus() {
  take_whole();
}

// Whether the answer is whole and has not been sent; from now on it is somebody else's to send.
bool SidecarStatus::take_whole() {
  if (!whole_.posted) return false;
  ngx_delete_posted_event(&whole_);
  return true;
}

void SidecarStatus::start() {
  ngx_http_upstream_t* const u = make_upstream(r_, conf_);
  if (u == nullptr) return;
  u->create_request = step<&SidecarStatus::create_request>;
  u->reinit_request = step<&SidecarStatus::reinit_request>;
  u->process_header = step<&SidecarStatus::process_header>;
  u->finalize_request = [](ngx_http_request_t* r, ngx_int_t rc) noexcept {
    guarded(r->connection->log, [&] { of(r).finalize(rc); });
  };
  u->input_filter_ctx = this;
  ngx_http_upstream_init(r_);
}

ngx_int_t SidecarStatus::create_request() {
  if (!buffer_.reserve(conf_.buffer_size)) return NGX_ERROR;
  begin_answer();
  frame::Request request;
  request.kind = frame::Kind::kStatus;
  request.name = form_;
  std::string bytes;
  frame::encode(bytes, request);
  return set_request(r_, copy_to_pool(r_->pool, bytes));
}

ngx_int_t SidecarStatus::reinit_request() {
  begin_answer();
  return NGX_OK;
}

void SidecarStatus::begin_answer() {
  take_whole();
  reader_ = AnswerReader(kMaxText);
  text_.clear();
  buffer_.clear();
  buffer_.show_in(r_->upstream->buffer);
}

// The whole answer is a header to nginx, which never gets to its end: answer() takes the request
// back.
ngx_int_t SidecarStatus::process_header() {
  buffer_.take_from(r_->upstream->buffer);
  RecordRun run;
  for (;;) {
    switch (reader_.next(buffer_.pos, buffer_.last, run)) {
      case AnswerReader::Event::kHead:
        if (reader_.head().version != frame::kVersion) return NGX_HTTP_UPSTREAM_INVALID_HEADER;
        continue;
      case AnswerReader::Event::kRun:
        if (text_.size() + run.size() > kMaxText) return NGX_HTTP_UPSTREAM_INVALID_HEADER;
        text_.append(run.begin, run.size());
        continue;
      case AnswerReader::Event::kEnd:
        ngx_post_event(&whole_, &ngx_posted_events);
        return need_more();
      case AnswerReader::Event::kError:
      case AnswerReader::Event::kMalformed:
        return NGX_HTTP_UPSTREAM_INVALID_HEADER;
      case AnswerReader::Event::kNeedMore:
        return need_more();
    }
  }
}

ngx_int_t SidecarStatus::need_more() {
  buffer_.compact();
  if (buffer_.room() == 0 && !buffer_.grow(kMaxText)) return NGX_ERROR;
  buffer_.show_in(r_->upstream->buffer);
  return NGX_AGAIN;
}

void SidecarStatus::answer() {
  main_conf(r_)->status->sidecar_answered(reader_.head().digest);
  release_upstream(r_);
  ngx_http_finalize_request(r_, send_(r_, true, text_));
}

// The upstream is through with the request: at answer()'s wish, because nobody waits for it any
// more, or because the sidecar could not be asked.
void SidecarStatus::finalize(ngx_int_t rc) {
  const bool whole = take_whole();
  if (rc < NGX_HTTP_SPECIAL_RESPONSE || rc == NGX_HTTP_CLIENT_CLOSED_REQUEST) return;
  if (r_ != r_->main && r_->header_only) return;  // nginx would end the main request with it
  r_->keepalive = 0;  // nginx's upstream closes after a failure: the header has to say so
  if (send_(r_, whole, whole ? text_ : std::string_view()) == NGX_ERROR) return;
  r_->upstream->header_sent = 1;  // nginx then ends the request without a response of its own
}

}  // namespace

ngx_int_t ask_sidecar(ngx_http_request_t* r, std::string_view form, SendStatus send) {
  auto* const status = make_in_pool<SidecarStatus>(r->pool, r, form, send);
  if (status == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  ++r->main->count;
  status->start();
  return NGX_DONE;
}

}  // namespace dataaction
