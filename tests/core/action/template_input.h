// Inputs for templates, and what a template says, as one text.

#pragma once

#include <gtest/gtest.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "core/action/placeholder.h"
#include "core/json/json_tree.h"
#include "core/json/json_writer.h"

namespace dataaction {

inline JsonTree input_of(std::string text) {
  auto tree = JsonTree::parse(std::move(text));
  EXPECT_TRUE(tree.has_value()) << tree.error().what;
  return std::move(*tree);
}

// {"x": value}
inline JsonTree input_x(std::string_view value) {
  std::string text = R"({"x":)";
  append_json_string(text, value);
  return input_of(text + '}');
}

// What was rendered, or "rule field".
inline std::string outcome(const std::expected<std::string, Misfit>& rendered) {
  return rendered ? *rendered : std::string(rendered.error().rule) + ' ' + rendered.error().field;
}

// Why it was not.
inline std::string reason(const std::expected<std::string, Misfit>& rendered) {
  return rendered ? "" : rendered.error().why;
}

// Why a text is no template; empty: it is one.
template <typename Template>
std::string refusal(const std::expected<Template, std::string>& parsed) {
  return parsed ? "" : parsed.error();
}

}  // namespace dataaction
