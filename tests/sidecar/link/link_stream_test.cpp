// What a worker gets for a REQUEST.

#include <gmock/gmock.h>

#include "tests/sidecar/link/link_fixture.h"

namespace dataaction {
namespace {

using testing::HasSubstr;

class LinkStream : public LinkTest {
 protected:
  // The test body runs beside the server; the server's accept keeps the loop alive, so it is
  // drained when the body is done.
  template <typename T>
  T serve(Task<T> body) {
    return run(then_drain(std::move(body), *server));
  }

  Received answer(frame::Request request) {
    Worker one = worker();
    return serve(ask(one, request));
  }

 private:
  template <typename T>
  static Task<T> then_drain(Task<T> body, LinkServer& server) {
    T result = co_await std::move(body);
    co_await server.drain(Clock::Duration(0));
    co_return result;
  }
};

TEST_F(LinkStream, BindsAndStreams) {
  start();
  const Received got = answer(request_for("some", R"({"customer":3,"below":30,"more":[]})"));
  EXPECT_EQ(got.records, "{\"id\":3}\n{\"id\":13}\n{\"id\":23}\n");
  EXPECT_TRUE(got.ended && got.complete);
  EXPECT_EQ(got.count, 3u);
  EXPECT_EQ(got.reason, "");
  EXPECT_THAT(log_text(),
              HasSubstr("stream ended context=test source=some records=3 reason=complete"));
}

TEST_F(LinkStream, ManySlices) {
  start();
  const Received got = answer(request_for("all"));
  EXPECT_EQ(got.count, 5000u);
  EXPECT_EQ(std::ranges::count(got.records, '\n'), 5000);
  EXPECT_TRUE(got.records.ends_with("number 5000\"}\n"));
  EXPECT_GT(got.data_frames, 1u);
  EXPECT_EQ(counters("all").records, 5000u);
  EXPECT_EQ(ends("all", EndReason::kNone), 1u);
}

TEST_F(LinkStream, NothingIsAnAnswerToo) {
  start();
  const Received got = answer(request_for("some", R"({"customer":3,"below":0})"));
  EXPECT_TRUE(got.head && got.ended && got.complete);
  EXPECT_EQ(got.data_frames, 0u);
}

TEST_F(LinkStream, LimitSaysWhetherThereIsMore) {
  start();
  frame::Request request = request_for("some", R"({"customer":3,"below":30})");
  request.limit = 2;
  const Received two = answer(request);
  EXPECT_EQ(two.records, "{\"id\":3}\n{\"id\":13}\n");
  EXPECT_EQ(two.reason, "limit");
  EXPECT_TRUE(two.complete);
}

TEST_F(LinkStream, LimitThatIsJustEnough) {
  start();
  frame::Request request = request_for("some", R"({"customer":3,"below":30})");
  request.limit = 3;
  EXPECT_EQ(answer(request).reason, "");
}

TEST_F(LinkStream, LimitOfNone) {
  start();
  frame::Request request = request_for("all");
  request.limit = 0;
  const Received got = answer(request);
  EXPECT_EQ(got.count, 0u);
  EXPECT_EQ(got.reason, "limit");
}

TEST_F(LinkStream, AFrameHoldsNoMoreThanItMay) {
  config.max_record_size = 4 << 20;
  add_source("large", "SELECT hex(zeroblob(1000000)) AS x");
  start();
  const Received got = answer(request_for("large"));
  EXPECT_EQ(got.records, "{\"x\":\"" + std::string(2'000'000, '0') + "\"}\n");
  EXPECT_EQ(got.data_frames, 2u);
}

TEST_F(LinkStream, RecordsThatAreTooLarge) {
  config.max_record_size = 100;
  add_source("growing", "SELECT hex(zeroblob(id)) AS x FROM tx ORDER BY id");
  start();
  const Received got = answer(request_for("growing"));
  EXPECT_TRUE(got.ended);
  EXPECT_FALSE(got.complete);
  EXPECT_EQ(got.reason, "invalid_record");
  EXPECT_EQ(got.count, 46u);  // 8 bytes around 2 * 46
  EXPECT_THAT(log_text(), HasSubstr("row 47 is larger than max_record_size"));
}

TEST_F(LinkStream, JsonThatIsNone) {
  add_source("json", "SELECT 1 AS id, '{' AS j", {"j"});
  start();
  const Received got = answer(request_for("json"));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, "dataaction.source.invalid_record");
  EXPECT_THAT(log_text(), HasSubstr("row 1 has invalid JSON in a json column"));
}

TEST_F(LinkStream, MissingParameters) {
  start();
  const Received got = answer(request_for("some"));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 422);
  EXPECT_EQ(got.error->details.size(), 2u);
  EXPECT_EQ(counters("some").errors, 1u);
}

TEST_F(LinkStream, ACursorIsRefused) {
  start();
  frame::Request request = request_for("all");
  request.cursor = "x";
  const Received got = answer(request);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 422);
  EXPECT_EQ(got.error->details,
            (std::vector<ErrorDetail>{{"dataaction.request.cursor", "cursor"}}));
}

TEST_F(LinkStream, ANameThatIsNotHere) {
  start();
  const Received got = answer(request_for("other"));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 503);
  EXPECT_EQ(got.error->code, "dataaction.config.stale");
}

TEST_F(LinkStream, AnotherVersion) {
  start();
  frame::Request request = request_for("all");
  request.version = 9;
  const Received got = answer(request);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 502);
  EXPECT_EQ(got.error->code, "dataaction.link.version");
}

TEST_F(LinkStream, SqlThatFailsSaysNothingToTheClient) {
  add_source("failing", "SELECT abs(-9223372036854775807 - 1) AS x");
  start();
  const Received got = answer(request_for("failing"));
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->status, 502);
  EXPECT_EQ(got.error->code, "dataaction.database.error");
  EXPECT_EQ(got.error->message, "the database failed");
  EXPECT_THAT(log_text(), HasSubstr("integer overflow"));
}

TEST_F(LinkStream, SqlThatFailsLaterEndsIncomplete) {
  add_source("failing", "SELECT id, abs(-9223372036854775807 - (id = 3)) AS x FROM tx ORDER BY id");
  start();
  const Received got = answer(request_for("failing"));
  EXPECT_EQ(got.count, 2u);
  EXPECT_FALSE(got.complete);
  EXPECT_EQ(got.reason, "upstream");
}

TEST_F(LinkStream, Status) {
  start();
  frame::Request request = request_for("");
  request.kind = frame::Kind::kStatus;
  const Received got = answer(request);
  EXPECT_EQ(got.count, 1u);
  EXPECT_THAT(got.records, HasSubstr("\"connections\":1,\"streams\":0,"));
  EXPECT_THAT(got.records, HasSubstr("\"all\":{\"requests\":0,"));
}

Task<int> ask_often(Worker& worker, int times) {
  int complete = 0;
  for (int i = 0; i < times; ++i) {
    const Received got = co_await ask(worker, request_for("some", kOneRecord));
    complete += got.complete && got.count == 1 ? 1 : 0;
    const Received refused = co_await ask(worker, request_for("some"));
    EXPECT_TRUE(refused.error);
  }
  co_return complete;
}

TEST_F(LinkStream, AConnectionCarriesOneAfterTheOther) {
  start();
  Worker one = worker();
  EXPECT_EQ(serve(ask_often(one, 20)), 20);
  EXPECT_EQ(server->catalog()->open_statements(), 1u);
}

}  // namespace
}  // namespace dataaction
