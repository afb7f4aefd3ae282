// The check of an NDJSON file against the reader that the sidecar uses: the same lines are good,
// each good line minifies to one line that is good and minifies to itself, and the place of the
// first bad one is right however the lines are dealt out.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/json/json_reader.h"
#include "core/json/ndjson.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

bool good_line(std::string_view line) {
  std::string once = "kept";
  const auto error = append_minified(once, line);
  require(error ? once == "kept" && error->offset <= line.size() : once.size() > 4);
  if (error) return false;
  std::string twice = "kept";
  require(!append_minified(twice, once.substr(4)) && twice == once);
  require(once.find('\n') == std::string::npos);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string lines(reinterpret_cast<const char*>(data), size);
  if (!lines.ends_with('\n')) lines += '\n';

  NdjsonChecker whole(1);
  const auto bad = whole.check(lines);
  NdjsonChecker single(1);
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    const bool here = bad && bad->line == single.line();
    const auto alone = single.check(line);
    require(alone.has_value() == here);
    require(good_line(line) == !here);
    if (here) {
      require(bad->begin == lines.size() - rest.size() && alone->line == bad->line);
      require(bad->error.what == alone->error.what && bad->error.offset == alone->error.offset);
      return 0;
    }
    rest.remove_prefix(line.size());
  }
  require(!bad && whole.line() == single.line());
  return 0;
}
