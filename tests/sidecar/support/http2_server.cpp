#include "tests/sidecar/support/http2_server.h"

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace dataaction {

namespace {

std::string configuration(const std::string& folder, int port) {
  std::string text = "daemon off; user root; worker_processes 1; pid " + folder +
                     "/pid; error_log " + folder +
                     "/error.log;\nevents {}\nhttp {\naccess_log off;\n";
  for (const char* path : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += std::string(path) + "_temp_path " + folder + "/" + path + ";\n";
  }
  return text + "server {\nlisten 127.0.0.1:" + std::to_string(port) + " ssl http2;\n" +
         "ssl_certificate " + folder + "/server.pem;\nssl_certificate_key " + folder +
         "/server.pem;\nroot " + folder +
         ";\nlocation = / { return 200 \"$server_protocol $connection\"; }\n}\n}\n";
}

}  // namespace

Http2Server::Http2Server(const TestAuthority& authority) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, plain, size) != 0 || ::listen(listener, SOMAXCONN) != 0 ||
      ::getsockname(listener, plain, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);

  scratch_.write("server.pem", authority.server_pem("IP:127.0.0.1"));
  scratch_.write("file", std::string(kFileSize, 'x'));
  const std::string config = scratch_.write("nginx.conf", configuration(scratch_.path("."), port_));
  // How nginx hands its sockets to a new binary; connections wait in the backlog until it is up.
  std::string sockets = "NGINX=" + std::to_string(listener) + ";";
  const std::string log = scratch_.path("error.log");
  const std::array arguments = {"nginx", "-p", "/", "-e", log.c_str(), "-c", config.c_str()};
  std::array<char*, arguments.size() + 1> argv{};
  for (size_t i = 0; i < arguments.size(); ++i) argv[i] = const_cast<char*>(arguments[i]);
  std::array<char*, 2> environment = {sockets.data(), nullptr};
  if (::posix_spawn(&process_, "/usr/sbin/nginx", nullptr, nullptr, argv.data(),
                    environment.data()) != 0) {
    std::abort();
  }
  ::close(listener);
}

Http2Server::~Http2Server() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

std::string Http2Server::url(const std::string& path) const {
  return "https://127.0.0.1:" + std::to_string(port_) + path;
}

}  // namespace dataaction
