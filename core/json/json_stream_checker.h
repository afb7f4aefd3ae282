// Checks an answer of a webhook (docs/webhook.md) as it arrives, in pieces of any size: every byte
// is looked at (core/json/json_scanner.h), and no more is held than the value that is under way.
//
//     [...]        array: its elements are the records
//     [[...],...]  batches: those of its elements are
//     {...}        envelope: those of its member `records` are; what it says of itself is kept
//     lines        NDJSON, one a line; the caller has to say so, for a line looks like an envelope
//
// Any other JSON is a value without records. Offsets count from the beginning of the answer.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

class JsonStreamChecker {
 public:
  enum class Shape : uint8_t { kUnknown, kArray, kBatches, kEnvelope, kLines, kValue };

  // What an envelope says beside its records; what it does not say, or not so, is not there.
  struct Envelope {
    std::optional<uint64_t> count;
    std::optional<bool> complete;
    std::string reason;
    std::string next;
  };

  // A record, or a member of an envelope, is no longer.
  static constexpr size_t kMaxValue = 64 << 20;

  explicit JsonStreamChecker(bool lines, size_t max_value = kMaxValue)
      : max_value_(max_value), shape_(lines ? Shape::kLines : Shape::kUnknown) {}

  // The next bytes. False: something is wrong, now or before; error() says what.
  bool add(std::string_view bytes);
  // There are no more. False: they may not end here.
  bool finish();

  Shape shape() const { return shape_; }
  uint64_t records() const { return records_; }  // whole ones
  uint64_t bytes() const { return before_; }
  const Envelope& envelope() const { return envelope_; }
  const JsonError& error() const { return error_; }

 private:
  enum class State : uint8_t {
    kValue,
    kFirstValue,  // or the end of the array
    kName,
    kFirstName,  // or the end of the object
    kColon,
    kNext,  // `,` or the end
    kEnd,
  };
  enum class Kind : uint8_t { kNone, kBrackets, kString, kScalar, kLine };

  bool failed() const { return !error_.what.empty(); }
  bool fail(std::string what, size_t offset);
  bool expected(size_t offset);

  // Each takes what belongs to it from the front of `rest`.
  bool take_token(std::string_view& rest);
  bool take_value(std::string_view& rest);
  bool descend(char bracket, size_t offset);
  void ascend();
  void begin_value(char first, size_t offset);
  // How much of `bytes` belongs to the value under way; `ended`: it ends there.
  size_t measure(std::string_view bytes, bool& ended);
  bool end_value(std::string_view text);
  bool check(std::string_view text);
  void keep(std::string_view text);
  bool in_records() const;
  size_t offset_of(std::string_view rest) const { return before_ + piece_ - rest.size(); }

  const size_t max_value_;
  Shape shape_;
  State state_ = State::kValue;
  std::string levels_;  // the brackets that are open around values: at most two
  std::string name_;    // of the member that is under way
  uint64_t records_ = 0;
  Envelope envelope_;
  JsonError error_;

  size_t before_ = 0;  // bytes of the pieces before
  size_t piece_ = 0;   // of this one

  Kind kind_ = Kind::kNone;  // of the value under way
  size_t begin_ = 0;         // its offset
  size_t depth_ = 0;         // kBrackets
  bool quoted_ = false;
  bool escaped_ = false;
  std::string held_;  // what the pieces before had of it
};

}  // namespace dataaction
