#include "core/search/search_parameters.h"

#include <algorithm>
#include <optional>

#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

constexpr std::string_view kCode = "dataaction.request.parameter";

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
}

// A parameter: a value, or what is wrong with it.
struct Parameter {
  std::string text;
  std::string_view fault = "is missing";
};

std::string_view fault_of(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > kMaxSearchValue) return "is longer than 1024 bytes";
  if (std::ranges::any_of(text, is_control)) return "has a control character";
  return {};
}

// Reads one value of the object; false: the text is no JSON.
bool read_parameter(JsonScanner& scanner, Parameter& parameter) {
  if (scanner.peek() == '"') {
    JsonScanner::String text;
    if (!scanner.string(text)) return false;
    parameter.text = text.unescaped();
  } else {
    std::string_view text;
    if (!scanner.value(&text)) return false;
    if (text == "null" || text.front() == '{' || text.front() == '[') {
      parameter.fault = "is no string, number or boolean";
      return true;
    }
    parameter.text = text;
  }
  parameter.fault = fault_of(parameter.text);
  return true;
}

ErrorReply refusal(std::string_view name, std::string_view fault) {
  return {422,
          0,
          std::string(kCode),
          "parameter \"" + std::string(name) + "\" " + std::string(fault),
          {{std::string(kCode), std::string(name)}}};
}

}  // namespace

std::expected<std::vector<std::string>, ErrorReply> read_search_parameters(
    std::string_view json, const std::vector<std::string>& names) {
  std::vector<Parameter> parameters(names.size());
  JsonScanner scanner(json);
  scanner.open('{');
  for (bool first = true; scanner.more(first); first = false) {
    JsonScanner::String key;
    if (!scanner.key(key)) break;
    const auto found = std::ranges::find_if(names, [&](const auto& name) { return key.is(name); });
    const bool read =
        found == names.end()
            ? scanner.value()
            : read_parameter(scanner, parameters[static_cast<size_t>(found - names.begin())]);
    if (!read) break;
  }
  if (!scanner.end()) {
    ErrorReply reply = reply_for_status(400);
    reply.message = "the parameters are not a JSON object: " + scanner.error().what;
    return std::unexpected(std::move(reply));
  }

  std::optional<ErrorReply> refused;
  std::vector<std::string> values;
  for (size_t i = 0; i < names.size(); ++i) {
    Parameter& parameter = parameters[i];
    if (parameter.fault.empty()) {
      values.push_back(std::move(parameter.text));
    } else if (!refused) {
      refused = refusal(names[i], parameter.fault);
    } else {
      refused->details.push_back({std::string(kCode), names[i]});
    }
  }
  if (refused) return std::unexpected(std::move(*refused));
  return values;
}

std::expected<IsoInterval, ErrorReply> resolve_interval(const SearchInterval& interval,
                                                        std::string_view parameters, int64_t now) {
  if (interval.end != 0) return IsoInterval{interval.begin, interval.end};
  if (interval.parameter.empty()) {
    return IsoInterval{std::max<int64_t>(now - interval.last.count(), 0), now};
  }
  auto values = read_search_parameters(parameters, {interval.parameter});
  if (!values) return std::unexpected(std::move(values.error()));
  const auto parsed = parse_iso_interval(values->front());
  if (parsed) return *parsed;
  return std::unexpected(refusal(interval.parameter, "must be " + std::string(parsed.error())));
}

}  // namespace dataaction
