#include "sidecar/runtime/http_body.h"

#include "tests/sidecar/runtime/loop_fixture.h"
#include "tests/sidecar/support/gzip.h"

namespace dataaction {
namespace {

HttpHeaders coded(const std::string& coding) {
  HttpHeaders headers;
  headers.add("Content-Encoding", coding);
  return headers;
}

std::string take_all(HttpBody& body, size_t& largest) {
  std::string all;
  for (;;) {
    const auto piece = body.take();
    if (!piece) return all + "(" + std::string(name_of(piece.error())) + ")";
    if (piece->empty()) return all;
    largest = std::max(largest, piece->size());
    all += *piece;
  }
}

std::string take_all(HttpBody& body) {
  size_t largest = 0;
  return take_all(body, largest);
}

TEST(HttpBodyTest, PlainBytesPass) {
  HttpBody body(10);
  body.begin(HttpHeaders());
  body.add("one ");
  body.add("two");
  EXPECT_EQ(take_all(body), "one two");
  EXPECT_TRUE(body.complete());
}

TEST(HttpBodyTest, IsFullWhenEnoughWaits) {
  HttpBody body(SIZE_MAX);
  body.add(std::string(HttpBody::kReadAhead - 1, 'x'));
  EXPECT_FALSE(body.full());
  body.add("x");
  EXPECT_TRUE(body.full());
  take_all(body);
  EXPECT_FALSE(body.full());
}

TEST(HttpBodyTest, TheCapStays) {
  HttpBody body(3);
  body.add("four");
  EXPECT_EQ(take_all(body), "(too_large)");
  body.add("x");
  EXPECT_EQ(take_all(body), "(too_large)");
}

TEST(HttpBodyTest, GzipMayComeByteByByte) {
  HttpBody body(100);
  body.begin(coded("GZip"));
  std::string all;
  for (const char c : gzip("some text")) {
    body.add({&c, 1});
    all += take_all(body);
  }
  EXPECT_EQ(all, "some text");
  EXPECT_TRUE(body.complete());
}

TEST(HttpBodyTest, MembersFollowEachOther) {
  HttpBody body(100);
  body.begin(coded("x-gzip"));
  body.add(gzip("one ") + gzip("") + gzip("two"));
  EXPECT_EQ(take_all(body), "one two");
  EXPECT_TRUE(body.complete());
}

TEST(HttpBodyTest, WhatUnpacksToMuchComesInPieces) {
  const std::string text(50 << 20, 'x');
  HttpBody body(text.size());
  body.begin(coded("gzip"));
  body.add(gzip(text));
  size_t largest = 0;
  EXPECT_EQ(take_all(body, largest).size(), text.size());
  EXPECT_LE(largest, 64U << 10);

  HttpBody capped(1000);
  capped.begin(coded("gzip"));
  capped.add(gzip(text));
  EXPECT_EQ(take_all(capped), "(too_large)");
}

TEST(HttpBodyTest, GzipIsIncompleteUntilItsTrailer) {
  const std::string whole = gzip("some text");
  HttpBody body(100);
  body.begin(coded("gzip"));
  EXPECT_TRUE(body.complete()) << "an answer to HEAD has no body";
  body.add(whole.substr(0, whole.size() - 1));
  EXPECT_EQ(take_all(body), "some text");
  EXPECT_FALSE(body.complete());
}

TEST(HttpBodyTest, DamageIsSeen) {
  std::string damaged = gzip("some text");
  damaged[damaged.size() - 5] ^= 1;  // of the checksum
  HttpBody body(100);
  body.begin(coded("gzip"));
  body.add(damaged);
  EXPECT_EQ(take_all(body), "(protocol)");
  EXPECT_EQ(take_all(body), "(protocol)");
}

TEST(HttpBodyTest, CodingsThatNobodyAskedForPass) {
  HttpBody body(100);
  body.begin(coded("br"));
  body.add("packed");
  EXPECT_EQ(take_all(body), "packed");
}

}  // namespace
}  // namespace dataaction
