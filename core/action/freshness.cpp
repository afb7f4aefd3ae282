#include "core/action/freshness.h"

#include <algorithm>
#include <string>

#include "core/base/ascii.h"
#include "core/base/http_date.h"
#include "core/base/units.h"

namespace dataaction {
namespace {

using std::chrono::seconds;

// RFC 9111, 1.2.2: a number beyond what a cache can count is as good as this one.
constexpr uint64_t kMost = 2'147'483'648;

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Quotes are no part of a number, whatever the sender thinks (RFC 9111, 5.2).
seconds read_seconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return seconds(0);
  }
  return seconds(std::min(parse_number(text).value_or(kMost), kMost));
}

// Behind the text in quotes that begins at `quote`; right behind a quote that is never closed.
size_t end_of_quoted(std::string_view list, size_t quote) {
  for (size_t at = quote + 1; at < list.size(); ++at) {
    if (list[at] == '"') return at + 1;
    if (list[at] == '\\') ++at;
  }
  return quote + 1;
}

// The next member of a list. A comma in quotes is none.
std::string_view next_member(std::string_view& list) {
  size_t comma = 0;
  while (comma < list.size() && list[comma] != ',') {
    comma = list[comma] == '"' ? end_of_quoted(list, comma) : comma + 1;
  }
  const std::string_view member = trim(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return member;
}

// RFC 9110, 12.5.5: a list with a star in it says no less than the star alone.
bool varies_by_anything(std::string_view vary) {
  while (!vary.empty()) {
    if (next_member(vary) == "*") return true;
  }
  return false;
}

struct Directives {
  bool refused = false;  // no-store, no-cache, private
  std::optional<seconds> max_age;
  std::optional<seconds> s_maxage;
};

Directives read_directives(std::string_view text) {
  Directives all;
  while (!text.empty()) {
    const std::string_view word = next_member(text);
    const size_t equals = std::min(word.find('='), word.size());
    const std::string name = ascii_lower(trim(word.substr(0, equals)));
    const std::string_view value = trim(word.substr(std::min(equals + 1, word.size())));
    if (name == "no-store" || name == "no-cache" || name == "private") all.refused = true;
    if (name == "max-age" && !all.max_age) all.max_age = read_seconds(value);
    if (name == "s-maxage" && !all.s_maxage) all.s_maxage = read_seconds(value);
  }
  return all;
}

std::optional<seconds> life_of(const FreshnessHeaders& headers, int64_t now) {
  const Directives said = read_directives(headers.cache_control);
  if (said.refused) return seconds(0);
  if (said.s_maxage) return said.s_maxage;
  if (said.max_age) return said.max_age;
  if (headers.expires.empty()) return std::nullopt;
  const auto expires = parse_http_date(headers.expires, now);
  const auto date = parse_http_date(headers.date, now);
  if (!expires) return seconds(0);
  return seconds(std::max<int64_t>(*expires - date.value_or(now), 0));
}

}  // namespace

std::optional<seconds> freshness_of(const FreshnessHeaders& headers, int64_t now) {
  // Who asks the same with the same headers gets the same, but for what nobody can know.
  if (varies_by_anything(headers.vary)) return seconds(0);
  const auto life = life_of(headers, now);
  if (!life || headers.age.empty()) return life;
  return std::max(*life - read_seconds(trim(headers.age)), seconds(0));
}

}  // namespace dataaction
