// New API keys for `dataaction_api_key_file`. The key itself is in no file: only its digest is
// kept.

#pragma once

#include <expected>
#include <string>

namespace dataaction {

struct NewApiKey {
  std::string key;   // 256 random bits; to be handed to who calls, and forgotten
  std::string line;  // for the key file
};

// An error is a message: a label that the key file cannot hold, or no randomness.
std::expected<NewApiKey, std::string> make_api_key(const std::string& label);

}  // namespace dataaction
