// The key file of `dataaction_api_key_file`: who may call a webhook.
//
// One key a line: the SHA-256 of the key as 64 hexadecimal digits, white space, a label that logs
// and
// `$dataaction_key` show. Empty lines and lines that begin with `#` are skipped. Several keys are
// valid at once, so that a key can be replaced without a gap. The key itself is in no file.

#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

using KeyDigest = std::array<uint8_t, 32>;

struct ApiKey {
  KeyDigest digest;
  std::string label;

  bool operator==(const ApiKey&) const = default;
};

struct KeyFileError {
  unsigned line;
  std::string what;
};

// An empty file, a digest twice or a label twice is an error too: each would surprise its owner.
std::expected<std::vector<ApiKey>, KeyFileError> read_key_file(std::string_view text);

// The key with this digest, or nullptr. Looks at every byte of every key whatever it finds, so that
// the time it takes says nothing.
const ApiKey* find_key(const std::vector<ApiKey>& keys, const KeyDigest& digest);

}  // namespace dataaction
