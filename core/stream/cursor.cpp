#include "core/stream/cursor.h"

#include <array>
#include <cstddef>
#include <span>

#include "core/base/base64url.h"
#include "core/base/byte_fields.h"
#include "core/base/fnv1a.h"

namespace dataaction {
namespace {

constexpr char kVersion = 1;
enum Kind : char { kSynthetic = 1, kFile = 2 };

uint64_t checksum(std::string_view bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

std::string encode(Kind kind, uint64_t source, std::span<const uint64_t> fields) {
  std::string bytes{kVersion, kind};
  FieldWriter writer(bytes);
  writer.number(source);
  for (const uint64_t field : fields) writer.number(field);
  writer.number(checksum(bytes));
  return base64url_encode(bytes);
}

bool decode(Kind kind, uint64_t source, std::string_view text, std::span<uint64_t> fields) {
  const auto bytes = base64url_decode(text);
  const size_t body = 2 + 8 + 8 * fields.size();
  if (!bytes || bytes->size() != body + 8) return false;
  FieldReader reader(*bytes);
  if (reader.take(2) != std::string{kVersion, kind}) return false;
  if (reader.number<uint64_t>() != source) return false;
  for (uint64_t& field : fields) field = reader.number<uint64_t>();
  return reader.number<uint64_t>() == checksum(std::string_view(*bytes).substr(0, body));
}

}  // namespace

uint64_t source_identity(std::string_view name) {
  return checksum(name);
}

std::string encode_cursor(uint64_t source, const SyntheticCursor& cursor) {
  return encode(kSynthetic, source, std::array{cursor.position});
}

std::string encode_cursor(uint64_t source, const FileCursor& cursor) {
  return encode(kFile, source,
                std::array{cursor.device, cursor.inode, cursor.size, cursor.offset, cursor.line});
}

std::optional<SyntheticCursor> decode_synthetic_cursor(uint64_t source, std::string_view text) {
  std::array<uint64_t, 1> fields;
  if (!decode(kSynthetic, source, text, fields)) return std::nullopt;
  return SyntheticCursor{fields[0]};
}

std::optional<FileCursor> decode_file_cursor(uint64_t source, std::string_view text) {
  std::array<uint64_t, 5> fields;
  if (!decode(kFile, source, text, fields)) return std::nullopt;
  return FileCursor{fields[0], fields[1], fields[2], fields[3], fields[4]};
}

}  // namespace dataaction
