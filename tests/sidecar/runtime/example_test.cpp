// The connection handler of sidecar/runtime/README.md, run to each of its ends.

#include "sidecar/runtime/both.h"
#include "sidecar/runtime/thread_pool.h"
#include "sidecar/runtime/timer.h"
#include "sidecar/runtime/unix_listener.h"
#include "tests/sidecar/runtime/stream_fixture.h"

namespace dataaction {
namespace {

using std::chrono_literals::operator""s;

// Stands in for a database's statement.
class Rows {
 public:
  explicit Rows(int slices = 2) : left_(slices) {}
  Result<std::string> next_slice() { return left_-- > 0 ? "row\n" : ""; }
  void interrupt() noexcept {}

 private:
  int left_;
};

struct Services {
  Services(Clock& clock, ThreadPool& pool) : clock(clock), pool(pool) {}
  Clock& clock;
  ThreadPool& pool;
};

Task<Result<void>> send(UnixStream& stream, std::string_view bytes) {
  co_return co_await stream.write(bytes);
}

template <typename Step, typename Hurry>
Task<Result<std::string>> fetch(ThreadPool& pool, const Step& step, const Hurry& hurry) {
  co_return co_await pool.run(step, hurry);
}

Task<Result<void>> stream_rows(UnixStream& stream, Rows& rows, ThreadPool& pool) {
  const auto step = [&] { return rows.next_slice(); };
  const auto hurry = [&]() noexcept { rows.interrupt(); };
  Result<std::string> slice = co_await pool.run(step, hurry);
  while (slice && !slice->empty()) {
    auto [sent, next] = co_await both(send(stream, *slice), fetch(pool, step, hurry));
    if (!sent) co_return sent;
    slice = std::move(next);
  }
  if (!slice) co_return std::unexpected(slice.error());
  co_return Result<void>();
}

Task<> serve(UnixStream stream, Rows rows, Services& services) {
  Result<void> result;
  {
    CancelScope work(co_await current_scope());
    const HangupWatch watch(stream, work);
    auto all = with_deadline(services.clock, 28s, stream_rows(stream, rows, services.pool));
    result = co_await std::move(all).in(work);
  }
  const std::string end = result ? "complete\n" : std::string(result.error().message()) + "\n";
  static_cast<void>(co_await shielded(services.clock, 1s, send(stream, end)));
}

class ExampleTest : public StreamTest {
 protected:
  ExampleTest()
      : pool(std::move(*ThreadPool::create(loop, "example", 1, 4))), services(clock, *pool) {}
  void TearDown() override {
    pool.reset();
    StreamTest::TearDown();
  }

  static constexpr int kEndless = 1'000'000'000;

  UnixStream take_stream() { return std::move(*stream); }

  std::unique_ptr<ThreadPool> pool;
  Services services;
};

Task<> until_readable(int fd) {
  char byte = 0;
  while (::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 1) static_cast<void>(co_await yield());
}

TEST_F(ExampleTest, StreamsToTheEnd) {
  run(serve(take_stream(), Rows(3), services));
  EXPECT_EQ(peer_receives(), "row\nrow\nrow\ncomplete\n");
}

TEST_F(ExampleTest, EndsAtTheDeadline) {
  const auto time = [this]() -> Task<> {
    co_await until_readable(peer.get());
    clock.advance(28s);
  };
  run_all(serve(take_stream(), Rows(kEndless), services), time());
  // The write in which the deadline came, if there was one, has closed the stream.
  const std::string text = peer_receives();
  EXPECT_TRUE(text.ends_with("row\n") || text.ends_with("deadline\n"));
}

TEST_F(ExampleTest, EndsWhenTheClientHangsUp) {
  const auto hang_up = [this]() -> Task<> {
    co_await until_readable(peer.get());
    peer.close();
  };
  run_all(serve(take_stream(), Rows(kEndless), services), hang_up());
}

TEST_F(ExampleTest, EndsWhenTheDaemonStops) {
  const auto stop = [this]() -> Task<> {
    TaskGroup connections(co_await current_scope(), 1);
    EXPECT_TRUE(connections.spawn(serve(take_stream(), Rows(kEndless), services)));
    co_await until_readable(peer.get());
    connections.cancel(CancelReason::kShutdown);
    co_await connections.drain();
  };
  run(stop());
}

Task<> accept_all(UnixListener& listener, TaskGroup& connections, Services& services) {
  while (co_await connections.room()) {
    Result<UnixStream> stream = co_await listener.accept();
    if (!stream && stream.error().code() != ErrorCode::kSystem) co_return;  // closed or cancelled
    if (!stream) continue;
    static_cast<void>(connections.spawn(serve(std::move(*stream), Rows(), services)));
  }
}

TEST_F(ExampleTest, ServesAndDrains) {
  const ListeningSocket socket;
  auto listener = std::move(*UnixListener::adopt(loop, socket.take(), 16));
  const auto daemon = [&]() -> Task<> {
    TaskGroup connections(co_await current_scope(), 2);
    TaskGroup accepting(co_await current_scope(), 1);
    EXPECT_TRUE(accepting.spawn(accept_all(listener, connections, services)));
    for (int i = 0; i < 5; ++i) {  // more than there is room for at a time
      const Descriptor client(socket.connect());
      auto end = std::move(*UnixStream::adopt(loop, ::dup(client.get())));
      std::string all;
      for (std::string part; !(part = co_await read_text(end)).empty();) all += part;
      EXPECT_EQ(all, "row\nrow\ncomplete\n");
    }
    listener.close();
    co_await accepting.drain();
    co_await connections.drain(clock, 30s);
  };
  run(daemon());
}

}  // namespace
}  // namespace dataaction
