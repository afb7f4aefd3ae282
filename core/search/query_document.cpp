#include "core/search/query_document.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

// The search's own, each with its directive.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOwn = {{
    {"interval", "interval"},
    {"order", "sort"},
    {"orderBy", "sort"},
    {"paging", "page_size"},
    {"limit", "max_results"},
}};

bool is_placeholder(std::string_view text) {
  return text.starts_with(':') && is_name(text.substr(1));
}

class DocumentReader {
 public:
  explicit DocumentReader(std::string_view document) : scanner_(document) {}

  std::expected<QueryTemplate, std::string> read() {
    scanner_.open('{');
    for (bool first = true; scanner_.more(first); first = false) {
      if (!top_level_name() || !value()) break;
      query_.add_text(',');
    }
    if (!scanner_.failed() && scanner_.end()) return std::move(query_);
    return std::unexpected("byte " + std::to_string(scanner_.error().offset) + ": " +
                           scanner_.error().what);
  }

 private:
  bool top_level_name() {
    scanner_.peek();
    const size_t at = scanner_.offset();
    JsonScanner::String name;
    if (!scanner_.key(name)) return false;
    std::string plain = name.unescaped();
    const auto own = std::ranges::find(kOwn, plain, [](const auto& each) { return each.first; });
    if (own != kOwn.end()) {
      return scanner_.fail(
          '"' + plain + "\" is what the directive \"" + std::string(own->second) + "\" is for", at);
    }
    return add_name(std::move(plain), at, names_);
  }

  // As deep as the scanner lets it.
  bool value() {  // NOLINT(misc-no-recursion)
    switch (scanner_.peek()) {
      case '{':
        return object();
      case '[':
        return list();
      case '"':
        return text();
      default:
        return scalar();
    }
  }

  bool object() {  // NOLINT(misc-no-recursion)
    query_.add_text('{');
    scanner_.open('{');
    std::vector<std::string> names;
    for (bool first = true; scanner_.more(first); first = false) {
      if (!first) query_.add_text(',');
      scanner_.peek();
      const size_t at = scanner_.offset();
      JsonScanner::String name;
      if (!scanner_.key(name) || !add_name(name.unescaped(), at, names) || !value()) return false;
    }
    query_.add_text('}');
    return !scanner_.failed();
  }

  bool list() {  // NOLINT(misc-no-recursion)
    query_.add_text('[');
    scanner_.open('[');
    for (bool first = true; scanner_.more(first); first = false) {
      if (!first) query_.add_text(',');
      if (!value()) return false;
    }
    query_.add_text(']');
    return !scanner_.failed();
  }

  bool text() {
    JsonScanner::String string;
    if (!scanner_.string(string)) return false;
    const std::string plain = string.unescaped();
    std::string_view literal = plain;
    if (is_placeholder(literal)) {
      query_.add_parameter(literal.substr(1));
      return true;
    }
    if (literal.starts_with("::") && is_placeholder(literal.substr(1))) literal.remove_prefix(1);
    add_string(literal);
    return true;
  }

  bool scalar() {
    std::string_view written;
    if (!scanner_.value(&written)) return false;
    query_.add_text(written);
    return true;
  }

  // `names`: those that the object has so far.
  bool add_name(std::string name, size_t at, std::vector<std::string>& names) {
    if (std::ranges::find(names, name) != names.end()) {
      return scanner_.fail('"' + name + "\" appears twice", at);
    }
    add_string(name);
    query_.add_text(':');
    names.push_back(std::move(name));
    return true;
  }

  void add_string(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    query_.add_text(json);
  }

  JsonScanner scanner_;
  QueryTemplate query_;
  std::vector<std::string> names_;
};

}  // namespace

std::expected<QueryTemplate, std::string> parse_query_document(std::string_view document) {
  return DocumentReader(document).read();
}

}  // namespace dataaction
