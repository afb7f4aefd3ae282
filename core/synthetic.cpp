#include "core/synthetic.h"

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

// Copied at once whatever the record's length, so that the compiler makes straight vector moves of it.
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

// Adds one to the decimal number of `digits` digits at `text`; the caller sees to it that it fits.
void count_up(char* text, size_t digits) {
  char* p = text + digits - 1;
  while (*p == '9') *p-- = '0';
  ++*p;
}

}  // namespace

Synthetic::Synthetic(SyntheticKind kind, uint64_t first, uint64_t total)
    : kind_(kind), done_(first), total_(total) {
  if (kind_ == SyntheticKind::kTransactions) lay_out_template();
}

Synthetic::Filled Synthetic::fill(char* out, size_t capacity, uint64_t max_records, char separator) {
  char* p = out;
  const char* const last_start = out + capacity - std::min(capacity, kMaxRecord);
  const uint64_t want = std::min(max_records, total_ - done_);
  uint64_t records = 0;
  if (kind_ == SyntheticKind::kTransactions) {
    for (; records < want && p < last_start; ++records) p += write_transaction(p, separator);
  } else {
    for (; records < want && p < last_start; ++records) p += write_nested(p, separator);
  }
  return {static_cast<size_t>(p - out), records};
}

size_t Synthetic::write_transaction(char* out, char separator) {
  memcpy(out, text_, kCopy);
  const size_t size = size_;
  out[size] = separator;
  ++done_;
  next_id();
  return size + 1;
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
  id_digits_ = digits_of(id);
  customer_digits_ = std::max(id_digits_, kCustomerDigits);
  amount_ = static_cast<unsigned>(id % kAmounts);

  TextWriter writer(text_);
  writer.text(R"({"id":)");
  id_at_ = writer.size();
  writer.number(id);
  writer.text(R"(,"customer_id":"CUST-)");
  customer_at_ = writer.size();
  writer.number(id, customer_digits_);
  writer.text(R"(","transaction_amount":)");
  amount_at_ = writer.size();
  writer.text({kAmountTexts[amount_].data(), kAmountSize});
  writer.text(R"(,"status":"completed","timestamp":"2024-01-15T10:30:00Z"})");
  size_ = writer.size();
}

void Synthetic::next_id() {
  const char* const id = text_ + id_at_;
  if (std::string_view(id, id_digits_).find_first_not_of('9') == std::string_view::npos) {
    lay_out_template();
    return;
  }
  count_up(text_ + id_at_, id_digits_);
  count_up(text_ + customer_at_, customer_digits_);
  amount_ = amount_ + 1 == kAmounts ? 0 : amount_ + 1;
  memcpy(text_ + amount_at_, kAmountTexts[amount_].data(), kAmountSize);
}

}  // namespace dataaction
