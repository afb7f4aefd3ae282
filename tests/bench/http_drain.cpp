#include "tests/bench/http_drain.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace dataaction::bench {
namespace {

std::array<char, 64 << 10> sink;

// A chunk line and its neighbours: what is read with it has to be moved.
constexpr size_t kChunkLine = 16;

std::string_view value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0)
    return {};
  line.remove_prefix(name.size());
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

uint64_t number(std::string_view text, int base) {
  uint64_t value = 0;
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, value, base).ec != std::errc{})
    die("bad number in an answer");
  return value;
}

}  // namespace

void die(std::string_view what) {
  fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  exit(1);
}

std::string http_request(std::string_view path, std::string_view body) {
  std::string out(body.empty() ? "GET " : "POST ");
  out.append(path).append(" HTTP/1.1\r\nHost: bench\r\n");
  if (!body.empty()) {
    out.append("Content-Type: application/json\r\nContent-Length: ");
    out.append(std::to_string(body.size())).append("\r\n");
  }
  return out.append("\r\n").append(body);
}

HttpDrain::HttpDrain(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ == -1 || connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == -1) {
    die("cannot connect");
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

HttpDrain::~HttpDrain() {
  close(fd_);
}

void HttpDrain::send(std::string_view request) {
  state_ = State::kHead;
  chunked_ = false;
  last_chunk_ = false;
  left_ = length_ = 0;
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    die("cannot send a request");
  }
}

bool HttpDrain::drain() {
  while (state_ != State::kDone) {
    if (state_ == State::kBody || state_ == State::kChunk) {
      const ssize_t n =
          recv(fd_, sink.data(), std::min<uint64_t>(left_, sink.size()), MSG_DONTWAIT);
      if (n < 0 && errno == EAGAIN) return false;
      if (n <= 0) die("the server broke an answer off");
      take(static_cast<size_t>(n));
    } else if (!parse_line() && !receive(state_ == State::kHead ? sizeof(line_) : kChunkLine)) {
      return false;
    }
  }
  return true;
}

bool HttpDrain::receive(size_t most) {
  if (held_ >= most) die("a line of an answer is too long");
  const ssize_t n = recv(fd_, line_ + held_, most - held_, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) die("the server closed the connection");
  held_ += static_cast<size_t>(n);
  return true;
}

// False if there is no whole line.
bool HttpDrain::parse_line() {
  const std::string_view held(line_, held_);
  const size_t end = held.find("\r\n");
  if (end == std::string_view::npos) return false;
  if (state_ == State::kHead) {
    parse_head_line(held.substr(0, end));
  } else {
    parse_chunk_line(held.substr(0, end));
  }
  held_ -= end + 2;
  memmove(line_, line_ + end + 2, held_);
  if (state_ == State::kBody || state_ == State::kChunk) {
    const size_t here = std::min<uint64_t>(held_, left_);
    held_ -= here;
    memmove(line_, line_ + here, held_);
    take(here);
  }
  return true;
}

void HttpDrain::parse_head_line(std::string_view line) {
  if (line.starts_with("HTTP/") && line.substr(8, 5) != " 200 ") die(line);
  if (const auto length = value_of(line, "Content-Length:"); !length.empty())
    left_ = number(length, 10);
  if (value_of(line, "Transfer-Encoding:") == "chunked") chunked_ = true;
  if (line.empty()) state_ = chunked_ ? State::kChunkLine : State::kBody;
}

void HttpDrain::parse_chunk_line(std::string_view line) {
  const uint64_t size = number(line, 16);
  last_chunk_ = size == 0;
  left_ = size + 2;
  state_ = State::kChunk;
}

// `size` of the left_ bytes have been read.
void HttpDrain::take(size_t size) {
  left_ -= size;
  bytes_ += size;
  length_ += size;
  if (left_ > 0) return;
  if (state_ == State::kChunk) {
    bytes_ -= 2;
    length_ -= 2;
  }
  state_ = chunked_ && !last_chunk_ ? State::kChunkLine : State::kDone;
}

}  // namespace dataaction::bench
