// The text of a key file (core/webhook/api_key.h) as `dataactionctl key` edits it. Above a line
// that it adds stands when that was:
//
//     # crm: made 2026-01-31T12:00:00.000Z
//     5e88...1542 crm
//
// Whatever else is in a file stays as it is. Pure; an error is a message, with the line where there
// is one, and says whose mistake it is.

#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

struct ListedKey {
  std::string label;
  std::string digest;  // its first digits: enough to tell keys apart, of no use to anybody else
  std::string made;    // empty: not known
};

struct KeyListError {
  std::string message;
  bool damaged;  // the file is wrong already, and not what was asked for
};

std::expected<std::vector<ListedKey>, KeyListError> list_keys(std::string_view text);

// `line`: of make_api_key(). `made`: a time. A file without a key gets its first one.
std::expected<std::string, KeyListError> add_key(std::string_view text, std::string_view line,
                                                 std::string_view made);

// nginx loads no file without a key, and would go on with those that it has: the last one stays.
std::expected<std::string, KeyListError> remove_key(std::string_view text, std::string_view label);

}  // namespace dataaction
