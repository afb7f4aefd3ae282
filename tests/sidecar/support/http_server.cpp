#include "tests/sidecar/support/http_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace dataaction {

namespace {

constexpr int kBacklog = 512;

size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const size_t at = head.find(kName);
  return at == std::string_view::npos ? 0
                                      : std::strtoul(head.data() + at + kName.size(), nullptr, 10);
}

}  // namespace

HttpTestServer::HttpTestServer(Script script, TlsContext tls)
    : script_(std::move(script)),
      tls_(std::move(tls)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, plain, size) != 0 || ::listen(listener_, kBacklog) != 0 ||
      ::getsockname(listener_, plain, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpTestServer::~HttpTestServer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  acceptor_.join();
  for (const auto& connection : connections_) connection->break_off();
  connections_.clear();
  ::close(listener_);
}

void HttpTestServer::stop_listening() {
  ::shutdown(listener_, SHUT_RDWR);
}

std::string HttpTestServer::url(const std::string& path, const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

size_t HttpTestServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

std::vector<std::string> HttpTestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpTestServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    auto& connection =
        *connections_.emplace_back(std::make_unique<Connection>(*this, fd, connections_.size()));
    connection.thread_ = std::thread([this, &connection] { serve(connection); });
  }
}

void HttpTestServer::serve(Connection& connection) {
  if (!tls_ || connection.start_tls(tls_.get())) script_(connection);
  connection.break_off();
  ++closed_;
}

HttpTestServer::Connection::Connection(HttpTestServer& server, int fd, size_t number)
    : server_(server), fd_(fd), number_(number) {}

HttpTestServer::Connection::~Connection() {
  thread_.join();
  ::close(fd_);
}

bool HttpTestServer::Connection::start_tls(SSL_CTX* context) {
  tls_.reset(SSL_new(context));
  SSL_set_fd(tls_.get(), fd_);
  return SSL_accept(tls_.get()) == 1;
}

bool HttpTestServer::Connection::receive_more() {
  std::array<char, 65536> buffer;
  const ssize_t size = tls_ ? SSL_read(tls_.get(), buffer.data(), buffer.size())
                            : ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size <= 0) {
    ++server_.closed_by_peer_;
    return false;
  }
  received_.append(buffer.data(), static_cast<size_t>(size));
  return true;
}

std::string HttpTestServer::Connection::read_request() {
  size_t head = 0;
  while ((head = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more()) return {};
  }
  const size_t size = head + 4 + content_length(std::string_view(received_).substr(0, head + 2));
  while (received_.size() < size) {
    if (!receive_more()) return {};
  }
  std::string request = received_.substr(0, size);
  received_.erase(0, size);
  const std::lock_guard lock(server_.mutex_);
  return server_.requests_.emplace_back(std::move(request));
}

bool HttpTestServer::Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    server_.bytes_sent_ += static_cast<size_t>(size);
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

void HttpTestServer::Connection::wait_for_close() {
  while (receive_more()) received_.clear();
}

void HttpTestServer::Connection::close_notify() {
  SSL_shutdown(tls_.get());
}

void HttpTestServer::Connection::reset() {
  // Connected to nowhere, TCP sends RST; the descriptor stays ours.
  const sockaddr nowhere{.sa_family = AF_UNSPEC, .sa_data = {}};
  ::connect(fd_, &nowhere, sizeof(nowhere));
}

void HttpTestServer::Connection::break_off() {
  ::shutdown(fd_, SHUT_RDWR);
}

std::string http_answer(std::string_view body, std::string_view more_headers,
                        std::string_view status) {
  std::string answer("HTTP/1.1 ");
  answer.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return answer.append("\r\n").append(more_headers).append("\r\n").append(body);
}

HttpTestServer::Script always(std::string answer) {
  return [answer = std::move(answer)](HttpTestServer::Connection& connection) {
    while (!connection.read_request().empty() && connection.send(answer)) {
    }
  };
}

}  // namespace dataaction
