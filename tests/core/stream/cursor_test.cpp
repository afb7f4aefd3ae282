#include "core/stream/cursor.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/base64url.h"

namespace dataaction {
namespace {

constexpr uint64_t kSource = 0x0123456789ABCDEF;
constexpr SyntheticCursor kSynthetic{12'345};
constexpr FileCursor kFile{2049, 131'072, uint64_t{1} << 40, (uint64_t{1} << 40) - 1, 7};

bool decodes(std::string_view text) {
  return decode_synthetic_cursor(kSource, text) || decode_file_cursor(kSource, text);
}

TEST(Cursor, RoundTrips) {
  for (const uint64_t position : {uint64_t{0}, uint64_t{1}, uint64_t{50'000}, UINT64_MAX}) {
    const std::string text = encode_cursor(kSource, SyntheticCursor{position});
    EXPECT_EQ(decode_synthetic_cursor(kSource, text), SyntheticCursor{position});
    EXPECT_LE(text.size(), kMaxWorkerCursor);
  }
  const FileCursor largest{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  for (const FileCursor& cursor : {FileCursor{}, kFile, largest}) {
    const std::string text = encode_cursor(kSource, cursor);
    EXPECT_EQ(decode_file_cursor(kSource, text), cursor);
    EXPECT_LE(text.size(), kMaxWorkerCursor);
  }
}

// Clients keep cursors: what an older version handed out must go on to decode.
TEST(Cursor, TextIsStable) {
  EXPECT_EQ(encode_cursor(kSource, kSynthetic), "AQHvzauJZ0UjATkwAAAAAAAAPrcKDnLXr2g");
}

TEST(Cursor, NeedsNoEscapes) {
  EXPECT_EQ(
      encode_cursor(kSource, kFile)
          .find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}

TEST(Cursor, OfAnotherSourceIsRefused) {
  EXPECT_FALSE(decode_synthetic_cursor(kSource + 1, encode_cursor(kSource, kSynthetic)));
  EXPECT_FALSE(decode_file_cursor(kSource + 1, encode_cursor(kSource, kFile)));
}

TEST(Cursor, OfAnotherKindIsRefused) {
  EXPECT_FALSE(decode_file_cursor(kSource, encode_cursor(kSource, kSynthetic)));
  EXPECT_FALSE(decode_synthetic_cursor(kSource, encode_cursor(kSource, kFile)));
}

TEST(Cursor, AnyBitFlippedIsRefused) {
  for (const std::string& text :
       {encode_cursor(kSource, kSynthetic), encode_cursor(kSource, kFile)}) {
    const std::string bytes = base64url_decode(text).value();
    for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(decodes(base64url_encode(damaged))) << bit;
    }
  }
}

TEST(Cursor, AnyCharacterChangedIsRefused) {
  for (const std::string& text :
       {encode_cursor(kSource, kSynthetic), encode_cursor(kSource, kFile)}) {
    for (size_t at = 0; at < text.size(); ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string damaged = text;
        damaged[at] = static_cast<char>(c);
        EXPECT_EQ(decodes(damaged), damaged == text) << at << ' ' << c;
      }
    }
  }
}

TEST(Cursor, CutOrLongerIsRefused) {
  for (const std::string& text :
       {encode_cursor(kSource, kSynthetic), encode_cursor(kSource, kFile)}) {
    for (size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(decodes(text.substr(0, size)));
    EXPECT_FALSE(decodes(text + 'A'));
    EXPECT_FALSE(decodes(text + "AAAA"));
    EXPECT_FALSE(decodes(text + text));
  }
  EXPECT_FALSE(decodes(std::string(1'000'000, 'A')));
}

}  // namespace
}  // namespace dataaction
