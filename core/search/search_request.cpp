#include "core/search/search_request.h"

#include "core/json/json_writer.h"

namespace dataaction {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

// What a query and a job have in common; the object is still open.
std::string details_body(const SearchSource& search, std::string_view query,
                         const IsoInterval& interval) {
  const bool sorted = !search.sort_field.empty();
  std::string out = "{";
  out += query;
  append_member(out, "interval", format_iso_interval(interval));
  out += ',';
  append_member(out, "order", !sorted || search.ascending ? "asc" : "desc");
  out += ',';
  append_member(out, "orderBy", sorted ? std::string_view(search.sort_field) : "conversationStart");
  return out;
}

}  // namespace

std::string tutorial_search_body(const SearchSource& search, std::string_view query,
                                 std::string_view cursor) {
  const bool sorted = !search.sort_field.empty();
  std::string out = "{";
  append_member(out, "query", query);
  out += R"(,"type":"conversation","size":)";
  append_json_integer(out, uint64_t{search.page_size});
  out += R"(,"sort":[{)";
  append_member(out, "field", sorted ? std::string_view(search.sort_field) : "timestamp");
  out += ',';
  append_member(out, "direction", sorted && search.ascending ? "asc" : "desc");
  out += "}]";
  if (!cursor.empty()) {
    out += R"(,"page":)";
    out += cursor;
  }
  out += '}';
  return out;
}

std::string details_query_body(const SearchSource& search, std::string_view query,
                               const IsoInterval& interval, uint64_t page) {
  std::string out = details_body(search, query, interval);
  out += R"(,"paging":{"pageSize":)";
  append_json_integer(out, uint64_t{search.page_size});
  out += R"(,"pageNumber":)";
  append_json_integer(out, page);
  out += "}}";
  return out;
}

std::string details_job_body(const SearchSource& search, std::string_view query,
                             const IsoInterval& interval) {
  return details_body(search, query, interval) + '}';
}

}  // namespace dataaction
