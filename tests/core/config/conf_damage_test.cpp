// A good configuration, damaged: whatever the damage, an answer with a place in the file.

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/conf_memory_files.h"

namespace dataaction {
namespace {

const std::string kWhole = R"(events { }
http {
    init_by_lua_block { local s = "}" --[[ } ]] }
    dataaction {
        listen unix:/s mode=0600;  # comment
        log "d.log" level=info;
        shutdown_timeout 1m30s;
        database d 'sqlite:/d' busy_timeout=50ms;
        include more.conf;
        source a { sql d "SELECT \"x\" FROM t"; json x; }
        source b { synthetic nested; records 7; }
        source e { search p status:completed; last 1d; }
        platform p { region us-east-1; client_id i; client_secret_file f; rate 5; }
    }
    server { return 200 "${x}"; }
}
)";

void check(const std::string& text) {
  MemoryFiles files({{kMainFile, text}, {"/c/more.conf", "source c { file f trusted; }"}});
  const auto parsed = parse_conf(kMainFile, files);
  if (parsed) {
    EXPECT_LE(parsed->config.sources.size(), 4u);
  } else {
    EXPECT_FALSE(parsed.error().message.empty());
    EXPECT_TRUE(parsed.error().at.file.starts_with("/c/")) << text;
  }
}

TEST(ConfDamage, WholeIsGood) {
  EXPECT_EQ(message_of(kWhole, {{"/c/more.conf", ""}}), "");
}

TEST(ConfDamage, CutAnywhere) {
  for (size_t size = 0; size < kWhole.size(); ++size) {
    check(kWhole.substr(0, size));
    // Only the last newline may be missing.
    if (size + 1 < kWhole.size()) {
      EXPECT_NE(message_of(kWhole.substr(0, size)), "") << size;
    }
  }
}

TEST(ConfDamage, AnyByteChanged) {
  std::string text = kWhole;
  for (char& byte : text) {
    const char good = byte;
    for (int value = 0; value < 256; ++value) {
      byte = static_cast<char>(value);
      check(text);
    }
    byte = good;
  }
}

TEST(ConfDamage, AnyByteMissing) {
  for (size_t at = 0; at < kWhole.size(); ++at) {
    std::string text = kWhole;
    check(text.erase(at, 1));
  }
}

}  // namespace
}  // namespace dataaction
