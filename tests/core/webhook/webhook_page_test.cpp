// docs/webhook.md says what the code does: its examples are read, its table of reasons is the
// code's. Runs in the root of the repository, as `make test` does.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/json/json_reader.h"
#include "core/stream/ending.h"
#include "core/webhook/error_reply.h"
#include "tests/core/webhook/webhook_bodies.h"

namespace dataaction {
namespace {

std::string page() {
  std::ifstream file("docs/webhook.md");
  EXPECT_TRUE(file) << "run this in the root of the repository";
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between each `open` and the next `close`.
std::vector<std::string> between(const std::string& text, std::string_view open,
                                 std::string_view close) {
  std::vector<std::string> found;
  size_t at = 0;
  while ((at = text.find(open, at)) != std::string::npos) {
    at += open.size();
    const size_t end = text.find(close, at);
    if (end == std::string::npos) break;
    found.push_back(text.substr(at, end - at));
    at = end + close.size();
  }
  return found;
}

TEST(WebhookPage, ExamplesOfBodiesAreTaken) {
  const auto examples = between(page(), "```json\n", "```");
  ASSERT_GE(examples.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const WebhookInput input = taken(examples[i]);
    EXPECT_EQ(input.parameters, R"({"customer_id":7})");
    EXPECT_EQ(input.limit, 100u);
  }
}

TEST(WebhookPage, ExampleOfAnErrorIsOne) {
  const auto examples = between(page(), "```json\n", "```");
  ASSERT_GE(examples.size(), 3u);
  std::string written;
  EXPECT_FALSE(append_minified(written, examples[2]));
  const auto refused = read_body(R"({"limit":"x"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(written, error_body(refused.error(), "c5a3..."));
}

TEST(WebhookPage, NamesEachReason) {
  const std::string text = page();
  const size_t table = text.find("| reason | complete |");
  ASSERT_NE(table, std::string::npos);
  const auto rows = between(text.substr(table, text.find("\n\n", table) - table), "\n| ", " |");
  const auto complete = between(text.substr(table, text.find("\n\n", table) - table), " | ", " | ");
  ASSERT_EQ(rows.size(), kEndReasonNames.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const Ending ending{static_cast<EndReason>(i)};
    const std::string name(name_of(ending.reason));
    EXPECT_EQ(rows[i], name.empty() ? "(none)" : '`' + name + '`');
    EXPECT_EQ(complete[i + 1], ending.complete() ? "yes" : "no") << name;
  }
}

}  // namespace
}  // namespace dataaction
