#include "sidecar/runtime/http_head_reader.h"

#include <charconv>
#include <string>

namespace dataaction {

namespace {

// RFC 9110, 5.6.3
std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

HttpHeadReader::State HttpHeadReader::add_trailer(std::string_view line) {
  bytes_ += line.size();
  return bytes_ > kMaxBytes ? State::kTooLarge : State::kMore;
}

HttpHeadReader::State HttpHeadReader::add(std::string_view line) {
  if (add_trailer(line) == State::kTooLarge) return State::kTooLarge;
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) return add_status(line);
  if (line.empty()) return head_.status >= 200 ? State::kEnd : State::kMore;

  // A folded line (RFC 9112, 5.2, obsolete) would be a part of the value before.
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || line[0] == ' ' || line[0] == '\t') {
    return State::kMalformed;
  }
  // A coding of the transfer is asked for with TE, which we do not send (RFC 9112, 7.4); libcurl
  // would decode it where no bound of ours applies.
  const std::string_view name = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equal_without_case(name, "Transfer-Encoding") && !equal_without_case(value, "chunked")) {
    return State::kMalformed;
  }
  head_.headers.add(std::string(name), std::string(value));
  return State::kMore;
}

HttpHeadReader::State HttpHeadReader::add_status(std::string_view line) {
  head_ = HttpHead();
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return State::kMalformed;
  const std::string_view code = line.substr(space + 1, 3);
  const auto [end, error] = std::from_chars(code.begin(), code.end(), head_.status);
  return error == std::errc() && end == code.end() ? State::kMore : State::kMalformed;
}

}  // namespace dataaction
