// What an action's answer is made of, once its call has ended, well or not.

#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>

#include "core/base/ascii.h"
#include "core/json/json_tree.h"

namespace dataaction {

// What it refers to outlives it.
struct ActionFacts {
  const JsonTree* document = nullptr;  // the upstream's body; nullptr: none, or not JSON
  int upstream_status = 0;             // 0: there was no answer
  // The value of a header of the upstream's, named as in names_header(). May be empty.
  std::function<std::optional<std::string_view>(std::string_view name)> upstream_header = {};
  int status = 200;                  // what the webhook answers, or would have answered
  std::string_view error_code = {};  // empty: all went well
  std::string_view error_message = {};
};

// Whether `header`, as HTTP has it, is what nginx calls `name`: in lower case, dashes as
// underscores.
constexpr bool names_header(std::string_view name, std::string_view header) {
  return std::ranges::equal(name, header, {}, {},
                            [](char c) { return c == '-' ? '_' : ascii_lower(c); });
}

}  // namespace dataaction
