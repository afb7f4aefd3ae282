// The configuration's parser and builder under damaged files. The input is the main file and, after
// the first 0xFF byte, what every include reads. Both must be reported on, or accepted, in the same
// way twice.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/config/conf_parser.h"

namespace {

class TwoFiles final : public dataaction::ConfFiles {
 public:
  explicit TwoFiles(std::string_view input)
      : main_(input.substr(0, input.find('\xff'))),
        other_(input.substr(std::min(main_.size() + 1, input.size()))) {}

  std::expected<std::string, std::string> read(const std::string& path) override {
    if (path == "/c/main.conf") return main_;
    if (path.ends_with("none")) return std::unexpected("open() \"" + path + "\" failed");
    return other_;
  }

  std::expected<std::vector<std::string>, std::string> glob(const std::string& pattern) override {
    if (pattern.ends_with("none")) return std::unexpected("glob() \"" + pattern + "\" failed");
    return std::vector<std::string>{"/c/a", "/c/b"};
  }

 private:
  std::string main_;
  std::string other_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TwoFiles files({reinterpret_cast<const char*>(data), size});
  const auto first = dataaction::parse_conf("/c/main.conf", files);
  const auto second = dataaction::parse_conf("/c/main.conf", files);
  if (first.has_value() != second.has_value()) std::abort();
  if (first) {
    if (first->config.digest != second->config.digest) std::abort();
  } else {
    if (first.error() != second.error() || first.error().message.empty()) std::abort();
  }
  return 0;
}
