// Cursors that leave the house and come back: readable by everybody, made by nobody else
// (HMAC-SHA-256, RFC 2104, cut to 128 bits).
//
// The key is kept in `state_path`, so that a cursor outlives the process; without `state_path` it
// lasts as long as the process.

#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

class CursorSeal {
 public:
  using Key = std::array<unsigned char, 32>;

  explicit CursorSeal(const Key& key) : key_(key) {}

  // base64url of the bytes and their code: 4/3 of 16 bytes more.
  std::string seal(std::string_view bytes) const;
  // The bytes, if it is a seal() with this key.
  std::optional<std::string> open(std::string_view text) const;

 private:
  const Key key_;
};

// The key in `state_path`/cursor.key, made if need be (mode 0600, whole or not at all). An error is
// a message. Blocks on the disk.
std::expected<CursorSeal::Key, std::string> load_cursor_key(const std::string& state_path);

std::expected<CursorSeal::Key, std::string> random_cursor_key();

}  // namespace dataaction
