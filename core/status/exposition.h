// Prometheus' text exposition format, version 0.0.4: a metric's HELP and TYPE lines, then its
// samples.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction {

class Exposition {
 public:
  // The media type of the text.
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4";

  // `name` is valid until the next metric. `type`: "counter" or "gauge".
  void metric(std::string_view name, std::string_view type, std::string_view help);

  // `labels` is `key="value"` pairs with commas between, or nothing. Names of sources, platforms,
  // routes and reasons need no escape.
  void sample(std::string_view labels, uint64_t value);
  // Of so many milliseconds in seconds, which Prometheus wants times in.
  void sample_seconds(std::string_view labels, uint64_t milliseconds);

  std::string take() { return std::move(out_); }

 private:
  void begin_sample(std::string_view labels);

  std::string out_;
  std::string_view name_;
};

// `key="value"`.
std::string label(std::string_view key, std::string_view value);

}  // namespace dataaction
