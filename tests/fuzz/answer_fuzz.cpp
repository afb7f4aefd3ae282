// A sidecar's answer, damaged. However its bytes arrive (whole, in pieces that the input chooses,
// one by one) the reader hands out the same records, whole, and says the same at the end. The
// input's first two bytes are the record limit and the seed of the pieces.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/core/link/answer_driver.h"

namespace {

using dataaction::Answer;

// Pieces of 1 to 16 bytes, as a small generator has it.
Answer in_pieces(std::string_view bytes, size_t max_record_size, uint32_t seed) {
  std::vector<std::string_view> pieces;
  while (!bytes.empty()) {
    seed = seed * 1664525 + 1013904223;
    const size_t size = std::min<size_t>(bytes.size(), 1 + (seed >> 28));
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return dataaction::read_answer(pieces, max_record_size);
}

void require_same(const Answer& a, const Answer& b) {
  if (a.head != b.head || a.records != b.records || a.end != b.end || a.error != b.error ||
      a.malformed != b.malformed) {
    std::abort();
  }
}

void require_whole_records(const Answer& answer, size_t max_record_size) {
  std::string_view rest = answer.records;
  if (!rest.empty() && (!rest.ends_with('\n') || !answer.head)) std::abort();
  while (!rest.empty()) {
    const size_t size = rest.find('\n');
    if (size > max_record_size) std::abort();
    rest.remove_prefix(size + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t max_record_size = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Answer whole = dataaction::read_answer(bytes, max_record_size);
  require_whole_records(whole, max_record_size);
  require_same(whole, in_pieces(bytes, max_record_size, data[1]));

  std::vector<std::string_view> single;
  for (size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.substr(i, 1));
  require_same(whole, dataaction::read_answer(single, max_record_size));
  return 0;
}
