#include "core/link/answer_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/link/answer_driver.h"
#include "tests/core/link/frame_bytes.h"

namespace dataaction {
namespace {

using frame::data_frame;
using frame::encoded;

constexpr size_t kMaxRecord = 64;
const std::string kHead = encoded(frame::Head{});
const std::string kEnd = encoded(frame::End{4, true, "", ""});

// Records within frames, over two and over three of them, beginning where a frame ends; empty
// frames; frames without an LF.
const std::string kRecords = R"({"a":1})"
                             "\n"
                             R"({"b":"spans two"})"
                             "\n"
                             R"({"c":"spans four, with an empty one"})"
                             "\n"
                             "4\n";
const std::string kAnswer =
    kHead + data_frame("c0", "") + data_frame("c1", kRecords.substr(0, 12)) +
    data_frame("c2", kRecords.substr(12, 20)) + data_frame("c2", kRecords.substr(32, 10)) +
    data_frame("c2", "") + data_frame("c3", kRecords.substr(42, 22)) + data_frame("", "") +
    data_frame("c4", kRecords.substr(64)) + kEnd;

TEST(AnswerReader, GivesAllRecords) {
  const Answer answer = read_answer(kAnswer, kMaxRecord);
  EXPECT_TRUE(answer.head);
  EXPECT_EQ(answer.records, kRecords);
  EXPECT_TRUE(answer.end);
  EXPECT_EQ(answer.malformed, "");
}

TEST(AnswerReader, SplitInTwoAnywhere) {
  for (size_t at = 0; at <= kAnswer.size(); ++at) {
    const std::string_view all = kAnswer;
    const std::string_view pieces[] = {all.substr(0, at), all.substr(at)};
    const Answer answer = read_answer(pieces, kMaxRecord);
    EXPECT_EQ(answer.records, kRecords) << at;
    EXPECT_TRUE(answer.end) << at << ' ' << answer.malformed;
  }
}

TEST(AnswerReader, SplitInThreeAnywhere) {
  const std::string_view all = kAnswer;
  for (size_t first = 0; first <= all.size(); ++first) {
    for (size_t second = first; second <= all.size(); ++second) {
      const std::string_view pieces[] = {all.substr(0, first), all.substr(first, second - first),
                                         all.substr(second)};
      const Answer answer = read_answer(pieces, kMaxRecord);
      ASSERT_EQ(answer.records, kRecords) << first << ' ' << second;
      ASSERT_TRUE(answer.end) << first << ' ' << second << ' ' << answer.malformed;
    }
  }
}

TEST(AnswerReader, ByteForByte) {
  AnswerDriver driver(kMaxRecord, kAnswer.size());
  for (size_t i = 0; i < kAnswer.size(); ++i) {
    ASSERT_EQ(driver.feed({&kAnswer[i], 1}), i + 1 < kAnswer.size()) << i;
  }
  EXPECT_EQ(driver.answer().records, kRecords);
  EXPECT_TRUE(driver.answer().end);
}

TEST(AnswerReader, CutAnywhereNeverEnds) {
  for (size_t size = 0; size < kAnswer.size(); ++size) {
    const Answer answer = read_answer(std::string_view(kAnswer).substr(0, size), kMaxRecord);
    EXPECT_FALSE(answer.end) << size;
    EXPECT_EQ(answer.malformed, "") << size;
    EXPECT_TRUE(kRecords.starts_with(answer.records)) << size;
    EXPECT_TRUE(answer.records.empty() || answer.records.ends_with('\n')) << size;
  }
}

TEST(AnswerReader, AnyBitFlippedIsSurvived) {
  for (size_t at = 0; at < kAnswer.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = kAnswer;
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit);
      const Answer answer = read_answer(bytes, kMaxRecord);
      EXPECT_TRUE(answer.records.empty() || answer.records.ends_with('\n')) << at;
      EXPECT_LE(answer.end + answer.error + !answer.malformed.empty(), 1) << at;
    }
  }
}

TEST(AnswerReader, TellsHeadAndEnd) {
  AnswerDriver driver(kMaxRecord, 1000);
  driver.feed(encoded(frame::Head{1, 0xABCD, 200}) + data_frame("x", "1\n") +
              encoded(frame::End{1, false, "deadline", "next"}));
  EXPECT_EQ(driver.reader().head().digest, 0xABCDu);
  EXPECT_EQ(driver.reader().end().count, 1u);
  EXPECT_FALSE(driver.reader().end().complete);
  EXPECT_EQ(driver.reader().end().reason, "deadline");
  EXPECT_EQ(driver.reader().end().cursor, "next");
  EXPECT_EQ(driver.held(), 0u);
}

TEST(AnswerReader, LeavesWhatStandsBehindTheAnswer) {
  AnswerDriver driver(kMaxRecord, 1000);
  driver.feed(kHead + kEnd + "next");
  EXPECT_TRUE(driver.answer().end);
  EXPECT_EQ(driver.held(), 4u);
}

TEST(AnswerReader, ErrorInsteadOfHead) {
  AnswerDriver driver(kMaxRecord, 1000);
  driver.feed(encoded(frame::sample_error()));
  EXPECT_TRUE(driver.answer().error);
  EXPECT_EQ(driver.reader().error().reply, frame::sample_error().reply);
  EXPECT_EQ(driver.held(), 0u);
}

TEST(AnswerReader, ErrorAfterHalfARecord) {
  const Answer answer = read_answer(
      kHead + data_frame("c", "1\n{\"half") + encoded(frame::sample_error()), kMaxRecord);
  EXPECT_TRUE(answer.error);
  EXPECT_EQ(answer.records, "1\n");
}

