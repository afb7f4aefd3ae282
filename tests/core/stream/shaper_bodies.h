// Bodies as a RecordShaper makes them, for its tests: from lines or from separated runs, over runs
// and spans of any size, in memory as tight as the contract allows.

#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/stream/record_shaper.h"

namespace dataaction {

struct Shape {
  Format format = Format::kArray;
  uint64_t batch_size = 1000;
  uint64_t limit = RecordShaper::kNoLimit;
  uint64_t max_size = 0;
  size_t max_cursor = 96;

  RecordShaper shaper() const { return {format, batch_size, limit, max_size, max_cursor}; }
};

struct Body {
  std::string text;  // the tail included
  uint64_t records = 0;
  EndReason stopped = EndReason::kNone;
};

using Records = std::vector<std::string>;

// {"n":1} to {"n":n}
inline Records numbered(size_t n) {
  Records records;
  for (size_t i = 1; i <= n; ++i) records.push_back("{\"n\":" + std::to_string(i) + '}');
  return records;
}

class BodyBuilder {
 public:
  // At most 64 slices are taken at a time.
  explicit BodyBuilder(const Shape& shape, size_t slices = 64)
      : shaper_(shape.shaper()), slices_(slices), body_{std::string(shaper_.prefix()), 0, {}} {}

  RecordShaper& shaper() { return shaper_; }

  // Shapes a run as long as anything is taken from it. The run is copied to memory of its exact
  // size and one byte before it.
  void add(std::string_view bytes, uint64_t records, bool separated) {
    const auto memory = std::make_unique<char[]>(bytes.size() + 1);
    memcpy(memory.get() + 1, bytes.data(), bytes.size());
    RecordRun run{memory.get() + 1, memory.get() + 1 + bytes.size(), records, separated};
    std::string_view slices[64];
    while (const size_t used = shaper_.shape(run, std::span(slices, slices_))) {
      for (size_t i = 0; i < used; ++i) body_.text += slices[i];
    }
  }

  void add_lines(std::span<const std::string> records) {
    std::string bytes;
    for (const std::string& record : records) bytes += record + '\n';
    add(bytes, 0, false);
  }

  // What a source that separates its records itself does: asks how many may come, at most `run` at
  // once.
  void add_separated(std::span<const std::string> records, size_t run) {
    while (!records.empty()) {
      const size_t count = std::min<uint64_t>({run, records.size(), shaper_.run_limit()});
      if (count == 0) return;
      std::string bytes;
      for (const std::string& record : records.first(count)) bytes += record + shaper_.separator();
      add(bytes, count, true);
      records = records.subspan(count);
    }
  }

  Body finish(Ending ending = {}) {
    body_.records = shaper_.records();
    body_.stopped = shaper_.stopped();
    if (ending.reason == EndReason::kNone) ending.reason = body_.stopped;
    body_.text += shaper_.tail(ending);
    return body_;
  }

  size_t size() const { return body_.text.size(); }

 private:
  RecordShaper shaper_;
  size_t slices_;
  Body body_;
};

inline Body body_of_lines(const Shape& shape, const Records& records, const Ending& ending = {}) {
  BodyBuilder builder(shape);
  builder.add_lines(records);
  return builder.finish(ending);
}

}  // namespace dataaction
