// Both sides of "the link alone", in one process: answers whatever comes to LINK_SOCKET as
// dataactiond would, with RECORDS (NDJSON) in frames, and whatever comes to HTTP_SOCKET as a web
// server would, with BODY. Both answers are made beforehand and written from memory: what is left
// to measure is the worker between them and the client.
//
// usage: link_peer LINK_SOCKET RECORDS HTTP_SOCKET BODY

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "core/link/frame.h"

namespace frame = dataaction::frame;

namespace {

constexpr size_t kSlice = 64 << 10;  // of records in a DATA frame

[[noreturn]] void die(const char* what) {
  perror(what);
  exit(1);
}

std::string read_file(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) die(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// HEAD, as many DATA as it takes, END.
std::string link_answer(std::string_view records) {
  std::string out;
  frame::encode(out, frame::Head{});
  frame::End end;
  end.count = static_cast<uint64_t>(std::ranges::count(records, '\n'));
  while (!records.empty()) {
    const std::string_view slice = records.substr(0, kSlice);
    frame::encode_data_prefix(out, {}, slice.size());
    out += slice;
    records.remove_prefix(slice.size());
  }
  frame::encode(out, end);
  return out;
}

std::string http_answer(std::string_view body) {
  std::string out("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return out;
}

bool link_request_whole(std::string_view held) {
  if (held.size() < frame::kHeaderSize) return false;
  const auto header = frame::decode_header(held);
  return !header || held.size() >= frame::kHeaderSize + header->length;
}

bool http_request_whole(std::string_view held) {
  return held.ends_with("\r\n\r\n");
}

struct Service {
  int fd = -1;
  bool (*whole)(std::string_view) = nullptr;
  std::string answer;
};

struct Connection {
  int fd;
  const Service* service;
  std::string request;
  std::string_view unsent;
};

int listen_on(const char* path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == -1 ||
      listen(fd, 4096) == -1) {
    die(path);
  }
  return fd;
}

void watch(int epoll, int fd, void* data) {
  epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {data}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1) die("epoll_ctl");
}

// False if the peer is gone.
bool serve(Connection& c) {
  for (;;) {
    while (!c.unsent.empty()) {
      const ssize_t n = send(c.fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
      if (n < 0) return errno == EAGAIN;
      c.unsent.remove_prefix(static_cast<size_t>(n));
    }
    std::array<char, 4096> bytes;
    const ssize_t n = recv(c.fd, bytes.data(), bytes.size(), 0);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    c.request.append(bytes.data(), static_cast<size_t>(n));
    if (c.service->whole(c.request)) {
      c.request.clear();
      c.unsent = c.service->answer;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: link_peer LINK_SOCKET RECORDS HTTP_SOCKET BODY\n");
    return 1;
  }
  std::array services{
      Service{listen_on(argv[1]), link_request_whole, link_answer(read_file(argv[2]))},
      Service{listen_on(argv[3]), http_request_whole, http_answer(read_file(argv[4]))},
  };
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (Service& service : services) watch(epoll, service.fd, &service);

  for (;;) {
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      void* const data = events[static_cast<size_t>(i)].data.ptr;
      if (data >= services.begin() && data < services.end()) {
        auto& service = *static_cast<Service*>(data);
        for (int fd;
             (fd = accept4(service.fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) != -1;) {
          watch(epoll, fd, new Connection{fd, &service, {}, {}});
        }
      } else if (auto* const c = static_cast<Connection*>(data); !serve(*c)) {
        close(c->fd);
        delete c;
      }
    }
  }
}
