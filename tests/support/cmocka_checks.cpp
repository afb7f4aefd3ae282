#include "tests/support/cmocka_checks.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

namespace dataaction::mock_queue {
namespace {

constexpr std::size_t kDifferencesShown = 16;

std::optional<std::string> mismatch_unless(bool matches, std::string text) {
  return matches ? std::nullopt : std::optional(std::move(text));
}

std::string hex(Word word) {
  char text[32];
  std::snprintf(text, sizeof(text), "%#jx", word);
  return text;
}

std::string decimal(Word word) {
  return std::to_string(word);
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// A string parameter may be null in C++ as in C; cmocka would crash on it.
std::string_view string_at(Word word) {
  const char* text = from_word<const char*>(word);
  return text != nullptr ? text : "(null)";
}

std::string range_text(Word minimum, Word maximum) {
  return "within the range " + decimal(minimum) + "-" + decimal(maximum) + "\n";
}

std::string set_text(const std::vector<Word>& set) {
  std::string text = "in the set (";
  for (Word word : set) text += hex(word) + ", ";
  return text + ")\n";
}

std::string differences(std::string_view actual, std::string_view expected) {
  std::string text;
  std::size_t count = 0;
  for (std::size_t i = 0; i < expected.size(); i++) {
    if (actual[i] == expected[i]) continue;
    if (++count > kDifferencesShown) continue;
    char line[64];
    std::snprintf(line, sizeof(line), "difference at offset %zu 0x%02x 0x%02x\n", i,
                  static_cast<unsigned char>(actual[i]), static_cast<unsigned char>(expected[i]));
    text += line;
  }
  if (count >= kDifferencesShown) text += "...\n";
  return text + std::to_string(count) + " bytes differ\n";
}

}  // namespace

Check any() {
  return [](Word) { return std::nullopt; };
}

Check value_is(Word expected) {
  return [expected](Word value) {
    return mismatch_unless(value == expected, hex(value) + " != " + hex(expected) + "\n");
  };
}

Check value_is_not(Word unwanted) {
  return [unwanted](Word value) {
    return mismatch_unless(value != unwanted, hex(value) + " == " + hex(unwanted) + "\n");
  };
}

Check in_range(Word minimum, Word maximum) {
  return [=](Word value) {
    return mismatch_unless(value >= minimum && value <= maximum,
                           decimal(value) + " is not " + range_text(minimum, maximum));
  };
}

Check not_in_range(Word minimum, Word maximum) {
  return [=](Word value) {
    return mismatch_unless(value < minimum || value > maximum,
                           decimal(value) + " is " + range_text(minimum, maximum));
  };
}

Check in_words(std::vector<Word> set) {
  return [set = std::move(set)](Word value) {
    return mismatch_unless(std::ranges::count(set, value) != 0,
                           decimal(value) + " is not " + set_text(set));
  };
}

Check not_in_words(std::vector<Word> set) {
  return [set = std::move(set)](Word value) {
    return mismatch_unless(std::ranges::count(set, value) == 0,
                           decimal(value) + " is " + set_text(set));
  };
}

Check string_is(const char* expected) {
  return [expected = std::string(expected)](Word value) {
    const std::string_view actual = string_at(value);
    return mismatch_unless(actual == expected, quoted(actual) + " != " + quoted(expected) + "\n");
  };
}

Check string_is_not(const char* unwanted) {
  return [unwanted = std::string(unwanted)](Word value) {
    const std::string_view actual = string_at(value);
    return mismatch_unless(actual != unwanted, quoted(actual) + " == " + quoted(unwanted) + "\n");
  };
}

Check memory_is(const void* expected, std::size_t size) {
  return [expected = std::string(static_cast<const char*>(expected), size)](Word value) {
    const std::string_view actual(from_word<const char*>(value), expected.size());
    return mismatch_unless(actual == expected, differences(actual, expected));
  };
}

Check memory_is_not(const void* unwanted, std::size_t size) {
  return [unwanted = std::string(static_cast<const char*>(unwanted), size)](Word value) {
    const std::string_view actual(from_word<const char*>(value), unwanted.size());
    return mismatch_unless(actual != unwanted,
                           std::to_string(unwanted.size()) + " bytes are the same\n");
  };
}

Check check_function(CheckFunction function, Word data) {
  return [=](Word value) { return mismatch_unless(function(value, data) != 0, ""); };
}

}  // namespace dataaction::mock_queue
