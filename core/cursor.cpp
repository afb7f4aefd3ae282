#include "core/cursor.h"

#include <array>
#include <cstddef>
#include <span>

#include "core/base64url.h"
#include "core/fnv1a.h"

namespace dataaction {
namespace {

constexpr char kVersion = 1;
enum Kind : char { kSynthetic = 1, kFile = 2 };

void append_number(std::string& out, uint64_t value) {
  for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

uint64_t number_at(std::string_view bytes, size_t at) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return value;
}

uint64_t checksum(std::string_view bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

std::string encode(Kind kind, uint64_t source, std::span<const uint64_t> fields) {
  std::string bytes{kVersion, kind};
  append_number(bytes, source);
  for (const uint64_t field : fields) append_number(bytes, field);
  append_number(bytes, checksum(bytes));
  return base64url_encode(bytes);
}

bool decode(Kind kind, uint64_t source, std::string_view text, std::span<uint64_t> fields) {
  const auto bytes = base64url_decode(text);
  const size_t body = 2 + 8 + 8 * fields.size();
  if (!bytes || bytes->size() != body + 8) return false;
  const std::string_view view = *bytes;
  if (view[0] != kVersion || view[1] != kind || number_at(view, 2) != source) return false;
  if (number_at(view, body) != checksum(view.substr(0, body))) return false;
  for (size_t i = 0; i < fields.size(); ++i) fields[i] = number_at(view, 10 + 8 * i);
  return true;
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
