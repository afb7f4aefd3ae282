// Cursors of the sources that run in a worker. A worker holds no secret, so a cursor is not
// authenticated: it carries a checksum against damage, the identity of its source, and a position
// that the source checks again when it resumes. A cursor lets its holder read what the webhook
// gives him anyway.
//
// Text form: base64url (RFC 4648 section 5, unpadded) of version, kind, source, fields, checksum.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

struct SyntheticCursor {
  uint64_t position = 0;  // records already had

  bool operator==(const SyntheticCursor&) const = default;
};

struct FileCursor {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;    // of the file when the answer was made: a smaller file is another one
  uint64_t offset = 0;  // of the next line
  uint64_t line = 1;    // its number

  bool operator==(const FileCursor&) const = default;
};

// No cursor of a worker is longer.
inline constexpr size_t kMaxWorkerCursor = 96;

// What marks the cursors of the source of that name.
uint64_t source_identity(std::string_view name);

// `source` is source_identity() of what made the cursor; another source's cursor does not decode.
std::string encode_cursor(uint64_t source, const SyntheticCursor& cursor);
std::string encode_cursor(uint64_t source, const FileCursor& cursor);
std::optional<SyntheticCursor> decode_synthetic_cursor(uint64_t source, std::string_view text);
std::optional<FileCursor> decode_file_cursor(uint64_t source, std::string_view text);

}  // namespace dataaction
