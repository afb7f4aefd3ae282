// The query of a search, also as a document, and a value for its placeholders: three lines of an
// input, which are the query, a text that a webhook passes, and a cursor's bytes. Whatever the
// value is, it changes nothing but its place: the filters stay JSON of the same shape, and in the
// tutorial's dialect the query has the same tokens.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"
#include "core/search/search_cursor.h"
#include "core/search/search_query.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

std::string_view take_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string parameters(const SearchQuery& query, std::string_view value) {
  std::string json = "{";
  for (const std::string& name : query.parameters()) {
    if (json.size() > 1) json += ',';
    append_json_string(json, name);
    json += ':';
    append_json_string(json, value);
  }
  return json + '}';
}

// JSON, or a query, without what is in its strings.
std::string shape(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      if (!quoted) out += text.substr(at, 2);
      ++at;
      continue;
    }
    if (text[at] == '"') quoted = !quoted;
    if (!quoted || text[at] == '"') out += text[at];
  }
  require(!quoted);
  return out;
}

// A document's numbers may be too large for JsonChecker.
bool is_json(const std::string& text) {
  JsonScanner scanner(text);
  return scanner.value() && scanner.end();
}

void check_query(const SearchSource& search, std::string_view value) {
  const auto query = SearchQuery::parse(search);
  if (!query) {
    require(!query.error().empty());
    return;
  }
  const auto bound = query->bind(parameters(*query, value));
  if (!bound) {
    require(bound.error().status == 422);
    require(bound.error().details.size() == query->parameters().size());
    return;
  }
  // A value that needs quotes in any case.
  const auto plain = query->bind(parameters(*query, " "));
  require(plain.has_value());
  if (search.backend == SearchBackend::kTutorialSearch) {
    if (query->parameters().empty()) require(*bound == search.query);
    if (value.find_first_of(" :\"()*") != std::string_view::npos) {
      require(shape(*bound) == shape(*plain));
    }
  } else {
    require(shape(*bound) == shape(*plain));
    require(is_json('{' + *bound + R"("end":0})"));
  }
}

void check_cursor(std::string_view bytes) {
  const auto cursor = decode_search_cursor(bytes);
  if (cursor) require(encode_search_cursor(*cursor) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view query = take_line(rest);
  const std::string_view value = take_line(rest);
  SearchSource search;
  search.query = query;
  search.backend = SearchBackend::kTutorialSearch;
  check_query(search, value);
  search.backend = SearchBackend::kDetailsQuery;
  check_query(search, value);
  search.body_file = "a document";
  check_query(search, value);
  check_cursor(rest);
  return 0;
}
