#include "core/search/id_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace dataaction {
namespace {

constexpr SipKey kKey = {11, 22};

// A different UUID for each number.
std::string uuid(uint64_t number) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const uint64_t mixed = number * 0x9E3779B97F4A7C15;  // odd: no two numbers give the same
  std::string text = "00000000-0000-4000-8000-000000000000";
  size_t shift = 0;
  for (const size_t at : {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 24, 25, 26, 27}) {
    text[at] = kDigits[mixed >> shift & 0xF];
    shift += 4;
  }
  return text;
}

TEST(IdSet, SaysWhatIsNew) {
  IdSet set(100, kKey);
  for (const std::string& id : {uuid(1), uuid(2), std::string("x"), std::string("conv-") + uuid(1),
                                std::string(), std::string(1000, 'y')}) {
    EXPECT_TRUE(set.insert(id)) << id;
    EXPECT_FALSE(set.insert(id)) << id;
  }
  EXPECT_EQ(set.size(), 6u);
  EXPECT_EQ(set.forgotten(), 0u);
}

// Whatever looks like a UUID, or has one in it, is what it is byte for byte.
TEST(IdSet, IdsCompareAsBytes) {
  const std::string id = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
  std::set<std::string> different = {id,       id + " ",     " " + id,     id + id,     "a" + id,
                                     "b" + id, id.substr(1), "conv-" + id, "Conv-" + id};
  for (size_t at = 0; at < id.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = id;
      changed[at] = static_cast<char>(value);
      different.insert(changed);
    }
  }
  IdSet set(different.size(), kKey);
  for (const std::string& one : different) EXPECT_TRUE(set.insert(one)) << one;
  for (const std::string& one : different) EXPECT_FALSE(set.insert(one)) << one;
  EXPECT_EQ(set.size(), different.size());
}

TEST(IdSet, ForgetsTheOldest) {
  IdSet set(3, kKey);
  for (const std::string_view id : {"a", "b", "c"}) EXPECT_TRUE(set.insert(id));
  EXPECT_FALSE(set.insert("a"));  // and is no younger for it
  EXPECT_TRUE(set.insert("d"));
  EXPECT_EQ(set.forgotten(), 1u);
  for (const std::string_view id : {"b", "c", "d"}) EXPECT_FALSE(set.insert(id));
  EXPECT_TRUE(set.insert("a"));
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(set.forgotten(), 2u);
}

TEST(IdSet, AWindowOfOne) {
  IdSet set(1, kKey);
  for (int round = 0; round < 1000; ++round) {
    EXPECT_TRUE(set.insert("a"));
    EXPECT_FALSE(set.insert("a"));
    EXPECT_TRUE(set.insert("b"));
  }
  EXPECT_EQ(set.size(), 1u);
  EXPECT_EQ(set.forgotten(), 1999u);
}

// Against the plain way to do it, over many windows and all kinds of ids.
TEST(IdSet, DoesWhatASetAndAQueueDo) {
  std::mt19937 random(1);
  for (const size_t window : {5, 255, 256, 257, 2000}) {
    IdSet set(window, kKey);
    std::set<std::string> plain;
    std::deque<std::string> order;
    for (size_t i = 0; i < 10'000; ++i) {
      const uint64_t number = random() % (2 * window);
      std::string id = uuid(number);
      if (number % 3 == 1) id = "word-" + std::to_string(number % 40) + id;
      if (number % 3 == 2) id = "text " + std::to_string(number);
      const bool fresh = plain.insert(id).second;
      ASSERT_EQ(set.insert(id), fresh) << window << ' ' << i;
      if (fresh) order.push_back(id);
      if (order.size() > window) {
        plain.erase(order.front());
        order.pop_front();
      }
      ASSERT_EQ(set.size(), plain.size());
    }
    EXPECT_GT(set.forgotten(), 0u);
  }
}

TEST(IdSet, MemoryIsBoundedAndUsed) {
  for (const std::string_view word : {"", "conv-"}) {
    IdSet set(4'000'000, kKey);
    EXPECT_LT(set.memory(), 16u << 10);
    for (size_t count = 1; count <= 100'000; ++count) {
      ASSERT_TRUE(set.insert(std::string(word) + uuid(count)));
      if (count % 10'000 == 0) {
        EXPECT_LT(set.memory(), count * 31 + (32u << 10)) << count;
      }
    }
  }
}

TEST(IdSet, MemoryStopsGrowingAtTheWindow) {
  IdSet set(10'000, kKey);
  for (size_t i = 0; i < 20'000; ++i) set.insert("some text " + std::to_string(i));
  const size_t memory = set.memory();
  for (size_t i = 20'000; i < 100'000; ++i) set.insert("some text " + std::to_string(i));
  EXPECT_LT(set.memory(), memory + memory / 4);
  EXPECT_EQ(set.size(), 10'000u);
  EXPECT_EQ(set.forgotten(), 90'000u);
}

}  // namespace
}  // namespace dataaction
