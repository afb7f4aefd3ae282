// How an answer ends before its time: the worker goes, time runs out, the daemon stops, somebody
// writes to the database.

#include <gmock/gmock.h>

#include "tests/sidecar/actions/action_blocks.h"
#include "tests/sidecar/link/link_fixture.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class LinkCancel : public LinkTest {
 public:
  // Whether somebody waits for a time that is near. (A stream's max_transaction is far.)
  bool wakes_within(milliseconds time) const {
    return clock.earliest() && *clock.earliest() <= clock.now() + time;
  }
};

// Reads until records have come; the stream goes on.
Task<> receive_records(Worker& worker) {
  for (;;) {
    const auto frame = co_await worker.receive();
    if (!frame || frame->type == frame::Type::kData) co_return;
  }
}

// Reads to the end of an answer, or of the connection.
Task<frame::Type> last_frame(Worker& worker) {
  frame::Type last = frame::Type::kHead;
  while (last != frame::Type::kEnd) {
    const auto frame = co_await worker.receive();
    if (!frame) break;
    last = frame->type;
  }
  co_return last;
}

TEST_F(LinkCancel, AWorkerThatGoesEndsTheWork) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    one.stream().close();
    co_await until([&] { return test.ends("endless", EndReason::kClient) == 1; });
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
  EXPECT_EQ(server->catalog()->open_statements(), 1u);
  EXPECT_THAT(log_text(), HasSubstr("reason=client"));
}

TEST_F(LinkCancel, EvenInAStepThatNeverReturns) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    {
      Worker one = test.worker();
      co_await one.send(request_for("stuck"));
      co_await until([&] { return test.counters("stuck").requests == 1; });
    }
    co_await until([&] { return test.ends("stuck", EndReason::kClient) == 1; });
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

TEST_F(LinkCancel, WhoTalksOutOfTurnIsCutOff) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    const std::string noise(HangupWatch::kMaxEarlyBytes, 'x');
    static_cast<void>(co_await one.stream().write(noise));
    co_await until([&] { return test.ends("endless", EndReason::kClient) == 1; });
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

// As a worker that has its answer, and the next request, before the sidecar knows that all is sent.
TEST_F(LinkCancel, WhatComesBehindTheLastPieceIsTheNextRequest) {
  const std::string text(500'000, 'x');  // more than the socket holds
  services->http.answer = [&](const HttpRequest&) {
    return make_reply(200, R"({"text":")" + text + "\"}");
  };
  CheckedAction action = checked_action("request GET 'https://api.example/'; output text $.text;",
                                        R"({"name": "a", "category": "c", "contract": {
                         "input": {"inputSchema": {"type": "object"}},
                         "output": {"successSchema": {
                             "type": "object", "properties": {"text": {"type": "string"}}}}}})");
  config.actions.push_back(std::move(action.config));
  contracts.push_back(std::move(action.contract));
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    frame::Request call = request_for("a");
    call.kind = frame::Kind::kCall;
    co_await one.send(call);
    EXPECT_TRUE(co_await one.receive());  // HEAD, with the first of what follows
    const std::string padding(2 * HangupWatch::kMaxEarlyBytes, 'x');
    const std::string parameters = R"({"customer":1,"below":5,"padding":")" + padding + "\"}";
    co_await one.send(request_for("some", parameters));
    co_await test.until([turns = 0]() mutable { return turns++ == 10; });
    EXPECT_EQ(co_await last_frame(one), frame::Type::kEnd);
    EXPECT_EQ((co_await receive_all(one)).count, 1U);
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

TEST_F(LinkCancel, DeadlineInMidStream) {
  start();
  const auto body = [](LinkCancel& test) -> Task<Received> {
    Worker one = test.worker();
    frame::Request request = request_for("endless");
    request.deadline_ms = 1000;
    co_await one.send(request);
    co_await receive_records(one);
    test.clock.advance(milliseconds(1000));
    Received rest;
    rest.head = true;
    for (;;) {
      const auto frame = co_await one.receive();
      if (!frame || frame->type != frame::Type::kData) {
        EXPECT_TRUE(frame && frame->type == frame::Type::kEnd);
        if (frame) rest.reason = frame::decode_end(frame->payload)->reason;
        break;
      }
    }
    co_await test.server->drain(Clock::Duration(0));
    co_return rest;
  };
  EXPECT_EQ(run(body(*this)).reason, "deadline");
  EXPECT_EQ(ends("endless", EndReason::kDeadline), 1u);
}

