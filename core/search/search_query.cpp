#include "core/search/search_query.h"

#include "core/base/utf8.h"
#include "core/json/json_writer.h"
#include "core/search/details_query.h"
#include "core/search/query_document.h"
#include "core/search/search_parameters.h"
#include "core/search/tutorial_query.h"

namespace dataaction {
namespace {}  // namespace

std::expected<SearchQuery, std::string> SearchQuery::parse(SearchBackend backend,
                                                           std::string_view text) {
  if (!is_valid_utf8(text)) return std::unexpected("the query is not UTF-8");
  auto read = backend == SearchBackend::kTutorialSearch ? parse_tutorial_query(text)
                                                        : parse_details_query(text);
  if (!read) return std::unexpected(std::move(read.error()));
  return SearchQuery(backend, std::move(*read));
}

std::expected<SearchQuery, std::string> SearchQuery::parse(const SearchSource& search) {
  if (search.body_file.empty()) return parse(search.backend, search.query);
  auto read = parse_query_document(search.query);
  if (!read) return std::unexpected(std::move(read.error()));
  return SearchQuery(search.backend, std::move(*read));
}

std::expected<std::string, ErrorReply> SearchQuery::bind(std::string_view parameters) const {
  const auto values = read_search_parameters(parameters, template_.names());
  if (!values) return std::unexpected(values.error());
  return template_.fill(*values, backend_ == SearchBackend::kTutorialSearch ? append_tutorial_value
                                                                            : append_json_string);
}

}  // namespace dataaction
