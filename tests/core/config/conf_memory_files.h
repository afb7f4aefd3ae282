// Configuration files that exist in a test alone.

#pragma once

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config/conf_parser.h"

namespace dataaction {

class MemoryFiles final : public ConfFiles {
 public:
  explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  std::expected<std::string, std::string> read(const std::string& path) override {
    const auto found = files_.find(path);
    if (found != files_.end()) return found->second;
    return std::unexpected("open() \"" + path + "\" failed (2: No such file or directory)");
  }

  std::expected<std::vector<std::string>, std::string> glob(const std::string& pattern) override {
    if (pattern.starts_with("/broken/")) {
      return std::unexpected("glob() \"" + pattern + "\" failed (5: Input/output error)");
    }
    std::vector<std::string> paths;
    for (const auto& [path, text] : files_) {
      if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0) paths.push_back(path);
    }
    return paths;
  }

 private:
  std::map<std::string, std::string> files_;
};

inline constexpr const char* kMainFile = "/c/main.conf";

inline std::expected<ParsedConfig, ConfigError> parse_files(
    std::map<std::string, std::string> files) {
  MemoryFiles memory(std::move(files));
  return parse_conf(kMainFile, memory);
}

// The message that `text` as the main file ends in, with its position; empty if it is accepted.
inline std::string message_of(std::string text, std::map<std::string, std::string> others = {}) {
  others[kMainFile] = std::move(text);
  const auto parsed = parse_files(std::move(others));
  return parsed ? std::string() : describe(parsed.error());
}

// What a `dataaction` block with `lines`, from line 2 of the main file on, means.
inline Config config_of(const std::string& lines) {
  auto parsed = parse_files({{kMainFile, "dataaction {\n" + lines + "\n}"}});
  EXPECT_TRUE(parsed) << describe(parsed.error());
  return parsed ? std::move(parsed->config) : Config();
}

}  // namespace dataaction
