#include "sidecar/runtime/unix_stream.h"

#include "sidecar/runtime/both.h"
#include "tests/sidecar/runtime/stream_fixture.h"

namespace dataaction {
namespace {

using UnixStreamTest = StreamTest;

// More than any socket buffer takes at once.
const std::string kLarge(8 * 1024 * 1024, 'x');

Task<Result<void>> send(UnixStream& stream, std::string_view bytes) {
  co_return co_await stream.write(bytes);
}

Task<Result<size_t>> receive_all(UnixStream& stream) {
  size_t total = 0;
  std::string buffer(65536, '\0');
  for (;;) {
    const Result<size_t> size = co_await stream.read_some(buffer);
    if (!size) co_return std::unexpected(size.error());
    if (*size == 0) co_return total;
    total += *size;
  }
}

Task<> cancel_at_next_turn(CancelScope& scope) {
  static_cast<void>(co_await yield());
  static_cast<void>(co_await yield());
  scope.cancel(CancelReason::kDeadline);
}

TEST_F(UnixStreamTest, ReadsWhatIsThere) {
  peer_sends("hello");
  EXPECT_EQ(run(read_text(*stream)), "hello");
}

TEST_F(UnixStreamTest, ReadsNoMoreThanThereIsRoomFor) {
  peer_sends("hello");
  EXPECT_EQ(run(read_text(*stream, 2)), "he");
  EXPECT_EQ(run(read_text(*stream, 9)), "llo");
}

TEST_F(UnixStreamTest, WaitsForWhatIsNotThereYet) {
  const auto send_later = [this]() -> Task<> {
    static_cast<void>(co_await yield());
    peer_sends("late");
  };
  const auto check = [this]() -> Task<> { EXPECT_EQ(co_await read_text(*stream), "late"); };
  run_all(check(), send_later());
}

TEST_F(UnixStreamTest, TheEndIsZeroAsOftenAsItIsAskedFor) {
  peer_sends("bye");
  peer.close();
  EXPECT_EQ(run(read_text(*stream)), "bye");
  EXPECT_EQ(run(read_text(*stream)), "");
  EXPECT_EQ(run(read_text(*stream)), "");
}

TEST_F(UnixStreamTest, ACancelledReadTakesNothing) {
  const auto check = [this]() -> Task<> { EXPECT_EQ(co_await read_text(*stream), "(deadline)"); };
  const auto reading = [&]() -> Task<> {
    CancelScope inner(co_await current_scope());
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(cancel_at_next_turn(inner)));
    co_await check().in(inner);
    co_await group.drain();
  };
  run(reading());
  peer_sends("still here");
  EXPECT_EQ(run(read_text(*stream)), "still here");
}

TEST_F(UnixStreamTest, WritesSeveralBuffersInOrder) {
  const auto flow = [this]() -> Task<> {
    EXPECT_TRUE((co_await stream->write("one ", "", "two ", std::string("three"))).has_value());
    EXPECT_TRUE((co_await stream->write("")).has_value());
  };
  run(flow());
  EXPECT_EQ(peer_receives(), "one two three");
}

TEST_F(UnixStreamTest, AWriteEndsWhenTheKernelHasAll) {
  auto other = std::move(*UnixStream::adopt(loop, ::dup(peer.get())));
  peer.close();
  const auto flow = [&]() -> Task<> {
    const auto send_all = [](UnixStream& stream) -> Task<Result<void>> {
      const auto sent = co_await stream.write(kLarge, kLarge);
      stream.close();
      co_return sent;
    };
    const auto [sent, received] = co_await both(send_all(*stream), receive_all(other));
    EXPECT_TRUE(sent.has_value());
    EXPECT_EQ(received, 2 * kLarge.size());
  };
  run(flow());
}

TEST_F(UnixStreamTest, ACancelledWriteClosesTheStream) {
  const auto flow = [this]() -> Task<> {
    CancelScope inner(co_await current_scope());
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(cancel_at_next_turn(inner)));
    const auto send_own = [](UnixStream& stream) -> Task<Result<void>> {
      const std::string own = kLarge;  // freed when the task ends
      co_return co_await stream.write(own);
    };
    EXPECT_EQ(code_of(co_await send_own(*stream).in(inner)), ErrorCode::kDeadline);
    EXPECT_TRUE(stream->closed());
    EXPECT_EQ(code_of(co_await stream->write("more")), ErrorCode::kClosed);
    EXPECT_EQ(co_await read_text(*stream), "(closed)");
    co_await group.drain();
  };
  run(flow());
  EXPECT_LT(peer_receives().size(), kLarge.size());
}

