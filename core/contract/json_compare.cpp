#include "core/contract/json_compare.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace dataaction {
namespace {

constexpr size_t kBytesPerUnit = 64;
constexpr size_t kMembersPerUnit = 8;

using Number = JsonValue::Number;
using Kind = JsonValue::Kind;

// So that ten times a remainder fits into 64 bits.
constexpr long double kMaxDivisor = 1e18L;

// Of the absolute value.
uint64_t digits_modulo(std::string_view digits, uint64_t divisor) {
  uint64_t rest = 0;
  for (const char digit : digits) {
    if (digit != '-') rest = (rest * 10 + static_cast<uint64_t>(digit - '0')) % divisor;
  }
  return rest;
}

bool equal_objects(const JsonValue& one, const JsonValue& other, Effort& effort) {
  if (one.size() != other.size() || !effort.spend(one.size())) return false;
  size_t at = 0;
  for (const JsonValue& member : one.children()) {
    // Most often in the same order; else it is looked for.
    const JsonValue* value = &other.children()[at++];
    if (value->name() != member.name()) {
      if (!effort.spend(other.size() / kMembersPerUnit)) return false;
      value = find_member(other, member.name());
    }
    if (value == nullptr || !equal_values(member, *value, effort)) return false;
  }
  return true;
}

uint64_t mixed(uint64_t hash, uint64_t other) {
  return (hash ^ other) * 0x9E3779B97F4A7C15;
}

uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

// The same for values that are equal. Not keyed: who makes values collide has comparisons to pay
// for, no more.
uint64_t hash_of(const JsonValue& value, Effort& effort) {
  if (!effort.spend(1)) return 0;
  auto hash = static_cast<uint64_t>(value.kind());
  switch (value.kind()) {
    case Kind::kString:
      effort.spend(value.text().size() / kBytesPerUnit);
      return mixed(hash, hash_of(value.text()));
    case Kind::kNumber:  // 0.0 for -0.0
      return mixed(hash, std::hash<double>()(static_cast<double>(value.number()) + 0.0));
    case Kind::kArray:
      for (const JsonValue& element : value.children()) {
        hash = mixed(hash, hash_of(element, effort));
      }
      return hash;
    case Kind::kObject:
      for (const JsonValue& member : value.children()) {  // a sum, which has no order
        hash += mixed(hash_of(member.name()), hash_of(member, effort));
      }
      return hash;
    default:
      return hash;
  }
}

}  // namespace

std::partial_ordering compare_numbers(const JsonValue& number, double other) {
  return number.number() <=> Number{other};
}

bool is_whole(const JsonValue& number) {
  return number.is_written_whole() || std::trunc(number.number()) == number.number();
}

bool is_multiple_of(const JsonValue& number, long double divisor) {
  if (number.is_large() && std::trunc(divisor) == divisor && divisor <= kMaxDivisor) {
    return digits_modulo(number.text(), static_cast<uint64_t>(divisor)) == 0;
  }
  const Number value = number.number();
  if (std::trunc(divisor) == divisor) return std::fmod(value, divisor) == 0;
  const Number error = std::fabs(value) * std::numeric_limits<double>::epsilon();
  return std::fabs(std::remainder(value, divisor)) <= error;
}

bool equal_values(const JsonValue& one, const JsonValue& other, Effort& effort) {
  if (one.kind() != other.kind()) return false;
  switch (one.kind()) {
    case Kind::kString:
      return one.text().size() == other.text().size() &&
             effort.spend(one.text().size() / kBytesPerUnit) && one.text() == other.text();
    case Kind::kNumber:
      return one.is_large() && other.is_large() ? one.text() == other.text()
                                                : one.number() == other.number();
    case Kind::kArray:
      return one.size() == other.size() && effort.spend(one.size()) &&
             std::ranges::equal(one.children(), other.children(),
                                [&](const JsonValue& a, const JsonValue& b) {
                                  return equal_values(a, b, effort);
                                });
    case Kind::kObject:
      return equal_objects(one, other, effort);
    default:  // null, true and false are types of their own
      return true;
  }
}

ValueSet::ValueSet(std::span<const JsonValue> values) {
  Effort unbounded(UINT64_MAX);
  entries_.reserve(values.size());
  for (const JsonValue& value : values) entries_.push_back({hash_of(value, unbounded), &value});
  std::ranges::sort(entries_, {}, &Entry::hash);
}

bool ValueSet::contains(const JsonValue& value, Effort& effort) const {
  const auto [begin, end] =
      std::ranges::equal_range(entries_, hash_of(value, effort), {}, &Entry::hash);
  return std::any_of(begin, end, [&](const Entry& entry) {
    return effort.spend(1) && equal_values(*entry.value, value, effort);
  });
}

std::optional<size_t> find_repeated_element(const JsonValue& array, Effort& effort) {
  struct Element {
    uint64_t hash;
    size_t place;
    auto operator<=>(const Element&) const = default;
  };
  std::vector<Element> elements;
  elements.reserve(array.size());
  for (size_t i = 0; i < array.size(); ++i) {
    elements.push_back({hash_of(array.children()[i], effort), i});
    if (effort.exhausted()) return std::nullopt;
  }
  std::ranges::sort(elements);
  for (size_t i = 0; i < elements.size(); ++i) {
    for (size_t k = i + 1; k < elements.size() && elements[k].hash == elements[i].hash; ++k) {
      if (effort.spend(1) && equal_values(array.children()[elements[i].place],
                                          array.children()[elements[k].place], effort)) {
        return elements[k].place;
      }
      if (effort.exhausted()) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace dataaction