TEST(AnswerReader, CursorIsExactBetweenFrames) {
  AnswerDriver driver(kMaxRecord, 1000);
  driver.feed(kHead);
  EXPECT_TRUE(driver.reader().between_frames());
  EXPECT_EQ(driver.reader().cursor(), "");
  const std::string data = data_frame("c1", "1\n2\n");
  driver.feed(std::string_view(data).substr(0, data.size() - 1));
  EXPECT_EQ(driver.answer().records, "1\n");
  EXPECT_FALSE(driver.reader().between_frames());
  driver.feed("\n");
  EXPECT_EQ(driver.answer().records, "1\n2\n");
  EXPECT_TRUE(driver.reader().between_frames());
  EXPECT_EQ(driver.reader().cursor(), "c1");
  driver.feed(data_frame("", "3\n"));
  EXPECT_EQ(driver.reader().cursor(), "") << "a source that can no longer resume";
}

TEST(AnswerReader, CursorsAreTheFramesWhateverThePieces) {
  const std::string bytes = kHead + data_frame("c1", "1\n2\n") + data_frame("c2", "3\n") +
                            data_frame("c3", "") + data_frame("c4", "4\n") + kEnd;
  const std::vector<std::string> all{"c1", "c2", "c3", "c4"};
  AnswerDriver driver(kMaxRecord, bytes.size());
  for (const char& byte : bytes) driver.feed({&byte, 1});
  EXPECT_EQ(driver.answer().cursors, all);
}

std::string refusal(const std::string& bytes) {
  return read_answer(bytes, kMaxRecord).malformed;
}

TEST(AnswerReader, RefusesFramesOutOfOrder) {
  EXPECT_EQ(refusal(data_frame("", "1\n")), "DATA before HEAD");
  EXPECT_EQ(refusal(kEnd), "END before HEAD");
  EXPECT_EQ(refusal(kHead + kHead), "HEAD twice");
  EXPECT_EQ(refusal(kHead + data_frame("", "1\n") + kHead), "HEAD twice");
  EXPECT_EQ(refusal(kHead + encoded(frame::Request{})), "REQUEST from the sidecar");
}

TEST(AnswerReader, RefusesToEndInARecord) {
  const std::string what = "a record without its LF before the end";
  EXPECT_EQ(refusal(kHead + data_frame("", "1\n2") + kEnd), what);
  EXPECT_EQ(refusal(kHead + data_frame("", "1") + kHead), what);
}

TEST(AnswerReader, RefusesWhatTheCodecRefuses) {
  EXPECT_EQ(refusal(frame::header_bytes(static_cast<frame::Type>(9), 1)), "unknown frame type 9");
  EXPECT_NE(refusal(kHead + frame::header_bytes(frame::Type::kData, frame::kMaxData + 1)), "");
  EXPECT_NE(refusal(encoded(frame::Head{1, 0, 404})), "");
  EXPECT_NE(refusal(kHead + frame::header_bytes(frame::Type::kEnd, 3) + "abc"), "");
  EXPECT_NE(refusal(frame::header_bytes(frame::Type::kError, 3) + "abc"), "");
}

TEST(AnswerReader, RefusesDamagedData) {
  using frame::header_bytes;
  using frame::Type;
  EXPECT_EQ(refusal(kHead + header_bytes(Type::kData, 0)), "short DATA");
  EXPECT_EQ(refusal(kHead + header_bytes(Type::kData, 1) + "a"), "short DATA");
  EXPECT_EQ(refusal(kHead + header_bytes(Type::kData, 4) + std::string("\x03\0ab", 4)),
            "short DATA");
  EXPECT_EQ(refusal(kHead + data_frame(std::string(frame::kMaxCursor + 1, 'c'), "1\n")),
            "cursor too long in DATA");
  const std::string cursor(frame::kMaxCursor, 'c');
  EXPECT_EQ(refusal(kHead + data_frame(cursor, "1\n")), "");
}

// The limit holds wherever the record stands and however it arrives, and what comes before it is
// handed out.
TEST(AnswerReader, RefusesALongRecordInAnyPieces) {
  const std::string fits(kMaxRecord, 'x');
  const std::string good = "1\n" + fits + "\n2\n";
  const std::string bytes = kHead + data_frame("", good + "3\n" + fits + "y\n4\n") + kEnd;
  const std::string spanning =
      kHead + data_frame("", good + "3\n" + fits) + data_frame("", "y\n4\n");
  for (const std::string& all : {bytes, spanning}) {
    for (size_t at = 0; at <= all.size(); ++at) {
      const std::string_view pieces[] = {std::string_view(all).substr(0, at),
                                         std::string_view(all).substr(at)};
      const Answer answer = read_answer(pieces, kMaxRecord);
      EXPECT_EQ(answer.malformed, "record longer than max_record_size") << at;
      EXPECT_EQ(answer.records, good + "3\n") << at;
    }
  }
}

TEST(AnswerReader, RefusesALongRecordBeforeItsEnd) {
  EXPECT_EQ(refusal(kHead + data_frame("", std::string(kMaxRecord, 'x'))), "");
  EXPECT_EQ(refusal(kHead + data_frame("", std::string(kMaxRecord + 1, 'x'))),
            "record longer than max_record_size");
  EXPECT_EQ(refusal(kHead + data_frame("", "1\n" + std::string(kMaxRecord + 1, 'x'))),
            "record longer than max_record_size");
}

}  // namespace
}  // namespace dataaction
