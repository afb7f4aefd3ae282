#include "sidecar/link/listen_socket.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

class Listen : public testing::Test {
 protected:
  Listen() { config.path = scratch.path("s.sock"); }

  static struct stat look_at(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
  }

  static bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

  bool connects() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    config.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }

  Scratch scratch;
  ListenConfig config;
};

TEST_F(Listen, IsThereWithItsMode) {
  config.mode = 0620;
  const auto socket = ListenSocket::open(config);
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_TRUE(S_ISSOCK(look_at(config.path).st_mode));
  EXPECT_EQ(look_at(config.path).st_mode & 0777u, 0620u);
  EXPECT_TRUE(connects());
  EXPECT_FALSE(exists(config.path + "~"));
  EXPECT_EQ(look_at(config.path + ".lock").st_mode & 0777u, 0600u);
}

TEST_F(Listen, WhateverTheUmask) {
  const mode_t before = ::umask(0777);
  config.mode = 0660;
  const auto socket = ListenSocket::open(config);
  ::umask(before);
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(look_at(config.path).st_mode & 0777u, 0660u);
}

TEST_F(Listen, BelongsToItsGroup) {
  const group* own = ::getgrgid(::getgid());
  ASSERT_NE(own, nullptr);
  config.group = own->gr_name;
  const auto socket = ListenSocket::open(config);
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(look_at(config.path).st_gid, own->gr_gid);
}

TEST_F(Listen, AStaleSocketIsReplaced) {
  const OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  config.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_FALSE(connects());
  const auto socket = ListenSocket::open(config);
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_TRUE(connects());
}

TEST_F(Listen, WhatIsNoSocketStays) {
  scratch.write("s.sock", "precious");
  const auto socket = ListenSocket::open(config);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().message, "\"" + config.path + "\" exists and is not a socket");
  EXPECT_TRUE(S_ISREG(look_at(config.path).st_mode));
}

TEST_F(Listen, ASecondInstanceIsRefused) {
  const auto first = ListenSocket::open(config);
  const auto second = ListenSocket::open(config);
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().already_running);
  EXPECT_TRUE(connects());
}

TEST_F(Listen, TheSameInstanceMayBindAnew) {
  auto first = ListenSocket::open(config);
  ASSERT_TRUE(first);
  config.mode = 0600;
  const auto second = ListenSocket::open(config, &*first);
  ASSERT_TRUE(second) << second.error().message;
  first->remove_file();
  EXPECT_EQ(look_at(config.path).st_mode & 0777u, 0600u);
  EXPECT_TRUE(connects());
  EXPECT_FALSE(ListenSocket::open(config));
}

TEST_F(Listen, RemovesItsOwnFile) {
  {
    const auto socket = ListenSocket::open(config);
  }
  EXPECT_FALSE(exists(config.path));
  EXPECT_TRUE(ListenSocket::open(config));
}

TEST_F(Listen, LeavesTheFileOfAnother) {
  {
    const auto socket = ListenSocket::open(config);
    ::unlink(config.path.c_str());
    scratch.write("s.sock", "another's");
  }
  EXPECT_TRUE(exists(config.path));
}

TEST_F(Listen, SaysWhatIsWrong) {
  config.group = "no-such-group";
  EXPECT_EQ(check_listen(config).error(),
            "unknown group \"no-such-group\" in \"listen\" directive");
  config.group.clear();
  config.path = scratch.path("none/s.sock");
  EXPECT_EQ(ListenSocket::open(config).error().message,
            "open() \"" + config.path + ".lock\" failed (2: No such file or directory)");
  config.path = "/" + std::string(106, 'x');
  EXPECT_FALSE(check_listen(config));
  config.path.pop_back();
  EXPECT_TRUE(check_listen(config));
}

}  // namespace
}  // namespace dataaction
