// The one buffer of a stream: memory of the request's pool, with a byte in front of it that the
// shaper may overwrite, able to grow to hold a record that is larger than it.

#pragma once

#include "ngx_module/ngx.h"

#include <cstddef>
#include <cstring>

namespace dataaction {

class StreamBuffer {
 public:
  // Memory comes with reserve(): an instance of size 0 has none.
  explicit StreamBuffer(ngx_pool_t* pool) : pool_(pool) {}

  // False without memory.
  bool reserve(size_t size) {
    auto* memory = static_cast<char*>(ngx_palloc(pool_, size + kLead));
    if (memory == nullptr) return false;
    begin_ = pos = last = memory + kLead;
    end_ = begin_ + size;
    return true;
  }

  char* begin() const { return begin_; }
  char* end() const { return end_; }
  size_t size() const { return static_cast<size_t>(end_ - begin_); }
  size_t room() const { return static_cast<size_t>(end_ - last); }
  size_t held() const { return static_cast<size_t>(last - pos); }
  bool full() const { return pos == begin_ && last == end_; }

  void clear() { pos = last = begin_; }

  // Moves what is held to the front. Only while nothing refers to the buffer.
  void compact() {
    if (pos == begin_) return;
    const size_t size = held();
    memmove(begin_, pos, size);
    pos = begin_;
    last = begin_ + size;
  }

  // Twice the size, at most `max`, for a record that fills the buffer. Only while nothing refers to
  // it. False without memory or at `max`.
  bool grow(size_t max) {
    const size_t old_size = size();
    if (old_size >= max) return false;
    char* const old = begin_;
    const size_t keep = held();
    char* const from = pos;
    const size_t wanted = old_size * 2 < max ? old_size * 2 : max;
    if (!reserve(wanted)) return false;
    memcpy(begin_, from, keep);
    last = begin_ + keep;
    ngx_pfree(pool_, old - kLead);
    return true;
  }

  // nginx's upstream reads through `buf` into this buffer.
  void show_in(ngx_buf_t& buf) const {
    buf.start = reinterpret_cast<u_char*>(begin_);
    buf.pos = reinterpret_cast<u_char*>(pos);
    buf.last = reinterpret_cast<u_char*>(last);
    buf.end = reinterpret_cast<u_char*>(end_);
  }
  // What it has read there.
  void take_from(const ngx_buf_t& buf) { last = reinterpret_cast<char*>(buf.last); }

  char* pos = nullptr;   // what is held and not handed out begins here
  char* last = nullptr;  // and ends here

 private:
  static constexpr size_t kLead = 16;  // one byte is needed; this keeps the rest aligned

  ngx_pool_t* pool_;
  char* begin_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace dataaction
