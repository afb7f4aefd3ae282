// `--format`, which commands have that list records.

#pragma once

#include <algorithm>

#include "sidecar/ctl/command_line.h"
#include "sidecar/ctl/record_format.h"

namespace dataaction {

class FormatOption {
 public:
  explicit FormatOption(RecordFormat usual)
      : name_(kRecordFormatNames[static_cast<size_t>(usual)]) {}

  void declare(CommandOptions& options) {
    options.add("--format", name_, "ndjson, json, csv or table")
        .one_of({kRecordFormatNames.begin(), kRecordFormatNames.end()})
        .show_default();
  }

  RecordFormat format() const {
    return static_cast<RecordFormat>(
        std::ranges::find(kRecordFormatNames, std::string_view(name_)) -
        kRecordFormatNames.begin());
  }
  std::unique_ptr<RecordFormatter> make(std::vector<std::string> columns) const {
    return make_formatter(format(), std::move(columns));
  }

 private:
  std::string name_;
};

}  // namespace dataaction
