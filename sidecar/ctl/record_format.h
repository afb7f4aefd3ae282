// Records as text for a file, a program or a person:
//
//     ndjson  as they are, one a line
//     json    an array; without its last bracket until end()
//     csv     RFC 4180, with LF; a header first
//     table   columns as wide as the records of the first add() need, for a terminal
//
// csv and table have the members of a record's first level: those whose names were asked for, or
// else the first record's that are no object or array. A member that a record does not have, or
// that is null, is empty.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

enum class RecordFormat : uint8_t { kNdjson, kJson, kCsv, kTable };
inline constexpr std::array<const char*, 4> kRecordFormatNames = {"ndjson", "json", "csv", "table"};

class RecordFormatter {
 public:
  virtual ~RecordFormatter() = default;

  // Appends the text of `records`: compact JSON objects, one LF after each.
  virtual void add(std::string_view records, std::string& out) = 0;
  // What comes after the last one.
  virtual void end(std::string& out) = 0;
};

std::unique_ptr<RecordFormatter> make_formatter(RecordFormat format,
                                                std::vector<std::string> columns);

}  // namespace dataaction
