#include "tests/bench/loopback.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>

#include "tests/bench/http_drain.h"

namespace dataaction::bench {

int listen_on_loopback() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (fd == -1 || bind(fd, any, size) == -1 || listen(fd, 1024) == -1 ||
      getsockname(fd, any, &size) == -1) {
    die("cannot listen");
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

}  // namespace dataaction::bench
