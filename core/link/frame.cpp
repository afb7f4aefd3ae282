#include "core/link/frame.h"

#include <algorithm>

#include "core/base/byte_fields.h"

namespace dataaction::frame {
namespace {

// Writes a header with an empty length and fills the length in when the payload stands.
template <typename WritePayload>
void encode_frame(std::string& out, Type type, WritePayload&& write_payload) {
  const size_t at = out.size();
  FieldWriter writer(out);
  writer.number(uint32_t{0});
  writer.number(static_cast<uint8_t>(type));
  write_payload(writer);
  const auto length = static_cast<uint32_t>(out.size() - at - kHeaderSize);
  for (size_t i = 0; i < sizeof(length); ++i)
    out[at + i] = static_cast<char>(length >> (8 * i) & 0xFF);
}

std::unexpected<Malformed> malformed(std::string_view what) {
  return std::unexpected(Malformed(what));
}

uint32_t limit_of(Type type) {
  switch (type) {
    case Type::kRequest:
      return kMaxRequest;
    case Type::kData:
      return kMaxData;
    case Type::kHead:
    case Type::kEnd:
    case Type::kError:
      return kMaxControl;
  }
  return 0;
}

}  // namespace

Decoded<Header> decode_header(std::string_view bytes) {
  FieldReader reader(bytes);
  Header header{};
  header.length = reader.number<uint32_t>();
  const auto type = reader.number<uint8_t>();
  if (!reader.ok()) return malformed("short frame header");
  if (type < static_cast<uint8_t>(Type::kRequest) || type > static_cast<uint8_t>(Type::kError)) {
    return malformed("unknown frame type " + std::to_string(type));
  }
  header.type = static_cast<Type>(type);
  if (header.length > limit_of(header.type)) {
    return malformed("frame of " + std::to_string(header.length) + " bytes, type " +
                     std::to_string(type));
  }
  return header;
}

Decoded<Request> decode_request(std::string_view payload) {
  FieldReader reader(payload);
  Request request;
  if (reader.take(kMagic.size()) != kMagic) return malformed("no magic in REQUEST");
  request.version = reader.number<uint8_t>();
  if (!reader.ok()) return malformed("short REQUEST");
  if (request.version != kVersion) return request;

  const auto kind = reader.number<uint8_t>();
  reader.number<uint16_t>();  // flags: none known
  request.deadline_ms = reader.number<uint32_t>();
  request.budget = reader.number<uint64_t>();
  request.limit = reader.number<uint64_t>();
  request.name = reader.string<uint8_t>();
  request.context_id = reader.string<uint8_t>();
  request.cursor = reader.string<uint16_t>();
  request.parameters = reader.string<uint32_t>();
  if (!reader.finished()) return malformed("REQUEST has a wrong length");
  if (kind < static_cast<uint8_t>(Kind::kStream) || kind > static_cast<uint8_t>(Kind::kCall)) {
    return malformed("unknown kind " + std::to_string(kind) + " in REQUEST");
  }
  if (request.cursor.size() > kMaxCursor) return malformed("cursor too long in REQUEST");
  request.kind = static_cast<Kind>(kind);
  return request;
}

Decoded<Head> decode_head(std::string_view payload) {
  FieldReader reader(payload);
  Head head;
  head.version = reader.number<uint8_t>();
  head.digest = reader.number<uint64_t>();
  head.status = reader.number<uint16_t>();
  if (!reader.finished()) return malformed("HEAD has a wrong length");
  if (head.status != 200) return malformed("HEAD with status " + std::to_string(head.status));
  return head;
}

Decoded<End> decode_end(std::string_view payload) {
  FieldReader reader(payload);
  End end;
  end.count = reader.number<uint64_t>();
  const auto complete = reader.number<uint8_t>();
  end.reason = reader.string<uint8_t>();
  end.cursor = reader.string<uint16_t>();
  if (!reader.finished()) return malformed("END has a wrong length");
  if (complete > 1) return malformed("END is neither complete nor incomplete");
  if (end.cursor.size() > kMaxCursor) return malformed("cursor too long in END");
  end.complete = complete == 1;
  return end;
}

Decoded<Error> decode_error(std::string_view payload) {
  FieldReader reader(payload);
  Error error;
  error.version = reader.number<uint8_t>();
  error.digest = reader.number<uint64_t>();
  error.reply.status = reader.number<uint16_t>();
  error.reply.retry_after = reader.number<uint16_t>();
  error.reply.code = reader.string<uint8_t>();
  error.reply.message = reader.string<uint16_t>();
  const auto details = reader.number<uint8_t>();
  for (unsigned i = 0; i < details && reader.ok(); ++i) {
    ErrorDetail detail;
    detail.code = reader.string<uint8_t>();
    detail.field = reader.string<uint8_t>();
    error.reply.details.push_back(std::move(detail));
  }
  if (!reader.finished()) return malformed("ERROR has a wrong length");
  if (error.reply.status < 400 || error.reply.status > 599) {
    return malformed("ERROR with status " + std::to_string(error.reply.status));
  }
  return error;
}

void encode(std::string& out, const Request& request) {
  encode_frame(out, Type::kRequest, [&](FieldWriter& writer) {
    out += kMagic;
    writer.number(request.version);
    writer.number(static_cast<uint8_t>(request.kind));
    writer.number(uint16_t{0});
    writer.number(request.deadline_ms);
    writer.number(request.budget);
    writer.number(request.limit);
    writer.string<uint8_t>(request.name);
    writer.string<uint8_t>(request.context_id);
    writer.string<uint16_t>(request.cursor);
    writer.string<uint32_t>(request.parameters);
  });
}

void encode(std::string& out, const Head& head) {
  encode_frame(out, Type::kHead, [&](FieldWriter& writer) {
    writer.number(head.version);
    writer.number(head.digest);
    writer.number(head.status);
  });
}

void encode(std::string& out, const End& end) {
  encode_frame(out, Type::kEnd, [&](FieldWriter& writer) {
    writer.number(end.count);
    writer.number(static_cast<uint8_t>(end.complete ? 1 : 0));
    writer.string<uint8_t>(end.reason);
    writer.string<uint16_t>(end.cursor);
  });
}

void encode(std::string& out, const Error& error) {
  encode_frame(out, Type::kError, [&](FieldWriter& writer) {
    writer.number(error.version);
    writer.number(error.digest);
    writer.number(error.reply.status);
    writer.number(error.reply.retry_after);
    writer.string<uint8_t>(error.reply.code);
    writer.string<uint16_t>(std::string_view(error.reply.message).substr(0, 1024));
    const size_t details = std::min<size_t>(error.reply.details.size(), 32);
    writer.number(static_cast<uint8_t>(details));
    for (size_t i = 0; i < details; ++i) {
      writer.string<uint8_t>(error.reply.details[i].code);
      writer.string<uint8_t>(error.reply.details[i].field);
    }
  });
}

void encode_data_prefix(std::string& out, std::string_view cursor, size_t records_size) {
  FieldWriter writer(out);
  writer.number(static_cast<uint32_t>(2 + cursor.size() + records_size));
  writer.number(static_cast<uint8_t>(Type::kData));
  writer.string<uint16_t>(cursor);
}

}  // namespace dataaction::frame
