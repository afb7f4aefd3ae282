#include "core/search/details_query.h"

#include <algorithm>
#include <vector>

#include "core/json/json_writer.h"
#include "core/search/details_dimensions.h"

namespace dataaction {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

constexpr bool is_bare_char(char c) {
  return is_name_char(c) || std::string_view("._@+:/-").find(c) != std::string_view::npos;
}

struct Term {
  std::string_view text;   // all of it, for messages
  std::string_view name;   // as written
  std::string_view value;  // likewise, with its quotes or its colon
};

// `dimension` matches a value, or exists.
struct Predicate {
  enum class Kind { kExists, kMatches, kMatchesParameter };

  std::string_view dimension;
  Kind kind = Kind::kMatches;
  std::string value;  // or the parameter's name
};

std::unexpected<std::string> refuse(const Term& term, std::string_view what) {
  return std::unexpected("the term \"" + std::string(term.text) + "\" " + std::string(what));
}

// The text up to the white space that ends a term; nothing if a quote is not closed.
std::string_view first_term(std::string_view text) {
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == '\\' && quoted) {
      ++at;
    } else if (!quoted && kSpace.find(text[at]) != std::string_view::npos) {
      return text.substr(0, at);
    }
  }
  return quoted ? std::string_view() : text;
}

// What stands between the quotes. first_term() has seen that they are closed.
std::expected<std::string, std::string> unquote(const Term& term) {
  std::string out;
  size_t at = 1;
  for (; term.value[at] != '"'; ++at) {
    if (term.value[at] == '\\') ++at;
    if (static_cast<unsigned char>(term.value[at]) < ' ') {
      return refuse(term, "has a control character");
    }
    out += term.value[at];
  }
  if (at + 1 != term.value.size()) return refuse(term, "goes on behind its quotes");
  return out;
}

std::expected<Predicate, std::string> read_value(const Term& term, std::string_view dimension) {
  using enum Predicate::Kind;
  const std::string_view value = term.value;
  if (value.starts_with(':')) {
    const std::string_view name = value.substr(1);
    if (!is_name(name)) return refuse(term, "has a placeholder that is no name");
    return Predicate{dimension, kMatchesParameter, std::string(name)};
  }
  std::string plain(value);
  if (value.starts_with('"')) {
    auto unquoted = unquote(term);
    if (!unquoted) return std::unexpected(std::move(unquoted.error()));
    plain = std::move(*unquoted);
  } else if (!std::ranges::all_of(value, is_bare_char)) {
    return refuse(term, "has a character that needs quotes");
  }
  if (plain.empty()) return refuse(term, "has no value");
  return Predicate{dimension, kMatches, std::move(plain)};
}

std::string_view dimension_of(std::string_view name) {
  return name == "channelType" ? "mediaType" : name;
}

void append(QueryTemplate& query, const Predicate& predicate) {
  std::string text = R"({"type":"dimension","dimension":)";
  append_json_string(text, predicate.dimension);
  if (predicate.kind == Predicate::Kind::kExists) {
    query.add_text(text + R"(,"operator":"exists"})");
    return;
  }
  query.add_text(text + R"(,"operator":"matches","value":)");
  if (predicate.kind == Predicate::Kind::kMatchesParameter) {
    query.add_parameter(predicate.value);
  } else {
    std::string value;
    append_json_string(value, predicate.value);
    query.add_text(value);
  }
  query.add_text('}');
}

class Filters {
 public:
  // The error says what is wrong with the term.
  std::expected<void, std::string> add(const Term& term) {
    if (term.name == "status") {
      if (term.value != "completed") return refuse(term, "can only be \"status:completed\"");
      return add(term, conversation_, {"conversationEnd", Predicate::Kind::kExists, {}});
    }
    const std::string_view dimension = dimension_of(term.name);
    const bool segment = std::ranges::binary_search(kSegmentDimensions, dimension);
    if (!segment && !std::ranges::binary_search(kConversationDimensions, dimension)) {
      return refuse(term,
                    "has a name that is neither a dimension nor \"status\" or "
                    "\"channelType\"");
    }
    auto predicate = read_value(term, dimension);
    if (!predicate) return std::unexpected(std::move(predicate.error()));
    return add(term, segment ? segment_ : conversation_, std::move(*predicate));
  }

  QueryTemplate finish() const {
    QueryTemplate query;
    append_filter(query, "conversationFilters", conversation_);
    append_filter(query, "segmentFilters", segment_);
    return query;
  }

 private:
  static std::expected<void, std::string> add(const Term& term, std::vector<Predicate>& list,
                                              Predicate predicate) {
    // All terms are required, and no dimension has two values at once.
    if (std::ranges::find(list, predicate.dimension, &Predicate::dimension) != list.end()) {
      return refuse(term, "is not the only one for its dimension");
    }
    list.push_back(std::move(predicate));
    return {};
  }

  static void append_filter(QueryTemplate& query, std::string_view name,
                            const std::vector<Predicate>& list) {
    if (list.empty()) return;
    query.add_text('"');
    query.add_text(name);
    query.add_text(R"(":[{"type":"and","predicates":[)");
    for (const Predicate& predicate : list) {
      if (&predicate != &list.front()) query.add_text(',');
      append(query, predicate);
    }
    query.add_text("]}],");
  }

  std::vector<Predicate> conversation_;
  std::vector<Predicate> segment_;
};

}  // namespace

std::expected<QueryTemplate, std::string> parse_details_query(std::string_view text) {
  Filters filters;
  bool any = false;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (text.empty()) break;
    Term term{first_term(text), {}, {}};
    if (term.text.empty()) return std::unexpected("a quote is not closed");
    text.remove_prefix(term.text.size());
    const size_t colon = term.text.find(':');
    if (colon == std::string_view::npos) return refuse(term, "is not NAME:VALUE");
    term.name = term.text.substr(0, colon);
    term.value = term.text.substr(colon + 1);
    if (auto added = filters.add(term); !added) return std::unexpected(std::move(added.error()));
    any = true;
  }
  if (!any) return std::unexpected("the query is empty");
  return filters.finish();
}

}  // namespace dataaction
