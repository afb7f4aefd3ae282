#include "sidecar/runtime/unix_listener.h"

#include <sys/resource.h>

#include <vector>

#include "tests/sidecar/runtime/stream_fixture.h"

namespace dataaction {
namespace {

class UnixListenerTest : public LoopTest {
 protected:
  UnixListenerTest() : listener(std::move(*UnixListener::adopt(loop, socket.take(), 16))) {}

  void TearDown() override {
    listener.reset();
    LoopTest::TearDown();
  }

  int connect() const { return socket.connect(); }

  ListeningSocket socket;
  std::optional<UnixListener> listener;
};

Task<> accept_and_expect(UnixListener& listener, std::string text) {
  auto stream = co_await listener.accept();
  EXPECT_TRUE(stream.has_value());
  EXPECT_EQ(co_await read_text(*stream), text);
}

TEST_F(UnixListenerTest, AcceptsOneThatComesLater) {
  const auto talk = [this]() -> Task<> {
    static_cast<void>(co_await yield());
    const Descriptor client(connect());
    EXPECT_EQ(::send(client.get(), "hi", 2, 0), 2);
    co_return;
  };
  run_all(accept_and_expect(*listener, "hi"), talk());
}

TEST_F(UnixListenerTest, AcceptsThoseThatAreWaiting) {
  std::vector<std::unique_ptr<Descriptor>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<Descriptor>(connect()));
    ASSERT_EQ(::send(clients.back()->get(), &"0123456789"[i], 1, 0), 1);
  }
  for (int i = 0; i < 10; ++i) run(accept_and_expect(*listener, std::to_string(i)));
}

// What nobody accepts stays with the kernel, and the loop does not spin over it.
TEST_F(UnixListenerTest, NobodyIsAcceptedBeforeHisTime) {
  const Descriptor first(connect());
  const Descriptor second(connect());
  const auto idle = [](UnixListener& listener) -> Task<> {
    for (int i = 0; i < 1000; ++i) static_cast<void>(co_await yield());
    for (int i = 0; i < 2; ++i) EXPECT_TRUE((co_await listener.accept()).has_value());
  };
  run(idle(*listener));
}

TEST_F(UnixListenerTest, ACancelledAcceptLosesNobody) {
  const auto cancelled = [](UnixListener& listener) -> Task<> {
    EXPECT_EQ(code_of(co_await listener.accept()), ErrorCode::kShutdown);
  };
  const auto flow = [&]() -> Task<> {
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(cancelled(*listener)));
    static_cast<void>(co_await yield());
    group.cancel(CancelReason::kShutdown);
    co_await group.drain();
  };
  run(flow());
  const Descriptor client(connect());
  ASSERT_EQ(::send(client.get(), "x", 1, 0), 1);
  run(accept_and_expect(*listener, "x"));
}

TEST_F(UnixListenerTest, CloseEndsAnAccept) {
  const auto waiting = [](UnixListener& listener) -> Task<> {
    EXPECT_EQ(code_of(co_await listener.accept()), ErrorCode::kClosed);
    EXPECT_EQ(code_of(co_await listener.accept()), ErrorCode::kClosed);
  };
  const auto close = [](UnixListener& listener) -> Task<> {
    listener.close();
    listener.close();
    co_return;
  };
  run_all(waiting(*listener), close(*listener));
}

TEST_F(UnixListenerTest, AListenerWithAConnectionThatNobodyTookClosesIt) {
  Descriptor client(connect());
  const auto look = []() -> Task<> { static_cast<void>(co_await yield()); };
  run(look());
  listener.reset();
  loop.run();
  char byte = 0;
  EXPECT_LE(::recv(client.get(), &byte, 1, 0), 0);
}

// The highest descriptor that may be opened is the one that is open already.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Descriptor next(::dup(STDERR_FILENO));
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next.get());
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(UnixListenerTest, OutOfDescriptorsItTurnsAwayAndGoesOn) {
  const Descriptor turned_away(connect());
  const Descriptor served(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto flow = [&]() -> Task<> {
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(accept_and_expect(*listener, "x")));
    {
      const NoMoreDescriptors limit;
      char byte = 0;
      while (::recv(turned_away.get(), &byte, 1, MSG_DONTWAIT) < 0) {
        static_cast<void>(co_await yield());
      }
    }
    socket.connect(served.get());
    EXPECT_EQ(::send(served.get(), "x", 1, 0), 1);
    co_await group.drain();
  };
  run(flow());
}

TEST_F(UnixListenerTest, ADescriptorThatCannotListenIsAnError) {
  const std::array<int, 2> pair = socket_pair();
  const Descriptor other(pair[1]);
  EXPECT_EQ(code_of(UnixListener::adopt(loop, pair[0], 1)), ErrorCode::kSystem);
  EXPECT_EQ(code_of(UnixListener::adopt(loop, -1, 1)), ErrorCode::kSystem);
}

}  // namespace
}  // namespace dataaction
