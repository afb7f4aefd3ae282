// A JSON object being appended to a text, member by member; closed when this object ends. Objects
// in objects end in the reverse order of their beginning.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json/json_writer.h"

namespace dataaction {

class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  ~JsonObject() { out_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  // Where the member's value is to be appended.
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_json_string(out_, name);
    out_ += ':';
    return out_;
  }
  void number(std::string_view name, uint64_t value) { append_json_integer(key(name), value); }
  void string(std::string_view name, std::string_view value) {
    append_json_string(key(name), value);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace dataaction
