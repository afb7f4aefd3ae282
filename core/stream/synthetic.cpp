#include "core/stream/synthetic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

namespace dataaction {
namespace {

constexpr unsigned kAmounts = 500;
constexpr size_t kAmountSize = 6;  // "100.00" to "474.25"
constexpr size_t kCustomerDigits = 8;

// Copied at once whatever the record's length, so that the compiler makes straight vector moves of
// it.
constexpr size_t kCopy = 160;
static_assert(kCopy <= Synthetic::kMaxRecord);

constexpr std::array<std::array<char, 8>, kAmounts> make_amounts() {
  std::array<std::array<char, 8>, kAmounts> table{};
  for (unsigned i = 0; i < kAmounts; ++i) {
    unsigned cents = 10000 + i * 75;
    for (size_t at = kAmountSize; at-- > 0;) {
      if (at == 3) {
        table[i][at] = '.';
      } else {
        table[i][at] = static_cast<char>('0' + cents % 10);
        cents /= 10;
      }
    }
  }
  return table;
}

constexpr auto kAmountTexts = make_amounts();

size_t digits_of(uint64_t value) {
  size_t digits = 1;
  for (; value >= 10; value /= 10) ++digits;
  return digits;
}

class TextWriter {
 public:
  explicit TextWriter(char* out) : begin_(out), out_(out) {}

  void text(std::string_view text) {
    memcpy(out_, text.data(), text.size());
    out_ += text.size();
  }
  void number(uint64_t value) { out_ = std::to_chars(out_, out_ + 20, value).ptr; }
  void number(uint64_t value, size_t digits) {
    for (size_t at = digits; at-- > 0; value /= 10) out_[at] = static_cast<char>('0' + value % 10);
    out_ += digits;
  }
  size_t size() const { return static_cast<size_t>(out_ - begin_); }

 private:
  char* begin_;
  char* out_;
};

constexpr unsigned kBlock = 10000;
constexpr size_t kBlockDigits = 4;

constexpr std::array<std::array<char, 2>, 100> make_pairs() {
  std::array<std::array<char, 2>, 100> table{};
  for (unsigned i = 0; i < 100; ++i) {
    table[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  }
  return table;
}

constexpr auto kPairs = make_pairs();

}  // namespace

Synthetic::Synthetic(SyntheticKind kind, uint64_t first, uint64_t total)
    : kind_(kind), done_(first), total_(total) {
  if (kind_ == SyntheticKind::kTransactions) lay_out_template();
}

Synthetic::Filled Synthetic::fill(char* out, size_t capacity, uint64_t max_records,
                                  char separator) {
  char* p = out;
  const char* const last_start = out + capacity - std::min(capacity, kMaxRecord);
  const uint64_t want = std::min(max_records, total_ - done_);
  uint64_t records = 0;
  if (kind_ == SyntheticKind::kTransactions) {
    while (records < want && p < last_start) {
      if (id_low_ == 0 || short_id_) lay_out_template();
      const uint64_t block = std::min<uint64_t>(want - records, short_id_ ? 1 : kBlock - id_low_);
      records += write_block(p, last_start, block, separator);
    }
  } else {
    for (; records < want && p < last_start; ++records) p += write_nested(p, separator);
  }
  return {static_cast<size_t>(p - out), records};
}

// Up to `count` records that share a template; advances `out`. Everything is in locals, because
// what is written through `out` might, for all the compiler knows, be our own members.
uint64_t Synthetic::write_block(char*& out, const char* last_start, uint64_t count,
                                char separator) {
  char* p = out;
  const size_t size = size_;
  const size_t id_at = id_at_;
  const size_t customer_at = customer_at_;
  const size_t amount_at = amount_at_;
  unsigned low = id_low_;
  unsigned amount = amount_;
  uint64_t written = 0;
  for (; written < count && p < last_start; ++written) {
    memcpy(p, text_, kCopy);
    if (!short_id_) {
      const char* const high = kPairs[low / 100].data();
      const char* const last = kPairs[low % 100].data();
      memcpy(p + id_at, high, 2);
      memcpy(p + id_at + 2, last, 2);
      memcpy(p + customer_at, high, 2);
      memcpy(p + customer_at + 2, last, 2);
      memcpy(p + amount_at, kAmountTexts[amount].data(), kAmountSize);
    }
    p[size] = separator;
    p += size + 1;
    ++low;
    amount = amount + 1 == kAmounts ? 0 : amount + 1;
  }
  out = p;
  done_ += written;
  id_low_ = low % kBlock;
  amount_ = amount;
  return written;
}

size_t Synthetic::write_nested(char* out, char separator) {
  const uint64_t id = ++done_;
  TextWriter writer(out);
  writer.text(R"({"record_id":)");
  writer.number(id);
  writer.text(R"(,"metadata":{"source":"gen_api","version":"1.2.0"},"payload":{"value":)");
  writer.number(id + id / 2);
  writer.text(id % 2 == 0 ? ".0" : ".5");
  writer.text(R"(,"tags":["processed","streamed"]}})");
  out[writer.size()] = separator;
  return writer.size() + 1;
}

void Synthetic::lay_out_template() {
  const uint64_t id = done_ + 1;
  const size_t digits = digits_of(id);
  const size_t customer_digits = std::max(digits, kCustomerDigits);
  id_low_ = static_cast<unsigned>(id % kBlock);
  amount_ = static_cast<unsigned>(id % kAmounts);
  short_id_ = digits < kBlockDigits;

  TextWriter writer(text_);
  writer.text(R"({"id":)");
  writer.number(id);
  id_at_ = writer.size() - kBlockDigits;
  writer.text(R"(,"customer_id":"CUST-)");
  writer.number(id, customer_digits);
  customer_at_ = writer.size() - kBlockDigits;
  writer.text(R"(","transaction_amount":)");
  amount_at_ = writer.size();
  writer.text({kAmountTexts[amount_].data(), kAmountSize});
  writer.text(R"(,"status":"completed","timestamp":"2024-01-15T10:30:00Z"})");
  size_ = writer.size();
}

}  // namespace dataaction
