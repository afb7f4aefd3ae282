#include "tests/support/cmocka_format.h"

#include <strings.h>

#include <array>
#include <utility>

#include "tests/support/cmocka_text.h"
#include "tests/support/cmocka_xml.h"

namespace dataaction::cmocka {

std::optional<Output> parse_output(std::string_view value) {
  constexpr std::array<std::pair<std::string_view, Output>, 4> kNames{{
      {"STDOUT", Output::kStdout},
      {"TAP", Output::kTap},
      {"XML", Output::kXml},
      {"SUBUNIT", Output::kSubunit},
  }};
  for (const auto& [name, output] : kNames) {
    if (value.size() == name.size() && strncasecmp(value.data(), name.data(), name.size()) == 0) {
      return output;
    }
  }
  return std::nullopt;
}

std::unique_ptr<Format> make_format(Output output) {
  switch (output) {
    case Output::kStdout:
      return std::make_unique<StdoutFormat>();
    case Output::kTap:
      return std::make_unique<TapFormat>();
    case Output::kXml:
      return std::make_unique<XmlFormat>();
    case Output::kSubunit:
      return std::make_unique<SubunitFormat>();
  }
  std::unreachable();
}

std::string could_not_run(const TestReport& test) {
  return "Could not run test: " + test.message;
}

void write(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace dataaction::cmocka
