#include "core/search/search_cursor.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/base64url.h"
#include "core/base/civil_time.h"

namespace dataaction {
namespace {

SearchCursor query_cursor() {
  return {SearchBackend::kDetailsQuery, 0x0123456789ABCDEF, {100, 900}, {100, 500}, 7, "", "", 42};
}

std::vector<SearchCursor> examples() {
  return {
      SearchCursor(),
      query_cursor(),
      {SearchBackend::kTutorialSearch, 1, {}, {}, 0, "eyJwYWdlIjoyLCJzaXplIjoyMDB9", "", 0},
      {SearchBackend::kDetailsJobs,
       UINT64_MAX,
       {0, kLastSecond},
       {},
       UINT64_MAX,
       std::string("\0\xFF\"", 3),
       "8a7b6c5d-4e3f-2a1b-0c9d-8e7f6a5b4c3d",
       UINT64_MAX},
  };
}

TEST(SearchCursor, RoundTrips) {
  for (const SearchCursor& cursor : examples()) {
    const auto bytes = encode_search_cursor(cursor);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(decode_search_cursor(*bytes), cursor);
  }
}

// Clients keep cursors: what an older version handed out must go on to decode.
TEST(SearchCursor, BytesAreStable) {
  EXPECT_EQ(base64url_encode(*encode_search_cursor(query_cursor())),
            "AQHvzauJZ0UjAWQAAAAAAAAAhAMAAAAAAABkAAAAAAAAAPQBAAAAAAAABwAAAAAAAAAqAAAAAAAAAAAAAAA");
}

TEST(SearchCursor, SealedItFitsIntoAFrame) {
  SearchCursor cursor = query_cursor();
  size_t longest = 0;
  for (cursor.position = "x"; encode_search_cursor(cursor); cursor.position += 'x') {
    longest = encode_search_cursor(cursor)->size();
  }
  EXPECT_EQ(longest, kMaxSearchCursor);
  EXPECT_LE(base64url_encode(std::string(longest + 16, 'x')).size(), frame::kMaxCursor);
  EXPECT_GT(cursor.position.size(), 256u);
  cursor.position = std::string(1'000'000, 'x');
  EXPECT_FALSE(encode_search_cursor(cursor));
  cursor.position.clear();
  cursor.job = std::string(100'000, 'x');
  EXPECT_FALSE(encode_search_cursor(cursor));
}

TEST(SearchCursor, CutOrLongerIsRefused) {
  for (const SearchCursor& cursor : examples()) {
    const std::string bytes = encode_search_cursor(cursor).value();
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_search_cursor(std::string_view(bytes).substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_search_cursor(bytes + '\0'));
    EXPECT_FALSE(decode_search_cursor(bytes + bytes));
  }
  EXPECT_FALSE(decode_search_cursor(std::string(1'000'000, '\1')));
}

TEST(SearchCursor, WhatCannotBeIsRefused) {
  const auto decodes = [](const SearchCursor& cursor) {
    return decode_search_cursor(encode_search_cursor(cursor).value()).has_value();
  };
  SearchCursor cursor = query_cursor();
  EXPECT_TRUE(decodes(cursor));
  for (const IsoInterval& rest : {IsoInterval{900, 100}, IsoInterval{100, 100},
                                  IsoInterval{-1, 900}, IsoInterval{100, kLastSecond + 1},
                                  IsoInterval{101, 900}, IsoInterval{100, 499}, IsoInterval{}}) {
    cursor.rest = rest;
    EXPECT_FALSE(decodes(cursor)) << rest.begin << ' ' << rest.end;
  }
  cursor = query_cursor();
  cursor.part = {500, 100};
  EXPECT_FALSE(decodes(cursor));

  std::string bytes = encode_search_cursor(query_cursor()).value();
  bytes[0] = 2;
  EXPECT_FALSE(decode_search_cursor(bytes));
  bytes[0] = 1;
  bytes[1] = 3;
  EXPECT_FALSE(decode_search_cursor(bytes));
}

}  // namespace
}  // namespace dataaction
