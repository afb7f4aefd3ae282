// The worked example of docs/protocol.md is what the codec writes. The bytes stand here once more,
// so that neither the page nor the codec can change alone. Runs in the root of the repository, as
// `make test` does, to read the page.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "core/link/frame.h"
#include "tests/core/link/frame_bytes.h"

namespace dataaction::frame {
namespace {

constexpr char kExample[] =
    "\x31\x00\x00\x00\x01"
    "DACT\x01\x01\x00\x00"
    "\x60\x6D\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00"
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
    "\x02tx"
    "\x04"
    "ab12"
    "\x00\x00"
    "\x07\x00\x00\x00{\"c\":7}";

const std::string kBytes(kExample, sizeof(kExample) - 1);

Request example() {
  Request request;
  request.deadline_ms = 28'000;
  request.name = "tx";
  request.context_id = "ab12";
  request.parameters = R"({"c":7})";
  return request;
}

// The bytes of the first code block behind the heading; what follows two blanks is a comment.
std::string bytes_of_the_page(const std::string& page) {
  const size_t heading = page.find("## A worked example");
  const size_t open = page.find("```\n", heading);
  const size_t close = page.find("```", open + 3);
  if (heading == std::string::npos || close == std::string::npos) return "";
  std::istringstream lines(page.substr(open + 4, close - open - 4));
  std::string bytes;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find("  ")));
    for (std::string word; words >> word;) bytes += static_cast<char>(std::stoi(word, nullptr, 16));
  }
  return bytes;
}

TEST(ProtocolExample, IsWhatIsWritten) {
  EXPECT_EQ(encoded(example()), kBytes);
}

TEST(ProtocolExample, IsWhatIsRead) {
  const auto header = decode_header(kBytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, Type::kRequest);
  EXPECT_EQ(header->length, 49u);
  const auto request = decode_request(payload_of(kBytes));
  ASSERT_TRUE(request) << request.error();
  EXPECT_EQ(request->kind, Kind::kStream);
  EXPECT_EQ(request->deadline_ms, 28'000u);
  EXPECT_EQ(request->budget, 0u);
  EXPECT_EQ(request->limit, kNoLimit);
  EXPECT_EQ(request->name, "tx");
  EXPECT_EQ(request->context_id, "ab12");
  EXPECT_EQ(request->cursor, "");
  EXPECT_EQ(request->parameters, R"({"c":7})");
}

TEST(ProtocolExample, IsOnThePage) {
  std::ifstream file("docs/protocol.md");
  ASSERT_TRUE(file) << "run this in the root of the repository";
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(bytes_of_the_page(page), kBytes);
}

}  // namespace
}  // namespace dataaction::frame
