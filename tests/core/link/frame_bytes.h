// Frames as bytes, for the tests of the codec and of the reader.

#pragma once

#include <string>
#include <string_view>

#include "core/link/frame.h"

namespace dataaction::frame {

template <typename Frame>
std::string encoded(const Frame& frame) {
  std::string out;
  encode(out, frame);
  return out;
}

// A view: keep the bytes while what was decoded from it is looked at.
inline std::string_view payload_of(std::string_view bytes) {
  return bytes.substr(kHeaderSize);
}

inline std::string header_bytes(Type type, uint32_t length) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(length >> (8 * i) & 0xFF);
  return out + static_cast<char>(type);
}

inline std::string data_frame(std::string_view cursor, std::string_view records) {
  std::string out;
  encode_data_prefix(out, cursor, records.size());
  return out.append(records);
}

inline Error sample_error() {
  Error error;
  error.digest = 0x8877665544332211;
  error.reply.status = 422;
  error.reply.retry_after = 30;
  error.reply.code = "dataaction.request.invalid";
  error.reply.message = "limit must be a whole number, 0 or more";
  error.reply.details = {{"dataaction.request.invalid", "limit"}, {"a", ""}};
  return error;
}

}  // namespace dataaction::frame
