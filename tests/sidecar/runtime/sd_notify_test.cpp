#include "sidecar/runtime/sd_notify.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

// Stands in for the service manager.
class SdNotifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kVariables) ::unsetenv(name);
  }

  void TearDown() override {
    for (const char* name : kVariables) ::unsetenv(name);
    if (manager_ >= 0) ::close(manager_);
  }

  void listen(std::string_view name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof(address.sun_path) - 1);
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
    if (name[0] == '@') {
      address.sun_path[0] = '\0';
      --size;
    }
    manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::bind(manager_, reinterpret_cast<sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", std::string(name).c_str(), 1);
  }

  std::string path() const { return scratch_.path("socket"); }

  // "" if there is nothing.
  std::string receive() const {
    std::array<char, 4096> buffer;
    const ssize_t size = ::recv(manager_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<size_t>(size));
  }

 private:
  static constexpr std::array<const char*, 3> kVariables = {"NOTIFY_SOCKET", "WATCHDOG_USEC",
                                                            "WATCHDOG_PID"};
  const Scratch scratch_;
  int manager_ = -1;
};

TEST_F(SdNotifyTest, WithoutAManagerDoesNothing) {
  auto notify = SdNotify::from_environment();
  ASSERT_TRUE(notify.has_value());
  EXPECT_TRUE(notify->ready().has_value());
  EXPECT_TRUE(notify->status("fine").has_value());
  EXPECT_EQ(notify->watchdog_interval(), std::nullopt);
}

TEST_F(SdNotifyTest, TellsTheManagerAtAPath) {
  listen(path());
  auto notify = SdNotify::from_environment();
  ASSERT_TRUE(notify.has_value());
  EXPECT_TRUE(notify->ready().has_value());
  EXPECT_EQ(receive(), "READY=1");
  EXPECT_TRUE(notify->watchdog().has_value());
  EXPECT_EQ(receive(), "WATCHDOG=1");
  EXPECT_TRUE(notify->stopping().has_value());
  EXPECT_EQ(receive(), "STOPPING=1");
  EXPECT_EQ(receive(), "");
}

TEST_F(SdNotifyTest, TellsTheManagerAtAnAbstractName) {
  listen("@dataaction-test-" + std::to_string(::getpid()));
  auto notify = SdNotify::from_environment();
  ASSERT_TRUE(notify.has_value());
  EXPECT_TRUE(notify->ready().has_value());
  EXPECT_EQ(receive(), "READY=1");
}

TEST_F(SdNotifyTest, AReloadCarriesTheMonotonicTime) {
  listen(path());
  auto notify = SdNotify::from_environment();
  ASSERT_TRUE(notify.has_value());
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000 + time.tv_nsec / 1000;
  };
  const auto before = now();
  EXPECT_TRUE(notify->reloading().has_value());
  const std::string state = receive();
  const std::string prefix = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(state.starts_with(prefix)) << state;
  const auto sent = std::stoll(state.substr(prefix.size()));
  EXPECT_LE(before, sent);
  EXPECT_LE(sent, now());
}

TEST_F(SdNotifyTest, AStatusIsOneLine) {
  listen(path());
  auto notify = SdNotify::from_environment();
  ASSERT_TRUE(notify.has_value());
  EXPECT_TRUE(notify->status("two\nREADY=1").has_value());
  EXPECT_EQ(receive(), "STATUS=two READY=1");
}

TEST_F(SdNotifyTest, ReadsTheWatchdogsInterval) {
  listen(path());
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(SdNotify::from_environment()->watchdog_interval(), std::chrono::seconds(30));

  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(SdNotify::from_environment()->watchdog_interval(), std::chrono::seconds(30));

  ::setenv("WATCHDOG_PID", std::to_string(::getpid() + 1).c_str(), 1);
  EXPECT_EQ(SdNotify::from_environment()->watchdog_interval(), std::nullopt) << "not for us";

  ::unsetenv("WATCHDOG_PID");
  for (const char* nonsense : {"", "0", "x", "1s", "-1", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", nonsense, 1);
    EXPECT_EQ(SdNotify::from_environment()->watchdog_interval(), std::nullopt) << nonsense;
  }
}

TEST_F(SdNotifyTest, AnAddressThatLeadsNowhereIsAnError) {
  for (const std::string& address :
       {std::string("relative"), "/" + std::string(200, 'x'), path() + "-gone"}) {
    ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
    EXPECT_FALSE(SdNotify::from_environment().has_value()) << address;
  }
}

}  // namespace
}  // namespace dataaction
