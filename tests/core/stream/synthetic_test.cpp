#include "core/stream/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

namespace dataaction {
namespace {

using enum SyntheticKind;

// The same records written the slow way.
std::string transaction(uint64_t id) {
  const unsigned cents = 10'000 + static_cast<unsigned>(id % 500) * 75;
  char text[256];
  snprintf(text, sizeof(text),
           R"({"id":%llu,"customer_id":"CUST-%08llu","transaction_amount":%u.%02u,)"
           R"("status":"completed","timestamp":"2024-01-15T10:30:00Z"})",
           static_cast<unsigned long long>(id), static_cast<unsigned long long>(id), cents / 100,
           cents % 100);
  return text;
}

std::string nested(uint64_t id) {
  const unsigned __int128 tenths = static_cast<unsigned __int128>(id) * 15;
  std::string value = "." + std::to_string(static_cast<unsigned>(tenths % 10));
  for (auto whole = tenths / 10; whole > 0; whole /= 10) {
    value.insert(value.begin(), static_cast<char>('0' + static_cast<int>(whole % 10)));
  }
  return "{\"record_id\":" + std::to_string(id) +
         R"(,"metadata":{"source":"gen_api","version":"1.2.0"},"payload":{"value":)" + value +
         R"(,"tags":["processed","streamed"]}})";
}

std::string record(SyntheticKind kind, uint64_t id) {
  return kind == kTransactions ? transaction(id) : nested(id);
}

// All that is left, through a buffer of exactly `capacity` bytes.
std::string drain(Synthetic& source, size_t capacity, char separator = '\n') {
  const auto memory = std::make_unique<char[]>(capacity);
  std::string out;
  while (!source.finished()) {
    const auto filled = source.fill(memory.get(), capacity, UINT64_MAX, separator);
    if (filled.records == 0) break;
    out.append(memory.get(), filled.bytes);
  }
  return out;
}

std::string records(SyntheticKind kind, uint64_t first, uint64_t total) {
  Synthetic source(kind, first, total);
  return drain(source, 64 << 10);
}

TEST(Synthetic, FirstTransactions) {
  EXPECT_EQ(records(kTransactions, 0, 2),
            R"({"id":1,"customer_id":"CUST-00000001","transaction_amount":100.75,)"
            R"("status":"completed","timestamp":"2024-01-15T10:30:00Z"})"
            "\n"
            R"({"id":2,"customer_id":"CUST-00000002","transaction_amount":101.50,)"
            R"("status":"completed","timestamp":"2024-01-15T10:30:00Z"})"
            "\n");
}

TEST(Synthetic, FirstNested) {
  EXPECT_EQ(records(kNested, 0, 2),
            R"({"record_id":1,"metadata":{"source":"gen_api","version":"1.2.0"},)"
            R"("payload":{"value":1.5,"tags":["processed","streamed"]}})"
            "\n"
            R"({"record_id":2,"metadata":{"source":"gen_api","version":"1.2.0"},)"
            R"("payload":{"value":3.0,"tags":["processed","streamed"]}})"
            "\n");
}

TEST(Synthetic, FiftyThousandAreFiftyThousand) {
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    std::string expected;
    for (uint64_t id = 1; id <= 50'000; ++id) expected += record(kind, id) + '\n';
    EXPECT_TRUE(records(kind, 0, 50'000) == expected);
  }
}

TEST(Synthetic, AmountsOfAllResidues) {
  // Read as text: "100.00" to "474.25", each 75 cents above the last.
  const std::string all = records(kTransactions, 499, 999);
  size_t at = 0;
  for (unsigned cents = 10'000; cents <= 47'425; cents += 75) {
    char amount[32];
    snprintf(amount, sizeof(amount), "\"transaction_amount\":%u.%02u,", cents / 100, cents % 100);
    at = all.find(amount, at);
    ASSERT_NE(at, std::string::npos) << amount;
  }
}

TEST(Synthetic, WhereIdsGainADigit) {
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    uint64_t power = 10;
    for (int digits = 2; digits <= 19; ++digits, power *= 10) {
      std::string expected;
      for (uint64_t id = power - 3; id <= power + 3; ++id) expected += record(kind, id) + '\n';
      EXPECT_EQ(records(kind, power - 4, power + 3), expected);
    }
  }
}

TEST(Synthetic, CustomersOfNineDigits) {
  EXPECT_EQ(records(kTransactions, 99'999'999, 100'000'000).substr(0, 48),
            R"({"id":100000000,"customer_id":"CUST-100000000",")");
}

TEST(Synthetic, UpToTheLargestCount) {
  constexpr uint64_t kLast = INT64_MAX;
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    std::string expected;
    for (uint64_t id = kLast - 9; id <= kLast; ++id) expected += record(kind, id) + '\n';
    EXPECT_EQ(records(kind, kLast - 10, kLast), expected);
    EXPECT_LE(record(kind, kLast).size() + 1, Synthetic::kMaxRecord);
  }
}

TEST(Synthetic, ResumesAnywhere) {
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    const std::string all = records(kind, 0, 1'100);
    size_t at = 0;
    for (uint64_t first = 0; first <= 1'100; ++first) {
      ASSERT_TRUE(records(kind, first, 1'100) == all.substr(at)) << first;
      at = std::min(all.find('\n', at), all.size() - 1) + 1;
    }
  }
}

TEST(Synthetic, TellsItsPosition) {
  Synthetic source(kTransactions, 7, 20);
  EXPECT_EQ(source.position(), 7u);
  EXPECT_FALSE(source.finished());
  char memory[4096];
  const auto filled = source.fill(memory, sizeof(memory), 5, ',');
  EXPECT_EQ(filled.records, 5u);
  EXPECT_EQ(source.position(), 12u);
  EXPECT_EQ(std::string(memory, filled.bytes).substr(0, 8), R"({"id":8,)");
  drain(source, sizeof(memory));
  EXPECT_TRUE(source.finished());
  EXPECT_EQ(source.fill(memory, sizeof(memory), 5, ',').records, 0u);
}

TEST(Synthetic, NoneIsNone) {
  EXPECT_TRUE(Synthetic(kNested, 0, 0).finished());
  EXPECT_EQ(records(kNested, 0, 0), "");
  EXPECT_EQ(records(kTransactions, 3, 3), "");
}

TEST(Synthetic, BuffersOfAnySize) {
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    const std::string all = records(kind, 95, 105);
    for (size_t capacity = 0; capacity < 1'000; ++capacity) {
      Synthetic source(kind, 95, 105);
      const std::string got = drain(source, capacity);
      ASSERT_EQ(got, capacity > Synthetic::kMaxRecord ? all : "") << capacity;
    }
  }
}

TEST(Synthetic, WritesTheSeparatorAskedFor) {
  for (const SyntheticKind kind : {kTransactions, kNested}) {
    Synthetic source(kind, 0, 3);
    EXPECT_EQ(drain(source, 4096, ','),
              record(kind, 1) + ',' + record(kind, 2) + ',' + record(kind, 3) + ',');
  }
}

}  // namespace
}  // namespace dataaction
