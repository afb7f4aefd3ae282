// The check of an answer as it arrives against the reader that holds all of it: in pieces of any
// size the same answers are good, and have the same records, as in one.
//
// The first byte says where the pieces end, and whether lines are expected.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/json/json_reader.h"
#include "core/json/json_stream_checker.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

// Whether it was good to the end.
bool check(JsonStreamChecker& checker, std::string_view text, size_t piece) {
  while (!text.empty()) {
    if (!checker.add(text.substr(0, piece))) return false;
    text.remove_prefix(std::min(piece, text.size()));
  }
  return checker.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const bool lines = (data[0] & 0x80) != 0;
  const size_t piece = 1 + (data[0] & 0x7F);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  JsonStreamChecker whole(lines);
  const bool good = check(whole, text, text.size() + 1);
  JsonStreamChecker pieces(lines);
  require(check(pieces, text, piece) == good);
  require(pieces.records() == whole.records() && pieces.shape() == whole.shape());
  if (good) {
    require(pieces.bytes() == text.size() && whole.bytes() == text.size());
    require(pieces.envelope().count == whole.envelope().count);
    require(pieces.envelope().complete == whole.envelope().complete);
    require(pieces.envelope().reason == whole.envelope().reason);
    require(pieces.envelope().next == whole.envelope().next);
  } else {
    require(pieces.error().what == whole.error().what);
    require(pieces.error().offset == whole.error().offset);
  }
  // Not the other way: numbers may be of any size here. Batches are nothing but arrays of arrays.
  const bool strict = lines || whole.shape() == JsonStreamChecker::Shape::kBatches;
  if (!strict && !JsonChecker().check(text)) require(good);
  return 0;
}
