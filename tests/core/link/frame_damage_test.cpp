// Damaged frames: cut at every byte, longer by a byte, any byte changed. Whatever the damage, the
// decoders give a value or a reason and stay within the payload (it is copied to memory of its
// exact size, so that a sanitizer sees a step outside).

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/link/frame.h"
#include "tests/core/link/frame_bytes.h"

namespace dataaction::frame {
namespace {

struct Sample {
  const char* name;
  std::string payload;
  bool (*decodes)(std::string_view);
};

template <auto decode>
bool decodes(std::string_view payload) {
  const auto memory = std::make_unique<char[]>(payload.size());
  payload.copy(memory.get(), payload.size());
  const auto got = decode({memory.get(), payload.size()});
  EXPECT_TRUE(got || !got.error().empty());
  return got.has_value();
}

std::vector<Sample> samples() {
  Request request;
  request.deadline_ms = 28'000;
  request.name = "tx";
  request.context_id = "ab12";
  request.cursor = "AQE";
  request.parameters = R"({"c":7})";
  const auto payload = [](const auto& frame) { return std::string(payload_of(encoded(frame))); };
  return {{"REQUEST", payload(request), decodes<decode_request>},
          {"HEAD", payload(Head{}), decodes<decode_head>},
          {"END", payload(End{50'000, false, "deadline", "AQE"}), decodes<decode_end>},
          {"ERROR", payload(sample_error()), decodes<decode_error>}};
}

TEST(FrameDamage, WholeIsGood) {
  for (const Sample& sample : samples()) EXPECT_TRUE(sample.decodes(sample.payload)) << sample.name;
}

TEST(FrameDamage, CutAnywhere) {
  for (const Sample& sample : samples()) {
    for (size_t size = 0; size < sample.payload.size(); ++size) {
      EXPECT_FALSE(sample.decodes(sample.payload.substr(0, size))) << sample.name << " at " << size;
    }
  }
}

TEST(FrameDamage, TrailingByte) {
  for (const Sample& sample : samples()) {
    EXPECT_FALSE(sample.decodes(sample.payload + '\0')) << sample.name;
  }
}

TEST(FrameDamage, AnyByteChanged) {
  for (const Sample& sample : samples()) {
    std::string payload = sample.payload;
    size_t refused = 0;
    for (char& byte : payload) {
      const char good = byte;
      for (int value = 0; value < 256; ++value) {
        byte = static_cast<char>(value);
        if (!sample.decodes(payload)) ++refused;
      }
      byte = good;
    }
    EXPECT_GT(refused, 0u) << sample.name;
    EXPECT_TRUE(sample.decodes(payload)) << sample.name;
  }
}

// A string's size is not believed: one more or less than is there, and the frame is refused.
TEST(FrameDamage, SizesOfStrings) {
  const auto shifted = [](std::string payload, size_t at, int by) {
    payload[at] = static_cast<char>(payload[at] + by);
    return payload;
  };
  for (const Sample& sample : samples()) {
    const std::string_view name = sample.name;
    const size_t at = name == "REQUEST" ? 28 : name == "END" ? 9 : name == "ERROR" ? 13 : 0;
    if (at == 0) continue;
    EXPECT_FALSE(sample.decodes(shifted(sample.payload, at, 1))) << name;
    EXPECT_FALSE(sample.decodes(shifted(sample.payload, at, -1))) << name;
    EXPECT_FALSE(sample.decodes(shifted(sample.payload, at, 127))) << name;
  }
}

TEST(FrameDamage, MoreDetailsThanThereAre) {
  Error error = sample_error();
  error.reply.details.clear();
  std::string payload(payload_of(encoded(error)));
  payload.back() = '\xFF';
  EXPECT_FALSE(decodes<decode_error>(payload));
}

}  // namespace
}  // namespace dataaction::frame
