// `max_size`: the body, its tail included, is never larger, and valid whatever the size. Only the
// empty body, without which there is no valid JSON, may be larger than a size below its own.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/json/json_reader.h"
#include "core/stream/synthetic.h"
#include "tests/core/stream/shaper_bodies.h"

namespace dataaction {
namespace {

const Ending kWorst{EndReason::kSourceChanged, std::string(96, 'c')};

size_t smallest_body(const Shape& shape) {
  return body_of_lines(shape, {}, kWorst).text.size();
}

// Counts the values at one level of a document.
class LevelCounter : public JsonHandler<LevelCounter> {
 public:
  explicit LevelCounter(size_t level) : JsonHandler(512), level_(level) {}

  bool on_scalar(std::string_view) { return count(depth()); }
  bool on_string(std::string_view) { return count(depth()); }
  bool on_key(std::string_view) { return true; }
  bool on_open(char) { return count(depth() - 1); }
  bool on_close(char) { return true; }

  int64_t values() const { return values_; }

 private:
  bool count(size_t depth) {
    if (depth == level_) ++values_;
    return true;
  }

  size_t level_;
  int64_t values_ = 0;
};

// How many records a body holds; -1 if it is not valid.
int64_t records_in(Format format, const std::string& body) {
  if (format == Format::kNdjson) {
    return body.empty() || body.back() == '\n' ? std::ranges::count(body, '\n') : -1;
  }
  LevelCounter counter(format == Format::kArray ? 1 : 2);
  rapidjson::Reader reader;
  if (read_json(reader, body, counter)) return -1;
  const std::string said = "],\"count\":" + std::to_string(counter.values()) + ',';
  if (format == Format::kEnvelope && body.find(said) == std::string::npos) return -1;
  return counter.values();
}

Records of_many_sizes() {
  Records records;
  for (size_t i = 0; i < 40; ++i) records.push_back('"' + std::string(i * 7 % 23, 'x') + '"');
  return records;
}

class MaxSize : public testing::TestWithParam<Format> {};

TEST_P(MaxSize, BoundsABodyOfLines) {
  const Records records = of_many_sizes();
  Shape shape{.format = GetParam(), .batch_size = 3};
  const size_t smallest = smallest_body(shape);
  const size_t full = body_of_lines(shape, records, kWorst).text.size();
  for (const size_t run : {1, 5, 40}) {
    uint64_t before = 0;
    for (shape.max_size = 1; shape.max_size <= full + 200; ++shape.max_size) {
      BodyBuilder builder(shape);
      for (size_t i = 0; i < records.size(); i += run) {
        builder.add_lines(std::span(records).subspan(i, std::min(run, records.size() - i)));
      }
      const EndReason stopped = builder.shaper().stopped();
      const Body body = builder.finish(kWorst);
      ASSERT_LE(body.text.size(), std::max<size_t>(shape.max_size, smallest));
      ASSERT_EQ(records_in(shape.format, body.text), static_cast<int64_t>(body.records));
      ASSERT_EQ(stopped, body.records < records.size() ? EndReason::kSize : EndReason::kNone);
      ASSERT_GE(body.records, before) << "more room, fewer records";
      before = body.records;
    }
    EXPECT_EQ(before, records.size());
  }
}

// Records that stop for want of room are few bytes short of it: no more than a record and the
// slack.
TEST_P(MaxSize, IsUsed) {
  const Records records = numbered(90);
  Shape shape{.format = GetParam(), .batch_size = 10};
  for (shape.max_size = 400; shape.max_size < 600; ++shape.max_size) {
    BodyBuilder builder(shape);
    builder.add_lines(records);
    EXPECT_GE(builder.finish(kWorst).text.size() + 64, shape.max_size);
  }
}

// As synthetic_producer does: what byte_limit() allows, until not one record fits.
TEST_P(MaxSize, BoundsABodyOfSeparatedRuns) {
  Shape shape{.format = GetParam(), .batch_size = 3};
  const size_t smallest = smallest_body(shape);
  char memory[1 + 1000];
  std::string_view slices[4];
  for (shape.max_size = 1; shape.max_size <= 3000; ++shape.max_size) {
    RecordShaper shaper = shape.shaper();
    Synthetic source(SyntheticKind::kTransactions, 0, 20);
    std::string text(shaper.prefix());
    while (!source.finished() && shaper.stopped() == EndReason::kNone) {
      const size_t room = std::min<uint64_t>(1000, shaper.byte_limit());
      const auto filled = source.fill(memory + 1, room, shaper.run_limit(), shaper.separator());
      RecordRun run{memory + 1, memory + 1 + filled.bytes, filled.records, true};
      if (filled.records == 0) shaper.stop_for_size();
      const size_t used = shaper.shape(run, slices);
      for (size_t i = 0; i < used; ++i) text += slices[i];
      ASSERT_EQ(run.size(), 0u);
    }
    text += shaper.tail(kWorst);
    ASSERT_LE(text.size(), std::max<size_t>(shape.max_size, smallest));
    ASSERT_EQ(records_in(shape.format, text), static_cast<int64_t>(shaper.records())) << text;
    ASSERT_EQ(shaper.records(), source.position());
  }
}

TEST(MaxSizeOff, BoundsNothing) {
  const RecordShaper shaper = Shape{}.shaper();
  EXPECT_GT(shaper.byte_limit(), uint64_t{1} << 60);
}

INSTANTIATE_TEST_SUITE_P(Formats, MaxSize,
                         testing::Values(Format::kArray, Format::kBatches, Format::kNdjson,
                                         Format::kEnvelope));

}  // namespace
}  // namespace dataaction
