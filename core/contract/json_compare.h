// Values as JSON Schema compares them (draft-07 validation, section 4.2.3 of the core: numbers by
// their value, objects whatever the order of their members). Input may be hostile, so what takes
// time is paid from an Effort; where that is exhausted, an answer means nothing and the caller asks
// the effort. Recursion is as deep as the values are.

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/contract/effort.h"
#include "core/contract/json_document.h"

namespace dataaction {

// Exact, as far as the number is.
std::partial_ordering compare_numbers(const JsonValue& number, double other);

// Without a fraction, as 1.0 and 1e20 are.
bool is_whole(const JsonValue& number);

// Exact for whole divisors up to 1e18. For others (0.01) as near as doubles can say, since most
// decimal fractions have none of their own.
bool is_multiple_of(const JsonValue& number, long double divisor);

// Scalars cost nothing, long strings aside: who compares many pays for their number.
bool equal_values(const JsonValue& one, const JsonValue& other, Effort& effort);

// Values to be found again. They outlive it.
class ValueSet {
 public:
  explicit ValueSet(std::span<const JsonValue> values);

  bool contains(const JsonValue& value, Effort& effort) const;

 private:
  struct Entry {
    uint64_t hash;
    const JsonValue* value;
  };

  std::vector<Entry> entries_;  // by their hashes
};

// The place of an element that equals an earlier one.
std::optional<size_t> find_repeated_element(const JsonValue& array, Effort& effort);

}  // namespace dataaction
