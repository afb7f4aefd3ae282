// The shaper with any records, in any runs, under any settings: the body is what joining the
// records gives, lines and separated runs make the same one, and it keeps to its limit and its
// size. The input: six bytes of settings, then lines.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/core/stream/shaper_bodies.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

// The first `count` records as `format` joins them, without the body's tail.
std::string joined(const Shape& shape, const Records& records, uint64_t count) {
  std::string out(shape.shaper().prefix());
  for (uint64_t i = 0; i < count; ++i) {
    if (shape.format == Format::kBatches) {
      out += i == 0 ? "[" : i % shape.batch_size == 0 ? "],[" : ",";
    } else if (shape.format != Format::kNdjson && i > 0) {
      out += ',';
    }
    out += records[i];
    if (shape.format == Format::kNdjson) out += '\n';
  }
  return out;
}

Records lines_of(std::string_view text) {
  Records records;
  while (!text.empty()) {
    const size_t size = std::min(text.find('\n'), text.size());
    records.emplace_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 6) return 0;
  Shape shape;
  shape.format = static_cast<Format>(data[0] % 4);
  shape.batch_size = 1 + data[1] % 8;
  if (data[2] != 255) shape.limit = data[2] % 32;
  shape.max_size = data[3] * 4;
  const size_t slices = 2 + data[4] % 63;
  const size_t run = 1 + data[5] % 16;
  const Records records = lines_of({reinterpret_cast<const char*>(data) + 6, size - 6});

  BodyBuilder lines(shape, slices);
  for (size_t i = 0; i < records.size(); i += run) {
    lines.add_lines(std::span(records).subspan(i, std::min(run, records.size() - i)));
  }
  const uint64_t count = lines.shaper().records();
  const EndReason stopped = lines.shaper().stopped();
  require(count <= std::min<uint64_t>(shape.limit, records.size()));
  require((stopped == EndReason::kLimit) == (count == shape.limit));
  require(count == records.size() || stopped != EndReason::kNone);

  const Ending ending{stopped, std::string(shape.max_cursor, 'c')};
  const std::string want = joined(shape, records, count) + lines.shaper().tail(ending);
  const std::string body = lines.finish(ending).text;
  require(body == want);
  const std::string empty = BodyBuilder(shape).finish(ending).text;
  if (shape.max_size > 0) require(body.size() <= std::max<size_t>(shape.max_size, empty.size()));

  shape.max_size = 0;
  BodyBuilder separated(shape, slices);
  separated.add_separated(records, run);
  BodyBuilder unlimited(shape, slices);
  unlimited.add_lines(records);
  require(separated.finish(ending).text == unlimited.finish(ending).text);
  return 0;
}
