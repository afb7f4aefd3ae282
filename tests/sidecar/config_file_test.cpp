#include "sidecar/config_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/config/conf_parser.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

class ConfigFile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    return scratch_.write(name, text);
  }

  const Scratch scratch_;
  const std::filesystem::path& directory_ = scratch_.directory();
};

TEST_F(ConfigFile, LoadsAndResolves) {
  const std::string main_file = write("nginx.conf", "http { include conf.d/*.conf; }");
  write("conf.d/b.conf", "dataaction { include sources/[ab]; }");
  write("conf.d/a.conf", "server { }");
  write("sources/b", "source b { file y; }");
  write("sources/a", "source a { file x; }");
  const auto loaded = load_config(main_file);
  ASSERT_TRUE(loaded) << loaded.error();
  ASSERT_EQ(loaded->config.sources.size(), 2u);
  EXPECT_EQ(loaded->config.sources[0].name, "a");
  EXPECT_EQ(loaded->config.sources[1].at.file, directory_ / "sources/b");
  EXPECT_EQ(loaded->directory, directory_.string() + "/");
  EXPECT_TRUE(loaded->warnings.empty());
}

TEST_F(ConfigFile, ResolvesWhatTheSidecarOpens) {
  const auto loaded = load_config(write("a.conf", R"(dataaction {
      log d.log; state_path state;
      platform a { region us-east-1; client_id i; client_secret_file s/a; ca_file ca.pem; }
      platform b { region us-east-1; client_id i; client_secret_file /s; }
      source f { file f.ndjson; }
    })"));
  ASSERT_TRUE(loaded) << loaded.error();
  const Config& config = loaded->config;
  EXPECT_EQ(config.log.file, directory_ / "d.log");
  EXPECT_EQ(config.state_path, directory_ / "state");
  ASSERT_EQ(config.platforms.size(), 2u);
  EXPECT_EQ(config.platforms[0].client_secret_file, directory_ / "s/a");
  EXPECT_EQ(config.platforms[0].ca_file, directory_ / "ca.pem");
  EXPECT_EQ(config.platforms[1].client_secret_file, "/s");
  EXPECT_EQ(config.platforms[1].ca_file, "");
  EXPECT_EQ(std::get<FileSource>(config.sources.at(0).kind).path, "f.ndjson");
}

TEST_F(ConfigFile, SaysWhatIsMissing) {
  const std::string main_file = directory_ / "none.conf";
  const auto loaded = load_config(main_file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), "open() \"" + main_file + "\" failed (2: No such file or directory)");
}

TEST_F(ConfigFile, SaysWhereTheMistakeIs) {
  const std::string main_file = write("a.conf", "dataaction {\n include b.conf;\n}");
  const std::string other = write("b.conf", "\n\nlisten x;");
  const auto loaded = load_config(main_file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(),
            "invalid value \"x\" in \"listen\" directive, "
            "it must be \"unix:\" and an absolute path in " +
                other + ":3");
}

TEST_F(ConfigFile, WarnsOfWhatOnlyNginxMayRead) {
  const std::string main_file = write("a.conf", "include no.conf; dataaction { }");
  const auto loaded = load_config(main_file);
  ASSERT_TRUE(loaded) << loaded.error();
  ASSERT_EQ(loaded->warnings.size(), 1u);
  EXPECT_EQ(loaded->warnings[0], "open() \"" + (directory_ / "no.conf").string() +
                                     "\" failed (2: No such file or directory) in " + main_file +
                                     ":1");
}

TEST_F(ConfigFile, ADirectoryIsNoFile) {
  const auto loaded = load_config(directory_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), "read() \"" + directory_.string() + "\" failed (21: Is a directory)");
}

TEST_F(ConfigFile, BoundsTheSize) {
  const std::string line = std::string(1023, '#') + '\n';
  std::string text = "dataaction { }";
  while (text.size() < kMaxConfFileSize - line.size()) text += line;
  EXPECT_TRUE(load_config(write("a.conf", text)));
  text.resize(kMaxConfFileSize + 1, '\n');
  const std::string main_file = write("a.conf", text);
  const auto loaded = load_config(main_file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), "read() \"" + main_file + "\" failed (27: File too large)");
}

TEST_F(ConfigFile, RelativePathStartsFromTheWorkingDirectory) {
  const std::string main_file = write("a.conf", "dataaction { source a { file x; } }");
  const auto loaded = load_config(std::filesystem::relative(main_file));
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(std::filesystem::canonical(loaded->config.sources[0].at.file),
            std::filesystem::canonical(main_file));
  EXPECT_TRUE(loaded->directory.starts_with('/'));
}

}  // namespace
}  // namespace dataaction
