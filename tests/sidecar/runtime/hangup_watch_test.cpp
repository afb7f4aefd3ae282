#include "sidecar/runtime/both.h"
#include "sidecar/runtime/timer.h"
#include "tests/sidecar/runtime/stream_fixture.h"

namespace dataaction {
namespace {

using HangupWatchTest = StreamTest;

// Works in a watched scope of its own until `event`, as a handler that streams does.
Task<Result<void>> watched_wait(UnixStream& stream, Event& event) {
  CancelScope work(co_await current_scope());
  const HangupWatch watch(stream, work);
  const auto wait = [](Event& event) -> Task<Result<void>> { co_return co_await event.wait(); };
  co_return co_await wait(event).in(work);
}

Task<Result<void>> watched_write(UnixStream& stream, std::string_view bytes) {
  CancelScope work(co_await current_scope());
  const HangupWatch watch(stream, work);
  const auto write = [](UnixStream& stream, std::string_view bytes) -> Task<Result<void>> {
    co_return co_await stream.write(bytes);
  };
  co_return co_await write(stream, bytes).in(work);
}

TEST_F(HangupWatchTest, APeerThatClosesCancelsTheWork) {
  Event never;
  const auto check = [&]() -> Task<> {
    EXPECT_EQ(code_of(co_await watched_wait(*stream, never)), ErrorCode::kHangup);
    EXPECT_EQ((co_await current_scope()).reason(), std::nullopt);
  };
  const auto close = [&]() -> Task<> {
    static_cast<void>(co_await yield());
    peer.close();
  };
  run_all(check(), close());
}

TEST_F(HangupWatchTest, APeerThatHasGoneBeforeCancelsTheWork) {
  Event never;
  peer.close();
  EXPECT_EQ(code_of(run(watched_wait(*stream, never))), ErrorCode::kHangup);
  EXPECT_EQ(code_of(run(watched_wait(*stream, never))), ErrorCode::kHangup) << "known by now";
}

TEST_F(HangupWatchTest, APeerThatDoesNotReadAndClosesEndsAWrite) {
  const std::string large(8 * 1024 * 1024, 'x');
  const auto check = [&]() -> Task<> {
    const Result<void> sent = co_await watched_write(*stream, large);
    // Either is told first: that the peer has closed, or that it does not take more.
    EXPECT_TRUE(code_of(sent) == ErrorCode::kHangup || code_of(sent) == ErrorCode::kSystem);
  };
  const auto close = [&]() -> Task<> {
    static_cast<void>(co_await yield());
    static_cast<void>(co_await yield());
    peer.close();
  };
  run_all(check(), close());
}

TEST_F(HangupWatchTest, APeerThatOnlyStopsSendingCountsAsGone) {
  Event never;
  ASSERT_EQ(::shutdown(peer.get(), SHUT_WR), 0);
  EXPECT_EQ(code_of(run(watched_wait(*stream, never))), ErrorCode::kHangup);
}

TEST_F(HangupWatchTest, WhatComesEarlyIsKeptForTheNextRead) {
  Event done;
  const auto work = [&]() -> Task<> {
    EXPECT_TRUE((co_await watched_wait(*stream, done)).has_value());
    EXPECT_EQ(stream->early_bytes(), 5U);
    EXPECT_EQ(co_await read_text(*stream, 3), "ear");
    EXPECT_EQ(co_await read_text(*stream, 3), "ly");
    EXPECT_EQ(stream->early_bytes(), 0U);
  };
  const auto send = [&]() -> Task<> {
    peer_sends("early");
    while (stream->early_bytes() == 0) static_cast<void>(co_await yield());
    done.set();
  };
  run_all(work(), send());
}

TEST_F(HangupWatchTest, TheEndIsSeenAfterEarlyBytes) {
  Event never;
  peer_sends("last words");
  peer.close();
  EXPECT_EQ(code_of(run(watched_wait(*stream, never))), ErrorCode::kHangup);
  EXPECT_EQ(run(read_text(*stream)), "last words");
  EXPECT_EQ(run(read_text(*stream)), "");
}

TEST_F(HangupWatchTest, APeerThatTalksTooMuchIsStopped) {
  Event never;
  peer_sends(std::string(HangupWatch::kMaxEarlyBytes + 100, 'x'));
  EXPECT_EQ(code_of(run(watched_wait(*stream, never))), ErrorCode::kOverrun);
  EXPECT_EQ(stream->early_bytes(), HangupWatch::kMaxEarlyBytes) << "the rest is in the kernel";
}

TEST_F(HangupWatchTest, AReadInTheMeantimeGetsItsBytes) {
  const auto flow = [&]() -> Task<> {
    CancelScope work(co_await current_scope());
    const HangupWatch watch(*stream, work);
    const auto read_twice = [](UnixStream& stream) -> Task<> {
      EXPECT_EQ(co_await read_text(stream), "question");
      EXPECT_EQ(co_await read_text(stream), "");
    };
    co_await read_twice(*stream).in(work);
    EXPECT_EQ(work.reason(), CancelReason::kHangup);
  };
  const auto talk = [&]() -> Task<> {
    static_cast<void>(co_await yield());
    peer_sends("question");
    peer.close();
  };
  run_all(flow(), talk());
}

TEST_F(HangupWatchTest, AfterItsEndNobodyReads) {
  Event set(true);
  EXPECT_TRUE(run(watched_wait(*stream, set)).has_value());
  peer_sends("next");
  loop.run();
  EXPECT_EQ(stream->early_bytes(), 0U);
  EXPECT_EQ(run(read_text(*stream)), "next");
}

// The write closes the stream; that is no hang-up of the peer's.
TEST_F(HangupWatchTest, ClosingTheStreamOurselvesIsNoHangup) {
  const auto flow = [&]() -> Task<> {
    CancelScope work(co_await current_scope());
    const HangupWatch watch(*stream, work);
    stream->close();
    EXPECT_EQ(work.reason(), std::nullopt);
    co_return;
  };
  run(flow());
}

}  // namespace
}  // namespace dataaction
