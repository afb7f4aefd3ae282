#include "ngx_module/ngx.h"

#include <algorithm>

#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/whole_answer.h"

namespace dataaction {

WholeAnswer::WholeAnswer(ngx_http_request_t* r, const ngx_http_upstream_conf_t& conf,
                         size_t max_text)
    : r_(r), conf_(conf), max_text_(max_text), buffer_(r->pool), reader_(max_text) {
  whole_.handler = [](ngx_event_t* event) noexcept {
    auto& self = *static_cast<WholeAnswer*>(event->data);
    ngx_connection_t* const c = self.r_->connection;
    ngx_http_set_log_request(c->log, self.r_);
    guarded(c->log, [&] { ngx_http_finalize_request(self.r_, NGX_ERROR); }, [&] { self.answer(); });
    ngx_http_run_posted_requests(c);
  };
  whole_.data = this;
  whole_.log = r->connection->log;
}

WholeAnswer::~WholeAnswer() {
  take_whole();
}

// Whether the answer is whole and has not been sent; from now on it is somebody else's to send.
bool WholeAnswer::take_whole() {
  if (!whole_.posted) return false;
  ngx_delete_posted_event(&whole_);
  return true;
}

template <ngx_int_t (WholeAnswer::*kStep)()>
ngx_int_t WholeAnswer::step(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; }, [r] { return (of(r).*kStep)(); });
}

void WholeAnswer::ask(const frame::Request& request) {
  std::string bytes;
  frame::encode(bytes, request);
  frame_ = copy_to_pool(r_->pool, bytes);
  if (frame_.len == 0) return ngx_http_finalize_request(r_, NGX_HTTP_INTERNAL_SERVER_ERROR);
  next_upstream_ = conf_.next_upstream;
  ngx_http_upstream_t* const u = make_upstream(r_, conf_);
  if (u == nullptr) return;
  u->create_request = step<&WholeAnswer::create_request>;
  u->reinit_request = step<&WholeAnswer::reinit_request>;
  u->process_header = step<&WholeAnswer::process_header>;
  u->finalize_request = [](ngx_http_request_t* r, ngx_int_t rc) noexcept {
    guarded(r->connection->log, [&] { of(r).finalize(rc); });
  };
  u->input_filter_ctx = this;
  ngx_http_upstream_init(r_);
}

ngx_int_t WholeAnswer::create_request() {
  if (!buffer_.reserve(conf_.buffer_size)) return NGX_ERROR;
  begin_answer();
  return set_request(r_, frame_);
}

ngx_int_t WholeAnswer::reinit_request() {
  // The answer had come whole when its connection ended: nobody else is to be asked.
  if (whole_.posted) return NGX_ERROR;
  conf_.next_upstream = next_upstream_;
  refusal_.reset();
  begin_answer();
  return NGX_OK;
}

void WholeAnswer::begin_answer() {
  reader_ = AnswerReader(max_text_);
  text_.clear();
  records_ = 0;
  error_.reset();
  buffer_.clear();
  buffer_.show_in(r_->upstream->buffer);
}

ngx_int_t WholeAnswer::process_header() {
  buffer_.take_from(r_->upstream->buffer);
  if (whole_.posted) {
    // Whatever stands behind the end belongs to nobody: such a connection is not used again.
    if (buffer_.held() > 0) r_->upstream->keepalive = 0;
    buffer_.clear();
    buffer_.show_in(r_->upstream->buffer);
    return NGX_AGAIN;
  }
  RecordRun run;
  for (;;) {
    switch (reader_.next(buffer_.pos, buffer_.last, run)) {
      case AnswerReader::Event::kHead:
        if (reader_.head().version == frame::kVersion) continue;
        return ask_next(other_version(r_, reader_.head().version));
      case AnswerReader::Event::kRun:
        if (text_.size() + run.size() > max_text_ + 1) return malformed("too long");
        text_.append(run.begin, run.size());
        records_ += static_cast<uint64_t>(std::ranges::count(run.begin, run.end, '\n'));
        continue;
      case AnswerReader::Event::kEnd:
        if (!reader_.end().complete) return malformed("an END that is not complete");
        if (reader_.end().count != records_) return malformed("a count that is not what came");
        main_conf(r_)->status->sidecar_answered(reader_.head().digest);
        return whole();
      case AnswerReader::Event::kError:
        main_conf(r_)->status->sidecar_answered(reader_.error().digest);
        if (asks_next(reader_.error())) {
          // nginx would not ask once it has sent something, were the method not safe.
          conf_.next_upstream |= NGX_HTTP_UPSTREAM_FT_NON_IDEMPOTENT;
          note_end();
          return ask_next(reader_.error().reply);
        }
        error_ = reader_.error().reply;
        return whole();
      case AnswerReader::Event::kMalformed:
        return malformed(reader_.malformed());
      case AnswerReader::Event::kNeedMore:
        return need_more();
    }
  }
}

void WholeAnswer::note_end() {
  if (buffer_.held() == 0) r_->upstream->keepalive = 1;
}

// Where there is no next one, that is the answer.
ngx_int_t WholeAnswer::ask_next(ErrorReply refusal) {
  refusal_ = std::move(refusal);
  return NGX_HTTP_UPSTREAM_INVALID_HEADER;
}

ngx_int_t WholeAnswer::whole() {
  note_end();
  ngx_post_event(&whole_, &ngx_posted_events);
  return need_more();
}

ngx_int_t WholeAnswer::malformed(const std::string& what) {
  log_line(NGX_LOG_ERR, r_->connection->log, "bad answer from the sidecar: " + what);
  return NGX_HTTP_UPSTREAM_INVALID_HEADER;
}

ngx_int_t WholeAnswer::need_more() {
  buffer_.compact();
  if (buffer_.room() == 0 && !buffer_.grow(max_text_ + frame::kMaxControl)) return NGX_ERROR;
  buffer_.show_in(r_->upstream->buffer);
  return NGX_AGAIN;
}

void WholeAnswer::answer() {
  give_up();
  if (error_) {
    on_error(std::move(*error_));
  } else {
    on_answer();
  }
}

void WholeAnswer::give_up() {
  take_whole();
  released_ = true;
  release_upstream(r_);
}

// The upstream is through with the request: at our own wish, because nobody waits for it any more,
// or because the sidecar could not be asked.
void WholeAnswer::finalize(ngx_int_t rc) {
  if (released_) return;
  bool whole = take_whole();
  if (rc < NGX_HTTP_SPECIAL_RESPONSE || rc == NGX_HTTP_CLIENT_CLOSED_REQUEST) return on_gone();
  if (!whole && refusal_) {
    error_ = std::move(refusal_);
    whole = true;
  }
  on_failure(rc, whole);
}

}  // namespace dataaction
