// Bytes that are no REQUEST: the connection is closed with a reason in the log, and the others go
// on.

#include <gmock/gmock.h>

#include "tests/sidecar/link/link_fixture.h"

namespace dataaction {
namespace {

using testing::HasSubstr;

std::string valid_request() {
  std::string bytes;
  frame::encode(bytes, request_for("all"));
  return bytes;
}

std::string with(std::string bytes, size_t at, char value) {
  bytes.at(at) = value;
  return bytes;
}

struct Damage {
  const char* name;
  std::string bytes;
  const char* log;
};

class LinkDamage : public LinkTest, public testing::WithParamInterface<Damage> {};

Task<> send_damaged(Worker& worker, LinkServer& server, std::string bytes) {
  static_cast<void>(co_await worker.stream().write(bytes));
  EXPECT_FALSE(co_await worker.receive());
  co_await server.drain(Clock::Duration(0));
}

TEST_P(LinkDamage, ClosesTheConnection) {
  start();
  Worker one = worker();
  run(send_damaged(one, *server, GetParam().bytes));
  EXPECT_THAT(log_text(), HasSubstr("bad frame from a worker"));
  EXPECT_THAT(log_text(), HasSubstr(GetParam().log));
}

INSTANTIATE_TEST_SUITE_P(
    Frames, LinkDamage,
    testing::Values(Damage{"UnknownType", with(valid_request(), 4, 9), "unknown frame type 9"},
                    Damage{"NotARequest", with(valid_request(), 4, 2), "not a REQUEST"},
                    Damage{"TooLong", with(valid_request(), 3, 0x7F), "frame of "},
                    Damage{"NoMagic", with(valid_request(), 5, 'X'), "no magic"},
                    Damage{"UnknownKind", with(valid_request(), 10, 7), "unknown kind 7"},
                    Damage{"NameBeyondTheEnd", with(valid_request(), 33, '\xFF'), "wrong length"},
                    Damage{"Short", std::string("\x01\0\0\0\x01X", 6), "no magic"},
                    Damage{"Empty", std::string("\0\0\0\0\x01", 5), "no magic"},
                    Damage{"TwoAtATime", valid_request() + valid_request(),
                           "bytes after a REQUEST"}),
    [](const auto& info) { return std::string(info.param.name); });

class LinkClosed : public LinkTest {};

TEST_F(LinkClosed, WithinARequest) {
  start();
  const auto body = [](LinkClosed& test) -> Task<> {
    {
      Worker one = test.worker();
      const std::string half = valid_request().substr(0, 20);
      static_cast<void>(co_await one.stream().write(half));
    }
    co_await until([&] { return test.log_text().contains("closed within a REQUEST"); });
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

TEST_F(LinkClosed, ARequestThatNeverComesWhole) {
  start();
  const auto body = [](LinkClosed& test) -> Task<> {
    Worker one = test.worker();
    const std::string half = valid_request().substr(0, 20);
    static_cast<void>(co_await one.stream().write(half));
    co_await until([&] { return test.clock.earliest().has_value(); });
    test.clock.advance(std::chrono::seconds(30));
    EXPECT_FALSE(co_await one.receive());
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

TEST_F(LinkClosed, BetweenTwoIsNothingToSpeakOf) {
  start();
  const auto body = [](LinkClosed& test) -> Task<> {
    {
      Worker one = test.worker();
      static_cast<void>(co_await ask(one, request_for("other")));
    }
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
  EXPECT_FALSE(log_text().contains("bad frame"));
}

TEST_F(LinkClosed, ALargeRequestInPieces) {
  start();
  const auto body = [](LinkClosed& test) -> Task<> {
    Worker one = test.worker();
    const std::string filler(300'000, 'x');
    const std::string parameters = R"({"customer":1,"below":5,"x":")" + filler + "\"}";
    std::string bytes;
    frame::encode(bytes, request_for("some", parameters));
    static_cast<void>(co_await one.stream().write(std::string_view(bytes).substr(0, 3)));
    static_cast<void>(co_await yield());
    static_cast<void>(co_await one.stream().write(std::string_view(bytes).substr(3)));
    EXPECT_EQ((co_await receive_all(one)).count, 1u);
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

}  // namespace
}  // namespace dataaction