TEST_F(LinkCancel, DeadlineBeforeTheFirstRecord) {
  start();
  const auto body = [](LinkCancel& test) -> Task<Received> {
    Worker one = test.worker();
    frame::Request request = request_for("stuck");
    request.deadline_ms = 1000;
    co_await one.send(request);
    co_await until([&] { return test.counters("stuck").requests == 1; });
    test.clock.advance(milliseconds(1000));
    const Received got = co_await receive_all(one);
    const Received next = co_await ask(one, request_for("some", kOneRecord));
    EXPECT_EQ(next.count, 1u);
    co_await test.server->drain(Clock::Duration(0));
    co_return got;
  };
  const Received got = run(body(*this));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 504);
}

TEST_F(LinkCancel, DrainLetsAStreamFinish) {
  start();
  const auto stop = [](LinkCancel& test) -> Task<> {
    co_await until([&] { return test.counters("all").requests == 1; });
    co_await test.server->drain(milliseconds(1000));
  };
  const auto ask_all = [](LinkCancel& test, Received& got) -> Task<> {
    Worker one = test.worker();
    got = co_await ask(one, request_for("all"));
    EXPECT_FALSE(co_await one.receive());
  };
  Received got;
  run_all(stop(*this), ask_all(*this, got));
  EXPECT_EQ(got.count, 5000u);
  EXPECT_TRUE(got.complete);
}

TEST_F(LinkCancel, WhoComesMeanwhileIsToldToComeBack) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker old = test.worker();
    static_cast<void>(co_await ask(old, request_for("some", kOneRecord)));
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    TaskGroup stopping(co_await current_scope(), 1);
    EXPECT_TRUE(stopping.spawn(test.server->drain(milliseconds(1000))));
    co_await until([&] { return test.wakes_within(milliseconds(1000)); });

    Worker fresh = test.worker();
    for (Worker* worker : {&old, &fresh, &old}) {
      const Received got = co_await ask(*worker, request_for("some", kOneRecord));
      const ErrorReply error = got.error.value_or(ErrorReply());
      EXPECT_EQ(error.status, 503);
      EXPECT_EQ(error.code, "dataaction.link.shutdown");
      EXPECT_GT(error.retry_after, 0);
    }
    frame::Request status = request_for("");
    status.kind = frame::Kind::kStatus;
    EXPECT_THAT((co_await ask(fresh, status)).records, HasSubstr("\"streams\":1,"));

    one.stream().close();
    EXPECT_FALSE(co_await old.receive());
    EXPECT_FALSE(co_await fresh.receive());
    co_await stopping.drain();
  };
  run(body(*this));
  EXPECT_EQ(counters("some").requests, 1u);
  EXPECT_THAT(log_text(), HasSubstr("[warn] request refused context=test source=some status=503"));
}

TEST_F(LinkCancel, AStreamThatIsCutIsAWarning) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    TaskGroup stopping(co_await current_scope(), 1);
    EXPECT_TRUE(stopping.spawn(test.server->drain(Clock::Duration(0))));
    while (co_await one.receive()) continue;
    co_await stopping.drain();
  };
  run(body(*this));
  EXPECT_THAT(log_text(), HasSubstr("[warn] stream ended context=test source=endless"));
  EXPECT_THAT(log_text(), HasSubstr("reason=shutdown"));
}

TEST_F(LinkCancel, DrainEndsWhatTakesTooLong) {
  start();
  const auto stop = [](LinkCancel& test) -> Task<> {
    co_await test.server->drain(milliseconds(1000));
  };
  const auto stream = [](LinkCancel& test, Task<> stop_task, Received& got) -> Task<> {
    Worker one = test.worker();
    co_await one.send(request_for("stuck"));
    co_await until([&] { return test.counters("stuck").requests == 1; });
    TaskGroup stopping(co_await current_scope(), 1);
    EXPECT_TRUE(stopping.spawn(std::move(stop_task)));
    co_await until([&] { return test.wakes_within(milliseconds(1000)); });
    test.clock.advance(milliseconds(1000));
    got = co_await receive_all(one);
    co_await stopping.drain();
  };
  Received got;
  run(stream(*this, stop(*this), got));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "dataaction.link.shutdown");
  EXPECT_GT(got.error->retry_after, 0u);
}

