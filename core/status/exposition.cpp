#include "core/status/exposition.h"

#include "core/json/json_writer.h"

namespace dataaction {

void Exposition::metric(std::string_view name, std::string_view type, std::string_view help) {
  out_.append("# HELP ").append(name).append(" ").append(help);
  out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  name_ = name;
}

void Exposition::sample(std::string_view labels, uint64_t value) {
  begin_sample(labels);
  append_json_integer(out_, value);
  out_ += '\n';
}

void Exposition::sample_seconds(std::string_view labels, uint64_t milliseconds) {
  begin_sample(labels);
  append_json_integer(out_, milliseconds / 1000);
  const std::string thousandths = std::to_string(1000 + milliseconds % 1000);
  out_.append(".").append(thousandths, 1).append("\n");
}

void Exposition::begin_sample(std::string_view labels) {
  out_ += name_;
  if (!labels.empty()) out_.append("{").append(labels).append("}");
  out_ += ' ';
}

std::string label(std::string_view key, std::string_view value) {
  return std::string(key).append("=\"").append(value).append("\"");
}

}  // namespace dataaction
