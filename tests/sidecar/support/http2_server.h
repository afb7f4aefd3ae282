// nginx, as a server of HTTP/2 over TLS on a port of 127.0.0.1 that the kernel picks.

#pragma once

#include <sys/types.h>

#include <string>

#include "tests/sidecar/scratch.h"
#include "tests/sidecar/support/certificates.h"

namespace dataaction {

class Http2Server {
 public:
  static constexpr size_t kFileSize = 8 << 20;

  explicit Http2Server(const TestAuthority& authority);
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;
  ~Http2Server();

  // "/": the protocol and the number of the connection; "/file": kFileSize bytes.
  std::string url(const std::string& path) const;

 private:
  Scratch scratch_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace dataaction
