#include "sidecar/ctl/action_test_report.h"

#include <fmt/format.h>

#include "core/base/excerpt.h"
#include "core/json/json_tree.h"
#include "sidecar/ctl/pretty_json.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;

constexpr size_t kMaxShown = 512;  // bytes of what a step says

class Report {
 public:
  explicit Report(const JsonTree& tree) : tree_(tree) {}

  std::expected<TestReport, std::string> read() {
    const auto success = member(JsonTree::root(), "success");
    if (!success) return std::unexpected("it does not say whether it was a success");
    TestReport report;
    report.success = is_true(*success);
    if (const auto operations = member(JsonTree::root(), "operations")) {
      for (const Node operation : tree_.children(*operations)) add(operation, report.text);
    }
    if (const auto error = member(JsonTree::root(), "error")) {
      report.text += "error   " + words_of(*error) + '\n';
    }
    if (const auto result = member(JsonTree::root(), "finalResult")) {
      std::string compact;
      tree_.append_to(compact, *result);
      report.text += "result  " + pretty_json(compact);
    }
    return report;
  }

 private:
  std::optional<Node> member(Node of, std::string_view name) const {
    const auto found = tree_.member(of, name);
    return found && tree_.type(*found) != JsonType::kNull ? found : std::nullopt;
  }
  bool is_true(Node node) const { return tree_.raw(node) == "true"; }

  // A string's, an ErrorBody's, or the JSON of anything else.
  std::string words_of(Node node) const {
    if (tree_.type(node) == JsonType::kObject) {
      const auto message = member(node, "message");
      if (message && tree_.type(*message) == JsonType::kString) node = *message;
    }
    const std::string text =
        tree_.type(node) == JsonType::kString ? tree_.string(node) : std::string(tree_.raw(node));
    return excerpt(text, kMaxShown, kMaxShown);
  }

  void add(Node operation, std::string& out) const {
    const auto success = member(operation, "success");
    const bool good = success && is_true(*success);
    out += good ? "ok      " : "FAILED  ";
    const auto name = member(operation, "name");
    const auto step = member(operation, "step");
    if (step) out += words_of(*step) + (name ? " " : "");
    if (name) out += words_of(*name);
    if (const auto error = member(operation, "error")) out += ": " + words_of(*error);
    if (const auto result = member(operation, "result")) out += "\n        " + words_of(*result);
    out += '\n';
  }

  const JsonTree& tree_;
};

}  // namespace

std::expected<TestReport, std::string> read_test_report(std::string_view json) {
  const auto tree = JsonTree::parse(std::string(json));
  if (!tree) return std::unexpected(tree.error().what);
  return Report(*tree).read();
}

}  // namespace dataaction
