// One request over the link whose answer is read to its end before a byte is sent to the client:
// the sidecar's status, the one object of a call.
//
// nginx's upstream machinery picks the sidecar, connects, and tries the next one. The whole answer
// is a header to it, of which it never sees the end: the request is taken back from it instead. An
// object lives in its request's pool, or in what dies with it.

#pragma once

#include "ngx_module/ngx.h"

#include <optional>
#include <string>

#include "core/link/answer_reader.h"
#include "core/link/frame.h"
#include "ngx_module/stream_buffer.h"

namespace dataaction {

class WholeAnswer {
 public:
  WholeAnswer(const WholeAnswer&) = delete;
  WholeAnswer& operator=(const WholeAnswer&) = delete;

 protected:
  // Of the answer's records at most `max_text` bytes are taken.
  WholeAnswer(ngx_http_request_t* r, const ngx_http_upstream_conf_t& conf, size_t max_text);
  virtual ~WholeAnswer();

  // Called once. The request may have been finalized when it returns.
  void ask(const frame::Request& request);

  // What the sidecar has said: records, an LF after each.
  const std::string& text() const { return text_; }
  // nullptr: it was not refused.
  const ErrorReply* error() const { return error_ ? &*error_ : nullptr; }

  // All of it has come, and nginx's upstream has let the request go: sends the response and
  // finalizes.
  virtual void on_answer() = 0;
  // The same, for a refusal.
  virtual void on_error(ErrorReply reply) = 0;
  // Whether a refusal is for the next sidecar to better: who refused has not begun.
  virtual bool asks_next(const frame::Error& error) const = 0;
  // nginx's upstream is through, with one of its own statuses, and the client waits for a response.
  // `whole`: text() or error() has all of the answer nevertheless, or error() the refusal after
  // which no other sidecar could be reached. See send_instead().
  virtual void on_failure(ngx_int_t rc, bool whole) = 0;
  // The request goes away.
  virtual void on_gone() {}

  // Gives the request back to its handler. Nothing of the above will be called.
  void give_up();

  ngx_http_request_t* request() const { return r_; }
  // A copy: what is changed here holds for this request alone.
  ngx_http_upstream_conf_t& conf() { return conf_; }

 private:
  ngx_int_t create_request();
  ngx_int_t reinit_request();
  ngx_int_t process_header();
  ngx_int_t need_more();
  ngx_int_t whole();
  void note_end();
  ngx_int_t ask_next(ErrorReply refusal);
  ngx_int_t malformed(const std::string& what);
  bool take_whole();
  void answer();
  void finalize(ngx_int_t rc);
  void begin_answer();

  static WholeAnswer& of(ngx_http_request_t* r) {
    return *static_cast<WholeAnswer*>(r->upstream->input_filter_ctx);
  }
  template <ngx_int_t (WholeAnswer::*kStep)()>
  static ngx_int_t step(ngx_http_request_t* r) noexcept;

  ngx_http_request_t* r_;
  ngx_http_upstream_conf_t conf_;
  const size_t max_text_;
  ngx_uint_t next_upstream_ = 0;  // as it was configured
  ngx_str_t frame_{};
  StreamBuffer buffer_;
  AnswerReader reader_;
  std::string text_;
  uint64_t records_ = 0;             // in text_
  std::optional<ErrorReply> error_;  // instead of it
  // Why the one that was asked last did not answer, until another one has been reached.
  std::optional<ErrorReply> refusal_;
  ngx_event_t whole_{};    // posted when the answer is
  bool released_ = false;  // nginx's upstream has let the request go, at our wish
};

}  // namespace dataaction
