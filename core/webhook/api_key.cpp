#include "core/webhook/api_key.h"

#include <algorithm>

namespace dataaction {
namespace {

constexpr std::string_view kBlank = " \t\r";
constexpr size_t kMaxLabel = 64;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool read_digest(std::string_view text, KeyDigest& digest) {
  if (text.size() != 2 * digest.size()) return false;
  for (size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabel &&
         std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7F && c != '"'; });
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace

std::expected<std::vector<ApiKey>, KeyFileError> read_key_file(std::string_view text) {
  std::vector<ApiKey> keys;
  unsigned number = 0;
  const auto error = [&](std::string_view what) {
    return std::unexpected(KeyFileError{number, std::string(what)});
  };
  while (!text.empty()) {
    ++number;
    const size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;

    const size_t gap = std::min(line.find_first_of(kBlank), line.size());
    ApiKey key;
    key.label = trim(line.substr(gap));
    if (!read_digest(line.substr(0, gap), key.digest)) {
      return error("a SHA-256 of 64 hexadecimal digits is expected");
    }
    if (!is_label(key.label)) return error("a label without spaces is expected after the SHA-256");
    for (const ApiKey& other : keys) {
      if (other.digest == key.digest) return error("the same key as \"" + other.label + '"');
      if (other.label == key.label) return error("the label \"" + key.label + "\" is taken");
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return error("no keys");
  return keys;
}

const ApiKey* find_key(const std::vector<ApiKey>& keys, const KeyDigest& digest) {
  const ApiKey* found = nullptr;
  for (const ApiKey& key : keys) {
    unsigned difference = 0;
    for (size_t i = 0; i < digest.size(); ++i) difference |= key.digest[i] ^ digest[i];
    // Not a branch on each byte: only on the whole, and every key is looked at.
    if (difference == 0) found = &key;
  }
  return found;
}

}  // namespace dataaction
