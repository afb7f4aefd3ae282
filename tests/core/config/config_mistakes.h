// Tables of mistakes inside the `dataaction` block and what they are answered with, byte for byte.

#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/core/config/conf_memory_files.h"

namespace dataaction {

// `lines` start at line 2 of the main file.
inline std::string in_block(const std::string& lines) {
  return message_of("dataaction {\n" + lines + "\n}");
}

struct Mistake {
  const char* text;
  const char* message;  // without " in /c/main.conf:2"
};

inline void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.text;
}

}  // namespace dataaction
