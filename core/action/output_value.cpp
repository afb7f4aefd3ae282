#include "core/action/output_value.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/json/json_writer.h"

namespace dataaction {
namespace {

constexpr std::string_view kHeaderPrefix = "$upstream_http_";
constexpr std::string_view kUnknownWord =
    " is not known: $status, $upstream_status, $upstream_http_NAME, $error_code, $error_message, "
    "or a path as $.name";

std::string_view with_article(JsonType type) {
  constexpr std::array<std::string_view, 7> kNames = {
      "null", "a boolean", "an integer", "a number", "a string", "an array", "an object"};
  return kNames[static_cast<size_t>(type)];
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

bool is_path(std::string_view value) {
  return value.starts_with('@') ||
         (value.starts_with('$') &&
          (value.size() == 1 || std::string_view(".[ ").contains(value[1])));
}

bool fits(JsonType found, JsonType wanted) {
  return found == wanted || (wanted == JsonType::kNumber && found == JsonType::kInteger);
}

// A text of the configuration or a header as JSON of this type.
std::optional<std::string> read_as(std::string_view text, JsonType type) {
  if (type == JsonType::kString) return quoted(text);
  const auto tree = JsonTree::parse(std::string(text));
  if (!tree || !fits(tree->type(JsonTree::root()), type)) return std::nullopt;
  std::string out;
  tree->append_to(out, JsonTree::root());
  return out;
}

std::expected<std::string, std::string> read_word(std::string_view what, std::string_view text,
                                                  std::optional<JsonType> type) {
  if (type) {
    auto json = read_as(text, *type);
    if (json) return std::move(*json);
    return std::unexpected(std::string(what) + " \"" + std::string(text) + "\" is not " +
                           std::string(with_article(*type)));
  }
  const auto tree = JsonTree::parse(std::string(text));
  if (!tree) return quoted(text);
  std::string out;
  tree->append_to(out, JsonTree::root());
  return out;
}

}  // namespace

std::expected<OutputValue, std::string> OutputValue::parse(
    std::string_view value, std::optional<std::string_view> fallback) {
  OutputValue self;
  self.text_ = value;
  if (is_path(value)) {
    auto path = JsonPath::parse(value);
    if (!path) return std::unexpected('"' + self.text_ + "\": " + path.error());
    self.kind_ = Kind::kPath;
    self.path_ = std::move(*path);
  } else if (value.starts_with('$')) {
    if (auto known = self.parse_word(value); !known) return std::unexpected(known.error());
  }
  if (fallback && self.always()) {
    return std::unexpected('"' + std::string(value) + "\" is never missing, and needs no default");
  }
  if (fallback) self.fallback_text_ = *fallback;
  if (auto bound = self.bind(std::nullopt); !bound) return std::unexpected(bound.error());
  return self;
}

std::expected<void, std::string> OutputValue::parse_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kWords = {{
      {"$status", Kind::kStatus},
      {"$upstream_status", Kind::kUpstreamStatus},
      {"$error_code", Kind::kErrorCode},
      {"$error_message", Kind::kErrorMessage},
  }};
  const auto known = std::ranges::find(kWords, word, [](const auto& each) { return each.first; });
  if (known != kWords.end()) {
    kind_ = known->second;
    return {};
  }
  const std::string_view name = word.substr(std::min(word.size(), kHeaderPrefix.size()));
  const bool plain = std::ranges::all_of(
      name, [](char c) { return c == '_' || (is_ascii_alnum(c) && ascii_lower(c) == c); });
  if (!word.starts_with(kHeaderPrefix) || name.empty() || !plain) {
    return std::unexpected('"' + text_ + '"' + std::string(kUnknownWord));
  }
  kind_ = Kind::kUpstreamHeader;
  text_ = name;
  return {};
}

std::expected<void, std::string> OutputValue::bind(std::optional<JsonType> type) {
  if (type) {
    if (auto checked = check_type(*type); !checked) return checked;
  }
  if (kind_ == Kind::kConstant) {
    auto constant = read_word("the constant", text_, type);
    if (!constant) return std::unexpected(std::move(constant.error()));
    constant_ = std::move(*constant);
  }
  if (fallback_text_) {
    auto fallback = read_word("the default", *fallback_text_, type);
    if (!fallback) return std::unexpected(std::move(fallback.error()));
    fallback_ = std::move(*fallback);
  }
  type_ = type;
  return {};
}

std::expected<void, std::string> OutputValue::check_type(JsonType type) const {
  const auto is_one_of = [type](std::initializer_list<JsonType> types) {
    return std::ranges::find(types, type) != types.end();
  };
  const auto check = [&](bool good, std::string_view what) -> std::expected<void, std::string> {
    if (good) return {};
    return std::unexpected(std::string(what) + ", and the schema wants " +
                           std::string(with_article(type)));
  };
  switch (kind_) {
    case Kind::kPath:
      return check(path_.singular() || type == JsonType::kArray,
                   '"' + text_ + "\" can find several values, which make an array");
    case Kind::kConstant:
      return {};
    case Kind::kStatus:
    case Kind::kUpstreamStatus:
      return check(is_one_of({JsonType::kInteger, JsonType::kNumber, JsonType::kString}),
                   '"' + text_ + "\" is an integer");
    case Kind::kUpstreamHeader:
      return check(!is_one_of({JsonType::kNull, JsonType::kArray, JsonType::kObject}),
                   "a header is a text");
    case Kind::kErrorCode:
    case Kind::kErrorMessage:
      return check(type == JsonType::kString, '"' + text_ + "\" is a string");
  }
  return {};
}

std::optional<std::vector<JsonTree::Node>> OutputValue::find(OutputRun& run,
                                                             JsonTree::Node element) const {
  if (run.facts.document == nullptr) return std::nullopt;
  std::vector<JsonTree::Node> found;
  const JsonTree::Node from = path_.relative() ? element : JsonTree::root();
  if (path_.find(*run.facts.document, from, run.visits, found)) return found;
  run.exhausted = true;
  return std::nullopt;
}

bool OutputValue::append_fallback(std::string& out) const {
  if (fallback_) out += *fallback_;
  return fallback_.has_value();
}

bool OutputValue::append(std::string& out, OutputRun& run, JsonTree::Node element) const {
  return append_present(out, run, element) || append_fallback(out);
}

bool OutputValue::append_found(std::string& out, OutputRun& run, JsonTree::Node element) const {
  const auto found = find(run, element);
  if (!found || (found->empty() && (path_.singular() || fallback_))) return false;
  if (path_.singular()) {
    run.facts.document->append_to(out, found->front());
    return true;
  }
  out += '[';
  for (const JsonTree::Node& node : *found) {
    if (&node != &found->front()) out += ',';
    run.facts.document->append_to(out, node);
    if (run.stop_if_too_long(out)) return false;
  }
  out += ']';
  return true;
}

bool OutputValue::append_present(std::string& out, OutputRun& run, JsonTree::Node element) const {
  const ActionFacts& facts = run.facts;
  const auto add_status = [&](int status) {
    const std::string digits = std::to_string(status);
    out += type_ == JsonType::kString ? quoted(digits) : digits;
  };
  const auto add_text = [&out](std::string_view text) {
    if (!text.empty()) append_json_string(out, text);
    return !text.empty();
  };
  switch (kind_) {
    case Kind::kPath:
      return append_found(out, run, element);
    case Kind::kConstant:
      out += constant_;
      return true;
    case Kind::kStatus:
      add_status(facts.status);
      return true;
    case Kind::kUpstreamStatus:
      if (facts.upstream_status == 0) return false;
      add_status(facts.upstream_status);
      return true;
    case Kind::kUpstreamHeader: {
      const auto value = facts.upstream_header ? facts.upstream_header(text_) : std::nullopt;
      const auto json = value ? read_as(*value, type_.value_or(JsonType::kString)) : std::nullopt;
      if (json) out += *json;
      return json.has_value();
    }
    case Kind::kErrorCode:
      return add_text(facts.error_code);
    case Kind::kErrorMessage:
      return add_text(facts.error_message);
  }
  return false;
}

}  // namespace dataaction
