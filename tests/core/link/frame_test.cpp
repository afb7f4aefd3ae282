// What each decoder takes, and what it refuses, field by field. Damage at large is in
// frame_damage_test.cpp, the bytes of docs/protocol.md in protocol_example_test.cpp.

#include "core/link/frame.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/link/frame_bytes.h"

namespace dataaction::frame {
namespace {

TEST(FrameHeader, CountsThePayloadAlone) {
  const std::string bytes = encoded(Head{kVersion, 1, 200});
  const auto header = decode_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, Type::kHead);
  EXPECT_EQ(header->length, bytes.size() - kHeaderSize);
}

TEST(FrameHeader, IsRefusedShort) {
  for (size_t size = 0; size < kHeaderSize; ++size) {
    EXPECT_FALSE(decode_header(header_bytes(Type::kHead, 0).substr(0, size))) << size;
  }
}

TEST(FrameHeader, KnowsFiveTypes) {
  for (int type = 0; type < 256; ++type) {
    const auto header = decode_header(header_bytes(static_cast<Type>(type), 0));
    EXPECT_EQ(header.has_value(), type >= 1 && type <= 5) << type;
  }
}

TEST(FrameHeader, LimitsTheLengthOfEachType) {
  const std::pair<Type, uint32_t> limits[] = {{Type::kRequest, 16 << 20},
                                              {Type::kHead, 64 << 10},
                                              {Type::kData, 1 << 20},
                                              {Type::kEnd, 64 << 10},
                                              {Type::kError, 64 << 10}};
  for (const auto& [type, limit] : limits) {
    EXPECT_TRUE(decode_header(header_bytes(type, limit)));
    EXPECT_FALSE(decode_header(header_bytes(type, limit + 1)));
    EXPECT_FALSE(decode_header(header_bytes(type, UINT32_MAX)));
  }
}

TEST(FrameRequest, KeepsEveryField) {
  Request request;
  request.kind = Kind::kStatus;
  request.deadline_ms = 0xA1B2C3D4;
  request.budget = 0x1122334455667788;
  request.limit = 0xFEDCBA9876543210;
  request.name = "transactions";
  request.context_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  request.cursor = std::string_view("\0\xFF cursor", 9);
  request.parameters = R"({"customer_id":7})";

  const std::string bytes = encoded(request);
  const auto got = decode_request(payload_of(bytes));
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->version, kVersion);
  EXPECT_EQ(got->kind, request.kind);
  EXPECT_EQ(got->deadline_ms, request.deadline_ms);
  EXPECT_EQ(got->budget, request.budget);
  EXPECT_EQ(got->limit, request.limit);
  EXPECT_EQ(got->name, request.name);
  EXPECT_EQ(got->context_id, request.context_id);
  EXPECT_EQ(got->cursor, request.cursor);
  EXPECT_EQ(got->parameters, request.parameters);
}

TEST(FrameRequest, KeepsStringsOfFullLength) {
  const std::string name(kMaxName, 'n');
  const std::string cursor(kMaxCursor, 'c');
  const std::string parameters(70'000, 'p');
  Request request;
  request.name = name;
  request.context_id = name;
  request.cursor = cursor;
  request.parameters = parameters;
  const std::string bytes = encoded(request);
  const auto got = decode_request(payload_of(bytes));
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->name, name);
  EXPECT_EQ(got->context_id, name);
  EXPECT_EQ(got->cursor, cursor);
  EXPECT_EQ(got->parameters, parameters);
}

TEST(FrameRequest, CutsANameThatIsTooLong) {
  Request request;
  const std::string name(kMaxName + 1, 'n');
  request.name = name;
  const std::string bytes = encoded(request);
  const auto got = decode_request(payload_of(bytes));
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->name, name.substr(0, kMaxName));
}

TEST(FrameRequest, NeedsTheMagic) {
  for (size_t i = 0; i < kMagic.size(); ++i) {
    std::string bytes = encoded(Request{});
    bytes[kHeaderSize + i] ^= 0x20;
    EXPECT_FALSE(decode_request(payload_of(bytes))) << i;
  }
}

TEST(FrameRequest, OfAnotherVersionTellsItsVersionAlone) {
  Request request;
  request.version = 2;
  request.deadline_ms = 5;
  request.name = "tx";
  const std::string bytes = encoded(request) + "fields of the future";
  const auto got = decode_request(payload_of(bytes));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->version, 2);
  EXPECT_EQ(got->deadline_ms, 0u);
  EXPECT_EQ(got->name, "");
  EXPECT_EQ(decode_request("DACT\x02")->version, 2);
  EXPECT_FALSE(decode_request("DACT"));
}

