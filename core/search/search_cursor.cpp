#include "core/search/search_cursor.h"

#include "core/base/byte_fields.h"
#include "core/base/civil_time.h"

namespace dataaction {
namespace {

// Clients keep cursors: another form is another version.
constexpr uint8_t kVersion = 1;

void append(FieldWriter& writer, const IsoInterval& interval) {
  writer.number(static_cast<uint64_t>(interval.begin));
  writer.number(static_cast<uint64_t>(interval.end));
}

IsoInterval read_interval(FieldReader& reader) {
  IsoInterval interval;
  interval.begin = static_cast<int64_t>(reader.number<uint64_t>());
  interval.end = static_cast<int64_t>(reader.number<uint64_t>());
  return interval;
}

// One as parse_iso_interval() gives it, or none.
bool possible(const IsoInterval& interval) {
  return interval == IsoInterval() ||
         (interval.begin >= 0 && interval.begin < interval.end && interval.end <= kLastSecond);
}

bool is_part(const IsoInterval& part, const IsoInterval& whole) {
  return part == IsoInterval() || (part.begin >= whole.begin && part.end <= whole.end);
}

}  // namespace

std::optional<std::string> encode_search_cursor(const SearchCursor& cursor) {
  if (cursor.position.size() > kMaxSearchCursor || cursor.job.size() > kMaxSearchCursor) {
    return std::nullopt;
  }
  std::string out;
  FieldWriter writer(out);
  writer.number(kVersion);
  writer.number(static_cast<uint8_t>(cursor.backend));
  writer.number(cursor.digest);
  append(writer, cursor.rest);
  append(writer, cursor.part);
  writer.number(cursor.page);
  writer.number(cursor.skip);
  writer.string<uint16_t>(cursor.position);
  writer.string<uint16_t>(cursor.job);
  if (out.size() > kMaxSearchCursor) return std::nullopt;
  return out;
}

std::optional<SearchCursor> decode_search_cursor(std::string_view bytes) {
  if (bytes.size() > kMaxSearchCursor) return std::nullopt;
  FieldReader reader(bytes);
  if (reader.number<uint8_t>() != kVersion) return std::nullopt;
  const auto backend = reader.number<uint8_t>();
  if (backend >= kSearchBackendNames.size()) return std::nullopt;
  SearchCursor cursor;
  cursor.backend = static_cast<SearchBackend>(backend);
  cursor.digest = reader.number<uint64_t>();
  cursor.rest = read_interval(reader);
  cursor.part = read_interval(reader);
  cursor.page = reader.number<uint64_t>();
  cursor.skip = reader.number<uint64_t>();
  cursor.position = reader.string<uint16_t>();
  cursor.job = reader.string<uint16_t>();
  if (!reader.finished() || !possible(cursor.rest) || !possible(cursor.part) ||
      !is_part(cursor.part, cursor.rest)) {
    return std::nullopt;
  }
  return cursor;
}

}  // namespace dataaction
