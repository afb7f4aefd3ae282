// The frames of the link between a worker and the sidecar. The format, its limits and a worked
// example are in docs/protocol.md; this file is its codec: bytes in, values or a reason out, no
// sockets.
//
// Decoded values are views into the payload they were decoded from and live as long as it does.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/webhook/error_reply.h"

namespace dataaction::frame {

inline constexpr uint8_t kVersion = 1;
inline constexpr std::string_view kMagic = "DACT";
inline constexpr uint64_t kNoLimit = UINT64_MAX;

inline constexpr size_t kHeaderSize = 5;
inline constexpr uint32_t kMaxRequest = 16 << 20;
inline constexpr uint32_t kMaxControl = 64 << 10;  // HEAD, END, ERROR
inline constexpr uint32_t kMaxData = 1 << 20;
inline constexpr size_t kMaxCursor = 512;
inline constexpr size_t kMaxName = 255;
// Leaves room in a REQUEST for everything else.
inline constexpr size_t kMaxParameters = kMaxRequest - 4096;

enum class Type : uint8_t { kRequest = 1, kHead = 2, kData = 3, kEnd = 4, kError = 5 };
enum class Kind : uint8_t { kStream = 1, kStatus = 2, kCall = 3 };

// Request::name of a status as Prometheus text; without a name it is JSON.
inline constexpr std::string_view kStatusPrometheus = "prometheus";

struct Header {
  uint32_t length;  // of the payload
  Type type;
};

struct Request {
  uint8_t version = kVersion;
  Kind kind = Kind::kStream;
  uint32_t deadline_ms = 0;  // left; 0: none
  uint64_t budget = 0;       // bytes of body the worker may still write; 0: no limit
  uint64_t limit = kNoLimit;
  std::string_view name;
  std::string_view context_id;
  std::string_view cursor;
  std::string_view parameters = "{}";
};

struct Head {
  uint8_t version = kVersion;
  uint64_t digest = 0;
  uint16_t status = 200;
};

struct End {
  uint64_t count = 0;
  bool complete = true;
  std::string_view reason;
  std::string_view cursor;
};

struct Error {
  uint8_t version = kVersion;
  uint64_t digest = 0;
  ErrorReply reply;
};

// What a decoder refuses a frame for: a text for the log.
using Malformed = std::string;
template <typename T>
using Decoded = std::expected<T, Malformed>;

// Refuses an unknown type and a length above the type's limit.
Decoded<Header> decode_header(std::string_view bytes);

// A request of an unknown version decodes as far as the version; its other fields are then empty,
// so that the sidecar can say which version it speaks.
Decoded<Request> decode_request(std::string_view payload);
Decoded<Head> decode_head(std::string_view payload);
Decoded<End> decode_end(std::string_view payload);
Decoded<Error> decode_error(std::string_view payload);

// Each appends one whole frame. Strings longer than the format allows are a bug of the caller;
// names, reasons, codes and messages are cut at their limit instead of breaking the frame.
void encode(std::string& out, const Request& request);
void encode(std::string& out, const Head& head);
void encode(std::string& out, const End& end);
void encode(std::string& out, const Error& error);

// The beginning of a DATA frame; `records_size` bytes of records follow it. kMaxData bounds the
// whole.
void encode_data_prefix(std::string& out, std::string_view cursor, size_t records_size);
// Room that encode_data_prefix() takes.
constexpr size_t data_prefix_size(size_t cursor_size) {
  return kHeaderSize + 2 + cursor_size;
}

}  // namespace dataaction::frame