TEST(FrameRequest, KnowsTwoKinds) {
  constexpr size_t kKindAt = kHeaderSize + 5;
  std::string bytes = encoded(Request{});
  for (int kind = 0; kind < 256; ++kind) {
    bytes[kKindAt] = static_cast<char>(kind);
    EXPECT_EQ(decode_request(payload_of(bytes)).has_value(), kind >= 1 && kind <= 3) << kind;
  }
}

TEST(FrameRequest, IgnoresFlagsItDoesNotKnow) {
  std::string bytes = encoded(Request{});
  bytes[kHeaderSize + 6] = '\xFF';
  bytes[kHeaderSize + 7] = '\xFF';
  EXPECT_TRUE(decode_request(payload_of(bytes)));
}

TEST(FrameRequest, RefusesALongCursor) {
  const std::string cursor(kMaxCursor + 1, 'c');
  Request request;
  request.cursor = cursor;
  EXPECT_FALSE(decode_request(payload_of(encoded(request))));
}

TEST(FrameHead, KeepsEveryField) {
  const std::string bytes = encoded(Head{7, 0x1122334455667788, 200});
  const auto got = decode_head(payload_of(bytes));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->version, 7);
  EXPECT_EQ(got->digest, 0x1122334455667788u);
  EXPECT_EQ(got->status, 200);
}

TEST(FrameHead, HasStatus200) {
  for (const uint16_t status : {0, 100, 199, 201, 206, 404, 65535}) {
    EXPECT_FALSE(decode_head(payload_of(encoded(Head{kVersion, 1, status})))) << status;
  }
}

TEST(FrameEnd, KeepsEveryField) {
  const std::string cursor(kMaxCursor, 'c');
  for (const bool complete : {true, false}) {
    const std::string bytes = encoded(End{UINT64_MAX, complete, "deadline", cursor});
    const auto got = decode_end(payload_of(bytes));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->count, UINT64_MAX);
    EXPECT_EQ(got->complete, complete);
    EXPECT_EQ(got->reason, "deadline");
    EXPECT_EQ(got->cursor, cursor);
  }
}

TEST(FrameEnd, IsCompleteOrNot) {
  std::string bytes = encoded(End{});
  for (int value = 0; value < 256; ++value) {
    bytes[kHeaderSize + 8] = static_cast<char>(value);
    EXPECT_EQ(decode_end(payload_of(bytes)).has_value(), value <= 1) << value;
  }
}

TEST(FrameEnd, RefusesALongCursor) {
  const std::string cursor(kMaxCursor + 1, 'c');
  EXPECT_FALSE(decode_end(payload_of(encoded(End{1, true, "", cursor}))));
}

TEST(FrameError, KeepsEveryField) {
  const Error error = sample_error();
  const std::string bytes = encoded(error);
  const auto got = decode_error(payload_of(bytes));
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->version, error.version);
  EXPECT_EQ(got->digest, error.digest);
  EXPECT_EQ(got->reply, error.reply);
}

TEST(FrameError, HasAnErrorsStatus) {
  Error error = sample_error();
  for (int status = 0; status <= 700; ++status) {
    error.reply.status = static_cast<uint16_t>(status);
    EXPECT_EQ(decode_error(payload_of(encoded(error))).has_value(), status >= 400 && status <= 599)
        << status;
  }
}

TEST(FrameError, CutsWhatIsTooLong) {
  Error error = sample_error();
  error.reply.code.assign(300, 'c');
  error.reply.message.assign(70'000, 'm');
  error.reply.details.assign(300, {std::string(300, 'd'), std::string(300, 'f')});
  const std::string bytes = encoded(error);
  const auto header = decode_header(bytes);
  ASSERT_TRUE(header) << header.error();
  const auto got = decode_error(payload_of(bytes));
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->reply.code, std::string(255, 'c'));
  EXPECT_EQ(got->reply.message, std::string(1024, 'm'));
  ASSERT_EQ(got->reply.details.size(), 32u);
  EXPECT_EQ(got->reply.details.back().code, std::string(255, 'd'));
  EXPECT_EQ(got->reply.details.back().field, std::string(255, 'f'));
}

TEST(FrameData, PrefixCountsCursorAndRecords) {
  std::string bytes = "before";
  encode_data_prefix(bytes, "abc", 10);
  EXPECT_EQ(bytes, "before" + header_bytes(Type::kData, 15) + std::string("\x03\0abc", 5));
  EXPECT_EQ(bytes.size() - 6, data_prefix_size(3));
}

TEST(Frame, EncodeAppends) {
  std::string both;
  encode(both, Head{});
  const size_t first = both.size();
  encode(both, End{3, false, "deadline", "c"});
  EXPECT_EQ(both.substr(0, first), encoded(Head{}));
  EXPECT_EQ(both.substr(first), encoded(End{3, false, "deadline", "c"}));
}

}  // namespace
}  // namespace dataaction::frame
