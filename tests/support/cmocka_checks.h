// What an expect_*() of mock_queue.h demands of a parameter: a function from the parameter's word
// to cmocka's text of the mismatch, empty where it matches. Strings and memory are copied when the
// expectation is made; words and what check_function() is given are passed on as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <vector>

namespace dataaction::mock_queue {

// cmocka's LargestIntegralType: what is queued, and what a parameter is compared as.
using Word = std::uintmax_t;

template <class T>
Word to_word(T value) {
  if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uintptr_t>(value);
  } else {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>,
                  "a mock queue holds integers, enumerators and pointers, as cmocka's do");
    return static_cast<Word>(value);
  }
}

template <class T>
T from_word(Word word) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<T>(static_cast<std::uintptr_t>(word));
  } else {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>,
                  "a mock queue holds integers, enumerators and pointers, as cmocka's do");
    return static_cast<T>(word);
  }
}

using Check = std::function<std::optional<std::string>(Word)>;
using CheckFunction = int (*)(Word value, Word data);

Check any();
Check value_is(Word expected);
Check value_is_not(Word unwanted);
Check in_range(Word minimum, Word maximum);
Check not_in_range(Word minimum, Word maximum);
Check in_words(std::vector<Word> set);
Check not_in_words(std::vector<Word> set);
Check string_is(const char* expected);
Check string_is_not(const char* unwanted);
Check memory_is(const void* expected, std::size_t size);
Check memory_is_not(const void* unwanted, std::size_t size);
Check check_function(CheckFunction function, Word data);

template <std::ranges::input_range Range>
std::vector<Word> words_of(const Range& range) {
  std::vector<Word> words;
  for (const auto& value : range) words.push_back(to_word(value));
  return words;
}

}  // namespace dataaction::mock_queue
