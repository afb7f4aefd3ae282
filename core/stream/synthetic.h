// The synthetic sources: records made up on the spot, for load tests and first steps.
//
// `transactions`: {"id":7,"customer_id":"CUST-00000007","transaction_amount":105.25,
//   "status":"completed","timestamp":"2024-01-15T10:30:00Z"}; the amount is 100 + (id % 500) *
//   0.75, exact, always two decimals.
// `nested`: {"record_id":7,"metadata":{"source":"gen_api","version":"1.2.0"},
//   "payload":{"value":10.5,"tags":["processed","streamed"]}}; the value is id * 1.5, exact.
//
// Ids run from 1 to the number of records that the configuration asks for.

#pragma once

#include <cstddef>
#include <cstdint>

namespace dataaction {

enum class SyntheticKind : uint8_t { kTransactions, kNested };

class Synthetic {
 public:
  // No record is longer, its separator included.
  static constexpr size_t kMaxRecord = 224;

  // `first` is the number of records to skip, at most `total`.
  Synthetic(SyntheticKind kind, uint64_t first, uint64_t total);

  struct Filled {
    size_t bytes;
    uint64_t records;
  };

  // Writes whole records, `separator` after each, into [out, out + capacity): as many as fit with
  // kMaxRecord to spare, at most `max_records`.
  Filled fill(char* out, size_t capacity, uint64_t max_records, char separator);

  // Records skipped or written so far: where a cursor resumes.
  uint64_t position() const { return done_; }
  bool finished() const { return done_ == total_; }

 private:
  uint64_t write_block(char*& out, const char* last_start, uint64_t count, char separator);
  size_t write_nested(char* out, char separator);
  void lay_out_template();

  SyntheticKind kind_;
  uint64_t done_;
  uint64_t total_;

  // The next transaction as text, right but for the last four digits of its two ids and the amount.
  // A record is a copy of it with those written over: the template itself is not touched for the
  // next 10,000 records, because a vector load of bytes that were stored singly a moment ago stalls
  // the CPU.
  char text_[kMaxRecord] = {};
  size_t size_ = 0;
  size_t id_at_ = 0;        // the last four digits of "id"
  size_t customer_at_ = 0;  // and of "customer_id"
  size_t amount_at_ = 0;
  unsigned id_low_ = 0;   // id % 10000
  unsigned amount_ = 0;   // id % 500
  bool short_id_ = true;  // fewer than four digits: each record is laid out anew
};

}  // namespace dataaction
