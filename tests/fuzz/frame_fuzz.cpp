// The decoders of the link's frames. What decodes is what it says: encoded again it decodes to the
// same, and where nothing was cut or unknown it is the same bytes. The input is one frame.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/link/frame.h"

namespace {

using namespace dataaction::frame;

template <typename Frame>
std::string encoded(const Frame& frame) {
  std::string out;
  encode(out, frame);
  return out;
}

void require(bool what) {
  if (!what) std::abort();
}

// Encoding is a function of what was decoded: once around, it no longer changes.
template <auto decode>
std::string around(std::string_view payload) {
  const auto first = decode(payload);
  if (!first) {
    require(!first.error().empty());
    return {};
  }
  std::string bytes = encoded(*first);
  require(decode_header(bytes).has_value());
  const auto second = decode(std::string_view(bytes).substr(kHeaderSize));
  require(second && encoded(*second) == bytes);
  return bytes;
}

void check_request(std::string_view payload) {
  const auto request = decode_request(payload);
  if (request && request->version != kVersion) return;
  const std::string bytes = around<decode_request>(payload);
  if (bytes.empty()) return;
  std::string same(payload);
  same[6] = same[7] = '\0';  // flags
  require(std::string_view(bytes).substr(kHeaderSize) == same);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto header = decode_header(bytes);
  if (!header) {
    require(!header.error().empty());
    return 0;
  }
  const std::string_view payload = bytes.substr(kHeaderSize);
  switch (header->type) {
    case Type::kRequest:
      check_request(payload);
      break;
    case Type::kHead:
    case Type::kEnd: {
      const std::string again =
          header->type == Type::kHead ? around<decode_head>(payload) : around<decode_end>(payload);
      require(again.empty() || std::string_view(again).substr(kHeaderSize) == payload);
      break;
    }
    case Type::kError:
      around<decode_error>(payload);
      break;
    case Type::kData:
      break;  // answer_fuzz.cpp
  }
  return 0;
}