// Writes wait for the end of their turn; this one is cancelled in it.
TEST_F(UnixStreamTest, AWriteThatIsCancelledBeforeItHasBegunSendsNothing) {
  const auto flow = [this]() -> Task<> {
    CancelScope inner(co_await current_scope());
    TaskGroup group(co_await current_scope(), 1);
    const auto cancel = [](CancelScope& inner) -> Task<> {
      inner.cancel(CancelReason::kCancelled);
      co_return;
    };
    EXPECT_TRUE(group.spawn(cancel(inner)));
    EXPECT_EQ(code_of(co_await send(*stream, "short").in(inner)), ErrorCode::kCancelled);
    EXPECT_TRUE(stream->closed());
    co_await group.drain();
  };
  run(flow());
  EXPECT_EQ(peer_receives(), "");
}

TEST_F(UnixStreamTest, CloseEndsAReadAndAWriteThatWait) {
  const auto flow = [this]() -> Task<> {
    const auto read = [](UnixStream& stream) -> Task<std::string> {
      co_return co_await read_text(stream);
    };
    const auto [text, sent] = co_await both(read(*stream), send(*stream, kLarge));
    EXPECT_EQ(text, "(closed)");
    EXPECT_EQ(code_of(sent), ErrorCode::kClosed);
  };
  const auto close_later = [this]() -> Task<> {
    static_cast<void>(co_await yield());
    static_cast<void>(co_await yield());
    stream->close();
    stream->close();
  };
  run_all(flow(), close_later());
}

TEST_F(UnixStreamTest, APeerThatIsGoneFailsAWrite) {
  peer.close();
  const Result<void> sent = run(send(*stream, "anyone?"));
  ASSERT_EQ(code_of(sent), ErrorCode::kSystem);
  EXPECT_EQ(sent.error().status(), UV_EPIPE);
  EXPECT_EQ(sent.error().message(), "write: broken pipe");
}

TEST_F(UnixStreamTest, APeerThatGoesInTheMiddleFailsAWrite) {
  const auto flow = [this]() -> Task<> {
    EXPECT_EQ(code_of(co_await send(*stream, kLarge)), ErrorCode::kSystem);
  };
  const auto go = [this]() -> Task<> {
    static_cast<void>(co_await yield());
    static_cast<void>(co_await yield());
    peer.close();
  };
  run_all(flow(), go());
}

TEST_F(UnixStreamTest, MovesWhileNothingIsPending) {
  UnixStream moved = std::move(*stream);
  stream.reset();
  peer_sends("moved");
  EXPECT_EQ(run(read_text(moved)), "moved");
}

TEST_F(UnixStreamTest, ADescriptorThatIsNoSocketIsAnError) {
  EXPECT_EQ(code_of(UnixStream::adopt(loop, -1)), ErrorCode::kSystem);
}

using UnixStreamDeathTest = StreamTest;

TEST_F(UnixStreamDeathTest, TwoReadsAtATimeAreABug) {
  const auto read = [this]() -> Task<> { static_cast<void>(co_await read_text(*stream)); };
  EXPECT_DEATH(run_all(read(), read()), "two reads");
}

TEST_F(UnixStreamDeathTest, AStreamThatEndsInUseIsABug) {
  const auto read = [this]() -> Task<> { static_cast<void>(co_await read_text(*stream)); };
  const auto drop = [this]() -> Task<> {
    stream.reset();
    co_return;
  };
  EXPECT_DEATH(run_all(read(), drop()), "UnixStream ends");
}

}  // namespace
}  // namespace dataaction
