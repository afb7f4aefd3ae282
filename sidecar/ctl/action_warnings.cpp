#include "sidecar/ctl/action_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/units.h"
#include "sidecar/ctl/action_difference.h"
#include "sidecar/ctl/schema_size.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint64_t kLongestTimeout = 60;  // s; where an action says nothing, it has so much
constexpr size_t kMostLevels = 50;
constexpr uint64_t kMostBytes = 256 << 10;  // that the platform recommends
constexpr size_t kMostNames = 5;

class Warnings {
 public:
  std::vector<std::string> of(const ActionDefinition& action, milliseconds deadline) {
    const auto config = JsonTree::parse(action.config);
    if (config) {
      timeout(*config, deadline);
      if (const auto request = config->member(JsonTree::root(), "request")) {
        url(*config, *request);
        headers(*config, *request);
      }
    }
    schema("contract.input.inputSchema", action.input_schema, false);
    schema("contract.output.successSchema", action.success_schema, true);
    return std::move(found_);
  }

 private:
  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    found_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  void timeout(const JsonTree& config, milliseconds deadline) {
    const auto member = config.member(JsonTree::root(), "timeoutSeconds");
    const auto value = member ? parse_number(config.raw(*member)) : std::nullopt;
    if (!member) {
      add("config.timeoutSeconds is not there: a flow may wait for {} s", kLongestTimeout);
    } else if (!value || *value < 1 || *value > kLongestTimeout) {
      add("config.timeoutSeconds has to be between 1 and {}", kLongestTimeout);
      return;
    }
    const milliseconds waits = seconds(value.value_or(kLongestTimeout));
    if (deadline >= waits) {
      add("the action waits for {} ms and the webhook answers within {} ms: what it says "
          "when it is late comes too late; its dataaction_deadline (here --deadline) "
          "has to be less",
          waits.count(), deadline.count());
    }
  }

  void url(const JsonTree& config, Node request) {
    const auto member = config.member(request, "requestUrlTemplate");
    if (!member || config.type(*member) != JsonType::kString) return;
    const std::string url = config.string(*member);
    // The platform's own APIs, and what a template begins with, have no scheme to see.
    if (url.starts_with("https://") || url.starts_with("/") || url.starts_with("$")) return;
    add("config.request.requestUrlTemplate is no https URL: the platform calls no other");
  }

  void headers(const JsonTree& config, Node request) {
    const auto headers = config.member(request, "headers");
    if (!headers || config.type(*headers) != JsonType::kObject) return;
    for (const Node value : config.children(*headers)) {
      const std::string name = config.string(value - 1);
      if (config.type(value) != JsonType::kString) continue;
      if (!is_open_secret(name, config.string(value))) continue;
      add("config.request.headers.{} has a secret in it that all may read who may see the action: "
          "a credential of the integration, ${{credentials.NAME}}, is for that",
          name);
    }
  }

  void schema(std::string_view where, const std::string& text, bool answer) {
    const auto tree = JsonTree::parse(text);
    if (!tree) return;
    const SchemaSize size = size_of_schema(*tree);
    if (size.levels > kMostLevels) {
      add("{} has {} levels: the platform takes {}", where, size.levels, kMostLevels);
    }
    if (!answer) return;
    if (!size.unbounded.empty()) {
      add("nothing in {} bounds {}: an answer of more than {} KB is likely to be refused", where,
          names(size.unbounded), kMostBytes >> 10);
    } else if (size.bytes > kMostBytes) {
      add("an answer may have {} KB by {}: one of more than {} is likely to be refused",
          size.bytes >> 10, where, kMostBytes >> 10);
    }
  }

  static std::string names(const std::vector<std::string>& all) {
    std::string text;
    for (size_t i = 0; i < std::min(all.size(), kMostNames); ++i) {
      text += (i == 0 ? "" : ", ") + all[i];
    }
    if (all.size() > kMostNames) text += fmt::format(" and {} more", all.size() - kMostNames);
    return text;
  }

  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> action_warnings(const ActionDefinition& action, milliseconds deadline) {
  return Warnings().of(action, deadline);
}

}  // namespace dataaction
