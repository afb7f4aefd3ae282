// A server on a port of 127.0.0.1 that the kernel picks, in threads of the test's process: it does
// on each connection what the test's script says, byte by byte. Not a good server: a script sees
// raw requests and sends raw answers, right or wrong.

#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/sidecar/support/certificates.h"

namespace dataaction {

class HttpTestServer {
 public:
  class Connection;
  // Runs on a thread of its own; when it returns, the connection is closed.
  using Script = std::function<void(Connection&)>;

  explicit HttpTestServer(Script script, TlsContext tls = nullptr);
  HttpTestServer(const HttpTestServer&) = delete;
  HttpTestServer& operator=(const HttpTestServer&) = delete;
  ~HttpTestServer();  // breaks off what the scripts still do

  std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;
  int port() const { return port_; }
  void stop_listening();  // the connections that there are stay

  size_t connections() const;                 // accepted
  std::vector<std::string> requests() const;  // head and body, in the order of their arrival
  size_t request_count() const { return requests().size(); }
  size_t bytes_sent() const { return bytes_sent_; }  // taken by the kernel
  size_t closed_by_peer() const { return closed_by_peer_; }
  size_t closed() const { return closed_; }  // scripts that came to their end

 private:
  void accept_all();
  void serve(Connection& connection);

  const Script script_;
  const TlsContext tls_;
  int listener_;
  int port_ = 0;
  std::atomic<size_t> bytes_sent_ = 0;
  std::atomic<size_t> closed_by_peer_ = 0;
  std::atomic<size_t> closed_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread acceptor_;
};

class HttpTestServer::Connection {
 public:
  Connection(HttpTestServer& server, int fd, size_t number);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  size_t number() const { return number_; }  // 0: the server's first

  // The next one, with a body as long as its Content-Length says; empty: the peer has closed.
  std::string read_request();
  // False: the peer is gone.
  bool send(std::string_view bytes);
  void wait_for_close();
  // From now on. False: the peer did not like it.
  bool start_tls(SSL_CTX* context);
  void close_notify();  // TLS's word for the end
  void reset();         // ends the connection with a TCP RST

 private:
  friend class HttpTestServer;

  bool receive_more();
  void break_off();

  HttpTestServer& server_;
  const int fd_;
  const size_t number_;
  std::unique_ptr<SSL, FreeOpenSsl> tls_;
  std::string received_;
  std::thread thread_;
};

// "HTTP/1.1 200 OK", Content-Length and all.
std::string http_answer(std::string_view body, std::string_view more_headers = "",
                        std::string_view status = "200 OK");

// Answers every request of a connection with the same.
HttpTestServer::Script always(std::string answer);

}  // namespace dataaction
