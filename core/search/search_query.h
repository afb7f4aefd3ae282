// The query of `search PLATFORM "QUERY"`: read once with the configuration, then bound to the
// parameters of each webhook.
//
// `:name` is a placeholder: a value out of the webhook's parameters, which can never become
// anything but a value.
//
// tutorial_search takes the query as it stands. A placeholder stands where a value can: at the
// beginning, after white space or one of `: ( [ { + - ! & | < > =`, and before white space, `)`,
// `]`,
// `}` or the end; inside double quotes there are none. Its value is written as it is if it is a
// word of [A-Za-z0-9._@+-] that begins with a letter or digit and is no operator, else in double
// quotes with backslashes. Beside placeholders no regular expression (`/`) is taken: quotes mean
// nothing in there.
//
// The details backends take `NAME:VALUE` terms, all required. VALUE is a placeholder, a word of
// letters, digits and `._@+:/-`, or anything in double quotes (`\"` and `\\` inside). NAME is
//     status        of the conversation: `completed` (it has a conversationEnd) and nothing else
//     channelType   the dimension mediaType by another name
//     a dimension   of ConversationDetailQueryPredicate or SegmentDetailQueryPredicate in the
//                   platform's API; all that are of segments must be true of one segment
//
// They also take a whole document out of a file (core/search/query_document.h).

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/search/query_template.h"
#include "core/search/search_config.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

class SearchQuery {
 public:
  // The error names the term and says what is wrong with it; the caller adds the position.
  static std::expected<SearchQuery, std::string> parse(SearchBackend backend,
                                                       std::string_view text);
  // Of a search whose file, if it has one, has been read.
  static std::expected<SearchQuery, std::string> parse(const SearchSource& search);

  // What a request says instead of the placeholders' names. For tutorial_search the text of the
  // query; for the details backends members of the body, such as `"conversationFilters":[...],` and
  // `"segmentFilters":[...],`, a comma behind each. `parameters` is the webhook's JSON object.
  // 422 names all parameters that are missing or cannot be a value
  // (core/search/search_parameters.h).
  std::expected<std::string, ErrorReply> bind(std::string_view parameters) const;

  // Names of the placeholders, each once.
  const std::vector<std::string>& parameters() const { return template_.names(); }

 private:
  SearchQuery(SearchBackend backend, QueryTemplate text)
      : backend_(backend), template_(std::move(text)) {}

  SearchBackend backend_;
  QueryTemplate template_;
};

}  // namespace dataaction
