// One keep-alive HTTP/1.1 connection of a load client. It reads all bytes, because every client
// does (one that drops them in the kernel would show sendfile at a rate that nobody can receive),
// and looks at the framing alone: the length of each body is counted, its contents are compared
// elsewhere, once.
//
// The connection owns its socket. Anything unexpected ends the program: a measurement of a broken
// server is none.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction::bench {

[[noreturn]] void die(std::string_view what);

// A POST of the JSON `body`, or a GET if it is empty.
std::string http_request(std::string_view path, std::string_view body);

class HttpDrain {
 public:
  // Connects to a port of 127.0.0.1.
  explicit HttpDrain(uint16_t port);
  ~HttpDrain();
  HttpDrain(const HttpDrain&) = delete;
  HttpDrain& operator=(const HttpDrain&) = delete;

  int fd() const { return fd_; }

  void send(std::string_view request);

  // Reads what has come. True when the answer is whole; false if more is to come.
  bool drain();

  // Body bytes of all answers so far, and of the last whole one.
  uint64_t bytes() const { return bytes_; }
  uint64_t last_length() const { return length_; }

 private:
  enum class State : uint8_t { kHead, kChunkLine, kChunk, kBody, kDone };

  bool receive(size_t most);
  bool parse_line();
  void parse_head_line(std::string_view line);
  void parse_chunk_line(std::string_view line);
  void take(size_t size);

  int fd_;
  State state_ = State::kDone;
  bool chunked_ = false;
  bool last_chunk_ = false;
  uint64_t left_ = 0;    // bytes to come: of a body, or of a chunk and its CRLF
  uint64_t length_ = 0;  // of this body
  uint64_t bytes_ = 0;
  size_t held_ = 0;
  char line_[1024];
};

}  // namespace dataaction::bench
