#include "sidecar/ctl/record_format.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"
#include "sidecar/ctl/record_fields.h"

namespace dataaction {
namespace {

std::string_view take_line(std::string_view& lines) {
  const std::string_view line = lines.substr(0, lines.find('\n'));
  lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  return line;
}

class NdjsonFormatter final : public RecordFormatter {
 public:
  void add(std::string_view records, std::string& out) override { out += records; }
  void end(std::string&) override {}
};

class JsonFormatter final : public RecordFormatter {
 public:
  void add(std::string_view records, std::string& out) override {
    while (!records.empty()) {
      out += std::exchange(first_, false) ? "[\n" : ",\n";
      out += take_line(records);
    }
  }
  void end(std::string& out) override { out += first_ ? "[]\n" : "\n]\n"; }

 private:
  bool first_ = true;
};

class CsvFormatter final : public RecordFormatter {
 public:
  explicit CsvFormatter(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  void add(std::string_view records, std::string& out) override {
    while (!records.empty()) {
      const std::string_view record = take_line(records);
      if (columns_.empty()) columns_ = columns_of(record);
      header(out);
      row(values_of(record, columns_), out);
    }
  }
  void end(std::string& out) override { header(out); }

 private:
  void header(std::string& out) {
    if (!columns_.empty() && std::exchange(first_, false)) row(columns_, out);
  }
  static void row(const std::vector<std::string>& values, std::string& out) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      field(values[i], out);
    }
    out += '\n';
  }
  static void field(const std::string& value, std::string& out) {
    if (value.find_first_of(",\"\r\n") == std::string::npos) {
      out += value;
      return;
    }
    out += '"';
    for (const char c : value) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  std::vector<std::string> columns_;
  bool first_ = true;
};

// Without what would move the cursor or do worse: control characters, C1 among them.
std::string printable(std::string_view text) {
  std::string out;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const Utf8Sequence sequence = read_utf8(p, end);
    const auto byte = static_cast<unsigned char>(*p);
    const bool c1 = sequence.size == 2 && byte == 0xC2 && static_cast<unsigned char>(p[1]) < 0xA0;
    if (byte < ' ' || byte == 0x7F || c1) {
      out += ' ';
    } else {
      out.append(p, sequence.size);
    }
    p += sequence.size;
  }
  return out;
}

// Characters, as far as one takes one column.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class TableFormatter final : public RecordFormatter {
 public:
  explicit TableFormatter(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  void add(std::string_view records, std::string& out) override {
    std::vector<std::vector<std::string>> rows;
    while (!records.empty()) {
      const std::string_view record = take_line(records);
      if (columns_.empty()) columns_ = columns_of(record);
      rows.push_back(values_of(record, columns_));
      for (std::string& value : rows.back()) value = printable(value);
    }
    if (rows.empty() || columns_.empty()) return;
    if (widths_.empty()) begin(rows, out);
    for (const auto& row : rows) print(row, out);
  }
  void end(std::string&) override {}

 private:
  void begin(const std::vector<std::vector<std::string>>& rows, std::string& out) {
    std::vector<std::string> names;
    names.reserve(columns_.size());
    for (const std::string& column : columns_) names.push_back(printable(column));
    std::vector<std::string> lines;
    for (size_t i = 0; i < names.size(); ++i) {
      size_t width = width_of(names[i]);
      for (const auto& row : rows) width = std::max(width, width_of(row[i]));
      widths_.push_back(width);
      lines.emplace_back(width, '-');
    }
    print(names, out);
    print(lines, out);
  }
  void print(const std::vector<std::string>& values, std::string& out) const {
    for (size_t i = 0; i < values.size(); ++i) {
      out += values[i];
      if (i + 1 == values.size()) break;
      const size_t width = width_of(values[i]);
      out.append(width < widths_[i] ? widths_[i] - width + 2 : 2, ' ');
    }
    out += '\n';
  }

  std::vector<std::string> columns_;
  std::vector<size_t> widths_;
};

}  // namespace

std::unique_ptr<RecordFormatter> make_formatter(RecordFormat format,
                                                std::vector<std::string> columns) {
  switch (format) {
    case RecordFormat::kNdjson:
      return std::make_unique<NdjsonFormatter>();
    case RecordFormat::kJson:
      return std::make_unique<JsonFormatter>();
    case RecordFormat::kCsv:
      return std::make_unique<CsvFormatter>(std::move(columns));
    case RecordFormat::kTable:
      break;
  }
  return std::make_unique<TableFormatter>(std::move(columns));
}

}  // namespace dataaction
