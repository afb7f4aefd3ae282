#include "core/json/json_reader.h"

#include "core/json/json_writer.h"

namespace dataaction {
namespace {

class NullHandler : public JsonHandler<NullHandler> {
 public:
  using JsonHandler::JsonHandler;
  bool on_scalar(std::string_view) { return true; }
  bool on_string(std::string_view) { return true; }
  bool on_key(std::string_view) { return true; }
  bool on_open(char) { return true; }
  bool on_close(char) { return true; }
};

class MinifyHandler : public JsonHandler<MinifyHandler> {
 public:
  explicit MinifyHandler(std::string& out) : JsonHandler(JsonChecker::kMaxDepth), out_(out) {}

  bool on_scalar(std::string_view text) {
    separate();
    out_ += text;
    return after_value();
  }
  bool on_string(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return after_value();
  }
  bool on_key(std::string_view text) {
    separate();
    append_json_string(out_, text);
    out_ += ':';
    comma_ = false;
    return true;
  }
  bool on_open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    return true;
  }
  bool on_close(char bracket) {
    out_ += bracket;
    return after_value();
  }

 private:
  void separate() {
    if (comma_) out_ += ',';
  }
  bool after_value() { return comma_ = true; }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace

std::optional<JsonError> JsonChecker::check(std::string_view text) {
  NullHandler handler(kMaxDepth);
  return read_json(reader_, text, handler);
}

std::optional<JsonError> append_minified(std::string& out, std::string_view text) {
  const size_t before = out.size();
  rapidjson::Reader reader;
  MinifyHandler handler(out);
  auto error = read_json(reader, text, handler);
  if (error) out.resize(before);
  return error;
}

}  // namespace dataaction
