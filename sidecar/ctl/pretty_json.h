// JSON for people: a line for each member and element, indented by two spaces, and a newline at the
// end. Members stay in their order, numbers as they are, and strings but for C1 controls, which are
// escaped: a terminal would obey them. Pure.

#pragma once

#include <string>
#include <string_view>

namespace dataaction {

// `json`: one value in compact form.
std::string pretty_json(std::string_view json);

}  // namespace dataaction
