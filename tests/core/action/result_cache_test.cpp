#include "core/action/result_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using Cache = ResultCache<std::string>;

constexpr milliseconds kNow{1'000};
constexpr milliseconds kLater{2'000};

// What an entry of a key of one byte takes.
constexpr size_t entry(size_t size) {
  return size + 2 + Cache::kEntryBytes;
}

Cache::Shared value(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

// The value; empty: there is none.
std::string found(Cache& cache, std::string_view key, milliseconds now = kNow) {
  const Cache::Shared value = cache.find(key, now);
  return value ? *value : "";
}

TEST(ResultCache, IsEmptyAtFirst) {
  Cache cache(1 << 20);
  EXPECT_EQ(cache.find("", kNow), nullptr);
  EXPECT_EQ(cache.find("a", kNow), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.entries(), 0u);
}

TEST(ResultCache, GivesTheVeryValue) {
  Cache cache(1 << 20);
  const Cache::Shared one = value("one");
  cache.add("a", one, 3, kLater);
  EXPECT_EQ(cache.find("a", kNow), one);
  EXPECT_EQ(cache.find("A", kNow), nullptr);
  EXPECT_EQ(cache.find("aa", kNow), nullptr);
  EXPECT_EQ(cache.bytes(), entry(3));
}

TEST(ResultCache, AKeyMayHaveAnyBytes) {
  using namespace std::string_literals;
  Cache cache(1 << 20);
  cache.add("a\0b"s, value("one"), 3, kLater);
  cache.add("a"s, value("two"), 3, kLater);
  cache.add(""s, value("three"), 5, kLater);
  EXPECT_EQ(found(cache, "a\0b"s), "one");
  EXPECT_EQ(found(cache, "a"), "two");
  EXPECT_EQ(found(cache, ""), "three");
}

TEST(ResultCache, AnEntryEndsWithItsTime) {
  Cache cache(1 << 20);
  cache.add("a", value("one"), 3, kLater);
  EXPECT_EQ(found(cache, "a", kLater - milliseconds(1)), "one");
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_EQ(found(cache, "a", kLater), "");
  EXPECT_EQ(cache.entries(), 0u);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(found(cache, "a", kNow), "") << "it has gone, whatever the time is";
}

TEST(ResultCache, WhoeverHasAValueKeepsIt) {
  Cache cache(entry(3));
  cache.add("a", value("one"), 3, kLater);
  const Cache::Shared one = cache.find("a", kNow);
  cache.add("b", value("two"), 3, kLater);
  EXPECT_EQ(found(cache, "a"), "");
  EXPECT_EQ(*one, "one");
}

TEST(ResultCache, ANewValueReplacesTheOld) {
  Cache cache(1 << 20);
  cache.add("a", value("one"), 3, kLater);
  cache.add("a", value("three"), 5, kLater + kLater);
  EXPECT_EQ(found(cache, "a", kLater), "three");
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_EQ(cache.bytes(), entry(5));
}

TEST(ResultCache, ReplacingNeedsNoRoomForBoth) {
  Cache cache(entry(3) + entry(3));
  cache.add("a", value("one"), 3, kLater);
  cache.add("b", value("two"), 3, kLater);
  cache.add("a", value("new"), 3, kLater);
  EXPECT_EQ(found(cache, "a"), "new");
  EXPECT_EQ(found(cache, "b"), "two");
}

TEST(ResultCache, TheOneUsedLongestAgoGoes) {
  Cache cache(3 * entry(3));
  cache.add("a", value("one"), 3, kLater);
  cache.add("b", value("two"), 3, kLater);
  cache.add("c", value("six"), 3, kLater);
  EXPECT_EQ(found(cache, "a"), "one");  // now b is the oldest
  cache.add("d", value("ten"), 3, kLater);
  EXPECT_EQ(found(cache, "b"), "");
  EXPECT_EQ(found(cache, "a"), "one");
  EXPECT_EQ(found(cache, "c"), "six");
  EXPECT_EQ(found(cache, "d"), "ten");
}

TEST(ResultCache, ALargeOneTakesThePlaceOfSeveral) {
  Cache cache(3 * entry(100));
  for (const char* key : {"a", "b", "c"}) cache.add(key, value(key), 100, kLater);
  cache.add("d", value("d"), 2 * entry(100) - entry(0), kLater);
  EXPECT_EQ(found(cache, "a"), "");
  EXPECT_EQ(found(cache, "b"), "");
  EXPECT_EQ(found(cache, "c"), "c");
  EXPECT_EQ(found(cache, "d"), "d");
  EXPECT_EQ(cache.bytes(), 3 * entry(100));
}

TEST(ResultCache, OneThatFillsItIsKept) {
  Cache cache(entry(1000));
  cache.add("a", value("one"), 3, kLater);
  cache.add("b", value("two"), 1000, kLater);
  EXPECT_EQ(found(cache, "b"), "two");
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_EQ(cache.bytes(), entry(1000));
}

TEST(ResultCache, OneThatIsLargerIsNotKept) {
  Cache cache(entry(1000));
  cache.add("a", value("one"), 3, kLater);
  cache.add("b", value("two"), 1001, kLater);
  EXPECT_EQ(found(cache, "b"), "");
  EXPECT_EQ(found(cache, "a"), "one") << "and throws nobody out";
  // What it would have replaced is no longer true.
  cache.add("a", value("new"), 1001, kLater);
  EXPECT_EQ(found(cache, "a"), "");
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(ResultCache, KeysCount) {
  Cache cache(4096);
  const std::string key(1900, 'k');
  cache.add(key, value("one"), 3, kLater);
  EXPECT_EQ(cache.bytes(), 3 + 2 * key.size() + Cache::kEntryBytes);
  cache.add(std::string(2000, 'k'), value("two"), 3, kLater);
  EXPECT_EQ(found(cache, std::string(2000, 'k')), "");
  EXPECT_EQ(found(cache, key), "one");
}

TEST(ResultCache, IsNeverLargerThanItMayBe) {
  Cache cache(20'000);
  for (size_t i = 0; i < 5'000; ++i) {
    const size_t size = i * 7919 % 3000;
    cache.add("key " + std::to_string(i * 31 % 257), value("x"), size, kLater);
    ASSERT_LE(cache.bytes(), 20'000u);
    ASSERT_LE(cache.entries() * Cache::kEntryBytes, cache.bytes());
    cache.find("key " + std::to_string(i * 17 % 257), i % 50 == 0 ? kLater : kNow);
  }
  EXPECT_GT(cache.entries(), 1u);
}

TEST(ResultCache, OneWithoutRoomKeepsNothing) {
  Cache cache(0);
  cache.add("a", value(""), 0, kLater);
  EXPECT_EQ(cache.entries(), 0u);
}

}  // namespace
}  // namespace dataaction