TEST_F(LinkCancel, DrainClosesIdleConnections) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    static_cast<void>(co_await ask(one, request_for("some", kOneRecord)));
    co_await test.server->drain(milliseconds(1000));
    EXPECT_FALSE(co_await one.receive());
  };
  run(body(*this));
}

TEST_F(LinkCancel, ALockedDatabaseIsWaitedFor) {
  start();
  database.run("BEGIN EXCLUSIVE");
  const auto body = [](LinkCancel& test) -> Task<Received> {
    Worker one = test.worker();
    co_await one.send(request_for("all"));
    co_await until([&] { return test.wakes_within(milliseconds(50)); });
    test.database.run("COMMIT");
    test.clock.advance(milliseconds(50));
    const Received got = co_await receive_all(one);
    co_await test.server->drain(Clock::Duration(0));
    co_return got;
  };
  EXPECT_EQ(run(body(*this)).count, 5000u);
}

TEST_F(LinkCancel, ButNotForever) {
  start();
  database.run("BEGIN EXCLUSIVE");
  const auto pass_time = [](LinkCancel& test) -> Task<> {
    co_await until([&] {
      if (test.wakes_within(milliseconds(50))) test.clock.advance(milliseconds(50));
      return test.counters("all").errors == 1;
    });
  };
  const auto body = [](LinkCancel& test, Received& got) -> Task<> {
    Worker one = test.worker();
    got = co_await ask(one, request_for("all"));
    co_await test.server->drain(Clock::Duration(0));
  };
  Received got;
  run_all(pass_time(*this), body(*this, got));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 503);
  EXPECT_EQ(got.error->code, "dataaction.database.busy");
  EXPECT_EQ(got.error->retry_after, 1u);
}

TEST_F(LinkCancel, ATransactionIsNotHeldForASlowClient) {
  start();
  const auto body = [](LinkCancel& test) -> Task<Received> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    test.clock.advance(test.config.databases[0].max_transaction);
    co_await until([&] { return test.server->catalog()->used_statements() == 0; });
    Received got;
    for (;;) {
      const auto frame = co_await one.receive();
      if (!frame) break;
      if (frame->type == frame::Type::kEnd) {
        got.reason = frame::decode_end(frame->payload)->reason;
        break;
      }
    }
    co_await test.server->drain(Clock::Duration(0));
    co_return got;
  };
  EXPECT_EQ(run(body(*this)).reason, "upstream");
}

TEST_F(LinkCancel, SoManyStatementsAndNoMore) {
  config.databases[0].max_statements = 1;
  start();
  const auto body = [](LinkCancel& test) -> Task<Received> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    Worker two = test.worker();
    const Received got = co_await ask(two, request_for("all"));
    one.stream().close();
    co_await test.server->drain(Clock::Duration(0));
    co_return got;
  };
  const Received got = run(body(*this));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "dataaction.database.busy");
}

TEST_F(LinkCancel, SoManyConnectionsAndNoMore) {
  config.max_connections = 1;
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    static_cast<void>(co_await ask(one, request_for("other")));
    Worker two = test.worker();
    const Received got = co_await ask(two, request_for("all"));
    EXPECT_EQ(got.error.value_or(ErrorReply()).code, "dataaction.overloaded");
    EXPECT_FALSE(co_await two.receive());
    Worker three = test.worker();
    frame::Request status = request_for("");
    status.kind = frame::Kind::kStatus;
    EXPECT_EQ((co_await ask(three, status)).count, 1u);
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
}

TEST_F(LinkCancel, AReloadLeavesAStreamAsItIs) {
  start();
  const auto body = [](LinkCancel& test) -> Task<> {
    Worker one = test.worker();
    co_await one.send(request_for("endless"));
    co_await receive_records(one);
    test.config.sources.clear();
    test.add_source("new", "SELECT 1 AS a");
    test.use_config();
    Worker two = test.worker();
    EXPECT_EQ((co_await ask(two, request_for("new"))).count, 1u);
    EXPECT_TRUE((co_await ask(two, request_for("endless"))).error);
    co_await receive_records(one);
    one.stream().close();
    co_await test.server->drain(Clock::Duration(0));
  };
  run(body(*this));
  EXPECT_EQ(server->catalog()->generation(), 2u);
}

}  // namespace
}  // namespace dataaction
