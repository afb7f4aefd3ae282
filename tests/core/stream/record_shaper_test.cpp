#include "core/stream/record_shaper.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/stream/shaper_bodies.h"

namespace dataaction {
namespace {

constexpr Format kFormats[] = {Format::kArray, Format::kBatches, Format::kNdjson,
                               Format::kEnvelope};

// The body written the slow way, to compare with.
std::string expected(const Shape& shape, const Records& records) {
  std::string out(shape.shaper().prefix());
  const size_t count = std::min<uint64_t>(records.size(), shape.limit);
  for (size_t i = 0; i < count; ++i) {
    switch (shape.format) {
      case Format::kNdjson:
        out += records[i] + '\n';
        break;
      case Format::kBatches:
        out += i % shape.batch_size > 0 ? "," : i > 0 ? "],[" : "[";
        out += records[i];
        break;
      default:
        out += (i > 0 ? "," : "") + records[i];
    }
  }
  const bool limited = records.size() >= shape.limit;
  if (shape.format == Format::kArray) out += ']';
  if (shape.format == Format::kBatches) out += count > 0 ? "]]" : "]";
  if (shape.format == Format::kEnvelope) {
    out += "],\"count\":" + std::to_string(count) +
           ",\"complete\":true,\"reason\":" + (limited ? "\"limit\"" : "null") + ",\"next\":null}";
  }
  return out;
}

TEST(RecordShaper, Array) {
  EXPECT_EQ(body_of_lines({}, {}).text, "[]");
  EXPECT_EQ(body_of_lines({}, {"{}"}).text, "[{}]");
  EXPECT_EQ(body_of_lines({}, {"1", "[2]", R"("3")"}).text, R"([1,[2],"3"])");
}

TEST(RecordShaper, Ndjson) {
  const Shape shape{.format = Format::kNdjson};
  EXPECT_EQ(body_of_lines(shape, {}).text, "");
  EXPECT_EQ(body_of_lines(shape, {"{}"}).text, "{}\n");
  EXPECT_EQ(body_of_lines(shape, {"1", "2"}).text, "1\n2\n");
}

TEST(RecordShaper, Batches) {
  const Shape shape{.format = Format::kBatches, .batch_size = 2};
  EXPECT_EQ(body_of_lines(shape, {}).text, "[]");
  EXPECT_EQ(body_of_lines(shape, {"1"}).text, "[[1]]");
  EXPECT_EQ(body_of_lines(shape, {"1", "2"}).text, "[[1,2]]");
  EXPECT_EQ(body_of_lines(shape, {"1", "2", "3"}).text, "[[1,2],[3]]");
  EXPECT_EQ(body_of_lines(shape, {"1", "2", "3", "4", "5"}).text, "[[1,2],[3,4],[5]]");
}

TEST(RecordShaper, Envelope) {
  const Shape shape{.format = Format::kEnvelope};
  EXPECT_EQ(body_of_lines(shape, {}).text,
            R"({"records":[],"count":0,"complete":true,"reason":null,"next":null})");
  EXPECT_EQ(body_of_lines(shape, {"1", "2"}).text,
            R"({"records":[1,2],"count":2,"complete":true,"reason":null,"next":null})");
}

TEST(RecordShaper, EnvelopeSaysHowItEnded) {
  const Shape shape{.format = Format::kEnvelope};
  const auto tail = [&](const Ending& ending) { return body_of_lines(shape, {"1"}, ending).text; };
  const std::string head = R"({"records":[1],"count":1,)";
  EXPECT_EQ(tail({EndReason::kLimit, "AQE"}),
            head + R"("complete":true,"reason":"limit","next":"AQE"})");
  EXPECT_EQ(tail({EndReason::kDeadline, ""}),
            head + R"("complete":false,"reason":"deadline","next":null})");
  EXPECT_EQ(tail({EndReason::kUpstream, "\"\n"}),
            head + R"("complete":false,"reason":"upstream","next":"\"\n"})");
}

TEST(RecordShaper, RunsSplitEveryWay) {
  const Records records = numbered(8);
  for (const Format format : kFormats) {
    const Shape shape{.format = format, .batch_size = 3};
    for (unsigned cuts = 0; cuts < 1U << (records.size() - 1); ++cuts) {
      BodyBuilder builder(shape);
      size_t begin = 0;
      for (size_t i = 0; i < records.size(); ++i) {
        if (i + 1 < records.size() && (cuts >> i & 1) == 0) continue;
        builder.add_lines(std::span(records).subspan(begin, i + 1 - begin));
        begin = i + 1;
      }
      ASSERT_EQ(builder.finish().text, expected(shape, records)) << cuts;
    }
  }
}

// Every count of records, batch and limit around each other; lines and separated runs make one
// body.
TEST(RecordShaper, BatchesAndLimits) {
  constexpr size_t kMost = 7;
  for (const Format format : kFormats) {
    for (size_t count = 0; count <= kMost; ++count) {
      const Records records = numbered(count);
      for (uint64_t batch = 1; batch <= kMost + 1; ++batch) {
        for (uint64_t limit = 0; limit <= kMost + 2; ++limit) {
          const Shape shape{.format = format,
                            .batch_size = batch,
                            .limit = limit > kMost + 1 ? RecordShaper::kNoLimit : limit};
          const std::string want = expected(shape, records);
          const Body lines = body_of_lines(shape, records);
          ASSERT_EQ(lines.text, want) << count << ' ' << batch << ' ' << limit;
          ASSERT_EQ(lines.records, std::min<uint64_t>(count, shape.limit));
          for (const size_t run : {1, 2, 100}) {
            BodyBuilder builder(shape);
            builder.add_separated(records, run);
            ASSERT_EQ(builder.finish().text, want) << count << ' ' << batch << ' ' << limit;
          }
        }
      }
    }
  }
}

TEST(RecordShaper, SpansOfAnySize) {
  const Records records = numbered(20);
  for (const Format format : kFormats) {
    const Shape shape{.format = format, .batch_size = 3};
    for (const size_t slices : {2, 3, 4, 5, 64}) {
      BodyBuilder builder(shape, slices);
      builder.add_lines(records);
      EXPECT_EQ(builder.finish().text, expected(shape, records)) << slices;
    }
  }
}

TEST(RecordShaper, TakesNothingWithoutRoomForSlices) {
  RecordShaper shaper = Shape{}.shaper();
  char memory[] = "x1\n";
  std::string_view slice;
  RecordRun run{memory + 1, memory + 3, 0, false};
  EXPECT_EQ(shaper.shape(run, {&slice, 1}), 0u);
  EXPECT_EQ(run.size(), 2u);
  EXPECT_EQ(shaper.records(), 0u);
}

TEST(RecordShaper, StopsAtTheLimitAndLeavesTheRest) {
  RecordShaper shaper = Shape{.limit = 2}.shaper();
  char memory[] = "x1\n2\n3\n";
  std::string_view slices[8];
  RecordRun run{memory + 1, memory + 7, 0, false};
  EXPECT_EQ(shaper.run_limit(), 2u);
  EXPECT_EQ(shaper.shape(run, slices), 1u);
  EXPECT_EQ(shaper.stopped(), EndReason::kLimit);
  EXPECT_EQ(shaper.run_limit(), 0u);
  EXPECT_EQ(run.begin, memory + 5);
  EXPECT_EQ(shaper.shape(run, slices), 0u);
  EXPECT_EQ(std::string_view(run.begin, 2), "3\n");
}

TEST(RecordShaper, LimitZeroIsStoppedAtOnce) {
  const RecordShaper shaper = Shape{.limit = 0}.shaper();
  EXPECT_EQ(shaper.stopped(), EndReason::kLimit);
  EXPECT_EQ(shaper.run_limit(), 0u);
}

TEST(RecordShaper, RunLimitKeepsToTheBatch) {
  BodyBuilder builder(Shape{.format = Format::kBatches, .batch_size = 3, .limit = 5});
  EXPECT_EQ(builder.shaper().run_limit(), 3u);
  builder.add("1,2,", 2, true);
  EXPECT_EQ(builder.shaper().run_limit(), 1u);
  builder.add("3,", 1, true);
  EXPECT_EQ(builder.shaper().run_limit(), 2u);
  builder.add("4,5,", 2, true);
  EXPECT_EQ(builder.finish().text, "[[1,2,3],[4,5]]");
}

// The bytes of a record never move: the source's memory is what is sent.
TEST(RecordShaper, HandsOutTheRunsOwnMemory) {
  RecordShaper shaper = Shape{}.shaper();
  char memory[] = "x{\"a\":1}\n{\"b\":2}\n";
  std::string_view slices[8];
  RecordRun run{memory + 1, memory + sizeof(memory) - 1, 0, false};
  ASSERT_EQ(shaper.shape(run, slices), 1u);
  EXPECT_EQ(slices[0].data(), memory + 1);
  EXPECT_EQ(slices[0], R"({"a":1},{"b":2})");
  EXPECT_EQ(memory[0], 'x') << "the first record has nothing before it";
}

TEST(RecordShaper, CountsBytesWithoutTheTail) {
  for (const Format format : kFormats) {
    BodyBuilder builder(Shape{.format = format, .batch_size = 2});
    EXPECT_EQ(builder.shaper().bytes(), builder.size());
    builder.add_lines(numbered(5));
    builder.add_lines(numbered(3));
    EXPECT_EQ(builder.shaper().bytes(), builder.size());
  }
}

}  // namespace
}  // namespace dataaction
