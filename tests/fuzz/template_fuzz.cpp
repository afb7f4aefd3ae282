// A template and an input for it, which are the first line and the rest of an input. Whatever the
// input is, a URL keeps its origin and the number of its segments, a header is one line, a JSON
// body is JSON.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/action/body_template.h"
#include "core/action/header_template.h"
#include "core/action/url_template.h"
#include "core/json/json_writer.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

// Of a path that has been read, the number of slashes.
auto slashes(std::string_view url, const UrlTemplate& from) {
  require(url.starts_with(from.origin() + '/'));
  const std::string_view rest = url.substr(from.origin().size());
  return std::ranges::count(rest.substr(0, rest.find('?')), '/');
}

// What a field can be blamed for has the name of one.
template <typename Template>
void check_blame(const Misfit& misfit, const Template& from) {
  require(!misfit.rule.empty() && !misfit.why.empty());
  require(std::ranges::find(from.fields(), misfit.field) != from.fields().end());
}

// {"a": value} for every field, so that all of them are strings.
JsonTree harmless(const std::vector<std::string>& fields) {
  std::string json = "{";
  for (const std::string& field : fields) {
    if (field.contains('.') || field == "*") continue;
    if (json.size() > 1) json += ',';
    append_json_string(json, field);
    json += ":\"x\"";
  }
  return std::move(*JsonTree::parse(json + '}'));
}

void check_url(std::string_view text, const JsonTree& input) {
  const auto parsed = UrlTemplate::parse(text);
  if (!parsed) return require(!parsed.error().empty());
  const auto url = parsed->render(input);
  if (!url) return check_blame(url.error(), *parsed);
  require(parsed->fields().empty() || url->size() <= UrlTemplate::kMaxSize);
  for (const char c : *url) require(c > ' ' && c < 0x7F && c != '\\' && c != '#' && c != '"');
  const auto plain = parsed->render(harmless(parsed->fields()));
  if (plain) require(slashes(*url, *parsed) == slashes(*plain, *parsed));
  const std::string path = url->substr(0, url->find('?')) + '/';
  require(!path.contains("/../") && !path.contains("/./"));
}

void check_header(std::string_view text, const JsonTree& input) {
  const auto parsed = HeaderTemplate::parse("X-Fuzz", text);
  if (!parsed) return require(!parsed.error().empty());
  const auto value = parsed->render(input);
  if (!value) return check_blame(value.error(), *parsed);
  require(parsed->fields().empty() || value->size() <= HeaderTemplate::kMaxSize);
  for (const char c : *value) {
    require(static_cast<unsigned char>(c) >= ' ' || c == '\t');
    require(c != 0x7F);
  }
}

void check_json(std::string_view text, const JsonTree& input) {
  const auto parsed = BodyTemplate::parse(text, BodyType::kJson);
  if (!parsed) return require(!parsed.error().empty());
  const auto body = parsed->render(input);
  if (!body) return check_blame(body.error(), *parsed);
  JsonScanner scanner(*body);
  // An input in a template has the levels of both.
  if (scanner.value() && scanner.end()) return;
  require(scanner.error().what.contains("levels"));
}

void check_form(std::string_view text, const JsonTree& input) {
  const auto parsed = BodyTemplate::parse(text, BodyType::kForm);
  if (!parsed) return require(!parsed.error().empty());
  const auto body = parsed->render(input);
  if (!body) return check_blame(body.error(), *parsed);
  const auto plain = parsed->render(harmless(parsed->fields()));
  require(plain.has_value());
  for (const char mark : {'&', '='}) {
    require(std::ranges::count(*body, mark) == std::ranges::count(*plain, mark));
  }
}

void check_text(std::string_view text, const JsonTree& input) {
  const auto parsed = BodyTemplate::parse(text, BodyType::kText);
  if (!parsed) return require(!parsed.error().empty());
  const auto body = parsed->render(input);
  if (!body) return check_blame(body.error(), *parsed);
  require(!body->contains('\0') || text.contains('\0'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\n'), size);
  const std::string_view text = all.substr(0, end);
  const std::string_view rest = all.substr(std::min(end + 1, size));
  auto input = JsonTree::parse(std::string(rest));
  if (!input) {
    // Then it is a value of all fields there are in the starter corpus.
    std::string json = R"({"x":)";
    append_json_string(json, rest);
    input = JsonTree::parse(json + '}');
  }
  check_url(text, *input);
  check_header(text, *input);
  check_json(text, *input);
  check_form(text, *input);
  check_text(text, *input);
  return 0;
}
