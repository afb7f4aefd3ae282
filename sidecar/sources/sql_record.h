// Rows of an SQL statement as records of compact JSON.
//
//     INTEGER exact, REAL shortest digits, TEXT a string, NULL null, BLOB base64,
//     TEXT in a `json` column as the JSON that it is
//
// The hot loop of the sidecar: the keys are escaped once, and a row takes no memory of its own.

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "sidecar/store/sqlite.h"

namespace dataaction {

enum class RowResult : uint8_t { kOk, kTooLarge, kInvalidJson };

class SqlRecordWriter {
 public:
  // Looks at the columns that the statement has now. An error is a message for the log: two columns
  // of one name, or no column for a name in `json_columns`.
  static std::expected<SqlRecordWriter, std::string> create(
      const SqliteStatement& statement, const std::vector<std::string>& json_columns,
      size_t max_record_size);

  // Appends the row that the statement is at, and a LF. After anything but kOk `out` is as it was.
  RowResult append(std::string& out, sqlite3_stmt* row) const;

 private:
  struct Column {
    std::string key;  // `{"id":` or `,"amount":`
    bool json = false;
  };

  RowResult append_column(std::string& out, sqlite3_stmt* row, int at) const;

  std::vector<Column> columns_;
  size_t max_record_size_ = 0;
};

}  // namespace dataaction
