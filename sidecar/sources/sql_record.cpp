#include "sidecar/sources/sql_record.h"

#include <algorithm>
#include <string_view>

#include "core/json/json_reader.h"
#include "core/json/json_writer.h"

namespace dataaction {

std::expected<SqlRecordWriter, std::string> SqlRecordWriter::create(
    const SqliteStatement& statement, const std::vector<std::string>& json_columns,
    size_t max_record_size) {
  SqlRecordWriter writer;
  writer.max_record_size_ = max_record_size;
  std::vector<std::string_view> names;
  const int count = sqlite3_column_count(statement.raw());
  for (int i = 0; i < count; ++i) {
    const char* text = sqlite3_column_name(statement.raw(), i);
    const std::string_view name(text != nullptr ? text : "");
    if (std::ranges::find(names, name) != names.end()) {
      return std::unexpected("two columns are named \"" + std::string(name) + '"');
    }
    names.push_back(name);
    Column column;
    column.key = i == 0 ? '{' : ',';
    append_json_string(column.key, name);
    column.key += ':';
    column.json = std::ranges::find(json_columns, name) != json_columns.end();
    writer.columns_.push_back(std::move(column));
  }
  if (count == 0) return std::unexpected("the statement has no columns");
  for (const std::string& name : json_columns) {
    if (std::ranges::find(names, name) == names.end()) {
      return std::unexpected("no column is named \"" + name + "\", as \"json\" has it");
    }
  }
  return writer;
}

RowResult SqlRecordWriter::append(std::string& out, sqlite3_stmt* row) const {
  const size_t begin = out.size();
  RowResult result = RowResult::kOk;
  const int count = static_cast<int>(columns_.size());
  for (int i = 0; i < count && result == RowResult::kOk; ++i) {
    out += columns_[static_cast<size_t>(i)].key;
    result = append_column(out, row, i);
  }
  out += '}';
  if (out.size() - begin > max_record_size_ && result == RowResult::kOk) {
    result = RowResult::kTooLarge;
  }
  if (result != RowResult::kOk) {
    out.resize(begin);
    return result;
  }
  out += '\n';
  return RowResult::kOk;
}

RowResult SqlRecordWriter::append_column(std::string& out, sqlite3_stmt* row, int at) const {
  const int type = sqlite3_column_type(row, at);
  if (type == SQLITE_INTEGER) {
    append_json_integer(out, static_cast<int64_t>(sqlite3_column_int64(row, at)));
  } else if (type == SQLITE_FLOAT) {
    append_json_real(out, sqlite3_column_double(row, at));
  } else if (type == SQLITE_NULL) {
    out += "null";
  } else {
    const char* data = type == SQLITE_BLOB
                           ? static_cast<const char*>(sqlite3_column_blob(row, at))
                           : reinterpret_cast<const char*>(sqlite3_column_text(row, at));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(row, at));
    const std::string_view bytes = data != nullptr ? std::string_view(data, size) : "";
    // Before it is escaped, which may make it six times as long.
    if (size > max_record_size_) return RowResult::kTooLarge;
    if (columns_[static_cast<size_t>(at)].json) {
      if (append_minified(out, bytes)) return RowResult::kInvalidJson;
    } else if (type == SQLITE_BLOB) {
      append_json_base64(out, bytes);
    } else {
      append_json_string(out, bytes);
    }
  }
  return RowResult::kOk;
}

}  // namespace dataaction
